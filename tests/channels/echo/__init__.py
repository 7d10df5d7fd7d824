"""Echo over HTTP: the smallest whole channel. Words and pictures are posted to us, words are posted back."""

from tests.channels.echo.channel import EchoChannel, open_channel
from tests.channels.echo.settings import Settings

__all__ = ["EchoChannel", "Settings", "open_channel"]
