"""What a button does, as a short token: the same whether it is tapped, typed as a command, or linked.

An action names things and grants nothing; whoever acts on it checks again. As text it fits into the 64 bytes that
Telegram has for it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from catalog.text import fold

LONGEST = 64
_WORDS = {
    "mot": 1, "nhat": 1, "dau": 1, "dau tien": 1, "hai": 2, "nhi": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6,
    "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "one": 1, "first": 1, "two": 2, "second": 2, "three": 3, "third": 3, "four": 4, "fourth": 4, "five": 5, "fifth": 5,
}  # fmt: skip
_BEFORE = re.compile(
    r"^(?:(?:minh |em |toi |cho |chon |lay |xem |muon |the |number |no )*)(?:cai |loai |san pham |muc )?(?:so |thu )?"
)
_COMMAND = re.compile(r"\s*/[A-Za-z][A-Za-z_]*(?:@\w+)?(?:\s|$)")
_AFTER = re.compile(r"(?: (?:one|nhe|nha|a|di|ay|do))+$")
_MOST = 99


class Verb(StrEnum):
    """Everything a button or command can ask for."""

    START = "start"
    HELP = "help"
    PRODUCT = "p"
    MAKER = "maker"
    PAGE = "more"
    NEAR = "near"
    GROUPS = "groups"
    PHOTO = "photo"
    LANGUAGE = "lang"
    MENU = "menu"
    MISHEARD = "misheard"
    STATISTICS = "figures"
    NOT_THIS = "nope"
    SHARE = "share"
    CLAIM = "claim"
    EARLIER = "earlier"
    FAIR = "fair"
    BOOTH = "b"
    HISTORY = "daxem"
    FOLLOW = "theodoi"
    COMPARE = "sosanh"
    MOVE = "chuyen"
    SCORE = "diem"
    SHOP = "shop"
    # Buyers in bulk and producers.
    SOURCE = "source"
    DEAL = "deal"
    SUPPLY = "supply"
    RECALL = "recall"
    # A consumer's matter with a producer.
    ASK = "ask"
    KIND = "kind"
    SEND = "send"
    EDIT = "edit"
    CANCEL = "cancel"
    MINE = "mine"
    INQUIRY = "q"
    MORE = "add"
    CLOSE = "close"
    RATE = "rate"
    SEEN = "seen"
    DATA = "dulieu"
    ERASE = "xoadulieu"
    # A producer's side of it.
    JOIN = "join"
    MAIL = "homthu"
    REPLY = "re"
    NOT_REPLY = "noreply"
    CANNED = "can"
    HAND_OVER = "hand"
    BLOCK = "block"
    REPORT = "report"
    SETTINGS = "set"
    LEAVE = "leave"
    FIX = "fix"
    SELL = "sell"
    UPDATE = "update"
    # An officer's.
    REVIEW = "duyet"
    INVITE = "moi"
    DECIDE = "decide"
    BOARD = "board"


_COMMANDS = {
    "batdau": Verb.START,
    "huongdan": Verb.HELP,
    "ngonngu": Verb.LANGUAGE,
    "thongke": Verb.STATISTICS,
    "nhom": Verb.GROUPS,
    "lichsu": Verb.HISTORY,
    "gan": Verb.NEAR,
    "chiase": Verb.SHARE,
    "kiemsao": Verb.CLAIM,
    "anh": Verb.PHOTO,
    "cauhoi": Verb.MINE,
    "huy": Verb.CANCEL,
    "thamgia": Verb.JOIN,
    "caidat": Verb.SETTINGS,
    "nghi": f"{Verb.SETTINGS} pause",
    "sua": Verb.FIX,
    "cu": Verb.EARLIER,
    "hoicho": Verb.FAIR,
    "nguonhang": Verb.SOURCE,
    "cungung": Verb.SUPPLY,
    "diemban": Verb.SELL,
    "hopthu": Verb.MAIL,
    "mailbox": Verb.MAIL,
    "banlamviec": Verb.BOARD,
    "thuhoi": Verb.RECALL,
    "chamdiem": Verb.SCORE,
    "danhgia": Verb.SCORE,
}


@dataclass(frozen=True, slots=True)
class Action:
    """A verb and what it is about, for example ``p banh-phu-the``."""

    verb: Verb
    subject: str = ""

    def __post_init__(self) -> None:
        """Refuse what no channel could carry (ValueError)."""
        if len(str(self).encode()) > LONGEST:
            raise ValueError(f"longer than {LONGEST} bytes: {self!s}")

    @classmethod
    def parse(cls, spelling: str) -> Self | None:
        """Read back what str() wrote; None when it names nothing we do."""
        verb, _, subject = spelling.strip().partition(" ")
        try:
            return cls(Verb(verb), subject.strip())
        except ValueError:
            # No verb of ours, too long, or with a lone surrogate that UTF-8 cannot write.
            return None

    @classmethod
    def from_link(cls, payload: str) -> Self | None:
        """What a deep link starts with: ``p_<product>``, ``j_<one-time code>``, ``b_<booth>``; None for another."""
        kind, _, subject = payload.partition("_")
        verb = {"p": Verb.PRODUCT, "j": Verb.JOIN, "b": Verb.BOOTH}.get(kind)
        if verb is None or not subject or len(f"{verb} {subject}".encode()) > LONGEST:
            return None
        return cls(verb, subject)

    @classmethod
    def from_command(cls, body: str) -> Self | None:
        """A command as people type it: ``/homthu``, ``/cauhoi 2``, ``/huongdan``; None for one that we do not have."""
        verb, _, subject = body.lstrip("/").partition(" ")
        return cls.parse(f"{_COMMANDS.get(verb.casefold(), verb.casefold())} {subject}")

    def __str__(self) -> str:
        """The verb, a blank, the subject."""
        return f"{self.verb} {self.subject}".rstrip()


def is_command(words: str) -> bool:
    """True for what is written as a command, ours or another's: never part of what somebody is writing to somebody."""
    return bool(_COMMAND.match(words))


def number_in(spelled: str, *, otherwise: int = 0, digits: int = 9) -> int:
    """The number that a part of a subject spells; *otherwise* where it is none, or one of more *digits*."""
    known = spelled.isascii() and spelled.isdecimal() and len(spelled) <= digits
    return int(spelled) if known else otherwise


def bare_number(words: str) -> int | None:
    """The number that *words* are, and nothing besides: where words are awaited, "Chợ Dâu" chooses no first one."""
    said = words.strip()
    return int(said) if said.isdecimal() and said.isascii() and len(said) <= len(str(_MOST)) else None


def chosen_number(words: str) -> int | None:
    """The number that *words* choose ("2", "số 2", "cái thứ hai", "the second one"); None if they say anything else."""
    said = _AFTER.sub("", _BEFORE.sub("", fold(words)))
    number = bare_number(said)
    return _WORDS.get(said) if number is None else number
