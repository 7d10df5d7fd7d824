"""Officers, what they are granted, and the one-time links by which they sign in; each change stands in the audit."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.officers import Grant, Officer, OfficerRole
from catalog.sealing import fingerprint
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.audit import append

CHAT_NOTE = "board:"
"""What a channel's note begins with that knows an officer under the rest, their address."""


def notes_of(officer: int) -> ColumnElement[bool]:
    """The notes that know *officer* in a chat."""
    table = tables.memory.c
    return and_(table.key.startswith(CHAT_NOTE, autoescape=True), table.value == str(officer))


async def list_officers(connection: AsyncConnection, condition: ColumnElement[bool] | None = None) -> list[Officer]:
    """The officers that *condition* fits, with their grants, names and contacts sealed; the oldest first."""
    table = tables.officers
    query = select(table).order_by(table.c.number)
    if condition is not None:
        query = query.where(condition)
    rows = (await connection.execute(query)).mappings().all()
    grants = await _grants(connection, [row["number"] for row in rows])
    return [_officer(row, grants.get(row["number"], ())) for row in rows]


async def end_officer(connection: AsyncConnection, number: int, *, at: float) -> bool:
    """End all that an officer has: grants, links, passkeys, sessions; False if that was done, or there is none."""
    officers, grants, links, sessions = tables.officers, tables.grants, tables.sign_in_links, tables.board_sessions
    running = officers.c.ended_at.is_(None)
    ended = await connection.execute(update(officers).where(officers.c.number == number, running).values(ended_at=at))
    for table in (grants, sessions):
        mine = (table.c.officer == number) & table.c.ended_at.is_(None)
        await connection.execute(update(table).where(mine).values(ended_at=at))
    await connection.execute(delete(tables.memory).where(notes_of(number)))
    await connection.execute(delete(tables.passkeys).where(tables.passkeys.c.officer == number))
    unused = (links.c.officer == number) & links.c.used_at.is_(None)
    await connection.execute(update(links).where(unused).values(expires_at=0.0))
    return ended.rowcount == 1


async def _grants(connection: AsyncConnection, officers: Sequence[int]) -> dict[int, tuple[Grant, ...]]:
    table = tables.grants
    query = select(table).where(table.c.officer.in_(officers)).order_by(table.c.number)
    found: dict[int, tuple[Grant, ...]] = {}
    for row in (await connection.execute(query)).mappings():
        found[row["officer"]] = (*found.get(row["officer"], ()), _grant(row))
    return found


async def _give(connection: AsyncConnection, officer: int, grant: Grant) -> Grant:
    values = {
        "officer": officer,
        "role": str(grant.role),
        "commune": grant.commune,
        "producer_id": grant.producer,
        "starts": grant.starts.isoformat(),
        "until": grant.until.isoformat() if grant.until else None,
    }
    made = await connection.execute(insert(tables.grants).values(values).returning(tables.grants.c.number))
    return replace(grant, number=int(made.scalar_one()))


def fields_of(grant: Grant) -> Mapping[str, object]:
    """A grant as the audit tells it."""
    until = grant.until.isoformat() if grant.until else ""
    fields = {"role": str(grant.role), "commune": grant.commune, "producer": grant.producer, "until": until}
    return {name: value for name, value in {**fields, "starts": grant.starts.isoformat()}.items() if value}


