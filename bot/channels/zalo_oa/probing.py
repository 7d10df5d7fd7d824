"""Whether we are authorised, and until when: read from what is kept, for asking Zalo would spend a refresh token."""

from datetime import UTC, datetime

from bot.channel import Memory, NotSent
from bot.channels.zalo_oa.settings import Settings
from bot.channels.zalo_oa.tokens import ALARM, MEND, stored_pair


async def probe(settings: Settings, memory: Memory) -> str:
    """How old the authorisation is. Raises NotSent when there is none, and catalog.errors.StoreError."""
    pair = await stored_pair(settings, memory)
    now = datetime.now(UTC)
    if pair is None and settings.refresh_token.get_secret_value():
        return "the first refresh token has not been used yet"
    if pair is None:
        raise NotSent(f"nobody has authorised us: {MEND}")
    if pair.renewable_until <= now:
        raise NotSent(f"the authorisation ended on {pair.renewable_until.date()}: {MEND}")
    soon = f"; {MEND}" if pair.renewable_until - now < ALARM else ""
    return f"authorised until {pair.renewable_until.date()}{soon}"
