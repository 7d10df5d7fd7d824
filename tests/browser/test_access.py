"""For everybody: by keyboard, in the dark, with large thumbs, on other sites, without a script."""

import asyncio
import re

import pytest
from aiohttp import web
from playwright.async_api import Page, Route, expect

from bot.channels.web import Settings
from bot.pages import headers
from bot.pages.drawing import render_product
from tests.browser.conftest import NARROW, PHONE, SIZES, measure_targets
from tests.browser.stand import House, Tray, whole_card

pytestmark = pytest.mark.asyncio(loop_scope="module")
every_size = pytest.mark.parametrize("size", list(SIZES), ids=SIZES.values())


async def test_everything_can_be_done_by_keyboard(tab):
    chat = await tab(NARROW)
    keys = chat.page.keyboard
    await keys.press("Tab")
    await expect(chat.page.get_by_role("link", name="Đến ô nhập tin nhắn")).to_be_focused()
    await keys.press("Enter")
    await expect(chat.box).to_be_focused()
    await keys.type("nem")
    option = chat.page.get_by_role("option", name=re.compile("Nem Bùi"))
    await expect(option).to_be_visible()
    await expect(chat.box).to_have_attribute("aria-expanded", "true")
    await keys.press("ArrowDown")
    await expect(option).to_have_attribute("aria-selected", "true")
    await expect(chat.box).to_have_attribute("aria-activedescendant", await option.get_attribute("id"))
    await keys.press("Enter")
    await expect(chat.answers).to_have_count(1)
    await expect(chat.page.get_by_role("listbox")).to_be_hidden()
    await chat.answers.get_by_role("button", name="Nguồn 2").first.press("Enter")
    source = chat.answers.get_by_role("listitem").filter(has_text="Danh mục của Sở")
    await expect(source).to_be_focused()
    await chat.answers.get_by_role("button", name="Sản phẩm khác của nơi này").press("Enter")
    await expect(chat.answers).to_have_count(2)


async def test_suggestions_close_by_escape_and_cost_nothing_below_two_letters(tab):
    chat = await tab()
    await chat.box.press_sequentially("b")
    await chat.page.wait_for_timeout(300)
    await expect(chat.page.get_by_role("listbox")).to_be_hidden()
    await chat.box.press_sequentially("á")
    await expect(chat.page.get_by_role("option")).to_have_count(1)
    await chat.box.press("Escape")
    await expect(chat.page.get_by_role("listbox")).to_be_hidden()
    await expect(chat.box).to_have_value("bá")
    await chat.box.press_sequentially("nh")
    await chat.page.get_by_role("option").click()
    await expect(chat.answers).to_have_count(1)
    await expect(chat.said).to_contain_text("Bánh phu thê Đình Bảng")


async def test_a_choice_among_suggestions_outlives_lines_that_come_late(tab):
    chat = await tab()
    late = asyncio.Event()

    async def hold(route: Route) -> None:
        await late.wait()
        await route.continue_()

    await chat.page.route(re.compile(r"suggest\?q=nem"), hold)
    await chat.box.press_sequentially("ne")
    option = chat.page.get_by_role("option", name=re.compile("Nem Bùi"))
    await expect(option).to_be_visible()
    async with chat.page.expect_request(re.compile(r"suggest\?q=nem")):
        await chat.box.press_sequentially("m")
    await chat.box.press("ArrowDown")
    await expect(option).to_have_attribute("aria-selected", "true")
    async with chat.page.expect_request_finished(lambda request: "q=nem" in request.url):
        late.set()
    await expect(option).to_have_attribute("aria-selected", "true")
    await chat.box.press("Enter")
    await expect(chat.answers).to_have_count(1)
    await expect(chat.said).to_contain_text("Nem Bùi Ninh Xá")


async def background(page: Page) -> str:
    return await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


