"""The order in which a photo is looked at: cheap looks first, until it is explained or time is up."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from catalog.barcode import diagnose, engines, hues, slices, straight, zbar
from catalog.barcode.ean import verify
from catalog.barcode.picture import Grey, Picture, open_colours, open_picture
from catalog.barcode.qr import finders, unwarp
from catalog.barcode.reading import Corners, Payload, Reading
from catalog.barcode.scan import Scan, clock

_log = logging.getLogger(__name__)

BUDGET = 0.36
# For all pieces of a very long picture, and for one of them.
_SLICED_BUDGET, _SLICE_BUDGET = 1.2, 0.1
_SEED_SECONDS = 0.16
_LARGE = 2_600_000


@dataclass(frozen=True, slots=True)
class Stage:
    """One way of looking, and when it is worth its time; bars read by a *weak* one may be wrong."""

    name: str
    look: Callable[[Scan], Iterable[Payload]]
    when: Callable[[Scan], bool]
    weak: bool = True


@dataclass(frozen=True, slots=True)
class PipelineStep:
    """What one stage added to a photo, and its cost."""

    name: str
    payloads: tuple[Payload, ...]
    milliseconds: float


def plain(sight: Scan) -> tuple[Payload, ...]:
    """As it is: most photos need no more."""
    found = engines.zxing(sight.grey)
    sight.hints = list(found.hints)
    return found.payloads


def read_hinted(sight: Scan) -> list[Payload]:
    """A grid of our own where zxing-cpp gave up on a QR code."""
    hints, sight.hints = sight.hints, []
    sight.doubted += hints
    fresh = [each for each in hints if not sight.is_covered(each.corners)]
    until = _soon(sight)
    return unwarp.read(sight.grey, unwarp.seeds_from_hints(sight.grey, fresh, until=until), until=until)


def read_finders(sight: Scan) -> list[Payload]:
    """A grid of our own through finder patterns: bent, worn and crowded codes, and second ones in the photo."""
    found = finders.find(unwarp.darkness(sight.grey, block=31, calm=0.8))
    sight.finders = found
    return _through(sight, found)


def read_enlarged(sight: Scan) -> list[Payload]:
    """The same at twice the size: small and slanted codes."""
    twice = _double(sight.grey)
    payloads: list[Payload] = []
    for block in (91, 31):
        if not payloads:
            seen = [each.shrunk(2) for each in finders.find(unwarp.darkness(twice, block=block, calm=1.2))]
            sight.finders = max(sight.finders, seen, key=len)
            payloads = _through(sight, seen)
    return payloads


def _through(sight: Scan, seen: list[finders.Finder]) -> list[Payload]:
    fresh = [each for each in seen if not sight.is_covered((_point(each.centre),))]
    until = _soon(sight)
    return unwarp.read(sight.grey, unwarp.seeds_from_finders(sight.grey, fresh, until=until), until=until)


def read_two_finders(sight: Scan) -> list[Payload]:
    """A grid of our own through two finder patterns: the third covered, torn or blown out."""
    until = _soon(sight)
    return unwarp.read(sight.grey, unwarp.seeds_from_two_finders(sight.grey, sight.finders, until=until), until=until)


def read_local_contrast(sight: Scan) -> tuple[Payload, ...]:
    """Local contrast, twice as large: shadows, glare and small codes."""
    view = engines.clahe(sight.grey)
    zoom = 1 if view.size > _LARGE else 2
    found = engines.zxing(view if zoom == 1 else _double(view), thorough=True)
    sight.hints = [replace(each, corners=_shrunk(each.corners, zoom)) for each in found.hints]
    return tuple(replace(each, corners=_shrunk(each.corners, zoom)) for each in found.payloads)


def read_colours(sight: Scan) -> list[Payload]:
    """The colours that show what grey does not: red on green, brown on blue."""
    payloads: list[Payload] = []
    for view in hues.telling(sight.grey, sight.colours()):
        if not payloads and clock() < sight.until:
            payloads = [*engines.zxing(view, thorough=True).payloads, *straight.read(view).payloads]
            payloads = payloads or list(engines.zxing(_double(engines.clahe(view)), thorough=True).payloads)
    return payloads


def _double(grey: Grey) -> Grey:
    return np.asarray(cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _shrunk(corners: Corners, zoom: int) -> Corners:
    return tuple((round(x / zoom), round(y / zoom)) for x, y in corners)


def _point(place: finders.Points) -> tuple[int, int]:
    return round(float(place[0])), round(float(place[1]))


def _soon(sight: Scan) -> float:
    return min(sight.until, clock() + _SEED_SECONDS)


def _always(_: Scan) -> bool:
    return True


def _is_unsolved(sight: Scan) -> bool:
    return sight.unsolved


_LEAST = 11  # pixels: the smallest Micro QR, a module a pixel


def _blank(sight: Scan) -> bool:
    return not any(each.sure for each in sight.payloads)


def _hints(sight: Scan) -> bool:
    return bool(sight.hints)


STAGES = (
    Stage("plain", plain, _always, weak=False),
    Stage("hinted", read_hinted, _hints),
    Stage("nested", read_finders, _always),
    Stage("straight", lambda sight: sight.straight.payloads, _blank),
    Stage("lifted", read_local_contrast, _is_unsolved),
    Stage("hinted again", read_hinted, _hints),
    Stage("zbar", lambda sight: zbar.adaptive(sight.grey), _blank),
    Stage("zbar evened", lambda sight: zbar.read_evened(sight.grey), _blank),
    Stage("supposed", read_two_finders, lambda sight: _is_unsolved(sight) and len(sight.finders) >= 2),
    Stage("coloured", read_colours, _blank),
    Stage("bars", lambda sight: verify.read(sight.grey), _blank),
    Stage("enlarged", read_enlarged, _is_unsolved),
)


def read(image: bytes) -> Reading:
    """Read every code in *image*; raises what opening it raises."""
    started = time.perf_counter()
    picture = open_picture(image)
    sight = Scan(picture.grey, until=clock() + BUDGET, colours=lambda: open_colours(image, picture))
    for _ in steps(sight):
        pass
    payloads = [_to_original(each, picture) for each in sight.payloads]
    if slices.is_long(picture.width, picture.height, blank=not any(each.sure for each in payloads)):
        payloads = _in_slices(image, payloads)
    return Reading(
        payloads=tuple(payloads),
        troubles=diagnose.of(sight) if not payloads else (),
        width=picture.width,
        height=picture.height,
        milliseconds=(time.perf_counter() - started) * 1000,
        recompressed=picture.recompressed,
    )


def _in_slices(image: bytes, seen: list[Payload]) -> list[Payload]:
    """*seen*, and what the pieces of a very long picture hold beside."""
    found = {each.text: each for each in seen}
    until = clock() + _SLICED_BUDGET
    for piece in slices.cut(image):
        if clock() > until:
            break
        sight = Scan(piece.grey, until=min(until, clock() + _SLICE_BUDGET))
        for _ in steps(sight):
            pass
        for each in sight.payloads:
            corners = tuple(
                (round(x * piece.scale) + piece.left, round(y * piece.scale) + piece.top) for x, y in each.corners
            )
            if each.sure or each.text not in found:
                found[each.text] = replace(each, corners=corners)
    return list(found.values())


def steps(sight: Scan, *, stages: Iterable[Stage] = STAGES) -> Iterator[PipelineStep]:
    """Go through the stages that are worth it until the clock says so; *sight* gathers what is read."""
    if min(sight.grey.shape) < _LEAST:
        return
    for stage in stages:
        started = clock()
        if started > sight.until:
            break
        if stage.when(sight):
            added = sight.add(_run_stage(stage, sight), weak=stage.weak)
            yield PipelineStep(stage.name, tuple(added), (clock() - started) * 1000)


def _run_stage(stage: Stage, sight: Scan) -> list[Payload]:
    """What *stage* reads; what it stumbles over costs this stage only, not the codes read before."""
    try:
        return list(stage.look(sight))
    except (ArithmeticError, ValueError, LookupError, cv2.error) as error:
        _log.warning("the stage %s failed: %s", stage.name, type(error).__name__)
        return []


def _to_original(payload: Payload, picture: Picture) -> Payload:
    """Move the corners to where they are in the original."""
    scale = picture.scale
    return replace(payload, corners=tuple((round(x * scale), round(y * scale)) for x, y in payload.corners))
