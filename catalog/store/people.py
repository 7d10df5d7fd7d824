"""All that is kept about one person: what they looked at, and its erasure."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.inquiry import Address, State
from catalog.store import inquiries, tables, takeout, unmet


@dataclass(frozen=True, slots=True)
class Look:
    """Someone looked at a product; *at* in UTC seconds."""

    product_id: str
    at: float


async def note_view(connection: AsyncConnection, who: Address, product_id: str, *, at: float) -> None:
    """Note that someone was shown a product."""
    values = {"channel": who.channel, "address": who.address, "at": at, "product_id": product_id}
    await connection.execute(insert(tables.history).values(values))


async def looks(connection: AsyncConnection, who: Address, *, limit: int, offset: int = 0) -> list[Look]:
    """What someone looked at, the newest first."""
    table = tables.history
    query = select(table).where(table.c.channel == who.channel, table.c.address == who.address)
    query = query.order_by(table.c.number.desc()).limit(limit).offset(offset)
    return [Look(row["product_id"], row["at"]) for row in (await connection.execute(query)).mappings()]


async def erase(connection: AsyncConnection, who: Address, *, persons: Sequence[str] = ()) -> int:
    """Erase all that is kept about someone but a count of inquiries; how many inquiries that were.

    *persons* is what stands for them where their address does not.
    """
    asked = await inquiries.refs_of_consumer(connection, who)
    await inquiries.forget_words(connection, asked)
    for table in (tables.inbox, tables.people, tables.history, tables.members, tables.blocks, tables.notices):
        await connection.execute(delete(table).where(table.c.channel == who.channel, table.c.address == who.address))
    await connection.execute(delete(tables.memory).where(takeout.noted_of(who)))
    own = tables.corrections
    await connection.execute(
        update(own).where(own.c.channel == who.channel, own.c.address == who.address).values(channel="", address="")
    )
    named, changed = f"{who.channel}:{who.address}", tables.changes
    await connection.execute(update(own).where(own.c.decided_by == named).values(decided_by=""))
    await connection.execute(update(changed).where(changed.c.who == named).values(who=""))
    await unmet.forget_person(connection, persons)
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
    """Erase what was looked at before *moment*, and the conversations of who has not come since; how many of those."""
    await connection.execute(delete(tables.history).where(tables.history.c.at < moment))
    gone = await connection.execute(delete(tables.people).where(tables.people.c.seen_at < moment))
    return gone.rowcount
