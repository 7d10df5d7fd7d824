"""The last few turns of a conversation: what "it", "the second one" and "they" mean, for a while."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

LIFE = 30 * 60.0
"""After so many seconds of silence nobody means what was spoken of before."""

MOST_TURNS = 6
MOST_LISTED = 5


class MessageAct(StrEnum):
    """What a message of a conversation is."""

    CARD = "card"
    """A product is named, and shown."""
    LIST = "list"
    """Several products may be meant, or are wanted."""
    FIELD = "field"
    """A fact about a product: its phone, its price, until when it is valid."""
    NEAR = "near"
    """What is made near a place."""
    COMPARE = "compare"
    """Which of some products is better, cheaper, or has more stars."""
    WISH = "wish"
    """What is wanted is described and not named: a present, food for a child."""
    CHAT = "chat"
    """Greetings, thanks, what we are and what we do not do."""
    NOTHING = "nothing"
    """A name that the catalogue does not have."""
    ASK = "ask"
    """Something for people: a question to the producer, a complaint, a person to talk to."""


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """One message and its answer: its *act*, the *field* asked for, and the products answered with, by id or ref.

    *open* says that we asked back which product is meant. *words* are the question, where the catalogue did not know,
    and the topic of a chat. *onwards* is the next page of the list that was shown.
    """

    act: MessageAct
    field: str = ""
    products: tuple[str, ...] = ()
    at: float = 0.0
    open: bool = False
    words: str = ""
    onwards: str = ""


@dataclass(frozen=True, slots=True)
class SpokenThread:
    """What was said last, the newest turn at the end; *package* is what a code said of the package scanned last."""

    turns: tuple[SpokenTurn, ...] = ()
    package: tuple[str, ...] = ()
    package_of: str = ""

    def after(self, turn: SpokenTurn) -> "SpokenThread":
        """The same, one turn later."""
        short = replace(turn, products=turn.products[:MOST_LISTED])
        return replace(self, turns=(*self.turns, short)[-MOST_TURNS:])

    def still_meant(self, now: float) -> "SpokenThread":
        """What of it still counts *now*: nothing after a long silence."""
        if self.turns and now - self.turns[-1].at > LIFE:
            return SpokenThread()
        return self

    @property
    def last(self) -> SpokenTurn | None:
        """The turn before this one."""
        return self.turns[-1] if self.turns else None

    @property
    def product(self) -> str:
        """The one product that was spoken of last; "" where several were listed since."""
        some = next(self._spoken_of(), ())
        return some[0] if len(some) == 1 else ""

    @property
    def listed(self) -> tuple[str, ...]:
        """The products of the last list."""
        return next((some for some in self._spoken_of() if len(some) > 1), ())

    @property
    def other(self) -> str:
        """The product that was spoken of before the last one, or the other one of a list of two."""
        if len(self.listed) == 2 and self.product in self.listed:
            return next(each for each in self.listed if each != self.product)
        singles = dict.fromkeys(some[0] for some in self._spoken_of() if len(some) == 1)
        return next((each for each in singles if each != self.product), "")

    def numbered(self, number: int) -> str:
        """The product of the last list at this place, counted from 1, or from -1 at its end; "" if there is none.

        Where the last page is shorter than that, the one before is meant.
        """
        for listed in (some for some in self._spoken_of() if len(some) > 1):
            place = number - 1 if number > 0 else len(listed) + number
            if 0 <= place < len(listed):
                return listed[place]
        return ""

    def _spoken_of(self) -> Iterator[tuple[str, ...]]:
        return (turn.products for turn in reversed(self.turns) if turn.products)
