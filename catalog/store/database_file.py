"""The file of an SQLite database: readable by its owner only, and the same one for as long as we have it open."""

import logging
import os
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from catalog.errors import StoreUnavailable

log = logging.getLogger(__name__)


_OPENING_SECONDS = 5


_OWNER_ONLY = 0o600


_USUAL = 0o644


_BESIDE = ("-wal", "-shm", "-journal")


_Identity = tuple[int, int]


class OpenedFile:
    """Remembers which file was opened at *path*; one that lies there later is not it, whatever its name.

    What is written into a file that was deleted is lost without a word when we stop, so that nothing is written then.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self._path = path
        self._create = create
        self._identity: _Identity | None = None
        self._missed = False

    def open(self, _dialect: Any, _record: Any, args: list[Any], options: dict[str, Any]) -> None:
        """Before each connection: make the file where it is not there yet and may be made, but never a second time.

        SQLite itself makes none: the file may be moved between our look and its own.
        """
        args[:] = [f"file:{quote(str(self._path.absolute()))}?mode=rw"]
        options["uri"] = True
        if self._identity is None:
            self._make()
        else:
            self.check()

    def _make(self) -> None:
        try:
            number = os.open(self._path, os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if self._create else 0), _OWNER_ONLY)
        except FileNotFoundError as error:
            raise missing_file(self._path) from error
        except OSError as error:
            # Nor may SQLite try: a connection that was never opened still ends a thread of its driver's, too late.
            raise StoreUnavailable(f"The database's file {self._path} cannot be opened: {error.strerror}.") from error
        try:
            found = os.fstat(number)
            _keep_private(number, found)
            self._keep_rest_private()
            self._identity = found.st_dev, found.st_ino
        finally:
            os.close(number)
        _use_wal(self._path)

    def check(self) -> None:
        """Raise StoreUnavailable when the file is gone or another lies in its place."""
        if self._identity is None:
            return
        try:
            found = self._path.stat()
        except OSError:
            raise self._trouble("deleted or moved") from None
        if (found.st_dev, found.st_ino) != self._identity:
            raise self._trouble("replaced by another")
        if self._missed:
            self._missed = False
            log.warning("the database's file %s is back", self._path)

    def _keep_rest_private(self) -> None:
        """What a stopped process of an older version left beside it holds the same words."""
        for suffix in _BESIDE:
            try:
                number = os.open(f"{self._path}{suffix}", os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                _keep_private(number, os.fstat(number))
            finally:
                os.close(number)

    def _trouble(self, what: str) -> StoreUnavailable:
        if not self._missed:
            self._missed = True
            log.error("the database's file %s was %s while it was in use; nothing is written", self._path, what)
        return StoreUnavailable(
            f"The database's file {self._path} was {what} while it was in use. Nothing is written, so that nothing is "
            "lost: put the file back, or stop and start again with the one that is there."
        )


def missing_file(path: Path) -> StoreUnavailable:
    """Nothing is where the database should be: a name mistyped, or no database made yet."""
    return StoreUnavailable(
        f"There is no database {path}. Is its name right? hoi-ocop migrate makes the one that is set."
    )


def _use_wal(path: Path) -> None:
    """Turn a new file to a write-ahead log, which SQLite refuses at once while somebody else opens it: try again."""
    until = time.monotonic() + _OPENING_SECONDS
    while True:
        try:
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.DatabaseError as error:
            # Whatever else is wrong with the file is told when it is used.
            if "locked" in str(error) and time.monotonic() < until:
                time.sleep(0.01)
                continue
        return


def _keep_private(number: int, found: os.stat_result) -> None:
    """Take from others what a usual umask gave them; a group that was let in on purpose stays."""
    mode = stat.S_IMODE(found.st_mode)
    private = _OWNER_ONLY if mode == _USUAL else mode & ~stat.S_IRWXO
    if private != mode and found.st_uid == os.geteuid():
        os.fchmod(number, private)
