"""One fair for all who have to do with it, through the real process: each in their own messenger or in Chromium.

A visitor comes by each channel (Telegram, Zalo's bot, its Official Account, a phone's browser); a producer and a buyer
talk in chats, their vendors are strict stand-ins; commune, province and viewer are at the board. The process is killed
at the fair; when it is there again the fair closes and a month is past.
"""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from catalog.dates import VIET_NAM
from handlers.phrases import speech
from tests import pictures
from tests.acceptance.command import Command, Served
from tests.acceptance.test_inquiries import Connected, told
from tests.browser.bars import find_faults
from tests.browser.conftest import CHROMIUM, DESKTOP, FLAGS, PHONE
from tests.browser.test_whole import free_port
from tests.stands.telegram.people import Someone
from tests.stands.telegram.server import BotApi, bot_api
from tests.stands.zalo_bot import Platform
from tests.stands.zalo_oa import Platform as OaPlatform
from tests.town import stocked

FAIR, MAKER, OTHER = "Hội chợ thử", "HTX Nem 1", "HTX Nem 2"
LAN_IN_ZALO, HOA_AT_OA = "6ede9afa66b88fe6d6a9", "3286427165432198765"
MONTH = 30 * 24 * 3600.0
say = speech("vi")


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


@dataclass(frozen=True)
class Hall:
    """The fair while it is served: the process's address, who talks in chats, a browser, the officers at the board."""

    url: str
    command: WithZalo
    api: BotApi
    zalo: Platform
    hoa: "Buyer"
    maker: Someone
    browser: Browser

    async def officer(self, code: str, size: tuple[int, int] = DESKTOP) -> Page:
        """A tab of the officer with this *code*, signed in."""
        page = await self.tab(size)
        await page.goto(f"{self.url}/board/sign-in/{code}")
        await page.locator("main button").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Nguyễn Thị")
        return page

    async def tab(self, size: tuple[int, int]) -> Page:
        """A tab of somebody else's browser."""
        phone = size != DESKTOP
        viewport = {"width": size[0], "height": size[1]}
        context = await self.browser.new_context(viewport=viewport, locale="vi-VN", is_mobile=phone, has_touch=phone)
        return await context.new_page()


