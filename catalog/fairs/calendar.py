"""What a fair is, when it runs, what wants mending in one that is entered, and those that come with the product."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache

from catalog.dates import VIET_NAM
from catalog.places import SHIPPED
from catalog.text import fold

LONGEST_KEY = 40
LONGEST_DAYS = 60
OPENS = time(8)
"""When a fair opens where nobody says."""
_HOURS = re.compile(r"([01]?\d|2[0-3])(?:[:hg.]([0-5]\d)?)?")


class FairKind(StrEnum):
    """What takes place."""

    FAIR = "fair"
    CONFERENCE = "conference"
    FESTIVAL = "festival"
    LIVE_SALE = "live_sale"


@dataclass(frozen=True, slots=True)
class Booth:
    """A place at a fair. *producer* is the id of who stands there, *holder* the name of somebody without one.

    *code* is what is painted on it ("A12"), *token* what its QR code says; *number* is 0 before it is kept.
    """

    code: str
    zone: str = ""
    producer: str = ""
    holder: str = ""
    token: str = ""
    number: int = 0

    @property
    def is_taken(self) -> bool:
        """Whether anybody stands there."""
        return bool(self.producer or self.holder)


@dataclass(frozen=True, slots=True)
class Fair:
    """A fair, from *starts* to *ends*, both included; hours are those of each day, None where nobody says.

    *commune* is a code since July 2025, "" for one outside the province. *told* is how many booths its source tells,
    which may be more than are entered. *shipped* ones come with the product until an officer changes them.
    """

    key: str
    name: str
    kind: FairKind
    starts: date
    ends: date
    venue: str
    source: str
    opens: time | None = None
    closes: time | None = None
    commune: str = ""
    latitude: float | None = None
    longitude: float | None = None
    organiser: str = ""
    link: str = ""
    note: str = ""
    told: int = 0
    shipped: bool = False
    changed_at: float = 0.0
    cancelled_at: float | None = None
    cancelled_why: str = ""

    @property
    def opening(self) -> datetime:
        """The moment at which it opens on its first day, in Việt Nam."""
        return datetime.combine(self.starts, self.opens or OPENS, VIET_NAM)

    @property
    def point(self) -> tuple[float, float] | None:
        """Where it is, where somebody set that."""
        return (self.latitude, self.longitude) if self.latitude is not None and self.longitude is not None else None

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.cancelled_at is not None

    def is_over(self, today: date) -> bool:
        """Whether its last day is past."""
        return self.ends < today

    def runs_on(self, day: date) -> bool:
        """Whether *day* is one of its days."""
        return self.starts <= day <= self.ends and not self.is_cancelled

    def problem(self) -> str:
        """The first field that is wrong, "" where none is."""
        missing = next((name for name in ("name", "venue", "source") if not getattr(self, name).strip()), "")
        if missing:
            return missing
        if not timedelta(0) <= self.ends - self.starts < timedelta(days=LONGEST_DAYS):
            return "ends"
        if self.opens is not None and self.closes is not None and self.closes <= self.opens:
            return "closes"
        if self.link and not self.link.startswith(("https://", "http://")):
            return "link"
        return "link" if self.kind is FairKind.LIVE_SALE and not self.link else ""


def read_hour(text: str) -> time:
    """An hour as people write it: 8:00, 8h, 17h30. Raises ValueError."""
    found = _HOURS.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f"not an hour: {text!r}")
    return time(int(found[1]), int(found[2] or 0))


def read_point(text: str) -> tuple[float, float]:
    """A point as maps give it: ``21.18, 106.07``. Raises ValueError for another, also for one outside Việt Nam."""
    latitude, _, longitude = text.replace(";", ",").partition(",")
    north, east = float(latitude), float(longitude)
    if not (8 <= north <= 24 and 102 <= east <= 115):
        raise ValueError(f"not in Việt Nam: {text!r}")
    return round(north, 5), round(east, 5)


def make_key(name: str, year: int, taken: Iterable[str]) -> str:
    """A new name for addresses, of the fair's own: ``hoi-cho-ocop-2027``."""
    words = re.findall(r"[a-z0-9]+", fold(name))
    stem = "-".join(word for word in words if word != str(year))[: LONGEST_KEY - 9].strip("-") or "hoi-cho"
    known = set(taken)
    keys = (f"{stem}-{year}{end}" for end in ("", *(f"-{number}" for number in range(2, 100))))
    return next((key for key in keys if key not in known), f"{stem}-{year}-{len(known)}")


def upcoming(fairs: Iterable[Fair], today: date) -> list[Fair]:
    """Those that run or are to come, the next one first; what was called off is none of them."""
    found = [each for each in fairs if not each.is_over(today) and not each.is_cancelled]
    return sorted(found, key=lambda each: (each.starts, each.name))


def past(fairs: Iterable[Fair], today: date) -> list[Fair]:
    """Those that are over, the latest first."""
    return sorted((each for each in fairs if each.is_over(today)), key=lambda each: each.starts, reverse=True)


_COMMON = frozenset(
    {
        "hoi", "cho", "trien", "lam", "nghi", "le", "su", "kien", "phien", "live", "ocop", "nam", "tinh", "tai", "o",
        "fair", "conference", "festival", "the", "of", "in", "at",
    }
)  # fmt: skip


