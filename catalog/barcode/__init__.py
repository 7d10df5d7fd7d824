"""Photo bytes to what the codes in it say; the decoders run in child processes, never in the caller's."""

from catalog.barcode.pool import LOSSES, Reader, read_here, zbar_available
from catalog.barcode.reading import Payload, Reading, Trouble
from catalog.barcode.sandbox import MEMORY_ENOUGH, memory_limit

__all__ = [
    "LOSSES",
    "MEMORY_ENOUGH",
    "Payload",
    "Reader",
    "Reading",
    "Trouble",
    "memory_limit",
    "read_here",
    "zbar_available",
]
