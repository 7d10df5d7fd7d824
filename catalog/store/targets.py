"""The programme's targets and published totals: those that come with the product, and those that officers enter.

A shipped one is in no table until it is ended: then a copy of it says so.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.field_columns import read_day
from catalog.targets import Measure, PublishedTotal, Target, published_totals, shipped_targets


class TargetStore:
    """Targets, dated and sourced. Every method raises StoreError; whether somebody may is asked above."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def list_all(self, *, ended: bool = False) -> list[Target]:
        """Every target, the shipped ones first; those that were *ended* only where they are asked for."""
        kept = await self._access.read(_read_all)
        copies = {each.shipped: each for each in kept if each.shipped}
        shipped = [copies.get(each.shipped, each) for each in shipped_targets()]
        known = {each.shipped for each in shipped}
        found = [*shipped, *(each for each in kept if each.shipped not in known)]
        return [each for each in found if ended or each.ended_at is None]

    async def enter(self, target: Target, *, by: Doer) -> Target:
        """Keep a new target."""
        entered = replace(target, shipped="", entered_by=by.officer, entered_at=time.time(), ended_at=None)

        async def write(connection: AsyncConnection) -> Target:
            kept = await _insert(connection, entered)
            await append(connection, by.did(Deed.TARGET_ENTERED, f"target {kept.key}", after=_audit_values(kept)))
            return kept

        return await self._access.write_alone(write)

    async def end(self, key: str, *, by: Doer, reason: str) -> Target:
        """End a target: it is shown no more, and stays in the audit. Raises NotFound where it had ended."""

        async def write(connection: AsyncConnection) -> Target:
            ended = await _end(connection, key, by=by)
            before = _audit_values(ended)
            await append(connection, by.did(Deed.TARGET_ENDED, f"target {key}", before=before, reason=reason))
            return ended

        return await self._access.write_alone(write)

    async def list_totals(self) -> list[PublishedTotal]:
        """What was published and stands, the oldest first."""
        kept = await self._access.read(_kept_totals)
        known = {each.shipped for each in kept if each.shipped}
        found = [each for each in published_totals() if each.shipped not in known]
        found += [each for each in kept if each.ended_at is None]
        return sorted(found, key=lambda each: each.as_of.latest)

    async def enter_total(self, total: PublishedTotal, *, by: Doer, instead_of: str = "") -> PublishedTotal:
        """Keep a published total, or another *instead of* the one with that key. Raises NotFound where that is gone."""
        entered = replace(total, shipped="", entered_by=by.officer, ended_at=None)

        async def write(connection: AsyncConnection) -> PublishedTotal:
            before = await _end_total(connection, instead_of, by=by) if instead_of else None
            kept = await _insert_total(connection, entered)
            deed = Deed.TOTAL_CHANGED if before else Deed.TOTAL_ENTERED
            told = _total_told(before) if before else None
            await append(connection, by.did(deed, f"total {kept.key}", before=told, after=_total_told(kept)))
            return kept

        return await self._access.write_alone(write)

    async def end_total(self, key: str, *, by: Doer, reason: str) -> None:
        """Take a published total out; it stays in the audit. Raises NotFound where it is gone."""

        async def write(connection: AsyncConnection) -> None:
            before = _total_told(await _end_total(connection, key, by=by))
            await append(connection, by.did(Deed.TOTAL_ENDED, f"total {key}", before=before, reason=reason))

        await self._access.write_alone(write)


_TOTAL_FIELDS = ("area", "total", "five", "four", "three", "producers", "about", "source", "address", "note")


async def _kept_totals(connection: AsyncConnection) -> list[PublishedTotal]:
    query = select(tables.published_totals).order_by(tables.published_totals.c.number)
    return [_total(row) for row in (await connection.execute(query)).mappings()]


