"""Photo bytes to what the codes in it say; the decoders run in child processes, never in the caller's."""

from catalog.barcode.memory import ENOUGH, limit
from catalog.barcode.pool import Reader, read_here, zbar_available
from catalog.barcode.reading import Payload, Reading, Trouble

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
