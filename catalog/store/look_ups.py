"""What somebody looked up, by day: each product once a day with how it was looked up last; and its erasure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, cast, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.dates import VIET_NAM
from catalog.inquiry import Address, Side
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.people import Look, read_look
from catalog.store.schema import Number

_DAY = 24 * 3600
_EAST = int(VIET_NAM.utcoffset(None).total_seconds())


@dataclass(frozen=True, slots=True)
class DayLook:
    """A product that somebody looked up on one day: the *look* that was the last of that day, one of *times*."""

    look: Look
    times: int = 1


@dataclass(frozen=True, slots=True)
class ProducerFigures:
    """How often a producer's products were looked up, by how many *people*, and what was asked of it and answered."""

    looks: int = 0
    people: int = 0
    asked: int = 0
    answered: int = 0


class LookUpStore:
    """Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def by_day(
        self, who: Address, *, limit: int, offset: int = 0, only: Sequence[str] | None = None
    ) -> tuple[list[DayLook], int]:
        """What someone looked up, newest first, and how much there is; of the products *only*, where they are given."""
        return await self._access.read(lambda c: by_day(c, who, limit=limit, offset=offset, only=only))

    async def products_of(self, who: Address) -> list[str]:
        """The ids of all products that someone looked up."""
        table = tables.history.c
        query = select(table.product_id).where(_of(who)).distinct()
        return list(await self._access.read(lambda c: c.scalars(query)))

    async def figures_of(self, producer: str, products: Collection[str], *, since: float = 0.0) -> ProducerFigures:
        """What came of a producer and its *products* since then, but for the look-ups of who answers for it."""
        return await self._access.read(lambda c: figures_of(c, producer, products, since=since))

    async def forget(self, who: Address, *, product: str = "") -> int:
        """Erase what someone looked up, all of it or of one *product*; how many look-ups those were."""
        chosen = _of(who) & (tables.history.c.product_id == product) if product else _of(who)
        gone = await self._access.write(lambda c: c.execute(delete(tables.history).where(chosen)))
        self._access.vacuum.ask()
        return gone.rowcount


async def by_day(
    connection: AsyncConnection, who: Address, *, limit: int, offset: int, only: Sequence[str] | None
) -> tuple[list[DayLook], int]:
    """What someone looked up, newest first, and how many products of a day there are in all."""
    table = tables.history
    day = (cast(table.c.at, Number) + _EAST) // _DAY
    newest, times = func.max(table.c.number).label("newest"), func.count().label("times")
    grouped = (
        select(newest, times, func.count().over().label("whole")).where(_of(who)).group_by(table.c.product_id, day)
    )
    if only is not None:
        grouped = grouped.where(table.c.product_id.in_(only))
    page = grouped.order_by(func.max(table.c.at).desc(), newest.desc()).limit(limit).offset(offset).subquery()
    query = select(table, page.c.times, page.c.whole).join(page, page.c.newest == table.c.number)
    query = query.order_by(table.c.at.desc(), table.c.number.desc())
    rows = (await connection.execute(query)).mappings().all()
    return [DayLook(read_look(row), row["times"]) for row in rows], rows[0]["whole"] if rows else 0


async def figures_of(
    connection: AsyncConnection, producer: str, products: Collection[str], *, since: float
) -> ProducerFigures:
    """What is kept of a producer since then: look-ups by others, inquiries, and which of them the producer answered."""
    seen, asked, own = tables.history.c, tables.inquiries.c, tables.members.c
    theirs = exists().where(own.channel == seen.channel, own.address == seen.address, own.producer_id == producer)
    looks = select(seen.channel, seen.address, func.count().label("times"))
    looks = looks.where(seen.product_id.in_(products), seen.at >= since, ~theirs)
    person = looks.group_by(seen.channel, seen.address).subquery()
    times, people = (
        await connection.execute(select(func.coalesce(func.sum(person.c.times), 0), func.count()).select_from(person))
    ).one()
    answered = func.count().filter(asked.answered_by == str(Side.PRODUCER))
    inquiries = select(func.count(), answered).where(asked.producer_id == producer, asked.opened_at >= since)
    return ProducerFigures(int(times), people, *(await connection.execute(inquiries)).one())


def _of(who: Address) -> ColumnElement[bool]:
    table = tables.history.c
    return (table.channel == who.channel) & (table.address == who.address)
