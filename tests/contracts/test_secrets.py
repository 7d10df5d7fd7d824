"""A canary sits in every secret of a real `serve`, at DEBUG, through flows and faults: it is seen nowhere.

tests/contracts/conftest.py looks for it again after everything that the contract suite says and does.
"""

import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import aiohttp
import pytest

import bot.channels
from bot import logs
from bot.app import RunningApp, open_app
from bot.settings import Settings, block_prefix
from tests import pictures
from tests.contracts.adapters import OWN_FOLDER, spoken, stand
from tests.contracts.adapters.house import listening, looked_at, told_in
from tests.contracts.adapters.parts import CANARY, Someone, Stand, until
from tests.stands.faults import Answer, Cut, Fault

ECHOES: tuple[Fault, ...] = (
    Answer(500, {"ok": False, "error_code": 500, "description": CANARY, "error": -216, "message": CANARY}),
    Answer(401, {"ok": False, "error_code": 401, "description": CANARY}),
    Answer(200, {"ok": False, "error_code": 403, "description": CANARY, "error": -32, "message": CANARY}),
    Answer(200, raw=f"\ufffd{CANARY}".encode()),
    Answer(302, {}, headers={"Location": f"/bot{CANARY}"}),
    Cut(done=True),
)


@contextmanager
def printing() -> Iterator[None]:
    """Log as `serve` does, at DEBUG."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.set_up(level="debug", machine=True)
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
async def stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[list[Stand]]:
    """Every vendor, and the environment that leads to them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bot.channels, "__path__", [*bot.channels.__path__, str(OWN_FOLDER)])
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(stand(name)) for name in spoken()]
        for each in opened:
            for name, value in each.settings().items():
                monkeypatch.setenv(f"{block_prefix(each.name)}{name.upper()}", value)
        yield opened


async def test_no_secret_is_seen_anywhere(
    stands: list[Stand], town_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(shutil.copy(town_file, tmp_path / "house.db"))
    with printing(), listening() as ears:
        async with open_app(Settings(database_url=f"sqlite:///{file}", port=0, readers=1)) as house:
            for each in stands:
                await each.mounted(house.url)
            people = [person for each in stands for person in await talked(each)]
            await knocked(house)
            seen = await looked_at(house.url, file)
        out, err = capsys.readouterr()
        seen |= {"stdout": out, "stderr": err, "the log": "\n".join(ears.lines)}
        seen |= {"the replies": "\n".join(words for person in people for words in person.heard())}
    assert told_in(seen, stands) == []
    assert seen["the replies"].count("Tương Đình Tổ") >= len(stands)
    assert "telegram is up" in err


async def talked(stand: Stand) -> list[Someone]:
    """People who talk while all goes well, and others each of whom meets a fault that repeats our secret."""
    lan = stand.someone()
    await lan.say("tương đình tổ htx hoa sen")
    await until(lan.heard)
    await lan.photo(pictures.photo_of())
    await until(lambda: len(lan.heard()) > 1)
    unlucky = []
    for fault in ECHOES:
        unlucky.append(stand.someone())
        await stand.trouble(fault)
        await unlucky[-1].say("xin chào")
    hoa = stand.someone()
    await hoa.say("xin chào")
    await stand.mend()
    await until(hoa.heard)
    return [lan, hoa, *unlucky]


async def knocked(house: RunningApp) -> None:
    """Strangers at the doors, with what could be a secret in their hands."""
    async with aiohttp.ClientSession(house.url) as client:
        for path in ("/zalo_oa/webhook", "/zalo_bot/webhook", "/telegram/webhook", "/echo/webhook", "/chat/photo"):
            guess = {"X-ZEvent-Signature": "mac=0", "Authorization": "Bearer x"}
            async with client.post(path, data=b'{"app_id": "1"}', headers=guess) as response:
                assert response.status in {401, 403, 404}
