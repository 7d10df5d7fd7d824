"""Pictures: chosen, dropped, pasted, made smaller, refused, sent again."""

import io

import pytest
import segno
from PIL import Image
from playwright.async_api import expect

from handlers.messages import Photo
from tests.browser.conftest import PHONE, SIZES
from tests.browser.stand import House

pytestmark = pytest.mark.asyncio(loop_scope="module")
every_size = pytest.mark.parametrize("size", list(SIZES), ids=SIZES.values())


def label(*, side: int = 0) -> bytes:
    """A picture of a label with a QR code; with *side* a noisy one that makes a large file."""
    drawn = io.BytesIO()
    segno.make("https://hoi.example/p/vai-thieu").save(drawn, kind="png", scale=8)
    picture = Image.open(drawn).convert("RGB")
    if side:
        noisy = Image.effect_noise((side, side), 90).convert("RGB")
        noisy.paste(picture, (50, 50))
        picture = noisy
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=95)
    return kept.getvalue()


@every_size
async def test_a_photo_is_sent_and_answered(tab, size, house):
    chat = await tab(size)
    picture = label()
    await chat.page.locator("#gallery-file").set_input_files(
        {"name": "nhan.jpg", "mimeType": "image/jpeg", "buffer": picture}
    )
    await expect(chat.answers).to_contain_text(f"Đã nhận ảnh {len(picture)} byte")
    await expect(chat.said.get_by_role("img", name="Ảnh bạn đã gửi")).to_be_visible()
    await expect(chat.said.locator(".state")).to_have_text("")
    assert await chat.fits()
    [incoming] = house.tray.kept.values()
    assert incoming.content == Photo(image=picture)


async def test_a_large_photo_is_made_smaller_before_it_travels(tab, house):
    chat = await tab(PHONE)
    picture = label(side=2400)
    assert len(picture) > 2_000_000
    await chat.page.locator("#camera-file").set_input_files(
        {"name": "nhan.jpg", "mimeType": "image/jpeg", "buffer": picture}
    )
    await expect(chat.answers).to_have_count(1)
    [incoming] = house.tray.kept.values()
    assert Image.open(io.BytesIO(incoming.content.image)).size == (1600, 1600)
    assert len(incoming.content.image) < len(picture)


async def test_a_picture_no_browser_can_open_is_sent_as_it_is(tab, house):
    chat = await tab()
    picture = b"\0\0\0\x18ftypheic" + b"\0" * 2_000_000
    await chat.page.locator("#gallery-file").set_input_files(
        {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": picture}
    )
    await expect(chat.answers).to_contain_text(f"{len(picture)} byte")
    await expect(chat.said).to_contain_text("IMG_1.HEIC")


DROP = """([event, name, type, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name, { type }));
    const made = event === "paste"
      ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
      : new DragEvent(event, { dataTransfer: data, bubbles: true, cancelable: true });
    document.body.dispatchEvent(made);
}"""


@pytest.mark.parametrize("event", ["drop", "paste"])
async def test_a_picture_can_be_dropped_and_pasted(tab, event):
    chat = await tab()
    if event == "drop":
        await chat.page.evaluate(DROP, ["dragenter", "a.png", "image/png", []])
        await expect(chat.page.get_by_text("Thả ảnh nhãn vào đây")).to_be_visible()
    await chat.page.evaluate(DROP, [event, "a.png", "image/png", list(label())])
    await expect(chat.answers).to_have_count(1)
    await expect(chat.page.get_by_text("Thả ảnh nhãn vào đây")).to_be_hidden()


async def test_what_is_no_picture_is_not_sent(tab, house):
    chat = await tab()
    await chat.page.evaluate(DROP, ["drop", "a.txt", "text/plain", [65]])
    await expect(chat.page.locator("#log")).to_contain_text("chỉ nhận ảnh")
    assert not house.tray.puts


async def test_an_empty_picture_is_refused_in_words(tab):
    chat = await tab()
    await chat.page.locator("#gallery-file").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b""})
    await expect(chat.said.locator(".state")).to_contain_text("Tệp ảnh rỗng")


async def test_a_photo_waits_for_the_server_too(tab, house: House):
    chat = await tab()
    await house.stop()
    await chat.page.locator("#gallery-file").set_input_files(
        {"name": "nhan.jpg", "mimeType": "image/jpeg", "buffer": label()}
    )
    await expect(chat.said.get_by_role("button", name="Gửi lại")).to_be_visible()
    await house.start()
    await expect(chat.answers).to_have_count(1, timeout=20000)
    assert len(house.tray.kept) == 1
