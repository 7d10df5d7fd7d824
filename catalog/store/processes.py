"""Processes that work on one database, and the locks by which they know of each other."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol, Self

_MINUTES = "%Y-%m-%d %H:%M"
_SIGNED = re.compile(r"process (?P<process>\d{1,9}) on (?P<host>\S+), since (?P<since>[\d-]+ [\d:]+) UTC")


class ProcessKind(StrEnum):
    """What a process does on a database; PostgreSQL knows its connection under this name."""

    SERVE = "hoi-ocop serve"
    """It takes in what people say, and works on it."""
    SERVE_ONLY = "hoi-ocop serve without work"
    """It takes in what people say, and leaves the work to others."""
    WORK = "hoi-ocop work"
    """It works on what others take in."""
    ALONE = "hoi-ocop alone"
    """It moves, fills or empties the database, which nobody uses meanwhile."""

    @property
    def serves(self) -> bool:
        """Whether it takes in what people say."""
        return self in {ProcessKind.SERVE, ProcessKind.SERVE_ONLY}

    @property
    def works(self) -> bool:
        """Whether it answers."""
        return self in {ProcessKind.SERVE, ProcessKind.WORK}


@dataclass(frozen=True, slots=True)
class Server:
    """A process at a database: on which machine, since when, its number there if that is known, and what it does."""

    host: str
    since: datetime
    process: int = 0
    kind: ProcessKind = ProcessKind.SERVE

    def __str__(self) -> str:
        where = f"process {self.process} on {self.host}" if self.process else f"from {self.host or 'this machine'}"
        return f"{where}, since {self.since:{_MINUTES}} UTC"

    @classmethod
    def parse(cls, signed: str) -> Self | None:
        """What str() wrote of a process with a number; None for anything else."""
        found = _SIGNED.fullmatch(signed)
        if found is None:
            return None
        return cls(
            found["host"], datetime.strptime(found["since"], _MINUTES).replace(tzinfo=UTC), int(found["process"])
        )


class Lock(Protocol):
    """A lock that ends with its process; *alone* if holding it shows that no other process works on the database."""

    alone: bool

    async def take(self) -> bool:
        """Take it, or see that it is ours still; False if another process has it. Raises StoreError."""

    async def owner(self) -> str:
        """Who has it, as far as can be known."""

    async def release(self) -> None:
        """Let it go."""


class CountedLock(Lock, Protocol):
    """One that PostgreSQL keeps."""

    async def count(self) -> int:
        """Take it, or see that it is ours still, and count all who have it. Raises StoreError."""
