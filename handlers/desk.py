"""What a use-case has at hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

from catalog.codes import Surroundings
from catalog.places import Places
from catalog.reader import Reading
from catalog.search import Index
from catalog.store import Store
from handlers.actions import Action
from handlers.phrases import Speech, speech


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


@dataclass(frozen=True, slots=True)
class Known:
    """What we remember of one conversation: the language chosen, what was offered last, and a place shared."""

    language: str = ""
    offered: tuple[str, ...] = ()
    here: tuple[float, float] | None = None

    def offering(self, actions: Sequence[Action]) -> "Known":
        """The same, with what "1", "2", "3" now mean."""
        return replace(self, offered=tuple(str(action) for action in actions))

    @property
    def say(self) -> Speech:
        """Speak the language this person reads."""
        return speech(self.language)
