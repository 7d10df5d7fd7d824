"""Telegram: a bot in private chats, in groups, and inline in any chat."""

from typing import TYPE_CHECKING

from bot.channel import Talk
from bot.channels.telegram.settings import Settings

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from bot.channels.telegram.channel import TelegramChannel, TelegramParts

__all__ = ["Settings", "open_channel"]


def open_channel(
    settings: Settings, talk: Talk, *, around: "TelegramParts | None" = None
) -> "AbstractAsyncContextManager[TelegramChannel]":
    """Open the channel without waiting for Telegram. Raises catalog.errors.BadSetting."""
    # Telegram's library takes 10 MB, which who has no bot there does not need.
    from bot.channels.telegram import channel  # noqa: PLC0415

    return channel.open_channel(settings, talk, around=around)
