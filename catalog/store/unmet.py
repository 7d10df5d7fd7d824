"""What people looked for in vain, sealed; counted by how many different people did, none of whom is named.

A person stands here as a word that only the keys make of their address, so that two questions of one count once, and
so that what they asked can be shown to them and taken out.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Dialect, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from catalog.inquiry import Address
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.steps import InSteps, Statement, Steps

# Nobody is shown what fewer different people asked for.
FEWEST_PEOPLE = 3
DAYS = 90
_SECONDS = DAYS * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class UnmetQuery:
    """A code or a name that was asked for and that we do not have; *times* counts different people."""

    kind: str
    shown: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class UnmetAsker:
    """One as it is kept: *fingerprint* stands for its key, *shown* is sealed, *person* stands for who asked."""

    kind: str
    fingerprint: str
    shown: str
    person: str


@InSteps
def note(asked: Sequence[UnmetAsker]) -> Steps[list[None]]:
    """Keep each unmet query, and that this person asked it now."""
    now = time.time()
    yield _QUERY.of([{"kind": each.kind, "fingerprint": each.fingerprint, "shown": each.shown} for each in asked])
    yield _ASKER.of(
        [{"kind": each.kind, "fingerprint": each.fingerprint, "person": each.person, "at": now} for each in asked]
    )
    return [None] * len(asked)


def _inserting(dialect: Dialect) -> type[sqlite.Insert] | type[postgresql.Insert]:
    return postgresql.Insert if dialect.name == "postgresql" else sqlite.Insert


def _noting(dialect: Dialect) -> UpdateBase:
    return _inserting(dialect)(tables.unmet_queries).on_conflict_do_nothing()


def _asking(dialect: Dialect) -> UpdateBase:
    statement = _inserting(dialect)(tables.unmet_askers)
    again = {"at": statement.excluded.at}
    return statement.on_conflict_do_update(index_elements=["kind", "fingerprint", "person"], set_=again)


_QUERY = Statement(_noting, names=("kind", "fingerprint", "shown"))
_ASKER = Statement(_asking, names=("kind", "fingerprint", "person", "at"))


async def list_wanted(connection: AsyncConnection, kind: str, *, limit: int, now: float) -> list[tuple[str, int]]:
    """The sealed words that most different people asked for of late, and how many; none that only a few did."""
    asked, by = tables.unmet_queries, tables.unmet_askers
    people, last = func.count(by.c.person), func.max(by.c.at)
    query = (
        select(asked.c.shown, people.label("times"))
        .join(by, (by.c.kind == asked.c.kind) & (by.c.fingerprint == asked.c.fingerprint))
        .where(asked.c.kind == kind, by.c.at > now - _SECONDS)
        .group_by(asked.c.kind, asked.c.fingerprint, asked.c.shown)
        .having(people >= FEWEST_PEOPLE)
        .order_by(people.desc(), last.desc())
        .limit(limit)
    )
    return [(row.shown, row.times) for row in await connection.execute(query)]


async def of_person(connection: AsyncConnection, persons: Sequence[str]) -> list[tuple[str, float]]:
    """The sealed words that someone asked for in vain, and when, the latest first."""
    asked, by = tables.unmet_queries, tables.unmet_askers
    query = (
        select(asked.c.shown, by.c.at)
        .join(by, (by.c.kind == asked.c.kind) & (by.c.fingerprint == asked.c.fingerprint))
        .where(by.c.person.in_(persons))
        .order_by(by.c.at.desc())
    )
    return [(row.shown, row.at) for row in await connection.execute(query)]


async def forget_person(connection: AsyncConnection, persons: Sequence[str]) -> None:
    """Count someone no longer; what nobody else asked for goes too."""
    await connection.execute(delete(tables.unmet_askers).where(tables.unmet_askers.c.person.in_(persons)))
    await _drop_unasked(connection)


async def forget_old(connection: AsyncConnection, *, now: float) -> None:
    """Forget what was asked more than 90 days ago."""
    await connection.execute(delete(tables.unmet_askers).where(tables.unmet_askers.c.at <= now - _SECONDS))
    await _drop_unasked(connection)


async def _drop_unasked(connection: AsyncConnection) -> None:
    asked, by = tables.unmet_queries, tables.unmet_askers
    somebody = select(by.c.fingerprint).where(by.c.kind == asked.c.kind, by.c.fingerprint == asked.c.fingerprint)
    await connection.execute(delete(asked).where(~somebody.exists()))


class UnmetStore:
    """What was looked for in vain. Every method raises StoreError."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def note(self, query: UnmetQuery, *, key: str, who: Address) -> None:
        """Count a code or name that we do not have, the same *key* once for each person; not without keys."""
        seal = self._access.keys
        if seal is None:
            return
        # The word that the token is made of is what older versions used: their counts go on.
        fingerprint = seal.token(f"wish {query.kind} {key}")
        person = seal.persons(who.channel, who.address)[0]
        await self._access.write_item(note, UnmetAsker(query.kind, fingerprint, seal.close(query.shown), person))

    async def list_wanted(self, kind: str, *, limit: int = 20) -> list[UnmetQuery]:
        """What most people asked for in vain in 90 days, from the third different one on."""
        found = await self._access.read(lambda c: list_wanted(c, kind, limit=limit, now=time.time()))
        opened = [(self._access.open(sealed), times) for sealed, times in found]
        return [UnmetQuery(kind, shown, times) for shown, times in opened if shown]

    async def of_person(self, who: Address) -> list[tuple[str, float]]:
        """What someone looked for in vain and still is counted for, and when, the latest first."""
        persons = self._access.seal.persons(who.channel, who.address)
        found = await self._access.read(lambda c: of_person(c, persons))
        return [(self._access.open(sealed), at) for sealed, at in found]

    async def forget_old(self) -> None:
        """Erase what people looked for more than 90 days ago."""
        await self._access.write_alone(lambda c: forget_old(c, now=time.time()))
