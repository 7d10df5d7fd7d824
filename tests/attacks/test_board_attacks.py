"""Outsiders, and officers beyond their reach: each address and form of a filled board, on each database.

What is sent is found by walking through the board as the province sees it, so that a new page is attacked by itself.
"""

import re
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from aiohttp import ClientResponse

from bot.search_index import SearchIndex
from catalog.audit import AuditEntry, Deed, Doer
from catalog.model import ProductRow
from catalog.officers import OfficerRole
from catalog.places import Places
from catalog.store import open_store
from handlers.context import Context
from tests.board import HERE, BoardTown, OfficerBrowser, open_board
from tests.board_walk import SeenForm, SeenPage
from tests.browser.test_board import NoEyes
from tests.conftest import KEY, TODAY, add_shipped
from tests.filled_board import FilledBoard, fill

NOWHERE = "99998"
"""The code of no commune in which anything is made."""
OWN = {Deed.SIGNED_IN, Deed.SIGNED_OUT, Deed.LINK_MADE, Deed.SESSION_REVOKED}
"""What an officer may do about their own access, whoever's form they send."""
NASTY = {
    "NUL and control signs": "a\x00b\x1b[31m\x7f\u202e\u2028",
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}",
    "a header": "x\r\nSet-Cookie: hoi-ocop-board=stolen\r\nLocation: https://evil.example",
    "10,000 letters": "ă" * 10_000,
    "a formula": '=HYPERLINK("https://evil.example")',
    "another site": "https://evil.example//board",
    "a huge number": "9" * 400,
    "below zero": "-1",
}
pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(900)]


@pytest.fixture(params=["sqlite", "postgresql"])
def board_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the shipped catalogue."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('shipped_file'), tmp_path / 'board.db')}"
        return
    databases = request.getfixturevalue("databases")
    with databases.lend(template=databases.make_once("shipped", add_shipped)) as url:
        yield url


@pytest.fixture
async def filled(board_url: str) -> AsyncIterator[FilledBoard]:
    """A board with something on every page."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(board_url, keys=[KEY]))
        shelf = SearchIndex(store, Places.load_shipped())
        await shelf.refresh()

        async def stock(*rows: ProductRow) -> None:
            await store.import_rows(rows, who="test")
            await shelf.refresh()

        context = Context(
            store, shelf.index, NoEyes(), Places.load_shipped(), lambda: TODAY, public_url="http://ocop.test"
        )
        yield await fill(await stack.enter_async_context(open_board(context)), stock)


def changing(seen: Sequence[SeenPage]) -> list[SeenForm]:
    """Each form that changes something: once by where it goes and what is hidden in it."""
    found: dict[tuple[str, ...], SeenForm] = {}
    for form in (form for page in seen for form in page.forms if form.method == "POST" and not form.upload):
        hidden = [f"{name}={value}" for name, value in form.fields.items() if name not in form.written | {"form"}]
        found.setdefault((form.action, *hidden, *form.fields), form)
    # Whoever signs out, or ends this very session, goes no further.
    ending = ("/board/sign-out", "/board/sessions")
    return [each for each in found.values() if not each.action.startswith(ending)]


async def entries(town: BoardTown, name: str) -> list[AuditEntry]:
    """What the audit tells of the officer called *name*, but for their own access."""
    officers = await town.context.store.officers.list_all()
    numbers = {each.number for each in officers if each.name == name}
    told = [row.entry async for row in town.context.store.audit.every_row()]
    return [each for each in told if each.officer in numbers and each.deed not in OWN]


async def own_form(browser: OfficerBrowser) -> str:
    """The hidden field of this officer's own forms."""
    assert (await browser.opens("/board/sessions")).status == 200
    return browser.form


BEYOND = {
    "commune": (OfficerRole.COMMUNE, {"commune": NOWHERE}),
    "viewer": (OfficerRole.VIEWER, {"commune": NOWHERE}),
    "inspector": (OfficerRole.INSPECTOR, {"commune": NOWHERE}),
    "producer": (OfficerRole.PRODUCER, {"producer": "nobody"}),
}


@pytest.mark.parametrize("who", list(BEYOND))
async def test_no_form_of_others_does_anything_for_whom_it_is_not(filled: FilledBoard, who: str) -> None:
    """The attacker knows each address, number and hidden field, and has a form of their own to send it with."""
    town, (role, more) = filled.town, BEYOND[who]
    forms = changing(await filled.walk())
    assert len(forms) > 20
    browser = await town.signed_in(role, name="Kẻ tò mò", **more)
    form, before = await own_form(browser), await town.context.store.revision()
    for each in forms:
        data = {**each.fields, "reason": "thử", "form": form}
        response = await browser.client.post(each.action, data=data, allow_redirects=False)
        assert response.status < 500, (each.action, await response.text())
    assert await entries(town, "Kẻ tò mò") == []
    assert await town.context.store.revision() == before


