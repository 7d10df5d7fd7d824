"""What a button does, spelled short: the same whether it is tapped, typed as a command, or linked.

An action names things and grants nothing; whoever acts on it checks again. Its spelling fits the 64 bytes that
Telegram leaves for it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

LONGEST = 64


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
    NOT_THIS = "nope"
    EARLIER = "earlier"
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
    # An officer's.
    REVIEW = "duyet"
    INVITE = "moi"
    DECIDE = "decide"


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
            # No verb of ours, too long, or half a letter that cannot be spelled at all.
            return None

    @classmethod
    def from_link(cls, payload: str) -> Self | None:
        """What a deep link starts with: ``p_<product>`` or ``j_<one-time code>``; None for anything else."""
        kind, _, subject = payload.partition("_")
        verb = {"p": Verb.PRODUCT, "j": Verb.JOIN}.get(kind)
        if verb is None or not subject or len(f"{verb} {subject}".encode()) > LONGEST:
            return None
        return cls(verb, subject)

    def __str__(self) -> str:
        """Spell it: the verb, a blank, the subject."""
        return f"{self.verb} {self.subject}".rstrip()
