"""The real server under attack: whoever sends by halves is let go, and everybody else is served meanwhile."""

import asyncio
import contextlib
import json
import re

import aiohttp
import pytest

from catalog.sealing import new_key
from handlers.limits import PER_LINE
from tests.acceptance.command import Command
from tests.acceptance.siege import Besieged, besieged, ended

TOKEN = "geheim" * 6
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "
ILLNESS = "benh-tieu-duong"
LINK = "k3jd82hfk3jd82hf"
HASTE = {"head_seconds": "1", "body_seconds": "1"}


def photo(number: int, size: int = 1_000_000, *, last: bool = False) -> bytes:
    """The head of a picture's upload by a person of its own."""
    connection = "close" if last else "keep-alive"
    head = f"POST /chat/photo?id=message-{number:04} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n"
    return f"{head}Connection: {connection}\r\nAuthorization: Bearer {number:04}{'t' * 30}\r\n\r\n".encode()


async def test_three_hundred_heads_that_trickle_are_let_go_and_nobody_else_waits(command: Command) -> None:
    async with besieged(command, **HASTE) as door, asyncio.TaskGroup() as group:
        slow = [group.create_task(door.trickle(HEAD, every=0.2)) for _ in range(300)]
        assert (await door.get("/healthz")).startswith(b"HTTP/1.1 200")
        async with asyncio.timeout(30):
            await asyncio.wait(slow)
        assert (await door.get("/healthz", source="127.0.0.2")).startswith(b"HTTP/1.1 200")
        assert 'hoi_ocop_refused_total{kind="slow request head"}' in (await door.get("/metrics")).decode()
    assert len(door.told()) < 5_000


async def test_more_connections_than_descriptors_leave_it_answering_and_the_log_short(command: Command) -> None:
    async with besieged(command, descriptors=1024) as door, contextlib.AsyncExitStack() as held:
        for number in range(1100):
            with contextlib.suppress(ConnectionError):
                _, writer = await held.enter_async_context(door.line(source=f"127.0.1.{number % 8 + 1}"))
                writer.write(HEAD)
        for source in ("127.0.0.1", "127.0.1.1", "127.0.9.9"):
            assert (await door.get("/healthz", source=source)).startswith(b"HTTP/1.1 200")
        page = await door.get("/")
        assert page.startswith(b"HTTP/1.1 200")
        assert b"</html>" in page
    assert len(door.told()) < 10_000


async def test_one_address_alone_cannot_take_all_places_nor_lock_itself_out(command: Command) -> None:
    async with besieged(command, connections_per_address="16") as door, contextlib.AsyncExitStack() as held:
        lines = [await held.enter_async_context(door.line()) for _ in range(40)]
        for _, writer in lines:
            writer.write(HEAD)
        assert (await door.get("/healthz")).startswith(b"HTTP/1.1 200")
        assert (await door.get("/healthz", source="127.0.0.2")).startswith(b"HTTP/1.1 200")
        reading = asyncio.as_completed([ended(reader) for reader, _ in lines])
        for _ in range(20):
            await next(reading)
        for _, writer in lines:
            writer.close()
        for rest in reading:
            await rest


async def test_bodies_that_trickle_are_cut_off_and_other_peoples_pictures_are_taken_meanwhile(command: Command) -> None:
    async with besieged(command, **HASTE) as door, asyncio.TaskGroup() as group:
        # The first send nothing of their pictures, the others a part at once; these come from many addresses.
        slow = [door.trickle(photo(number), every=0.2) for number in range(24)]
        slow += [
            door.trickle(photo(100 + number) + b"x" * 300_000, every=0.2, source=f"127.0.2.{number + 1}")
            for number in range(24)
        ]
        tasks = [group.create_task(each) for each in slow]
        await asyncio.sleep(0.2)
        picture = b"\xff\xd8" * 200_000
        async with asyncio.timeout(5):
            assert (await door.ask(photo(999, len(picture), last=True) + picture)).startswith(b"HTTP/1.1 200")
        async with asyncio.timeout(20):
            await asyncio.wait(tasks)
    assert "slow request body" in door.told()


