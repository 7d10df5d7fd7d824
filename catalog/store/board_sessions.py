"""Who is signed in on the board. Of tokens and codes only fingerprints are kept: the database opens nothing."""

import time
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.officers import Act, BoardSession, Officer, level
from catalog.sealing import fingerprint
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.members import Refusal
from catalog.store.officers import list_officers, open_officer

KEPT_SECONDS = 90 * 24 * 3600.0
"""How long a session that ended is remembered, and a link that opens nothing any more."""
_NOTED_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that lives, and its officer with all grants."""

    session: BoardSession
    officer: Officer


class BoardSessionStore:
    """Sessions on the board. Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def sign_in(
        self, code: str, token: str, *, device: str, now: float, lasts: float, today: date
    ) -> BoardSession | Refusal:
        """Use a one-time code up and begin a session under *token* for *lasts* seconds; or why not."""
        device_sealed = self._access.seal.close(device)

        async def write(connection: AsyncConnection) -> BoardSession | Refusal:
            officer = await use_link(connection, code, now=now)
            if isinstance(officer, Refusal):
                return officer
            start = Start(token, device_sealed, now, lasts, today)
            return replace(await begin_session(connection, officer, start), device=device)

        return await self._access.write_alone(write)

    async def is_waiting(self, code: str, *, now: float) -> bool:
        """Whether a one-time code would open something; it is not used up."""
        table = tables.sign_in_links
        mine = select(table.c.officer).where(
            table.c.code == fingerprint(code), table.c.used_at.is_(None), table.c.expires_at > now
        )
        return await self._access.read(lambda c: c.scalar(mine)) is not None

    async def find(self, token: str, *, now: float, idle: float) -> SignedIn | None:
        """The session under *token* with its officer, if it lives and was seen within *idle* seconds; seen now."""
        table = tables.board_sessions
        mine = select(table).where(table.c.token == fingerprint(token), *_living(now, idle))

        async def look(connection: AsyncConnection) -> SignedIn | None:
            row = (await connection.execute(mine)).mappings().one_or_none()
            if row is None:
                return None
            officers = tables.officers.c
            found = await list_officers(connection, (officers.number == row["officer"]) & officers.ended_at.is_(None))
            return SignedIn(_session(row), found[0]) if found else None

        found = await self._access.read(look)
        if found is None:
            return None
        if now - found.session.seen_at > _NOTED_SECONDS:
            seen = update(table).where(table.c.number == found.session.number, table.c.seen_at < now)
            await self._access.write(lambda c: c.execute(seen.values(seen_at=now)))
        return SignedIn(self._open(found.session), open_officer(found.officer, self._access))

    async def list_living(self, officer: int, *, now: float, idle: float) -> list[BoardSession]:
        """The sessions of an officer that live, the one seen last first."""
        table = tables.board_sessions
        query = select(table).where(table.c.officer == officer, *_living(now, idle)).order_by(table.c.seen_at.desc())
        rows = await self._access.read(lambda c: c.execute(query))
        return [self._open(_session(row)) for row in rows.mappings()]

    async def end(self, number: int, *, officer: int, deed: Deed, by: Doer) -> bool:
        """End one session of *officer*; False if they have none of this number that lives."""
        table, now = tables.board_sessions, time.time()
        mine = (table.c.number == number) & (table.c.officer == officer) & table.c.ended_at.is_(None)

        async def write(connection: AsyncConnection) -> bool:
            ended = await connection.execute(update(table).where(mine).values(ended_at=now))
            if ended.rowcount == 1:
                await append(connection, by.did(deed, f"session {number}"))
            return ended.rowcount == 1

        return await self._access.write_alone(write)

    async def end_all(self) -> None:
        """End every session and link: what stands in a backup must not let anybody in."""
        sessions, links, now = tables.board_sessions, tables.sign_in_links, time.time()

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(update(sessions).where(sessions.c.ended_at.is_(None)).values(ended_at=now))
            await connection.execute(update(links).where(links.c.used_at.is_(None)).values(expires_at=0.0))

        await self._access.write_alone(write)

    async def forget_old(self, *, now: float) -> None:
        """Forget sessions and links that ended long ago."""
        sessions, links, before = tables.board_sessions, tables.sign_in_links, now - KEPT_SECONDS

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(delete(sessions).where(sessions.c.ends_at < before))
            await connection.execute(delete(links).where(links.c.expires_at < before))

        await self._access.write(write)

    def _open(self, session: BoardSession) -> BoardSession:
        return BoardSession(
            session.number,
            session.officer,
            session.began_at,
            session.seen_at,
            session.ends_at,
            self._access.open(session.device),
            session.second_way,
        )


@dataclass(frozen=True, slots=True)
class Start:
    """How a session begins: *token* is its cookie, *device* sealed; *second_way* as in BoardSession."""

    token: str
    device: str
    now: float
    lasts: float
    today: date
    second_way: str = ""


async def begin_session(connection: AsyncConnection, officer: int, start: Start) -> BoardSession:
    """Keep a new session of *officer*, and tell the audit; its device is as it was given."""
    table, now, ends = tables.board_sessions, start.now, start.now + start.lasts
    values = {"officer": officer, "began_at": now, "seen_at": now, "ends_at": ends, "device": start.device}
    kept = {**values, "token": fingerprint(start.token), "second_way": start.second_way}
    made = await connection.execute(insert(table).values(kept).returning(table.c.number))
    session = BoardSession(int(made.scalar_one()), officer, now, now, ends, start.device, start.second_way)
    (found,) = await list_officers(connection, tables.officers.c.number == officer)
    role = level(found.grants, Act.SEE_BOARD, today=start.today)
    way = {"way": start.second_way} if start.second_way else None
    done = Doer(officer, role or "").did(Deed.SIGNED_IN, f"session {session.number}", after=way)
    await append(connection, done, at=now)
    return session


async def use_link(connection: AsyncConnection, secret: str, *, now: float) -> int | Refusal:
    """Use up the one-time code *secret*; its officer, or why not."""
    table, code = tables.sign_in_links, fingerprint(secret)
    unused = (table.c.code == code) & table.c.used_at.is_(None) & (table.c.expires_at > now)
    taken = await connection.execute(update(table).where(unused).values(used_at=now))
    row = (await connection.execute(select(table).where(table.c.code == code))).mappings().one_or_none()
    if row is None:
        return Refusal.UNKNOWN
    if taken.rowcount != 1:
        return Refusal.EXPIRED if row["used_at"] is None else Refusal.USED
    officer: int = row["officer"]
    return officer


def _living(now: float, idle: float) -> tuple[Any, ...]:
    table = tables.board_sessions.c
    return (table.ended_at.is_(None), table.ends_at > now, table.seen_at > now - idle)


def _session(row: Any) -> BoardSession:
    return BoardSession(
        row["number"],
        row["officer"],
        row["began_at"],
        row["seen_at"],
        row["ends_at"],
        row["device"],
        row["second_way"],
    )
