"""What is known about one photo while it is being looked at."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from catalog.reader.engines import Hint, is_matrix
from catalog.reader.picture import Grey
from catalog.reader.reading import Corners, Payload

_HOME = "893"

# Seconds of work by this thread: how far a photo is searched must not depend on what else the machine does.
clock = time.thread_time


@dataclass(slots=True)
class Sight:
    """The picture, when to give up on it, the codes read so far, and places that look like more."""

    grey: Grey
    until: float
    payloads: list[Payload] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    finders: int = 0

    @property
    def matrix(self) -> bool:
        """True when a two-dimensional code was read."""
        return any(is_matrix(each) for each in self.payloads)

    @property
    def unsolved(self) -> bool:
        """True while nothing was read, or only bars although a two-dimensional code may be there."""
        return not self.payloads or (not self.matrix and (self.finders >= 2 or bool(self.hints)))

    def covered(self, corners: Corners) -> bool:
        """True when a code that was read lies where *corners* are."""
        middle = np.mean(corners, axis=0).tolist()
        return any(
            cv2.pointPolygonTest(np.array(each.corners, dtype=np.float32), middle, False) >= 0 for each in self.payloads
        )

    def add(self, payloads: Iterable[Payload], *, weak: bool) -> list[Payload]:
        """Keep those of *payloads* that are new; bars that only a *weak* look read are sure only when Vietnamese."""
        added: list[Payload] = []
        for each in payloads:
            if any(each.text == other.text for other in self.payloads):
                continue
            sure = each.sure and (not weak or is_matrix(each) or each.text.startswith(_HOME))
            self.payloads.append(replace(each, sure=sure))
            added.append(self.payloads[-1])
        self.hints = [each for each in self.hints if not self.covered(each.corners)]
        return added
