"""A fair through the real process: invited and answered in Telegram, scanned on every channel, a lead, a purchase.

The board is spoken to by HTTP; Telegram, Zalo's bot and its Official Account are their strict stand-ins, one visitor
is a phone's browser. The process is killed at the fair; when it is there again the fair closes and a month is past.
"""

import asyncio
import json
import re
import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

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
from tests.stands.zalo_oa import Platform as OaPlatform

__all__ = ["api", "connected"]  # fixtures
FAIR, MAKER = "Hội chợ thử", "HTX Nem 1"
LAN_IN_ZALO, HOA_AT_OA = "6ede9afa66b88fe6d6a9", "3286427165432198765"
MONTH = 30 * 24 * 3600.0


@dataclass(frozen=True)
class WithZalo(Connected):
    """The command with a bot in Telegram, one in Zalo, and an Official Account there."""

    zalo: Platform | None = None
    account: OaPlatform | None = None

    @property
    def environment(self) -> dict[str, str]:
        assert self.zalo is not None
        assert self.account is not None
        bot = {"TOKEN": self.zalo.bot.token, "API_URL": self.zalo.url, "SENDS_PER_SECOND": "1000"}
        app = self.account.account
        oa = {
            "APP_ID": app.app_id, "OA_SECRET": app.oa_secret, "APP_SECRET": app.app_secret, "OA_ID": app.oa_id,
            "REFRESH_TOKEN": self.account.first_refresh_token(), "SENDS_PER_SECOND": "1000",
            "API_URL": self.account.url, "OAUTH_URL": self.account.url,
        }  # fmt: skip
        given = {"ZALO_BOT": bot, "ZALO_OA": oa}
        return super().environment | {
            f"HOI_OCOP_{channel}__{name}": value for channel, block in given.items() for name, value in block.items()
        }


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
    async with Platform().open() as zalo, OaPlatform().open() as account:
        command = WithZalo(**{**vars_of(connected), "zalo": zalo, "account": account})
        invited = await asyncio.to_thread(command.here, "invite", MAKER, "--json")
        province = await asyncio.to_thread(officer, command, "province")
        viewer = await asyncio.to_thread(officer, command, "viewer")
        maker, hoa = Someone(api, 101), Buyer(account)
        async with command.serving() as served:
            account.webhook.url = f"{served.url}/zalo_oa/webhook"
            maker.say(f"/start j_{invited.json[0]['code']}")
            await told(api, 101, f"Từ giờ bạn trả lời thay cho {MAKER}.")
            async with signed_in(served, province) as board:
                here = await hold_fair(board)
                await take_part(board, here, maker)
                token = await give_booth(board, here, command)
                await state_supply(board, maker)
            await told(api, 101, "Gian của bạn ở")
            await come_to(token, api, zalo, served)
            await hoa.says(f"b {token}", f"Gian A1 ở “{FAIR}”")
            await buy(hoa, maker, served)
            # A lead is kept once it is acknowledged, whatever happens then.
            await press(served, token, "quote")
            await served.kill()
        let_a_month_pass(command)
        async with command.serving() as served:
            account.webhook.url = f"{served.url}/zalo_oa/webhook"
            await answer_lead(maker)
            await say_whether_kept(hoa, maker)
            async with signed_in(served, viewer) as seen:
                await read_report(seen, here)


@dataclass
class Buyer:
    """Somebody at the Official Account."""

    account: OaPlatform

    async def says(self, words: str, hears: str) -> dict[str, Any]:
        """Write *words*; the message that then tells *hears*."""
        assert await self.account.says(HOA_AT_OA, words) == 200
        return await self.hears(hears)

    async def hears(self, words: str) -> dict[str, Any]:
        async with asyncio.timeout(30):
            while True:
                found = [each for each in self.account.sent if words in json.dumps(each, ensure_ascii=False)]
                if found:
                    return found[-1]
                await asyncio.sleep(0.02)

    async def taps(self, message: dict[str, Any], label: str, hears: str) -> dict[str, Any]:
        """Press the button *label* under *message*; what then tells *hears*."""
        button = next(each for each in message["attachment"]["payload"]["buttons"] if each["title"] == label)
        assert await self.account.presses(HOA_AT_OA, button) == 200
        return await self.hears(hears)


