"""What the contract suite must know of each channel: one module here for each channel that people talk through."""

import importlib
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import cast

from bot.discovery import channel_names
from tests.contracts.adapters.parts import Stand

DELIVERS_ONLY = frozenset({"mail"})
"""Channels that take nothing in: nobody can hold a conversation there."""

EITHER_WAY = ("telegram", "zalo_bot")
"""Channels whose vendor can be polled, or post to us."""

TESTS_OWN = ("echo",)
"""Channels in tests/channels: each is its folder, its stand-in, its adapter and its name here."""

OWN_FOLDER = Path(__file__).parents[2] / "channels"
"""Where they are; discovery finds them once this folder is one of bot.channels'."""


def spoken() -> tuple[str, ...]:
    """The channels in which people talk to us: those discovered that take something in, and TESTS_OWN."""
    return (*(name for name in channel_names() if name not in {*DELIVERS_ONLY, *TESTS_OWN}), *TESTS_OWN)


def stand(name: str, *, posts: bool = False) -> AbstractAsyncContextManager[Stand]:
    """The stand-in of the channel *name*, which *posts* to us if it can do that or be polled.

    Raises ModuleNotFoundError for a channel that has no adapter here.
    """
    module = importlib.import_module(f"tests.contracts.adapters.{name}")
    more = {"posts": posts} if name in EITHER_WAY else {}
    return cast("AbstractAsyncContextManager[Stand]", module.stand(**more))
