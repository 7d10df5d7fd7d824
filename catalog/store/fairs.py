"""Fairs with their booths, and who wants to be told of one.

A shipped fair is in no table until it is changed: then a copy of it stands for it.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from datetime import time as hour
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.fairs.calendar import Booth, Fair, FairKind, shipped_fairs
from catalog.inquiry import Address, Notice
from catalog.store import notices, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.steps import insert_into

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_TOKEN = 8
_SAME = (
    "key", "name", "venue", "commune", "latitude", "longitude", "organiser", "link", "note", "told", "source",
    "changed_at", "cancelled_at", "cancelled_why",
)  # fmt: skip


class FairStore:
    """Every method raises StoreError; whether somebody may is asked above."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def list_all(self) -> list[Fair]:
        """Every fair, by its first day."""
        kept = {each.key: each for each in await self._access.read(_read_all)}
        found = {each.key: each for each in shipped_fairs()} | kept
        return sorted(found.values(), key=lambda each: (each.starts, each.key))

    async def by_key(self, key: str) -> Fair:
        """The fair of this name. Raises NotFound."""
        return await self._access.read(lambda connection: _fair(connection, key))

    async def enter(self, fair: Fair, *, by: Doer) -> Fair:
        """Keep a new fair under its own key."""
        entered = replace(fair, shipped=False, changed_at=time.time())

        async def write(connection: AsyncConnection) -> Fair:
            await connection.execute(insert(tables.fairs).values(_columns(entered)))
            await append(connection, by.did(Deed.FAIR_ENTERED, f"fair {fair.key}", after=_audit_values(entered)))
            return entered

        return await self._access.write_alone(write)

    async def change(self, fair: Fair, *, by: Doer, reason: str = "", tell: Sequence[Notice] = ()) -> Fair:
        """Keep what an officer changed of a fair (also that it is called off, or is not), and *tell* of it."""
        changed = replace(fair, shipped=False, changed_at=time.time())

        async def write(connection: AsyncConnection) -> Fair:
            await notices.add(connection, tell)
            await _change(connection, changed, by=by, reason=reason)
            return changed

        return await self._access.write_alone(write)

    async def booths(self, key: str) -> list[Booth]:
        """The booths of a fair, in the order in which they were made."""
        table = tables.booths
        query = select(table).where(table.c.fair == key).order_by(table.c.number)
        rows = await self._access.read(lambda connection: connection.execute(query))
        return [_booth(row) for row in rows.mappings()]

    async def booth_by_token(self, token: str) -> tuple[str, Booth]:
        """The fair and the booth whose code says *token*. Raises NotFound."""
        query = select(tables.booths).where(tables.booths.c.token == token)
        rows = await self._access.read(lambda connection: connection.execute(query))
        row = rows.mappings().first()
        if row is None:
            raise NotFound("There is no such booth.")
        return row["fair"], _booth(row)

    async def booth(self, key: str, number: int) -> Booth:
        """One booth of a fair. Raises NotFound."""
        return await self._access.read(lambda connection: _one_booth(connection, key, number))

    async def count_booths(self) -> dict[str, tuple[int, int]]:
        """How many booths each fair has, and how many of them are taken."""
        table = tables.booths
        taken = func.sum(case(((table.c.producer_id != "") | (table.c.holder != ""), 1), else_=0))
        query = select(table.c.fair, func.count(), taken).group_by(table.c.fair)
        rows = await self._access.read(lambda connection: connection.execute(query))
        return {fair: (whole, int(held or 0)) for fair, whole, held in rows}

    async def add_booths(self, fair: Fair, zone: str, codes: Sequence[str], *, by: Doer) -> int:
        """Make booths with these codes; those that there are stay as they are. How many are new."""

        async def write(connection: AsyncConnection) -> int:
            await keep_copy(connection, fair)
            rows = [{"fair": fair.key, "code": code, "zone": zone, "token": _new_token()} for code in codes]
            made = insert_into(tables.booths, connection.dialect).on_conflict_do_nothing(
                index_elements=["fair", "code"]
            )
            fresh = (await connection.execute(made.returning(tables.booths.c.code), rows)).scalars().all()
            if fresh:
                after = {"zone": zone, "codes": ", ".join(fresh)}
                await append(connection, by.did(Deed.BOOTHS_ADDED, f"fair {fair.key}", after=after))
            return len(fresh)

        return await self._access.write_alone(write)

    async def change_booth(self, key: str, booth: Booth, *, by: Doer, tell: Sequence[Notice] = ()) -> None:
        """Keep who stands at a booth, in which zone; *tell* of it. Raises NotFound."""

        async def write(connection: AsyncConnection) -> None:
            before = await _one_booth(connection, key, booth.number)
            values = {"zone": booth.zone, "producer_id": booth.producer, "holder": booth.holder}
            table = tables.booths
            await connection.execute(update(table).where(table.c.number == booth.number).values(values))
            was, now = _booth_told(before), _booth_told(booth)
            if was != now:
                subject = f"fair {key} booth {before.code}"
                await notices.add(connection, tell)
                await append(connection, by.did(Deed.BOOTH_CHANGED, subject, before=was, after=now))

        await self._access.write_alone(write)

    async def remove_booth(self, key: str, number: int, *, by: Doer) -> None:
        """Take a booth away. Raises NotFound."""

        async def write(connection: AsyncConnection) -> None:
            before = await _one_booth(connection, key, number)
            await connection.execute(delete(tables.booths).where(tables.booths.c.number == number))
            subject = f"fair {key} booth {before.code}"
            await append(connection, by.did(Deed.BOOTH_REMOVED, subject, before=_booth_told(before)))

        await self._access.write_alone(write)

    async def remind(self, key: str, who: Address, *, language: str, tell: Sequence[Notice]) -> None:
        """Keep that somebody wants to be told of a fair, and what tells them."""
        values = {"fair": key, "channel": who.channel, "address": who.address, "language": language, "at": time.time()}

        async def write(connection: AsyncConnection) -> None:
            made = insert_into(tables.fair_reminders, connection.dialect).values(values)
            same = ["fair", "channel", "address"]
            await connection.execute(made.on_conflict_do_update(index_elements=same, set_={"language": language}))
            await notices.add(connection, tell)

        await self._access.write_alone(write)

    async def stop_reminding(self, key: str, who: Address) -> None:
        """Forget that somebody wanted to be told of a fair."""
        table = tables.fair_reminders
        theirs = (table.c.fair == key) & (table.c.channel == who.channel) & (table.c.address == who.address)
        await self._access.write_alone(lambda connection: connection.execute(delete(table).where(theirs)))

    async def language_of_reminded(self, key: str, who: Address) -> str | None:
        """The language in which somebody wants to be told of a fair; None if they do not."""
        table = tables.fair_reminders
        query = select(table.c.language).where(
            table.c.fair == key, table.c.channel == who.channel, table.c.address == who.address
        )
        found = await self._access.read(lambda connection: connection.scalar(query))
        return None if found is None else str(found)

    async def list_reminded(self, key: str) -> list[Address]:
        """Who wants to be told of a fair."""
        table = tables.fair_reminders
        query = select(table.c.channel, table.c.address).where(table.c.fair == key)
        rows = await self._access.read(lambda connection: connection.execute(query))
        return [Address(row.channel, row.address) for row in rows]

    async def list_reminders_of(self, who: Address) -> list[Fair]:
        """The fairs that somebody wants to be told of, the next one first."""
        table = tables.fair_reminders
        query = select(table.c.fair).where(table.c.channel == who.channel, table.c.address == who.address)
        keys = set(await self._access.read(lambda connection: connection.scalars(query)))
        return sorted((each for each in await self.list_all() if each.key in keys), key=lambda fair: fair.starts)

    async def forget_reminders(self, *, today: date) -> int:
        """Erase who wanted to be told of fairs that are over; how many those were."""
        over = [each.key for each in await self.list_all() if each.is_over(today)]
        table = tables.fair_reminders
        gone = await self._access.write_alone(
            lambda connection: connection.execute(delete(table).where(table.c.fair.in_(over)))
        )
        return int(gone.rowcount)