async def _end_total(connection: AsyncConnection, key: str, *, by: Doer) -> PublishedTotal:
    kept = {each.key: each for each in await _kept_totals(connection)}
    shipped = {each.shipped: each for each in published_totals()}
    total, table, now = kept.get(key), tables.published_totals, time.time()
    if total is None and key in shipped and key not in {each.shipped for each in kept.values()}:
        return await _insert_total(connection, replace(shipped[key], entered_by=by.officer, ended_at=now))
    running = (table.c.number == (total.number if total else 0)) & table.c.ended_at.is_(None)
    ended = await connection.execute(update(table).where(running).values(ended_at=now))
    if total is None or ended.rowcount != 1:
        raise NotFound("There is no such total, or it was taken out before.")
    return total


async def _insert_total(connection: AsyncConnection, total: PublishedTotal) -> PublishedTotal:
    table = tables.published_totals
    values = {name: getattr(total, name) for name in (*_TOTAL_FIELDS, "shipped", "entered_by", "ended_at")}
    made = await connection.execute(insert(table).values(**values, as_of=str(total.as_of)).returning(table.c.number))
    return replace(total, number=int(made.scalar_one()))


def _total_told(total: PublishedTotal) -> Mapping[str, object]:
    told = {name: getattr(total, name) for name in _TOTAL_FIELDS}
    return {"as_of": str(total.as_of), **{name: value for name, value in told.items() if value not in {None, ""}}}


def _total(row: Any) -> PublishedTotal:
    as_of = read_day(row["as_of"])
    if as_of is None:
        raise ValueError("a published total without its day")
    names = (*_TOTAL_FIELDS, "shipped", "number", "entered_by", "ended_at")
    return PublishedTotal(as_of=as_of, **{name: row[name] for name in names})


async def _end(connection: AsyncConnection, key: str, *, by: Doer) -> Target:
    kept = {each.key: each for each in await _read_all(connection)}
    shipped = {each.shipped: each for each in shipped_targets()}
    target, now = kept.get(key), time.time()
    if target is None and key in shipped:
        return await _insert(connection, replace(shipped[key], entered_by=by.officer, entered_at=now, ended_at=now))
    table = tables.targets
    running = (table.c.number == (target.number if target else 0)) & table.c.ended_at.is_(None)
    ended = await connection.execute(update(table).where(running).values(ended_at=now))
    if target is None or ended.rowcount != 1:
        raise NotFound("There is no such target, or it was ended before.")
    return replace(target, ended_at=now)


async def _read_all(connection: AsyncConnection) -> list[Target]:
    query = select(tables.targets).order_by(tables.targets.c.number)
    return [_target(row) for row in (await connection.execute(query)).mappings()]


async def _insert(connection: AsyncConnection, target: Target) -> Target:
    values = {
        **_fields(target),
        "shipped": target.shipped,
        "entered_by": target.entered_by,
        "entered_at": target.entered_at,
        "ended_at": target.ended_at,
    }
    made = await connection.execute(insert(tables.targets).values(values).returning(tables.targets.c.number))
    return replace(target, number=int(made.scalar_one()))


def _fields(target: Target) -> dict[str, object]:
    days = {"since": target.since, "until": target.until, "stated": target.stated}
    return {
        "measure": str(target.measure),
        "area": target.area,
        "least": target.least,
        "most": target.most,
        "plan": target.plan,
        "source": target.source,
        "note": target.note,
        **{name: str(day) if day else None for name, day in days.items()},
    }


def _audit_values(target: Target) -> Mapping[str, object]:
    return {name: value for name, value in _fields(target).items() if value not in {None, ""}}


def _target(row: Any) -> Target:
    until = read_day(row["until"])
    if until is None:
        raise ValueError("a target without its end")
    names = ("shipped", "least", "most", "plan", "source", "note", "area", "number")
    return Target(
        measure=Measure(row["measure"]),
        until=until,
        since=read_day(row["since"]),
        stated=read_day(row["stated"]),
        entered_by=row["entered_by"],
        entered_at=row["entered_at"],
        ended_at=row["ended_at"],
        **{name: row[name] for name in names},
    )
