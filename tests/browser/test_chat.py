"""The conversation: asked, answered, interrupted, taken up again."""

import io
import re

import pytest
from PIL import Image
from playwright.async_api import expect

from bot.channel import Delivery
from handlers.messages import Reply
from tests.browser.conftest import NARROW, PHONE, SIZES
from tests.browser.stand import House

pytestmark = pytest.mark.asyncio(loop_scope="module")
every_size = pytest.mark.parametrize("size", list(SIZES), ids=SIZES.values())


@every_size
async def test_a_name_is_answered_with_its_passport(tab, size):
    chat = await tab(size)
    answer = await chat.ask("thẻ")
    await expect(answer.get_by_role("heading", name="Vải thiều Lục Ngạn")).to_be_visible()
    await expect(answer.get_by_role("img", name="4 sao")).to_be_visible()
    await expect(answer.locator(".verdict")).to_contain_text("Còn hiệu lực đến 31/08/2027")
    await expect(answer.get_by_role("link", name="0912 345 678", exact=True)).to_have_attribute(
        "href", "tel:+84-91-234-56-78"
    )
    await expect(answer.locator(".fact.unknown")).to_contain_text("chưa rõ")
    assert await chat.fits()


@every_size
async def test_a_list_turns_its_pages_in_place_and_opens_a_product(tab, size):
    chat = await tab(size)
    answer = await chat.ask("danh sách")
    await expect(answer.locator(".card.short")).to_have_count(5)
    assert await chat.fits()
    await answer.get_by_role("button", name="Trang sau").click()
    await expect(chat.answers).to_have_count(1)
    await expect(chat.answers).to_contain_text("Danh sách, trang 2")
    await expect(chat.said).to_have_count(1)
    await chat.answers.get_by_role("button", name=re.compile("^Xem: ")).first.click()
    await expect(chat.answers).to_have_count(2)
    await expect(chat.answers.last.get_by_role("heading", level=2)).to_contain_text("p san-pham-5")
    await expect(chat.said.last).to_contain_text("Xem: Gà Hồ")


async def test_a_server_that_restarts_loses_nothing_and_repeats_nothing(tab, house: House):
    chat = await tab()
    await chat.ask("một")
    house.tray.speaking.clear()
    await chat.box.fill("hai")
    await chat.box.press("Enter")
    await expect(chat.page.get_by_text("Đang tra cứu…")).to_be_visible()
    await house.stop()
    await chat.box.fill("ba")
    await chat.box.press("Enter")
    await expect(chat.said.last.locator(".state")).to_have_text("Chờ có mạng rồi gửi")
    await expect(chat.page.locator("#offline")).to_be_visible(timeout=8000)
    house.tray.speaking.set()
    await house.start()
    await expect(chat.answers).to_have_text(["[vi] một", "[vi] hai", "[vi] ba"], timeout=20000, use_inner_text=True)
    await expect(chat.page.locator("#offline")).to_be_hidden()
    await expect(chat.page.locator("#typing")).to_be_hidden()
    assert [incoming.content.body for incoming in house.tray.kept.values()] == ["một", "hai", "ba"]


async def test_a_message_the_store_refused_is_sent_again_by_itself(tab, house: House):
    chat = await tab()
    await chat.ask("một")
    house.tray.broken = 1
    await chat.ask("hai")
    assert len(house.tray.puts) == 3
    assert len(set(house.tray.puts)) == 2


async def test_a_page_that_is_loaded_again_keeps_its_conversation(tab, house: House):
    chat = await tab()
    await chat.ask("danh sách")
    house.tray.speaking.clear()
    await chat.box.fill("thẻ")
    await chat.box.press("Enter")
    await expect(chat.page.locator("#typing")).to_be_visible()
    await chat.page.reload()
    await expect(chat.said).to_have_count(2)
    await expect(chat.answers).to_have_count(1)
    house.tray.speaking.set()
    await expect(chat.answers).to_have_count(2)
    await chat.page.reload()
    await expect(chat.answers).to_have_count(2)
    assert len(house.tray.kept) == 2


async def test_two_tabs_of_one_person_show_the_same_conversation(tab):
    first = await tab()
    second = await tab(context=first.page.context)
    await first.ask("thẻ")
    await expect(second.said).to_have_text(re.compile("thẻ"))
    await expect(second.answers).to_have_count(1)
    await second.ask("cảnh báo")
    await expect(first.answers).to_have_count(2)
    third = await tab(context=first.page.context)
    await expect(third.answers).to_have_count(2)
    await expect(third.said).to_have_count(2)
    await third.ask("ba")
    await expect(third.answers).to_have_count(3)


async def test_what_others_wrote_is_shown_as_text(tab):
    chat = await tab()
    answer = await chat.ask("độc")
    await expect(answer.locator(".warning")).to_contain_text("<img src=x")
    await expect(answer.locator("script, img")).to_have_count(0)
    await expect(answer.locator("a", has_text="đừng chạm")).to_have_count(0)
    assert await chat.page.title() == "Hỏi OCOP"
    assert await chat.fits()


async def test_a_warning_is_said_first(tab):
    chat = await tab(NARROW)
    answer = await chat.ask("cảnh báo")
    first = answer.locator(":scope > *").first
    await expect(first).to_have_class("warning")
    await expect(first).to_contain_text("Cảnh báo: Mã này chuyển tiền")


