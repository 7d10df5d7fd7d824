"""Downloads photos from addresses that strangers choose, safely: allowed hosts and public addresses only, limited size.

Whoever writes to us chooses the address, so each one is checked before a packet leaves: https, an allowed host,
a public address. The address that was checked is the address that is connected to; every redirect starts over.
"""

import asyncio
import re
import socket
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from types import TracebackType
from typing import Annotated, Self, assert_never

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import BeforeValidator
from yarl import URL

from bot.channel import NotSent
from bot.channel_kit.bodies import BodyTooLarge, read_bounded
from bot.channel_kit.picture_files import picture_or_words
from catalog.errors import ImageTooLarge, UnknownImage
from handlers.messages import Album, Contact, Incoming, Location, Photo, Strange, Tap, Text, Voice

LARGEST = 20 * 1024 * 1024
SECONDS = 10.0
REDIRECTS = 3
TRIES = 3
_PAUSE = 0.5

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
# Global unicast; all else is for one site or link, for tests, or not given out (RFC 4291).
_UNICAST = IPv6Network("2000::/3")
# What the IANA special-purpose registries keep from the public Internet, whatever the running Python knows of them.
_RESERVED = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
    )
)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MOVED = frozenset({301, 302, 303, 307, 308})


def _hosts_of(hosts: object) -> object:
    return [host.strip() for host in hosts.split(",") if host.strip()] if isinstance(hosts, str) else hosts


Hosts = Annotated[tuple[str, ...], BeforeValidator(_hosts_of)]
"""Names of hosts in the settings, separated by commas."""


class Forbidden(UnknownImage):
    """The address is not one we fetch from."""


def is_public(address: str) -> bool:
    """True when *address* (an IP in text) is a public one; an embedded IPv4 address is checked too."""
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address):
        inner = _embedded_ipv4(parsed)
        if inner is not None:
            return is_public(str(inner))
        if parsed not in _UNICAST:
            return False
    return parsed.is_global and not any(parsed in network for network in _RESERVED)