@pytest.mark.timeout(240)
async def test_from_the_invitation_to_the_report(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(bot_api())
        zalo, account = [await stack.enter_async_context(each.open()) for each in (Platform(), OaPlatform())]
        driver = await stack.enter_async_context(async_playwright())
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        stack.push_async_callback(browser.close)
        await stocked(tmp_path / "catalogue.db")
        command = WithZalo(tmp_path, api_url=api.url, zalo=zalo, account=account)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        account.webhook.url = f"{url}/zalo_oa/webhook"
        hall = Hall(url, command, api, zalo, Buyer(account), Someone(api, 101), browser)
        (invited,) = (await asyncio.to_thread(command.here, "invite", MAKER, "--json")).json
        commune = await asyncio.to_thread(officer, command, "commune", "--commune", "Đình Tổ")
        codes = {each: await asyncio.to_thread(officer, command, each) for each in ("province", "viewer")}
        async with serving(command, port) as served:
            hall.maker.say(f"/start j_{invited['code']}")
            await told(api, 101, f"Từ giờ bạn trả lời thay cho {MAKER}.")
            province = await hall.officer(codes["province"])
            here = await hold_fair(province)
            await take_part(hall, province, here)
            # One chat has a message a second: the officers do their work meanwhile.
            async with asyncio.TaskGroup() as group:
                group.create_task(state_supply(hall.maker))
                await see_who_is_silent(await hall.officer(commune, PHONE), hall, here)
                token = await give_booth(province, here, command)
                await told(api, 101, "Gian của bạn ở")
            await come_by_chat(token, hall)
            await buy(hall)
            phone = await come_by_phone(token, hall)
            # A lead is kept once it is acknowledged, whatever happens then.
            await served.kill()
        let_a_month_pass(command)
        async with serving(command, port):
            await answer_lead(hall, phone)
            await say_whether_kept(hall.hoa, hall.maker)
            await read_report(province, here)
            await see_no_names(await hall.officer(codes["viewer"]), here)


@asynccontextmanager
async def serving(command: Command, port: int) -> AsyncIterator[Served]:
    """The process at an address that outlives it, as browsers know it."""
    async with command.serving("serve", "--port", str(port)) as served:
        yield served


async def hold_fair(province: Page) -> str:
    """Enter a fair of these days with booths; its address on the board."""
    today = datetime.now(VIET_NAM).date()
    await province.goto(f"{origin(province)}/board/fairs/new")
    fields = {
        "name": FAIR, "venue": "Quảng trường 3/2", "source": "Kế hoạch 12",
        "starts": (today - timedelta(days=1)).isoformat(), "ends": (today + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    for name, value in fields.items():
        await province.locator(f"#{name}").fill(value)
    await province.get_by_role("button", name=say("Keep"), exact=True).click()
    await expect(province.get_by_role("heading", level=1)).to_contain_text(FAIR)
    here = province.url.partition("?")[0]
    await province.locator("#zone").fill("Các xã")
    await province.locator("#codes").fill("A1-A3")
    await province.get_by_role("button", name=say("Make them")).click()
    await expect(province.locator("svg a")).to_have_count(3)
    return here


def origin(page: Page) -> str:
    """The address of the process that a tab is at."""
    return "/".join(page.url.split("/")[:3])


async def take_part(hall: Hall, province: Page, here: str) -> None:
    """Registration: makers are asked in their messengers; one answers there, and says what its booth needs."""
    await province.goto(f"{here}/producers")
    await province.get_by_role("button", name=say("Invite all with a star in force")).click()
    asked = await told(hall.api, 101, f"Bạn được mời tham gia “{FAIR}”.")
    hall.maker.tap(int(str(asked["message_id"])), "Có, chúng tôi tham gia")
    noted = await told(hall.api, 101, "Đã ghi: cơ sở tham gia")
    hall.maker.tap(int(str(noted["message_id"])), say("Power"))
    await told(hall.api, 101, say("It needs: {needs}", needs=say("Power")))


async def see_who_is_silent(commune: Page, hall: Hall, here: str) -> None:
    """The commune's officer, on a phone, sees who has not answered, calls there and notes what was said."""
    await commune.goto(f"{here}/producers?show=silent")
    cards = commune.locator("ul.rows li")
    await expect(cards).to_have_count(1)
    await expect(cards).to_contain_text(OTHER)
    assert await find_faults(commune) == []
    await cards.get_by_text(say("Note an answer by phone")).click()
    await cards.get_by_label(say("Answer")).select_option("no")
    await cards.get_by_role("button", name=say("Keep")).click()
    await expect(commune.get_by_role("status")).to_be_visible()
    await commune.goto(f"{here}/producers?show=yes")
    await expect(cards).to_contain_text(MAKER)


async def give_booth(province: Page, here: str, command: Command) -> str:
    """Let the maker stand there, and print the card with its code; what the code says."""
    await province.goto(here)
    await province.get_by_role("row", name="A1").get_by_role("link").click()
    await province.locator("#who").fill(MAKER)
    await province.get_by_role("button", name=say("Keep"), exact=True).click()
    await expect(province.get_by_role("row", name="A1")).to_contain_text(MAKER)
    printed = await province.request.get(f"{here}/cards.pdf")
    assert (await printed.body()).startswith(b"%PDF")
    with closing(sqlite3.connect(command.folder / "catalogue.db")) as database:
        return str(database.execute("SELECT token FROM booths WHERE code = 'A1'").fetchone()[0])


async def figure(page: Page, name: str) -> str:
    """A figure of a report: the line's first number."""
    row = page.locator("tr").filter(has=page.locator(f'th:text-is("{name}")')).first
    return (await row.locator("td.number").first.inner_text()).strip()


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


async def state_supply(maker: Someone) -> None:
    """What the maker can supply is asked in its chat, one question after another."""
    maker.say("/cungung")
    asked = await told(maker.api, 101, "Sản phẩm nào?")
    maker.tap(int(str(asked["message_id"])), "Nem chua 1")
    said = {
        "cung ứng được bao nhiêu": "5 tấn một vụ",
        "Vào những tháng nào": "6-7",
        "đóng gói": "hộp 10 cái, hút chân không",
        "giao hàng": "giao trong tỉnh",
        "giấy tờ nào": "không",
    }
    for question, answer in said.items():
        await told(maker.api, 101, question)
        maker.say(answer)
    await told(maker.api, 101, "Đã ghi cho Nem chua 1")


async def buy(hall: Hall) -> None:
    """What fits is shown with reasons; both agree, then names and the memorandum; it is signed."""
    hoa, maker = hall.hoa, hall.maker
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
    async with aiohttp.ClientSession() as session, session.get(hall.url + path) as response:
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


async def come_by_chat(token: str, hall: Hall) -> None:
    """The booth is scanned in three messengers, and each presses another button; one lead is answered at once."""
    guest = Someone(hall.api, 102)
    guest.photo(pictures.photo_of(f"https://ocop.test/b/{token}"))
    opened = await told(hall.api, 102, f"Gian A1 ở “{FAIR}”")
    guest.tap(int(str(opened["message_id"])), say("Send me a quote"))
    await told(hall.api, 102, "#")
    asked = await told(hall.api, 101, "Xin gửi báo giá cho tôi.")
    reply(hall.maker, asked, "75 nghìn một hộp")
    await told(hall.api, 102, "75 nghìn một hộp")
    await hall.zalo.says(LAN_IN_ZALO, f"b {token}")
    await said_in(hall.zalo, f"Gian A1 ở “{FAIR}”")
    await hall.zalo.says(LAN_IN_ZALO, "tôi là khách sỉ")
    await said_in(hall.zalo, "#")
    opened = await hall.hoa.says(f"b {token}", f"Gian A1 ở “{FAIR}”")
    await hall.hoa.taps(opened, say("Remind me at home"), "Người ở gian không biết việc này")


async def come_by_phone(token: str, hall: Hall) -> Page:
    """The booth's page on a phone: a name is given and prices are asked for; the tab."""
    phone = await hall.tab(PHONE)
    async with phone.expect_response(lambda response: response.request.method == "POST"):
        await phone.goto(f"{hall.url}/b/{token}")
    await phone.get_by_label("Tên của bạn, nếu muốn").fill("Trần Văn Minh")
    await phone.get_by_role("button", name=say("Send me a quote")).click()
    await expect(phone.get_by_role("status")).to_contain_text("Đã gửi")
    return phone


def reply(maker: Someone, notice: dict[str, object], words: str) -> None:
    """Answer a message that the bot has sent."""
    maker.say(words, reply_to_message={key: value for key, value in notice.items() if key != "marked"})


async def answer_lead(hall: Hall, phone: Page) -> None:
    """The maker learns who asks, answers, which the phone shows, and tells what was sold."""
    notice = await told(hall.api, 101, "Trần Văn Minh")
    reply(hall.maker, notice, "80 nghìn một hộp")
    await phone.goto(hall.url)
    await expect(phone.locator("article.answer").filter(has_text="80 nghìn một hộp")).to_be_visible()
    await told(hall.api, 101, f"“{FAIR}” bế mạc.")
    hall.maker.say("doanh thu 25 triệu, OCOP 18 triệu, bán chạy: nem chua")
    await told(hall.api, 101, f"Đã ghi cho “{FAIR}”")


async def read_report(province: Page, here: str) -> None:
    """The figures of all that, unbroken, each with its rows, as Excel and as minutes."""
    await province.goto(f"{here}/report?check=1")
    assert await figure(province, "Lượt khách") == "4"
    assert await figure(province, "Doanh thu (đ)") == "25.000.000"
    assert await find_faults(province) == []
    for name, begins in (("file.xlsx", b"PK"), ("file.pdf", b"%PDF")):
        file = await province.request.get(f"{here}/report/{name}")
        assert (await file.body()).startswith(begins)
    await province.goto(f"{here}/report/leads")
    await expect(province.locator("th").filter(has_text=re.compile(r"^#\w{8}$"))).to_have_count(3)


async def see_no_names(viewer: Page, here: str) -> None:
    """Who only looks on sees counts: nobody who visited or bought."""
    await viewer.goto(f"{origin(viewer)}/board/buyers")
    assert await figure(viewer, "Trong đó làm đúng") == "1"
    await expect(viewer.locator("main")).not_to_contain_text("Cửa hàng Hoa")
    await viewer.goto(f"{here}/report/leads?of=answered")
    await expect(viewer.locator("th").filter(has_text=re.compile(r"^#\w{8}$"))).to_have_count(2)
    await expect(viewer.locator("main")).not_to_contain_text("Trần Văn Minh")


async def said_in(zalo: Platform, words: str) -> None:
    async with asyncio.timeout(30):
        while not any(words in str(each.get("text", "")) for each in zalo.sent):  # noqa: ASYNC110 - it has no events
            await asyncio.sleep(0.02)