# What fairs are called by, with its marks ("thu" is the autumn, "thủ công" a craft), and English words for it.
_ENGLISH = {
    "xuân": "spring", "hè": "summer", "thu": "autumn fall", "mùa đông": "winter", "tết": "tet new year lunar",
    "trung thu": "mid autumn", "công thương": "trade industry commerce", "thương mại": "trade commerce",
    "xúc tiến thương mại": "promotion", "nông sản": "farm produce agricultural products agriculture",
    "nông nghiệp": "agriculture agricultural farming farm", "nông dân": "farmer farmers", "du lịch": "tourism travel",
    "văn hóa": "culture cultural", "văn hoá": "culture cultural", "ẩm thực": "food cuisine culinary",
    "làng nghề": "craft crafts village villages", "thủ công": "craft crafts handicraft handicrafts",
    "đặc sản": "speciality specialities specialty specialties", "vải thiều": "lychee litchi", "trái cây": "fruit",
    "hoa": "flower flowers", "quốc tế": "international", "cung cầu": "supply demand", "kết nối": "matching",
    "hàng việt": "vietnamese goods", "triển lãm": "exhibition", "hà nội": "hanoi", "sài gòn": "saigon",
    "hồ chí minh": "saigon hcmc", "hải phòng": "haiphong", "đà nẵng": "danang",
}  # fmt: skip
_EASTERN = {
    "xuan": "봄철 봄 春季 春", "he": "여름 夏季 夏", "thu": "가을 秋季 秋", "mua dong": "겨울 冬季 冬",
    "tet": "설날 春节",
    "thuong mai": "무역 贸易", "cong thuong": "상공 工商", "nong san": "농산물 农产品", "nong nghiep": "농업 农业",
    "du lich": "관광 旅游", "van hoa": "문화 文化", "am thuc": "음식 미식 美食", "lang nghe": "공예마을 手工艺村",
    "thu cong": "수공예 手工艺", "dac san": "특산물 特产", "vai thieu": "리치 荔枝", "quoc te": "국제 国际",
    "ha noi": "하노이 河内", "bac ninh": "박닌 北宁", "bac giang": "박장 北江", "quang ninh": "꽝닌 广宁",
    "thai nguyen": "타이응우옌 太原", "hai phong": "하이퐁 海防",
}  # fmt: skip
_FROM_EASTERN = {word: name for name, words in _EASTERN.items() for word in words.split()}
EASTERN_FAIR = "박람회|장터|전시회|축제|展会|展销会|集市|庙会|展览"
"""The words for a fair in Korean and Chinese."""
_CALLED = "|".join(sorted(_FROM_EASTERN, key=len, reverse=True))
# A name stands right before the word for a fair: spring rolls and lychees are sold there, and a river is in Hà Nội.
_CALLED_FAIR = re.compile(
    rf"(?<![卖買买售賣])(?P<name>(?:(?:{_CALLED})(?:에서 ?열리는|에서|에 ?(?:하는|열리는)|의|的|举办的|举行的| )*"
    rf"|(?:ocop|20\d\d)[년年的 ]*)+)(?={EASTERN_FAIR})",
    re.IGNORECASE,
)
_ONE_NAME = re.compile(_CALLED)


def named(fairs: Iterable[Fair], words: str) -> list[Fair]:
    """The fairs that *words* name, the best first: every telling word of theirs stands in the name, venue or year.

    English words for what a name says count as well: the spring fair is "Hội chợ Xuân".
    """
    asked = [word for word in re.findall(r"[a-z0-9]+", fold(words)) if word not in _COMMON]
    return [each for each in fairs if asked and _words_of(each).issuperset(asked)]


def _words_of(fair: Fair) -> set[str]:
    """Every word that *fair* may be called by, folded."""
    called = f"{fair.name} {fair.venue} {fair.starts.year}"
    marked = " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", called).casefold()))
    english = [word for name, words in _ENGLISH.items() if f" {name} " in f" {marked} " for word in words.split()]
    return {*re.findall(r"[a-z0-9]+", fold(called)), *english}


def part_eastern(words: str) -> tuple[str, str]:
    """The words in which Korean and Chinese *words* call a fair, in Vietnamese and folded; and what is left of them."""
    found = _CALLED_FAIR.search(words)
    names = _ONE_NAME.findall(found["name"]) if found else []
    if found is None or not names:
        return "", words
    left = f"{words[: found.start()]} {words[found.end() :]}"
    return " ".join(_FROM_EASTERN[each] for each in names), " ".join(left.split())


@cache
def shipped_fairs() -> Sequence[Fair]:
    """The fairs that come with the product, each from a published text."""
    with (SHIPPED / "fairs.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Fair(
                key=row["key"],
                name=row["name"],
                kind=FairKind(row["kind"]),
                starts=date.fromisoformat(row["starts"]),
                ends=date.fromisoformat(row["ends"]),
                venue=row["venue"],
                commune=row["commune"],
                organiser=row["organiser"],
                note=row["note"],
                told=int(row["booths"] or 0),
                source=row["source"],
                shipped=True,
            )
            for row in csv.DictReader(lines)
        )
