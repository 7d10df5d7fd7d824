"""An officer's passkeys. Whoever has some changes them only after one was shown: a stolen link must not add its own."""

from collections.abc import Sequence
from dataclasses import replace

from catalog.errors import NotFound
from catalog.officers import NotAllowed, Passkey
from handlers.board.desk import Desk


async def list_passkeys(desk: Desk) -> Sequence[Passkey]:
    """The officer's passkeys. Raises StoreError."""
    return await desk.context.store.passkeys.of_officer(desk.officer.number)


def may_change(desk: Desk, known: Sequence[Passkey]) -> bool:
    """Whether passkeys may be added and removed in this session; the first one is added without another."""
    return not known or desk.has_shown_passkey


async def add(desk: Desk, made: Passkey, *, name: str, challenge: bytes) -> bool:
    """Keep a new passkey; False where its challenge was answered before. Raises NotAllowed, StoreError."""
    if not may_change(desk, await list_passkeys(desk)):
        raise NotAllowed
    owned = replace(made, officer=desk.officer.number, name=name)
    return await desk.context.store.passkeys.add(owned, challenge=challenge, session=desk.session.number, by=desk.doer)


async def show(desk: Desk, passkey: Passkey, *, sign_count: int, challenge: bytes) -> bool:
    """Note that this session has shown a passkey; False where the challenge was answered before. Raises StoreError."""
    store, session = desk.context.store, desk.session.number
    return await store.passkeys.show(passkey, sign_count=sign_count, challenge=challenge, session=session)


async def remove(desk: Desk, number: int) -> None:
    """Remove one of the officer's passkeys. Raises NotAllowed, NotFound for anybody else's, StoreError."""
    if not desk.has_shown_passkey:
        raise NotAllowed
    if not await desk.context.store.passkeys.remove(number, officer=desk.officer.number, by=desk.doer):
        raise NotFound
