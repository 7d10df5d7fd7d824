"""What a use-case has at hand."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from catalog.codes import Surroundings
from catalog.inquiry import Address
from catalog.places import Places
from catalog.reader import Reading
from catalog.search import Index
from catalog.store import Store
from handlers.actions import Action
from handlers.phrases import Speech, speech


def _secret() -> str:
    return secrets.token_urlsafe(24)


class Eyes(Protocol):
    """Who looks at photos."""

    async def read(self, image: bytes) -> Reading:
        """The codes in *image*. Raises catalog.errors.BadImage."""

    async def run(self, job: str, image: bytes, *, deadline: float | None = None) -> Any:
        """Run another reading *job* ("module:function") on *image* where a crash harms nobody."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The catalogue, the reader of photos, today's date and our own addresses.

    *index* gives the search as it stands now; it is swapped whole when the catalogue changes.
    """

    store: Store
    index: Callable[[], Index]
    reader: Eyes
    places: Places
    today: Callable[[], date]
    ours: Surroundings = field(default_factory=Surroundings)
    public_url: str = ""
    now: Callable[[], float] = time.time
    secret: Callable[[], str] = _secret
    officers: tuple[Address, ...] = ()


class Step(StrEnum):
    """What the next words of someone are, once they began something."""

    ASK = "ask"
    CONFIRM = "confirm"
    PHONE = "phone"
    FOLLOW_UP = "follow_up"
    REPLY = "reply"
    FIX = "fix"
    CANNED = "canned"


@dataclass(frozen=True, slots=True)
class Draft:
    """Something begun and not yet sent. *about* is a product's ref or an inquiry's; nothing of it has left us."""

    step: Step
    about: str
    kind: str = ""
    text: str = ""
    phone: str = ""
    begun_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Known:
    """What we remember of one conversation: the language chosen, what was offered last, a place shared, a draft."""

    language: str = ""
    offered: tuple[str, ...] = ()
    here: tuple[float, float] | None = None
    draft: Draft | None = None
    wrong_codes: int = 0
    wrong_code_at: float = 0.0

    def offering(self, actions: Sequence[Action]) -> "Known":
        """The same, with what "1", "2", "3" now mean."""
        return replace(self, offered=tuple(str(action) for action in actions))

    @property
    def say(self) -> Speech:
        """Speak the language this person reads."""
        return speech(self.language)
