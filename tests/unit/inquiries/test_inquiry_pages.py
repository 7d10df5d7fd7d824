"""The web ends: by a secret address, without a script, each form once."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channel import WindowClosed
from bot.inquiry_pages import InquiryPages
from catalog.dates import PartialDate
from handlers.actions import Verb
from handlers.inquiries import notices, pages
from handlers.messages import Photo
from handlers.phrases import speech
from tests.pictures import photo_of
from tests.stands.forms import MALFORMED
from tests.town import HOUR, Town, number_in, product
from tests.unit.inquiries.conftest import Folk

say = speech("vi")
Browser = TestClient[web.Request, web.Application]


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    app = web.Application()
    app.add_routes(InquiryPages(town.context).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


def form_in(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found is not None
    return found[1]


async def shown(browser: Browser, path: str) -> str:
    async with browser.get(path) as response:
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "script" not in response.headers["Content-Security-Policy"].replace("default-src 'none'", "")
        assert "form-action 'self'" in response.headers["Content-Security-Policy"]
        page = await response.text()
    assert "<script" not in page
    return page


async def sent(browser: Browser, path: str, **fields: str) -> tuple[int, str]:
    async with browser.post(path, data=fields) as response:
        return response.status, await response.text()


async def test_a_consumer_reads_and_adds(town: Town, folk: Folk, browser: Browser) -> None:
    ref = await folk.lan.asks("Nem <b>chua</b> để được bao lâu?")
    path = f"/q/{town.store.inquiries.link_of(ref)}"
    page = await shown(browser, path)
    assert f"#{ref} · Câu hỏi · Nem chua 1 · đã gửi" in page
    assert "Nem &lt;b&gt;chua&lt;/b&gt; để được bao lâu?" in page
    await town.post()
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    page = await shown(browser, path)
    assert say("Please tell us a little more, so that we can answer well.") in page
    form = form_in(page)
    for _ in range(3):
        status, page = await sent(browser, path, text="Trong tủ lạnh", form=form)
        assert status == 200
        assert f"Đã thêm vào #{ref} và chuyển đi." in page
    await town.post()
    assert sum("Trong tủ lạnh" in each for each in folk.ba.heard) == 1
    status, page = await sent(browser, path, text=" ", form="other")
    assert say("Please write a little more, so that the producer understands.") in page
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    assert len(held.messages) == 3


async def test_an_answer_is_readable_at_once_while_the_window_is_closed(
    town: Town, folk: Folk, browser: Browser
) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    town.lines["zalo"].troubles = [WindowClosed("closed")]
    await folk.ba.does(Verb.REPLY, ref)
    await folk.ba("Một tuần")
    await town.post()
    assert "Một tuần" in await shown(browser, f"/q/{town.store.inquiries.link_of(ref)}")


@pytest.mark.parametrize("path", ["/q/nothing", "/a/nothing", "/f/nothing", "/q/%F0%9F%92%A9", "/a/" + "x" * 900])
async def test_what_nobody_gave_out_opens_nothing(browser: Browser, path: str) -> None:
    async with browser.get(path) as response:
        assert response.status == 404
        assert "Trang này không còn nữa." in await response.text()
    if not path.startswith("/f/"):
        assert (await sent(browser, path, text="x", form="y"))[0] == 404


async def mailed(town: Town, folk: Folk, words: str = "Có bán sỉ không?") -> tuple[str, str]:
    """The second maker has no messenger but an e-mail address; the reference and the path of the link in the mail."""
    later = PartialDate(2026, 1, 1)
    await town.store.import_rows([replace(product(3, maker=2), email="nem2@example.vn", as_of=later)], who="test")
    ref = await folk.lan.asks(words, product="nem-3")
    await town.post()
    (said,) = town.lines["mail"].said
    assert said.person.address == "nem2@example.vn"
    assert said.reply.choices == ()
    assert f"#{ref} · Câu hỏi · Nem chua 3" in said.reply.text
    return ref, "/a/" + said.reply.text.partition("https://ocop.test/a/")[2].split()[0]


async def test_a_producer_answers_a_mail_on_the_web(town: Town, folk: Folk, browser: Browser) -> None:
    ref, path = await mailed(town, folk)
    page = await shown(browser, path)
    assert "Có bán sỉ không?" in page
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    assert held.state == "delivered", "a mail program that looks at links has read nothing"
    form = form_in(page)
    for _ in range(2):
        status, page = await sent(browser, path, text="Có, từ 50 hộp", form=form)
        assert status == 200
        assert say("Your answer to #{ref} is on its way.", ref=ref) in page
    await town.post()
    assert sum("“Có, từ 50 hộp”" in each for each in folk.lan.heard) == 1
    await folk.lan.does(Verb.CLOSE, ref)
    assert "<textarea" not in await shown(browser, path)
    assert f"#{ref} đã kết thúc" in (await sent(browser, path, text="Thêm", form="z"))[1]


async def test_a_link_dies_with_the_address_it_was_sent_to(town: Town, folk: Folk, browser: Browser) -> None:
    ref, path = await mailed(town, folk)
    later = PartialDate(2026, 6, 1)
    await town.store.import_rows([replace(product(3, maker=2), email="new@example.vn", as_of=later)], who="test")
    async with browser.get(path) as response:
        assert response.status == 404
    assert await pages.by_proof(town.store.sign(f"photo {ref}"), context=town.context) is None


async def test_without_a_public_address_a_mail_says_what_to_do(town: Town, folk: Folk) -> None:
    ref, _ = await mailed(town, folk)
    context = replace(town.context, public_url="")
    notice = replace((await town.store.outbox.lease(now=town.now + 99 * HOUR, limit=9))[0])
    said = await notices.compose(notice, language="vi", context=context)
    assert said is not None
    assert ref in said.text
    assert "http" not in said.text


async def test_the_photo_of_a_complaint(town: Town, folk: Folk, browser: Browser) -> None:
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    await folk.lan(Photo(photo_of("x"), caption="Hàng bị mốc"))
    ref = number_in(await folk.lan.tap("Gửi"))
    await town.post()
    path = folk.ba.last.partition("https://ocop.test")[2].split()[0]
    async with browser.get(path) as response:
        assert response.status == 200
        assert response.content_type == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert await response.read() == await town.store.inquiries.photo(ref)
    await folk.lan.does(Verb.ERASE, "yes")
    async with browser.get(path) as response:
        assert response.status == 404


async def test_strange_forms(town: Town, folk: Folk, browser: Browser) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    path = f"/q/{town.store.inquiries.link_of(ref)}"
    assert (await sent(browser, path, text="x"))[0] == 400
    assert (await sent(browser, path, form="x"))[0] == 400
    assert (await sent(browser, path, text="x" * 70_000, form="x"))[0] == 413
    async with browser.post(path, data=_stream()) as response:
        assert response.status == 413
    for kind, body in MALFORMED:
        async with browser.post(path, data=body, headers={"Content-Type": kind}) as response:
            assert (kind, response.status) == (kind, 400)


async def _stream() -> AsyncIterator[bytes]:
    yield b"text=x&form=y"
