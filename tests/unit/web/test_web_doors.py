"""The doors beside the WebSocket: the page, its files, pictures, the type-ahead."""

import json
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.channels.web import Settings, frames
from bot.pages import words
from bot.pages.assets import FOLDER
from handlers.messages import Photo
from handlers.phrases import languages, speech
from tests.browser.stand import House, a_list, open_app
from tests.stands.forms import MALFORMED

TOKEN = "0123456789abcdef0123456789abcdef"
ME = frames.address_of(TOKEN)
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with open_app(Settings(photo_bytes=1000, origins="https://xa.example.vn")) as house:
        yield house


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


async def post(client, house, body=b"picture", *, ref="message-1", headers=BEARER, query=""):
    async with client.post(f"{house.url}/chat/photo?id={ref}{query}", data=body, headers=headers) as response:
        return response.status, await response.json()


async def test_a_picture_is_kept_then_acknowledged(house, client):
    assert await post(client, house, query="&language=en&caption=Nh%C3%A3n") == (
        200,
        {"type": "ack", "id": "message-1"},
    )
    incoming = house.tray.kept[ME, "message-1"]
    assert incoming.content == Photo(image=b"picture", caption="Nhãn")
    assert incoming.person.language == "en"


async def test_a_picture_sent_twice_is_kept_once(house, client):
    assert await post(client, house) == await post(client, house)
    assert len(house.tray.kept) == 1


async def chunked(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 100):
        yield b"x" * 100


@pytest.mark.parametrize("body", [b"x" * 1001, chunked(2000)])
async def test_a_picture_above_the_limit_is_refused_in_words(house, client, body):
    status, said = await post(client, house, body)
    assert (status, said["code"], said["id"]) == (413, "photo_too_large", "message-1")
    assert "20 MB" in said["text"]
    assert not house.tray.kept


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"body": b""}, 422, "empty_photo"),
        ({"ref": "x"}, 400, "bad_id"),
        ({"headers": {}}, 401, "bad_token"),
        ({"headers": {"Authorization": f"Basic {TOKEN}"}}, 401, "bad_token"),
        ({"headers": {**BEARER, "Origin": "https://evil.example"}}, 403, "wrong_site"),
    ],
)
async def test_what_is_wrong_with_a_picture_is_said_in_words(house, client, changes, status, code):
    answered, said = await post(client, house, **changes)
    assert (answered, said["code"]) == (status, code)
    assert said["text"] == words.complaint(code, "vi")


async def test_a_picture_that_could_not_be_kept_is_not_acknowledged(house, client):
    house.tray.broken = 1
    status, said = await post(client, house, query="&language=en")
    assert (status, said["code"]) == (503, "not_kept")
    assert said["text"].endswith("It will be sent again.")


async def test_where_too_many_wait_a_picture_is_put_off_in_words(house, client):
    house.tray.busy = 1
    status, said = await post(client, house)
    assert (status, said["code"], said["text"]) == (503, "busy", words.complaint("busy", "vi"))
    assert "chờ một chút" in said["text"]
    assert (await post(client, house))[0] == 200


async def slowly() -> AsyncIterator[bytes]:
    yield b"x"
    import asyncio  # noqa: PLC0415 - only this body waits

    await asyncio.sleep(1)
    yield b"x"


async def test_a_picture_that_trickles_is_cut_off(client):
    async with open_app(Settings(photo_seconds=0.1)) as house:
        status, said = await post(client, house, slowly())
        assert (status, said["code"]) == (408, "photo_too_slow")


async def test_the_type_ahead_begins_at_the_second_letter(house, client):
    async def lines(asked: str) -> list[dict]:
        async with client.get(f"{house.url}/chat/suggest", params={"q": asked}) as response:
            return (await response.json())["suggestions"]

    assert await lines("n") == []
    assert await lines("") == []
    assert await lines("hỏng rồi") == []
    found = await lines("nem")
    assert [(line["title"], line["action"]) for line in found] == [("Nem Bùi Ninh Xá", "p san-pham-1")]


async def test_the_page_runs_only_our_own_files(house, client):
    async with client.get(f"{house.url}/?lang=en") as response:
        page, policy = await response.text(), response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self' https://xa.example.vn" in policy
    assert "unsafe" not in policy
    assert '<html lang="en">' in page
    assert not re.search(r"<[^>]+\s(on\w+|style)=", page)
    assert "<style" not in page
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        async with client.get(house.url + address) as response:
            assert response.status == 200
            assert "immutable" in response.headers["Cache-Control"]


