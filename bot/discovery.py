"""Finding the channels: every module or package in bot.channels is one."""

import importlib
import pkgutil
from typing import cast

import bot.channels
from bot.channel import ChannelModule

# The channel whose addresses are e-mail addresses; the handlers are given it and compare no names of channels.
EMAIL_CHANNEL = "mail"


def channel_names() -> tuple[str, ...]:
    """The names of all channels there are, in alphabetical order."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(bot.channels.__path__)))


def channel_module(name: str) -> ChannelModule:
    """The module of the channel *name*."""
    return cast("ChannelModule", importlib.import_module(f"bot.channels.{name}"))
