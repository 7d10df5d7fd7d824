"""Answers that have not gone out: read back in small slices, without pictures, when their turn comes.

Besides the states of :mod:`catalog.store.inbox` there are ``shelved`` (older than what its person was told since;
theirs on request) and ``asked`` (requested, about to be given).
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.store import tables
from catalog.store.inbox import InboxRow

WAITING = ("waiting", "ready")
_COLUMNS = ("channel", "address", "ref", "body", "seq", "state", "answer", "attempts", "due_at", "received_at")


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one channel: how many messages, since when (UTC seconds), and why the last one did not go out."""

    channel: str
    count: int
    oldest: float
    why: str = ""


async def letters(
    connection: AsyncConnection, channel: str, address: str, *, states: Collection[str], limit: int
) -> list[InboxRow]:
    """Someone's letters in these *states*, what must still be answered first, then the oldest."""
    table = tables.inbox
    order = (table.c.answer.is_not(None), table.c.seq)
    query = select(*(table.c[name] for name in _COLUMNS), _size(connection).label("picture_bytes")).where(
        table.c.channel == channel, table.c.address == address, table.c.state.in_(states)
    )
    rows = await connection.execute(query.order_by(*order).limit(limit))
    return [InboxRow(**row) for row in rows.mappings()]


async def picture(connection: AsyncConnection, seq: int) -> bytes | None:
    """The pictures of one letter."""
    table = tables.inbox
    found: bytes | None = await connection.scalar(select(table.c.pictures).where(table.c.seq == seq))
    return found


async def lanes(connection: AsyncConnection, channel: str) -> list[tuple[str, float]]:
    """The address of everyone for whom something waits in *channel*, and when it is due."""
    table = tables.inbox
    query = (
        select(table.c.address, func.max(table.c.due_at).label("due_at"))
        .where(table.c.channel == channel, table.c.state.in_(WAITING))
        .group_by(table.c.address)
        .order_by(func.min(table.c.seq))
    )
    return [(row.address, row.due_at) for row in await connection.execute(query)]


async def people(connection: AsyncConnection, state: str) -> list[tuple[str, str]]:
    """The (channel, address) of everyone who has a letter in this *state*."""
    table = tables.inbox
    query = select(table.c.channel, table.c.address).where(table.c.state == state).distinct()
    return [(row.channel, row.address) for row in await connection.execute(query)]


async def pictures_waiting(connection: AsyncConnection) -> list[tuple[str, str, int]]:
    """The channel, address and size of each letter whose pictures nobody has looked at."""
    table = tables.inbox
    size = _size(connection)
    query = select(table.c.channel, table.c.address, size.label("size"))
    query = query.where(table.c.state == "waiting", table.c.pictures.is_not(None))
    return [(row.channel, row.address, row.size) for row in await connection.execute(query)]


async def take_over(connection: AsyncConnection, channel: str, *, keeps_answers: bool) -> None:
    """Begin where a process that is no more stopped: what it was sending may have arrived, and is not sent again.

    Where answers are fetched from here, being kept is all that they need.
    """
    table = tables.inbox
    here = table.c.channel == channel
    sending = update(table).where(here, table.c.state == "sending")
    if keeps_answers:
        await connection.execute(sending.values(state="sent"))
    else:
        await connection.execute(sending.values(state="unknown", trouble="stopped while sending"))
    await connection.execute(update(table).where(here, table.c.state == "asked").values(state="shelved"))


async def claim(connection: AsyncConnection, seqs: Collection[int]) -> list[bool]:
    """Note of each that it is being sent from now on; False where it was erased or somebody else has it."""
    table = tables.inbox
    found = []
    for seq in seqs:
        mine = (table.c.seq == seq) & table.c.state.in_(("ready", "held", "asked"))
        found.append((await connection.execute(update(table).where(mine).values(state="sending"))).rowcount == 1)
    return found


async def shelve(connection: AsyncConnection, channel: str, address: str, *, before: float, state: str) -> int:
    """Put what waits in *state* since *before* aside, but not the newest of it; how many that were."""
    table = tables.inbox
    theirs = (table.c.channel == channel) & (table.c.address == address) & (table.c.state == state)
    newest = select(func.max(table.c.seq)).where(theirs).scalar_subquery()
    old = theirs & (table.c.received_at < before) & (table.c.seq < newest)
    return (await connection.execute(update(table).where(old).values(state="shelved", due_at=0.0))).rowcount


async def ask_for(connection: AsyncConnection, channel: str, address: str, *, limit: int) -> int:
    """Someone asks for what was put aside: the oldest *limit* are given next; how many those are."""
    table = tables.inbox
    theirs = (table.c.channel == channel) & (table.c.address == address) & (table.c.state == "shelved")
    oldest = select(table.c.seq).where(theirs).order_by(table.c.seq).limit(limit)
    asked = update(table).where(table.c.seq.in_(oldest)).values(state="asked", attempts=0)
    return (await connection.execute(asked)).rowcount


async def count_put_aside(connection: AsyncConnection, channel: str, address: str) -> int:
    """How many answers were put aside for someone."""
    table = tables.inbox
    theirs = (table.c.channel == channel) & (table.c.address == address) & (table.c.state == "shelved")
    return int(await connection.scalar(select(func.count()).select_from(table).where(theirs)) or 0)


async def put_back(connection: AsyncConnection, channel: str, address: str) -> None:
    """What was asked for and could not be given is put aside again."""
    table = tables.inbox
    theirs = (table.c.channel == channel) & (table.c.address == address) & (table.c.state == "asked")
    await connection.execute(update(table).where(theirs).values(state="shelved"))


async def backlogs(connection: AsyncConnection) -> list[Backlog]:
    """What waits, by channel."""
    table = tables.inbox
    waits = table.c.state.in_((*WAITING, "sending"))
    query = select(table.c.channel, func.count().label("size"), func.min(table.c.received_at).label("oldest"))
    rows = (await connection.execute(query.where(waits).group_by(table.c.channel).order_by(table.c.channel))).all()
    return [Backlog(row.channel, row.size, row.oldest, await _why(connection, row.channel)) for row in rows]


async def _why(connection: AsyncConnection, channel: str) -> str:
    table = tables.inbox
    tried = (table.c.channel == channel) & (table.c.state == "ready") & (table.c.trouble != "")
    query = select(table.c.trouble).where(tried).order_by(table.c.due_at.desc()).limit(1)
    return str(await connection.scalar(query) or "")


async def forget_before(connection: AsyncConnection, moment: float) -> int:
    """Erase all letters from before *moment*, also those that never went out; how many there were."""
    table = tables.inbox
    return (await connection.execute(delete(table).where(table.c.received_at < moment))).rowcount


def _size(connection: AsyncConnection) -> ColumnElement[int]:
    """The length of a letter's pictures, which neither database reads for it."""
    pictures = tables.inbox.c.pictures
    length = func.octet_length(pictures) if connection.dialect.name == "postgresql" else func.length(pictures)
    return func.coalesce(length, 0)
