"""What products cost and when they are in season, kept in columns; and what a query asks of price, months and stars."""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalog.search.model import Filters
from catalog.text import tone_last

MONTHS = 12
NOW = 0
"""Stands for the month of the day that is asked on."""

Span = tuple[int, int]
ANY_PRICE = (1, 10**10)
ANY_MONTH = frozenset(range(1, MONTHS + 1))
# "1,5 triệu" has been folded to "1 5 trieu" before; "từ 1,5 đến 2 triệu" says the scale once.
_PARTS = r"\d{1,3} \d{1,2}(?= ?(?:trieu|tr)\b| (?:den|toi|and|to) [\d ]+(?:trieu|tr)\b)"
_ONES = {word: number for number, word in enumerate(("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin"), 1)}
_ONE = f"(?:{'|'.join(_ONES)})"
# "hai trăm nghìn", "năm chục nghìn", "trăm rưỡi nghìn": a number in words counts money only before its scale.
_IN_WORDS = (
    rf"(?:(?:{_ONE} )?(?:tram|chuc|muoi)(?: (?:ruoi|{_ONE} (?:muoi|chuc)))?|{_ONE})(?= (?:k|nghin|ngan|trieu|tr)\b)"
)
_AMOUNT = rf"({_PARTS}|{_IN_WORDS}|\d{{1,3}}(?: \d{{3}})+|\d+) ?(k|nghin|ngan|trieu|tr)?"
_MONEY = r"(?: ?(?:dong|d|vnd))?(?![a-z0-9])"
_BETWEEN = re.compile(rf"\b(?:tu|between|from) {_AMOUNT}{_MONEY} (?:den|toi|and|to) {_AMOUNT}{_MONEY}")
# "tầm giá 200 300k": no number of six digits.
_PAIR = re.compile(rf"\b(?:(?:tam gia|gia|tam|khoang|tu) )*(\d{{2,3}}) (\d{{2,3}}) ?(k|nghin|ngan){_MONEY}")
_UNDER = re.compile(
    rf"\b(?:gia )?(?:duoi|khong qua|toi da|re hon|it hon|nho hon|under|below|less than|at most) {_AMOUNT}{_MONEY}"
)
_OVER = re.compile(rf"\b(?:gia )?(?:tren|hon|tu|over|above|more than|at least) {_AMOUNT}{_MONEY}(?: tro len)?")
_NO_MORE = re.compile(
    rf"\b(?:(?:gia|tam|khoang) )*{_AMOUNT}{_MONEY} (?:(?:do|tro) (?:lai|xuong)|quay dau|or (?:less|under|below))\b"
)
_ABOUT = re.compile(rf"\b(?:gia )?(?:tam|khoang|chung|around|about|roughly) {_AMOUNT}{_MONEY}")
_ABOUT_LEAST, _ABOUT_MOST = 0.7, 1.3
_HALF_HUNDRED = 50
_SCALES = {"k": 1000, "nghin": 1000, "ngan": 1000, "trieu": 1_000_000, "tr": 1_000_000}
_LEAST_MONEY = 1000
_LONGEST = 500
MOST_STARS = 5
# Conditions that no product can meet: more than five stars, fewer than one.
NO_STARS = frozenset((MOST_STARS + 1,))
_STAR_NUMBERS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
_WRITTEN_OUT = {tone_last(word): number for number, word in enumerate(("một", "hai", "ba", "bốn", "năm"), 1)}
_WRITTEN_OUT |= {"three": 3, "four": 4, "five": 5}
# Who is called by their place among brothers and sisters.
_TITLES = frozenset(("anh", "chi", "bac", "chu", "co", "di", "ong", "ba", "cau", "em", "thang", "nha"))
_NUMBER = rf"({'|'.join(_STAR_NUMBERS)})"
_SAO = r"(?:sao|stars?)\b"
_STARS_BETWEEN = re.compile(
    rf"\b(?:(?:tu|from|between) )?{_NUMBER}(?: {_SAO})? (?:den|toi|to|(?P<or>va|hoac|hay|or|and)) {_NUMBER} {_SAO}"
    rf"|\b([1-5]) ([1-5]) {_SAO}"
)
_STARS = re.compile(
    r"\b(?:(?P<least>khong duoi|it nhat|toi thieu|tu|from|at least|no less than|not under|not below) "
    r"|(?P<most>khong qua|khong tren|toi da|nhieu nhat|at most|up to|no more than|not over|not above) "
    r"|(?P<under>duoi|thap hon|it hon|nho hon|kem hon|under|below|less than|fewer than|lower than) "
    r"|(?P<over>tren|cao hon|nhieu hon|hon|over|above|more than|higher than|better than) )?"
    rf"{_NUMBER} {_SAO}"
    r"(?: (?:(?P<up>tro len|do len|(?:or|and) (?:more|up|above|better|higher))"
    r"|(?P<down>tro xuong|do xuong|(?:or|and) (?:less|fewer|below|lower))))?"
)
_IN_SEASON = re.compile(
    r"\b(?:(?:dang|dung|vao|trong|theo) )*mua nay\b|\b(?:dang|dung) (?:vao )?(?:mua|vu)\b|\bthang nay\b"
    r"|\b(?:now )?in season(?: now)?\b|\bthis (?:season|month)\b"
)
_MONTH_WORDS = frozenset(("thang", "month"))
_MONTH_NAMES = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12,
}  # fmt: skip
# A name alone may be something else (May, March): it is a month's behind one of these, or behind another month.
_BEFORE_NAMES = frozenset(("in", "during", "from", "since", "for", "of", "to", "and", "or", "until", "through"))
_BEFORE_MONTHS = frozenset(("vao", "trong", "mua", "tu", "in", "during", "from", "between"))
_UP_TO = frozenset(("den", "toi", "to", "until", "through"))
_AND = frozenset(("va", "hoac", "hay", "and", "or"))
# Behind bare numbers these, or nothing, show that they are months: "tháng 5, 6 có gì", and no "tháng 6, 5 sao".
_AFTER_NUMBERS = frozenset(("co", "o", "tai", "cua", "gi", "dang", "la", "thi", "duoi", "tren", "nao", "in", "under"))


