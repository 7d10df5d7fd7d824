"""What a complaint is about, and which authority it concerns beside the producer and the programme. Pure.

Which ministry, and so which department of a province, looks after the hygiene of a product goes by the product's group
(Decision 148/QĐ-TTg); fakes concern market surveillance. Who that is in a province, and where they read e-mail, is for
the province to say: nothing here guesses.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.cells.vocabulary import GROUP_WORDS
from catalog.inquiry import ComplaintMatter
from catalog.text import fold

OF_AUTHORITIES = frozenset({ComplaintMatter.FAKE, ComplaintMatter.HYGIENE})


@dataclass(frozen=True, slots=True)
class Authority:
    """Whom a *matter* concerns: their *name* and *email*; an empty *group* is every group that has none of its own."""

    matter: ComplaintMatter
    name: str
    email: str
    group: str = ""


_ENTRY = re.compile(
    r"(?P<matter>[a-z]+)(?:\s+(?P<group>[^:]+?))?\s*:\s*(?P<name>[^<>:\s][^<>:]*?)\s*<(?P<email>[^<>\s@]+@[^<>\s@]+)>"
)


def read_authorities(text: str) -> tuple[Authority, ...]:
    """Read ``MATTER [GROUP]: NAME <E-MAIL>``, entries separated by semicolons. Raises ValueError."""
    return tuple(_read(entry.strip()) for entry in text.split(";") if entry.strip())


def _read(entry: str) -> Authority:
    found = _ENTRY.fullmatch(entry)
    if found is None or found["matter"] not in OF_AUTHORITIES:
        raise ValueError(f"“{entry}” is not MATTER [GROUP]: NAME <E-MAIL>, with fake or hygiene for MATTER")
    group = ""
    if found["group"]:
        group = GROUP_WORDS.get(fold(found["group"]).replace(",", " "), "")
        if not group:
            raise ValueError(f"“{found['group']}” is no group of Decision 148/QĐ-TTg")
    return Authority(ComplaintMatter(found["matter"]), found["name"], found["email"].lower(), group)


def find_authority(authorities: Sequence[Authority], matter: str, group: str) -> Authority | None:
    """Whom *matter* of a product of this *group* concerns: who is named for the group, else for every group."""
    theirs = [each for each in authorities if each.matter == matter]
    of_group = (each for each in theirs if group and each.group == group)
    return next(of_group, next((each for each in theirs if not each.group), None))
