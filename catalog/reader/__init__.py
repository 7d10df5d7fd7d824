"""Photo bytes to what the codes in it say; the decoders run in child processes, never in the caller's."""

from catalog.reader.reading import Payload, Reading, Trouble
from catalog.reader.supervisor import Reader, read_here, zbar_available

__all__ = ["Payload", "Reader", "Reading", "Trouble", "read_here", "zbar_available"]
