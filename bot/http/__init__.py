"""The doors of the HTTP server: who may come in, how slowly they may speak, and what is said of those who may not."""

from bot.http.bodies import BodyTooSlow
from bot.http.limits import HttpLimits
from bot.http.refusals import Refusals
from bot.http.serving import Doorway, serving
from bot.networks import CLIENT, Networks, client_network

__all__ = ["CLIENT", "BodyTooSlow", "Doorway", "HttpLimits", "Networks", "Refusals", "client_network", "serving"]
