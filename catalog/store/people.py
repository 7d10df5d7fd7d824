"""All that is kept about one person: what they looked at, every row about them, and its erasure.

The rows are given table by table as they lie there; whoever asks for them opens what is sealed.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.inquiry import Address, State
from catalog.model import BY_NAME, LookUp, LookUpWay
from catalog.store import buyers, erasures, fair_visits, inbox, inquiries, inquiry_queries, memory, tables, unmet
from catalog.store.access import Access
from catalog.store.personal_tables import ADDRESSED, ERASED

_MOST_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Look:
    """Someone looked at a product; *at* in UTC seconds, *look_up* how they came to it. Its *number* is its own."""

    product_id: str
    at: float
    look_up: LookUp = BY_NAME
    number: int = 0


async def note_view(
    connection: AsyncConnection, who: Address, product_id: str, *, at: float, look_up: LookUp = BY_NAME
) -> None:
    """Note that someone was shown a product."""
    values = {"channel": who.channel, "address": who.address, "at": at, "product_id": product_id}
    told = {name: str(getattr(look_up, name)) for name in tables.LOOK_UP_COLUMNS}
    await connection.execute(insert(tables.history).values(values | told))


async def looks(connection: AsyncConnection, who: Address, *, limit: int, offset: int = 0) -> list[Look]:
    """What someone looked at, the newest first."""
    table = tables.history
    query = select(table).where(table.c.channel == who.channel, table.c.address == who.address)
    query = query.order_by(table.c.number.desc()).limit(limit).offset(offset)
    return [read_look(row) for row in (await connection.execute(query)).mappings()]


def read_look(row: RowMapping) -> Look:
    """The look-up in a *row* of its table."""
    told = {name: row[name] for name in tables.LOOK_UP_COLUMNS} | {"way": LookUpWay(row["way"] or LookUpWay.NAME)}
    return Look(row["product_id"], row["at"], LookUp(**told), row["number"])


async def erase(connection: AsyncConnection, who: Address, *, persons: Sequence[str] = ()) -> int:
    """Erase all that is kept about someone but a count of inquiries, and that they erased it; how many inquiries.

    *persons* is what stands for them where their address does not.
    """
    asked = await inquiry_queries.refs_of_consumer(connection, who)
    await inquiries.forget_words(connection, asked)
    for table in ERASED:
        await connection.execute(delete(table).where(table.c.channel == who.channel, table.c.address == who.address))
    await connection.execute(delete(tables.memory).where(noted_of(who)))
    own = tables.corrections
    await connection.execute(
        update(own).where(own.c.channel == who.channel, own.c.address == who.address).values(channel="", address="")
    )
    asked_for = tables.recalls
    await connection.execute(update(asked_for).where(_of(asked_for, who)).values(channel="", address=""))
    named, changed = f"{who.channel}:{who.address}", tables.changes
    await connection.execute(update(own).where(own.c.decided_by == named).values(decided_by=""))
    await connection.execute(update(changed).where(changed.c.who == named).values(who=""))
    await unmet.forget_person(connection, persons)
    await fair_visits.forget_person(connection, persons)
    await buyers.forget_person(connection, who, at=time.time())
    return len(asked)


async def has_matters(connection: AsyncConnection, who: Address) -> bool:
    """True while someone has an inquiry that is not closed, or answers for a producer or as an officer."""
    asked, roles = tables.inquiries, tables.members
    open_one = select(asked.c.number).where(
        asked.c.channel == who.channel, asked.c.address == who.address, asked.c.state != str(State.CLOSED)
    )
    role = select(roles.c.role).where(roles.c.channel == who.channel, roles.c.address == who.address)
    return bool(await connection.scalar(select(open_one.exists() | role.exists())))


async def forget_idle(connection: AsyncConnection, moment: float) -> int:
    """Erase the conversations of who has not come since *moment*; how many those were."""
    gone = await connection.execute(delete(tables.people).where(tables.people.c.seen_at < moment))
    return gone.rowcount


async def forget_looks(connection: AsyncConnection, moment: float) -> int:
    """Erase some of what was looked up before *moment*; how many look-ups those were."""
    table = tables.history.c
    old = select(table.number).where(table.at < moment).order_by(table.number).limit(_MOST_AT_ONCE)
    return (await connection.execute(delete(tables.history).where(table.number.in_(old)))).rowcount


Rows = list[dict[str, Any]]


async def rows_of(connection: AsyncConnection, who: Address, *, persons: Sequence[str]) -> dict[str, Rows]:
    """The rows about someone by table, oldest first; *persons* is what stands for them where their address does not."""
    found = {table.name: await _rows(connection, table, _of(table, who)) for table in ADDRESSED}
    refs = [row["ref"] for row in found["inquiries"]]
    found["messages"] = await _rows(connection, tables.messages, tables.messages.c.inquiry.in_(refs))
    found["fair_leads"] = await _rows(connection, tables.fair_leads, tables.fair_leads.c.ref.in_(refs))
    named = f"{who.channel}:{who.address}"
    found |= await buyers.rows_of(connection, [row["number"] for row in found["buyer_requests"]])
    found["changes"] = await _rows(connection, tables.changes, tables.changes.c.who == named)
    decided = await _rows(connection, tables.corrections, tables.corrections.c.decided_by == named)
    found["corrections"] += [row for row in decided if row not in found["corrections"]]
    found["memory"] = await _rows(connection, tables.memory, noted_of(who))
    found["erasures"] = await _rows(connection, tables.erasures, tables.erasures.c.person.in_(persons))
    found["booth_visits"] = await fair_visits.of_person(connection, persons)
    found["unmet_askers"] = [{"shown": shown, "at": at} for shown, at in await unmet.of_person(connection, persons)]
    return found


def noted_of(who: Address) -> ColumnElement[bool]:
    """The drawers' notes about someone: a draft's photo, and what a channel keeps under a key that ends with them."""
    kept = tables.memory.c
    draft = (kept.owner == "draft") & (kept.key == f"{who.channel}:{who.address}")
    drawers = (who.channel, memory.personal(who.channel))
    return draft | (kept.owner.in_(drawers) & kept.key.endswith(f":{who.address}", autoescape=True))


def _of(table: Table, who: Address) -> ColumnElement[bool]:
    return (table.c.channel == who.channel) & (table.c.address == who.address)


async def _rows(connection: AsyncConnection, table: Table, condition: ColumnElement[bool]) -> Rows:
    query = select(table).where(condition).order_by(*table.primary_key.columns)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def list_addresses(connection: AsyncConnection) -> set[Address]:
    """Everybody who can be told apart in this database by their address."""
    found: set[Address] = set()
    for table in ADDRESSED:
        rows = await connection.execute(select(table.c.channel, table.c.address).distinct())
        found.update(Address(row.channel, row.address) for row in rows)
    named = [*await connection.scalars(select(tables.changes.c.who).distinct())]
    named += await connection.scalars(select(tables.corrections.c.decided_by).distinct())
    notes = await connection.execute(select(tables.memory.c.owner, tables.memory.c.key))
    pairs = [(memory.channel_of(row.owner), row.key) for row in notes]
    named += [f"{channel}:{address}" for channel, key in pairs for address in _ends(key)]
    named += [key for _, key in pairs]
    split = [text.partition(":") for text in named]
    found.update(Address(channel, address) for channel, _, address in split if address)
    return found


def _ends(key: str) -> list[str]:
    """Every end of *key* that follows a colon: one of them may be somebody's address."""
    parts = key.split(":")
    return [":".join(parts[number:]) for number in range(1, len(parts))]


