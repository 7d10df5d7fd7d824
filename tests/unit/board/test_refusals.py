"""What a page refuses becomes a page that says so, and changes nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.board import BoardPage, BoardVisit, Screen
from bot.board.pages import PAGES
from catalog.audit import AuditEntry, Deed
from catalog.errors import NotFound, StoreUnavailable
from catalog.model import Producer
from catalog.officers import Act, ActScope, OfficerRole, scope_of
from handlers.context import Context
from handlers.conversation import answer
from handlers.messages import Incoming, Text
from tests.board import HERE, THERE, BoardTown, open_board
from tests.conftest import Dialogue


async def _inspect(visit: BoardVisit) -> Screen:
    """Note an inspection in the commune that the address names."""
    commune = visit.request.match_info["commune"]
    visit.desk.require(ActScope(commune))
    done = visit.desk.doer.did(Deed.PROPOSED, f"commune {commune}")
    await visit.context.store.audit.record(done)
    return Screen("message.html", "inspected")


async def _fail(visit: BoardVisit) -> Screen:
    raise {"gone": NotFound, "away": StoreUnavailable}[visit.request.match_info["how"]]


@pytest.fixture
async def board(context: Context) -> AsyncIterator[BoardTown]:
    pages = (
        BoardPage.post("/board/inspect/{commune}", Act.INSPECT, _inspect),
        BoardPage.get("/board/fail/{how}", Act.SEE_BOARD, _fail),
    )
    async with open_board(context, pages=(*PAGES, *pages)) as town:
        yield town


async def test_an_officer_of_another_commune_may_not(board: BoardTown) -> None:
    browser = await board.signed_in(OfficerRole.COMMUNE, commune=HERE)
    await browser.opens("/board")
    form = browser.form
    assert (await browser.sends(f"/board/inspect/{HERE}", form=form)).status == 200
    assert (await browser.sends(f"/board/inspect/{THERE}", form=form)).status == 403
    assert "You may not do this" in browser.said
    subjects = [row.entry.subject async for row in board.context.store.audit.every_row()]
    assert f"commune {HERE}" in subjects
    assert f"commune {THERE}" not in subjects
    (row,) = [row async for row in board.context.store.audit.every_row() if row.entry.deed == Deed.PROPOSED]
    assert (row.entry.officer, row.entry.level) == (1, "commune")


async def test_an_old_unit_is_reached_by_its_commune_since(board: BoardTown) -> None:
    """A label of before July 2025 names a commune that is part of another one now."""
    browser = await board.signed_in(OfficerRole.COMMUNE, commune=HERE)
    old = Producer("m", "HTX", address="xã Bình Dương, huyện Gia Bình, tỉnh Bắc Ninh")
    scope = scope_of(old, board.context.places)
    await browser.opens("/board")
    assert (await browser.sends(f"/board/inspect/{scope.commune}")).status == 200


async def test_what_is_gone_and_a_database_that_is_away_are_told_in_words(board: BoardTown) -> None:
    browser = await board.signed_in()
    assert (await browser.opens("/board/fail/gone")).status == 404
    assert "not here (any more)" in browser.said
    assert (await browser.opens("/board/fail/away")).status == 503
    assert "What you sent was not kept" in browser.said


async def test_an_address_that_no_page_has_is_told_in_words(board: BoardTown) -> None:
    browser, stranger = await board.signed_in(), await board.browser(headers={"Accept-Language": "en"})
    for path in ("/board/nothing", "/board/lists/99999999999999999999", "/board/products/nem/edit/more"):
        assert (await browser.opens(path)).status == 404
        assert "This is not here (any more)" in browser.said
    assert (await stranger.opens("/board/nothing")).status == 404
    assert "This is not here (any more)" in stranger.said


async def test_an_entry_of_another_program_is_shown_as_it_is(board: BoardTown) -> None:
    browser = await board.signed_in()
    store = board.context.store
    await store.audit.record(AuditEntry(7, "robot", "of_a_newer_version", "thing 1", "not JSON", "[1]"))
    await browser.opens("/board/audit")
    assert "of_a_newer_version</strong>: thing 1" in browser.said
    assert "<del>not JSON</del> <ins>[1]</ins>" in browser.said


async def test_without_a_public_address_the_chat_gives_a_code(board: BoardTown, say: Dialogue) -> None:
    officer = await board.officer()
    await say(f"/banlamviec {await board.link(officer)}")
    here = replace(say._context, public_url="")
    answered = await answer(Incoming(say.person, Text("/banlamviec"), "9"), context=here, session=say.session)
    code = answered.reply.text.rpartition(": ")[2]
    browser = await board.browser()
    await browser.opens("/board/sign-in")
    assert (await browser.sends("/board/sign-in", code=code)).status == 303
