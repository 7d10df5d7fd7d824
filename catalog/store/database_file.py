"""The file of an SQLite database: readable by its owner only, and the same one for as long as we have it open."""

import logging
import os
import stat
from pathlib import Path

from catalog.errors import StoreUnavailable

log = logging.getLogger(__name__)

_OWNER_ONLY = 0o600
_USUAL = 0o644
_BESIDE = ("-wal", "-shm", "-journal")

_Identity = tuple[int, int]


class OpenedFile:
    """Remembers which file was opened at *path*; one that lies there later is not it, whatever its name.

    What is written into a file that was deleted is lost without a word when we stop, so that nothing is written then.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity: _Identity | None = None
        self._missed = False

    def open(self) -> None:
        """Before each connection: make the file where it is not there yet, but never a second time."""
        if self._identity is not None:
            self.check()
            return
        try:
            number = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _OWNER_ONLY)
        except OSError:
            # SQLite says better than we could what is wrong with it.
            return
        try:
            found = os.fstat(number)
            _keep_private(number, found)
            self._keep_rest_private()
            self._identity = found.st_dev, found.st_ino
        finally:
            os.close(number)

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


def _keep_private(number: int, found: os.stat_result) -> None:
    """Take from others what a usual umask gave them; a group that was let in on purpose stays."""
    mode = stat.S_IMODE(found.st_mode)
    private = _OWNER_ONLY if mode == _USUAL else mode & ~stat.S_IRWXO
    if private != mode and found.st_uid == os.geteuid():
        os.fchmod(number, private)