async def test_what_is_not_taken_from_us_does_not_hold_a_connection(command: Command) -> None:
    async with besieged(command, stall_seconds="0.5") as door, door.line() as (reader, writer):
        for _ in range(500):
            writer.write(b"GET /static/chat.js HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(10):
            while b'kind="answer not taken"' not in await door.get("/metrics"):  # noqa: ASYNC110 - nobody tells us
                await asyncio.sleep(0.2)
            await ended(reader)


CHUNKED = f"Transfer-Encoding: chunked\r\n\r\n{ILLNESS}\r\n"
SOCKET = "GET /chat/ws HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n"
MALFORMED = [
    f"GET /q/{LINK} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nBad Header {ILLNESS}: 1\r\n\r\n",
    f"GET /{ILLNESS} {TOKEN} HTTP/1.1\r\n\r\n",
    f"{TOKEN} / HTTP/9.9\r\n\r\n",
    f"GET /?q={'x' * 9000}{ILLNESS} HTTP/1.1\r\nHost: x\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}{'y' * 9000}\r\n\r\n",
    f"POST /q/{LINK} HTTP/1.1\r\nHost: x\r\nContent-Length: {TOKEN}\r\n\r\n",
    f"POST /chat/photo?id=message-{LINK} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n" + CHUNKED,
    f"POST /q/{LINK} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\n{ILLNESS}",
    SOCKET + f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {TOKEN}\r\nSec-WebSocket-Protocol: {TOKEN}\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: x\r\nExpect: \xff{TOKEN}\r\nConnection: close\r\n\r\n",
    f"GET /{ILLNESS} HTTP/1.1\r\nHost: x\r\nExpect: \xe9\r\nConnection: close\r\n\r\n",
    "GET /chat/ws HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nUpgrade: \xff\xfe\r\nConnection: close\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: \xff{TOKEN}\r\nConnection: close\r\n\r\n",
    f"GET /01/{ILLNESS}?\xff HTTP/1.1\r\nHost: [{TOKEN}\r\nConnection: close\r\n\r\n",
    f"GET /board HTTP/1.1\r\nHost: x\r\nCookie: hoi-ocop-board=\xe9{TOKEN}\r\nConnection: close\r\n\r\n",
    f"GET /board HTTP/1.1\r\nHost: x\r\nCookie: hoi-ocop-board-visitor=\xe9{TOKEN}\r\nConnection: close\r\n\r\n",
    f"\x16\x03\x01{TOKEN}\r\n\r\n",
    f"\x00{TOKEN}\r\n\r\n",
]


@pytest.mark.parametrize("level", ["info", "debug"])
async def test_malformed_requests_are_answered_without_500_and_leave_no_word_in_the_log(
    command: Command, level: str
) -> None:
    async with besieged(command, log_level=level, head_seconds="1", body_seconds="1") as door:
        for raw in MALFORMED:
            answer = await door.ask(raw.encode("latin-1"))
            assert re.match(rb"HTTP/1\.[01] [24]", answer) or not answer, (raw[:80], answer[:200])
        assert (await door.get("/healthz")).startswith(b"HTTP/1.1 200")
    told = door.told()
    for secret in (TOKEN, ILLNESS, LINK, "Traceback"):
        assert secret not in told
    assert "malformed request" in told


SECURED = (b"x-content-type-options: nosniff", b"content-security-policy: ", b"referrer-policy: ")


async def _paths(door: Besieged) -> list[bytes]:
    paths = (
        "/",
        "/nothing",
        "/metrics",
        "/readyz",
        "/healthz",
        "/chat/suggest?q=nem",
        "/p/none",
        "/chat/photo",
        "/q/x",
    )
    found = [await door.get(path) for path in paths]
    found.append(await door.get("/metrics", headers="X-Forwarded-For: 1.2.3.4\r\n"))
    found.append(await door.get("/", headers="Expect: nothing\r\n"))
    found.append(await door.ask(b"BAD\r\n\r\n"))
    return found


async def test_every_answer_has_the_headers_that_protect_it(command: Command) -> None:
    async with besieged(command) as door:
        for answer in await _paths(door):
            head = answer.partition(b"\r\n\r\n")[0].lower()
            for header in SECURED:
                assert header in head, head
            assert b"aiohttp" not in head


def _without_date(answer: bytes) -> bytes:
    return re.sub(rb"\r\nDate: [^\r]*", b"", answer)


async def test_figures_and_details_are_for_operators(command: Command) -> None:
    async with besieged(
        command,
        trusted_proxies="127.0.0.9",
        details_networks="127.0.0.1 127.0.0.9 203.0.113.0/24",
        details_token="operator-token",
    ) as door:
        for path in ("/metrics", "/readyz"):
            shown = b"products"
            assert shown in await door.get(path)
            assert shown not in await door.get(path, source="127.0.0.2")
            assert shown not in await door.get(path, headers="X-Forwarded-For: 127.0.0.1\r\n")
            assert shown not in await door.get(path, source="127.0.0.2", headers="Authorization: Bearer wrong\r\n")
            assert shown in await door.get(path, source="127.0.0.2", headers="Authorization: Bearer operator-token\r\n")
            told = "X-Forwarded-For: {}\r\n"
            assert shown in await door.get(path, source="127.0.0.9", headers=told.format("9.9.9.9, 203.0.113.7"))
            assert shown not in await door.get(path, source="127.0.0.9", headers=told.format("203.0.113.7, 9.9.9.9"))
            assert shown not in await door.get(path, source="127.0.0.9", headers=told.format("127.0.0.9"))
        closed, nothing = [await door.get(path, source="127.0.0.2") for path in ("/metrics", "/nothing")]
        assert closed.startswith(b"HTTP/1.1 404")
        assert _without_date(closed) == _without_date(nothing)
        assert (await door.get("/readyz", source="127.0.0.2")).endswith(b'{"ready": true}\n')
        assert (await door.get("/healthz", source="127.0.0.2")).startswith(b"HTTP/1.1 200")


async def test_a_database_that_goes_away_is_noticed_and_takes_nothing_in(command: Command) -> None:
    file = command.folder / "catalogue.db"
    async with besieged(command) as door:
        aside = file.rename(command.folder / "aside.db")
        ready = await door.get("/readyz")
        assert ready.startswith(b"HTTP/1.1 503")
        assert b"deleted or moved" in ready
        picture = b"\xff\xd8" * 1000
        assert b"HTTP/1.1 503" in await door.ask(photo(1, len(picture), last=True) + picture)
        for path in ("/q/x", "/media/x.jpg", "/p/x"):
            assert (await door.get(path)).startswith(b"HTTP/1.1 503")
        aside.rename(file)
        assert (await door.get("/readyz")).startswith(b"HTTP/1.1 200")
    assert "was deleted or moved while it was in use" in door.told()


def test_the_command_says_what_to_do_without_its_key_and_writes_for_its_owner_only(command: Command) -> None:
    assert command("invite", "nobody").status == 1
    kept = command.folder / "catalogue.db.key"
    kept.rename(command.folder / "kept")
    for words in (("courier",), ("check",)):
        said = command.here(*words)
        assert said.status == 1
        assert "--accept" in said.out + said.err
        assert not kept.exists()
    (command.folder / "kept").rename(kept)
    assert "does not fit" in command.here("courier", environment={"HOI_OCOP_SEAL_KEYS": new_key()}).err
    assert command.here("courier").status == 0
    kept.unlink()
    assert command("key", "--accept").status == 0
    assert command.here("courier").status == 0
    assert command("template", "list.xlsx").status == 0
    assert [each.name for each in command.folder.iterdir() if each.stat().st_mode & 0o077] == []


async def test_who_leaves_before_the_answer_or_sends_no_body_fills_no_log_and_holds_no_line(command: Command) -> None:
    async with besieged(command) as door:
        for _ in range(20):
            async with door.line() as (_, writer):
                writer.write(b"POST /nothing HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
                writer.write_eof()
        answer = await door.ask(b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 405")
    assert "error" not in door.told()


async def flooding(url: str, number: int, *, forwarded: str = "") -> str:
    """A made-up visitor asks a producer; what the chat says to the last step."""
    headers = {"Origin": url} | ({"X-Forwarded-For": forwarded} if forwarded else {})
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/chat/ws", headers=headers) as socket:
        await socket.send_json({"type": "hello", "token": f"{number:04}{'t' * 30}", "after": 0, "language": "vi"})
        steps = ("/ask nem-bui-thuong-hai-ninh-xa", "/kind question", f"Nem để được mấy ngày, lần {number}?", "/send")
        for step, words in enumerate(steps):
            await socket.send_json({"type": "say", "id": f"message-{step}", "text": words})
            while (frame := json.loads(await socket.receive_str(timeout=20)))["type"] != "answer":
                pass
        return str(frame["reply"]["text"])


async def test_made_up_visitors_of_one_address_do_not_flood_a_producer(stocked: Command) -> None:
    async with besieged(stocked, trusted_proxies="127.0.0.1") as door:
        url = f"http://127.0.0.1:{door.port}"
        said = [await flooding(url, number, forwarded="203.0.113.7") for number in range(PER_LINE + 3)]
        assert [text.startswith("Vừa có rất nhiều câu hỏi") for text in said] == [False] * PER_LINE + [True] * 3
        assert said[0].startswith("Đã giữ lại.")
        assert (await flooding(url, 900, forwarded="203.0.113.8")).startswith("Đã giữ lại.")
