"""What the contract suite must know of each channel: one module here for each channel that people talk through."""

import importlib
from contextlib import AbstractAsyncContextManager
from typing import cast

from bot.discovery import channel_names
from tests.contracts.adapters.parts import Stand

DELIVERS_ONLY = frozenset({"mail"})
"""Channels that take nothing in: nobody can hold a conversation there."""


def spoken() -> tuple[str, ...]:
    """The channels in which people talk to us: all that the house discovers but those that take nothing in."""
    return tuple(name for name in channel_names() if name not in DELIVERS_ONLY)


def stand(name: str) -> AbstractAsyncContextManager[Stand]:
    """The stand-in of the channel *name*. Raises ModuleNotFoundError for a channel that has no adapter here."""
    module = importlib.import_module(f"tests.contracts.adapters.{name}")
    return cast("AbstractAsyncContextManager[Stand]", module.stand())
