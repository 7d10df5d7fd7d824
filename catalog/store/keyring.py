"""Which key seals this database: another must not take its place in silence, for then all words would be empty."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.errors import BadSetting
from catalog.sealing import Seal
from catalog.store import memory, tables

HOUSE = "house"
"""The owner of what a database notes of itself."""
_OWNER, _KEY = HOUSE, "seal"
_SAMPLES = 20
_MARKS = ("s1:%", "s2:%")
# What was sealed last is what the keys must open: of older words the key may have been given up on purpose.
_SEALED = (
    (tables.inbox.c.body, tables.inbox.c.seq),
    (tables.people.c.state, tables.people.c.seen_at),
    (tables.messages.c.text, tables.messages.c.number),
)


async def check(connection: AsyncConnection, seal: Seal, *, accept: bool = False) -> None:
    """Note which key seals here. Raises BadSetting where the keys do not fit what is there, unless told to *accept*."""
    kept = await memory.recall(connection, _OWNER, _KEY)
    newest, *_ = seal.marks
    if kept == newest:
        return
    fits = kept in seal.marks if kept is not None else await _opens_something(connection, seal)
    if not fits and not accept:
        raise BadSetting(
            "The key does not fit this database: another one sealed what people wrote in it. Put that key back (into "
            "HOI_OCOP_SEAL_KEYS, or into the file beside the database; behind a new key if you are changing keys). "
            "If it is lost for good, or given up because it leaked, say so with: hoi-ocop key --accept. What it sealed "
            "cannot be read any more then."
        )
    await memory.remember(connection, [(_OWNER, _KEY, newest)])


async def _opens_something(connection: AsyncConnection, seal: Seal) -> bool:
    """Whether the keys open a sample of a database that says nothing of its key; True where nothing is sealed yet."""
    samples = await _samples(connection)
    return not samples or any(seal.open(each) for each in samples)


async def _samples(connection: AsyncConnection) -> Sequence[str]:
    found: list[str] = []
    for column, order in _SEALED:
        marked = column.like(_MARKS[0]) | column.like(_MARKS[1])
        query = select(column).where(marked).order_by(order.desc()).limit(_SAMPLES)
        found += (await connection.execute(query)).scalars()
    return found


def is_sealed(file: Path) -> bool:
    """Whether the SQLite database in *file* holds what some key sealed; False where it cannot be looked at."""
    if not file.exists():
        return False
    told = "SELECT 1 FROM memory WHERE owner = ? AND key = ?"
    sealed = "SELECT 1 FROM inbox WHERE body LIKE ? OR body LIKE ? LIMIT 1"
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            looks = ((told, (_OWNER, _KEY)), (sealed, _MARKS))
            return any(database.execute(words, values).fetchone() for words, values in looks)
    except sqlite3.Error:
        return False
