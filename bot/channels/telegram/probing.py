"""Whether Telegram takes our token, asked once."""

from telegram.error import InvalidToken, TelegramError

from bot.channel import Memory, NotSent
from bot.channels.telegram.settings import Settings
from bot.channels.telegram.transport import ApiUrl, Wire, client


async def probe(settings: Settings, memory: Memory) -> str:  # noqa: ARG001 - every probe is asked alike
    """Who the bot is. Raises NotSent with what is wrong."""
    proxy = settings.proxy.get_secret_value() if settings.proxy else None
    address = ApiUrl(settings.api_url, settings.token.get_secret_value(), proxy)
    wire = Wire(address, connections=4, timeout=settings.timeout)
    await wire.initialize()
    try:
        me = await client(wire, polls=wire).get_me()
    except InvalidToken:
        failure = NotSent("Telegram does not take the token")
    except TelegramError as error:
        failure = NotSent(f"the Bot API cannot be used ({type(error).__name__})")
    else:
        return f"Telegram knows us as @{me.username}"
    finally:
        await wire.shutdown()
    # Raised out here: the library's error is no concern of whoever reads ours.
    raise failure
