"""An officer at work: who, for which act, how far it reaches, and in which language."""

from dataclasses import dataclass

from catalog.audit import Doer
from catalog.officers import Act, ActScope, BoardSession, NotAllowed, Officer, Reach, level, reach
from catalog.store import PASSKEY
from handlers.context import Context
from handlers.phrases import Speech


@dataclass(frozen=True, slots=True)
class Desk:
    """What a page of the board is given. *act* is the one that the page declared; the officer may do it somewhere.

    *idle* is after how many seconds a session ends that nobody uses.
    """

    context: Context
    officer: Officer
    session: BoardSession
    act: Act
    say: Speech
    idle: float = 30 * 60.0

    @property
    def reach(self) -> Reach:
        """How far the officer may do the page's act: lists show what lies within, and nothing else."""
        return self.reach_of(self.act)

    def reach_of(self, act: Act) -> Reach:
        """How far the officer may do *act* today."""
        today = self.context.today()
        return reach(self.officer.grants_in_force(today), act, today=today)

    def require(self, scope: ActScope, act: Act | None = None) -> None:
        """Go on only if *scope* lies within what the officer may do. Raises NotAllowed."""
        if not self.reach_of(act or self.act).covers(scope):
            raise NotAllowed

    @property
    def has_shown_passkey(self) -> bool:
        """Whether the officer has shown a passkey in this session."""
        return self.session.second_way == PASSKEY

    @property
    def doer(self) -> Doer:
        """Who does the page's act, as the audit tells it."""
        today = self.context.today()
        role = level(self.officer.grants_in_force(today), self.act, today=today)
        return Doer(self.officer.number, role or "")