def _embedded_ipv4(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that *address* leads to (mapped, 6to4, Teredo, NAT64, compatible)."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64 or address in _COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


class _CheckedResolver(AbstractResolver):
    """Resolves a name once, and refuses it if any of its addresses is not public."""

    def __init__(self, inner: AbstractResolver, *, loopback: bool) -> None:
        self._inner = inner
        self._loopback = loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for entry in found:
            check_address(entry["host"], loopback=self._loopback)
        return found

    async def close(self) -> None:
        await self._inner.close()


def check_address(address: str, *, loopback: bool = False) -> None:
    """Raise Forbidden unless *address* is public, or is this machine and *loopback* allows that."""
    if loopback and ip_address(address.partition("%")[0]).is_loopback:
        return
    if not is_public(address):
        raise Forbidden


class Downloader(AbstractAsyncContextManager["Downloader"]):
    """Fetches pictures over https from *hosts* and their subdomains.

    *loopback* lets tests serve pictures over http from this machine; *resolver* lets them answer for the DNS.
    """

    def __init__(
        self,
        hosts: Collection[str],
        *,
        largest: int = LARGEST,
        seconds: float = SECONDS,
        loopback: bool = False,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._hosts = tuple(host.lower().strip(".") for host in hosts)
        self._largest = largest
        self._seconds = seconds
        self._loopback = loopback
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        checked = _CheckedResolver(self._resolver or aiohttp.ThreadedResolver(), loopback=self._loopback)
        # The connector must not remember names: an address counts only for the connection it was checked for.
        connector = aiohttp.TCPConnector(resolver=checked, use_dns_cache=False, limit=32)
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Accept": "image/*, audio/*", "Accept-Encoding": "identity"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, address: str) -> bytes:
        """The bytes at *address*.

        Raises Forbidden (an UnknownImage), UnknownImage (the host says that it has none), ImageTooLarge, and
        NotSent when trying again later may help.
        """
        failure: Exception
        try:
            async with asyncio.timeout(self._seconds):
                return await self._patiently(address)
        except TimeoutError:
            failure = NotSent("the picture took too long", seconds=5)
        except aiohttp.ClientError as error:
            failure = NotSent(f"the picture could not be fetched ({type(error).__name__})", seconds=5)
        # Raised out here so that the signed picture address inside aiohttp's error is not carried along.
        raise failure

    async def _patiently(self, address: str) -> bytes:
        """What is at *address*, asked for again while it is empty: the message may be here before its picture."""
        for number in range(1, TRIES):
            if found := await self._follow(address):
                return found
            await asyncio.sleep(_PAUSE * number)
        return await self._follow(address)

    async def _follow(self, address: str) -> bytes:
        url = self._check_address(address)
        for _ in range(REDIRECTS + 1):
            found = await self._one(url)
            if isinstance(found, bytes):
                return found
            url = self._check_address(str(found))
        raise Forbidden("too many redirects")

    async def _one(self, url: URL) -> bytes | URL:
        """What is at *url*: a picture, or where it has gone."""
        if self._session is None:
            raise RuntimeError("use the downloader as an async context manager")
        async with self._session.get(url, allow_redirects=False) as response:
            if response.status in _MOVED:
                return _resolve_redirect(url, response.headers.get("Location", ""))
            if response.status in (408, 425, 429) or response.status >= 500:
                raise NotSent(f"the picture's host answered {response.status}", seconds=5)
            if response.status != 200:
                raise UnknownImage(f"the picture's host answered {response.status}")
            return await self._body(response)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        limit = f"{self._largest // (1024 * 1024)} MB"
        if (response.content_length or 0) > self._largest:
            raise ImageTooLarge(limit=limit)
        try:
            return await read_bounded(response.content, self._largest)
        except BodyTooLarge:
            raise ImageTooLarge(limit=limit) from None

    def _check_address(self, address: str) -> URL:
        """*address* as a URL we may ask, or Forbidden."""
        try:
            url = URL(address)
            host, port = (url.host or "").rstrip(".").lower(), url.port
        except ValueError:
            raise Forbidden from None
        if url.scheme == "http" and not self._loopback and port == 80:
            # Some of Zalo's addresses are spelled so; its hosts answer on https all the same.
            url, port = url.with_scheme("https").with_port(None), 443
        if url.user or url.password or not (self._is_allowed_port(url.scheme, port) and self._is_allowed_host(host)):
            raise Forbidden
        _check_literal(host, loopback=self._loopback)
        return url

    def _is_allowed_port(self, scheme: str, port: int | None) -> bool:
        """True for https on its own port; tests on this machine may use http and any port."""
        return scheme in {"http", "https"} if self._loopback else (scheme, port) == ("https", 443)

    def _is_allowed_host(self, host: str) -> bool:
        return any(host == allowed or host.endswith(f".{allowed}") for allowed in self._hosts)


def _check_literal(host: str, *, loopback: bool) -> None:
    """Check a *host* that is an address already: aiohttp asks no resolver about those.

    A name that ends in a number is an address spelled oddly (2130706433, 0x7f.1, 0177.0.0.1), and no other.
    """
    try:
        ip_address(host)
    except ValueError:
        if _NUMBER.fullmatch(host.rpartition(".")[2]):
            raise Forbidden from None
        return
    check_address(host, loopback=loopback)


def _resolve_redirect(url: URL, place: str) -> URL:
    """Where *place* leads from *url*."""
    try:
        return url.join(URL(place))
    except ValueError:
        raise Forbidden from None


async def with_photos(incoming: Incoming, downloader: Downloader, *, hears: bool = False) -> Incoming:
    """*incoming* with the bytes of its photos, and of its voice if somebody *hears* it, fetched from their handles."""
    match incoming.content:
        case Photo() as photo:
            return replace(incoming, content=picture_or_words(await _fill_photo(photo, downloader)))
        case Album(photos):
            return replace(incoming, content=Album(tuple([await _fill_photo(photo, downloader) for photo in photos])))
        case Voice(handle=handle) as spoken:
            return replace(incoming, content=replace(spoken, audio=await downloader.get(handle))) if hears else incoming
        case Text() | Tap() | Location() | Contact() | Strange():
            return incoming
        case _ as never:
            assert_never(never)


async def _fill_photo(photo: Photo, downloader: Downloader) -> Photo:
    if photo.image or not photo.handle:
        return photo
    return replace(photo, image=await downloader.get(photo.handle))
