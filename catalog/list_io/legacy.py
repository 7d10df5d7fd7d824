"""Text in the alphabets from before Unicode (TCVN3, VNI-Windows), and UTF-8 that was read as Latin-1, put right.

Old fonts drew Vietnamese over the letters of Latin-1: B¸nh and Baùnh are Bánh. A cell is converted only where every
marked word of it becomes a Vietnamese syllable and not every one was before; what can be neither is refused.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from html import unescape
from types import MappingProxyType

from catalog.cells.problems import TITLE_MARK, Cell, CellRefused
from catalog.text import is_syllable, plain_letters

TCVN3, VNI, MISREAD, ENTITIES = "TCVN3 (ABC)", "VNI-Windows", "UTF-8 bị đọc sai", "HTML"

TCVN3_LETTERS: Mapping[str, str] = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_HATS = {
    "a": {"â": "â", "á": "ấ", "à": "ầ", "å": "ẩ", "ã": "ẫ", "ä": "ậ",
          "ê": "ă", "é": "ắ", "è": "ằ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ"},
    "e": {"â": "ê", "á": "ế", "à": "ề", "å": "ể", "ã": "ễ", "ä": "ệ"},
    "o": {"â": "ô", "á": "ố", "à": "ồ", "å": "ổ", "ã": "ỗ", "ä": "ộ"},
}  # fmt: skip
_VNI_LONE = {"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "ô": "ơ", "ö": "ư"}
Refusals = list[tuple[str, CellRefused]]
_NONE: Mapping[int, str] = MappingProxyType({})


def _compose_table(letters: Iterable[str], toned: str) -> dict[str, str]:
    return {
        typed + mark: unicodedata.normalize("NFC", letter + tone)
        for typed, letter in zip(letters, toned, strict=True)
        for mark, tone in _VNI_TONES.items()
    }


def _vni() -> dict[str, str]:
    lower = {
        **_VNI_LONE,
        **_compose_table("aeouyôö", "aeouyơư"),
        **{base + mark: letter for base, marks in _VNI_HATS.items() for mark, letter in marks.items()},
    }
    mixed = {typed[0].upper() + typed[1:]: letter.upper() for typed, letter in lower.items()}
    return lower | mixed | {typed.upper(): letter.upper() for typed, letter in lower.items()}


VNI_LETTERS: Mapping[str, str] = _vni()

_WORD = re.compile(r"[A-Za-z¡-ÿ\xad]+(?![A-Za-z¡-ÿ\xad]*\d)")
_VNI_LETTER = re.compile("|".join(sorted(map(re.escape, VNI_LETTERS), key=len, reverse=True)))
_BEYOND_LATIN = re.compile("[\u0100-\u01ff\u1ea0-\u1eff]")
_TORN = re.compile(
    r"(?:á[º»]|Ã[\u0080-\u00bfA-Za-z€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|Æ[°¯]|Ì[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|[A-Za-z][\u2500-\u257f√∫∆]|[\u2500-\u257f√∫∆][^\W\d_]|Ä[‘‚ƒ\u0083\u0090\u0091]|Â[\xa0-\xbf]|â€)"
)
# What is left of a letter where a list was saved in an encoding that has none: B?nh.
_LOST = re.compile(r"(?<![^\s(\"'])[^\W\d_]+(?:\?[^\W\d_]+)+\??(?![^\s,;.)\"'])")
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,5}|#x[0-9A-Fa-f]{2,5});")
_SHORT = re.compile("[B-DF-HJ-NP-TV-XZĐÐ]{2,4}")
_VNI_SIGN = re.compile(r"\bQÑ\b|/[A-Z]*Ñ[A-Z]*\b|\b[A-Z]*Ñ[A-Z]*-[A-Z]{2}")
_DRAWN = re.compile("[\u2500-\u257f√∫∆]")
_CAPITAL_WITHIN = re.compile("[a-z][À-ÖØ-Þ]")
_UNITS = frozenset({"µm", "µg", "µl"})


@lru_cache(maxsize=16384)
def modern(text: str, beside: str = "") -> tuple[str, str]:
    """*text* in Unicode, and the old alphabet it was in ("" when it was none). Refused when it is torn or mixed.

    What is surely old and may be in either alphabet is taken to be in that of what stands *beside* it.
    """
    if "&" in text and _ENTITY.search(text) and (plain := unescape(text).replace("\xa0", " ")) != text:
        return modern(plain, beside)[0], ENTITIES
    _refuse_lost(text)
    if text.isascii():
        return text, ""
    if _TORN.search(text):
        return _reread(text)
    return _decide_alphabet(unicodedata.normalize("NFC", text), beside)


def _decide_alphabet(text: str, beside: str) -> tuple[str, str]:
    """*text*, which is not torn, in the alphabet that makes syllables of its marked words."""
    if _BEYOND_LATIN.search(text):
        return _refuse_mixture(text)
    marked = _marked_words(text)
    if all(map(_reads_well, marked)):
        return text, ""
    # The sign of a decision, QÑ, would be a word in TCVN3: Qẹ.
    first = VNI if _VNI_SIGN.search(text) else beside
    for name in sorted(_ALPHABETS, key=lambda name: name != first):
        convert = _ALPHABETS[name]
        if all(is_syllable(convert(word)) or _short(convert(word)) for word in marked):
            return convert(text), name
    return _refuse_mixture(text)


def modern_as(text: str, alphabet: str) -> str:
    """*text*, which may be read either way, as *alphabet* has it, where that makes syllables."""
    convert = _ALPHABETS.get(alphabet)
    if convert is None or text.isascii() or _BEYOND_LATIN.search(text):
        return text
    marked = _marked_words(text)
    good = all(is_syllable(convert(word)) or _short(convert(word)) for word in marked)
    return convert(text) if marked and good else text


@lru_cache(maxsize=16384)
def doubtful(text: str) -> bool:
    """True for marked words all of which read well as they are and as an old alphabet too."""
    marked = [] if text.isascii() or _BEYOND_LATIN.search(text) else _marked_words(text)
    return bool(marked) and any(modern_as(text, name) != text for name in _ALPHABETS)


def _marked_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if not word.isascii() and word not in _UNITS and _has_letter(word)]


def _reads_well(word: str) -> bool:
    """A syllable or abbreviation, its marked letters not small among capitals: NHãM is TCVN3 in a font of capitals."""
    plain = _plain(word)
    shouted = len(plain) > 1 and plain.isupper() and not word.isupper()
    meant = plain_letters(word)
    return (is_syllable(meant) or _short(meant)) and not shouted and not _CAPITAL_WITHIN.search(word)


def _has_letter(word: str) -> bool:
    return len(word) > 1 and any(letter.isalpha() for letter in word)


def _short(word: str) -> bool:
    """An abbreviation: QĐ, TĐ."""
    return bool(_SHORT.fullmatch(word))


def _refuse_mixture(text: str) -> tuple[str, str]:
    """Give *text* back unless a word of it is plainly in an old alphabet."""
    for word in _marked_words(text):
        if _reads_well(word):
            continue
        for name, convert in _ALPHABETS.items():
            if is_syllable(convert(word)) and any(letter.isascii() for letter in word):
                raise _old(name)
    return text, ""


def _old(name: str) -> CellRefused:
    return CellRefused(
        f"Chữ viết bằng bảng mã {name}, lẫn với chữ khác nên không đổi chắc được. Hãy gõ lại bằng Unicode.",
        english="Letters of an alphabet from before Unicode, mixed with others; type it again.",
    )


def _reread(text: str) -> tuple[str, str]:
    """UTF-8 that was read as Latin-1 or Windows-1252, once or twice."""
    if _DRAWN.search(text):
        raise _torn("UTF-8 bị đọc sai bảng mã", english="UTF-8 that was read in another encoding")
    reread = text
    for _ in range(3):
        if not _TORN.search(reread):
            break
        try:
            reread = b"".join(map(_byte, reread)).decode()
        except (UnicodeError, ValueError):
            break
    if reread == text and all(map(_reads_well, _marked_words(text))):
        return text, ""
    if _TORN.search(reread) or reread == text:
        # A letter of TCVN3 may look like the half of a torn one.
        return _old_or_torn(text)
    return unicodedata.normalize("NFC", reread), MISREAD


def _old_or_torn(text: str) -> tuple[str, str]:
    marked = _marked_words(text)
    for name, convert in _ALPHABETS.items():
        if marked and all(is_syllable(convert(word)) or _short(convert(word)) for word in marked):
            return convert(text), name
    raise _torn("UTF-8 bị đọc sai bảng mã", english="UTF-8 that was read in another encoding, and parts are lost")


def _torn(what: str, *, english: str) -> CellRefused:
    return CellRefused(
        f"Chữ bị hỏng ({what}). Hãy mở lại tệp gốc hoặc gõ lại ô này.",
        english=f"Damaged text: {english}.",
    )


def _refuse_lost(text: str) -> None:
    if "?" in text and _LOST.search(text):
        raise _torn("chữ có dấu đã thành “?”", english="letters were replaced by question marks")
    if "\ufffd" in text:
        raise _torn("mất chữ có dấu", english="letters are lost")


def _byte(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")


def from_tcvn3(text: str) -> str:
    """Read *text* as TCVN3 (ABC); capitals with tones are drawn by the fonts .Vn…H, which only the letters show."""
    return re.sub(r"[^\s]+", lambda word: _tcvn3_word(word[0], text), text)


def _tcvn3_word(word: str, text: str) -> str:
    converted = word.translate(_TCVN3)
    others = [each for each in text.split() if len(_plain(each)) > 1]
    shouted = [word] if len(_plain(word)) > 1 else others
    return converted.upper() if shouted and all(_plain(each).isupper() for each in shouted) else converted


def _plain(word: str) -> str:
    return "".join(letter for letter in word if letter.isascii() and letter.isalpha())


_TCVN3 = str.maketrans(dict(TCVN3_LETTERS))


def from_vni_windows(text: str) -> str:
    """Read *text* as VNI-Windows, whose marks stand behind their vowel."""
    return _VNI_LETTER.sub(lambda found: VNI_LETTERS[found[0]], text)


_ALPHABETS: Mapping[str, Callable[[str], str]] = {TCVN3: from_tcvn3, VNI: from_vni_windows}
OLD = frozenset(_ALPHABETS)


def alphabet_of(texts: Iterable[str]) -> str:
    """The one old alphabet that most of *texts* are surely in; "" when none is."""
    found: dict[str, int] = {}
    for text in texts:
        try:
            name = modern(text)[1]
        except CellRefused:
            continue
        if name in _ALPHABETS:
            found[name] = found.get(name, 0) + 1
    return max(found, key=lambda name: found[name], default="")


def is_old(text: str) -> bool:
    """True for words that are surely in an alphabet from before Unicode."""
    try:
        return modern(text)[1] in _ALPHABETS
    except CellRefused:
        return False


def reads_well(text: str) -> bool:
    """True for marked words all of which are Vietnamese syllables as they are."""
    composed = unicodedata.normalize("NFC", text)
    words = [word for word in re.findall(r"[^\W\d_]+", composed) if not word.isascii()]
    return bool(words) and all(map(is_syllable, words))


def sure_alphabet(text: str) -> str:
    """The old alphabet that *text* surely is in, "Unicode" when it surely is in none, "" when it may be either."""
    if _BEYOND_LATIN.search(text):
        return "Unicode"
    try:
        found = modern(text)[1]
    except CellRefused:
        return ""
    return found if found in OLD else "" if doubtful(text) else "Unicode"


def modern_line(
    cells: Sequence[Cell], columns: Mapping[int, str], *, alphabet: str, old_columns: Mapping[int, str] = _NONE
) -> tuple[list[Cell], Refusals, dict[str, int]]:
    """*cells* in Unicode, the fields in *columns* that are torn or mixed, and how many cells were in which alphabet.

    Where the headings are in an old *alphabet*, a cell that could be either is in it too; elsewhere it is refused
    beside one that surely is, and in *old_columns*, most of whose cells are.
    """
    if all(map(_is_plain, cells)):
        return list(cells), [], {}
    modernized, refusals, found = list(cells), Refusals(), dict[str, int]()
    unsure: list[int] = []
    for column, cell in enumerate(cells):
        if _is_plain(cell):
            continue
        try:
            modernized[column], name = _modern_cell(str(cell), alphabet)
        except CellRefused as refused:
            refusals += [(columns[column], refused)] if column in columns else []
            continue
        if name:
            found[name] = found.get(name, 0) + 1
        elif column in columns and _may_be_old(str(modernized[column])):
            unsure.append(column)
    beside = alphabet or max(found, key=lambda each: found[each], default="")
    names = {column: beside or old_columns.get(column, "") for column in unsure}
    refusals += _decide(modernized, names, columns, alphabet=alphabet, found=found)
    return modernized, refusals, found


def _modern_cell(cell: str, beside: str) -> tuple[str, str]:
    """*cell* in Unicode, marked as a title if it was, and the old alphabet it was in."""
    if not cell.startswith(TITLE_MARK):
        return modern(cell, beside)
    text, name = modern(cell.removeprefix(TITLE_MARK), beside)
    return TITLE_MARK + text, name


def _may_be_old(text: str) -> bool:
    """True for words of a line, not a title's, that read well in an old alphabet too."""
    return not text.startswith(TITLE_MARK) and doubtful(text)


