"""The catalogue's revision, and what has changed since another one.

The revision is a number that grows with every change, so that other processes notice. What a change did is read from
the rows that it added: products, certificates, and the log of changed fields. Where an import is undone products go
again; that is noted here, and then every product is to be read.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.store import memory, tables
from catalog.store.announcements import AnnouncementTopic, announce

_NAME = "catalogue"
_CHANGED = ("house", "catalogue changed")
_REMOVED = ("house", "products removed")
_TOUCHED = ("house", "catalogue touched")
_MOST_TOUCHED = 100


@dataclass(frozen=True, slots=True)
class CatalogueMark:
    """How far somebody has read the catalogue: its revision, its size, and the last row of what tells of changes."""

    revision: int
    size: int
    product: int
    certificate: int
    change: int


async def bump(connection: AsyncConnection, *touched: str) -> None:
    """Say that the catalogue has changed, and when.

    *touched* are the ids of all products and producers that have changed; none where any may have, or where some went.
    """
    table = tables.revision
    changed = await connection.execute(update(table).where(table.c.name == _NAME).values(number=table.c.number + 1))
    if not changed.rowcount:
        await connection.execute(insert(table).values(name=_NAME, number=1))
    steps = await _add_step(connection, touched)
    await memory.remember(connection, [(*_CHANGED, f"{time.time():.0f}"), (*_TOUCHED, json.dumps(steps))])
    await announce(connection, AnnouncementTopic.CATALOGUE)


_Steps = list[tuple[int, Sequence[str]]]
"""What each of the last revisions touched, one after the other; the first of them is one that may have touched all."""


async def _add_step(connection: AsyncConnection, touched: Sequence[str]) -> _Steps:
    """The steps with the one of which the revision has just been counted."""
    revision, steps = await current(connection), await _steps(connection)
    if not touched or len(touched) > _MOST_TOUCHED:
        return [(revision, ())]
    if not steps or steps[-1][0] != revision - 1:
        steps = [(revision - 1, ())]
    steps.append((revision, touched))
    while sum(len(ids) for _, ids in steps) > _MOST_TOUCHED:
        # What the first one touched is told no more: it stands for all before it.
        steps = [(steps[1][0], ()), *steps[2:]]
    return steps


async def _steps(connection: AsyncConnection) -> _Steps:
    return [(number, ids) for number, ids in json.loads(await memory.recall(connection, *_TOUCHED) or "[]")]


async def touched_since(connection: AsyncConnection, since: int, until: int) -> list[str] | None:
    """The ids of all products and producers that the revisions behind *since* touched, at least those *until* one.

    None where that is not known, or may be any.
    """
    steps = await _steps(connection)
    if since > until or not steps or steps[0][0] > since or steps[-1][0] < until:
        return None
    return sorted({each for number, ids in steps if number > since for each in ids})


async def current(connection: AsyncConnection) -> int:
    """The revision now; 0 for an empty catalogue."""
    found = await connection.scalar(select(tables.revision.c.number).where(tables.revision.c.name == _NAME))
    return found or 0


async def note_removed(connection: AsyncConnection) -> None:
    """Say, before products are removed and the revision grows, that no row will tell of it; keep the last number."""
    last = await connection.scalar(select(func.max(tables.products.c.number))) or 0
    given = max(last, (await _last_removal(connection))[1])
    await memory.remember(connection, [(*_REMOVED, f"{await current(connection) + 1} {given}")])


async def _last_removal(connection: AsyncConnection) -> tuple[int, int]:
    """The revision at which products were removed last, and the highest number that one had then; (0, 0) if never."""
    revision, _, number = (await memory.recall(connection, *_REMOVED) or "0 0").partition(" ")
    return int(revision), int(number)


async def skip_given_numbers(connection: AsyncConnection, fresh: Sequence[dict[str, Any]]) -> None:
    """Number *fresh* rows of products in SQLite so that none gets the number of one that was removed."""
    if connection.dialect.name == "postgresql":
        return
    given = (await _last_removal(connection))[1]
    if not given:
        return
    last = await connection.scalar(select(func.max(tables.products.c.number))) or 0
    for number, row in enumerate(fresh, max(given, last) + 1):
        row["number"] = number


async def last_change(connection: AsyncConnection) -> float:
    """When something in the catalogue was last changed, in UTC seconds; 0 if nothing ever was."""
    return float(await memory.recall(connection, *_CHANGED) or 0.0)


async def mark(connection: AsyncConnection) -> CatalogueMark:
    """How far one reads who reads everything now.

    The revision is read first: what is committed while we read is then found once more, and never missed.
    """
    revision = await current(connection)
    lasts = [
        await connection.scalar(select(func.max(table.c.number))) or 0
        for table in (tables.products, tables.certificates, tables.changes)
    ]
    size = await connection.scalar(select(func.count()).select_from(tables.products)) or 0
    return CatalogueMark(revision, size, *lasts)


async def spell_mark(connection: AsyncConnection, marked: CatalogueMark) -> str:
    """*marked* in words that `read_mark` understands in this database alone, and in no older copy of it."""
    changed = await last_change(connection) if await current(connection) == marked.revision else 0.0
    return json.dumps({**asdict(marked), "changed": changed, "seen": await _fingerprint(connection, marked)})


async def read_mark(connection: AsyncConnection, spelled: str) -> CatalogueMark | None:
    """The mark that was *spelled* from this database, as it was then or earlier; None for another one's."""
    try:
        said = json.loads(spelled)
        marked = CatalogueMark(**{each.name: int(said[each.name]) for each in fields(CatalogueMark)})
        changed, seen = said["changed"], said["seen"]
    except (ValueError, KeyError, TypeError):
        return None
    revision = await current(connection)
    if marked.revision > revision or seen != await _fingerprint(connection, marked):
        return None
    return marked if marked.revision < revision or changed == await last_change(connection) else None


async def _fingerprint(connection: AsyncConnection, marked: CatalogueMark) -> str:
    """What stands in the rows that *marked* names, of which nothing is ever changed."""
    made, held, said = tables.products, tables.certificates, tables.changes
    queries = (
        select(made.c.id).where(made.c.number == marked.product),
        select(held.c.product_id, held.c.identity).where(held.c.number == marked.certificate),
        select(said.c.at, said.c.subject, said.c.field, said.c.new).where(said.c.number == marked.change),
    )
    rows = [list((await connection.execute(query)).one_or_none() or ()) for query in queries]
    return sha256(json.dumps(rows).encode()).hexdigest()


async def changed_products(connection: AsyncConnection, since: CatalogueMark, *, most: int) -> list[str] | None:
    """The ids of the products that were added or changed *since*; None where they are more than *most*, or some went.

    What went is told by no row.
    """
    if since.revision < (await _last_removal(connection))[0]:
        return None
    found: set[str] = set()
    for query in _changed(since):
        found.update(await connection.scalars(query.limit(most + 1)))
        if len(found) > most:
            return None
    return sorted(found)


def _changed(since: CatalogueMark) -> Iterator[Select[Any]]:
    made, held, said = tables.products, tables.certificates, tables.changes
    subjects = select(said.c.subject).where(said.c.number > since.change).distinct()
    yield select(made.c.id).where(made.c.number > since.product)
    yield select(held.c.product_id).where(held.c.number > since.certificate).distinct()
    # A subject is a product or a producer.
    yield select(made.c.id).where(made.c.id.in_(subjects))
    yield select(made.c.id).where(made.c.producer_id.in_(subjects))
