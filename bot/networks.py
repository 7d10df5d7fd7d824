"""Network addresses: whose word about others is believed, and whose connections and visitors count as one."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

from aiohttp import web

CLIENT = web.RequestKey("client", str)
_FORWARDED = "X-Forwarded-For"
FORWARDING = (_FORWARDED, "X-Real-IP", "Forwarded", "Via")
_MOST_HOPS = 16
_HOME_BITS = 64

_Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Networks:
    """A few networks, for example ``127.0.0.1 10.0.0.0/8 fd00::/8``."""

    ranges: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, text: str) -> Self:
        """Read addresses and networks separated by blanks or commas. Raises ValueError for what is neither."""
        return cls(tuple(ip_network(each, strict=False) for each in text.replace(",", " ").split()))

    def __contains__(self, address: object) -> bool:
        """Whether *address*, as a socket tells it, lies in one of them."""
        if not self.ranges:
            return False
        found = _read(str(address))
        return found is not None and any(found.version == each.version and found in each for each in self.ranges)


def client_address(request: web.BaseRequest, trusted: Networks) -> str:
    """Who asks: the peer, or whom a trusted proxy names; what others say of themselves is not believed."""
    address = request.remote or ""
    if address not in trusted:
        return address
    hops = [hop for line in request.headers.getall(_FORWARDED, ()) for hop in line[-1024:].split(",")]
    for hop in reversed(hops[-_MOST_HOPS:]):
        named = _read(_bare(hop))
        if named is None:
            return address
        address = str(named)
        if address not in trusted:
            return address
    return address


def client_network(address: str) -> str:
    """What counts as one visitor's line: an IPv4 address, or the /64 that a home is given in IPv6."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, _HOME_BITS), strict=False))
    return str(found) if found else address


@lru_cache(maxsize=4096)
def _read(text: str) -> _Address | None:
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _bare(hop: str) -> str:
    """*hop* without the port, brackets and quotes that some proxies write."""
    told = hop.strip().strip('"')
    if told.startswith("["):
        return told[1:].partition("]")[0]
    return told.partition(":")[0] if told.count(":") == 1 else told
