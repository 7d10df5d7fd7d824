"""What buyers think of a product: one to five points and a sentence, never mixed with its OCOP star. Pure.

Who scanned a code of a product, or asked its producer and was answered, may rate it once in each half-year. What holds
something of a person, an insult or a link waits for an officer; rings are set apart and do not count.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from catalog.dates import local_time
from catalog.inquiry import Address
from catalog.text import fold

POINTS = (1, 2, 3, 4, 5)
FEWEST = 5
"""From so many people on there is an average."""
LONGEST = 300
"""So many letters has a sentence, and a producer's answer, at most."""
SAME_WORDS, BURST, BURST_SECONDS = 3, 6, 1800.0
"""So many people with the same words, or so many ratings within that time, are a ring."""
YEARS_KEPT = 3
_SHORTEST_MARK = 16
_SECOND_HALF = 7


class RatingState(StrEnum):
    """Whether people see a rating: it is shown, waits for an officer, or was hidden by one."""

    SHOWN = "shown"
    HELD = "held"
    HIDDEN = "hidden"


class HoldReason(StrEnum):
    """Why a rating waits for an officer: something of a person, an insult, a link; or one before it was hidden."""

    PERSONAL = "personal"
    INSULT = "insult"
    LINK = "link"
    AGAIN = "again"


class RatingWay(StrEnum):
    """By what somebody may rate: a code of the product that they scanned, or an answer of its producer to them."""

    SCAN = "scan"
    INQUIRY = "inquiry"


class RingKind(StrEnum):
    """What makes a ring: the same words from several people, or many ratings in a short time."""

    SAME_WORDS = "same-words"
    BURST = "burst"


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody (*who*) thinks of a product in one half-year; *words* may be empty. Moments in UTC seconds.

    *answer* is what its producer said to it. *reason* is why an officer hid it. An officer who *cleared* it has said
    that it belongs to no ring.
    """

    who: Address
    product: str
    points: int
    words: str = ""
    way: RatingWay = RatingWay.SCAN
    language: str = "vi"
    at: float = 0.0
    changed_at: float = 0.0
    state: RatingState = RatingState.SHOWN
    holds: tuple[HoldReason, ...] = ()
    answer: str = ""
    answered_at: float | None = None
    reason: str = ""
    cleared: bool = False
    number: int = 0

    @property
    def may_be_answered(self) -> bool:
        """True while its producer has said nothing to it as it is now: once to each version."""
        return self.state is RatingState.SHOWN and (self.answered_at is None or self.answered_at < self.changed_at)


@dataclass(frozen=True, slots=True)
class RatingMark:
    """What rings are told by, without words: *mark* stands for words that are long enough to be the same by no chance.

    *here* is False for one of another product, which is only there to be compared with.
    """

    number: int
    person: str
    points: int
    at: float
    mark: str = ""
    cleared: bool = False
    worded: bool = False
    here: bool = True


@dataclass(frozen=True, slots=True)
class RatingSummary:
    """How many people gave each number of points, 1 to 5, the last word of each; how many are set *apart*, and why.

    *worded* is how many of those that count have a sentence.
    """

    spread: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    worded: int = 0
    apart: int = 0

    @property
    def people(self) -> int:
        """How many people's ratings count."""
        return sum(self.spread)

    @property
    def average(self) -> float | None:
        """The average to one decimal; None for fewer people than would mean something."""
        if self.people < FEWEST:
            return None
        return round(sum(points * number for points, number in zip(POINTS, self.spread, strict=True)) / self.people, 1)


@dataclass(frozen=True, slots=True)
class RatingStanding:
    """How somebody stands to a product: by which *way* they may rate it, and what they said in this half-year.

    *makes_it* is true for who answers for its producer.
    """

    way: RatingWay | None = None
    own: Rating | None = None
    makes_it: bool = False

    @property
    def may(self) -> bool:
        """Whether they may rate it, or change what they said."""
        return not self.makes_it and (self.way is not None or self.own is not None)


@dataclass(frozen=True, slots=True)
class CardRatings:
    """What a card tells of ratings: the *summary* of all, and how its reader stands to the product.

    *bought* is true where something is known by which they bought it, *rated* where they rated it in this half-year,
    *makes_it* for who answers for its producer.
    """

    summary: RatingSummary = RatingSummary()
    bought: bool = False
    rated: bool = False
    makes_it: bool = False


def half_year(at: float) -> str:
    """The half-year of a moment in Việt Nam: ``2026-2``."""
    day = local_time(at)
    return f"{day.year}-{1 if day.month < _SECOND_HALF else 2}"


def mark_words(words: str) -> str:
    """What the same words are known by, however they are marked and spaced; "" for few, which many say by chance."""
    folded = "".join(fold(words).split())
    return folded if len(folded) >= _SHORTEST_MARK else ""


