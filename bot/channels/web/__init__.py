"""The web chat: a page on our own server that talks to us over a WebSocket and can be embedded elsewhere."""

from bot.channels.web.channel import WebChannel, open_channel
from bot.channels.web.settings import Settings

# What is said is kept until somebody comes.
SPEAKS_FOR = 0.0

__all__ = ["Settings", "WebChannel", "open_channel"]
