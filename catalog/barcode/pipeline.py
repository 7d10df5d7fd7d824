"""The order in which a photo is looked at: cheap looks first, until it is explained or time is up."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from catalog.barcode import deskew, diagnose, engines
from catalog.barcode.ean import verify
from catalog.barcode.picture import Grey, Picture, cut_slices, is_long, open_colours, open_picture
from catalog.barcode.qr import finders, unwarp
from catalog.barcode.reading import Corners, Payload, Reading
from catalog.barcode.scan import Scan, clock

_log = logging.getLogger(__name__)

BUDGET = 0.36
# For all pieces of a very long picture, and for one of them.
_SLICED_BUDGET, _SLICE_BUDGET = 1.2, 0.1
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


def read_plain(scan: Scan) -> tuple[Payload, ...]:
    """As it is: most photos need no more."""
    found = engines.zxing(scan.grey)
    scan.hints = list(found.hints)
    return found.payloads


def read_hinted(scan: Scan) -> list[Payload]:
    """A grid of our own where zxing-cpp gave up on a QR code."""
    hints, scan.hints = scan.hints, []
    scan.doubted += hints
    fresh = [each for each in hints if not scan.is_covered(each.corners)]
    until = _soon(scan)
    return unwarp.read(scan.grey, unwarp.seeds_from_hints(scan.grey, fresh, until=until), until=until)


def read_finders(scan: Scan) -> list[Payload]:
    """A grid of our own through finder patterns: bent, worn and crowded codes, and second ones in the photo."""
    found = finders.find(unwarp.darkness(scan.grey, block=31, calm=0.8))
    scan.finders = found
    return _through(scan, found)


def read_enlarged(scan: Scan) -> list[Payload]:
    """The same at twice the size: small and slanted codes."""
    twice = _double(scan.grey)
    payloads: list[Payload] = []
    for block in (91, 31):
        if not payloads:
            seen = [each.shrunk(2) for each in finders.find(unwarp.darkness(twice, block=block, calm=1.2))]
            scan.finders = max(scan.finders, seen, key=len)
            payloads = _through(scan, seen)
    return payloads


def _through(scan: Scan, seen: list[finders.Finder]) -> list[Payload]:
    fresh = [each for each in seen if not scan.is_covered((_point(each.centre),))]
    until = _soon(scan)
    return unwarp.read(scan.grey, unwarp.seeds_from_finders(scan.grey, fresh, until=until), until=until)


def read_two_finders(scan: Scan) -> list[Payload]:
    """A grid of our own through two finder patterns: the third covered, torn or blown out."""
    until = _soon(scan)
    return unwarp.read(scan.grey, unwarp.seeds_from_two_finders(scan.grey, scan.finders, until=until), until=until)


def read_local_contrast(scan: Scan) -> tuple[Payload, ...]:
    """Local contrast, twice as large: shadows, glare and small codes."""
    view = engines.clahe(scan.grey)
    zoom = 1 if view.size > _LARGE else 2
    found = engines.zxing(view if zoom == 1 else _double(view), thorough=True)
    scan.hints = [replace(each, corners=_shrunk(each.corners, zoom)) for each in found.hints]
    return tuple(replace(each, corners=_shrunk(each.corners, zoom)) for each in found.payloads)


def read_colours(scan: Scan) -> list[Payload]:
    """The colours that show what grey does not: red on green, brown on blue."""
    payloads: list[Payload] = []
    for view in engines.telling_hues(scan.grey, scan.colours()):
        if not payloads and clock() < scan.until:
            payloads = [*engines.zxing(view, thorough=True).payloads, *deskew.read(view).payloads]
            payloads = payloads or list(engines.zxing(_double(engines.clahe(view)), thorough=True).payloads)
    return payloads


def _double(grey: Grey) -> Grey:
    return np.asarray(cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _shrunk(corners: Corners, zoom: int) -> Corners:
    return tuple((round(x / zoom), round(y / zoom)) for x, y in corners)


def _point(place: finders.Points) -> tuple[int, int]:
    return round(float(place[0])), round(float(place[1]))


def _soon(scan: Scan) -> float:
    return min(scan.until, clock() + scan.stage_seconds)


def _always(_: Scan) -> bool:
    return True


def _is_unsolved(scan: Scan) -> bool:
    return scan.unsolved


_LEAST = 11  # pixels: the smallest Micro QR, a module a pixel


def _blank(scan: Scan) -> bool:
    return not any(each.sure for each in scan.payloads)


def _hints(scan: Scan) -> bool:
    return bool(scan.hints)


STAGES = (
    Stage("zxing", read_plain, _always, weak=False),
    Stage("QR grid from hints", read_hinted, _hints),
    Stage("QR grid from finders", read_finders, _always),
    Stage("bars across", lambda scan: scan.straight.payloads, _blank),
    Stage("zxing on local contrast", read_local_contrast, _is_unsolved),
    Stage("QR grid from hints again", read_hinted, _hints),
    Stage("ZBar adaptive", lambda scan: engines.zbar_adaptive(scan.grey), _blank),
    Stage("ZBar evened", lambda scan: engines.zbar_evened(scan.grey), _blank),
    Stage("QR grid from two finders", read_two_finders, lambda scan: _is_unsolved(scan) and len(scan.finders) >= 2),
    Stage("colours", read_colours, _blank),
    Stage("EAN blurred", lambda scan: verify.read(scan.grey), _blank),
    Stage("QR grid at double size", read_enlarged, _is_unsolved),
)


def read(image: bytes) -> Reading:
    """Read every code in *image*; raises what opening it raises."""
    started = time.perf_counter()
    picture = open_picture(image)
    scan = Scan(picture.grey, until=clock() + BUDGET, colours=lambda: open_colours(image, picture))
    for _ in steps(scan):
        pass
    payloads = [_to_original(each, picture) for each in scan.payloads]
    if is_long(picture.width, picture.height, blank=not any(each.sure for each in payloads)):
        payloads = _in_slices(image, payloads)
    return Reading(
        payloads=tuple(payloads),
        troubles=diagnose.find_troubles(scan) if not payloads else (),
        width=picture.width,
        height=picture.height,
        milliseconds=(time.perf_counter() - started) * 1000,
        recompressed=picture.recompressed,
    )


def _in_slices(image: bytes, seen: list[Payload]) -> list[Payload]:
    """*seen*, and what the pieces of a very long picture hold beside."""
    found = {each.text: each for each in seen}
    until = clock() + _SLICED_BUDGET
    for piece in cut_slices(image):
        if clock() > until:
            break
        scan = Scan(piece.grey, until=min(until, clock() + _SLICE_BUDGET))
        for _ in steps(scan):
            pass
        for each in scan.payloads:
            corners = tuple(
                (round(x * piece.scale) + piece.left, round(y * piece.scale) + piece.top) for x, y in each.corners
            )
            if each.sure or each.text not in found:
                found[each.text] = replace(each, corners=corners)
    return list(found.values())


def steps(scan: Scan, *, stages: Iterable[Stage] = STAGES) -> Iterator[PipelineStep]:
    """Go through the stages that are worth it until the clock says so; *scan* gathers what is read."""
    if min(scan.grey.shape) < _LEAST:
        return
    for stage in stages:
        started = clock()
        if started > scan.until:
            break
        if stage.when(scan):
            added = scan.add(_run_stage(stage, scan), weak=stage.weak)
            yield PipelineStep(stage.name, tuple(added), (clock() - started) * 1000)


def _run_stage(stage: Stage, scan: Scan) -> list[Payload]:
    """What *stage* reads; what it stumbles over costs this stage only, not the codes read before."""
    try:
        return list(stage.look(scan))
    except (ArithmeticError, ValueError, LookupError, cv2.error) as error:
        _log.warning("the stage %s failed: %s", stage.name, type(error).__name__)
        return []


def _to_original(payload: Payload, picture: Picture) -> Payload:
    """Move the corners to where they are in the original."""
    scale = picture.scale
    return replace(payload, corners=tuple((round(x * scale), round(y * scale)) for x, y in payload.corners))
