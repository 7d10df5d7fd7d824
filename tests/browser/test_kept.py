"""What this browser keeps and forgets, what asks first, what can be pressed, and what shows that something came."""

import io
import json
import re

import pytest
from PIL import Image
from playwright.async_api import expect

from bot.channel import Delivery
from bot.channels.web import frames
from handlers.messages import Incoming, Person, Reply, Text
from tests.browser.conftest import PHONE
from tests.browser.stand import House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def token(chat) -> str:
    return await chat.page.evaluate("localStorage.getItem('hoi-ocop.token')")


async def test_the_conversation_survives_a_closed_tab_with_its_photos(tab):
    chat = await tab(PHONE)
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "green").save(picture, "PNG")
    await chat.ask("danh sách")
    await chat.page.locator("#gallery-file").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    await expect(chat.answers).to_have_count(2)
    context = chat.page.context
    await chat.page.close()
    again = await tab(PHONE, context=context)
    await expect(again.answers).to_have_count(2)
    await expect(again.said.first).to_contain_text("danh sách")
    thumbnail = again.said.last.get_by_role("img", name="Ảnh bạn đã gửi")
    await expect(thumbnail).to_have_attribute("src", re.compile("^data:image/jpeg;base64,"))
    assert await thumbnail.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [200, 133]


async def test_forgetting_is_one_tap_and_a_confirmation(tab, house: House):
    chat = await tab(PHONE)
    forget = chat.page.get_by_role("button", name="Quên cuộc trò chuyện này")
    menu = chat.page.locator("#menu summary")
    await menu.click()
    await expect(forget).to_be_hidden()
    await chat.ask("thẻ")
    before = await token(chat)
    other = await tab(PHONE, context=chat.page.context)
    await menu.click()
    await forget.click()
    await expect(chat.page.get_by_role("button", name="Giữ lại")).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.get_by_role("alertdialog")).to_be_hidden()
    await expect(menu).to_be_focused()
    await menu.click()
    await forget.click()
    await chat.page.get_by_role("button", name="Xóa khỏi trình duyệt này").click()
    await expect(chat.answers).to_have_count(0)
    await expect(other.answers).to_have_count(0)
    await expect(forget).to_be_hidden()
    assert await token(chat) not in {before, None}
    assert "Lục Ngạn" not in await chat.page.evaluate("JSON.stringify(localStorage)")


async def test_what_the_server_erased_leaves_the_page_and_the_browser(tab, house: House):
    chat = await tab()
    await chat.ask("thẻ")
    before = await token(chat)
    house.tray.speaking.clear()
    await chat.box.fill("/xoadulieu yes")
    await chat.box.press("Enter")
    await expect(chat.page.locator("#typing")).to_be_visible()
    incoming = list(house.tray.kept.values())[-1]
    house.tray.said.clear()
    await house.channel.deliver(Delivery(incoming.person, Reply("Đã xóa.", erased=True), key="9", to=incoming))
    await expect(chat.answers).to_have_text(["Đã xóa."], use_inner_text=True)
    await expect(chat.said).to_have_count(0)
    assert "Lục Ngạn" not in await chat.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    house.tray.speaking.set()
    await expect(chat.answers.last).to_have_text("Đã xóa.", use_inner_text=True)
    after = await token(chat)
    assert after not in {before, None}
    await chat.ask("một")
    assert list(house.tray.kept.values())[-1].person.address == frames.address_of(after)


async def test_an_invitation_is_not_taken_up_before_it_is_asked(tab, house: House):
    chat = await tab(PHONE, path="/?j=ABCD2345")
    await expect(chat.page.get_by_text("Bạn đã mở một liên kết mời")).to_be_visible()
    await expect(chat.page.locator("#offline")).to_be_hidden()
    assert house.tray.kept == {}
    await chat.page.get_by_role("button", name="Không").click()
    await expect(chat.page.get_by_text("Bạn đã mở một liên kết mời")).to_be_hidden()
    assert house.tray.kept == {}
    await chat.open("/?j=ABCD2345")
    await chat.page.get_by_role("button", name="Tham gia").click()
    await expect(chat.answers).to_have_count(1)
    [incoming] = house.tray.kept.values()
    assert str(incoming.content.action) == "join ABCD2345"
    await chat.page.reload()
    await expect(chat.page.locator("#invited")).to_be_hidden()
    await chat.ask("danh sách")
    await chat.open("/?j=ABCD2345")
    await expect(chat.page.get_by_role("button", name="Tham gia")).to_be_in_viewport()


