"""Reference prices as officers write them: an amount, its unit, and perhaps the day that it was asked on."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from catalog.cells.content import at_most, cell_text, words
from catalog.cells.days import read_day
from catalog.cells.problems import Cell, CellRefused
from catalog.dates import PartialDate
from catalog.model import ProductRow

LEAST, MOST = 500, 1_000_000_000
_LONGEST = 300
_AMOUNT = r"\d{1,3}(?:[.,\s]\d{3})+(?!\d)|\d+(?:[.,]\d{1,2})?"
_SCALE = r"k|nghìn|ngàn|ng|triệu|tr"
_PRICE = re.compile(
    rf"(?:giá\s*)?:?\s*(?:(?:từ|khoảng|~)\s*)?({_AMOUNT})\s*({_SCALE})?"
    rf"(?:\s*(?:đồng|vnđ|vnd|đ|₫)?\s*(?:-|–|~|đến)\s*({_AMOUNT})\s*({_SCALE})?)?"
    r"\s*(?:đồng|vnđ|vnd|đ|₫)?\.?\s*(?:/|\b(?:một|mỗi|cho|per)\b)\s*(?:(?:1|một|mỗi)\s*(?=[^\W\d_]))?(.+)",
    re.IGNORECASE,
)
_UNIT = re.compile(r"(?:\d[\d.,]*\s*)?[^\W\d_].{0,59}")
_ASKED = re.compile(
    r"\s*\(\s*(?:(?:tính đến|thời điểm|cập nhật|giá)\s*)?(?:tháng\s*(?=\d+/))?([^()]+)\)$", re.IGNORECASE
)
_MISDATED = re.compile(
    r"\(\s*(?:(?:giá\s*)?(?:tính đến|thời điểm|cập nhật|tháng|ngày|năm)\b\s*[^()]*\d[^()]*|[\d/.-]*[/.-]\d{4}\s*)\)$",
    re.IGNORECASE,
)
_AMOUNT_ALONE = re.compile(rf"(?:{_AMOUNT})\s*(?:{_SCALE})?\s*(?:đồng|vnđ|vnd|đ|₫)?\.?", re.IGNORECASE)
_PARTED = re.compile(r"[;\n\r\v\u2028]")
_AMOUNT_AGAIN = re.compile(rf"(?:{_AMOUNT})\s*(?:{_SCALE}|đồng|vnđ|vnd|đ|₫)\s*/", re.IGNORECASE)
_SCALES = {"k": 1000, "nghìn": 1000, "ngàn": 1000, "ng": 1000, "triệu": 1_000_000, "tr": 1_000_000}


@dataclass(frozen=True, slots=True)
class Price:
    """What so much of a product costs: from *least* to *most* đồng for a *unit*."""

    least: int
    most: int
    unit: str

    def __str__(self) -> str:
        """Spell it as Viet Nam writes it: 120.000 đ/hộp 500 g."""
        amounts = dict.fromkeys(f"{amount:,}".replace(",", ".") for amount in (self.least, self.most))
        return f"{'–'.join(amounts)} đ/{self.unit}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one price. Raises CellRefused for what is no amount with its unit."""
        found = _PRICE.fullmatch(text)
        if not found or not _UNIT.fullmatch(unit := found[5].strip()):
            raise _refusal(text)
        least = _amount(found[1], found[2] or found[4])
        most = _amount(found[3], found[4]) if found[3] else least
        if not LEAST <= least <= most <= MOST:
            reason = f"Số tiền trong “{text}” không hợp lý. Hãy ghi đủ số 0, ví dụ 120.000 đ/kg."
            raise CellRefused(reason, english=f"The amount in {text!r} is not likely; write all its zeros.")
        return cls(least, most, unit)


def _amount(digits: str, scale: str | None) -> int:
    if scale:
        return round(min(float(digits.replace(",", ".")) * _SCALES[scale.lower()], MOST + 1))
    return int(re.sub(r"\D", "", digits))


def _refusal(text: str) -> CellRefused:
    if _AMOUNT_ALONE.fullmatch(text):
        return CellRefused(
            f"Giá “{text}” thiếu đơn vị. Hãy ghi rõ giá của bao nhiêu, ví dụ 120.000 đ/hộp 500 g.",
            english=f"The price {text!r} lacks its unit, as in 120.000 đ/hộp 500 g.",
        )
    return CellRefused(
        f"“{text}” không phải giá. Hãy ghi số tiền và đơn vị, ví dụ 120.000 đ/hộp 500 g.",
        english=f"{text!r} is no price: write an amount and its unit, as in 120.000 đ/hộp 500 g.",
    )


def price(cell: Cell) -> str:
    """One price or several, separated by semicolons, with the day that they were asked on where the cell tells it."""
    if not words(text := at_most(_LONGEST, cell_text(cell))):
        return ""
    bare, day = part_day(" ".join(text.split()) if not _PARTED.search(text) else text.strip())
    if day is None and (misdated := _MISDATED.search(bare)):
        raise CellRefused(
            f"“{misdated[0]}” không phải ngày của giá. Hãy ghi như (tính đến 6/2026), hoặc bỏ đi.",
            english=f"{misdated[0]!r} is no day of a price: write it as in (tính đến 6/2026), or leave it out.",
        )
    prices = dict.fromkeys(str(_one(each)) for each in map(words, _PARTED.split(bare)) if each)
    return with_day("; ".join(prices), day)


def _one(text: str) -> Price:
    """The price *text*, and no second one that would become part of its unit. Raises CellRefused."""
    read = Price.parse(text)
    if _AMOUNT_AGAIN.search(read.unit):
        raise CellRefused(
            f"“{text}” có nhiều giá. Hãy ghi mỗi giá cách nhau bằng dấu chấm phẩy.",
            english=f"{text!r} holds several prices: part them with semicolons.",
        )
    return read


def part_day(text: str) -> tuple[str, PartialDate | None]:
    """*text* without the day in brackets behind it, and that day; what else stands in brackets belongs to a unit."""
    found = _ASKED.search(text)
    if not found:
        return text, None
    try:
        return text[: found.start()], read_day(found[1].strip())
    except CellRefused:
        return text, None


def with_day(prices: str, day: PartialDate | None) -> str:
    """*prices* with the day that they were asked on behind them."""
    return f"{prices} (tính đến {day.vietnamese_text()})" if prices and day else prices


def price_of_line(own: str | None, line: Mapping[str, Any]) -> str:
    """The price with its own day, else with the day that its line was recorded on."""
    prices, day = part_day(own or "")
    return with_day(prices, day or line.get("as_of"))


def check_price(field: str, row: ProductRow, today: date) -> Iterator[CellRefused]:
    """No price is asked on a day to come."""
    _, day = part_day(row.details.get(field, ""))
    if day and day.earliest > today and day != row.as_of:
        yield CellRefused("Giá của một ngày ở tương lai.", english="A price of a day to come.")


def cheapest(prices: str) -> int | None:
    """The least amount of *prices* as `price` gives them; None for none."""
    bare, _ = part_day(prices)
    return min((Price.parse(each.strip()).least for each in bare.split(";") if each.strip()), default=None)
