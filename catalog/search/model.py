"""What goes into the search and what comes out of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Validity(StrEnum):
    """How the certificate that counts stands on a day: in force, in force for a short time, over, or not surely any.

    ANNULLED and WITHDRAWN: a decision took it away.
    """

    IN_FORCE = "in_force"
    ENDING = "ending"
    OVER = "over"
    UNSURE = "unsure"
    ANNULLED = "annulled"
    WITHDRAWN = "withdrawn"


VALID = frozenset((Validity.IN_FORCE, Validity.ENDING))
TAKEN_AWAY = frozenset((Validity.ANNULLED, Validity.WITHDRAWN))


@dataclass(frozen=True, slots=True)
class Entry:
    """A product as it can be looked for; *places* holds old and new names, coordinates are its producer's.

    *standings* tell how its certificate stands from which days on, in their order; before the first it is not sure.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    producer: str = ""
    places: tuple[str, ...] = ()
    group: str = ""
    star: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    standings: tuple[tuple[date, Validity], ...] = ()
    price: int | None = None
    """The least that it costs, in đồng."""

    months: frozenset[int] = frozenset()
    """When it is in season."""


class Band(StrEnum):
    """How sure the search is: an answer, "did you mean", or not found."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    NOTHING = "nothing"


class Unknown(StrEnum):
    """What the catalogue says of none of the products that were asked for, so that no condition on it can be met."""

    PRICE = "price"
    SEASON = "season"


class Order(StrEnum):
    """How hits are sorted: best match, most stars, or nearest to the person."""

    BEST = "best"
    STARS = "stars"
    NEAR = "near"


class SmallTalk(StrEnum):
    """What is said to the bot that is no search."""

    HELLO = "hello"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    WHO = "who"
    HELP = "help"
    ALRIGHT = "alright"
    FEELING = "feeling"


@dataclass(frozen=True, slots=True)
class Hit:
    """A product that was found; *score* runs from 0 to 1, *km* is how far away it is where the nearest come first."""

    id: str
    name: str
    producer: str
    score: float
    km: float | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition *value* and the *words* of the query that it was read from."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that every hit meets; *near* asks for the closest first, *valid* for certificates that stand so."""

    stars: frozenset[int] = frozenset()
    place: Filter | None = None
    group: Filter | None = None
    producer: Filter | None = None
    near: bool = False
    valid: frozenset[Validity] = frozenset()
    star_words: str = ""
    near_words: str = ""
    valid_words: str = ""
    price: tuple[int, int] | None = None
    """From which to which amount of đồng."""

    price_words: str = ""
    months: frozenset[int] = frozenset()
    """Months in season, 0 for the one of the day that is asked on."""

    month_words: str = ""

    def __bool__(self) -> bool:
        conditions = (self.stars, self.place, self.group, self.producer, self.near, self.valid, self.price, self.months)
        return any(conditions)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one query.

    *total* counts the hits of all pages. When nothing was found it is 0, *hits* still holds what comes closest,
    for the log and for measuring, and *nearest* its names; with *filters* and no hits, nothing meets them all. *rest*
    is the query without the words that *filters* were read from: with it and fewer filters a person takes one back.
    *holding* says that the hits are all names with the one word that was asked for: a list, and no guess. What is
    *unknown* of all that meets the other conditions was asked for; the hits are those.
    """

    band: Band
    hits: tuple[Hit, ...] = ()
    total: int = 0
    filters: Filters = Filters()
    small_talk: SmallTalk | None = None
    nearest: tuple[str, ...] = ()
    rest: str = ""
    holding: bool = False
    unknown: Unknown | None = None