@pytest.mark.parametrize("who", list(BEYOND))
async def test_no_address_shows_what_is_of_others(filled: FilledBoard, who: str) -> None:
    """Phones, lists, officers, corrections: what no public page shows, however its address is known.

    Producers are published by name, also those who are called as our officers are but for the last word.
    """
    (role, more), addresses = BEYOND[who], [each.url for each in await filled.walk()]
    browser = await filled.town.signed_in(role, name="Kẻ tò mò", **more)
    secrets = re.compile(r"\+?84912345671|0912 345 671|Danh sách đợt 1|Nguyễn Thị (?:[a-z]|Lan)|Trần Thị Lan")
    for url in addresses:
        response = await browser.client.get(url, allow_redirects=False)
        body = await response.read()
        assert response.status in {200, 303, 403, 404}, (url, response.status)
        if response.content_type == "text/html":
            assert secrets.search(body.decode()) is None, url
    exported = [each for each in await entries(filled.town, "Kẻ tò mò") if '"rows": 0' not in each.after]
    assert exported == []


async def test_no_field_of_any_form_breaks_anything(filled: FilledBoard) -> None:
    browser = filled.browser
    forms = changing(await filled.walk())
    form = await own_form(browser)
    for each in forms:
        every = each.fields.keys() - {"form"}
        # Once in what people write alone, where the rest lets it through, and once everywhere.
        for spoiled in {frozenset(every), frozenset(each.written & every)} - {frozenset()}:
            for value in NASTY.values():
                whole = value[: 100_000 // len(spoiled)]
                data = {**each.fields, **dict.fromkeys(spoiled, whole), "form": form}
                await _is_harmless(await browser.client.post(each.action, data=data, allow_redirects=False))
    assert (await browser.opens("/board")).status == 200
    for page in await filled.walk():
        assert "<script>alert" not in page.text, page.url


async def test_no_part_of_any_address_breaks_anything(filled: FilledBoard) -> None:
    browser, seen = filled.browser, dict[tuple[str, ...], str]()
    for page in await filled.walk():
        seen.setdefault(page.kind, page.url)
    for url in seen.values():
        for spoiled in {each for value in NASTY.values() for each in _spoil(url, value)}:
            await _is_harmless(await browser.client.get(spoiled, allow_redirects=False))


def _spoil(url: str, value: str) -> list[str]:
    """*url* with *value* in the place of each value of its query, and of each part that may be a name of something."""
    parts, query = urlsplit(url), parse_qsl(urlsplit(url).query, keep_blank_values=True)
    short = quote(value[:1000], safe="")
    found = [f"{parts.path}?{urlencode({**dict(query), name: value[:3000]})}" for name, _ in query]
    found += [
        f"{parts.path}?{urlencode(dict.fromkeys(('page', 'done', 'before', 'show', 'lang', 'as_of'), value[:900]))}"
    ]
    names = parts.path.split("/")
    found += ["/".join((*names[:place], short, *names[place + 1 :])) for place in range(3, len(names))]
    return found


async def _is_harmless(response: ClientResponse) -> None:
    """No fault of ours, no header but ours, no way to elsewhere, and nothing that a browser would run."""
    body, where = await response.read(), response.url
    assert response.status < 500, where
    assert "stolen" not in response.headers.get("Set-Cookie", ""), where
    leads = urlsplit(response.headers.get("Location", "/board"))
    assert leads.path.startswith("/board"), where
    assert leads.netloc == "", where
    if response.content_type == "text/html":
        assert b"<script>alert" not in body, where
        assert b"<img src=x" not in body, where


async def test_a_grant_that_ends_in_the_middle_opens_nothing_more(filled: FilledBoard) -> None:
    """Each address and each form, by somebody who has just opened them."""
    town = filled.town
    browser = await town.signed_in(OfficerRole.COMMUNE, name="Sắp nghỉ", commune=HERE)
    seen = await filled.walk(browser)
    form = await own_form(browser)
    (officer,) = [each for each in await town.context.store.officers.list_all() if each.name == "Sắp nghỉ"]
    done = await entries(town, "Sắp nghỉ")
    await town.context.store.officers.end_grant(officer.grants[0].number, by=Doer())
    for page in seen:
        assert (await browser.opens(page.url)).status == 403, page.url
    for each in changing(seen):
        response = await browser.client.post(each.action, data={**each.fields, "form": form}, allow_redirects=False)
        assert response.status == 403, each.action
    assert await entries(town, "Sắp nghỉ") == done
    await town.context.store.officers.end(officer.number, by=Doer())
    assert (await browser.opens("/board")).status == 401


async def test_what_no_text_can_be_is_answered_all_the_same(filled: FilledBoard) -> None:
    """Bytes that are no UTF-8, in the address, in cookies, in a form; a form too large, and one without a length."""
    browser = filled.browser
    form = await own_form(browser)
    for url in (
        "/board?page=%FF%FE",
        "/board/today/%FF",
        "/board/lists/%00",
        "/board/today/searches/alias?name=%ED%A0%80",
    ):
        assert (await browser.opens(url)).status < 500, url
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for each in changing(await filled.walk()):
        spoiled = "&".join(f"{quote(name)}=%ED%A0%80%00%FF" for name in each.fields if name != "form")
        response = await browser.client.post(
            each.action, data=f"form={form}&{spoiled}", headers=headers, allow_redirects=False
        )
        assert response.status < 500, each.action
        large = await browser.client.post(each.action, data={"form": form, "reason": "x" * 600_000})
        assert large.status == 413, each.action
