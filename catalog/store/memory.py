"""Small things that are kept under a key: searches whose pages are turned, a channel's notes, a draft's photo."""

import base64
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Dialect, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from catalog.inquiry import Address
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.steps import InSteps, Statement, Steps

_PERSONAL = ":people"
_DRAFT = "draft"
_SEARCH_SECONDS = 90 * 24 * 3600.0


def _insert_in(dialect: Dialect) -> type[sqlite.Insert] | type[postgresql.Insert]:
    return postgresql.Insert if dialect.name == "postgresql" else sqlite.Insert


@InSteps
def keep_searches(searches: Sequence[tuple[str, str]]) -> Steps[list[None]]:
    """Keep each (token, search); the same token always means the same search."""
    now = time.time()
    yield _SEARCH.of([{"token": token, "search": search, "kept_at": now} for token, search in searches])
    return [None] * len(searches)


def _searching(dialect: Dialect) -> UpdateBase:
    statement = _insert_in(dialect)(tables.searches)
    there = {"kept_at": statement.excluded.kept_at}
    return statement.on_conflict_do_update(index_elements=["token"], set_=there)


_SEARCH = Statement(_searching, names=("token", "search", "kept_at"))


async def forget_searches_before(connection: AsyncConnection, moment: float) -> None:
    """Erase the words of searches that nobody has made since *moment*."""
    await connection.execute(delete(tables.searches).where(tables.searches.c.kept_at < moment))


async def search(connection: AsyncConnection, token: str) -> str | None:
    """The search kept under *token*."""
    found: str | None = await connection.scalar(
        select(tables.searches.c.search).where(tables.searches.c.token == token)
    )
    return found


@InSteps
def remember(things: Sequence[tuple[str, str, str]]) -> Steps[list[None]]:
    """Keep each (owner, key, value), whatever was there."""
    yield _THING.of([{"owner": owner, "key": key, "value": value} for owner, key, value in things])
    return [None] * len(things)


def _remembering(dialect: Dialect) -> UpdateBase:
    statement = _insert_in(dialect)(tables.memory)
    there = {"value": statement.excluded.value}
    return statement.on_conflict_do_update(index_elements=["owner", "key"], set_=there)


_THING = Statement(_remembering, names=("owner", "key", "value"))


async def recall(connection: AsyncConnection, owner: str, key: str) -> str | None:
    """The value *owner* keeps under *key*."""
    table = tables.memory
    found: str | None = await connection.scalar(select(table.c.value).where(table.c.owner == owner, table.c.key == key))
    return found


def personal(owner: str) -> str:
    """The drawer of what *owner* keeps about people, each under a key that ends with ":" and their address."""
    return f"{owner}{_PERSONAL}"


def channel_of(owner: str) -> str:
    """The channel whose drawer this is."""
    return owner.removesuffix(_PERSONAL)


async def everything_personal(connection: AsyncConnection) -> list[tuple[str, str, str]]:
    """All (drawer, key, value) that is kept about people."""
    table = tables.memory
    query = select(table.c.owner, table.c.key, table.c.value).where(table.c.owner.endswith(_PERSONAL))
    return [(row.owner, row.key, row.value) for row in await connection.execute(query)]


async def everything(connection: AsyncConnection, owner: str) -> list[tuple[str, str]]:
    """All (key, value) that *owner* keeps."""
    table = tables.memory
    rows = await connection.execute(select(table.c.key, table.c.value).where(table.c.owner == owner))
    return [(row.key, row.value) for row in rows]


async def forget_all(connection: AsyncConnection, things: Sequence[Sequence[tuple[str, str]]]) -> list[None]:
    """Keep nothing under each of several (owner, key) any more."""
    for owner, key in chain.from_iterable(things):
        await forget(connection, owner, key)
    return [None] * len(things)


async def forget(connection: AsyncConnection, owner: str, key: str) -> None:
    """Keep nothing under *key* any more."""
    table = tables.memory
    await connection.execute(delete(table).where(table.c.owner == owner, table.c.key == key))


@dataclass(frozen=True, slots=True)
class Exchange:
    """Keep *new* under *key* if *expected* (None: nothing) is there now."""

    owner: str
    key: str
    expected: str | None
    new: str


async def exchange(connection: AsyncConnection, exchanges: Sequence[Exchange]) -> list[bool]:
    """Whether each exchange took place."""
    return [await _exchange(connection, each) for each in exchanges]


