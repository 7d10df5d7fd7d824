"""What the lines of a label say: pure, and nothing of it is checked with anyone."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from catalog.codes import gtin
from catalog.codes.numbers import certificate, decision
from catalog.dates import PartialDate
from catalog.ocr import phrases
from catalog.ocr.line import Line
from catalog.text import plain_letters

# Lines of at least this share of the tallest line's height are large print.
LARGE = 0.75


@dataclass(frozen=True, slots=True)
class Title:
    """A line that may be (a part of) the product's name; *height* is that of its letters.

    What the label itself heads "Tên sản phẩm" counts as large as its largest line.
    """

    text: str
    height: float = 1.0


@dataclass(frozen=True, slots=True)
class LabelWords:
    """A label as read. Dates, lot and weight are its own words; *citizen* is True for an identity card."""

    titles: tuple[Title, ...] = ()
    producers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    gtins: tuple[str, ...] = ()
    made: str = ""
    expires: str = ""
    lot: str = ""
    net_weight: str = ""
    citizen: bool = False


def read(lines: Sequence[Line]) -> LabelWords:
    """Sort what *lines* (in reading order) say; an identity card yields nothing but that it is one."""
    lines = [replace(line, text=plain_letters(line.text)) for line in lines]
    texts = [line.text for line in lines]
    whole = "\n".join(texts)
    if _is_citizen_card(phrases.level(whole)):
        return LabelWords(citizen=True)
    return LabelWords(
        titles=tuple(_titles(lines)),
        producers=tuple(dict.fromkeys(_producers(texts))),
        places=tuple(dict.fromkeys(_places(texts))),
        numbers=tuple(dict.fromkeys(_numbers(texts))),
        gtins=tuple(dict.fromkeys(_gtins(texts))),
        made=_first(phrases.MADE, whole),
        expires=_first(phrases.EXPIRES, whole),
        lot=_first(phrases.LOT, whole),
        net_weight=_first(phrases.WEIGHT, whole),
    )


def _is_citizen_card(level: str) -> bool:
    if not phrases.CITIZEN.search(level):
        return False
    return bool(phrases.TWELVE_DIGITS.search(level) or phrases.REPUBLIC.search(level))


def _first(pattern: re.Pattern[str], whole: str) -> str:
    """What *pattern* finds in the levelled text, in the letters of *whole*."""
    found = pattern.search(phrases.level(whole))
    return " ".join(whole[found.start(1) : found.end(1)].split()).strip(" .,;:-") if found else ""


def _titles(lines: Sequence[Line]) -> Iterator[Title]:
    tallest = max((line.height for line in lines), default=0.0)
    for line in lines:
        if named := phrases.NAMED.match(phrases.level(line.text)):
            yield Title(line.text[named.end() :].strip(), tallest)
        elif phrases.tells_a_name(line.text, large=line.height > LARGE * tallest):
            yield Title(line.text, line.height)


def _producers(texts: Sequence[str]) -> Iterator[str]:
    """What stands behind "Nhà sản xuất:" (or below it), and lines that start as a maker's name does."""
    for place, text in enumerate(texts):
        level = phrases.level(text)
        label = phrases.MADE_BY.match(level)
        said = text[label.end() :].strip() if label else ""
        if said:
            yield said
        elif label and phrases.may_be_maker("".join(texts[place + 1 : place + 2])):
            yield texts[place + 1]
        elif not label and phrases.MAKER.match(level):
            yield text


def _places(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if label := phrases.ADDRESS.match(phrases.level(text)):
            yield text[label.end() :].strip()


def _numbers(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for found in phrases.DECISION.finditer(text):
            if said := decision(found[0].strip(" .,;")):
                yield said.number
        for found in phrases.CERTIFICATE.finditer(text):
            if marked := certificate(found[0].strip(" .,;")):
                yield marked.number


def _gtins(texts: Iterable[str]) -> Iterator[str]:
    """Thirteen digits anywhere; fewer or more only where they fill the line, for other numbers are as long."""
    for text in texts:
        for found in phrases.THIRTEEN.finditer(text):
            if said := read_gtin(found[0]):
                yield said
        if phrases.DIGITS_ONLY.fullmatch(text.strip()) and (said := read_gtin(text)):
            yield said


def read_gtin(text: str) -> str:
    """The GTIN that *text* shows; a letter is read as the digit it looks like only if the check digit then fits."""
    digits = "".join(text.split()).translate(phrases.LOOK_ALIKES)
    return digits if gtin.is_valid(digits) else ""


def date_in(text: str) -> PartialDate | None:
    """The date that *text* (`Words.made`, `Words.expires`) is; None for a term such as "12 tháng"."""
    tight = re.sub(r"\s", "", text).translate(phrases.LOOK_ALIKES)
    if short := re.fullmatch(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{2})", tight):
        tight = "{}/{}/20{}".format(*short.groups())
    elif packed := re.fullmatch(r"([0-9]{2})([0-9]{2})(?:20)?([0-9]{2})", tight):
        tight = "{}/{}/20{}".format(*packed.groups())
    try:
        return PartialDate.parse(tight)
    except ValueError:
        return None