_FOREIGN_UNIT = (
    r"us dollars?|dollars?|bucks|usd|us\$|\$|euros?|eur|€|won|krw|yuan|rmb|cny|yen|jpy|đô(?: ?la)?(?: mỹ)?|do ?la|tệ"
    r"|달러|불|원|위안|유로|엔|美元|美金|人民币|元|块钱|块|韩元|欧元|日元"
)
_FOREIGN = re.compile(
    r"(?:(?:\b(?:under|below|less than|at most|up to|around|about|over|within|for"
    r"|dưới|duoi|khoảng|khoang|tầm|tam|trên|tren)"
    r"|低于|不到|不超过)\s*)?"
    rf"(?:(?:us)?[$€]\s?\d[\d.,]*(?:\s*(?:us )?dollars?|\s*usd)?|\d[\d.,]*\s*(?:{_FOREIGN_UNIT})(?![a-zà-ỹ]))"
    r"\s*(?:이하|미만|이내|정도|以下|以内|之内|左右|or less)?(?:의|的)?",
    re.IGNORECASE,
)


def without_foreign_money(words: str) -> str | None:
    """*words* without a limit in dollars or other foreign money; None where they name none."""
    rest = _FOREIGN.sub(" ", words[:_LONGEST])
    return " ".join(rest.split()) if rest != words[:_LONGEST] else None


class Offers:
    """The least price and the months in season of each entry, where they are known."""

    def __init__(self, prices: NDArray[np.int64], months: NDArray[np.uint16]) -> None:
        self.prices = prices
        """The least price of each entry in đồng; 0 where none is known."""
        self.months = months
        """A bit for each month in season of each entry."""

    def meeting(self, filters: Filters, *, today: date | None) -> list[NDArray[np.bool_]]:
        """Which entries meet the price and the months of *filters*, for each of the two that is asked for."""
        flags: list[NDArray[np.bool_]] = []
        if filters.price is not None:
            least, most = filters.price
            flags.append((self.prices > 0) & (self.prices >= least) & (self.prices <= most))
        if filters.months:
            now = today.month if today else NOW
            bits = sum(1 << (month or now) for month in filters.months if month or today)
            flags.append((self.months & np.uint16(bits)) > 0)
        return flags


