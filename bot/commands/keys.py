"""hoi-ocop key --accept."""

from bot.commands import terminal
from bot.keys import seal_keys
from bot.settings import read_settings
from catalog.store import open_store


def accept() -> int:
    """Take the keys that are set now for those of the database."""
    return terminal.run(_accept())


async def _accept() -> int:
    settings = read_settings()
    keys = seal_keys(settings, accept=True)
    async with open_store(settings.database_url, migrate=True, keys=keys, accept=True):
        terminal.note("From now on this key seals what people write; what another one sealed cannot be read any more.")
    return terminal.OK
