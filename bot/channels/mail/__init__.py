"""E-mail, the second path to a producer whom no messenger reaches: it only sends, through an SMTP server."""

from bot.channels.mail.channel import Mail, open_channel
from bot.channels.mail.settings import Security, Settings

__all__ = ["Mail", "Security", "Settings", "open_channel"]
