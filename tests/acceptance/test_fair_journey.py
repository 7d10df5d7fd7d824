"""A fair through the real process: invited and answered in Telegram, scanned on three channels, a lead, its report.

The board is spoken to by HTTP; Telegram and Zalo are their strict stand-ins, the third visitor is a phone's browser.
"""

import asyncio
import re
import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import pytest

from catalog.dates import VIET_NAM
from tests import pictures
from tests.acceptance.command import Command, Served
from tests.acceptance.test_inquiries import Connected, api, connected, told
from tests.board import OfficerBrowser
from tests.stands.telegram.people import Someone
from tests.stands.telegram.server import BotApi
from tests.stands.zalo_bot import Platform

__all__ = ["api", "connected"]  # fixtures
FAIR, MAKER = "Hội chợ thử", "HTX Nem 1"
LAN_IN_ZALO = "6ede9afa66b88fe6d6a9"


@dataclass(frozen=True)
class WithZalo(Connected):
    """The command with a bot in Telegram and one in Zalo."""

    zalo: Platform | None = None

    @property
    def environment(self) -> dict[str, str]:
        assert self.zalo is not None
        given = {"TOKEN": self.zalo.bot.token, "API_URL": self.zalo.url, "SENDS_PER_SECOND": "1000"}
        return super().environment | {f"HOI_OCOP_ZALO_BOT__{name}": value for name, value in given.items()}


def officer(command: Command, role: str, *more: str) -> str:
    """Take an officer in; the code of the one-time link."""
    said = command.here("officer", "add", f"Nguyễn Thị {role}", "--role", role, *more)
    assert said.status == 0, said.err
    found = re.search(r"/board/sign-in/([A-Z2-9-]+)", said.out)
    assert found is not None, said.out
    return found[1]


