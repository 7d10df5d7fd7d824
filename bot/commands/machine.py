"""Checks of the machine: not running as root, enough memory for photos."""

import os

from catalog.barcode import MEMORY_ENOUGH, Reader, memory_limit
from catalog.errors import ReaderFailed

ROOT = "this runs as root: give it a user of its own, who owns its database and key and nothing else"
_MEBIBYTE = 1024 * 1024


def is_root() -> bool:
    """True when the process runs as root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def too_little_memory() -> str:
    """How much memory a photo may take, if large ones need more; else nothing."""
    limit = memory_limit()
    if limit >= MEMORY_ENOUGH:
        return ""
    have, want = limit // _MEBIBYTE, MEMORY_ENOUGH // _MEBIBYTE
    return f"only {have} MB of memory for reading a photo: large ones will not be read; allow the process {want} MB"


def warnings() -> list[str]:
    """What to say in the log at the start."""
    return [each for each in (ROOT if is_root() else "", too_little_memory()) if each]


async def confinement() -> frozenset[str] | None:
    """The sandbox features that confine the processes that read photos; None when these do not start."""
    async with Reader(workers=1) as reader:
        try:
            return await reader.confinement()
        except ReaderFailed:
            return None
