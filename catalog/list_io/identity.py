"""A product's id where its officer gave none."""

import base64
import hashlib
import re

from catalog.text import fold

_LONGEST_SLUG = 29
_HASHED_LETTERS = 10


def made_id(name: str, producer: str) -> str:
    """Make an id of at most 40 letters a-z, digits and hyphens from *name* and *producer*.

    It is the same for every spelling that folds alike and, by 50 bits of SHA-256, another for any other pair.
    """
    folded = fold(name)
    digest = hashlib.sha256(f"{folded}\n{fold(producer)}".encode()).digest()
    tail = base64.b32encode(digest).decode().lower()[:_HASHED_LETTERS]
    slug = re.sub(r"[^a-z0-9]+", "-", folded)[:_LONGEST_SLUG].strip("-")
    return f"{slug or 'sp'}-{tail}"
