"""What producers sold at a fair, with all figures of it; and where products are sold: shops, also online."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.fairs.figures import FairFigures, FairSale, GateCount
from catalog.fairs.visits import VisitCount
from catalog.inquiry import WAITING, Side
from catalog.sale_points import LIST_DAYS, KeptSaleList, SaleChange, SaleKind, SalePoint
from catalog.store import fair_visits, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.steps import insert_into

_DAY = 24 * 3600.0
_SAME = ("name", "commune", "address", "latitude", "longitude", "hours", "link", "source", "by_producer")


class FairSaleStore:
    """Every method raises StoreError."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def note(self, sale: FairSale, *, by: Doer | None = None) -> None:
        """Keep what a producer sold; what it said before is replaced. An officer who notes it stands in the audit."""
        values = {
            "total": sale.total, "ocop": sale.ocop, "at": sale.at, "by_officer": by is not None, "best": sale.best,
        }  # fmt: skip

        async def write(connection: AsyncConnection) -> None:
            key = {"fair": sale.fair, "producer_id": sale.producer}
            made = insert_into(tables.fair_sales, connection.dialect).values({**key, **values})
            await connection.execute(made.on_conflict_do_update(index_elements=list(key), set_=values))
            if by is not None:
                subject = f"fair {sale.fair} producer {sale.producer}"[:100]
                after = {"total": sale.total, "ocop": sale.ocop, "best": sale.best}
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

    async def gate(self, fair: str) -> list[GateCount]:
        """What stands of a fair's gate: of each day what was typed last, with what was typed before it."""
        return await self._access.read(lambda connection: _gate(connection, fair))

    async def note_gate(self, fair: str, counts: Sequence[GateCount], *, by: Doer, at: float) -> None:
        """Keep what was typed of these days; a day that says the same stays as it is."""

        async def write(connection: AsyncConnection) -> None:
            held = {each.day: each for each in await _gate(connection, fair)}
            same = {day: (each.people, each.source) for day, each in held.items()}
            fresh = [each for each in counts if same.get(each.day, (None, each.source)) != (each.people, each.source)]
            if not fresh:
                return
            rows = [
                {"fair": fair, "day": _day_key(each.day), "people": each.people, "source": each.source, "at": at}
                for each in fresh
            ]
            await connection.execute(insert(tables.gate_counts), rows)
            before = {_day_name(each.day): held[each.day].people for each in fresh if each.day in held}
            after = {_day_name(each.day): each.people for each in fresh} | {"source": fresh[0].source}
            await append(connection, by.did(Deed.FAIR_GATE_NOTED, f"fair {fair}", before=before, after=after))

        await self._access.write_alone(write)

    async def take_gate_back(self, fair: str, number: int, *, by: Doer) -> None:
        """Let what was typed before stand again of the day of this row. Raises NotFound where it is not the last."""

        async def write(connection: AsyncConnection) -> None:
            last = next((each for each in await _gate(connection, fair) if each.number == number), None)
            if last is None:
                raise NotFound("Nothing like that was typed last.")
            await connection.execute(delete(tables.gate_counts).where(tables.gate_counts.c.number == number))
            told = [{_day_name(last.day): each} for each in (last.people, last.before)]
            await append(connection, by.did(Deed.FAIR_GATE_UNDONE, f"fair {fair}", before=told[0], after=told[1]))

        await self._access.write_alone(write)

    async def fairs_with_figures(self) -> set[str]:
        """The fairs of which something was counted or sold."""
        visits, days, sales = tables.booth_visits.c.fair, tables.booth_days.c.fair, tables.fair_sales.c.fair
        query = select(visits).union(select(days), select(sales), select(tables.gate_counts.c.fair))
        return {str(each) for each in await self._access.read(lambda connection: connection.scalars(query))}


