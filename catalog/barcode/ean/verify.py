"""Reads EAN-13 and UPC-A from bars too blurred, shiny or bent for others, and judges what others read."""

import numpy as np

from catalog.barcode.ean import decode
from catalog.barcode.ean.decode import Guess
from catalog.barcode.ean.locate import Floats, Strip, profiles, strips
from catalog.barcode.picture import Grey
from catalog.barcode.reading import Payload

# What is said must be this alike, and this well ahead of any other code over its slices together. Over 600 pictures
# wrong codes came to 0.87 and 0.08, or 0.98 and 0.036.
_VERY_LIKE, _LEAD = 0.9, 0.048
# So many slices of the middle may say nothing before the strip is given up.
_PATIENCE = 2


def read(grey: Grey) -> list[Payload]:
    """EAN-13 and UPC-A codes on which slices of the same bars agree, clearly ahead of any other."""
    agreed = (payload for strip in strips(grey) if (payload := _read_by_vote(grey, strip)) is not None)
    return list(agreed)


def _read_by_vote(grey: Grey, strip: Strip) -> Payload | None:
    votes: dict[str, list[Guess]] = {}
    for number, profile in enumerate(profiles(grey, strip)):
        best = max(decode.guesses(profile), key=lambda each: each.likeness, default=None)
        if best is not None:
            same = votes.setdefault(best.digits, [])
            same.append(best)
            if _convincing(same):
                return _payload(best, strip, length=len(profile))
        if number == _PATIENCE and not votes:
            break
    return None


def _convincing(same: list[Guess]) -> bool:
    likeness = sum(guess.likeness for guess in same) / len(same)
    return len(same) >= 2 and likeness > _VERY_LIKE and sum(guess.lead for guess in same) > _LEAD


def _payload(guess: Guess, strip: Strip, *, length: int) -> Payload:
    seen = strip.between(guess.start - length / 2, guess.end - length / 2)
    places = tuple((round(x), round(y)) for x, y in seen.corners().tolist())
    if guess.digits.startswith("0"):
        return Payload(guess.digits[1:], "UPCA", places, symbology="]E0")
    return Payload(guess.digits, "EAN13", places, symbology="]E0")


def vouches(grey: Grey, payload: Payload) -> bool:
    """True when the bars at *payload* look most like its own digits, of all digits with a right check digit.

    Only EAN-13 and UPC-A can be judged. Shorter EAN and UPC codes are what a part of a longer one may look like under
    glare, so nothing vouches for them; other bars carry enough of a checksum themselves.
    """
    if payload.format not in {"EAN13", "UPCA"}:
        return payload.format not in {"EAN8", "UPCE"}
    upper_left, upper_right, lower_right, lower_left = (np.array(each, dtype=np.float64) for each in payload.corners)
    first, last = (upper_left + lower_left) / 2, (upper_right + lower_right) / 2
    width = float(np.linalg.norm(last - first))
    if width < decode.MODULES / 2:
        return False
    height = float(np.linalg.norm(lower_left - upper_left) + np.linalg.norm(lower_right - upper_right)) / 2
    strip = Strip((first + last) / 2, (last - first) / width, width, max(height, 6.0))
    return any(_says(profile, width, payload.text.zfill(13)) for profile in profiles(grey, strip))


def _says(profile: Floats, width: float, text: str) -> bool:
    """True when *profile*, whose middle *width* samples are the code, looks most like *text*."""
    guess = decode.guess_near(profile, start=(len(profile) - width) / 2, end=(len(profile) + width) / 2)
    return guess is not None and guess.digits == text and guess.lead > _LEAD / 10
