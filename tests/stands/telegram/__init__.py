"""A strict Bot API over real HTTP, and people who use it."""

from tests.stands.telegram.people import Someone, group
from tests.stands.telegram.rules import Refusal, seen, units
from tests.stands.telegram.server import TOKEN, BotApi, bot_api
from tests.stands.telegram.world import BOT

__all__ = ["BOT", "TOKEN", "BotApi", "Refusal", "Someone", "bot_api", "group", "seen", "units"]
