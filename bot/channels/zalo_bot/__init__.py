"""Zalo Bot Platform: a thin client of our own."""

from bot.channels.zalo_bot.channel import ZaloBot, open_channel
from bot.channels.zalo_bot.settings import BotMode, Settings

__all__ = ["BotMode", "Settings", "ZaloBot", "open_channel"]
