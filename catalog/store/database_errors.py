"""What the drivers' errors mean, in our words and with what to do."""

import errno
import re
import sqlite3

from sqlalchemy.exc import DBAPIError

from catalog.errors import StoreDamaged, StoreError, StoreFull, StoreSilent, StoreUnavailable

_BUSY = frozenset({"55P03", "40P01", "40001", "23505"})  # no lock in time, a deadlock, two that wrote the same


# What PostgreSQL says to whoever may not come in: only while it starts and when it is full it says so too.
_REFUSED = re.compile(r"FATAL: +(.*(?:does not exist|authentication failed|not permitted|pg_hba|denied).*)")


_NO_RIGHTS = "42501"


def as_store_error(error: DBAPIError) -> StoreError:
    """Say in our words what the driver's *error* means."""
    if _is_full(error):
        return StoreFull()
    if is_damage(error.orig):
        return StoreDamaged()
    if _is_busy(error):
        return StoreError("Another program (perhaps another import) is writing; nothing was changed. Try again soon.")
    if unusable := _explain_unusable(error):
        return StoreUnavailable(unusable)
    if error.connection_invalidated or "connect" in str(error.orig).lower():
        return StoreSilent()
    state = _state(error)
    # PostgreSQL tells the values in its message.
    return StoreError(f"The database refused (SQLSTATE {state})." if state else str(error.orig))


def is_damage(error: BaseException | None) -> bool:
    """Whether SQLite says that the file is damaged, or no database at all."""
    # The extended codes of SQLite have the plain one in their last byte.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _is_full(error: DBAPIError) -> bool:
    words = str(error.orig).lower()
    return "disk is full" in words or "no space left" in words or getattr(error.orig, "errno", None) == errno.ENOSPC


def _is_busy(error: DBAPIError) -> bool:
    locked = isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig).lower()
    return locked or _state(error) in _BUSY


def _explain_unusable(error: DBAPIError) -> str:
    """Why it is no database of ours: it is not there, does not let us in, or has not our tables; "" if it may be."""
    words = str(error.orig)
    if refusal := _REFUSED.search(words):
        return (
            f"PostgreSQL lets nobody in with HOI_OCOP_DATABASE_URL as it is: {refusal[1]}. "
            "Are the database and its user there, with these names and this password?"
        )
    if _state(error) == _NO_RIGHTS:
        return "The database's user lacks rights: let the database and all its tables belong to it."
    missing = "no such table" in words.lower() or "does not exist" in words.lower()
    if isinstance(error.orig, sqlite3.OperationalError) or missing:
        return f"The database cannot be used: {words}. Try hoi-ocop migrate."
    return ""


def _state(error: DBAPIError) -> str:
    """PostgreSQL's code of *error*; empty for SQLite's."""
    return str(getattr(error.orig, "sqlstate", None) or "")
