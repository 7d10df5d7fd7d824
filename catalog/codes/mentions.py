"""Codes inside what people type: between words, in brackets, twice, with or without a label."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from catalog.codes import gs1, gtin, numbers, printable
from catalog.codes.everyday import CitizenId
from catalog.codes.gs1 import Gs1
from catalog.codes.gtin import Gtin
from catalog.codes.links import OwnProduct, ShortLink, TraceLink
from catalog.codes.numbers import CertificateNumber, DecisionNumber, PlainCode
from catalog.codes.own_links import Surroundings
from catalog.codes.registry import Code, classify_typed
from catalog.text import fold, plain_letters

MOST = 8
_LONGEST = 2_000
_MOST_PIECES = 60
# How people and programs spell the sign that ends an element of variable length in a GS1 code.
_SPELLED_FNC1 = re.compile(r"<(?:GS|FNC1)>|[\[{](?:GS|FNC1)[\]}]|\\u001d|\\x1d|␝", re.IGNORECASE)
_ELEMENTS = re.compile(r"(?:\([0-9]{2,4}\)\s?[^\s()]+\s?)+")
_DASHES = re.compile(r"\s?[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]\s?")
_GROUPS = re.compile(r"(?<![^\W_])[0-9]+(?:[ .\u00a0-][0-9]+)*(?![^\W_])")
_RUN = re.compile(r"[0-9]{8,28}")
_SPLIT = re.compile(r"[\s()\[\]{}<>«»“”„\"'`‘’*~|,;!?…]+")
_ENDS = ".:#=_-/+"
_TIGHT = re.compile(r"\s*([/–-])\s*")
_LABEL_END = re.compile(r"[:=#]+(?!//)")
_TWO_PARTS = re.compile(r"(?<![^\W_])([A-Za-z]{2,8})(?:[ _./]| - | – )(0[0-9]{3,13}|[0-9]{5,14})(?![^\W_])")
_GLUED = re.compile(r"(?<![^\W_])([A-Za-z]{2,8})([0-9]{4,14})(?![^\W_])")
_LABELLED = re.compile(
    r"(?:^|\s)(?:ma(?: (?:so|vach|tem|truy xuat|qr|san pham|hang|lo|ocop))*|code|barcode|serial|so|tem|gcn|chung nhan)"
    r" ([0-9]{6,20})(?=\s|$)"
)
# 500g, 1.5l, 4sao, 2x250ml, 10k: what is counted, not what is numbered.
_COUNTED = re.compile(r"[0-9]+(?:[.,x/-][0-9]+)*[a-zđ]{1,4}[0-9]?", re.IGNORECASE)
_LABEL_WORDS = frozenset(
    ("ma", "vach", "barcode", "gtin", "ean", "upc", "code", "qr", "tem", "truy", "xuat", "lot", "exp", "la", "8", "13")
)
_FEWEST_DIGITS, _MANY_DIGITS = 3, 6
_WITH_IDENTIFIER = 16
_CERTAIN = (OwnProduct, Gs1, Gtin, TraceLink, CertificateNumber, DecisionNumber)


def find_mentions(text: str, *, ours: Surroundings = Surroundings()) -> tuple[Code, ...]:  # noqa: B008 reason: frozen
    """The codes that may stand inside *text*, the most certain first; none when *text* is a mere name.

    A number that checks and a link are certain; other words of letters and digits are codes only if the catalogue
    has them.
    """
    if not any(letter.isdigit() for letter in text) and "://" not in text:
        return ()
    plain = printable.visible(_SPELLED_FNC1.sub("␝", plain_letters(text[:_LONGEST]).replace(gs1.FNC1, "␝")))
    items = tuple(_trade_items(plain))
    apart = {item.printed for item in items}
    standing = (code for code in _standing(plain, ours=ours) if code.shown not in apart)
    found = dict.fromkeys(chain(_elements(plain), items, standing))
    ordered = sorted(found, key=lambda code: not is_certain(code))
    return tuple(code for code in ordered if not isinstance(code, CitizenId))[:MOST]


def is_certain(code: Code) -> bool:
    """True for what is a code whether or not the catalogue has it."""
    if isinstance(code, Gtin):
        return (code.vietnamese_prefix and len(code.printed) == 13) or (code.check_ok and len(code.printed) >= 13)
    if isinstance(code, PlainCode):
        return code.ours
    return isinstance(code, _CERTAIN)


def without_codes(text: str) -> str:
    """The words of *text* that are no code, no label of one and no sign."""
    plain = _ELEMENTS.sub(" ", plain_letters(text[:_LONGEST]))
    words = " ".join(word for word in plain.split() if not _has_code(word))
    return " ".join(word for word in _GROUPS.sub(_unless_long, words).split() if not _is_label(word))


def _unless_long(found: re.Match[str]) -> str:
    return " " if _digits(found[0]) >= min(gtin.LENGTHS) else found[0]


def _has_code(word: str) -> bool:
    return _digits(word) >= _MANY_DIGITS or "://" in word


def _is_label(word: str) -> bool:
    return all(part in _LABEL_WORDS for part in fold(word).split())


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _elements(text: str) -> Iterator[Gs1]:
    """GS1 element strings: with their identifiers in brackets, or with the sign between them."""
    for found in _ELEMENTS.finditer(text):
        if (said := gs1.read(found[0].strip())) and said.key:
            yield said
    for piece in text.split():
        body = piece.replace("␝", gs1.FNC1).strip("[]{}<>\"'“”«».,;:")
        start = body.find("01")
        if gs1.FNC1 in body or start == 0:
            said = gs1.read(body[max(start, 0) :])
            if said and said.key:
                yield said


def _trade_items(text: str) -> Iterator[Gtin]:
    """Numbers that check, those written without blanks first; then a misread one of Viet Nam's."""
    runs = [_once(found[0]) for found in _RUN.finditer(text)]
    spaced = [digits for found in _GROUPS.finditer(text) for digits in _join_spaced_digits(found[0])]
    for digits in (*runs, *_behind_identifier(runs), *spaced):
        if gtin.is_valid(digits):
            yield gtin.of(digits)
    for digits in (*runs, *spaced):
        if gtin.is_vietnamese(digits) and not gtin.is_valid(digits):
            yield gtin.of(digits)


