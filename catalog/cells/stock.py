"""Whether a product can be had, as producers say it: "còn hàng", "còn 200 hộp", "hết hàng đến tháng 3"; it lapses."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from catalog.cells.content import at_most, cell_text, words
from catalog.cells.prices import part_day, with_day
from catalog.cells.problems import Cell, CellRefused
from catalog.dates import PartialDate
from catalog.model import ProductRow
from catalog.text import fold

DAYS = 30
"""How long it counts that something was in stock, or was not."""
_LONGEST = 100
_MOST_AHEAD = 366
_YEAR, _LEAP_YEAR = 12, 2024
_OUT = re.compile(
    r"(?:dang |hien |tam |da |van |lai )*(?:het(?: hang| sach| roi)?|chay hang|khong con(?: hang)?|chua co(?: hang)?"
    r"|out of stock|sold out)(?: roi| lai)*"
    r"(?: (?P<until>(?:cho |mai )?(?:den|toi|qua|sang|until|till) .+))?"
)
_IN = re.compile(
    r"(?:dang |hien |van |lai |da )*(?:con hang|san hang|co (?:san )?hang|du hang|hang (?:moi )?ve|nhieu hang|in stock)"
    r"(?: (?:roi|lai|tro lai|day du|nhieu))*"
)
_SOME = re.compile(
    r"(?:dang |hien |van )*(?:con(?: lai)?|ton|co san|san|co)? ?(?:khoang |tam |hon |gan )?\d[\d ]* ?[a-z].{0,30}"
)
_AMOUNT = re.compile(r"((?:khoảng|tầm|hơn|gần)\s+)?(\d[\d.,]*)\s*([^\W\d_].*)", re.IGNORECASE)
_UNTIL = re.compile(
    r"(?:cho |mai )?(?:den|toi|qua|sang|until|till) (?P<end>het |cuoi |qua )?(?:dau |giua |khoang |ngay )*"
    r"(?:(?P<day>\d{1,2})[/. -])?(?:thang |thg |t)?(?P<month>\d{1,2})(?:[/. -](?:nam )?(?P<year>\d{4}))?(?: nam sau)?"
)
_MONTHS = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[a-z]{1,6})?\b")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Stock:
    """Whether there is any: an *amount* where it was told, or none until *back*; *said* is the day that was said on."""

    any: bool
    amount: str = ""
    back: PartialDate | None = None
    said: PartialDate | None = None

    def is_current(self, today: date) -> bool:
        """Whether that still counts *today*: for 30 days, or until the day on which it will be back."""
        if self.said is None or self.said.latest > today + timedelta(days=1):
            return False
        if self.back is not None:
            return today < self.back.earliest
        return today <= self.said.latest + timedelta(days=DAYS)


def stock(cell: Cell) -> str:
    """What *cell* says in the same few words, with the day that it was said on where it tells it."""
    text = at_most(_LONGEST, words(cell_text(cell)))
    if not text:
        return ""
    bare, day = part_day(text)
    return with_day(_read(bare), day)


def _read(text: str) -> str:
    said = fold(text)
    if _IN.fullmatch(said):
        return "còn hàng"
    if found := _OUT.fullmatch(said):
        return f"hết hàng{_until(found['until'] or '', text)}"
    amount = _AMOUNT.search(text)
    if amount and _SOME.fullmatch(said):
        some = f"{(amount[1] or '').lower()}{amount[2]} {amount[3].strip()}"
        return f"còn {some}" if amount[2].strip("0.,") else "hết hàng"
    raise CellRefused(
        f"Không hiểu “{text}”. Hãy ghi như: còn hàng, còn 200 hộp, hết hàng, hết hàng đến tháng 3.",
        english=f"{text!r} is not understood: write còn hàng, còn 200 hộp, hết hàng or hết hàng đến tháng 3.",
    )


def _until(said: str, text: str) -> str:
    """The same end in the same few words; "" for none. Raises CellRefused for one that is no day."""
    if not said:
        return ""
    found = _UNTIL.fullmatch(_MONTHS.sub(lambda named: str(_MONTH_NAMES.index(named[1]) + 1), said))
    if not found or not _is_day(found):
        raise CellRefused(
            f"Không hiểu “{text}” đến khi nào. Hãy ghi tháng hoặc ngày: hết hàng đến tháng 3, hết hàng đến 15/3.",
            english=f"Until when {text!r} is, is not understood: write a month or a day.",
        )
    end = "hết " if found["end"] and not found["day"] else ""
    year = f"/{found['year']}" if found["year"] else ""
    if found["day"]:
        return f" đến {int(found['day'])}/{int(found['month'])}{year}"
    return f" đến {end}tháng {int(found['month'])}{year}"


def _is_day(until: re.Match[str]) -> bool:
    try:
        PartialDate(int(until["year"] or _LEAP_YEAR), int(until["month"]), int(until["day"] or 0))
    except ValueError:
        return False
    return int(until["month"]) > 0


def stock_of_line(own: str | None, line: Mapping[str, Any]) -> str:
    """The stock with its own day, else with the day that its line was recorded on."""
    bare, day = part_day(own or "")
    return with_day(bare, day or line.get("as_of"))


def read_stock(kept: str) -> Stock | None:
    """What `stock` gave; None for nothing."""
    bare, said = part_day(kept)
    if not bare:
        return None
    if bare.startswith("hết hàng"):
        until = _UNTIL.fullmatch(fold(bare.removeprefix("hết hàng")).strip())
        return Stock(any=False, back=_back(until, said), said=said) if until else Stock(any=False, said=said)
    return Stock(any=True, amount="" if bare == "còn hàng" else bare.removeprefix("còn "), said=said)


def _back(until: re.Match[str], said: PartialDate | None) -> PartialDate | None:
    """From when on there is some again: the month or day that is named, the next one after it was *said*."""
    if said is None:
        return None
    back = next((each for each in _ends(until, said) if each.earliest > said.earliest), None)
    return back if back is not None and not _is_too_far(back, said) else None


def _ends(until: re.Match[str], said: PartialDate) -> Iterator[PartialDate]:
    """The days or months that *until* may mean: of the year that it tells, else of this year and the next."""
    month, day = int(until["month"]), int(until["day"] or 0)
    year = int(until["year"] or said.year)
    if until["end"] and not day:
        month, year = month % _YEAR + 1, year + month // _YEAR
    for each in (year,) if until["year"] else (year, year + 1):
        with suppress(ValueError):
            yield PartialDate(each, month, day)


def _is_too_far(back: PartialDate, said: PartialDate) -> bool:
    return (back.earliest - said.earliest).days > _MOST_AHEAD


def _refuse_end(until: re.Match[str], said: PartialDate) -> Iterator[CellRefused]:
    ends = list(_ends(until, said))
    if not ends:
        yield CellRefused(
            "Năm nay và năm sau không có ngày ấy.", english="Neither this year nor the next has such a day."
        )
    elif ends[-1].latest <= said.latest:
        yield CellRefused(
            "Hết hàng đến một ngày không còn ở phía trước. Nếu đã có hàng, hãy ghi: còn hàng.",
            english="It is out of stock until a day that is no longer ahead. If there is some again: còn hàng.",
        )
    elif _is_too_far(ends[-1], said):
        yield CellRefused(
            "Hết hàng đến hơn một năm nữa là quá xa. Hãy ghi: hết hàng, hoặc một ngày gần hơn.",
            english="Out of stock for more than a year is too far ahead. Write hết hàng, or a nearer day.",
        )


def check_stock(field: str, row: ProductRow, today: date) -> Iterator[CellRefused]:
    """Nothing is said on a day to come, and none is back on a day past, too far, or that no year has."""
    told = read_stock(row.details.get(field, ""))
    until = _UNTIL.fullmatch(fold(row.details.get(field, "").partition("(")[0].removeprefix("hết hàng")).strip())
    if told is not None and told.said is not None and not told.any and until and told.back is None:
        yield from _refuse_end(until, told.said)
    _, day = part_day(row.details.get(field, ""))
    if day and day.earliest > today and day != row.as_of:
        yield CellRefused("Tình trạng hàng của một ngày ở tương lai.", english="Stock of a day to come.")
