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

    def __str__(self) -> str:
        """Spell it: the verb, a blank, the subject."""
        return f"{self.verb} {self.subject}".rstrip()
