"""Certificates on the board: the list and its filters, a product's history, and decisions that one officer records."""

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.audit import Deed, Doer
from catalog.dates import PartialDate
from catalog.model import EventKind, Product, Reason
from catalog.officers import OfficerRole
from catalog.store import identify
from tests.board import HERE, BoardTown, OfficerBrowser
from tests.conftest import TODAY, Stock
from tests.unit.board.today import thing

OTHER = "Bị phạt về nhãn hàng hóa"


@pytest.fixture
async def town(board: BoardTown, stock: Stock) -> BoardTown:
    """Certificates that end in 20, 50 and 80 days, one that has ended, one that is withdrawn."""
    days = {"twenty": 20, "fifty": 50, "eighty": 80}
    rows = [
        thing(key, decided=PartialDate(2024, 1, 10), expires=PartialDate.of(TODAY + timedelta(days=left)))
        for key, left in days.items()
    ]
    rows.append(thing("over", decided=PartialDate(2020, 1, 10), at="there"))
    rows.append(
        thing(
            "gone",
            decided=PartialDate(2025, 1, 10),
            status=EventKind.WITHDRAWN,
            act="9/QĐ-UBND",
            act_decided=PartialDate(2025, 5, 5),
            reason="Ngừng sản xuất",
        )
    )
    await stock(*rows)
    return board


async def product(town: BoardTown, key: str) -> Product:
    found = await town.context.store.product(key)
    assert found is not None
    return found


async def deeds(town: BoardTown, *wanted: Deed) -> list[tuple[str, str]]:
    entries = [row.entry async for row in town.context.store.audit.every_row()]
    return [(each.deed, each.subject) for each in entries if each.deed in wanted]


def shown(browser: OfficerBrowser) -> set[str]:
    return {
        key for key in ("twenty", "fifty", "eighty", "over", "gone") if f"<strong>Tương {key}</strong>" in browser.said
    }


async def test_each_filter_shows_its_certificates(town: BoardTown) -> None:
    browser = await town.signed_in()
    for query, wanted in (
        ("q=Tương", {"twenty", "fifty", "eighty", "over", "gone"}),
        ("q=tuong&state=ending-30", {"twenty"}),
        ("q=tuong&state=ending-60", {"twenty", "fifty"}),
        ("q=tuong&state=ending-90", {"twenty", "fifty", "eighty"}),
        ("q=tuong&state=lapsed", {"over"}),
        ("q=tuong&state=withdrawn", {"gone"}),
        ("q=tuong&state=annulled", set()),
        (f"q=tuong&commune={HERE}", {"twenty", "fifty", "eighty", "gone"}),
        ("round=over/QĐ-UBND", {"over"}),
        ("q=tuong&state=nonsense", {"twenty", "fifty", "eighty", "over", "gone"}),
    ):
        assert (await browser.opens(f"/board/certificates?{query}")).status == 200
        assert shown(browser) == wanted, query
    assert "No certificate fits" not in browser.said
    await browser.opens("/board/certificates?q=tuong&state=annulled")
    assert "No certificate fits" in browser.said


async def test_a_long_list_has_pages_that_keep_the_filters(town: BoardTown) -> None:
    browser = await town.signed_in()
    await browser.opens("/board/certificates?state=&page=1")
    assert 'rel="next"' in browser.said
    await browser.opens("/board/certificates?q=a&page=2")
    assert "page=1" in browser.said
    assert "q=a" in browser.said
    await browser.opens("/board/certificates?page=99999")
    assert 'rel="next"' not in browser.said


async def test_a_commune_sees_its_own_and_records_nothing(town: BoardTown) -> None:
    browser = await town.signed_in(OfficerRole.COMMUNE)
    await browser.opens("/board/certificates?q=tuong")
    assert shown(browser) == {"twenty", "fifty", "eighty", "gone"}
    assert (await browser.opens("/board/certificates/over")).status == 403
    assert (await browser.opens("/board/certificates/twenty")).status == 200
    assert "/new?kind=" not in browser.said
    assert (await browser.opens("/board/certificates/twenty/new?kind=annulled")).status == 403
    await browser.opens("/board")
    assert (await browser.sends("/board/certificates/twenty/record", kind="annulled", sure="1")).status == 403
    assert (await product(town, "twenty")).certificates[0].events == ()


async def test_the_history_stands_in_order(town: BoardTown) -> None:
    browser = await town.signed_in(OfficerRole.VIEWER)
    await browser.opens("/board/certificates/gone")
    recognised, withdrawn = browser.said.index("recognised</span>"), browser.said.index("withdrawn</span>")
    assert recognised < withdrawn
    assert "9/QĐ-UBND" in browser.said
    assert "production has stopped" in browser.said
    assert (await browser.opens("/board/certificates/nobody")).status == 404
    assert (await browser.opens("/board/certificates/gone/new?kind=lapsed")).status == 404


