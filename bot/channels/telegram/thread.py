"""Where an answer belongs, spelled into :attr:`handlers.messages.Incoming.thread`."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Thread:
    """A chat, and in it a forum *topic*, the message to quote, or the message whose button was *tapped*.

    *pictured* says that the tapped message is a picture with a caption. Numbers are Telegram's ids, 0 for none.
    """

    chat: int
    topic: int = 0
    quoted: int = 0
    tapped: int = 0
    pictured: bool = False

    @classmethod
    def parse(cls, spelling: str) -> Self:
        """Read back what str() wrote. Raises ValueError."""
        chat, topic, quoted, tapped, pictured = spelling.split("/")
        return cls(int(chat), int(topic), int(quoted), int(tapped), pictured == "p")

    def __str__(self) -> str:
        """Spell it."""
        return f"{self.chat}/{self.topic}/{self.quoted}/{self.tapped}/{'p' if self.pictured else 't'}"

    @property
    def group(self) -> bool:
        """True in groups: Telegram numbers them below zero."""
        return self.chat < 0
