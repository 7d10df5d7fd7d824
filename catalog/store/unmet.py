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

from catalog.store import tables
from catalog.store.steps import InSteps, Statement, Steps

# Nobody is shown what fewer different people asked for.
FEWEST_PEOPLE = 3
DAYS = 90
_SECONDS = DAYS * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Wish:
    """A code or a name that was asked for and that we do not have; *times* counts different people."""

    kind: str
    shown: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class UnmetAsker:
    """A wish as it is kept: *mark* stands for its key, *shown* is sealed, *person* stands for who asked."""

    kind: str
    mark: str
    shown: str
    person: str


@InSteps
def wish(asked: Sequence[UnmetAsker]) -> Steps[list[None]]:
    """Keep each wish, and that this person had it now."""
    now = time.time()
    yield _WISH.of([{"kind": each.kind, "mark": each.mark, "shown": each.shown} for each in asked])
    yield _WISHER.of([{"kind": each.kind, "mark": each.mark, "person": each.person, "at": now} for each in asked])
    return [None] * len(asked)


def _inserting(dialect: Dialect) -> type[sqlite.Insert] | type[postgresql.Insert]:
    return postgresql.Insert if dialect.name == "postgresql" else sqlite.Insert


def _wishing(dialect: Dialect) -> UpdateBase:
    return _inserting(dialect)(tables.wishes).on_conflict_do_nothing()


def _asking(dialect: Dialect) -> UpdateBase:
    statement = _inserting(dialect)(tables.wishers)
    again = {"at": statement.excluded.at}
    return statement.on_conflict_do_update(index_elements=["kind", "mark", "person"], set_=again)


_WISH = Statement(_wishing, names=("kind", "mark", "shown"))
_WISHER = Statement(_asking, names=("kind", "mark", "person", "at"))


async def list_wanted(connection: AsyncConnection, kind: str, *, limit: int, now: float) -> list[tuple[str, int]]:
    """The sealed words that most different people asked for of late, and how many; none that only a few did."""
    wished, by = tables.wishes, tables.wishers
    people, last = func.count(by.c.person), func.max(by.c.at)
    query = (
        select(wished.c.shown, people.label("times"))
        .join(by, (by.c.kind == wished.c.kind) & (by.c.mark == wished.c.mark))
        .where(wished.c.kind == kind, by.c.at > now - _SECONDS)
        .group_by(wished.c.kind, wished.c.mark, wished.c.shown)
        .having(people >= FEWEST_PEOPLE)
        .order_by(people.desc(), last.desc())
        .limit(limit)
    )
    return [(row.shown, row.times) for row in await connection.execute(query)]


async def of_person(connection: AsyncConnection, persons: Sequence[str]) -> list[tuple[str, float]]:
    """The sealed words that someone asked for in vain, and when, the latest first."""
    wished, by = tables.wishes, tables.wishers
    query = (
        select(wished.c.shown, by.c.at)
        .join(by, (by.c.kind == wished.c.kind) & (by.c.mark == wished.c.mark))
        .where(by.c.person.in_(persons))
        .order_by(by.c.at.desc())
    )
    return [(row.shown, row.at) for row in await connection.execute(query)]


async def forget_person(connection: AsyncConnection, persons: Sequence[str]) -> None:
    """Count someone no longer; what nobody else asked for goes too."""
    await connection.execute(delete(tables.wishers).where(tables.wishers.c.person.in_(persons)))
    await _drop_unasked(connection)


async def forget_old(connection: AsyncConnection, *, now: float) -> None:
    """Forget what was asked more than 90 days ago."""
    await connection.execute(delete(tables.wishers).where(tables.wishers.c.at <= now - _SECONDS))
    await _drop_unasked(connection)


async def _drop_unasked(connection: AsyncConnection) -> None:
    wished, by = tables.wishes, tables.wishers
    asked = select(by.c.mark).where(by.c.kind == wished.c.kind, by.c.mark == wished.c.mark)
    await connection.execute(delete(wished).where(~asked.exists()))
