"""The HTTP server: connection limits, timeouts, the headers of every answer, and counting what is refused."""

from bot.http.connection import BodyTooSlow
from bot.http.limits import HttpLimits
from bot.http.refusals import Refusals
from bot.http.serving import ConnectionPolicy, serving
from bot.networks import CLIENT, Networks, client_network

__all__ = [
    "CLIENT",
    "BodyTooSlow",
    "ConnectionPolicy",
    "HttpLimits",
    "Networks",
    "Refusals",
    "client_network",
    "serving",
]
