"""What was typed by Telex or VNI keys, with the keyboard that reads them switched off: undone to Vietnamese letters."""

import unicodedata
from functools import lru_cache

_TELEX_TONES = {"f": "\u0300", "s": "\u0301", "x": "\u0303", "r": "\u0309", "j": "\u0323"}
_VNI_TONES = {"2": "\u0300", "1": "\u0301", "4": "\u0303", "3": "\u0309", "5": "\u0323"}
_VNI_MARKS = {"6": "\u0302", "7": "\u031b", "8": "\u0306"}
_MARKED_BY_VNI = {"6": "aeo", "7": "uo", "8": "a"}
_VOWELS = "aeiouy"
_LONGEST_SYLLABLE = 12


@lru_cache(maxsize=4096)
def from_telex(word: str) -> str | None:
    """Read raw Telex keys (banhs, dduwowngf); None when *word* holds no Telex key or is not one syllable."""
    if not (word.isascii() and word.isalpha() and len(word) <= _LONGEST_SYLLABLE):
        return None
    letters: list[str] = []
    tone = ""
    for key in word.lower():
        if key in _TELEX_TONES and any(letter[0] in _VOWELS for letter in letters):
            tone = _TELEX_TONES[key]
        elif not _telex_mark(letters, key):
            letters.append(key)
    spelled = unicodedata.normalize("NFC", "".join(letters) + tone)
    return spelled if spelled != word.lower() else None


def _telex_mark(letters: list[str], key: str) -> bool:
    """Put the mark that *key* stands for on a letter typed before it; False when it stands for itself."""
    if key == "d":
        return _mark(letters, wanted="d", becomes="đ")
    if key in "aeo":
        return _mark(letters, wanted=key, becomes=key + "\u0302")
    if key == "w":
        return _horn(letters)
    return False


def _mark(letters: list[str], *, wanted: str, becomes: str) -> bool:
    for place in range(len(letters) - 1, -1, -1):
        if letters[place] == wanted:
            letters[place] = becomes
            return True
    return False


def _horn(letters: list[str]) -> bool:
    """Telex w: ươ of uo, ưa of ua, else ơ, ư or ă of the last vowel that takes it."""
    if len(letters) > 1 and letters[-1] in "ao" and letters[-2] == "u" and letters[:1] != ["q"]:
        letters[-2] = "u\u031b"
        letters[-1] = letters[-1] + "\u031b" if letters[-1] == "o" else letters[-1]
        return True
    for place in range(len(letters) - 1, -1, -1):
        if letters[place] in ("u", "o", "a"):
            letters[place] += "\u0306" if letters[place] == "a" else "\u031b"
            _horn_before(letters, place)
            return True
    letters.append("u\u031b")
    return True


def _horn_before(letters: list[str], place: int) -> None:
    """In uow the one key horns both letters."""
    if place and letters[place] == "o\u031b" and letters[place - 1] == "u":
        letters[place - 1] = "u\u031b"


@lru_cache(maxsize=4096)
def from_vni(word: str) -> str | None:
    """Read raw VNI keys (ba1nh, d9u7o7ng2); None when *word* holds no VNI key or starts with a digit."""
    if not (word.isascii() and word.isalnum() and word[:1].isalpha() and 1 < len(word) <= _LONGEST_SYLLABLE):
        return None
    letters: list[str] = []
    tone = ""
    for key in word.lower():
        if key in _VNI_TONES and any(letter[0] in _VOWELS for letter in letters):
            tone = _VNI_TONES[key]
        elif not key.isdigit():
            letters.append(key)
        elif not _vni_mark(letters, key):
            return None
    spelled = unicodedata.normalize("NFC", "".join(letters) + tone)
    return spelled if spelled != word.lower() else None


def _vni_mark(letters: list[str], key: str) -> bool:
    """Put the mark that *key* stands for on the letters typed before it; False when none of them takes it."""
    if key == "9":
        return _mark(letters, wanted="d", becomes="đ")
    marked = False
    for place in range(len(letters) - 1, -1, -1):
        if letters[place] in tuple(_MARKED_BY_VNI.get(key, "")):
            letters[place] += _VNI_MARKS[key]
            marked = True
            if key != "7":
                break
    return marked
