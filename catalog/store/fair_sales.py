"""What producers sold at a fair, and the figures of a fair put together."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.fairs.figures import FairFigures, FairSale
from catalog.fairs.visits import VisitCount
from catalog.inquiry import WAITING, Side
from catalog.store import fair_visits, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.steps import insert_into


class FairSaleStore:
    """Every method raises StoreError."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def note(self, sale: FairSale, *, by: Doer | None = None) -> None:
        """Keep what a producer sold; what it said before is replaced. An officer who notes it stands in the audit."""
        values = {
            "total": sale.total, "ocop": sale.ocop, "at": sale.at, "by_officer": by is not None,
        }  # fmt: skip

        async def write(connection: AsyncConnection) -> None:
            key = {"fair": sale.fair, "producer_id": sale.producer}
            made = insert_into(tables.fair_sales, connection.dialect).values({**key, **values})
            await connection.execute(made.on_conflict_do_update(index_elements=list(key), set_=values))
            if by is not None:
                subject = f"fair {sale.fair} producer {sale.producer}"[:100]
                after = {"total": sale.total, "ocop": sale.ocop}
                await append(connection, by.did(Deed.FAIR_SALE_NOTED, subject, after=after))

        await self._access.write_alone(write)

    async def figures(self, fair: str, *, counts: Sequence[VisitCount] | None = None) -> FairFigures:
        """All figures of a fair; with these *counts* of visits, where somebody has them already."""
        return await self._access.read(lambda connection: _figures(connection, fair, counts))

    async def list_answered(self, refs: Collection[str]) -> set[str]:
        """Which of these inquiries a producer has answered."""
        asked = tables.inquiries
        query = select(asked.c.ref).where(asked.c.ref.in_(refs), _is_answered())
        return {str(each) for each in await self._access.read(lambda connection: connection.scalars(query))}

    async def fairs_with_figures(self) -> set[str]:
        """The fairs of which something was counted or sold."""
        visits, days, sales = tables.booth_visits.c.fair, tables.booth_days.c.fair, tables.fair_sales.c.fair
        query = select(visits).union(select(days), select(sales))
        return {str(each) for each in await self._access.read(lambda connection: connection.scalars(query))}


def _is_answered() -> ColumnElement[bool]:
    """Whether an inquiry has an answer of its producer, or is closed."""
    asked, said = tables.inquiries, tables.messages
    mine = select(said.c.number).where(said.c.inquiry == asked.c.ref, said.c.side == str(Side.PRODUCER))
    return asked.c.state.not_in([str(each) for each in WAITING]) | mine.exists()


async def _figures(connection: AsyncConnection, fair: str, counts: Sequence[VisitCount] | None) -> FairFigures:
    leads, asked = tables.fair_leads, tables.inquiries
    whole = await connection.scalar(select(func.count()).where(leads.c.fair == fair)) or 0
    answered = (
        select(func.count()).select_from(leads.join(asked, asked.c.ref == leads.c.ref)).where(leads.c.fair == fair)
    )
    rows = await connection.execute(
        select(tables.fair_sales).where(tables.fair_sales.c.fair == fair).order_by(tables.fair_sales.c.total.desc())
    )
    return FairFigures(
        counts=await fair_visits.count_visits(connection, fair) if counts is None else counts,
        leads=whole,
        answered=await connection.scalar(answered.where(_is_answered())) or 0,
        sales=[_sale(row) for row in rows.mappings()],
    )


def _sale(row: Any) -> FairSale:
    return FairSale(row["fair"], row["producer_id"], row["total"], row["ocop"], row["at"], bool(row["by_officer"]))
