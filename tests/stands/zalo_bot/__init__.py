"""A strict Zalo Bot Platform."""

from tests.stands.zalo_bot.platform import Bot, Platform

__all__ = ["Bot", "Platform"]
