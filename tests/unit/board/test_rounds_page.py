"""Rounds: who takes part has no star by that; results become certificates in one act; published sums stay."""

import pytest

from catalog.audit import Deed, Doer
from catalog.dates import PartialDate
from catalog.model import Product
from catalog.officers import OfficerRole, scope_of
from catalog.rounds import RoundEntry, RoundState
from tests.board import HERE, BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.test_dossiers_page import begins, does
from tests.unit.board.today import thing

PATH = "/board/rounds"
DECIDED = {"decision": "99/QĐ-UBND", "date": "20/11/2026", "issuer": "UBND tỉnh Bắc Ninh"}


@pytest.fixture
async def town(board: BoardTown, stock: Stock) -> BoardTown:
    await stock(*(thing(key, decided=PartialDate(2020, 1, 10)) for key in "abc"))
    return board


async def sends(browser: OfficerBrowser, path: str, **fields: str) -> int:
    await browser.opens("/board")
    return (await browser.sends(f"{PATH}{path}", **fields)).status


async def opened(town: BoardTown, **more: object) -> OfficerBrowser:
    """A round with two products of the catalogue."""
    browser = await town.signed_in(**more)
    assert await sends(browser, "", name="Đợt 1 năm 2026", year="2026", decision="10/QĐ-UBND", date="1/3/2026") == 303
    for key in "ab":
        assert await sends(browser, "/1/add", product=key) == 303
    return browser


async def product(town: BoardTown, key: str) -> Product:
    found = await town.context.store.product(key)
    assert found is not None
    return found


async def test_taking_part_is_no_star(town: BoardTown) -> None:
    browser = await opened(town)
    await browser.opens(f"{PATH}/1")
    assert "Taking part is no star" in browser.said
    assert "Tương a" in browser.said
    results = {"result-1": "star", "stars-1": "4", "result-2": "not-met"}
    assert await sends(browser, "/1/results", **results) == 303
    assert [len((await product(town, key)).certificates) for key in "ab"] == [1, 1]


async def test_results_become_certificates_in_one_act_and_once(town: BoardTown) -> None:
    browser = await opened(town)
    results = {"result-1": "star", "stars-1": "4", "score-1": "78,5", "certificate-1": "CN-7", "result-2": "left"}
    assert await sends(browser, "/1/results", **results) == 303
    assert await sends(browser, "/1/conclude", **DECIDED) == 200
    assert "What would be recorded" in browser.said
    assert "raised to more stars" in browser.said
    assert len((await product(town, "a")).certificates) == 1
    assert await sends(browser, "/1/conclude", sure="1", **DECIDED) == 303
    newest = next(each for each in (await product(town, "a")).certificates if each.stars == 4)
    assert (newest.decision, newest.score, newest.number, newest.issuer) == (
        "99/QĐ-UBND", 78.5, "CN-7", "UBND tỉnh Bắc Ninh",
    )  # fmt: skip
    assert len((await product(town, "b")).certificates) == 1
    found = await town.context.store.rounds.find(1)
    assert found is not None
    assert (found.state, found.result_decision) == (RoundState.CONCLUDED, "99/QĐ-UBND")
    assert await sends(browser, "/1/conclude", sure="1", **DECIDED) == 409
    for path, fields in (("/1/add", {"product": "c"}), ("/1/entries/1/remove", {}), ("/1/results", {"result-1": ""})):
        assert await sends(browser, path, **fields) == 409
    deeds = [row.entry.deed async for row in town.context.store.audit.every_row()]
    assert (deeds.count(Deed.CERTIFICATE_GIVEN), deeds.count(Deed.ROUND_CONCLUDED)) == (1, 1)
    await browser.opens("/board/certificates?round=99/QĐ-UBND")
    assert "<strong>Tương a</strong>" in browser.said


