"""Reading inquiries from the database: one by one, a person's, a producer's, what waits. Words stay sealed here."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.inquiry import TO_OFFICERS, WAITING, Address, Inquiry, Kind, Message, Side, State
from catalog.store import tables


async def by_ref(connection: AsyncConnection, ref: str) -> Inquiry | None:
    """One inquiry with all its messages."""
    found = await _inquiries(connection, tables.inquiries.c.ref == ref, limit=1)
    return found[0] if found else None


async def by_link(connection: AsyncConnection, link: str) -> Inquiry | None:
    """The inquiry whose web link has this fingerprint."""
    found = await _inquiries(connection, tables.inquiries.c.link == link, limit=1)
    return found[0] if found else None


async def of_consumer(connection: AsyncConnection, who: Address, *, limit: int, offset: int = 0) -> list[Inquiry]:
    """What someone asked, the newest first."""
    table = tables.inquiries
    mine = (table.c.channel == who.channel) & (table.c.address == who.address)
    return await _inquiries(connection, mine, limit=limit, offset=offset)


async def of_producers(
    connection: AsyncConnection, producers: Collection[str], *, waiting: bool, limit: int, offset: int = 0
) -> tuple[list[Inquiry], int]:
    """These producers' inquiries, the newest first, and how many; only those without an answer if *waiting*."""
    table = tables.inquiries
    condition: ColumnElement[bool] = table.c.producer_id.in_(producers)
    if waiting:
        condition &= table.c.state.in_([str(state) for state in WAITING])
    return await _count_and_list(connection, condition, limit=limit, offset=offset)


async def list_unanswered(
    connection: AsyncConnection, *, before: float, limit: int, offset: int = 0, now: float = 0.0
) -> tuple[list[Inquiry], int]:
    """What nobody has answered since *before* or officers were told of until *now*, the oldest last; how much it is."""
    table, told = tables.inquiries, tables.outbox
    to_officers = select(told.c.number).where(
        told.c.subject == table.c.ref, told.c.kind.in_([str(kind) for kind in TO_OFFICERS]), told.c.due_at <= now
    )
    late = (table.c.moved_at < before) | to_officers.exists()
    waiting = table.c.state.in_([str(state) for state in WAITING]) & late
    return await _count_and_list(connection, waiting, limit=limit, offset=offset)


async def count_since(connection: AsyncConnection, who: Address, *, since: float, producer_id: str = "") -> int:
    """How many inquiries someone opened since then, with one producer or with all."""
    table = tables.inquiries
    condition = (table.c.channel == who.channel) & (table.c.address == who.address) & (table.c.opened_at >= since)
    if producer_id:
        condition &= table.c.producer_id == producer_id
    return await connection.scalar(select(func.count()).select_from(table).where(condition)) or 0


async def same_text(
    connection: AsyncConnection, who: Address, *, text_mark: str, since: float, producer_id: str
) -> str | None:
    """The ref of an inquiry in which someone wrote the same words to that producer since then."""
    table = tables.inquiries
    query = select(table.c.ref).where(
        table.c.channel == who.channel,
        table.c.address == who.address,
        table.c.producer_id == producer_id,
        table.c.text_mark == text_mark,
        table.c.opened_at >= since,
    )
    found: str | None = await connection.scalar(query.limit(1))
    return found


async def photo(connection: AsyncConnection, ref: str) -> bytes | None:
    """The (sealed) photo of a complaint."""
    found: bytes | None = await connection.scalar(select(tables.inquiries.c.photo).where(tables.inquiries.c.ref == ref))
    return found


async def refs_of_consumer(connection: AsyncConnection, who: Address) -> list[str]:
    """The refs of everything someone asked."""
    table = tables.inquiries
    query = select(table.c.ref).where(table.c.channel == who.channel, table.c.address == who.address)
    return list(await connection.scalars(query))


async def older_than(connection: AsyncConnection, moment: float) -> list[str]:
    """The refs of inquiries that have not moved since *moment* and still hold words."""
    table = tables.inquiries
    query = select(table.c.ref).where(table.c.moved_at < moment, table.c.channel != "")
    return list(await connection.scalars(query))


async def has_come(connection: AsyncConnection, origin: str) -> bool:
    table = tables.messages
    return await connection.scalar(select(table.c.number).where(table.c.origin == origin)) is not None


async def _count_and_list(
    connection: AsyncConnection, condition: Any, *, limit: int, offset: int
) -> tuple[list[Inquiry], int]:
    found = await _inquiries(connection, condition, limit=limit, offset=offset)
    if not offset and len(found) < limit:
        return found, len(found)
    return found, await connection.scalar(select(func.count()).select_from(tables.inquiries).where(condition)) or 0


async def _inquiries(connection: AsyncConnection, condition: Any, *, limit: int, offset: int = 0) -> list[Inquiry]:
    table = tables.inquiries
    query = select(table).where(condition).order_by(table.c.number.desc()).limit(limit).offset(offset)
    rows = (await connection.execute(query)).mappings().all()
    written: dict[str, list[Message]] = {row["ref"]: [] for row in rows}
    said = select(tables.messages).where(tables.messages.c.inquiry.in_(written)).order_by(tables.messages.c.number)
    for row in (await connection.execute(said)).mappings():
        written[row["inquiry"]].append(Message(row["number"], row["at"], Side(row["side"]), row["text"]))
    return [_inquiry(row, tuple(written[row["ref"]])) for row in rows]


def _inquiry(row: Any, written: tuple[Message, ...]) -> Inquiry:
    return Inquiry(
        ref=row["ref"],
        product_id=row["product_id"],
        producer_id=row["producer_id"],
        consumer=Address(row["channel"], row["address"]),
        kind=Kind(row["kind"]),
        state=State(row["state"]),
        opened_at=row["opened_at"],
        moved_at=row["moved_at"],
        name=row["name"],
        phone=row["phone"],
        rating=row["rating"],
        language=row["language"],
        messages=written,
        flags=tuple(row["flags"]),
        desk=row["desk"],
        outcome=row["outcome"],
    )
