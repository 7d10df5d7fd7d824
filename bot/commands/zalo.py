"""hoi-ocop zalo login."""

from bot.channels.zalo_oa import login
from bot.channels.zalo_oa.oauth import Denied, OAuthUnreachable
from bot.channels.zalo_oa.settings import NAME, Settings
from bot.commands import terminal
from bot.keys import seal_keys
from bot.memory import ChannelMemory
from bot.settings import block_prefix, read_block, read_settings
from catalog.errors import BadSetting
from catalog.store import open_store


def run() -> int:
    """Ask an administrator of the account to let us in, and keep what Zalo grants."""
    return terminal.run(_login())


async def _login() -> int:
    settings = read_settings()
    block = read_block(NAME, Settings)
    if block is None:
        raise BadSetting(f"Set {block_prefix(NAME)}APP_ID, …OA_SECRET and …APP_SECRET first; see .env.example.")
    page, verifier = login.begin(block)
    terminal.out.print("1. As an administrator of the Official Account, open this page within ten minutes:")
    terminal.write(page)
    terminal.out.print("2. Allow the app; then paste the address that the page leads to (or only its code).")
    code = terminal.ask("> ")
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        try:
            until = await login.finish(block, code, verifier=verifier, memory=ChannelMemory(store, NAME))
        except (Denied, OAuthUnreachable, ValueError) as error:
            terminal.complain(f"Zalo did not let us in: {error}")
            return terminal.BAD
    terminal.out.print(f"Done. The account stays connected; without any use it would end on {until:%d/%m/%Y}.")
    return terminal.OK