@pytest.mark.parametrize(
    ("results", "decided", "why"),
    [
        ({"result-1": "star", "stars-1": "4"}, DECIDED, "not decided"),
        ({"result-1": "not-met", "result-2": "left"}, DECIDED, "No product of this round has a star"),
        ({"result-1": "star", "stars-1": "4", "result-2": "left"}, {"decision": "99/QĐ-UBND"}, "number and its day"),
        ({"result-1": "star", "stars-1": "4", "result-2": "left"}, {**DECIDED, "date": "1/1/2031"}, "in the future"),
    ],
)
async def test_nothing_is_recorded_while_something_is_open(
    town: BoardTown, results: dict[str, str], decided: dict[str, str], why: str
) -> None:
    browser = await opened(town)
    assert await sends(browser, "/1/results", **results) == 303
    assert await sends(browser, "/1/conclude", sure="1", **decided) == 422
    assert why in browser.said
    assert len((await product(town, "a")).certificates) == 1


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ({"result-1": "star"}, "needs its stars"),
        ({"result-1": "not-met", "stars-1": "3"}, "needs its stars"),
        ({"result-1": "star", "stars-1": "5", "score-1": "51"}, "does not go with"),
        ({"result-1": "star", "stars-1": "3", "score-1": "nhiều"}, "from 0 to 100"),
    ],
)
async def test_a_result_that_cannot_be_changes_nothing(town: BoardTown, results: dict[str, str], why: str) -> None:
    browser = await opened(town)
    assert await sends(browser, "/1/results", **{"result-2": "left", **results}) == 422
    assert why in browser.said
    assert "Tương a" in browser.said
    assert [each.result for each in await town.context.store.rounds.entries(1)] == ["", ""]


async def test_a_product_takes_part_once_and_can_be_taken_out(town: BoardTown) -> None:
    browser = await opened(town)
    assert await sends(browser, "/1/add", product="a") == 422
    assert "takes part in this round already" in browser.said
    assert await sends(browser, "/1/entries/1/remove") == 303
    assert await sends(browser, "/1/entries/1/remove") == 409
    assert await sends(browser, "/1/add", product="a") == 303
    await browser.opens(f"{PATH}/1?q=tuong")
    assert browser.said.count(f'action="{PATH}/1/add"') > 0
    assert await sends(browser, "/1/add", product="nobody") == 409
    assert await sends(browser, "/99/add", product="a") == 404


async def test_published_sums_stand_beside_ours_and_are_never_corrected(town: BoardTown) -> None:
    """Bắc Ninh's second round of 2021: 27 products of 11 makers, 7 at 4 stars and 22 at 3."""
    browser = await opened(town)
    published = {"sum-products": "27", "sum-makers": "11", "sum-4": "7", "sum-3": "22"}
    assert await sends(browser, "/1/sums", **published) == 422
    assert "Say where" in browser.said
    assert await sends(browser, "/1/sums", **{**published, "sum-3": "nhiều", "source": "Báo"}) == 422
    assert await sends(browser, "/1/sums", source="Báo Bắc Ninh", **published) == 303
    await browser.opens(f"{PATH}/1")
    assert browser.said.count('<span class="tag care">differs</span>') == 4
    assert "What was published contradicts itself" in browser.said
    assert "27" in browser.said
    assert "29" in browser.said
    assert len(await town.context.store.rounds.entries(1)) == 2


async def test_what_a_commune_reported_on_comes_into_the_round_and_into_the_catalogue(town: BoardTown) -> None:
    province, commune = await opened(town), await town.signed_in(OfficerRole.COMMUNE, name="Xã")
    assert await begins(commune) == 303
    await does(commune, "hand-over")
    assert await does(province, "round", round="1") == 409, "it is not received yet"
    await does(province, "receive")
    await province.opens("/board/dossiers/1")
    assert '<option value="1">Đợt 1 năm 2026</option>' in province.said
    assert await does(province, "round", round="x") == 422
    assert await does(province, "round", round="1") == 303
    await commune.opens("/board/dossiers/1")
    assert "in a round" in commune.said
    await commune.opens(f"{PATH}/1")
    assert "Bánh tẻ" in commune.said
    assert "new product" in commune.said
    results = {"result-1": "left", "result-2": "left", "result-3": "star", "stars-3": "3"}
    assert await sends(province, "/1/results", **results) == 303
    assert await sends(province, "/1/conclude", **DECIDED) == 200
    assert "new in the catalogue" in province.said
    assert await sends(province, "/1/conclude", sure="1", **DECIDED) == 303
    (fresh,) = await town.context.store.by_number("99/QĐ-UBND")
    assert (fresh.name, fresh.producer.name, fresh.certificates[0].stars) == ("Bánh tẻ", "Hộ Trần Kín", 3)


async def test_a_dossier_that_is_taken_out_is_received_again(town: BoardTown) -> None:
    province, commune = await opened(town), await town.signed_in(OfficerRole.COMMUNE, name="Xã")
    await begins(commune)
    await does(commune, "hand-over")
    await does(province, "receive")
    assert await does(province, "round", round="1") == 303
    assert await sends(province, "/1/entries/3/remove") == 303
    await commune.opens("/board/dossiers/1")
    assert "received by the province" in commune.said