async def test_a_file_is_named_by_its_content(house, client):
    async with client.get(f"{house.url}/static/chat.js?v=old") as response:
        assert response.headers["Cache-Control"] == "no-cache"
        tag = response.headers["ETag"]
    async with client.get(f"{house.url}/static/chat.js", headers={"If-None-Match": tag}) as response:
        assert (response.status, await response.read()) == (304, b"")


@pytest.mark.parametrize("name", ["words.json", "chat.html", "nothing.js", "..%2f..%2fpyproject.toml"])
async def test_only_what_is_meant_for_browsers_is_served(house, client, name):
    async with client.get(f"{house.url}/static/{name}") as response:
        assert response.status == 404


async def test_the_script_for_other_sites_is_at_its_plain_address(house, client):
    async with client.get(f"{house.url}/embed.js") as response:
        assert response.status == 200
        assert response.content_type == "text/javascript"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


async def test_a_strange_host_is_not_copied_into_the_policy(house, client):
    async with client.get(house.url, headers={"Host": "evil; script-src *"}) as response:
        assert "script-src *" not in response.headers.get("Content-Security-Policy", "")


def test_each_language_has_the_same_words():
    first, *others = (words.of(language) for language in languages())
    for other in others:
        assert other.keys() == first.keys()
        assert all(text.strip() for text in other.values())


def test_every_word_the_page_says_is_there():
    said = (FOLDER / "chat.js").read_text() + (FOLDER / "kept.js").read_text() + (FOLDER / "chat.html").read_text()
    asked = set(re.findall(r'say\("(\w+)"', said)) | set(re.findall(r'data-(?:say|label|hint|ask)="(\w+)"', said))
    assert asked <= words.of("vi").keys()


def test_text_from_others_is_never_read_as_html():
    script = (FOLDER / "chat.js").read_text() + (FOLDER / "embed.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", script)


async def test_scripts_are_given_every_language(house, client):
    """They hold no sentence themselves: the server puts the words of the catalogues in."""
    async with client.get(f"{house.url}/static/words.js") as response:
        given = await response.text()
    async with client.get(f"{house.url}/embed.js") as response:
        embedded = await response.text()
    for language in languages():
        say = speech(language)
        assert all(say(words) in given for words in ("Type a product's name…", "English", "Keep it"))
        assert say("Open the Hỏi OCOP chat") in embedded
    assert '"WORDS"' not in embedded


@pytest.mark.parametrize("origins", ["xa.example.vn", "https://a.vn/path", "https://a.vn;script-src", "javascript:1"])
def test_what_is_no_origin_is_refused_at_start(origins):
    with pytest.raises(ValueError, match="not an origin"):
        Settings(origins=origins)


def test_a_reply_travels_as_json():
    spelled = json.loads(frames.answer(a_list(1), seq=7, to="message-1"))
    assert spelled["reply"]["page"] == {"number": 1, "pages": 3, "total": 15}
    assert spelled["reply"]["cards"][0]["choices"][0] == {
        "label": "Xem",
        "action": "p san-pham-0",
        "url": "",
        "style": "main",
    }
    assert spelled["reply"]["cards"][1]["standing"] == "ending"


async def test_a_flood_of_newcomers_from_one_address_is_told_to_wait_and_who_is_known_is_not(client):
    async with open_app(Settings(newcomers=2, newcomer_seconds=60)) as house:

        async def photo(number: int, ref: str) -> tuple[int, str]:
            status, said = await post(client, house, ref=ref, headers={"Authorization": f"Bearer {number}{'t' * 30}"})
            return status, said.get("code", said["type"])

        assert [await photo(number, f"message-{number}") for number in range(4)] == [
            (200, "ack"),
            (200, "ack"),
            (503, "crowded"),
            (503, "crowded"),
        ]
        assert await photo(1, "message-9") == (200, "ack")


async def test_a_body_that_is_no_form_is_refused(client, house) -> None:
    for kind, body in MALFORMED:
        async with client.post(f"{house.url}/chat", data=body, headers={"Content-Type": kind}) as response:
            assert (kind, response.status) == (kind, 400)
            assert "Set-Cookie" not in response.headers