async def test_it_is_dark_where_people_like_it_dark(tab):
    light, dark = await tab(color_scheme="light"), await tab(color_scheme="dark")
    assert await background(light.page) == "rgb(246, 243, 236)"
    assert await background(dark.page) == "rgb(20, 25, 26)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_can_be_read_against_its_ground(tab, scheme):
    chat = await tab(color_scheme=scheme)
    for shape in ("thẻ", "hết hạn", "chưa có tin", "thu hồi", "hủy", "danh sách", "cảnh báo"):
        await chat.ask(shape)
    await chat.page.emulate_media(reduced_motion="reduce")
    assert await chat.page.evaluate(CONTRAST) == []


# The WCAG ratio of every text to the first opaque ground behind it; 4.5 is asked for.
CONTRAST = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const linear = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ground = (node) => {
    if (!node) return [255, 255, 255, 255];
    const colour = rgba(getComputedStyle(node).backgroundColor);
    return colour[3] === 255 ? colour : ground(node.parentElement);
  };
  const bad = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.getClientRects().length || getComputedStyle(node).clipPath !== "none") continue;
    const [a, b] = [light(rgba(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(`${node.className}: ${node.textContent.slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return bad;
}"""


@every_size
async def test_buttons_are_large_enough_for_a_thumb(tab, size):
    chat = await tab(size)
    for shape in ("thẻ", "danh sách"):
        await chat.ask(shape)
    sizes = await measure_targets(chat.page, "button.choice, button.chip, a.choice, .icon, summary")
    assert {name: side for name, side in sizes.items() if side < 40} == {}
    assert sizes


@every_size
async def test_a_product_page_needs_no_script(browser, size):
    async def product(_request: web.Request) -> web.Response:
        page = render_product(whole_card(), language="vi", chat_url="/?p=vai-thieu")
        return web.Response(text=page, content_type="text/html", headers=headers.for_page())

    house = House(Tray(), Settings(), extra=[web.get("/p/vai-thieu", product)])
    await house.start()
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{house.url}/p/vai-thieu")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Vải thiều Lục Ngạn")
    await expect(page.get_by_role("img", name="4 sao")).to_be_visible()
    assert round((await page.locator("main").bounding_box())["width"]) <= size[0]
    await page.get_by_role("link", name="Hỏi trong khung chat").click()
    assert page.url.endswith("/?p=vai-thieu")
    await house.stop()


@pytest.mark.parametrize("locale", ["vi-VN", "en-GB"])
async def test_the_head_of_the_page_is_one_line_high_on_a_phone(tab, locale: str):
    chat = await tab(PHONE, locale=locale)
    await chat.ask("thẻ")
    lines = "each => Math.round(each.clientHeight / parseFloat(getComputedStyle(each).lineHeight))"
    assert await chat.page.locator(".names h1").evaluate(lines) == 1
    await chat.page.locator("#languages summary").click()
    await expect(chat.page.get_by_role("button", name="English" if locale == "vi-VN" else "Tiếng Việt")).to_be_visible()
    assert await chat.fits()


async def type_size(page: Page) -> str:
    return await page.evaluate("getComputedStyle(document.documentElement).fontSize")


@every_size
async def test_larger_type_is_one_tap_is_remembered_and_fits(tab, size):
    chat = await tab(size)
    await chat.ask("thẻ")
    await chat.ask("danh sách")
    larger = chat.page.get_by_role("button", name="Chữ to")
    await expect(larger).to_have_attribute("aria-pressed", "false")
    await larger.click()
    await expect(larger).to_have_attribute("aria-pressed", "true")
    assert await type_size(chat.page) == "21px"
    assert await chat.fits()
    assert await measure_targets(chat.page, "header.top .quiet")
    later = await tab(size, context=chat.page.context)
    assert await type_size(later.page) == "21px"
    await later.page.context.add_init_script("delete window.localStorage")
    await later.page.reload()
    assert await type_size(later.page) == "21px"
    await later.page.get_by_role("button", name="Chữ to").click()
    assert await type_size(later.page) == "16px"
    await later.page.goto(f"{chat.house.url}/chat")
    assert await type_size(later.page) == "16px"


async def test_the_menu_is_worked_by_keyboard_and_closes_by_itself(tab, house: House):
    chat = await tab(PHONE)
    menu = chat.page.locator("#menu")
    opener = menu.locator("summary")
    await expect(opener).to_have_accessible_name("Menu")
    await opener.focus()
    await chat.page.keyboard.press("Enter")
    entries = menu.locator(".others > :not([hidden])")
    assert await entries.all_inner_texts() == [
        "Tìm sản phẩm",
        "Gửi ảnh nhãn",
        "Xem theo nhóm sản phẩm",
        "Gần tôi",
        "Hội chợ",
        "Đã xem",
        "Đang theo dõi",
        "Câu hỏi của tôi",
        "Hộp thư",
        "Cách dùng",
        "Ngôn ngữ",
        "Dữ liệu của tôi",
    ]
    assert await chat.fits()
    await chat.page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await expect(entries.first).to_be_hidden()
    await opener.press("Enter")
    await menu.get_by_role("button", name="Gần tôi").press("Enter")
    await expect(chat.said).to_contain_text("Gần tôi")
    await expect(chat.answers).to_have_count(1)
    assert str(house.tray.kept.popitem()[1].content.action) == "near"
    await expect(entries.first).to_be_hidden()
    await opener.click()
    await menu.get_by_role("link", name="Tìm sản phẩm").click()
    await expect(chat.box).to_be_focused()
    await opener.click()
    await chat.page.locator("#languages summary").click()
    await expect(entries.first).to_be_hidden()
    await chat.answers.first.click()
    await expect(chat.page.get_by_role("button", name="English")).to_be_hidden()
    await opener.click()
    async with chat.page.expect_file_chooser():
        await menu.get_by_role("button", name="Gửi ảnh nhãn").click()


# The browser's speech, spoken to nobody: what is said, in which voice, until *breathe* lets it end.
SPEECH = """
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voices = [];
  const listeners = [];
  window.spoken = [];
  window.cancelled = 0;
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices,
    speak: (said) => { window.spoken.push(said); },
    cancel: () => { window.cancelled += 1; },
    addEventListener: (what, heard) => listeners.push(heard),
  } });
  window.breathe = () => window.spoken[window.spoken.length - 1].onend();
  window.bring = (...langs) => {
    voices.push(...langs.map((lang) => ({ lang, localService: lang === "vi-VN" })));
    for (const each of listeners) each();
  };
"""


async def test_an_answer_is_read_aloud_from_its_first_lines_and_stops(tab):
    chat = await tab(PHONE)
    await chat.page.add_init_script(SPEECH)
    await chat.page.reload()
    answer = await chat.ask("thẻ")
    button = answer.get_by_role("button", name="Đọc to")
    await expect(button).to_be_hidden()
    await chat.page.evaluate("bring('en-US', 'vi_VN', 'vi-VN')")
    await button.press("Enter")
    stop = answer.get_by_role("button", name="Dừng đọc")
    await expect(stop).to_be_focused()
    for _ in range(3):
        await chat.page.evaluate("breathe()")
    said = await chat.page.evaluate("spoken.map((each) => [each.text, each.lang])")
    assert said == [
        ["Vải thiều Lục Ngạn", "vi-VN"],
        ["Còn hiệu lực đến 31/08/2027 (còn 280 ngày)", "vi-VN"],
        ["HTX Hồng Xuân", "vi-VN"],
        ["4 sao", "vi-VN"],
    ]
    await stop.press("Enter")
    await expect(button).to_be_focused()
    assert await chat.page.evaluate("cancelled") == 1
    await chat.page.evaluate("breathe()")
    assert await chat.page.evaluate("spoken.length") == 4
    other = await chat.ask("danh sách")
    await other.get_by_role("button", name="Đọc to").click()
    while await other.get_by_role("button", name="Dừng đọc").count():
        await chat.page.evaluate("breathe()")
    texts = await chat.page.evaluate("spoken.slice(4).map((each) => each.text)")
    assert texts[0] == "Danh sách, trang 1"
    assert texts[-1] == "Trang 1/3 · 15 sản phẩm"
    assert max(map(len, texts)) <= 180


async def test_where_the_browser_has_no_voice_nothing_offers_to_read(tab):
    chat = await tab()
    answer = await chat.ask("thẻ")
    await expect(answer.get_by_role("button", name="Đọc to")).to_be_hidden()