async def test_others_read_and_change_nothing(town: BoardTown) -> None:
    await opened(town)
    for role in (OfficerRole.COMMUNE, OfficerRole.VIEWER):
        browser = await town.signed_in(role, name=role)
        await browser.opens(f"{PATH}/1")
        assert "Tương a" in browser.said
        assert f"{PATH}/1/conclude" not in browser.said
        for path in ("", "/1/add", "/1/entries/1/remove", "/1/results", "/1/sums", "/1/conclude"):
            assert await sends(browser, path, sure="1", **DECIDED) == 403
    assert len(await town.context.store.rounds.entries(1)) == 2


@pytest.mark.parametrize(
    ("change", "why"),
    [({"name": ""}, "Name the round"), ({"year": "1999"}, "Give the year"), ({"date": "31/31/2026"}, "")],
)
async def test_a_round_needs_a_name_and_a_year(town: BoardTown, change: dict[str, str], why: str) -> None:
    browser = await town.signed_in()
    told = {"name": "Đợt 2", "year": "2026", "decision": "10/QĐ-UBND", **change}
    assert await sends(browser, "", **told) == 422
    assert why in browser.said
    assert "10/QĐ-UBND" in browser.said


async def test_a_long_round_has_pages_and_keeps_the_results_of_each(town: BoardTown, stock: Stock) -> None:
    browser = await opened(town)
    await stock(*(thing(f"d{number:02}", decided=PartialDate(2020, 1, 10)) for number in range(49)))
    rounds = town.context.store.rounds
    for number in range(49):
        held = await product(town, f"d{number:02}")
        entry = RoundEntry(held.name, held.producer.name, held.id, held.producer.id)
        await rounds.add(1, entry, by=Doer())
    await browser.opens(f"{PATH}/1?page=2")
    assert browser.said.count('<li class="card">') == 1
    saved = await browser.sends(f"{PATH}/1/results", page="2", **{"result-51": "star", "stars-51": "3"})
    assert saved.headers["Location"] == f"{PATH}/1?done=results&page=2"
    assert [each.result for each in await rounds.entries(1)][-2:] == ["", "star"]


async def test_a_product_that_the_catalogue_does_not_have_takes_part_directly(town: BoardTown) -> None:
    """It is no product of the catalogue until its star is recorded, and then in the commune that was chosen."""
    browser = await opened(town)
    await browser.opens(f"{PATH}/1")
    assert "A product that the catalogue does not have yet" in browser.said
    fresh = {"product": "Chè lam mới", "producer": "Hộ bà Tư", "commune": HERE, "address": "thôn 3"}
    for missing in ("product", "producer", "commune"):
        assert await sends(browser, "/1/add-new", **{**fresh, missing: ""}) == 422
        assert "needs its name, its producer and the commune" in browser.said
        assert 'value="thôn 3"' in browser.said, "nothing is lost"
    assert await sends(browser, "/1/add-new", **fresh) == 303
    assert await sends(browser, "/1/add-new", **fresh) == 422
    assert "takes part in this round already" in browser.said
    assert "Chè lam mới" not in {each.name async for each in town.context.store.every_product()}
    results = {"result-1": "left", "result-2": "left", "result-3": "star", "stars-3": "3"}
    assert await sends(browser, "/1/results", **results) == 303
    assert await sends(browser, "/1/conclude", sure="1", **DECIDED) == 303
    (made,) = [each async for each in town.context.store.every_product() if each.name == "Chè lam mới"]
    assert (made.producer.name, made.producer.address) == ("Hộ bà Tư", "thôn 3, xã Nhân Thắng, Bắc Ninh")
    assert scope_of(made.producer, town.context.places).commune == HERE


async def test_a_new_product_of_a_producer_we_know_is_theirs_and_one_we_know_is_told(town: BoardTown) -> None:
    browser = await opened(town)
    maker = (await product(town, "a")).producer
    new = {"producer": maker.name.upper(), "commune": HERE}
    assert await sends(browser, "/1/add-new", product="tương C", **new) == 422
    assert "The catalogue has tương C of this producer" in browser.said
    assert await sends(browser, "/1/add-new", product="Tương hột", **new) == 303
    entries = await town.context.store.rounds.entries(1)
    assert (entries[-1].producer_id, entries[-1].producer) == (maker.id, maker.name)
    commune = await town.signed_in(OfficerRole.COMMUNE)
    assert await sends(commune, "/1/add-new", product="Tương khác", **new) == 403
