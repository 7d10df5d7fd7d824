"""What the board's worklists count: inquiries by producer, products looked at by how many people, producers reached.

Nothing of a consumer leaves this module: neither words nor who they are, and no count of fewer than a few people.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.inquiry import WAITING, Role
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.unmet import FEWEST_PEOPLE


@dataclass(frozen=True, slots=True)
class LateInquiries:
    """How many inquiries of one producer (its id) wait too long; *oldest* is when the oldest last moved."""

    producer: str
    number: int
    oldest: float


async def late_by_producer(connection: AsyncConnection, *, before: float) -> list[LateInquiries]:
    """The producers whose inquiries nobody has answered since *before*, the one that keeps people longest first."""
    table = tables.inquiries.c
    number, oldest = func.count().label("number"), func.min(table.moved_at).label("oldest")
    waiting = table.state.in_([str(state) for state in WAITING]) & (table.moved_at < before)
    query = select(table.producer_id, number, oldest).where(waiting).group_by(table.producer_id)
    rows = await connection.execute(query.order_by(oldest, table.producer_id))
    return [LateInquiries(row.producer_id, row.number, row.oldest) for row in rows]


async def viewers_since(connection: AsyncConnection, since: float) -> dict[str, int]:
    """How many different people have looked at each product since then; none that only a few did."""
    table = tables.history.c
    once = select(table.product_id, table.channel, table.address).where(table.at >= since).distinct().subquery()
    people = func.count().label("people")
    query = select(once.c.product_id, people).group_by(once.c.product_id).having(people >= FEWEST_PEOPLE)
    return {row.product_id: row.people for row in await connection.execute(query)}


async def producers_reached(connection: AsyncConnection) -> frozenset[str]:
    """The producers of whom somebody answers in a chat."""
    table = tables.members.c
    return frozenset(await connection.scalars(select(table.producer_id).where(table.role == str(Role.PRODUCER))))


class WorklistStore:
    """Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def late_by_producer(self, *, before: float) -> list[LateInquiries]:
        """The producers whose inquiries nobody has answered since *before*, who keeps people longest first."""
        return await self._access.read(lambda c: late_by_producer(c, before=before))

    async def viewers_since(self, since: float) -> dict[str, int]:
        """How many different people have looked at each product since then, from the third on."""
        return await self._access.read(lambda c: viewers_since(c, since))

    async def producers_reached(self) -> frozenset[str]:
        """The producers of whom somebody answers in a chat."""
        return await self._access.read(producers_reached)