def _new_token() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_TOKEN))


async def _read_all(connection: AsyncConnection) -> list[Fair]:
    rows = await connection.execute(select(tables.fairs))
    return [_read(row) for row in rows.mappings()]


async def _fair(connection: AsyncConnection, key: str) -> Fair:
    table = tables.fairs
    row = (await connection.execute(select(table).where(table.c.key == key))).mappings().first()
    if row is not None:
        return _read(row)
    found = next((each for each in shipped_fairs() if each.key == key), None)
    if found is None:
        raise NotFound("There is no such fair.")
    return found


async def _change(connection: AsyncConnection, fair: Fair, *, by: Doer, reason: str) -> None:
    before = await _fair(connection, fair.key)
    await keep_copy(connection, before)
    values = {name: value for name, value in _columns(fair).items() if name != "key"}
    await connection.execute(update(tables.fairs).where(tables.fairs.c.key == fair.key).values(values))
    was, now = _audit_values(before), _audit_values(fair)
    parts = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    if fair.is_cancelled != before.is_cancelled:
        deed = Deed.FAIR_CANCELLED if fair.is_cancelled else Deed.FAIR_RESTORED
    elif parts:
        deed = Deed.FAIR_CHANGED
    else:
        return
    told = [{name: each[name] for name in parts if name in each} for each in (was, now)]
    await append(connection, by.did(deed, f"fair {fair.key}", before=told[0], after=told[1], reason=reason))


