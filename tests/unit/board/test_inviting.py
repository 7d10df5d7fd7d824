"""A producer whom no messenger reaches is invited from the page "Today"."""

import re

from catalog.audit import Deed
from catalog.dates import PartialDate
from catalog.inquiry import Address, Member
from catalog.officers import OfficerRole
from tests.board import BoardTown
from tests.conftest import Stock
from tests.unit.board.today import thing

INVITE = "/board/today/unreached/invite"


async def test_a_producer_is_invited_by_a_code_that_lets_them_in(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=PartialDate(2020, 1, 10)), thing("b", decided=PartialDate(2020, 1, 10), at="there"))
    store = board.context.store
    mine, other = [each.producer.id for each in await store.products(["a", "b"])]
    browser = await board.signed_in(OfficerRole.COMMUNE)
    await browser.opens("/board/today/unreached")
    assert f'name="producer" value="{mine}"' in browser.said
    form = browser.form
    assert (await browser.sends(INVITE, form=form, producer=mine)).status == 200
    code = re.search(r"/join ([A-Z2-9]{12})", browser.said)
    assert code, browser.said
    assert f"https://ocop.test/?j={code[1]}" in browser.said
    joined = await store.members.enter(code[1], who=Address("zalo", "ba"), name="", language="vi", now=board.now)
    assert isinstance(joined, Member)
    assert joined.producer_id == mine
    for wrong, status in ((other, 403), ("nobody", 404), ("", 404)):
        assert (await browser.sends(INVITE, form=form, producer=wrong)).status == status
    entries = [row.entry async for row in store.audit.every_row()]
    told = [(each.level, each.subject) for each in entries if each.deed == Deed.PRODUCER_INVITED]
    assert told == [("commune", f"producer {mine}")]
