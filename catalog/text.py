"""Vietnamese spelling, made comparable: folded, accented, split, and read from raw Telex or VNI keys."""

import re
import unicodedata
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"
MARKS = TONES + "\u0302\u0306\u031b"
# Eth, African D and its like are what old typefaces and foreign keyboards give for Đ.
_ALIKE = {
    "Đ": "ÐƉƊ",
    "đ": "ðɖᴆɗ",
    "Ư": "Ƣ",
    "ư": "ƣ",
    "A": "🅐🅰", "B": "🅑🅱", "C": "🅒🅲", "D": "🅓🅳", "E": "🅔🅴", "F": "🅕🅵", "G": "🅖🅶", "H": "🅗🅷", "I": "🅘🅸",
    "J": "🅙🅹", "K": "🅚🅺", "L": "🅛🅻", "M": "🅜🅼", "N": "🅝🅽", "O": "🅞🅾", "P": "🅟🅿", "Q": "🅠🆀", "R": "🅡🆁",
    "S": "🅢🆂", "T": "🅣🆃", "U": "🅤🆄", "V": "🅥🆅", "W": "🅦🆆", "X": "🅧🆇", "Y": "🅨🆈", "Z": "🅩🆉",
    "a": "ᴀ", "b": "ʙ", "c": "ᴄ", "d": "ᴅ", "e": "ᴇ", "f": "ꜰ", "g": "ɢ", "h": "ʜ", "i": "ɪ", "j": "ᴊ", "k": "ᴋ",
    "l": "ʟ", "m": "ᴍ", "n": "ɴ", "o": "ᴏ", "p": "ᴘ", "r": "ʀ", "s": "ꜱ", "t": "ᴛ", "u": "ᴜ", "v": "ᴠ", "w": "ᴡ",
    "y": "ʏ", "z": "ᴢ",
}  # fmt: skip
_MEANT = str.maketrans({alike: letter for letter, every in _ALIKE.items() for alike in every})
_ALIKES = frozenset("".join(_ALIKE.values()))
_STYLES = ("<font>", "<wide>", "<narrow>", "<circle>", "<square>")
_STROKE = "\u0335"
_PLAIN = re.compile(r"[^\W_]+")
_MARK = re.compile("[\u0300-\u036f]")
_MARKED = re.compile(rf"[^\W_][^\W_{MARKS}]*(?:[{MARKS}]+[^\W_]*)*")
_TELEX_TONES = {"f": "\u0300", "s": "\u0301", "x": "\u0303", "r": "\u0309", "j": "\u0323"}
_VNI_TONES = {"2": "\u0300", "1": "\u0301", "4": "\u0303", "3": "\u0309", "5": "\u0323"}
_VNI_MARKS = {"6": "\u0302", "7": "\u031b", "8": "\u0306"}
_MARKED_BY_VNI = {"6": "aeo", "7": "uo", "8": "a"}
_VOWELS = "aeiouy"
_LONGEST_SYLLABLE = 12


def plain_letters(text: str) -> str:
    """Spell *text* in NFC, with Đ for what only looks like it (Ð, Ɖ) and plain letters for styled ones (𝗯, Ｂ, ⓑ).

    All else (m², ½, ™) stays as it is: this is how a name is kept.
    """
    if text.isascii():
        return text
    met = {letter for letter in text if not letter.isascii()}
    styled = {ord(letter): plain for letter in met if (plain := _plain_letter(letter)) != letter}
    composed = unicodedata.normalize("NFC", text.translate(styled).translate(_MEANT))
    return composed.replace("D" + _STROKE, "Đ").replace("d" + _STROKE, "đ") if _STROKE in composed else composed


def _plain_letter(letter: str) -> str:
    """The letter or digit that *letter* is a style of; *letter* itself when it is none."""
    if not unicodedata.decomposition(letter).startswith(_STYLES):
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    return plain if plain.isascii() and plain.isalnum() else letter


def fold(text: str) -> str:
    """Lower *text*, drop marks, styles and đ, and put single spaces for punctuation, so that Xoài finds xoai."""
    return " ".join(syllables(text))


def syllables(text: str) -> list[str]:
    """The folded words of *text*, in order; a run of letters and digits is one word."""
    if text.isascii():
        return _PLAIN.findall(text.lower())
    return _PLAIN.findall(_bare(text))


def normalize_tones(text: str) -> str:
    """Lower *text* in NFC with each tone moved to the end of its syllable, so that hoà and hòa compare equal."""
    return " ".join(tone_last(word) for word in accented_syllables(text))


def accented_syllables(text: str) -> list[str]:
    """The words of *text* in lower case with their marks, as they pair off with `syllables`."""
    if text.isascii():
        return _PLAIN.findall(text.lower())
    composed = _lower(text)
    if not _MARK.search(composed):
        return _PLAIN.findall(composed)
    return _MARKED.findall(
        "".join(letter for letter in composed if letter in MARKS or not unicodedata.combining(letter))
    )


@lru_cache(maxsize=4096)
def tone_last(word: str) -> str:
    """Spell *word* with its tone mark behind its last letter, composed again."""
    if word.isascii():
        return word
    spread = unicodedata.normalize("NFD", word)
    tones = "".join(letter for letter in spread if letter in TONES)[:1]
    kept = "".join(letter for letter in spread if letter not in TONES)
    return unicodedata.normalize("NFC", kept + tones)


@lru_cache(maxsize=4096)
def toneless(word: str) -> str:
    """Spell *word* without its tone but with its â, ê, ô, ă, ơ, ư and đ."""
    spread = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(letter for letter in spread if letter not in TONES))


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
        elif key == "9" and _mark(letters, wanted="d", becomes="đ"):
            continue
        elif key.isdigit():
            if not _vni_mark(letters, key):
                return None
        else:
            letters.append(key)
    spelled = unicodedata.normalize("NFC", "".join(letters) + tone)
    return spelled if spelled != word.lower() else None


def _vni_mark(letters: list[str], key: str) -> bool:
    marked = False
    for place in range(len(letters) - 1, -1, -1):
        if letters[place] in tuple(_MARKED_BY_VNI.get(key, "")):
            letters[place] += _VNI_MARKS[key]
            marked = True
            if key != "7":
                break
    return marked


def _bare(text: str) -> str:
    # Unicode does not decompose đ; every other Vietnamese letter it does.
    spread = unicodedata.normalize("NFD", _lower(text).replace("đ", "d"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def _lower(text: str) -> str:
    """*text* in lower case, composed, and with one spelling for letters that are styled or look alike (NFKC)."""
    lowered = unicodedata.normalize("NFKC", text).casefold()
    if not _ALIKES.isdisjoint(lowered):
        lowered = lowered.translate(_MEANT).casefold()
    return unicodedata.normalize("NFKC", lowered)