async def keep_copy(connection: AsyncConnection, fair: Fair) -> None:
    """See that a row stands for *fair*, which may be a shipped one."""
    made = insert_into(tables.fairs, connection.dialect).values(_columns(fair))
    await connection.execute(made.on_conflict_do_nothing(index_elements=["key"]))


async def _one_booth(connection: AsyncConnection, key: str, number: int) -> Booth:
    table = tables.booths
    query = select(table).where(table.c.fair == key, table.c.number == number)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise NotFound("There is no such booth.")
    return _booth(row)


def _booth(row: Any) -> Booth:
    return Booth(
        code=row["code"],
        zone=row["zone"],
        producer=row["producer_id"],
        holder=row["holder"],
        token=row["token"],
        number=row["number"],
    )


def _booth_told(booth: Booth) -> Mapping[str, object]:
    told = {"zone": booth.zone, "producer": booth.producer, "holder": booth.holder}
    return {name: value for name, value in told.items() if value}


def _columns(fair: Fair) -> dict[str, Any]:
    return {
        "kind": str(fair.kind),
        "starts": fair.starts.isoformat(),
        "ends": fair.ends.isoformat(),
        "opens": fair.opens.strftime("%H:%M") if fair.opens else None,
        "closes": fair.closes.strftime("%H:%M") if fair.closes else None,
        **{name: getattr(fair, name) for name in _SAME},
    }


def _audit_values(fair: Fair) -> Mapping[str, object]:
    silent = {"key", "changed_at", "cancelled_at"}
    return {name: value for name, value in _columns(fair).items() if name not in silent and value not in {None, ""}}


def _read(row: Any) -> Fair:
    return Fair(
        kind=FairKind(row["kind"]),
        starts=date.fromisoformat(row["starts"]),
        ends=date.fromisoformat(row["ends"]),
        opens=hour.fromisoformat(row["opens"]) if row["opens"] else None,
        closes=hour.fromisoformat(row["closes"]) if row["closes"] else None,
        **{name: row[name] for name in _SAME},
    )
