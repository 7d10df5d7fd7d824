"""What a button does, as a short token: the same whether it is tapped, typed as a command, or linked.

An action names things and grants nothing; whoever acts on it checks again. As text it fits into the 64 bytes that
Telegram has for it.
"""

import re
from collections.abc import Sequence
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
_YES = re.compile(
    r"(?:(?:co|vang|ok|oke|okay|yes|chac chan|xac nhan|toi|minh|em) )*(?:co|vang|ok|oke|okay|yes|dong y|chac chan"
    r"|xac nhan)(?: a| nhe)?|sure|是的?|好的?|确认|同意"
)
_DOES = re.compile(
    r"(?:(?:co|vang|ok|oke|okay|yes|toi|minh|em) )*(\w+)(?: (?:di|het|luon|ngay|tat ca|nhe|a|it|all|everything))*"
)
_YES_KOREAN = frozenset({"네", "예", "확인", "동의"})
_NO = re.compile(
    r"(?:thoi )?(?:khong(?: xoa| dong y| can| phai)?|thoi|no|dung xoa|(?:bo|rut|huy)(?: (?:bo|di|qua|luon))*)"
    r"(?: nua)?(?: a| nhe)?|不是?|不要|不用"
)
_NO_KOREAN = frozenset({"아니요", "아니오", "아니"})


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


_ONWARDS = re.compile(
    r"(?:xem |cho xem )?(?:tiep(?: theo| tuc)?|them|trang (?:sau|tiep|tiep theo|ke)|nua)(?: di| nhe)?"
    r"|(?:next|more|show more|see more)(?: page)?"
)
_ONWARDS_EASTERN = frozenset({"다음", "더 보기", "다음 페이지", "下一页", "更多", "继续"})
_LISTS_PRODUCTS = frozenset({Verb.PAGE, Verb.MAKER})
"""What turns to a page of products: those are searched on."""
_DONE_BY = {
    Verb.ERASE: {"xoa", "erase", "delete"},
    Verb.HISTORY: {"xoa", "erase", "delete"},
    Verb.SOURCE: {"rut", "withdraw"},
    Verb.SCORE: {"rut", "withdraw"},
    Verb.LEAVE: {"roi", "leave"},
    Verb.BLOCK: {"chan", "block"},
}
"""What says yes by naming what is asked, and nothing else."""


def read_next_page(words: str, onwards: str) -> Action | None:
    """The next page, which the button *onwards* shows, where *words* ask for it: "xem tiếp"."""
    if not (_ONWARDS.fullmatch(fold(words).strip(" .!?")) or words.strip(" .!?。？！") in _ONWARDS_EASTERN):
        return None
    page = Action.parse(onwards)
    return page if page is not None and page.verb not in _LISTS_PRODUCTS else None


def is_sure_button(spelled: str) -> bool:
    """Whether the action that is *spelled* says that somebody is sure of what they were asked."""
    return spelled.endswith(" yes")


def read_yes_or_no(words: str, offered: Sequence[str]) -> Action | None:
    """What *words* answer a question whose buttons are *offered*, one of which is sure: "có", "không".

    None for other words, and where no button says that one is sure. What says no stands behind what says yes.
    """
    sure = [place for place, each in enumerate(offered) if is_sure_button(each)]
    if len(sure) != 1:
        return None
    said, plain = words.strip(" .!。！"), fold(words).strip(" .!。！")
    asked, does = Action.parse(offered[sure[0]]), _DOES.fullmatch(plain)
    named = does is not None and asked is not None and does[1] in _DONE_BY.get(asked.verb, ())
    if named or _YES.fullmatch(plain) or said in _YES_KOREAN:
        return asked
    if not (_NO.fullmatch(plain) or said in _NO_KOREAN):
        return None
    return next(map(Action.parse, offered[sure[0] + 1 : sure[0] + 2]), None)


def bare_number(words: str) -> int | None:
    """The number that *words* are, and nothing besides: where words are awaited, "Chợ Dâu" chooses no first one."""
    said = words.strip()
    return int(said) if said.isdecimal() and said.isascii() and len(said) <= len(str(_MOST)) else None


def chosen_number(words: str) -> int | None:
    """The number that *words* choose ("2", "số 2", "cái thứ hai", "the second one"); None if they say anything else."""
    said = _AFTER.sub("", _BEFORE.sub("", fold(words)))
    number = bare_number(said)
    return _WORDS.get(said) if number is None else number