def _behind_identifier(runs: list[str]) -> Iterator[str]:
    """The number in the beginning of a GS1 text that stands glued to other signs: 01 and fourteen digits."""
    for run in runs:
        for start in (0, 1):
            if len(run) >= _WITH_IDENTIFIER + start and run[start : start + 2] in {"01", "02"}:
                yield run[start + 2 : start + _WITH_IDENTIFIER]


def _once(word: str) -> str:
    """*word*, or its half when it says the same twice."""
    half, odd = divmod(len(word), 2)
    return word[:half] if not odd and word[:half] == word[half:] else word


def _join_spaced_digits(run: str) -> Iterator[str]:
    """Neighbouring groups of digits that together are as long as such a number: 8 938505 974194."""
    groups = re.findall(r"[0-9]+", run)[:12]
    for start in range(len(groups)):
        for end in range(start + 2, len(groups) + 1):
            digits = "".join(groups[start:end])
            if len(digits) in gtin.LENGTHS - {8}:
                yield digits


def _standing(text: str, *, ours: Surroundings) -> Iterator[Code]:
    """Words that are a code by themselves, with their dashes as typed and as printed."""
    dashed = _DASHES.sub("-", text)
    yield from numbers.ours_in(dashed)
    yield from _plain(found[1] for found in _LABELLED.finditer(fold(text)))
    yield from _plain(numbers.certified_in(_TIGHT.sub(r"\1", dashed)))
    pieces = dict.fromkeys(chain(_pieces(dashed), _pieces(_TIGHT.sub(r"\1", dashed)), _pieces(text)))
    for piece in list(pieces)[:_MOST_PIECES]:
        code = _meant(_once(piece), ours=ours)
        if code is not None:
            yield code
    for found in (*_TWO_PARTS.finditer(text), *_GLUED.finditer(text)):
        if not _is_label(found[1]):
            yield from _plain((f"{found[1]}-{found[2]}", found[1] + found[2]))


def _pieces(text: str) -> Iterator[str]:
    for word in _SPLIT.split(text):
        yield from filter(None, (word.strip(_ENDS), *_after_labels(word)))


def _after_labels(word: str) -> Iterator[str]:
    """In "mã:TXNG-1" the part behind the sign."""
    if "://" not in word and len(parts := _LABEL_END.split(word)) > 1:
        yield from (part.strip(_ENDS) for part in parts[1:])


def _meant(piece: str, *, ours: Surroundings) -> Code | None:
    """What *piece* means by itself; digits are looked for apart."""
    if len(piece) < 4 or (not _digits(piece) and "." not in piece):
        return None
    code = classify_typed(piece, ours=ours)
    if isinstance(code, (*_CERTAIN, ShortLink)) or (isinstance(code, PlainCode) and code.ours):
        return None if isinstance(code, Gtin) else code
    return _printed_code(piece)


def _printed_code(piece: str) -> PlainCode | None:
    """A code of letters and some digits, no quantity."""
    if piece.isdigit() or _digits(piece) < _FEWEST_DIGITS or _COUNTED.fullmatch(piece):
        return None
    read = numbers.read(piece)
    return read if isinstance(read, PlainCode) and any(letter.isalpha() for letter in piece) else None


def _plain(texts: Iterable[str]) -> Iterator[PlainCode]:
    yield from map(PlainCode, texts)
