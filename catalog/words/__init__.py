"""The words on a label: photo to lines, lines to what they say, and which product they mean."""

from catalog.words.line import Line

LINES = "catalog.words.ocr:lines"

__all__ = ["LINES", "Line"]
