"""A language is one folder: the scripts get its words from the server, and its name stands in the menu."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.stand import House, a_list, answer_of, whole_card
from tests.browser.test_embed import CLASSIC, opened, site_with
from tests.pseudo import LANGUAGE, said_in, spoken, words_outside

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = ("chè bản ven", "mỳ gạo Lục Ngạn ở đâu bán")
DATA = (repr(whole_card()), repr(a_list(1)), *EXAMPLES, "thẻ danh sách ảnh mỳ", "Bạn đang ở đâu")


@pytest.fixture(autouse=True)
def language(tmp_path: Path) -> Iterator[None]:
    with spoken(tmp_path / "locale"):
        yield


async def said_on(page: Page) -> str:
    """All that the page says or would say, with what a script has put in."""
    return said_in(await page.content())


async def test_every_word_of_the_chat_is_the_languages(tab, house: House):
    chat = await tab(locale=LANGUAGE)
    await expect(chat.box).to_have_attribute("placeholder", "«Type a product's name…»")
    assert words_outside(await said_on(chat.page), DATA) == set()
    for words in ("thẻ", "danh sách"):
        await chat.ask(words)
    await expect(chat.page.get_by_label("«many|5 stars»").first).to_be_visible()
    await expect(chat.page.locator(".place")).to_have_text("«Page 1 of 3» · «many|15 products»")
    await chat.ask("ở đâu")
    await chat.page.get_by_role("button", name="«Send my location»").click()
    await expect(chat.page.get_by_text("«The browser does not give your location.")).to_be_visible()
    await chat.page.set_input_files("#gallery-file", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"})
    await expect(chat.page.get_by_text("«Only photos can be sent here")).to_be_visible()
    await chat.box.fill("mỳ")
    await expect(chat.page.locator("#told")).to_contain_text("use the arrow keys to choose»")
    await chat.page.locator("#menu summary").click()
    await chat.page.locator("#forget").click()
    await expect(chat.page.locator("#forgetting")).to_contain_text("«Remove this conversation from this browser?")
    assert words_outside(await said_on(chat.page), DATA) == set()


async def test_many_languages_open_like_a_menu(tab):
    chat = await tab(PHONE, locale=LANGUAGE)
    menu = chat.page.locator("#languages")
    await expect(menu.locator("summary")).to_have_accessible_name("«English»")
    assert await menu.locator("summary").inner_text() == LANGUAGE.upper()
    await menu.locator("summary").click()
    assert await menu.get_by_role("button").evaluate_all("all => all.map(each => each.value)") == [
        "vi",
        "en",
        "ko",
        "zh",
    ]
    assert await chat.fits()
    await menu.get_by_role("button", name="English", exact=True).click()
    await expect(chat.box).to_have_attribute("placeholder", "Type a product's name…")
    await expect(menu.get_by_role("button", name="Tiếng Việt")).to_be_hidden()
    await chat.page.reload()
    await expect(menu.locator("summary")).to_have_accessible_name("English")
    assert await chat.page.locator("html").get_attribute("lang") == "en"


async def test_without_scripts_the_menu_is_plain_buttons(browser: Browser, house: House):
    page = await browser.new_page(java_script_enabled=False, locale=LANGUAGE)
    await page.goto(house.url)
    await expect(page.get_by_text("«This page works without JavaScript too")).to_be_visible()
    await page.locator("#languages summary").click()
    await page.get_by_role("button", name="Tiếng Việt").click()
    await expect(page.get_by_role("heading", name="Bạn đang cầm sản phẩm nào?")).to_be_visible()
    await page.close()


async def test_the_button_on_another_site_speaks_its_language(browser: Browser):
    tag = f'<script>document.documentElement.lang = "{LANGUAGE}-Latn"</script>{CLASSIC}'
    async with site_with(tag) as (chats, address):
        page = await opened(browser, address)
        button = page.get_by_role("button", name="«Open the Hỏi OCOP chat»")
        await expect(button).to_have_text("«Ask OCOP»")
        await button.click()
        inside = page.frame_locator("iframe")
        await inside.get_by_role("combobox").fill("xin chào")
        await inside.get_by_role("combobox").press("Enter")
        incoming = await chats.tray.arrived.get()
        assert incoming.person.language == LANGUAGE
        await chats.say(incoming, answer_of(incoming))
        await expect(page.get_by_role("button", name="«Close the chat»")).to_be_visible()
        await page.close()
