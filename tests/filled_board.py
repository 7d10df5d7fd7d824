"""A board on which every page has something to show: work of each kind in two communes, lists, officers, targets."""

from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import FormData

from catalog.audit import Doer
from catalog.buyers.deals import BuyerRequest
from catalog.buyers.demand import Demand
from catalog.dates import PartialDate
from catalog.fairs.visits import FairLead, VisitKind
from catalog.inquiry import Address, Correction
from catalog.officers import OfficerRole
from catalog.ratings import HoldReason, Rating, RatingState
from catalog.recalls import Recall, RecallAdvice, RecallReason
from tests.board import HERE, BoardTown, OfficerBrowser
from tests.board_walk import SeenPage, read_page, walk
from tests.conftest import Stock
from tests.fairs import give_booth, hold
from tests.unit.board.test_lists_page import GIO, HEAD, NEM, settled, uploads, workbook
from tests.unit.board.today import DAY, asks, looks, looks_in_vain, thing

SOON, LONG_AGO = PartialDate(2023, 12, 4), PartialDate(2020, 1, 10)
CODE, NAME = "https://tem.example/abc", "Mắm tép chua"
LONG = "Mắm tép chua đặc biệt của làng nghề truyền thống bên sông Đuống, ủ ba năm trong chum sành"


@dataclass
class FilledBoard:
    """The board, the browser of the province officer who did what is done there, and where what it left is found."""

    town: BoardTown
    browser: OfficerBrowser
    left: list[str] = field(default_factory=list)
    seen: list[SeenPage] = field(default_factory=list)

    async def walk(self, browser: OfficerBrowser | None = None) -> list[SeenPage]:
        """Every page that this officer, or whoever else is signed in, gets to; one's own are walked through once."""
        if browser is not None:
            return await walk(self.town, browser, "/board")
        self.seen = self.seen or await walk(self.town, self.browser, "/board", *self.left)
        return self.seen

    async def press(self, url: str, action: str, **written: str) -> None:
        """Open *url*, send its first form that goes to *action*, and note where that leads."""
        browser = self.browser
        assert (await browser.opens(url)).status == 200, browser.said
        form = next(each for each in read_page(browser.said)[1] if each.method == "POST" and each.action == action)
        data = FormData({**form.fields, **written})
        if form.upload:
            data.add_field("minutes", b"%PDF-1.7 ", filename="bien-ban.pdf", content_type="application/pdf")
        response = await browser.client.post(action, data=data, allow_redirects=False)
        assert response.status == 303, await response.text()
        self.left.append(response.headers["Location"])


async def fill(board: BoardTown, stock: Stock) -> FilledBoard:
    """Fill the board with work, and do some of it."""
    await stock(
        *(thing(f"sap-het-{number:02}", decided=SOON) for number in range(25)),
        thing("het", decided=LONG_AGO),
        thing("o-kia", decided=SOON, at="there", name=LONG),
        thing("het-o-kia", decided=LONG_AGO, at="there"),
    )
    store, now = board.context.store, board.now
    for product in ("het", "het-o-kia"):
        await looks(store, product, people=4, at=now - DAY)
        found = await store.product(product)
        assert found is not None
        by = Address("zalo", f"chu-{product}")
        for what, new in (("website", f"https://{product}.example"), ("phones", '["+84912345679"]')):
            told = Correction(0, found.producer.id, product, what, "", new, by, now)
            await store.corrections.propose(told)
    await asks(store, "AAAA2345", "het", at=now - 5 * DAY)
    await asks(store, "BBBB2345", "het-o-kia", at=now - 4 * DAY)
    for number in range(24):
        await looks_in_vain(store, "code", f"{CODE}{number}")
        await looks_in_vain(store, "name", f"{NAME} {number}")
    await looks_in_vain(store, "code", CODE)
    await looks_in_vain(store, "name", LONG)
    for role in OfficerRole:
        await board.officer(role, name=f"Nguyễn Thị {role}")
    filled = FilledBoard(board, await board.signed_in(name="Trần Thị Lan"))
    await _work(filled)
    return filled


