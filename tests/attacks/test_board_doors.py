"""What an outsider tries at the board's doors, and two officers at one form at once; on each database."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from bot.search_index import SearchIndex
from catalog.audit import Doer
from catalog.officers import OfficerRole
from catalog.places import Places
from catalog.store import open_store
from handlers.context import Context
from handlers.inquiries import notices
from tests.attacks.test_board_attacks import board_url  # noqa: F401 - a fixture
from tests.board import BoardTown, OfficerBrowser, open_board
from tests.browser.test_board import NoEyes
from tests.conftest import KEY, TODAY
from tests.unit.board.test_product_edits import SAID, typed

EVIL = "evil.example"
ADDRESS = "lan@bacninh.vn"
pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(300)]


@pytest.fixture
async def town(board_url: str) -> AsyncIterator[BoardTown]:  # noqa: F811 - the fixture
    """A board over the shipped catalogue, with mail."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(board_url, keys=[KEY]))
        shelf = SearchIndex(store, Places.load_shipped())
        await shelf.refresh()
        context = Context(store, shelf.index, NoEyes(), Places.load_shipped(), lambda: TODAY)
        context = replace(context, public_url="http://ocop.test", email_channel="post")
        yield await stack.enter_async_context(open_board(context, mail=True))


async def lan(town: BoardTown) -> None:
    officer = await town.officer()
    await town.context.store.officers.set_contact(officer.number, ADDRESS, by=Doer())


async def asks(browser: OfficerBrowser, email: str, **headers: str) -> str:
    """Ask for a link by mail; the whole answer."""
    await browser.opens("/board/sign-in", headers=headers)
    data = {"form": browser.form, "email": email}
    async with browser.client.post("/board/sign-in/mail", data=data, headers=headers) as response:
        assert response.status == 200
        return re.sub(r'value="[^"]*"', "", await response.text())


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "Forwarded"])
async def test_the_host_that_somebody_names_is_in_no_page_and_no_mail(town: BoardTown, name: str) -> None:
    """What is mailed leads to our own address, whatever the request called us."""
    await lan(town)
    headers = {name: f"host={EVIL}" if name == "Forwarded" else EVIL}
    browser = await town.browser()
    assert EVIL not in await asks(browser, ADDRESS, **headers)
    (notice,) = await town.context.store.outbox.lease(now=town.now + 1, limit=9)
    context = replace(town.context, now=lambda: town.now)
    mail = await notices.compose(notice, language="en", context=context)
    assert mail is not None
    assert "http://ocop.test/board/sign-in/" in mail.text
    assert EVIL not in mail.text
    province = await town.signed_in()
    for path in ("/board", "/board/labels", "/board/products", "/board/fairs", "/board/invitations", "/board/nowhere"):
        response = await province.opens(path, headers=headers)
        assert EVIL not in province.said, path
        assert EVIL not in response.headers.get("Location", ""), path


async def test_who_asks_for_a_link_does_not_learn_whose_an_address_is(town: BoardTown) -> None:
    """The answer is the same to the letter, and comes after the same pause, in which an officer's mail is begun."""
    await lan(town)
    said, clock = set(), asyncio.get_running_loop().time
    for email in (ADDRESS, "khong-ai@bacninh.vn"):
        begun = clock()
        said.add((await asks(await town.browser(), email)).replace(email, ""))
        assert clock() - begun >= town.limits.mail_pause
    assert len(said) == 1


async def test_of_two_officers_at_one_form_one_writes_and_the_other_loses_nothing(town: BoardTown) -> None:
    """Both press at the same moment; whoever comes second is shown what changed, and what they typed."""
    product = next(iter([each async for each in town.context.store.every_product()]))
    here = f"/board/products/{product.ref}/edit"
    officers = [await town.signed_in(OfficerRole.PROVINCE, name=name) for name in ("Lan", "Bình")]
    forms = []
    for browser in officers:
        await browser.opens(here)
        forms.append(typed(browser.said))
    words = ["Chợ của Lan", "Chợ của Bình"]
    sent = [
        browser.sends(here, **{**form, **SAID, "buy": said})
        for browser, form, said in zip(officers, forms, words, strict=True)
    ]
    statuses = [each.status for each in await asyncio.gather(*sent)]
    assert sorted(statuses) == [303, 409]
    second = statuses.index(max(statuses))
    assert words[second] in officers[second].said
    assert words[1 - second] in officers[second].said


ODD = {
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n--x--\r\n"),
    "no such charset": ("multipart/form-data; boundary=x; charset=klingon", b"--x\r\n\r\nx\r\n--x--\r\n"),
    "not closed": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="form"\r\n\r\n'),
    "headers that are none": ("multipart/form-data; boundary=x", b"--x\r\nnonsense\r\n\r\nx\r\n--x--\r\n"),
    "parts in a part": (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nx\r\n--y--\r\n--x--\r\n",
    ),
    "a transfer encoding that there is not": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="form"\r\nContent-Transfer-Encoding: rot13\r\n\r\nx\r\n--x--\r\n',
    ),
}
NAMES = ["", "a\x00b", "../../etc/passwd", "__proto__", "ă" * 5_000, "form[]", "file; filename=x", "\u202efile"]


@pytest.mark.parametrize("path", ["/board/lists", "/board/inspections", "/board/products/{ref}/pictures"])
async def test_odd_parts_of_a_form_break_no_page_that_takes_files(town: BoardTown, path: str) -> None:
    product = next(iter([each async for each in town.context.store.every_product()]))
    browser = await town.signed_in()
    await browser.opens("/board")
    form, where = browser.form, path.format(ref=product.ref)
    for told, (kind, body) in ODD.items():
        async with browser.client.post(where, data=body, headers={"Content-Type": kind}) as response:
            assert response.status < 500, (told, response.status)
    for name in [*NAMES, "source_detail", "producer", "file", "minutes"]:
        async with browser.client.post(where, data=posted(form, name), headers=KIND) as response:
            assert response.status < 500, (name[:20], response.status)
    assert (await browser.opens("/board")).status == 200


KIND = {"Content-Type": "multipart/form-data; boundary=x"}


def posted(form: str, name: str) -> bytes:
    """Our own form with one more part, called *name*."""
    head = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return "".join((head.format("form", form), head.format(name, "x\x00"), "--x--\r\n")).encode()