def find_rings(marks: Sequence[RatingMark]) -> Mapping[int, RingKind]:
    """Which ratings belong to a ring, by number; what an officer cleared belongs to none."""
    rings: dict[int, RingKind] = {}
    here = sorted((each for each in marks if each.here), key=lambda each: (each.at, each.number))
    first = 0
    for last, each in enumerate(here):
        while each.at - here[first].at > BURST_SECONDS:
            first += 1
        if last - first + 1 >= BURST:
            rings |= {one.number: RingKind.BURST for one in here[first : last + 1]}
    saying: dict[str, set[str]] = defaultdict(set)
    for each in marks:
        saying[each.mark].add(each.person)
    same = {mark for mark, people in saying.items() if mark and len(people) >= SAME_WORDS}
    rings |= {each.number: RingKind.SAME_WORDS for each in here if each.mark in same}
    for each in here:
        if each.cleared:
            rings.pop(each.number, None)
    return rings


def summarize(marks: Sequence[RatingMark]) -> RatingSummary:
    """What there is to say of all *marks* of a product together: of each person the last word."""
    rings = find_rings(marks)
    newest: dict[str, RatingMark] = {}
    for each in sorted((each for each in marks if each.here), key=lambda each: each.number):
        newest[each.person] = each
    counting = [each for each in newest.values() if each.number not in rings]
    found = Counter(each.points for each in counting)
    one, two, three, four, five = (found[points] for points in POINTS)
    worded = sum(each.worded for each in marks if each.here and each.number not in rings)
    return RatingSummary((one, two, three, four, five), worded, len(rings))


# What waits for an officer ---------------------------------------------------------------------------------------

_HOME = "VN"
_MAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\+?\d[\s.\-_,/]?){9,}")
_DIGITS = r"(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|muoi)"
_SPOKEN_NUMBER = re.compile(rf"\b{_DIGITS}(?: {_DIGITS}){{7,}}\b")
_HOUSE = re.compile(
    r"\b(?:(?i:số nhà|nhà số|ngõ|ngách|hẻm|kiệt|căn hộ|phòng số|so nha|nha so|apartment|house number)\s?(?:số\s?)?\d"
    r"|\d+[A-Za-z]?(?:/\d+)*,?\s(?i:đường|phố|duong|pho)\s[A-ZĐ]|\d+\s[A-Z]\w+\s(?i:street|road)\b)"
)
_LINK = re.compile(
    r"https?://|\bwww\."
    r"|\b[\w-]+(?:\.|\s\.\s|\(\.\)|\schấm\s)(?:com|vn|net|org|info|xyz|shop|store|online|site|top|biz|asia)\b"
    r"|\b(?:t|m|zalo|fb|wa)\.me\b|\bbit\.ly\b|(?<![\w.])@[\w.]{3,}",
    re.IGNORECASE,
)
# With their marks, for without them they mean something else ("ngu" and "ngủ", "lon" and "lớn").
_INSULTS = re.compile(
    r"\b(?:địt|đjt|đụ má|đụ mẹ|lồn|cặc|buồi|đéo|đếch|cứt|chó má|đồ chó|thằng chó|con chó|chó chết|chó đẻ|mẹ mày|bố mày"
    r"|tiên sư|mất dạy|khốn nạn|đểu cáng|vô học|mặt l|con đĩ|đồ đĩ|phò|đồ ngu|ngu như|ngu vl|thằng ngu|con ngu|óc lợn"
    r"|(?:bọn|đồ|quân|lũ|thằng|con) (?:lừa đảo|ăn cướp|bịp bợm|khốn|súc vật|mọi rợ)|vãi (?:lồn|cứt|đái)|súc vật"
    r"|đmm?|đkm|đcm|dmm|dcm|dkm|vcl|vkl|vlz|clgt|cmm|cmnr|dit me|dit con me"
    r"|fuck\w*|shit\w*|bitch\w*|asshole\w*|bastards?|idiots?|morons?|scum|cunts?|whores?|motherf\w+)\b"
    r"|씨발|시발|씹|개새끼|병신|미친놈|미친년|지랄|좆|他妈的|妈的|傻逼|傻屄|操你|肏|混蛋|王八蛋|白痴|畜生|滚蛋|婊子",
    re.IGNORECASE,
)


def read_holds(words: str) -> tuple[HoldReason, ...]:
    """Why *words* wait for an officer; nothing where they may be shown at once."""
    found = {
        HoldReason.PERSONAL: _is_personal(words),
        HoldReason.INSULT: bool(_INSULTS.search(words)),
        HoldReason.LINK: bool(_LINK.search(_MAIL.sub(" ", words))),
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _is_personal(words: str) -> bool:
    """Whether *words* hold a phone number, an e-mail address, a long number or where somebody lives."""
    phone = next(iter(phonenumbers.PhoneNumberMatcher(words, _HOME, leniency=phonenumbers.Leniency.VALID)), None)
    return bool(
        phone
        or _MAIL.search(words)
        or _NUMBER.search(words)
        or _SPOKEN_NUMBER.search(fold(words))
        or _HOUSE.search(words)
    )
