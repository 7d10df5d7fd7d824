"""How an officer gets in, as they see and change it themselves: browsers signed in, passkeys, chats.

Whoever has passkeys changes them only after one was shown: a stolen link must not add its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.audit import Deed
from catalog.errors import NotFound
from catalog.officers import BoardSession, NotAllowed, Passkey
from handlers.board.desk import Desk
from handlers.own_codes import LINK_SECONDS, format_code, new_code


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


async def list_passkeys(desk: Desk) -> Sequence[Passkey]:
    """The officer's passkeys. Raises StoreError."""
    return await desk.context.store.passkeys.of_officer(desk.officer.number)


def may_change(desk: Desk, known: Sequence[Passkey]) -> bool:
    """Whether passkeys may be added and removed in this session; the first one is added without another."""
    return not known or desk.has_shown_passkey


async def add_passkey(desk: Desk, made: Passkey, *, name: str, challenge: bytes) -> bool:
    """Keep a new passkey; False where its challenge was answered before. Raises NotAllowed, StoreError."""
    if not may_change(desk, await list_passkeys(desk)):
        raise NotAllowed
    owned = replace(made, officer=desk.officer.number, name=name)
    return await desk.context.store.passkeys.add(owned, challenge=challenge, session=desk.session.number, by=desk.doer)


async def show_passkey(desk: Desk, passkey: Passkey, *, sign_count: int, challenge: bytes) -> bool:
    """Note that this session has shown a passkey; False where the challenge was answered before. Raises StoreError."""
    store, session = desk.context.store, desk.session.number
    return await store.passkeys.show(passkey, sign_count=sign_count, challenge=challenge, session=session)


async def remove_passkey(desk: Desk, number: int) -> None:
    """Remove one of the officer's passkeys. Raises NotAllowed, NotFound for anybody else's, StoreError."""
    if not desk.has_shown_passkey:
        raise NotAllowed
    if not await desk.context.store.passkeys.remove(number, officer=desk.officer.number, by=desk.doer):
        raise NotFound


async def list_channels(desk: Desk) -> Sequence[str]:
    """The channels in which the officer is known, each once. Raises StoreError."""
    found = await desk.context.store.officer_chats.of_officer(desk.officer.number)
    return list(dict.fromkeys(each.channel for each in found))


async def make_code(desk: Desk) -> str:
    """A one-time code for ``/banlamviec CODE``. Raises StoreError."""
    code, expires = new_code(), desk.context.now() + LINK_SECONDS
    await desk.context.store.officers.make_link(desk.officer.number, code, expires_at=expires, by=desk.doer)
    return format_code(code)


async def forget_chat(desk: Desk, channel: str) -> None:
    """Be known in no chat of this channel any more. Raises NotFound, StoreError."""
    if not await desk.context.store.officer_chats.unbind(channel, desk.officer.number, by=desk.doer):
        raise NotFound
