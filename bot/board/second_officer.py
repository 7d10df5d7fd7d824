"""Pages on which a second officer confirms or refuses what a first one proposed, and the first takes it back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.board.page import BoardPage, BoardVisit, Redirect, Screen
from catalog.errors import NotFound
from catalog.officers import Act, NeedsSecondOfficer
from handlers.board.certificate_decisions import BadDecision
from handlers.board.desk import Desk
from handlers.phrases import Speech

_CONFLICT = 409


class ProposalActs(Protocol):
    """What can be done with a proposal by its number: a module of handlers.board."""

    async def confirm(self, desk: Desk, number: int) -> None:
        """Carry it out. Raises NeedsSecondOfficer, NotAllowed, NotFound, StoreError."""

    async def refuse(self, desk: Desk, number: int, reason: str) -> None:
        """Refuse it. Raises BadDecision, NeedsSecondOfficer, NotAllowed, NotFound, StoreError."""

    async def take_back(self, desk: Desk, number: int) -> None:
        """Take one's own back. Raises NotAllowed, NotFound, StoreError."""


@dataclass(frozen=True, slots=True)
class ProposalWords:
    """What is said after each act (*done*, by its name), to who is no second officer, and to who comes too late."""

    done: Mapping[str, str]
    second: str
    late: str


@dataclass(frozen=True, slots=True)
class ProposalPages:
    """The pages below *path* of proposals of one *act*; *draw* draws a proposal (its template, title and values)."""

    path: str
    act: Act
    acts: ProposalActs
    draw: Callable[[BoardVisit], Awaitable[Screen]]
    words: Callable[[Speech], ProposalWords] = field(repr=False)

    def pages(self) -> tuple[BoardPage, ...]:
        """One to look at, and one for each act."""
        one = f"{self.path}/{{number}}"
        return (
            BoardPage.get(one, self.act, self._show),
            BoardPage.post(f"{one}/confirm", Act.CONFIRM, self._confirm),
            BoardPage.post(f"{one}/refuse", Act.CONFIRM, self._refuse),
            BoardPage.post(f"{one}/take-back", self.act, self._take_back),
        )

    async def _show(self, visit: BoardVisit) -> Screen:
        return await self._draw(visit, said=visit.said(self.words(visit.say).done))

    async def _confirm(self, visit: BoardVisit) -> Screen | Redirect:
        return await self._decide(visit, self.acts.confirm(visit.desk, visit.number("number")), "confirmed")

    async def _refuse(self, visit: BoardVisit) -> Screen | Redirect:
        reason = visit.form.get("reason", "")
        return await self._decide(visit, self.acts.refuse(visit.desk, visit.number("number"), reason), "refused")

    async def _take_back(self, visit: BoardVisit) -> Screen | Redirect:
        return await self._decide(visit, self.acts.take_back(visit.desk, visit.number("number")), "back")

    async def _decide(self, visit: BoardVisit, deciding: Awaitable[None], done: str) -> Screen | Redirect:
        """Wait for the act; what became of the proposal meanwhile where it cannot be. Raises NotFound: it never was."""
        words = self.words(visit.say)
        try:
            await deciding
        except BadDecision as error:
            return await self._draw(visit, wrong=str(error), status=422)
        except NeedsSecondOfficer:
            return await self._draw(visit, wrong=words.second, status=403)
        except NotFound:
            return await self._draw(visit, wrong=words.late, status=_CONFLICT)
        return Redirect(f"{self.path}/{visit.number('number')}?done={done}")

    async def _draw(self, visit: BoardVisit, *, said: str = "", wrong: str = "", status: int = 200) -> Screen:
        screen = await self.draw(visit)
        return Screen(screen.template, screen.title, screen.values, said, wrong, status)
