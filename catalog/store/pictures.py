"""Product pictures, kept by the fingerprint of their bytes: each is kept once, and its address never changes."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.store import tables


def path_of(jpeg: bytes) -> str:
    """The path under which our server shows this picture."""
    return f"/media/{sha256(jpeg).hexdigest()[:32]}.jpg"


async def keep(connection: AsyncConnection, jpegs: Sequence[bytes]) -> list[str]:
    """Keep pictures; the path of each."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    paths = [path_of(jpeg) for jpeg in jpegs]
    rows = [{"key": path, "jpeg": jpeg} for path, jpeg in zip(paths, jpegs, strict=True)]
    await connection.execute(insert(tables.pictures).on_conflict_do_nothing(), rows)
    return paths


async def by_path(connection: AsyncConnection, path: str) -> bytes | None:
    """The picture shown under *path*."""
    found: bytes | None = await connection.scalar(select(tables.pictures.c.jpeg).where(tables.pictures.c.key == path))
    return found