def _day_key(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day_name(day: date | None) -> str:
    return day.isoformat() if day else "all days"


async def _gate(connection: AsyncConnection, fair: str) -> list[GateCount]:
    table = tables.gate_counts
    rows = (await connection.execute(select(table).where(table.c.fair == fair).order_by(table.c.number))).mappings()
    last: dict[str, GateCount] = {}
    for row in rows:
        before = last[row["day"]].people if row["day"] in last else None
        day = date.fromisoformat(row["day"]) if row["day"] else None
        last[row["day"]] = GateCount(day, row["people"], row["source"], row["number"], before)
    return [last[day] for day in sorted(last)]


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
        gate=await _gate(connection, fair),
    )


def _sale(row: Any) -> FairSale:
    told = (row["fair"], row["producer_id"], row["total"], row["ocop"], row["at"])
    return FairSale(*told, by_officer=bool(row["by_officer"]), best=row["best"])


class SalePointStore:
    """Every method raises StoreError; each change stands in the audit, whether somebody may is asked above."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def list_all(self) -> list[SalePoint]:
        """Every point of sale, in the order in which they were entered."""
        return await self._access.read(_every_point)

    async def by_number(self, number: int) -> SalePoint:
        """One of them. Raises NotFound."""
        return await self._access.read(lambda connection: _one_point(connection, number))

    async def enter(self, point: SalePoint, *, by: Doer) -> SalePoint:
        """Keep a new one; the same with its number."""
        return await self._access.write_alone(lambda connection: _enter_point(connection, point, by))

    async def change(self, point: SalePoint, *, by: Doer) -> None:
        """Keep what was changed of one, also that it was confirmed anew. Raises NotFound."""
        await self._access.write_alone(lambda connection: _change_point(connection, point, by))

    async def remove(self, number: int, *, by: Doer) -> None:
        """Take one away. Raises NotFound."""
        await self._access.write_alone(lambda connection: _remove_point(connection, number, by))

    async def keep_list(self, points: Sequence[SalePoint], *, by: Doer, at: float) -> None:
        """Keep all of *points*, new ones and changed ones, as one list that can be undone. Raises NotFound."""

        async def write(connection: AsyncConnection) -> None:
            table, changes = tables.sale_lists, []
            for each in points:
                before = await _one_point(connection, each.number) if each.number else None
                if before is None:
                    changes.append(SaleChange(None, await _enter_point(connection, each, by)))
                else:
                    await _change_point(connection, each, by)
                    changes.append(SaleChange(before, await _one_point(connection, each.number)))
            if changes:
                told = [[_as_json(one.before), _as_json(one.after)] for one in changes]
                await connection.execute(insert(table).values(at=at, by_officer=by.officer, changes=told))
            await connection.execute(delete(table).where(table.c.at < at - LIST_DAYS * _DAY))

        await self._access.write_alone(write)

    async def lists(self) -> list[KeptSaleList]:
        """The lists that were kept lately, the last one first."""
        query = select(tables.sale_lists).order_by(tables.sale_lists.c.number.desc())
        rows = await self._access.read(lambda connection: connection.execute(query))
        return [_read_list(row) for row in rows.mappings()]

    async def undo_list(self, number: int, *, by: Doer) -> KeptSaleList:
        """Let all points of a list be what they were, but those that were changed since. Raises NotFound."""

        async def write(connection: AsyncConnection) -> KeptSaleList:
            table = tables.sale_lists
            query = select(table).where(table.c.number == number, table.c.undone.is_(None)).with_for_update()
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                raise NotFound("There is no such list, or it is undone.")
            kept, stays = _read_list(row), []
            now = {each.number: each for each in await _every_point(connection)}
            for each in kept.changes:
                if now.get(each.after.number) != each.after:
                    stays.append(each.after.name)
                elif each.before is None:
                    await _remove_point(connection, each.after.number, by, reason=f"list {number}")
                else:
                    await _change_point(connection, each.before, by, reason=f"list {number}")
            await connection.execute(update(table).where(table.c.number == number).values(undone=stays))
            return replace(kept, undone=stays)

        return await self._access.write_alone(write)


async def _enter_point(connection: AsyncConnection, point: SalePoint, by: Doer) -> SalePoint:
    made = insert(tables.sale_points).values(_point_columns(point)).returning(tables.sale_points.c.number)
    kept = replace(point, number=int((await connection.execute(made)).scalar_one()))
    await _keep_products(connection, kept)
    await append(connection, by.did(Deed.SALE_POINT_ENTERED, _point_subject(kept.number), after=_point_told(kept)))
    return await _one_point(connection, kept.number)


async def _change_point(connection: AsyncConnection, point: SalePoint, by: Doer, *, reason: str = "") -> None:
    before = await _one_point(connection, point.number)
    table = tables.sale_points
    await connection.execute(update(table).where(table.c.number == point.number).values(_point_columns(point)))
    await _keep_products(connection, point)
    was, now = _point_told(before), _point_told(point)
    parts = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    if parts:
        told = [{name: each[name] for name in parts if name in each} for each in (was, now)]
        subject = _point_subject(point.number)
        await append(connection, by.did(Deed.SALE_POINT_CHANGED, subject, before=told[0], after=told[1], reason=reason))


async def _remove_point(connection: AsyncConnection, number: int, by: Doer, *, reason: str = "") -> None:
    before = await _one_point(connection, number)
    await connection.execute(delete(tables.sold_products).where(tables.sold_products.c.point == number))
    await connection.execute(delete(tables.sale_points).where(tables.sale_points.c.number == number))
    entry = by.did(Deed.SALE_POINT_REMOVED, _point_subject(number), before=_point_told(before), reason=reason)
    await append(connection, entry)


def _as_json(point: SalePoint | None) -> Mapping[str, Any] | None:
    if point is None:
        return None
    return {**_point_columns(point), "number": point.number, "products": list(point.products)}


def _from_json(said: Mapping[str, Any]) -> SalePoint:
    return _read_point(said, tuple(said["products"]))


def _read_list(row: Any) -> KeptSaleList:
    changes = [SaleChange(before and _from_json(before), _from_json(after)) for before, after in row["changes"]]
    return KeptSaleList(row["number"], row["at"], row["by_officer"], changes, row["undone"])


def _point_subject(number: int) -> str:
    return f"sale point {number}"


async def _every_point(connection: AsyncConnection) -> list[SalePoint]:
    sold: dict[int, list[str]] = defaultdict(list)
    table = tables.sold_products
    for number, product in await connection.execute(select(table.c.point, table.c.product_id).order_by(*table.c)):
        sold[number].append(product)
    rows = await connection.execute(select(tables.sale_points).order_by(tables.sale_points.c.number))
    return [_read_point(row, tuple(sold[row["number"]])) for row in rows.mappings()]


async def _one_point(connection: AsyncConnection, number: int) -> SalePoint:
    table = tables.sold_products
    query = select(tables.sale_points).where(tables.sale_points.c.number == number)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise NotFound("There is no such point of sale.")
    sold = select(table.c.product_id).where(table.c.point == number).order_by(table.c.product_id)
    return _read_point(row, tuple(await connection.scalars(sold)))


async def _keep_products(connection: AsyncConnection, point: SalePoint) -> None:
    table = tables.sold_products
    await connection.execute(delete(table).where(table.c.point == point.number))
    if point.products:
        rows = [{"point": point.number, "product_id": each} for each in dict.fromkeys(point.products)]
        await connection.execute(insert(table), rows)


def _point_columns(point: SalePoint) -> dict[str, Any]:
    return {
        "kind": str(point.kind),
        "confirmed": point.confirmed.isoformat(),
        "producer_id": point.producer,
        **{name: getattr(point, name) for name in _SAME},
    }


def _point_told(point: SalePoint) -> Mapping[str, object]:
    every = {**_point_columns(point), "products": ", ".join(point.products)}
    return {name: value for name, value in every.items() if value not in {None, "", False}}


def _read_point(row: Any, products: tuple[str, ...]) -> SalePoint:
    return SalePoint(
        kind=SaleKind(row["kind"]),
        confirmed=date.fromisoformat(row["confirmed"]),
        producer=row["producer_id"],
        products=products,
        number=row["number"],
        **{name: row[name] for name in _SAME},
    )
