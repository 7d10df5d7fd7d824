"""What a complaint is about, and which authority it concerns beside the producer and the programme. Pure.

Which ministry, and so which department of a province, looks after the hygiene of a product goes by the product's group
(Decision 148/QĐ-TTg); fakes concern market surveillance. Who that is in a province, and where they read e-mail, is for
the province to say: nothing here guesses.
"""

import re
import unicodedata
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


_FAKE = re.compile(
    r"(?<!tác )(?<!độc )(?<!khán )\b(?:giả(?! sử)|nhái|dởm|rởm|dỏm|đểu|fake|counterfeit)\b"
    r"|가짜|위조|짝퉁|假(?:货|冒|的)|伪造|冒牌",
    re.IGNORECASE,
)
_FAKE_BARE = re.compile(
    r"\b(?:hang|do|tem|sao|san pham) (?:la )?(?:gia|nhai|dom|rom|fake)\b(?! (?:bao nhieu|ca|re|cao|bn)\b)"
)
_SPOILED = re.compile(
    r"\b(?:mốc|thiu|hỏng|hư|thối|dòi|giòi|gián|ngộ độc|đau bụng|tiêu chảy|buồn nôn|bẩn|mất vệ sinh|quá hạn|hết đát"
    r"|lên men|biến chất|rotten|spoil(?:ed|t)|mou?ldy?|poison(?:ing|ed)|dirty|unclean|unhygienic|gone bad)\b"
    r"|곰팡이|상[했한]|썩|식중독|배탈|비위생|发霉|变质|腐烂|坏了|食物中毒|拉肚子|不卫生",
    re.IGNORECASE,
)
_SPOILED_BARE = re.compile(
    r"\b(?:bi|da) (?:moc|thiu|oi thiu|hong|hu|thoi)\b|\b(?:ngo doc|dau bung|tieu chay|mat ve sinh)\b"
)
_MATTERS = ((ComplaintMatter.FAKE, _FAKE, _FAKE_BARE), (ComplaintMatter.HYGIENE, _SPOILED, _SPOILED_BARE))


def read_matter(words: str) -> str:
    """What a complaint in these *words* is surely about, "" where they say neither or both.

    Without marks "giả" is also a price: there only what is said around it tells.
    """
    text, folded = unicodedata.normalize("NFC", words), fold(words)
    found = [matter for matter, marked, bare in _MATTERS if marked.search(text) or bare.search(folded)]
    return found[0] if len(found) == 1 else ""


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