def _decide(
    cells: list[Cell], names: Mapping[int, str], columns: Mapping[int, str], *, alphabet: str, found: dict[str, int]
) -> Refusals:
    """Put right the columns of *cells* that may be in the alphabet in *names*, or refuse them."""
    refusals = Refusals()
    for column, name in names.items():
        text = str(cells[column])
        read = modern_as(text, name)
        if read == text:
            continue
        if alphabet:
            cells[column] = read
            found[name] = found.get(name, 0) + 1
        else:
            reason = f"Không rõ là “{text}” hay “{read}” (bảng mã {name}). Hãy gõ lại bằng Unicode."
            refusals.append((columns[column], CellRefused(reason, english=f"This may be {text!r} or {read!r}.")))
    return refusals


def _is_plain(cell: Cell) -> bool:
    return not isinstance(cell, str) or (cell.isascii() and "?" not in cell and "&" not in cell)


def old_columns(rows: Iterable[Sequence[Cell]], columns: Iterable[int]) -> dict[int, str]:
    """The *columns* of *rows* in which more cells surely are in an alphabet from before Unicode than surely are not."""
    count: dict[int, dict[str, int]] = {column: {} for column in columns}
    for row in rows:
        for column, found in count.items():
            cell = row[column] if column < len(row) else ""
            if isinstance(cell, str) and not cell.isascii():
                name = sure_alphabet(cell)
                found[name] = found.get(name, 0) + 1
    likely = {column: max(found, key=lambda name: found[name]) for column, found in count.items() if found}
    return {column: name for column, name in likely.items() if name in OLD}
