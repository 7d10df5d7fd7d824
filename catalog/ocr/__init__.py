"""The words on a label: photo to lines, lines to what they say, and which product they mean."""

from importlib.util import find_spec

from catalog.ocr.label import LabelWords, StarClaim, Title, date_in, package_in, package_on, read, read_claims
from catalog.ocr.line import Line
from catalog.ocr.matching import Matched, Strength, match

# The job for catalog.barcode.Reader.run: bytes to a tuple of Line. Only a child process loads the models.
LINES = "catalog.ocr.recognise:lines"


def can_read_words() -> bool:
    """True where the libraries of the extra "words" are installed, without which that job ends at once."""
    return all(find_spec(library) is not None for library in ("rapidocr", "onnxruntime"))


__all__ = [
    "LINES",
    "LabelWords",
    "Line",
    "Matched",
    "StarClaim",
    "Strength",
    "Title",
    "can_read_words",
    "date_in",
    "match",
    "package_in",
    "package_on",
    "read",
    "read_claims",
]