async def test_a_recognition_is_shown_first_and_recorded_once(town: BoardTown) -> None:
    browser = await town.signed_in()
    await browser.opens("/board/certificates/over/new?kind=recognised")
    told = {
        "kind": "recognised", "stars": "4", "decision": "88/QĐ-UBND", "date": "20/11/2026",
        "issuer": "UBND tỉnh Bắc Ninh", "score": "82,5",
    }  # fmt: skip
    await browser.sends("/board/certificates/over/record", **told)
    assert "raised to more stars" in browser.said
    assert "Valid until 20/11/2029" in browser.said
    assert len((await product(town, "over")).certificates) == 1, "nothing is recorded before they are sure"
    done = await browser.sends("/board/certificates/over/record", sure="1", **told)
    assert done.headers["Location"].endswith("?done=recorded")
    newest = next(each for each in (await product(town, "over")).certificates if each.stars == 4)
    assert (newest.decision, newest.score, newest.issuer) == ("88/QĐ-UBND", 82.5, "UBND tỉnh Bắc Ninh")
    assert newest.source.as_of == PartialDate.of(TODAY)
    assert await deeds(town, Deed.CERTIFICATE_GIVEN) == [(Deed.CERTIFICATE_GIVEN, "product over")]
    await browser.opens("/board/certificates/over/new?kind=recognised")
    again = await browser.sends("/board/certificates/over/record", sure="1", **told)
    assert again.status == 422
    assert "recorded already" in browser.said


async def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(town: BoardTown) -> None:
    browser = await town.signed_in()
    for told, why in (
        ({"stars": "4", "decision": "88/QĐ-UBND"}, "number and its day"),
        ({"stars": "6", "decision": "88/QĐ-UBND", "date": "1/1/2026"}, "Choose the stars"),
        ({"stars": "4", "decision": "88/QĐ-UBND", "date": "1/1/2031"}, "in the future"),
        ({"stars": "5", "decision": "88/QĐ-UBND", "date": "1/1/2026", "score": "55"}, "does not go with"),
        ({"stars": "4", "decision": "88/QĐ-UBND", "date": "hôm qua"}, ""),
    ):
        await browser.opens("/board/certificates/over/new?kind=recognised")
        answer = await browser.sends("/board/certificates/over/record", kind="recognised", sure="1", **told)
        assert answer.status == 422
        assert why in browser.said
        assert 'value="88/QĐ-UBND"' in browser.said
    assert len((await product(town, "over")).certificates) == 1


async def decided(town: BoardTown, browser: OfficerBrowser, kind: str, **told: str) -> int:
    """Send a decision about the only certificate of "twenty"."""
    about = (await product(town, "twenty")).certificates[0]
    await browser.opens(f"/board/certificates/twenty/new?kind={kind}")
    given = {"kind": kind, "certificate": identify(replace(about, events=())), "decision": "90/QĐ-UBND"}
    fields = {**given, "date": "20/11/2026", "sure": "1", **told}
    return (await browser.sends("/board/certificates/twenty/record", **fields)).status


async def test_it_is_annulled_with_a_reason_and_reinstated(town: BoardTown) -> None:
    browser = await town.signed_in()
    assert await decided(town, browser, "annulled") == 422
    assert "Give the decision" in browser.said
    assert await decided(town, browser, "annulled", reason="other", note=OTHER) == 303
    (event,) = (await product(town, "twenty")).certificates[0].events
    assert (event.kind, event.reason, event.note) == (EventKind.ANNULLED, Reason.OTHER, OTHER)
    assert await decided(town, browser, "reinstated", decision="91/QĐ-UBND", date="22/11/2026") == 303
    await browser.opens("/board/certificates/twenty")
    assert browser.said.index("annulled</span>") < browser.said.index("reinstated</span>")
    assert "Ending soon" in browser.said


async def test_it_is_renamed_and_found_by_both_names(town: BoardTown) -> None:
    browser = await town.signed_in()
    assert await decided(town, browser, "renamed") == 422
    assert await decided(town, browser, "renamed", name="Tương Nhân Thắng") == 303
    renamed = await product(town, "twenty")
    assert (renamed.name, renamed.aliases) == ("Tương Nhân Thắng", ("Tương twenty",))
    assert [each.kind for each in renamed.certificates[0].events] == [EventKind.RENAMED]


async def test_nobody_withdraws_alone(town: BoardTown) -> None:
    browser = await town.signed_in()
    assert await decided(town, browser, "withdrawn", reason="food-safety") == 403
    assert (await product(town, "twenty")).certificates[0].events == ()


async def test_a_grant_that_ended_opens_nothing(town: BoardTown) -> None:
    browser = await town.signed_in()
    await browser.opens("/board/certificates/twenty/new?kind=annulled")
    (officer,) = await town.context.store.officers.list_all()
    await town.context.store.officers.end_grant(officer.grants[0].number, by=Doer())
    assert (await browser.sends("/board/certificates/twenty/record", kind="annulled", sure="1")).status == 403
