"""What a workbook holds beside its cells: macros, which nobody runs, and formulas, of which the last value counts."""

import re
import zipfile
import zlib
from pathlib import Path

MOST_BYTES = 1 << 30
"""What unpacks to more is no list."""
_FORMULA = re.compile(rb"<f[ />]")
_NEVER_COMPUTED = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>|</c>)")
_AT_ONCE = 1 << 20
_OVERLAP = 1 << 13


def about_workbook(path: Path) -> dict[str, int]:
    """How many parts with macros, how many formulas, and how many of those were never computed, by these names.

    Nothing for a file that is no zip archive. What is damaged is told by whoever reads the cells.
    """
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
                return {}
            names = archive.namelist()
            counts = [_formulas(archive, name) for name in names if name.startswith("xl/worksheets/")]
    # RuntimeError: it is encrypted, or packed in a way that is not known here.
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        return {}
    return {
        "macros": sum(name.endswith("vbaProject.bin") for name in names),
        "formulas": sum(formulas for formulas, _ in counts),
        "uncomputed": sum(uncomputed for _, uncomputed in counts),
    }


def _formulas(archive: zipfile.ZipFile, name: str) -> tuple[int, int]:
    formulas = uncomputed = 0
    rest = b""
    with archive.open(name) as part:
        while chunk := part.read(_AT_ONCE):
            seen, rest = rest + chunk, b""
            cut = seen.rfind(b"<c ") if len(chunk) == _AT_ONCE else len(seen)
            if 0 < cut < len(seen) and len(seen) - cut < _OVERLAP:
                seen, rest = seen[:cut], seen[cut:]
            formulas += len(_FORMULA.findall(seen))
            uncomputed += len(_NEVER_COMPUTED.findall(seen))
    return formulas, uncomputed
