"""Packed where the browser can unpack, in the language it likes, and slowly where much is asked for little."""

import gzip

import aiohttp
import pytest

from bot.channels.web.rooms import AGAIN_BURST, Rooms
from bot.pages import words
from bot.pages.assets import FOLDER
from bot.pages.drawing import address_in, link_text
from tests.browser.stand import open_app


@pytest.mark.parametrize("accepted", ["gzip, deflate, br", "br", "gzip;q=0", ""])
async def test_scripts_are_packed_for_whoever_can_unpack(accepted):
    async with open_app() as house, aiohttp.ClientSession(auto_decompress=False) as client:
        answer = await client.get(f"{house.url}/static/chat.js", headers={"Accept-Encoding": accepted})
        body = await answer.read()
    assert answer.headers["Vary"] == "Accept-Encoding"
    whole = (FOLDER / "chat.js").read_bytes()
    if accepted.startswith("gzip,"):
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(body) < len(whole) / 2
        assert gzip.decompress(body) == whole
    else:
        assert "Content-Encoding" not in answer.headers
        assert body == whole


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        ("", "vi"),
        ("en-GB,en;q=0.9", "en"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr, en;q=0.5, vi;q=0.4", "en"),
        ("en;q=0, vi;q=0.1", "vi"),
        ("en;q=x", "vi"),
        ("de-DE", "vi"),
        ("*", "vi"),
    ],
)
async def test_the_browsers_language_is_spoken_first(header, spoken):
    assert words.preferred_language(header) == spoken
    async with open_app() as house, aiohttp.ClientSession(headers={"Accept-Language": header}) as client:
        page = await (await client.get(house.url)).text()
        chosen = await (await client.get(f"{house.url}/?lang=en")).text()
    assert f'<html lang="{spoken}">' in page
    assert '<html lang="en">' in chosen


def test_a_new_connection_does_not_begin_anew_with_what_may_be_said_again():
    rooms = Rooms(tabs=2)
    pace = rooms.pace_of("an")
    assert pace.wait(0.0) == 0
    pace.spend(AGAIN_BURST)
    assert rooms.pace_of("an").wait(0.0) > 0
    assert rooms.pace_of("binh").wait(0.0) == 0


def test_links_in_a_text_are_the_same_without_a_script():
    made = str(link_text('Xem https://htx.example/a?b=1&c=2. (www.htx.example) 0912 345 678 a@b.example <b>"'))
    assert '<a href="https://htx.example/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">' in made
    assert 'href="https://www.htx.example" target' in made
    assert '<a href="tel:+84912345678">0912 345 678</a>' in made
    assert '<a href="mailto:a@b.example">' in made
    assert made.endswith("&lt;b&gt;&#34;")


@pytest.mark.parametrize(
    "address", ["https://ocop.test/q/yw3NG_", "https://ocop.test/q/yw3NG-", "https://ocop.test/q/a--"]
)
def test_an_address_keeps_its_last_sign(address):
    assert f'<a href="{address}" ' in str(link_text(f"Đọc tại: {address}"))
    assert f'<a href="{address}" ' in str(link_text(f"Đọc tại: {address}."))


@pytest.mark.parametrize("label", ["https://ocop.vn@evil.example/", "http://[::1", "https://", "8934567890123"])
def test_what_is_not_safe_leads_nowhere(label):
    assert address_in(label) == ""
