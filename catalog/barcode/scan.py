"""What is known about one photo while it is being looked at."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from catalog.barcode import deskew
from catalog.barcode.deskew import Straight
from catalog.barcode.ean import verify
from catalog.barcode.engines import Hint, is_matrix, is_short
from catalog.barcode.picture import Grey
from catalog.barcode.qr.finders import Finder
from catalog.barcode.reading import Corners, Payload

_HOME = "893"
STAGE_SECONDS = 0.16
_CHECKED = frozenset({"Code128", "Code39", "Code93", "Codabar", "ITF14"})

# Seconds of work by this thread: how far a photo is searched must not depend on what else the machine does.
clock = time.thread_time


@dataclass(slots=True)
class Scan:
    """The picture, when to give up on it, the codes read so far, and places that look like more.

    *colours* opens its red, green and blue. *hints* are yet to be looked at again, *doubted* were; *finders* are finder
    patterns wherever they are. *stage_seconds* is how long one stage may look for grids of QR codes.
    """

    grey: Grey
    until: float
    stage_seconds: float = STAGE_SECONDS
    payloads: list[Payload] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    finders: list[Finder] = field(default_factory=list)
    doubted: list[Hint] = field(default_factory=list)
    colours: Callable[[], tuple[Grey, ...]] = tuple
    _straight: Straight | None = None

    @property
    def straight(self) -> Straight:
        """What is read straight across bars, looked for once."""
        if self._straight is None:
            self._straight = deskew.read(self.grey)
        return self._straight

    @property
    def matrix(self) -> bool:
        """True when a two-dimensional code was read."""
        return any(is_matrix(each) for each in self.payloads)

    @property
    def unsolved(self) -> bool:
        """True while nothing sure was read, or only bars although a two-dimensional code may be there."""
        if self.matrix:
            return False
        return len(self.finders) >= 2 or bool(self.hints) or not any(each.sure for each in self.payloads)

    def is_covered(self, corners: Corners) -> bool:
        """True when a code that was read lies where *corners* are."""
        middle = np.mean(corners, axis=0).tolist()
        return any(
            cv2.pointPolygonTest(np.array(each.corners, dtype=np.float32), middle, False) >= 0 for each in self.payloads
        )

    def add(self, payloads: Iterable[Payload], *, weak: bool) -> list[Payload]:
        """Keep those of *payloads* that are new; bars in one place are one code, the better vouched for."""
        texts = {each.text for each in self.payloads}
        fresh = {each.text: each for each in payloads if each.text not in texts}
        added = [kept for each in fresh.values() if (kept := self._keep(each, weak=weak)) is not None]
        self.hints = [each for each in self.hints if not self.is_covered(each.corners)]
        return added

    def _keep(self, payload: Payload, *, weak: bool) -> Payload | None:
        """*payload* as it is kept, in place of the doubtful ones where it lies; None when it is not believed."""
        if self._is_part(payload):
            return None
        vouched = is_matrix(payload) or verify.vouches(self.grey, payload)
        rivals = self._rivals(payload)
        if rivals and not vouched:
            return None
        self.payloads = [each for each in self.payloads if each.sure or each not in rivals]
        sure = self._has_own_check(payload) or _sure(payload, weak=weak, vouched=vouched)
        kept = replace(payload, sure=sure)
        self.payloads.append(kept)
        return kept

    def _rivals(self, payload: Payload) -> list[Payload]:
        """Bars that were read where the bars of *payload* are."""
        if is_matrix(payload):
            return []
        return [each for each in self.payloads if _overlap(payload, each)]

    def _is_part(self, payload: Payload) -> bool:
        """True for short bars out of the middle of a longer code."""
        return is_short(payload) and not self.straight.confirms(payload) and self.straight.goes_beyond(payload)

    def _has_own_check(self, payload: Payload) -> bool:
        """True for what has a check of its own, or stands between quiet zones, and was read straight across."""
        return payload.format in _CHECKED and self._straight is not None and self._straight.confirms(payload)


def _sure(payload: Payload, *, weak: bool, vouched: bool) -> bool:
    """True for matrix codes, and for bars that look like their digits if read at first sight or Vietnamese.

    Blur gives every decoder the same wrong digits; none of 115 such had Viet Nam's prefix.
    """
    if is_matrix(payload):
        return True
    home = payload.text.startswith(_HOME)
    return (home and vouched) if weak else (home or vouched)


def _overlap(one: Payload, other: Payload) -> bool:
    """True when the middle of one code of bars lies in or next to the other."""
    if is_matrix(other):
        return False
    middles = [np.mean(each.corners, axis=0).tolist() for each in (one, other)]
    outlines = [np.array(each.corners, dtype=np.float32) for each in (other, one)]
    pairs = zip(outlines, middles, strict=True)
    return any(cv2.pointPolygonTest(outline, middle, True) > -_NEAR for outline, middle in pairs)


# Pixels by which the outline of bars may be short of their true height.
_NEAR = 25