class PeopleStore:
    """What is kept about people beside their inquiries. Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access) -> None:
        self._access = access
        # How often change_state() has changed anyone's conversation beside the inbox's answers.
        self.changes = 0

    async def load(self, channel: str, address: str) -> tuple[str, str]:
        """Someone's chosen language and the state of their conversation."""
        language, state = await self._access.read_in_steps(inbox.person_in_steps(channel, address))
        return language, self._access.open(state) or "{}"

    async def change_state(self, who: Address, change: Callable[[str, str], str]) -> None:
        """Change the state of someone's conversation in one step; *change* gets their language and the state.

        It may be called twice, and must do nothing else.
        """
        seal = self._access.seal

        async def apply_change(connection: AsyncConnection) -> None:
            language, sealed = await inbox.person(connection, who.channel, who.address)
            state = seal.close(change(language, seal.open(sealed) or "{}"))
            await inbox.keep_people(connection, [inbox.StoredAnswer(0, "", who.channel, who.address, language, state)])

        await self._access.write(apply_change)
        self.changes += 1

    async def note_view(self, who: Address, product_id: str, *, at: float, look_up: LookUp = BY_NAME) -> None:
        """Note that someone was shown a product, beside an answer of the inbox."""
        await self._access.write(lambda c: note_view(c, who, product_id, at=at, look_up=look_up))

    async def looks(self, who: Address, *, limit: int, offset: int = 0) -> list[Look]:
        """What someone was shown, the newest first."""
        return await self._access.read(lambda c: looks(c, who, limit=limit, offset=offset))

    async def has_matters(self, who: Address) -> bool:
        """True while someone has an inquiry that is not closed, or a role."""
        return await self._access.read(lambda c: has_matters(c, who))

    async def rows_about(self, who: Address) -> dict[str, Rows]:
        """All rows about someone by table, opened; nothing is left out."""
        persons = self._access.seal.persons(who.channel, who.address)
        found = await self._access.read(lambda c: rows_of(c, who, persons=persons))
        return {table: [self._open_row(row) for row in rows] for table, rows in found.items()}

    def _open_row(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: self._open_value(value) for name, value in row.items()}

    def _open_value(self, value: Any) -> Any:
        match value:
            case str():
                return self._access.seal.open(value)
            case bytes():
                return self._access.seal.open_bytes(value)
            case list():
                return [self._open_value(each) for each in value]
        return value

    async def erase(self, who: Address) -> int:
        """Erase all that is kept about someone. What it leaves in the files goes with settle_erased()."""
        persons = self._access.seal.persons(who.channel, who.address)
        tombstone = erasures.Erasure(persons[0], time.time())

        async def erase_and_note(connection: AsyncConnection) -> int:
            await erasures.note(connection, [tombstone])
            return await erase(connection, who, persons=persons)

        asked = await self._access.write(erase_and_note)
        self._access.vacuum.ask()
        return asked

    async def erase_again(self, erased: Sequence[erasures.Erasure]) -> int:
        """Erase whom *erased* names and this database, an older copy, does not know as erased; how many those were."""
        again = await self._access.write_alone(lambda c: self._erase_again(c, erased))
        self._access.vacuum.ask()
        return again

    async def _erase_again(self, connection: AsyncConnection, erased: Sequence[erasures.Erasure]) -> int:
        known = {each.person: each.at for each in await erasures.list_all(connection)}
        missed = {each.person: each for each in erased if each.at > known.get(each.person, 0.0)}
        again = 0
        for who in await list_addresses(connection):
            persons = self._access.seal.persons(who.channel, who.address)
            if not missed.keys().isdisjoint(persons):
                await erase(connection, who, persons=persons)
                again += 1
        await unmet.forget_person(connection, list(missed))
        await fair_visits.forget_person(connection, list(missed))
        await erasures.note(connection, list(missed.values()))
        return again

    async def settle_erased(self, *, patience: float = 2.0) -> bool:
        """Empty what was erased out of the files too; False where that takes longer: the house goes on trying."""
        return await self._access.vacuum.settle_soon(patience=patience)

    async def forget_idle(self, moment: float) -> int:
        """Erase the conversations of who has not come since *moment*; how many those were."""
        return await self._access.write(lambda c: forget_idle(c, moment))

    async def forget_looks(self, moment: float) -> int:
        """Erase what was looked up before *moment*, in small writes; how many look-ups those were."""
        gone = 0
        while some := await self._access.write(lambda c: forget_looks(c, moment)):
            gone += some
        return gone