async def _work(filled: FilledBoard) -> None:
    """What leaves pages behind: lists in several states, something bound, a target."""
    browser = filled.browser
    await uploads(browser, workbook(HEAD, NEM, GIO), "Danh sách đợt 1 năm 2026 của huyện.xlsx")
    imported = await uploads(browser, workbook(HEAD, NEM), "ds.xlsx")
    await filled.press(imported, f"{imported}/import")
    await settled(browser, imported)
    await uploads(browser, b"no workbook", "hong.xlsx")
    bound, named = "/board/today/codes/bind", "/board/today/searches/alias"
    await filled.press(f"{bound}?code={CODE}&product=het", bound)
    await filled.press(f"{named}?name={NAME}&q=tuong", named)
    target = {
        "measure": "products",
        "area": "province",
        "least": "900",
        "until": "2030",
        "plan": "KH 9",
        "source": "Sở",
    }
    await filled.press("/board/programme/targets", "/board/programme/targets", **target)
    shop, unit = "/board/sale-points/new", filled.town.context.places.communes()[0]
    told = {"name": LONG, "commune": unit.code, "hours": "7h-19h", "products": "het", "source": LONG}
    await filled.press(shop, shop, **told)
    await _papers(filled)
    store = filled.town.context.store
    fair = await hold(store)
    await give_booth(store, fair, "A1", holder=LONG)
    product = await store.product("het")
    assert product is not None
    await give_booth(store, fair, "A2", producer=product.producer.id)
    booth, guest = next(each for each in await store.fairs.booths(fair.key) if each.code == "A2"), Address("web", "an")
    for kind in (VisitKind.VISIT, VisitKind.QUOTE):
        await store.fair_visits.note(fair.key, booth.number, kind, guest, day=fair.starts, at=5.0)
    await _count_gate(filled)
    wanted = BuyerRequest(Address("web", "mua"), Demand(LONG), filled.town.now, fair=fair.key)
    request = await store.buyers.open(wanted, most=5)
    assert request is not None
    maker = product.producer.id
    await store.buyers.ask(request, "het", maker, at=filled.town.now, most=5, tell=lambda _: [])
    filled.left.append("/board/buyers/supply?q=het")
    for state in RatingState:
        said = Rating(Address("web", state), "het", 1, LONG, at=5.0, state=state, holds=(HoldReason.LINK,))
        await store.ratings.give(said)
    filled.left += ["/board/ratings?pile=shown", "/board/ratings?pile=hidden"]
    lead = FairLead("AAAA2345", fair.key, booth.number, product.producer.id, VisitKind.QUOTE, 5.0)
    await store.fair_visits.note_lead(lead)


async def _count_gate(filled: FilledBoard) -> None:
    """A fair that runs, what its gate counted, and a count that can be taken back."""
    today = filled.town.context.today()
    begun, ends = today - timedelta(days=2), today + timedelta(days=1)
    fair = await hold(filled.town.context.store, key="dang-mo", name=LONG, starts=begun, ends=ends)
    here = f"/board/fairs/{fair.key}"
    counted = {f"people-{begun}": "1.200", "source": LONG}
    await filled.press(here, f"{here}/gate", **counted)


async def _papers(filled: FilledBoard) -> None:
    """A withdrawal and a recall that wait, an inspection with its minutes, a commune's report, a round."""
    product = await filled.town.context.store.product("het")
    assert product is not None
    path, inspection = f"/board/certificates/{product.ref}", "/board/inspections/new"
    withdrawal = {"decision": "55/QĐ-UBND", "date": "20/11/2026", "reason": "food-safety", "sure": "1"}
    await filled.press(f"{path}/new?kind=withdrawn", f"{path}/withdraw", **withdrawal)
    recall = {"part": "some", "lots": f"L12, {LONG[:50]}", "reason": "spoiled", "advice": "return", "note": LONG}
    await filled.press(f"/board/recalls/new?product={product.ref}", "/board/recalls/new", **recall, sure="1")
    store, maker = filled.town.context.store, product.producer
    begun = Recall(
        product.id, RecallReason.WRONG_LABEL, RecallAdvice.KEEP_AND_ASK, note=LONG, producer_id=maker.id, commune=HERE
    )
    await store.recalls.carry_out(store.recalls.beginning(begun, by=Doer(), at=filled.town.now))
    told = {
        "day": "20/11/2026", "level": "joint", "team": "Nguyễn Thị Lan", "judged-label": "wrong",
        "said-label": LONG, "outcome": "to-mend", "mend_by": "28/11/2026", "note": LONG,
    }  # fmt: skip
    await filled.press(f"{inspection}?producer={product.ref}", inspection, **told)
    reports, rounds = "/board/dossiers/new", "/board/rounds"
    await filled.press(f"{reports}?product={product.ref}", reports, remark=LONG)
    opened = {"name": "Đợt 1 năm 2026", "year": "2026", "decision": "10/QĐ-UBND"}
    await filled.press(rounds, rounds, **opened)
    await filled.press(f"{rounds}/1?q=tuong", f"{rounds}/1/add")
    await filled.press(f"{rounds}/1", f"{rounds}/1/sums", **{"sum-products": "27", "source": "Báo Bắc Ninh"})