async def _exchange(connection: AsyncConnection, wanted: Exchange) -> bool:
    table = tables.memory
    if wanted.expected is None:
        row = {"owner": wanted.owner, "key": wanted.key, "value": wanted.new}
        statement = _insert_in(connection.dialect)(table).on_conflict_do_nothing()
        return (await connection.execute(statement, row)).rowcount == 1
    changed = (
        update(table)
        .where(table.c.owner == wanted.owner, table.c.key == wanted.key, table.c.value == wanted.expected)
        .values(value=wanted.new)
    )
    return (await connection.execute(changed)).rowcount == 1


class MemoryStore:
    """What is kept under a key. Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def keep_search(self, token: str, search: str) -> None:
        """Keep a search so that its pages can be turned later."""
        await self._access.write_item(keep_searches, (token, self._access.close(search)))

    async def search(self, token: str) -> str | None:
        """The search kept under *token*."""
        found = await self._access.read(lambda c: search(c, token))
        return self._access.open(found) or None if found else None

    async def forget_old_searches(self) -> None:
        """Erase the words of searches that nobody has made in 90 days."""
        await self._access.write_alone(lambda c: forget_searches_before(c, time.time() - _SEARCH_SECONDS))

    async def recall(self, owner: str, key: str) -> str | None:
        """What *owner* keeps under *key*."""
        return await self._access.read(lambda c: recall(c, owner, key))

    async def remember(self, owner: str, key: str, value: str) -> None:
        """Keep *value* for *owner*."""
        await self._access.write_item(remember, (owner, key, value))

    async def exchange(self, wanted: Exchange) -> bool:
        """Compare and swap."""
        return await self._access.write_item(exchange, wanted)

    async def forget(self, owner: str, key: str) -> None:
        """Keep nothing for *owner* under *key* any more. What it leaves in the files goes with settle_erased()."""
        await self._access.write_item(forget_all, [(owner, key)])
        self._access.vacuum.ask()

    async def keep_personal_note(self, owner: str, key: str, value: str) -> None:
        """Keep *value*, sealed, for *owner*; *key* ends with ":" and the address of whom it is about."""
        await self._access.write_item(remember, (personal(owner), key, self._access.close(value)))

    async def personal_notes(self, owner: str) -> dict[str, str]:
        """All that *owner* keeps about people."""
        kept = await self._access.read(lambda c: everything(c, personal(owner)))
        return {key: self._access.open(sealed) for key, sealed in kept}

    async def forget_personal_notes(self, owner: str, keys: Collection[str]) -> None:
        """Erase what *owner* keeps about people under *keys*."""
        await self._access.write_item(forget_all, [(personal(owner), key) for key in keys])

    async def forget_personal_notes_before(self, moment: float) -> None:
        """Erase what channels, also those that are off now, have kept about people since before *moment*."""
        if self._access.keys is None:
            return
        kept = await self._access.read(everything_personal)
        old = [(owner, key) for owner, key, sealed in kept if self._access.seal.closed_at(sealed) < moment]
        await self._access.write_item(forget_all, old)

    async def keep_draft_photo(self, who: Address, photo: bytes) -> None:
        """Keep a complaint's photo until its draft is sent or thrown away."""
        sealed = self._access.seal.close(base64.b64encode(photo).decode())
        await self._access.write_item(remember, (_DRAFT, _draft_key(who), sealed))

    async def draft_photo(self, who: Address) -> bytes | None:
        """The photo of someone's draft."""
        sealed = await self._access.read(lambda c: recall(c, _DRAFT, _draft_key(who)))
        return base64.b64decode(self._access.seal.open(sealed)) if sealed else None

    async def drop_draft_photo(self, who: Address) -> None:
        """Keep the draft's photo no longer."""
        await self._access.write_item(forget_all, [(_DRAFT, _draft_key(who))])

    async def forget_drafts_before(self, moment: float) -> int:
        """Throw away the photos of drafts that nobody sent; how many."""
        kept = await self._access.read(lambda c: everything(c, _DRAFT))
        old = [key for key, sealed in kept if self._access.seal.closed_at(sealed) < moment]
        await self._access.write_item(forget_all, [(_DRAFT, key) for key in old])
        return len(old)


def _draft_key(who: Address) -> str:
    return f"{who.channel}:{who.address}"
