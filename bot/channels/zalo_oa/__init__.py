"""Zalo Official Account: OpenAPI v3 through a thin client of our own."""

from bot.channels.zalo_oa.channel import ZaloOfficialAccount, open_channel
from bot.channels.zalo_oa.login import begin, finish
from bot.channels.zalo_oa.settings import Settings
from bot.channels.zalo_oa.windows import FREE, Span, Window

SPEAKS_FOR = FREE.total_seconds()

__all__ = ["Settings", "Span", "Window", "ZaloOfficialAccount", "begin", "finish", "open_channel"]