@asynccontextmanager
async def signed_in(served: Served, code: str) -> AsyncIterator[OfficerBrowser]:
    """A browser of the officer with this *code*."""
    async with aiohttp.ClientSession(served.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        browser = OfficerBrowser(session)  # type: ignore[arg-type]  # it is asked as a test's client is
        assert (await browser.signs_in(code)).status == 303, browser.said
        yield browser


async def sends(browser: OfficerBrowser, page: str, action: str, **fields: str) -> str:
    """Open *page*, send its form to *action*; where that leads."""
    await browser.opens(page)
    response = await browser.sends(action, **fields)
    assert response.status == 303, browser.said
    return response.headers["Location"]


async def hold_fair(province: OfficerBrowser) -> str:
    """Enter a fair of these days with a booth; its address on the board."""
    today = datetime.now(VIET_NAM).date()
    days = {"starts": (today - timedelta(days=1)).isoformat(), "ends": (today + timedelta(days=1)).isoformat()}
    fair = {"kind": "fair", "name": FAIR, "venue": "Quảng trường 3/2", "source": "Kế hoạch 12", **days}
    where = await sends(province, "/board/fairs/new", "/board/fairs/new", **fair)
    here = where.partition("?")[0]
    await sends(province, here, f"{here}/booths", zone="Các xã", codes="A1")
    return here


async def give_booth(province: OfficerBrowser, here: str, command: Command) -> str:
    """Let the maker stand there; what the printed code of the booth says."""
    await province.opens(here)
    (booth,) = set(re.findall(rf"{here}/booths/\d+", province.said))
    await sends(province, booth, booth, who=MAKER, zone="Các xã")
    with closing(sqlite3.connect(command.folder / "catalogue.db")) as database:
        return str(database.execute("SELECT token FROM booths").fetchone()[0])


async def press(served: Served, token: str, kind: str) -> None:
    """What the booth's page sends from a phone's browser; it is kept once it is acknowledged."""
    said = {
        "token": "web-" + "t" * 30, "kind": kind, "ref": secrets.token_hex(8),
        "at": datetime.now(VIET_NAM).timestamp(), "name": "Trần Văn Minh",
    }  # fmt: skip
    async with aiohttp.ClientSession() as session, session.post(f"{served.url}/b/{token}", json=said) as response:
        assert response.status == 204


def figures(page: str) -> dict[str, str]:
    """The figures of a report: each line's first number."""
    rows = re.findall(r'<th scope="row" class="long">([^<]+)</th><td class="number">(?:<a[^>]*>)?([\d.–]+)', page)
    return dict(rows)


@pytest.mark.timeout(240)
async def test_from_the_invitation_to_the_report(connected: Connected, api: BotApi) -> None:
    async with Platform().open() as zalo:
        command = WithZalo(**{**vars_of(connected), "zalo": zalo})
        invited = await asyncio.to_thread(command, "invite", MAKER, "--json")
        province = await asyncio.to_thread(officer, command, "province")
        viewer = await asyncio.to_thread(officer, command, "viewer")
        maker = Someone(api, 101)
        async with command.serving() as served:
            maker.say(f"/start j_{invited.json[0]['code']}")
            await told(api, 101, f"Từ giờ bạn trả lời thay cho {MAKER}.")
            async with signed_in(served, province) as board:
                here = await hold_fair(board)
                await take_part(board, here, maker)
                token = await give_booth(board, here, command)
            await told(api, 101, "Gian của bạn ở")
            await come_to(token, api, zalo, served)
            # A lead is kept once it is acknowledged, whatever happens then.
            await press(served, token, "quote")
            await served.kill()
        async with command.serving() as served:
            await answer_lead(maker)
            async with signed_in(served, viewer) as seen:
                await read_report(seen, here)


async def take_part(board: OfficerBrowser, here: str, maker: Someone) -> None:
    """Registration: the maker is asked in their messenger and answers there; the board shows it."""
    await sends(board, f"{here}/producers", f"{here}/producers/invite")
    asked = await told(maker.api, 101, f"Bạn được mời tham gia “{FAIR}”.")
    maker.tap(int(str(asked["message_id"])), "Có, chúng tôi tham gia")
    await told(maker.api, 101, "Đã ghi: cơ sở tham gia")
    await board.opens(f"{here}/producers?lang=vi")
    assert re.search(r'<span class="tag good">tham gia</span>', board.said), board.said


async def come_to(token: str, api: BotApi, zalo: Platform, served: Served) -> None:
    """The booth is scanned on three channels: by a photo of its code, by its words, by a phone's camera."""
    Someone(api, 102).photo(pictures.photo_of(f"https://ocop.test/b/{token}"))
    await told(api, 102, f"Gian A1 ở “{FAIR}”")
    await zalo.says(LAN_IN_ZALO, f"b {token}")
    await said_in(zalo, f"Gian A1 ở “{FAIR}”")
    await press(served, token, "visit")


async def answer_lead(maker: Someone) -> None:
    """The maker learns who asks, answers, and tells what was sold."""
    notice = await told(maker.api, 101, "Xin gửi báo giá cho tôi.")
    assert "Trần Văn Minh" in str(notice["text"])
    maker.say("80 nghìn một hộp", reply_to_message={key: value for key, value in notice.items() if key != "marked"})
    await told(maker.api, 101, "Trả lời của bạn cho #")
    maker.say("doanh thu 25 triệu, OCOP 18 triệu")
    await told(maker.api, 101, f"Đã ghi cho “{FAIR}”")


async def read_report(seen: OfficerBrowser, here: str) -> None:
    """The figures of all that, with nobody's name."""
    await seen.opens(f"{here}/report?check=1&lang=vi")
    found = figures(seen.said)
    assert (found["Lượt khách"], found["Doanh thu (đ)"]) == ("3", "25.000.000")
    await seen.opens(f"{here}/report/leads?of=answered&lang=vi")
    assert "Trần Văn Minh" not in seen.said
    assert len(re.findall(r'<th scope="row">#\w{8}</th>', seen.said)) == 1


def vars_of(command: Connected) -> dict[str, object]:
    """What it was made of."""
    return {"folder": command.folder, "settings": command.settings, "api_url": command.api_url}


async def said_in(zalo: Platform, words: str) -> None:
    async with asyncio.timeout(30):
        while not any(words in str(each.get("text", "")) for each in zalo.sent):  # noqa: ASYNC110 - it has no events
            await asyncio.sleep(0.02)
