"""What the tests of inquiries on the board ask, and what happens of it."""

import re
from dataclasses import replace

from catalog.dates import PartialDate
from catalog.inquiry import Address, Inquiry, Kind, Member, Notice, Role, State
from handlers.inquiries import notice_policy
from handlers.messages import Reply
from handlers.plain import as_text
from tests.board import BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.today import DAY, thing

LONG_AGO = PartialDate(2020, 1, 10)
LAN = Address("web", "khach-lan")
BA, TU = Address("zalo", "ba"), Address("telegram", "202")
WORDS = "Tương này có cay không ạ?"


async def fill_town(board: BoardTown, stock: Stock) -> BoardTown:
    """Two products in two communes; Ba answers for the first, Tư for the second."""
    await stock(thing("a", decided=LONG_AGO), thing("b", decided=LONG_AGO, at="there"))
    for key, who in (("a", BA), ("b", TU)):
        product = await board.context.store.product(key)
        assert product is not None
        await board.context.store.members.join(
            Member(who, Role.PRODUCER, product.producer.id, name="Cô Ba"), at=board.now
        )
    return board


async def asked(
    town: BoardTown, ref: str, product: str = "a", *, days: float = 3.0, kind: Kind = Kind.QUESTION, text: str = WORDS
) -> Inquiry:
    found = await town.context.store.product(product)
    assert found is not None
    at = town.now - days * DAY
    inquiry = Inquiry(
        ref, found.id, found.producer.id, LAN, kind, State.SENT, at, at, "Trần Kín", "+84987654321", language="vi"
    )
    assert await town.context.store.inquiries.open(inquiry, text=text, link=f"l-{ref}")
    return inquiry


async def held(town: BoardTown, ref: str) -> Inquiry:
    found = await town.context.store.inquiries.by_ref(ref)
    assert found is not None
    return found


def mark(browser: OfficerBrowser) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', browser.said)
    assert found, browser.said
    return found[1]


async def acts(browser: OfficerBrowser, ref: str, act: str, text: str = "", **fields: str) -> int:
    """Open the page and send one of its forms."""
    assert (await browser.opens(f"/board/inquiries/{ref}")).status == 200
    sent = {"act": act, "text": text, "seen": mark(browser), **fields}
    return (await browser.sends(f"/board/inquiries/{ref}/act", **sent)).status


async def told(town: BoardTown, to: Address) -> list[str]:
    """What the outbox tells somebody now, in words."""
    return [as_text(said) for each in await due(town) if each.to == to and (said := await composed(town, each))]


async def composed(town: BoardTown, notice: Notice) -> Reply | None:
    prepared = await notice_policy.prepare(notice, context=replace(town.context, now=lambda: town.now))
    return prepared if isinstance(prepared, Reply) else None


async def due(town: BoardTown) -> list[Notice]:
    """Every notice that was due so far."""
    found: list[Notice] = town.__dict__.setdefault("leased", [])
    found += await town.context.store.outbox.lease(now=town.now, limit=99)
    return found


async def deeds(town: BoardTown, ref: str) -> list[tuple[str, str]]:
    rows = [row.entry async for row in town.context.store.audit.every_row()]
    return [(each.deed, each.level) for each in rows if each.subject == f"inquiry {ref}"]
