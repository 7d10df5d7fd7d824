"""The order in which a photo is looked at: cheap views first, until it is explained or time is up."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

import cv2
import numpy as np

from catalog.reader import engines, zbar
from catalog.reader.engines import is_matrix
from catalog.reader.picture import Grey, Picture, open_picture
from catalog.reader.reading import Payload, Reading, Trouble

_BUDGET = 0.4
_HOME = "893"


@dataclass(frozen=True, slots=True)
class Stage:
    """One way of looking; *weak* ones may misread a linear code."""

    name: str
    look: Callable[[Grey], list[Payload]]
    weak: bool = True


def plain(grey: Grey) -> list[Payload]:
    """As it is: half of all photos need no more."""
    return engines.zxing(grey)


def lifted(grey: Grey) -> list[Payload]:
    """Local contrast, twice as large: shadows, glare and small codes."""
    view = engines.clahe(grey)
    if view.size > 2_600_000:
        return engines.zxing(view, thorough=True)
    double = np.asarray(cv2.resize(view, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    return [_halved(each) for each in engines.zxing(double, thorough=True)]


def _halved(payload: Payload) -> Payload:
    return replace(payload, corners=tuple((x // 2, y // 2) for x, y in payload.corners))


STAGES = (Stage("plain", plain, weak=False), Stage("lifted", lifted), Stage("zbar", zbar.adaptive))


def read(image: bytes) -> Reading:
    """Read every code in *image*; raises what opening it raises."""
    started = time.perf_counter()
    picture = open_picture(image)
    payloads = tuple(_placed(each, picture) for each in look(picture.grey, until=started + _BUDGET))
    return Reading(
        payloads=payloads,
        troubles=() if payloads else (Trouble.NO_CODE,),
        width=picture.width,
        height=picture.height,
        milliseconds=(time.perf_counter() - started) * 1000,
        recompressed=picture.recompressed,
    )


def look(grey: Grey, *, until: float) -> list[Payload]:
    """Go through the stages until a matrix code was read or the clock says *until*."""
    found: list[Payload] = []
    for stage in takewhile(lambda _: time.perf_counter() < until, STAGES):
        found += _new(_judged(stage, stage.look(grey)), found)
        if any(is_matrix(each) for each in found):
            break
    return found


def _judged(stage: Stage, payloads: Iterable[Payload]) -> Iterator[Payload]:
    for each in payloads:
        sure = not stage.weak or is_matrix(each) or each.text.startswith(_HOME)
        yield replace(each, sure=sure)


def _new(payloads: Iterable[Payload], known: list[Payload]) -> list[Payload]:
    seen = {each.text for each in known}
    fresh = {each.text: each for each in payloads if each.text not in seen}
    return list(fresh.values())


def _placed(payload: Payload, picture: Picture) -> Payload:
    """Move the corners to where they are in the original."""
    scale = picture.scale
    return replace(payload, corners=tuple((round(x * scale), round(y * scale)) for x, y in payload.corners))
