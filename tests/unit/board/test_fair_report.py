"""The report of a fair: its figures, beside the fair before, with their rows; as Excel and PDF; sales noted."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from catalog.audit import Deed
from catalog.buyers.deals import BuyerRequest, DealAnswer, DealSide, DealState, KeptAnswer
from catalog.buyers.demand import Demand, Quantity
from catalog.fairs.visits import FairLead, VisitKind
from catalog.inquiry import Address
from catalog.officers import OfficerRole
from tests.board import BoardTown
from tests.conftest import TODAY
from tests.fairs import SPRING, give_booth, hold

PAGE = f"/board/fairs/{SPRING.key}/report"


@pytest.fixture
async def fair(board: BoardTown) -> BoardTown:
    """A fair with three visits, a lead, and one before it."""
    store = board.context.store
    year = timedelta(days=300)
    before = replace(
        SPRING, key="truoc-2026", name="Hội chợ trước", starts=SPRING.starts - year, ends=SPRING.ends - year
    )
    await hold(store, before, codes=())
    fair = await hold(store)
    ((maker, _), *_) = await store.producers_named("ptk")
    await give_booth(store, fair, "A1", producer=maker)
    first = (await store.fairs.booths(fair.key))[0].number
    for who, day in (("an", 0), ("lan", 0), ("an", 1)):
        at = 1000.0 * day
        when = SPRING.starts + timedelta(days=day)
        await store.fair_visits.note(fair.key, first, VisitKind.VISIT, Address("zalo", who), day=when, at=at)
    await store.fair_visits.note(fair.key, first, VisitKind.QUOTE, Address("zalo", "an"), day=SPRING.starts, at=5.0)
    await store.fair_visits.note_lead(FairLead("AAAA2222", fair.key, first, maker, VisitKind.QUOTE, 5.0))
    await store.fair_visits.note(
        "truoc-2026", 99, VisitKind.VISIT, Address("zalo", "an"), day=SPRING.starts - year, at=5.0
    )
    return board


def figure(page: str, name: str) -> list[str]:
    """The cells of a line of the figures."""
    row = page.partition(f">{name}</th>")[2].partition("</tr>")[0]
    cells = (cell.partition(">")[2] for cell in row.split("<td")[1:])
    return [cell.partition("</td>")[0].replace("</a>", "").rpartition(">")[2] for cell in cells]


async def test_figures_stand_beside_those_of_the_fair_before(fair: BoardTown) -> None:
    lan = await fair.signed_in(OfficerRole.VIEWER)
    await lan.opens(PAGE)
    assert figure(lan.said, "Visits") == ["3", "1"]
    assert figure(lan.said, "Revenue (đ)") == ["–", "–"], "nobody said what was sold"
    assert figure(lan.said, "Asked for a quote") == ["1", "0"]
    assert figure(lan.said, "01/03/2027")[:2] == ["2", "1"]
    assert f'href="{PAGE}/leads?of=quote"' in lan.said
    await lan.opens(f"{PAGE}/leads?of=quote")
    assert "#AAAA2222" in lan.said
    for of in ("wholesale", "answered"):
        await lan.opens(f"{PAGE}/leads?of={of}")
        assert "No lead is like that." in lan.said
    await lan.opens(f"{PAGE}/leads")
    assert "not answered" in lan.said
    assert "Note what a producer sold" not in lan.said


async def test_a_figure_of_visits_opens_counts_by_booth_and_day_and_no_single_row(fair: BoardTown) -> None:
    lan = await fair.signed_in(OfficerRole.VIEWER)
    await lan.opens(PAGE)
    assert f'href="{PAGE}/visits?of=visit"' in lan.said
    await lan.opens(f"{PAGE}/visits?of=visit")
    rows = [row.split("</td>") for row in lan.said.partition("<tbody>")[2].split("<tr>") if "A1" in row]
    assert [cell.rpartition(">")[2] for cell in rows[0][:3]] == ["2", "1", "3"]
    await lan.opens(f"{PAGE}/visits?of=visit&check=1")
    assert "Every row of the visits fits the one before." in lan.said
    await lan.opens(f"{PAGE}/visits?of=remind")
    assert "Nobody has been counted yet." in lan.said


async def test_what_was_sold_is_noted_by_the_organiser(fair: BoardTown) -> None:
    lan = await fair.signed_in(OfficerRole.ORGANISER)
    await lan.opens(PAGE)
    ((maker, _), *_) = await fair.context.store.producers_named("ptk")
    assert (await lan.sends(f"{PAGE}/sales", producer=maker, total="nhiều")).status == 422
    assert (await lan.sends(f"{PAGE}/sales", producer=maker, total="5 triệu", ocop="8 triệu")).status == 422
    assert 'value="8 triệu"' in lan.said
    assert (await lan.sends(f"{PAGE}/sales", producer="nobody", total="5")).status == 404
    await lan.opens(PAGE)
    await lan.sends(f"{PAGE}/sales", producer=maker, total="25 triệu", ocop="18.000.000")
    await lan.opens(PAGE)
    assert figure(lan.said, "Revenue (đ)") == ["25.000.000", "–"]
    assert figure(lan.said, "Of it OCOP products (đ)") == ["18.000.000", "–"]
    told = [row.entry.deed async for row in fair.context.store.audit.every_row()]
    assert told[-1] == Deed.FAIR_SALE_NOTED


async def test_the_files_hold_the_same(fair: BoardTown) -> None:
    lan = await fair.signed_in()
    response = await lan.client.get(f"{PAGE}/file.xlsx")
    workbook = load_workbook(BytesIO(await response.read()))
    assert workbook.sheetnames[1:] == ["Figures", "By day", "Best booths by visits", "All booths"]
    rows = list(workbook["Figures"].iter_rows(values_only=True))
    assert rows[0] == ("Figure", "This fair", "Hội chợ trước")
    assert ("Visits", 3, 1) in rows
    assert list(workbook["By day"].iter_rows(values_only=True))[1] == ("01/03/2027", 2, 1, 1)
    assert len(workbook["By day"]._charts) == 1
    pdf = await lan.client.get(f"{PAGE}/file.pdf")
    assert (await pdf.read()).startswith(b"%PDF")
    assert (await lan.client.get(f"{PAGE}/file.exe")).status == 404


async def test_what_the_papers_tell_of_a_fair_can_be_told(fair: BoardTown) -> None:
    """Days, booths, products, visits, revenue of all and of OCOP, the best booths also of guests, the best sellers."""
    lan, store = await fair.signed_in(), fair.context.store
    for code, holder in (("A2", "Gian Thái Lan"), ("A3", "Huyện Vân Đồn")):
        await give_booth(store, await store.fairs.by_key(SPRING.key), code, holder=holder)
    await lan.opens(PAGE)
    ((maker, _), *_) = await store.producers_named("ptk")
    guests = {each.holder: f"booth:{each.number}" for each in await store.fairs.booths(SPRING.key) if each.holder}
    sold = ((maker, "760 triệu", "Nước mắm"), (guests["Gian Thái Lan"], "420 triệu", ""))
    for seller, total, best in sold:
        assert (await lan.sends(f"{PAGE}/sales", producer=seller, total=total, best=best)).status == 303
        await lan.opens(PAGE)
    assert figure(lan.said, "Days") == ["5", "5"]
    assert figure(lan.said, "Booths taken") == ["3", "0"]
    assert int(figure(lan.said, "Products shown")[0]) == len(await store.of_producer(maker))
    assert figure(lan.said, "Revenue (đ)") == ["1.180.000.000", "–"]
    assert "sold best: Nước mắm" in lan.said
    workbook = load_workbook(BytesIO(await (await lan.client.get(f"{PAGE}/file.xlsx")).read()))
    best = list(workbook["Best booths by revenue"].iter_rows(values_only=True))[1:]
    assert [each[1] for each in best] == [760_000_000, 420_000_000]
    assert "Thái Lan" in str(best[1][0])


async def test_each_figure_opens_its_rows(fair: BoardTown) -> None:
    store, maker = fair.context.store, (await fair.context.store.producers_named("ptk"))[0][0]
    product = (await store.of_producer(maker))[0]
    wanted = Demand("vải", Quantity(2000, "kg"), frozenset({6}))
    for place in range(2):
        asked = BuyerRequest(Address("zalo", f"mua-{place}"), wanted, 5.0, name="Cửa hàng Hoa", fair=SPRING.key)
        request = await store.buyers.open(asked, most=5)
        assert request is not None
        deal = await store.buyers.ask(request, product.id, maker, at=6.0, most=9, tell=lambda _: ())
        assert deal is not None
        agreed = await store.buyers.move(deal, DealState.AGREED, at=7.0)
    assert agreed is not None
    signed = await store.buyers.move(agreed, DealState.SIGNED, at=8.0)
    assert signed is not None
    await store.buyers.note_answer(DealAnswer(signed.number, 30, DealSide.BUYER, KeptAnswer.YES, 9.0))
    province = await fair.signed_in()
    await province.opens(PAGE)
    opened = re.findall(rf'<a href="({re.escape(PAGE)}/rows\?of=(\w+))">([\d.]+)</a>', province.said)
    assert [(of, number) for _, of, number in opened][2:] == [
        ("requests", "2"), ("agreed", "2"), ("signed", "1"), ("kept", "1"),
    ]  # fmt: skip
    for path, of, number in opened:
        await province.opens(path)
        assert province.said.count('<th scope="row"') == min(int(number), 50), of
        assert "Cửa hàng Hoa" not in province.said
    assert "2 tonnes, months 6" in province.said
    viewer = await fair.signed_in(OfficerRole.VIEWER)
    await viewer.opens(f"{PAGE}/rows?of=signed")
    assert product.name in viewer.said
    assert "2 tonnes" not in viewer.said, "how much is for whoever may phone the producer"


async def test_a_count_that_was_touched_is_told(fair: BoardTown) -> None:
    lan = await fair.signed_in()
    await lan.opens(f"{PAGE}?check=1")
    assert "Every row of the visits fits the one before." in lan.said
    async with fair.context.store._engine.begin() as connection:
        await connection.execute(
            text("DELETE FROM booth_visits WHERE place = 2 AND fair = :fair"), {"fair": SPRING.key}
        )
    await lan.opens(f"{PAGE}?check=1")
    assert "The counts of visits are not whole: row 2 was touched." in lan.said


@pytest.fixture
async def gate(board: BoardTown) -> str:
    """A fair that began yesterday, with a visit on that day; its page."""
    begun = TODAY - timedelta(days=1)
    fair = await hold(board.context.store, key="cong-2026", starts=begun, ends=TODAY + timedelta(days=3))
    await board.context.store.fair_visits.note(fair.key, 1, VisitKind.VISIT, Address("zalo", "an"), day=begun, at=5.0)
    return f"/board/fairs/{fair.key}"


BEGUN = TODAY - timedelta(days=1)
FIRST, SHOWN = f"people-{BEGUN}", BEGUN.strftime("%d/%m/%Y")


async def test_what_the_gate_counted_stands_apart_from_visits(board: BoardTown, gate: str) -> None:
    lan = await board.signed_in(OfficerRole.ORGANISER)
    await lan.opens(gate)
    assert lan.said.count('name="people-') == 3, "yesterday, today, all days; no day to come"
    assert (await lan.sends(f"{gate}/gate", **{FIRST: "nhiều", "source": "vé"})).status == 422
    assert ('value="nhiều"' in lan.said, 'value="vé"' in lan.said) == (True, True)
    assert (await lan.sends(f"{gate}/gate", **{FIRST: "1.200"})).status == 422
    assert "Say who counted, and how" in lan.said
    assert (await lan.sends(f"{gate}/gate", **{FIRST: "1.200", "source": "Vé cổng 1"})).status == 303
    await lan.opens(f"{gate}?done=gate")
    assert 'value="1.200"' in lan.said
    await lan.opens(f"{gate}/report")
    assert figure(lan.said, "Visitors counted at the gate") == ["1.200"]
    assert figure(lan.said, "Visits") == ["1"], "visits stay what they are"
    assert figure(lan.said, SHOWN)[:3] == ["1", "0", "1.200"]
    assert lan.said.count("Vé cổng 1") == 1
    workbook = load_workbook(BytesIO(await (await lan.client.get(f"{gate}/report/file.xlsx")).read()))
    assert ("Visitors counted at the gate", 1200) in [each[:2] for each in workbook["Figures"].values]
    assert list(workbook["By day"].values)[1] == (SHOWN, 1, 0, 1200)
    # What this form did not change stays, whoever typed it meanwhile.
    await lan.opens(gate)
    kept = {f"was-{BEGUN}": "1.100", FIRST: "1.100", "people-all": "5.400", "source": "Ban tổ chức"}
    assert (await lan.sends(f"{gate}/gate", **kept)).status == 303
    await lan.opens(f"{gate}/report")
    assert figure(lan.said, "Visitors counted at the gate") == ["5.400"]
    assert figure(lan.said, SHOWN)[2] == "1.200"


async def test_a_count_at_the_gate_is_taken_back_and_stands_in_the_audit(board: BoardTown, gate: str) -> None:
    lan = await board.signed_in(OfficerRole.ORGANISER)
    for said in ("1.200", "12.000"):
        await lan.opens(gate)
        assert (await lan.sends(f"{gate}/gate", **{FIRST: said, "source": "Vé"})).status == 303
    await lan.opens(gate)
    (number,) = re.findall(rf'action="{gate}/gate/(\d+)/undo"', lan.said)
    assert (await lan.sends(f"{gate}/gate/{number}/undo")).status == 303
    await lan.opens(gate)
    assert f'name="{FIRST}" value="1.200"' in lan.said
    assert (await lan.sends(f"{gate}/gate/{number}/undo")).status == 404, "it was taken back before"
    told = [row.entry async for row in board.context.store.audit.every_row()][-3:]
    assert [each.deed for each in told] == [Deed.FAIR_GATE_NOTED, Deed.FAIR_GATE_NOTED, Deed.FAIR_GATE_UNDONE]
    assert f'"{BEGUN}": 1200' in told[-1].after
    viewer = await board.signed_in(OfficerRole.VIEWER)
    await viewer.opens(gate)
    assert "people-" not in viewer.said
    assert (await viewer.sends(f"{gate}/gate", form="0" * 32, **{FIRST: "5", "source": "x"})).status == 403
