"""What every adapter offers, and what they share."""

import asyncio
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from bot.channel import Channel, Talk
from tests.stands.faults import Fault

CANARY = "KanarienvogelSingtNirgends0123456789"
HASTE = 20.0
"""How many times faster than ours the clocks run by which channels pace themselves."""


class Someone(Protocol):
    """A person with a phone. Each deed is over when the vendor has taken it, not when it is answered."""

    async def say(self, words: str) -> None:
        """Type."""

    async def photo(self, image: bytes) -> None:
        """Send a picture."""

    async def choose(self, number: int, *, of: int = -1) -> None:
        """Open the card *number* of our message *of* (the last one): by touch where there is something to touch."""

    async def tap(self, label: str) -> None:
        """Take the choice *label* of our last message: by touch where there is something to touch."""

    async def place(self, latitude: float, longitude: float) -> None:
        """Share a place; only where the channel can."""

    async def strange(self) -> None:
        """Send what we cannot read."""

    async def again(self) -> None:
        """Let the vendor deliver the last event once more."""

    def heard(self) -> list[str]:
        """Everything that was said to them, each message as what can be read in it."""


class Stand(Protocol):
    """A vendor. *touch*: messages can have buttons; *places*: a place can be shared; *secrets* must stay secret."""

    name: str
    touch: bool
    places: bool

    @property
    def secrets(self) -> Sequence[str]:
        """What must never be seen outside."""

    def settings(self) -> dict[str, str]:
        """What our channel's block must say to be led to this vendor."""

    def open(self, talk: Talk) -> AbstractAsyncContextManager[Channel]:
        """Our channel, with these settings."""

    async def mounted(self, url: str) -> None:
        """Know where our server is."""

    def someone(self) -> Someone:
        """Somebody new."""

    async def trouble(self, fault: Fault) -> None:
        """Let the next message that we send meet *fault*."""

    async def mend(self) -> None:
        """End the trouble."""


async def hurried(seconds: float) -> None:
    """Wait, by the fast clock."""
    await asyncio.sleep(seconds / HASTE)


async def until(true: Callable[[], Any], *, seconds: float = 30.0) -> None:
    """Wait for what nobody announces. Raises TimeoutError where it never comes."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - nobody sets an event for what a test looks at
            await asyncio.sleep(0.005)


def numbered(label: str, message: str) -> str:
    """The number before *label* in *message*, where choices are lines."""
    found = re.search(rf"^(\d+)\. {re.escape(label)}$", message, re.MULTILINE)
    assert found is not None, f"nobody offers {label!r} in:\n{message}"
    return found[1]