LINKS = (
    "Xem https://htx.example/a?b=1&c=2. Hoặc (www.htx.example), gọi 0912 345 678, thư a.b@htx.example; "
    "mã 8934567890123. Đọc tại https://ocop.example/q/yw3NG_"
)


async def test_links_in_a_text_can_be_pressed(tab):
    chat = await tab(PHONE)
    answer = await chat.ask(LINKS)
    links = answer.locator(".words a")
    found = await links.evaluate_all("all => all.map(a => [a.textContent, a.getAttribute('href'), a.rel])")
    assert found == [
        ["https://htx.example/a?b=1&c=2", "https://htx.example/a?b=1&c=2", "noopener noreferrer"],
        ["www.htx.example", "https://www.htx.example", "noopener noreferrer"],
        ["0912 345 678", "tel:+84912345678", ""],
        ["a.b@htx.example", "mailto:a.b@htx.example", ""],
        ["https://ocop.example/q/yw3NG_", "https://ocop.example/q/yw3NG_", "noopener noreferrer"],
    ]
    await expect(answer.locator(".words")).to_have_text(f"[vi] {LINKS}")


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://ocop.vn@evil.example/",
        'https://"onmouseover=alert(1)',
        "https://",
        "QĐ 0123456789012345",
        "file:///etc/passwd",
    ],
)
async def test_what_is_not_safe_stays_text(tab, text):
    chat = await tab()
    answer = await chat.ask(text)
    await expect(answer.locator(".words")).to_have_text(f"[vi] {text}")
    await expect(answer.locator(".words a")).to_have_count(0)


async def test_the_title_and_a_mark_show_that_something_came(tab, house: House):
    chat = await tab()
    await chat.ask("một")
    hide = "document.dispatchEvent(new Event('visibilitychange'))"
    await chat.page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true});" + hide)
    [first] = house.tray.kept.values()
    await house.channel.deliver(Delivery(first.person, Reply("Nhà sản xuất trả lời."), key="9"))
    await expect(chat.page).to_have_title("(1) Hỏi OCOP")
    await expect(chat.page.locator("#icon")).to_have_attribute("href", re.compile("icon-new"))
    await expect(chat.page.get_by_role("separator")).to_have_text("Tin mới")
    await chat.page.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true});" + hide)
    await expect(chat.page).to_have_title("Hỏi OCOP")
    await expect(chat.page.locator("#icon")).to_have_attribute("href", re.compile(r"icon\.svg"))


async def test_only_the_last_answers_come_and_older_ones_on_request(tab, house: House):
    chat = await tab()
    me = Person("web", frames.address_of(await token(chat)))
    for number in range(1, 101):
        house.tray.answer(Incoming(me, Text(f"hỏi {number}"), f"old-{number:04}"), Reply(f"đáp {number}"))
    await chat.page.evaluate("localStorage.setItem('hoi-ocop.seen', '0')")
    await chat.page.reload()
    await expect(chat.answers).to_have_count(80)
    await expect(chat.said.first).to_contain_text("hỏi 21")
    older = chat.page.get_by_role("button", name="Xem tin cũ hơn")
    await older.click()
    await expect(chat.answers).to_have_count(100)
    await expect(chat.answers.first).to_have_text("đáp 1", use_inner_text=True)
    await expect(chat.said.first).to_contain_text("hỏi 1")
    await expect(older).to_be_hidden()
    kept = json.loads(await chat.page.evaluate("localStorage.getItem('hoi-ocop.history')"))
    assert len(kept["entries"]) <= 80


async def test_the_browsers_language_is_spoken_first_and_pages_are_linked_in_it(tab):
    chat = await tab(locale="en-GB")
    await expect(chat.box).to_have_attribute("placeholder", "Type a product's name…")
    answer = await chat.ask("thẻ")
    page = answer.get_by_role("link", name="Open the product page")
    await expect(page).to_have_attribute("href", "/p/vai-thieu?lang=en")
