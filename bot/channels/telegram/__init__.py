"""Telegram: a bot in private chats, in groups, and inline in any chat."""

from bot.channels.telegram.channel import TelegramChannel, open_channel
from bot.channels.telegram.probing import probe
from bot.channels.telegram.settings import Settings

__all__ = ["Settings", "TelegramChannel", "open_channel", "probe"]