class OfficerStore:
    """Officers and their grants. Every method raises StoreError; those that change something say who does (Doer)."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def add(self, name: str, grant: Grant, *, contact: str = "", by: Doer, at: float | None = None) -> Officer:
        """Take an officer in with a first grant."""
        moment = time.time() if at is None else at
        seal = self._access.seal
        values = {"name": seal.close(name), "contact": seal.close(contact), "language": "", "added_at": moment}

        async def write(connection: AsyncConnection) -> Officer:
            made = await connection.execute(insert(tables.officers).values(values).returning(tables.officers.c.number))
            number = int(made.scalar_one())
            given = await _give(connection, number, grant)
            await append(connection, by.did(Deed.OFFICER_ADDED, f"officer {number}", after=fields_of(given)))
            return Officer(number, name, moment, (given,), contact)

        return await self._access.write_alone(write)

    async def give(self, officer: int, grant: Grant, *, by: Doer) -> Grant:
        """Grant something more to an officer."""

        async def write(connection: AsyncConnection) -> Grant:
            given = await _give(connection, officer, grant)
            await append(connection, by.did(Deed.GRANT_GIVEN, f"officer {officer}", after=fields_of(given)))
            return given

        return await self._access.write_alone(write)

    async def end_grant(self, number: int, *, by: Doer, reason: str = "") -> bool:
        """End one grant at once; False if it had ended."""
        table, now = tables.grants, time.time()

        async def write(connection: AsyncConnection) -> bool:
            running = (table.c.number == number) & table.c.ended_at.is_(None)
            row = (await connection.execute(select(table).where(running))).mappings().one_or_none()
            if row is None:
                return False
            await connection.execute(update(table).where(running).values(ended_at=now))
            subject, before = f"officer {row['officer']}", fields_of(_grant(row))
            await append(connection, by.did(Deed.GRANT_ENDED, subject, before=before, reason=reason))
            return True

        return await self._access.write_alone(write)

    async def end(self, number: int, *, by: Doer, reason: str = "") -> bool:
        """End an officer's access at once: grants, links and sessions; False if it had ended, or there is none."""

        async def write(connection: AsyncConnection) -> bool:
            ended = await end_officer(connection, number, at=time.time())
            if ended:
                await append(connection, by.did(Deed.OFFICER_ENDED, f"officer {number}", reason=reason))
            return ended

        return await self._access.write_alone(write)

    async def list_all(self) -> list[Officer]:
        """Every officer there ever was, the oldest first."""
        return [self._open(each) for each in await self._access.read(list_officers)]

    async def by_number(self, number: int) -> Officer | None:
        """One officer."""
        mine = tables.officers.c.number == number
        found = await self._access.read(lambda c: list_officers(c, mine))
        return self._open(found[0]) if found else None

    async def by_contact(self, email: str) -> Officer | None:
        """The officer with access whose e-mail address this is, however it is cased; of several none."""
        wanted = email.strip().casefold()
        officers = [each for each in await self.list_all() if each.ended_at is None]
        found = [each for each in officers if wanted and each.contact.casefold() == wanted]
        return found[0] if len(found) == 1 else None

    async def set_contact(self, officer: int, contact: str, *, by: Doer) -> None:
        """Keep another e-mail address, or none; the audit tells that it was changed, not which it is."""
        table, sealed = tables.officers, self._access.seal.close(contact)

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(update(table).where(table.c.number == officer).values(contact=sealed))
            await append(connection, by.did(Deed.CONTACT_CHANGED, f"officer {officer}"))

        await self._access.write_alone(write)

    async def names(self) -> dict[int, str]:
        """How each officer is called, by number."""
        table = tables.officers
        query = select(table.c.number, table.c.name)
        rows = await self._access.read(lambda c: c.execute(query))
        return {row.number: self._access.open(row.name) for row in rows}

    async def make_link(self, officer: int, code: str, *, expires_at: float, by: Doer) -> None:
        """Keep a one-time code by its fingerprint; those made for this officer before open nothing any more.

        Raises NotFound for an officer who has ended.
        """
        table, officers = tables.sign_in_links, tables.officers

        async def write(connection: AsyncConnection) -> None:
            running = select(officers.c.number).where(officers.c.number == officer, officers.c.ended_at.is_(None))
            if await connection.scalar(running) is None:
                raise NotFound(f"There is no officer {officer} with access.")
            unused = (table.c.officer == officer) & table.c.used_at.is_(None)
            await connection.execute(update(table).where(unused).values(expires_at=0.0))
            values = {"code": fingerprint(code), "officer": officer, "expires_at": expires_at}
            await connection.execute(insert(table).values(values))
            await append(connection, by.did(Deed.LINK_MADE, f"officer {officer}"))

        await self._access.write_alone(write)

    def _open(self, officer: Officer) -> Officer:
        return open_officer(officer, self._access)


def open_officer(officer: Officer, access: Access) -> Officer:
    """*officer* with what was sealed opened."""
    return replace(officer, name=access.open(officer.name), contact=access.open(officer.contact))


def _officer(row: Any, grants: tuple[Grant, ...]) -> Officer:
    return Officer(
        row["number"], row["name"], row["added_at"], grants, row["contact"], row["language"], row["ended_at"]
    )


def _grant(row: Any) -> Grant:
    return Grant(
        role=OfficerRole(row["role"]),
        starts=date.fromisoformat(row["starts"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        commune=row["commune"],
        producer=row["producer_id"],
        ended_at=row["ended_at"],
        number=row["number"],
    )
