"""What goes into the search and what comes out of it."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Entry:
    """A product as it can be looked for; *places* holds old and new names, coordinates are its producer's."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    producer: str = ""
    places: tuple[str, ...] = ()
    group: str = ""
    star: int | None = None
    latitude: float | None = None
    longitude: float | None = None


class Band(StrEnum):
    """How sure the search is: an answer, "did you mean", or not found."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    NOTHING = "nothing"


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
    """A product that was found; *score* runs from 0 to 1."""

    id: str
    name: str
    producer: str
    score: float


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition *value* and the *words* of the query that it was read from."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that every hit meets; *near* asks for the closest first."""

    stars: frozenset[int] = frozenset()
    place: Filter | None = None
    group: Filter | None = None
    producer: Filter | None = None
    near: bool = False
    star_words: str = ""
    near_words: str = ""

    def __bool__(self) -> bool:
        return bool(self.stars or self.place or self.group or self.producer or self.near)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one query.

    *total* counts the hits of all pages. When nothing was found it is 0, *hits* still holds what comes closest,
    for the log and for measuring, and *nearest* its names, for the person. *rest* is the query without the words
    that *filters* were read from: with it and fewer filters a person takes one of them back.
    """

    band: Band
    hits: tuple[Hit, ...] = ()
    total: int = 0
    filters: Filters = Filters()
    small_talk: SmallTalk | None = None
    nearest: tuple[str, ...] = ()
    rest: str = ""
