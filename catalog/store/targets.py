"""The programme's targets: those that come with the product, and those that officers enter and end.

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
from catalog.targets import Measure, Target, shipped_targets


class TargetStore:
    """Targets, dated and sourced. Every method raises StoreError; whether somebody may is asked above."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def list_all(self, *, ended: bool = False) -> list[Target]:
        """Every target, the shipped ones first; those that were *ended* only where they are asked for."""
        kept = await self._access.read(_kept)
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
            await append(connection, by.did(Deed.TARGET_ENTERED, f"target {kept.key}", after=_told(kept)))
            return kept

        return await self._access.write_alone(write)

    async def end(self, key: str, *, by: Doer, reason: str) -> Target:
        """End a target: it is shown no more, and stays in the audit. Raises NotFound where it had ended."""

        async def write(connection: AsyncConnection) -> Target:
            ended = await _end(connection, key, by=by)
            before = _told(ended)
            await append(connection, by.did(Deed.TARGET_ENDED, f"target {key}", before=before, reason=reason))
            return ended

        return await self._access.write_alone(write)


async def _end(connection: AsyncConnection, key: str, *, by: Doer) -> Target:
    kept = {each.key: each for each in await _kept(connection)}
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


async def _kept(connection: AsyncConnection) -> list[Target]:
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


def _told(target: Target) -> Mapping[str, object]:
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
