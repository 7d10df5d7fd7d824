"""The chats in which an officer is known, as they see them on the board."""

from collections.abc import Sequence

from catalog.errors import NotFound
from handlers.board.desk import Desk
from handlers.own_codes import LINK_SECONDS, new_code, spell_code


async def list_channels(desk: Desk) -> Sequence[str]:
    """The channels in which the officer is known, each once. Raises StoreError."""
    found = await desk.context.store.officer_chats.of_officer(desk.officer.number)
    return list(dict.fromkeys(each.channel for each in found))


async def make_code(desk: Desk) -> str:
    """A one-time code for ``/banlamviec CODE``. Raises StoreError."""
    code, expires = new_code(), desk.context.now() + LINK_SECONDS
    await desk.context.store.officers.make_link(desk.officer.number, code, expires_at=expires, by=desk.doer)
    return spell_code(code)


async def forget(desk: Desk, channel: str) -> None:
    """Be known in no chat of this channel any more. Raises NotFound, StoreError."""
    if not await desk.context.store.officer_chats.unbind(channel, desk.officer.number, by=desk.doer):
        raise NotFound
