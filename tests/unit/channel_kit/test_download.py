"""Photos come from where photos are, whole and soon, or not at all."""

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import NotSent
from bot.channel_kit.download import Downloader, Forbidden, is_public, with_photos
from catalog.errors import ImageTooLarge, UnknownImage
from handlers.messages import Album, Content, Incoming, Person, Photo, Strange, Text, Voice

HOSTS = ("zdn.vn", "zalo.me")


class Names(AbstractResolver):
    """A DNS that answers as it is told, one answer per question."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def resolve(self, host, port=0, family=socket.AF_INET):
        self.asked.append(host)
        address = self.answers.pop(0)
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [{"hostname": host, "host": address, "port": port, "family": kind, "proto": 0, "flags": 0}]

    async def close(self) -> None: ...


@asynccontextmanager
async def pictures(**handlers):
    """Serve *handlers* by their names; where, and what was asked for."""
    asked: list[str] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return await handlers[request.match_info["name"]](request)

    app = web.Application()
    app.router.add_get("/{name}", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


def picture(body: bytes):
    async def handler(_request):
        return web.Response(body=body)

    return handler


def status(code: int, **headers: str):
    async def handler(_request):
        return web.Response(status=code, headers=headers)

    return handler


def local(**more):
    return Downloader(["127.0.0.1"], loopback=True, **more)


async def test_a_picture_arrives_as_it_is():
    async with pictures(a=picture(b"\xff\xd8")) as (url, _), local() as downloader:
        assert await downloader.get(f"{url}/a") == b"\xff\xd8"


@pytest.mark.parametrize(
    "address",
    [
        "http://photo.zdn.vn:8080/a.jpg",
        "http://evil.example/a.jpg",
        "ftp://photo.zdn.vn/a.jpg",
        "file:///etc/passwd",
        "",
        "photo.zdn.vn/a.jpg",
        "https://zdn.vn.evil.example/a.jpg",
        "https://evilzdn.vn/a.jpg",
        "https://zdn.vn@evil.example/a.jpg",
        "https://user@photo.zdn.vn/a.jpg",
        "https://photo.zdn.vn:8443/a.jpg",
        "https://photo.zdn.vn:99999/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://2130706433/a.jpg",
        "https://0x7f000001/a.jpg",
        "https://0177.0.0.1/a.jpg",
        "https://127.1/a.jpg",
        "https://localhost/a.jpg",
        "https://[::ffff:127.0.0.1/a.jpg",
    ],
)
async def test_other_places_are_not_asked(address):
    names = Names()
    async with Downloader(HOSTS, resolver=names) as downloader:
        with pytest.raises(Forbidden):
            await downloader.get(address)
    assert names.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to be refused
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "fec0::1",
        "feff::1",
        "3fff::1",
        "3fff:fff::1",
        "2001:db8::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:30::1",
        "2001:1::1",
        "5f00::1",
        "100::1",
        "100:0:0:1::1",
        "64:ff9b:1::808:808",
        "::ffff:0:808:808",
        "4000::1",
        "e000::1",
        "192.0.0.9",
        "192.0.0.170",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "240.0.0.1",
        "2002:c058:6301::",
        "64:ff9b::c612:1",
    ],
)
async def test_names_that_lead_inside_are_not_followed(address):
    assert not is_public(address)
    async with Downloader(HOSTS, resolver=Names(address)) as downloader:
        with pytest.raises(Forbidden):
            await downloader.get("https://photo.zdn.vn/a.jpg")


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "118.102.2.1",
        "2606:4700::1111",
        "64:ff9b::808:808",
        "::ffff:8.8.8.8",
        "2002:808:808::1",
        "2001:4860:4860::8888",
        "2a03:2880::1",
        "3ffe::1",
    ],
)
def test_public_addresses_are_public(address):
    assert is_public(address)


@given(st.ip_addresses())
def test_wrapping_an_address_does_not_change_what_it_is(address):
    if address.version == 4:
        assert is_public(f"::ffff:{address}") == is_public(str(address)) == is_public(f"64:ff9b::{address}")


@pytest.mark.parametrize("host", ["0x7f.1", "2130706433", "0177.0.0.1", "127.1"])
async def test_odd_spellings_of_this_machine_do_not_pass_even_when_they_are_allowed_names(host):
    async with Downloader([host]) as downloader:
        with pytest.raises(Forbidden):
            await downloader.get(f"https://{host}/a.jpg")


async def test_an_address_that_is_an_allowed_host_must_be_public_too():
    async with Downloader(["10.0.0.1"]) as downloader:
        with pytest.raises(Forbidden):
            await downloader.get("https://10.0.0.1/a.jpg")


async def test_the_address_checked_is_the_address_connected_to():
    """Rebinding: the second answer of the DNS, which leads inside, is never asked for."""
    names = Names("127.0.0.1", "10.0.0.1")
    async with pictures(a=picture(b"ok")) as (url, _):
        port = url.rpartition(":")[2]
        async with Downloader(["zdn.vn"], loopback=True, resolver=names) as downloader:
            assert await downloader.get(f"http://photo.zdn.vn:{port}/a") == b"ok"
            assert names.asked == ["photo.zdn.vn"]


async def test_every_connection_asks_and_checks_anew():
    names = Names("127.0.0.1", "10.0.0.1")

    async def closing(_request):
        return web.Response(body=b"ok", headers={"Connection": "close"})

    async with pictures(a=closing) as (url, _):
        port = url.rpartition(":")[2]
        async with Downloader(["zdn.vn"], loopback=True, resolver=names) as downloader:
            await downloader.get(f"http://photo.zdn.vn:{port}/a")
            with pytest.raises(Forbidden):
                await downloader.get(f"http://photo.zdn.vn:{port}/a")


@pytest.mark.parametrize(
    "place",
    ["http://169.254.169.254/latest", "https://evil.example/", "http://10.0.0.1/", "file:///etc/passwd", "//[::1", ""],
)
async def test_a_detour_is_checked_like_the_way_itself(place):
    async with pictures(a=status(302, Location=place)) as (url, asked), local() as downloader:
        with pytest.raises(Forbidden):
            await downloader.get(f"{url}/a")
        assert set(asked) == {"/a"}


async def test_three_detours_are_enough():
    hops = {str(n): status(302, Location=f"/{n + 1}") for n in range(1, 5)}
    async with pictures(**hops, **{"5": picture(b"ok")}) as (url, _), local() as downloader:
        assert await downloader.get(f"{url}/2") == b"ok"
        with pytest.raises(Forbidden, match="redirects"):
            await downloader.get(f"{url}/1")


async def test_too_much_is_refused_announced_or_not():
    async def endless(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    big = picture(b"x" * 1_048_577)
    async with pictures(a=big, b=endless) as (url, _), local(largest=1_048_576) as downloader:
        for name in "ab":
            with pytest.raises(ImageTooLarge) as caught:
                await downloader.get(f"{url}/{name}")
            assert caught.value.limit == "1 MB"


async def test_a_bomb_is_not_unpacked():
    packed = status(200, **{"Content-Encoding": "gzip"})
    async with pictures(a=packed) as (url, _), local() as downloader:
        assert await downloader.get(f"{url}/a") == b""


async def test_too_slow_is_for_later():
    async def dripping(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.01)

    async with pictures(a=dripping) as (url, _), local(seconds=0.2) as downloader:
        with pytest.raises(NotSent, match="too long"):
            await downloader.get(f"{url}/a")


@pytest.mark.parametrize(("code", "error"), [(404, UnknownImage), (403, UnknownImage), (503, NotSent), (429, NotSent)])
async def test_refusals_are_for_good_or_for_later(code, error):
    async with pictures(a=status(code)) as (url, _), local() as downloader:
        with pytest.raises(error):
            await downloader.get(f"{url}/a")


async def test_a_dead_host_is_for_later_and_its_address_stays_secret():
    async with local() as downloader:
        with pytest.raises(NotSent) as caught:
            await downloader.get("http://127.0.0.1:9/secret-signature")
    assert "secret" not in repr(caught.value)
    assert caught.value.__context__ is None


async def test_it_must_be_opened_first():
    with pytest.raises(RuntimeError):
        await local().get("http://127.0.0.1:9/a")


async def test_photos_are_filled_in_and_nothing_else():
    person = Person("zalo_bot", "1")
    async with pictures(a=picture(b"A"), b=picture(b"B")) as (url, asked), local() as downloader:
        one, two = Photo(handle=f"{url}/a"), Photo(handle=f"{url}/b", caption="hai")
        album = await with_photos(Incoming(person, Album((one, two)), ref="1"), downloader)
        assert isinstance(album.content, Album)
        assert [photo.image for photo in album.content.photos] == [b"A", b"B"]
        words = Incoming(person, Text("a"), ref="2")
        there = Incoming(person, Photo(image=b"C", handle=f"{url}/a"), ref="3")
        assert await with_photos(words, downloader) is words
        assert await with_photos(there, downloader) == there
        assert asked == ["/a", "/b"]


async def test_a_voice_is_fetched_only_where_somebody_listens():
    async with pictures(v=picture(b"OggS")) as (url, asked), local() as downloader:
        spoken = Incoming(Person("zalo_oa", "1"), Voice(handle=f"{url}/v"), ref="1")
        assert await with_photos(spoken, downloader) is spoken
        assert asked == []
        assert (await with_photos(spoken, downloader, hears=True)).content == Voice(b"OggS", f"{url}/v")


@pytest.mark.parametrize("port", ["", ":80"])
async def test_an_address_of_zalo_without_encryption_is_asked_with_it(port):
    """The address that is asked is on https: its own name server is asked for it, and nothing else is."""
    names = Names("10.0.0.1")
    async with Downloader(["zdn.vn"], resolver=names) as downloader:
        assert str(downloader._check_address(f"http://f9-zpc.zdn.vn{port}/jpg/a.jpg?x=1")) == (
            "https://f9-zpc.zdn.vn/jpg/a.jpg?x=1"
        )
        with pytest.raises(Forbidden):
            await downloader.get(f"http://f9-zpc.zdn.vn{port}/jpg/a.jpg")
    assert names.asked == ["f9-zpc.zdn.vn"]


async def test_an_empty_answer_is_asked_for_again():
    """The message may be here before its picture is."""
    bodies = [b"", b"", b"ok"]

    async def late(_request):
        return web.Response(body=bodies.pop(0))

    async with pictures(a=late, b=picture(b"")) as (url, asked), local() as downloader:
        assert await downloader.get(f"{url}/a") == b"ok"
        assert await downloader.get(f"{url}/b") == b""
        assert asked.count("/b") == 3


async def test_a_file_that_is_no_picture_after_all_is_not_read_as_one():
    async with pictures(a=picture(b"%PDF-1.7"), b=picture(b"\xff\xd8\xff\xe0")) as (url, _), local() as downloader:
        person = Person("zalo_oa", "1")

        async def fetched(name: str, caption: str = "") -> Content:
            photo = Photo(handle=f"{url}/{name}", caption=caption, as_file=True)
            return (await with_photos(Incoming(person, photo, "r"), downloader)).content

        assert await fetched("a") == Strange("file")
        assert await fetched("a", "nem bùi") == Text("nem bùi")
        assert await fetched("b") == Photo(b"\xff\xd8\xff\xe0", f"{url}/b", as_file=True)