def read_price(words: Sequence[str]) -> tuple[Span, Span] | None:
    """Where *words* name a price that is wanted, and from which to which amount of đồng."""
    said = " ".join(words)
    if pair := _read_pair(said) or _read_between(said):
        return pair
    most, least = _bound(_UNDER, said) or _bound(_NO_MORE, said), _bound(_OVER, said)
    if most and least and least[1] <= most[1] and _adjoin(least[0], most[0]):
        return (min(least[0][0], most[0][0]), max(least[0][1], most[0][1])), (least[1], most[1])
    if most:
        return most[0], (0, most[1])
    if least:
        return least[0], (least[1], ANY_PRICE[1])
    about = _bound(_ABOUT, said)
    return (about[0], (round(about[1] * _ABOUT_LEAST), round(about[1] * _ABOUT_MOST))) if about else None


def _read_between(said: str) -> tuple[Span, Span] | None:
    found = _BETWEEN.search(said)
    if found is None:
        return None
    low, high = _amount(found[1], found[2] or found[4]), _amount(found[3], found[4])
    return (_span(said, found), (low, high)) if _LEAST_MONEY <= low <= high else None


def _read_pair(said: str) -> tuple[Span, Span] | None:
    """Where two numbers stand for a range: "tầm giá 200 300k"."""
    found = _PAIR.search(said)
    if found is None or int(found[1]) >= int(found[2]):
        return None
    return _span(said, found), (_amount(found[1], found[3]), _amount(found[2], found[3]))


def _bound(pattern: re.Pattern[str], said: str) -> tuple[Span, int] | None:
    """The first amount of money that *pattern* finds."""
    for found in pattern.finditer(said):
        if (amount := _amount(found[1], found[2])) >= _LEAST_MONEY:
            return _span(said, found), amount
    return None


def _adjoin(one: Span, other: Span) -> bool:
    """Whether one follows the other, with a word like "and" between them at most."""
    first, second = sorted((one, other))
    return first[1] <= second[0] <= first[1] + 1


def _amount(digits: str, scale: str | None) -> int:
    if not digits[0].isdecimal():
        return _number_in_words(digits.split()) * _SCALES.get(scale or "", 1)
    whole, _, parts = digits.partition(" ")
    if 0 < len(parts) < 3:
        return round(float(f"{whole}.{parts}") * _SCALES.get(scale or "", 1))
    return int(digits.replace(" ", "")) * _SCALES.get(scale or "", 1)


def _number_in_words(words: Sequence[str]) -> int:
    """The number that *words* say: "hai tram nam muoi", "tram ruoi"."""
    total = ones = 0
    for word in words:
        if word in _ONES:
            ones = _ONES[word]
        elif word == "ruoi":
            total += _HALF_HUNDRED if total >= 2 * _HALF_HUNDRED else _HALF_HUNDRED // 10
        else:
            total, ones = total + (ones or 1) * (100 if word == "tram" else 10), 0
    return total + ones


def read_months(words: Sequence[str], marked: Sequence[str]) -> tuple[Span, frozenset[int]] | None:
    """Where *words*, spelled as *marked*, ask for what is in season, and in which months; `NOW` is today's."""
    return _read_named_months(words) or read_season(words, marked)


def read_season(words: Sequence[str], marked: Sequence[str]) -> tuple[Span, frozenset[int]] | None:
    """Where *words*, spelled as *marked*, ask for what is in season, without a month's name."""
    said = " ".join(words)
    if found := _IN_SEASON.search(said):
        start, end = _span(said, found)
        # "mua này" asks to buy this one.
        plainly = all(word == mark for word, mark in zip(words[start:end], marked[start:end], strict=True))
        if plainly or "mua" not in marked[start:end]:
            return (start, end), frozenset((NOW,))
    return None


def _read_named_months(words: Sequence[str]) -> tuple[Span, frozenset[int]] | None:
    """Where *words* name months: one, several ("tháng 5, tháng 6 và 7"), or from one to another."""
    for start in range(len(words)):
        first = _month_at(words, start)
        if first is None:
            continue
        months, end = _months_from(words, *first)
        if end < len(words) and (words[end] == "nam" or _is_year(words, end)):
            return None
        before = next((place for place in range(start, 0, -1) if words[place - 1] not in _BEFORE_MONTHS), 0)
        return (before, end), months
    return None


