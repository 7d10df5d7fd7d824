"""Copies of the whole database while it is in use, opened to see that they can be; and putting one back.

Of SQLite it is a database file, of PostgreSQL an archive of pg_dump. The keys that seal what people wrote stand in
neither.
"""

import asyncio
import errno
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.engine import URL

from catalog.errors import (
    BadBackup,
    BadSetting,
    DamagedBackup,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreNewer,
    StoreUnavailable,
)
from catalog.store import database, tables
from catalog.store.database_errors import is_damage
from catalog.store.database_file import missing_file
from catalog.store.erasures import Erasure
from catalog.store.jobs import drop_jobs
from catalog.store.serving_lock import only_server
from catalog.store.store import open_store

SQLITE, POSTGRESQL = b"SQLite format 3\0", b"PGDMP"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows each table has; *erased* counts the people who were erased again."""

    rows: dict[str, int]
    erased: int = 0


async def back_up(url: str, file: Path) -> Counted:
    """Copy the database at *url* into *file*, which must not be there yet. Raises StoreError, BadBackup, BadSetting.

    A file of this name is whole, has been opened, and is for its owner only. The database remembers when it was made.
    """
    with _told_in_words():
        counted = await _back_up(url, file)
    # A database that takes no writes now was copied all the same.
    with suppress(StoreError):
        async with open_store(url) as store:
            await store.note_backup(time.time())
    return counted


async def _back_up(url: str, file: Path) -> Counted:
    if file.exists():
        raise BadBackup(f"{file} exists already; a backup overwrites nothing.")
    with _draft(file) as draft:
        source = database.sqlite_file(url)
        if source is not None:
            if not source.exists():
                raise missing_file(source)
            await asyncio.to_thread(_copy_sqlite, source, draft)
            counted = await asyncio.to_thread(_check_copy, draft, file)
        else:
            if not (expected := await _tables_at(url)):
                raise StoreUnavailable(
                    "This database has no tables of ours. Is its name right? hoi-ocop migrate makes them."
                )
            counted = await asyncio.to_thread(_dump, database.database_url(url), draft, expected)
        _keep(draft, file)
    return counted


async def restore(file: Path, url: str, *, keys: Sequence[str], erased: Sequence[Erasure] = ()) -> Counted:
    """Put the backup in *file* into the empty database at *url*, and erase again whom *erased* names.

    Raises BadBackup, BadSetting where the keys do not fit it, AlreadyServed and StoreError. Then nothing is changed.
    """
    target = database.sqlite_file(url)
    async with only_server(url, told=lambda _: None, patience=0):
        with _told_in_words():
            return await _restore(file, url, target, keys=keys, erased=erased)


async def _tables_at(url: str) -> set[str]:
    """Those of our tables that are in the database at *url*: one of an older version has fewer."""
    engine = database.make_engine(database.database_url(url))
    try:
        async with database.reading(engine) as connection:
            database.refuse_unknown(await connection.run_sync(database.read_revision))
            return await connection.run_sync(_table_names)
    finally:
        await engine.dispose()


async def _restore(
    file: Path, url: str, target: Path | None, *, keys: Sequence[str], erased: Sequence[Erasure]
) -> Counted:
    with file.open("rb") as opened:
        begins = opened.read(len(SQLITE))
    if target is not None and begins == SQLITE:
        return await _restore_sqlite(file, target, keys, erased)
    if target is None and begins.startswith(POSTGRESQL):
        return await _restore_postgresql(file, url, keys, erased)
    if begins == SQLITE or begins.startswith(POSTGRESQL):
        raise BadBackup(
            f"{file} is a backup of the other kind of database. Restore it into one of its own kind, then copy that "
            "with: hoi-ocop move --to URL."
        )
    raise BadBackup(f"{file} is no backup of ours.")


async def _restore_sqlite(file: Path, target: Path, keys: Sequence[str], erased: Sequence[Erasure]) -> Counted:
    if target.exists() and not await asyncio.to_thread(_is_empty, target):
        raise BadBackup(f"{target} is not empty; a backup is restored into a new place only.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _draft(target) as draft:
        await asyncio.to_thread(shutil.copyfile, file, draft)
        _, version = await asyncio.to_thread(_check_sqlite, draft, file)
        _refuse_newer(version, file)
        counted = await _make_ready(f"sqlite:///{draft}", keys, erased)
        if _beside(draft, "-wal").exists():
            raise StoreError(f"{draft} is in use.")
        for suffix in ("-wal", "-shm"):
            _beside(target, suffix).unlink(missing_ok=True)
        _keep(draft, target)
    return counted


async def _restore_postgresql(file: Path, url: str, keys: Sequence[str], erased: Sequence[Erasure]) -> Counted:
    engine = database.make_engine(database.database_url(url))
    try:
        async with database.reading(engine) as connection:
            if await connection.run_sync(_table_names):
                raise BadBackup("The database is not empty; a backup is restored into an empty one only.")
        _refuse_newer(await asyncio.to_thread(_read_version, file), file)
        try:
            await asyncio.to_thread(_load, database.database_url(url), file)
            return await _make_ready(url, keys, erased)
        except BaseException:
            async with database.writing(engine) as connection:
                await connection.run_sync(_drop_all)
            raise
    finally:
        await engine.dispose()


async def _make_ready(url: str, keys: Sequence[str], erased: Sequence[Erasure]) -> Counted:
    """Bring the tables up to date, see that the keys fit, erase again whom *erased* names, sign every officer out."""
    async with open_store(url, migrate=True, keys=keys) as store:
        again = await store.people.erase_again(erased) if keys else 0
        await store.board_sessions.end_all()
        await store.settle_erased(due=True)
        return Counted(await store.count_rows(), again)


def _table_names(connection: Connection) -> set[str]:
    return {*tables.metadata.tables, "alembic_version"} & {*inspect(connection).get_table_names()}


def _drop_all(connection: Connection) -> None:
    found = MetaData()
    found.reflect(connection, only=sorted(_table_names(connection)))
    found.drop_all(connection)
    drop_jobs(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP FUNCTION IF EXISTS keep_audit()"))


def _copy_sqlite(source: Path, draft: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True)) as live,
            closing(sqlite3.connect(draft)) as copy,
        ):
            # All at once: with a log beside the file, whoever writes meanwhile does not wait.
            live.backup(copy)
            # One file, without a log of its own.
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise _as_store_error(error) from error


def _check_copy(draft: Path, file: Path) -> Counted:
    """Read the whole copy in *draft*, of a database that is served: what is wrong with it is so there."""
    try:
        counted, version = _check_sqlite(draft, file)
    except DamagedBackup as error:
        raise StoreDamaged from error
    database.refuse_unknown(version)
    return counted


def _check_sqlite(file: Path, named: Path) -> tuple[Counted, str]:
    """Read the whole database in *file*, a copy of that in *named* or for it; also its version. Raises BadBackup."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            (sound,) = opened.execute("PRAGMA integrity_check").fetchone()
            # SQLite reads zeros where the last page breaks off, and finds nothing wrong with them.
            (pages,), (each,) = (opened.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
            cut = file.stat().st_size < pages * each
            names = {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            ours = sorted(names & tables.metadata.tables.keys())
            versions = (
                opened.execute("SELECT * FROM alembic_version").fetchone() if "alembic_version" in names else None
            )
            counts = {name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in ours}  # noqa: S608 - names of our own
    except sqlite3.Error as error:
        raise DamagedBackup(f"{named} is damaged: {error}.") from error
    if cut:
        raise DamagedBackup(f"{named} is damaged: its end is missing.")
    if sound != "ok":
        raise DamagedBackup(f"{named} is damaged: {sound}.")
    if not (ours and versions):
        raise BadBackup(f"{named} is no database of ours.")
    return Counted(counts), versions[0]


def _refuse_newer(version: str | None, file: Path) -> None:
    """Raise BadBackup where the backup in *file* has tables that only a newer version of this program knows."""
    try:
        database.refuse_unknown(version)
    except StoreNewer as error:
        raise BadBackup(
            f"{file} was made by a newer version of this program (its tables: {error.found}, known here: "
            f"{error.known}). Restore it with that version."
        ) from error


def _is_empty(file: Path) -> bool:
    """Whether the SQLite database in *file* has no tables."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            return opened.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    except sqlite3.Error:
        return False


def _as_store_error(error: sqlite3.Error) -> StoreError:
    if is_damage(error):
        return StoreDamaged()
    return StoreFull() if "full" in str(error) else StoreError(f"The database cannot be copied: {error}.")


def _dump(url: URL, draft: Path, expected: set[str]) -> Counted:
    """Write an archive, and read all of it again. Raises BadBackup where it lacks one of the *expected* tables."""
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={draft}")
    listed = _run("pg_restore", None, "--list", str(draft))
    missing = [name for name in expected | {"alembic_version"} if f"TABLE DATA public {name} " not in listed]
    if missing:
        raise BadBackup(f"The archive lacks {', '.join(sorted(missing))}.")
    words = [_program("pg_restore"), "--file=-", str(draft)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:  # noqa: S603 - PostgreSQL's own program
        counts = _count_copied(reading.stdout or ())
        _, complaint = reading.communicate()
    if reading.returncode:
        raise BadBackup(f"The archive cannot be read: {complaint.decode(errors='replace').strip()}")
    return Counted(counts)


def _count_copied(script: Iterable[bytes]) -> dict[str, int]:
    """How many rows each table of ours has in a script of pg_restore."""
    counts = dict.fromkeys(tables.metadata.tables, 0)
    table = ""
    for line in script:
        if table and line == b"\\.\n":
            table = ""
        elif table:
            counts[table] += 1
        elif line.startswith(b"COPY public."):
            name = line.split(b" ")[1].removeprefix(b"public.").decode()
            table = name if name in counts else ""
    return counts


def _read_version(file: Path) -> str | None:
    """The migration that was run last in the database of which *file* is an archive."""
    script = _run("pg_restore", None, "--data-only", "--table=alembic_version", "--file=-", str(file)).splitlines()
    begins = next((number for number, line in enumerate(script) if line.startswith("COPY ")), len(script))
    return next((line for line in script[begins + 1 :] if line != "\\."), None)


def _load(url: URL, file: Path) -> None:
    _run("pg_restore", url, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(file))


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BadSetting(f"{name} is needed for this and not installed (Debian: apt-get install postgresql-client)")
    return found


def _run(program: str, url: URL | None, *words: str) -> str:
    """Run one of PostgreSQL's programs; what it wrote. The password is never in its command line. Raises StoreError."""
    with tempfile.TemporaryDirectory() as folder:
        where = [f"--dbname={_address(url, Path(folder) / 'password')}"] if url is not None else []
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
            [_program(program), *where, *words], stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    complaint = done.stderr.decode(errors="replace").strip()
    if done.returncode and "No space left" in complaint:
        raise StoreFull
    if done.returncode:
        # Its first line says what is wrong; others may show rows.
        raise StoreError(f"{program}: {complaint.partition(chr(10))[0]}")
    return done.stdout.decode(errors="replace")


def _address(url: URL, password: Path) -> str:
    """The database as PostgreSQL's programs want it named; its password goes into a file of its own."""
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    if url.password:
        escaped = str(url.password).replace("\\", "\\\\").replace(":", "\\:")
        password.touch(mode=0o600)
        password.write_text(f"*:*:*:*:{escaped}\n", "utf-8")
        plain = plain.update_query_dict({"passfile": str(password)})
    return plain.render_as_string(hide_password=False)


@contextmanager
def _told_in_words() -> Iterator[None]:
    """Say what is wrong with a file or its disk as the rest of the store does."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StoreFull from error
        raise StoreError(f"{error.filename}: {error.strerror}") from error


@contextmanager
def _draft(file: Path) -> Iterator[Path]:
    """A new file beside *file* to write it in; gone afterwards unless it was kept."""
    try:
        number, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error
    os.close(number)
    draft = Path(name)
    try:
        yield draft
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            _beside(draft, suffix).unlink(missing_ok=True)


def _keep(draft: Path, file: Path) -> None:
    """Give *draft* its name, once it is on the disk."""
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)
