"""Who erased everything: a word that only the keys make of their address, so that a restored backup erases them again.

The word is Seal.persons()'s. Whoever reads the list learns of nobody who is in it, unless they have the keys.
"""

import json
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.errors import BadBackup
from catalog.store import tables
from catalog.store.access import Access

KEPT_SECONDS = 3 * 365 * 24 * 3600.0
"""How long an erasure is remembered: older backups must not be restored."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """*person* stands for whose data was erased; *at* in UTC seconds."""

    person: str
    at: float


def write_list(erasures: Iterable[Erasure]) -> str:
    """One JSON line for each erasure."""
    return "".join(json.dumps(asdict(each)) + "\n" for each in erasures)


def read_list(text: str) -> list[Erasure]:
    """What write_list() wrote. Raises BadBackup for anything else, with its line."""
    lines = enumerate(text.splitlines(), 1)
    return [_read_line(line, number) for number, line in lines if line.strip()]


def _read_line(line: str, number: int) -> Erasure:
    try:
        row = json.loads(line)
        person, at = row["person"], float(row["at"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise _no_erasure(number) from error
    # JSON as Python reads it knows NaN and Infinity, and no time is before or after those.
    if not (isinstance(person, str) and person and person.isascii() and math.isfinite(at)):
        raise _no_erasure(number)
    return Erasure(person, at)


def _no_erasure(number: int) -> BadBackup:
    return BadBackup(f"Line {number} is no erasure: this is no list of erasures; hoi-ocop erasures writes one.")


async def note(connection: AsyncConnection, erasures: Sequence[Erasure]) -> None:
    """Remember erasures; of one person the last one."""
    if not erasures:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(tables.erasures)
    again = statement.on_conflict_do_update(index_elements=["person"], set_={"at": statement.excluded.at})
    await connection.execute(again, [asdict(each) for each in erasures])


async def list_all(connection: AsyncConnection) -> list[Erasure]:
    """All erasures that are remembered, the oldest first."""
    table = tables.erasures
    rows = await connection.execute(select(table.c.person, table.c.at).order_by(table.c.at, table.c.person))
    return [Erasure(row.person, row.at) for row in rows]


async def forget_old(connection: AsyncConnection, *, now: float) -> None:
    """Forget the erasures that no backup still in use was made before."""
    await connection.execute(delete(tables.erasures).where(tables.erasures.c.at < now - KEPT_SECONDS))


class ErasureStore:
    """The erasures that are remembered. Every method raises StoreError."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def list_all(self) -> list[Erasure]:
        """All of them, the oldest first."""
        return await self._access.read(list_all)

    async def forget_old(self) -> None:
        """Forget what is older than any backup still in use."""
        await self._access.write(lambda c: forget_old(c, now=time.time()))
