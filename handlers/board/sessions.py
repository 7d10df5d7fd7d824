"""The browsers in which an officer is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.audit import Deed
from catalog.errors import NotFound
from catalog.officers import BoardSession
from handlers.board.desk import Desk


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One browser; *here* is the one that asks."""

    session: BoardSession
    here: bool


async def list_sessions(desk: Desk) -> Sequence[SessionLine]:
    """Where the officer is signed in, the one used last first. Raises StoreError."""
    store, now = desk.context.store, desk.context.now()
    living = await store.board_sessions.list_living(desk.officer.number, now=now, idle=desk.idle)
    return [SessionLine(each, each.number == desk.session.number) for each in living]


async def end_session(desk: Desk, number: int) -> None:
    """End one of the officer's own sessions. Raises NotFound for anybody else's, StoreError."""
    await _end(desk, number, Deed.SESSION_REVOKED)


async def sign_out(desk: Desk) -> None:
    """End the session in which this is asked. Raises StoreError."""
    await _end(desk, desk.session.number, Deed.SIGNED_OUT)


async def _end(desk: Desk, number: int, deed: Deed) -> None:
    sessions = desk.context.store.board_sessions
    if not await sessions.end(number, officer=desk.officer.number, deed=deed, by=desk.doer):
        raise NotFound