def _months_from(words: Sequence[str], month: int, end: int) -> tuple[frozenset[int], int]:
    """The months of a list that begins with *month*, whose words end at *end*, and where the list ends."""
    numbers = _bare_numbers(words, end)
    if numbers:
        several = len(numbers) > 1
        return frozenset((month, *numbers)) if several else _run(month, numbers[0]), end + len(numbers)
    months = {month}
    while end < len(words):
        joint = words[end] if words[end] in _UP_TO | _AND else ""
        following = _month_at(words, end + bool(joint), bare=bool(joint))
        if following is None:
            break
        last, end = following
        months |= _run(month, last) if joint in _UP_TO else {last}
        month = last
    return frozenset(months), end


def _month_at(words: Sequence[str], place: int, *, bare: bool = False) -> tuple[int, int] | None:
    """The month that is named at *place*, with *bare* also by its number alone, and where its words end."""
    word = words[place] if place < len(words) else ""
    if word in _MONTH_WORDS and place + 1 < len(words) and (number := _number(words[place + 1])):
        return number, place + 2
    if word in _MONTH_NAMES and place and words[place - 1] in _BEFORE_NAMES | _MONTH_NAMES.keys():
        return _MONTH_NAMES[word], place + 1
    if bare and (number := _number(word)) and not {"sao", "star", "stars"} & {*words[place + 1 : place + 2]}:
        return number, place + 1
    return None


def _bare_numbers(words: Sequence[str], start: int) -> list[int]:
    """The months named by their numbers alone from *start* on; none where the numbers may count something else."""
    numbers: list[int] = []
    for word in words[start:]:
        if not (number := _number(word)):
            return numbers if word in _AFTER_NUMBERS else []
        numbers.append(number)
    return numbers


def _number(word: str) -> int:
    """The month of this number, 0 for none."""
    return int(word) if word.isdecimal() and len(word) <= 2 and 1 <= int(word) <= MONTHS else 0


def _is_year(words: Sequence[str], place: int) -> bool:
    """Whether a number follows that is no number of stars: the month is a day's or a year's."""
    return words[place].isdecimal() and not {"sao", "star", "stars"} & {*words[place + 1 : place + 2]}


def _run(first: int, last: int) -> frozenset[int]:
    """From one month to another, over the new year where the last comes before the first."""
    return frozenset((first - 1 + step) % MONTHS + 1 for step in range((last - first) % MONTHS + 1))


def read_stars(words: Sequence[str], marked: Sequence[str]) -> tuple[Span, frozenset[int]] | None:
    """Where *words* name stars that are wanted ("4 sao", "dưới 5 sao", "3 stars or more"), and which.

    A number that is written out counts by its *marked* words: in "hàng Việt Nam sao ngon thế" nothing is a number, nor
    is in "chị Hai sao chưa trả lời".
    """
    said = " ".join(_digits(words, marked))
    if found := _STARS_BETWEEN.search(said):
        first, last = (_STAR_NUMBERS[each] for each in found.groups() if each in _STAR_NUMBERS)
        both = found["or"] is not None and not found[0].startswith("between")
        return _span(said, found), frozenset((first, last) if both else range(min(first, last), max(first, last) + 1))
    if not (found := _STARS.search(said)):
        return None
    stars = next(_STAR_NUMBERS[each] for each in found.groups() if each in _STAR_NUMBERS)
    return _span(said, found), frozenset(_star_range(found, stars)) or NO_STARS


def _digits(words: Sequence[str], marked: Sequence[str]) -> list[str]:
    """*words* with a digit for each number that is written out in *marked* and is nobody's name."""
    return [
        str(_WRITTEN_OUT[shown]) if shown in _WRITTEN_OUT and before not in _TITLES else word
        for word, shown, before in zip(words, marked, ("", *words), strict=False)
    ]


def _star_range(found: re.Match[str], stars: int) -> range:
    """Which stars the words beside *stars* leave."""
    if found["under"]:
        return range(1, stars)
    if found["over"]:
        return range(stars + 1, MOST_STARS + 1)
    if found["most"] or found["down"]:
        return range(1, stars + 1)
    return range(stars, MOST_STARS + 1 if found["least"] or found["up"] else stars + 1)


def _span(said: str, found: re.Match[str]) -> Span:
    """The words of *said* that were *found*."""
    start = len(said[: found.start()].split())
    return start, start + len(found[0].split())