async def test_a_wanted_photo_points_to_the_camera(tab):
    chat = await tab(PHONE)
    await chat.ask("ảnh")
    await expect(chat.page.locator("#camera.wanted")).to_be_visible()
    await chat.ask("thẻ")
    await expect(chat.page.locator(".wanted")).to_have_count(0)


async def test_a_wanted_place_is_given_only_when_touched(tab, house):
    place = {"latitude": 21.1861, "longitude": 106.0763}
    chat = await tab(PHONE, geolocation=place, permissions=["geolocation"])
    answer = await chat.ask("ở đâu")
    assert len(house.tray.kept) == 1
    await answer.get_by_role("button", name="Gửi vị trí của tôi").click()
    await expect(chat.answers.last).to_have_text("Quanh 21.19, 106.08", use_inner_text=True)


async def test_a_refused_place_is_said_in_words(tab):
    chat = await tab(PHONE)
    answer = await chat.ask("ở đâu")
    await answer.get_by_role("button", name="Gửi vị trí của tôi").click()
    await expect(chat.page.locator("#log")).to_contain_text("gõ tên xã, phường")


async def test_the_page_speaks_english_when_asked(tab):
    chat = await tab()
    menu = chat.page.locator("#languages summary")
    await menu.click()
    await chat.page.get_by_role("button", name="English").click()
    await expect(chat.box).to_have_attribute("placeholder", "Type a product's name…")
    await expect((await chat.ask("hello")).locator(".words")).to_have_text("[en] hello")
    await chat.page.reload()
    await menu.click()
    await chat.page.get_by_role("button", name="Tiếng Việt").click()
    await expect(chat.answers.last).to_contain_text("lang")


async def test_a_link_from_a_product_page_asks_for_that_product_once(tab, house):
    chat = await tab(path="/?p=vai-thieu")
    await expect(chat.answers.get_by_role("heading", level=2)).to_have_text("p vai-thieu")
    await chat.page.reload()
    await expect(chat.answers).to_have_count(1)
    assert len(house.tray.kept) == 1


async def test_whoever_reads_further_up_is_left_there(tab, house: House):
    chat = await tab(PHONE)
    await chat.ask("thẻ")
    await chat.ask("danh sách")
    house.tray.speaking.clear()
    await chat.box.fill("thẻ")
    await chat.box.press("Enter")
    await chat.page.evaluate("document.getElementById('scroller').scrollTop = 0")
    house.tray.speaking.set()
    newer = chat.page.get_by_role("button", name="Trả lời mới")
    await expect(newer).to_be_visible()
    assert await chat.page.evaluate("document.getElementById('scroller').scrollTop") == 0
    await newer.click()
    await expect(newer).to_be_hidden()


async def test_a_very_long_question_is_cut_politely(tab, house):
    chat = await tab()
    await chat.box.fill("á" * 12000)
    await chat.box.press("Enter")
    await expect(chat.answers).to_have_count(1)
    await expect(chat.page.get_by_text("chỉ phần đầu được gửi")).to_be_visible()
    [incoming] = house.tray.kept.values()
    assert len(incoming.content.body) == 10_400


async def test_a_notice_that_overtakes_an_answer_does_not_hide_it(tab, house: House):
    chat = await tab()
    await chat.ask("một")
    house.tray.speaking.clear()
    await chat.box.fill("hai")
    await chat.box.press("Enter")
    await expect(chat.page.locator("#typing")).to_be_visible()
    [first, second] = house.tray.kept.values()
    notice = Delivery(first.person, Reply("Chứng nhận vừa được gia hạn."), key="9")
    await house.channel.deliver(notice)
    await expect(chat.answers.last).to_have_text("Chứng nhận vừa được gia hạn.", use_inner_text=True)
    await house.stop()
    house.tray.answer(second, Reply("[vi] hai"))
    await house.start()
    await expect(chat.answers.last).to_have_text("[vi] hai", timeout=20000, use_inner_text=True)
    await expect(chat.answers).to_have_count(3)


async def test_a_picture_that_grows_while_it_loads_does_not_lose_the_end(tab):
    chat = await tab(PHONE)
    await chat.ask("danh sách")
    picture = io.BytesIO()
    Image.new("RGB", (300, 300), "green").save(picture, "PNG")
    await chat.page.locator("#gallery-file").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    await expect(chat.answers).to_have_count(2)
    await expect(chat.page.locator("#newer")).to_be_hidden()
    await expect(chat.answers.last.get_by_role("heading", level=2)).to_be_in_viewport()


async def test_a_question_and_three_cards_fit_on_a_phone(tab):
    """On 360 by 640 pixels, each with a verdict of two lines at most; and a long card folds."""
    chat = await tab((360, 640))
    answer = await chat.ask("danh sách")
    room = await chat.page.evaluate("document.getElementById('scroller').clientHeight")
    begins = await answer.locator(".words").bounding_box()
    ends = await answer.locator(".card.short").nth(2).bounding_box()
    assert round(ends["y"] + ends["height"] - begins["y"]) <= room
    lines = await answer.locator(".verdict > span:last-child").evaluate_all(
        "(all) => all.map((each) => Math.round(each.getBoundingClientRect().height"
        " / parseFloat(getComputedStyle(each).lineHeight)))"
    )
    assert max(lines) <= 2
    folded = await chat.ask("gấp")
    await expect(folded.get_by_text("htxhongxuan.example")).to_be_hidden()
    await folded.locator("details.rest > summary").click()
    await expect(folded.get_by_text("htxhongxuan.example")).to_be_visible()
