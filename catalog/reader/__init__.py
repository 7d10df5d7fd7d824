"""Photo bytes to what the codes in it say; the decoders run in child processes, never in the caller's."""

from catalog.reader.memory import ENOUGH, limit
from catalog.reader.reading import Payload, Reading, Trouble
from catalog.reader.supervisor import Reader, read_here, zbar_available

MEMORY_ENOUGH, memory_limit = ENOUGH, limit

__all__ = [
    "MEMORY_ENOUGH",
    "Payload",
    "Reader",
    "Reading",
    "Trouble",
    "memory_limit",
    "read_here",
    "zbar_available",
]
