"""The words on a label: photo to lines, lines to what they say, and which product they mean."""

from catalog.ocr.label import LabelWords, Title, date_in, read
from catalog.ocr.line import Line
from catalog.ocr.matching import Matched, Strength, match

# The job for catalog.barcode.Reader.run: bytes to a tuple of Line. Only a child process loads the models.
LINES = "catalog.ocr.recognise:lines"

__all__ = ["LINES", "LabelWords", "Line", "Matched", "Strength", "Title", "date_in", "match", "read"]