async def state_supply(province: OfficerBrowser, maker: Someone) -> None:
    """What the maker can supply is asked in its chat; here an officer enters what it said by phone."""
    maker.say("/cungung")
    await told(maker.api, 101, "Sản phẩm nào?")
    form = "/board/buyers/supply/nem-1"
    said = {"capacity": "5 tấn một vụ", "months": "6-7", "packing": "hộp 10 cái, hút chân không"}
    day = datetime.now(VIET_NAM).date() - timedelta(days=1)
    await sends(province, form, form, **said, delivery="", certificates="", source="Gọi điện", as_of=day.isoformat())


async def buy(hoa: Buyer, maker: Someone, served: Served) -> None:
    """What fits is shown with reasons; both agree, then names and the memorandum; it is signed."""
    offers = await hoa.says("tôi muốn mua 2 tấn nem chua tháng 6, giao Đình Tổ, hút chân không", "nguồn hàng")
    first = str(offers).partition("2. ")[0]
    for reason in ("đủ sản lượng: 5 tấn mỗi vụ", "đúng vụ: tháng 6-7", "đóng gói phù hợp", "km", "còn 4 sao đến"):
        assert reason in first, first
    assert MAKER not in str(offers)
    await hoa.taps(offers, "Hỏi số 1", "Khi hai bên cùng đồng ý")
    consent = await hoa.says("Cửa hàng Hoa, 0987 654 321", "Chỉ khi họ cũng đồng ý")
    await hoa.taps(consent, "Tôi đồng ý, hỏi giúp tôi", "Đã hỏi.")
    asked = await told(maker.api, 101, "Có người cần mua hàng")
    assert "Hoa" not in str(asked["text"])
    maker.tap(int(str(asked["message_id"])), "Tôi đồng ý")
    await told(maker.api, 101, "Người mua: Cửa hàng Hoa")
    agreed = await hoa.hears(f"Nhà sản xuất: {MAKER}")
    link = next(each for each in agreed["attachment"]["payload"]["buttons"] if "PDF" in each["title"])
    path = str(link["payload"]["url"]).removeprefix("https://ocop.test")
    async with aiohttp.ClientSession() as session, session.get(served.url + path) as response:
        assert (await response.read()).startswith(b"%PDF")
    await hoa.taps(agreed, "Chúng tôi đã ký", "Đã ký biên bản ghi nhớ")


def let_a_month_pass(command: Command) -> None:
    """The fair closed an hour ago, be that yesterday, and what was signed is a month old."""
    closed = datetime.now(VIET_NAM) - timedelta(hours=1)
    ended = (closed.date().isoformat(), closed.strftime("%H:%M"), FAIR)
    with closing(sqlite3.connect(command.folder / "catalogue.db")) as database, database:
        database.execute("UPDATE fairs SET ends = ?, closes = ? WHERE name = ?", ended)
        database.execute("UPDATE buyer_deals SET signed_at = signed_at - ?", (MONTH,))


async def say_whether_kept(hoa: Buyer, maker: Someone) -> None:
    """Both are asked whether what was signed is kept."""
    asked = await hoa.hears("Hai bên đã ký cách đây 30 ngày")
    await hoa.taps(asked, "Có, đã làm đúng", "Cảm ơn bạn, đã ghi.")
    same = await told(maker.api, 101, "Hai bên đã ký cách đây 30 ngày")
    maker.tap(int(str(same["message_id"])), "Có, đã làm đúng")
    await told(maker.api, 101, "Cảm ơn bạn, đã ghi.")


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
    await told(maker.api, 101, f"“{FAIR}” bế mạc.")
    maker.say("doanh thu 25 triệu, OCOP 18 triệu, bán chạy: nem chua")
    await told(maker.api, 101, f"Đã ghi cho “{FAIR}”")


async def read_report(seen: OfficerBrowser, here: str) -> None:
    """The figures of all that, with nobody's name."""
    await seen.opens(f"{here}/report?check=1&lang=vi")
    found = figures(seen.said)
    assert (found["Lượt khách"], found["Doanh thu (đ)"]) == ("4", "25.000.000")
    await seen.opens("/board/buyers?lang=vi")
    assert (figures(seen.said)["Trong đó làm đúng"], "Cửa hàng Hoa" in seen.said) == ("1", False)
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
