"""Dossiers and rounds on both engines: each step once, words sealed, and results recorded all or none."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from catalog.audit import Deed, Doer
from catalog.commune_report import (
    REQUIRED_PAPERS,
    CommuneReport,
    Criterion,
    CriterionFinding,
    Dossier,
    DossierPaper,
    DossierState,
)
from catalog.dates import PartialDate
from catalog.errors import NotFound
from catalog.model import Certificate, Source
from catalog.officers import Reach
from catalog.rounds import (
    EvaluationRound,
    RoundEntry,
    RoundResult,
    RoundState,
    RoundSum,
    count_round,
    find_contradictions,
)
from catalog.sealing import new_key
from catalog.store import Store, TakesPartAlready, open_store, tables
from tests.unit.store.lists import row

LAN, XA = Doer(1, "province"), Doer(2, "commune")
EVERYWHERE = Reach(everywhere=True)
REPORT = CommuneReport(
    "Xã Nhân Thắng", "Bánh tẻ", "Hộ Trần Kín", "thôn 1, xã Nhân Thắng, tỉnh Bắc Ninh", day=PartialDate(2026, 11, 20),
    findings={each: CriterionFinding("Nhận xét riêng", 9.5) for each in Criterion}, taking_part=("Ông A",), stars=3,
)  # fmt: skip
DOSSIER = Dossier("09475", REPORT, papers=frozenset(REQUIRED_PAPERS), remark="Gửi sớm")
ROUND = EvaluationRound("Đợt 1 năm 2026", 2026, "10/QĐ-UBND", PartialDate(2026, 3, 1))
DECIDED = Certificate(
    decision="99/QĐ-UBND", decided=PartialDate(2026, 11, 20), issuer="UBND tỉnh Bắc Ninh",
    source=Source("Quyết định 99/QĐ-UBND", PartialDate(2026, 11, 21)),
)  # fmt: skip
STAR = RoundResult.STAR


@pytest.fixture
async def shut(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url, keys=[new_key()]) as store:
        await store.import_rows([row()], who="test")
        yield store


async def found(store: Store, number: int = 1) -> Dossier:
    dossier = await store.dossiers.find(number)
    assert dossier is not None
    return dossier


async def test_a_dossier_is_read_back_as_it_was_and_stands_sealed(shut: Store) -> None:
    number = await shut.dossiers.begin(DOSSIER, by=XA)
    held = await found(shut, number)
    assert held == replace(DOSSIER, number=number, version=1, edited_by=2, edited_at=held.edited_at)
    assert held.is_complete
    async with shut._engine.connect() as connection:
        (kept,) = (await connection.execute(select(tables.dossiers))).mappings().all()
    for secret in ("Trần Kín", "Nhận xét riêng", "Gửi sớm", "Bánh"):
        assert secret not in repr(dict(kept))
    assert await shut.dossiers.find(99) is None


async def test_an_older_version_overwrites_nothing(shut: Store) -> None:
    await shut.dossiers.begin(DOSSIER, by=XA)
    held = await found(shut)
    assert await shut.dossiers.save(replace(held, remark="một"), by=XA)
    assert not await shut.dossiers.save(replace(held, remark="hai"), by=XA)
    assert ((await found(shut)).remark, (await found(shut)).version) == ("một", 2)


async def test_a_dossier_goes_its_way_step_by_step(shut: Store) -> None:
    await shut.dossiers.begin(DOSSIER, by=XA)
    for wrong in (DossierState.RECEIVED, DossierState.SENT_BACK):
        with pytest.raises(NotFound):
            await shut.dossiers.move(1, wrong, by=LAN)
    await shut.dossiers.move(1, DossierState.HANDED_OVER, by=XA)
    with pytest.raises(NotFound):
        await shut.dossiers.move(1, DossierState.HANDED_OVER, by=XA)
    assert not await shut.dossiers.save(await found(shut), by=XA)
    await shut.dossiers.move(1, DossierState.SENT_BACK, by=LAN, reason="Thiếu")
    assert (await found(shut)).answer == "Thiếu"
    await shut.dossiers.move(1, DossierState.HANDED_OVER, by=XA)
    await shut.dossiers.move(1, DossierState.RECEIVED, by=LAN)
    assert (await found(shut)).answer == ""
    with pytest.raises(NotFound):
        await shut.dossiers.move(1, DossierState.DROPPED, by=XA)


async def test_each_commune_sees_its_own_dossiers(shut: Store) -> None:
    await shut.dossiers.begin(DOSSIER, by=XA)
    await shut.dossiers.begin(replace(DOSSIER, commune="09466"), by=XA)
    mine, draft = Reach(communes=frozenset({"09475"})), [DossierState.DRAFT]
    assert [each.number for each in await shut.dossiers.newest(mine, draft, limit=9)] == [1]
    assert [each.number for each in await shut.dossiers.newest(EVERYWHERE, draft, limit=9)] == [2, 1]
    assert (await shut.dossiers.count(mine, draft), await shut.dossiers.count(mine, [DossierState.RECEIVED])) == (1, 0)


def test_what_is_missing_before_it_is_handed_over_is_told() -> None:
    assert replace(DOSSIER, papers=frozenset()).missing_papers == REQUIRED_PAPERS
    assert DossierPaper.SAMPLES not in replace(DOSSIER, papers=frozenset(), service=True).missing_papers
    assert not replace(DOSSIER, report=replace(REPORT, findings={})).is_complete
    assert not replace(DOSSIER, report=replace(REPORT, producer="")).is_complete


async def begun(store: Store) -> None:
    """A round with a product of the catalogue, and a new one that a commune reported on."""
    await store.rounds.open(ROUND, by=LAN)
    product = await store.product("nem-bui")
    assert product is not None
    maker = product.producer
    await store.rounds.add(1, RoundEntry(product.name, maker.name, product.id, maker.id, "09475"), by=LAN)
    await store.dossiers.begin(DOSSIER, by=XA)
    for state in (DossierState.HANDED_OVER, DossierState.RECEIVED):
        await store.dossiers.move(1, state, by=LAN)
    fresh = RoundEntry("Bánh tẻ", "Hộ Trần Kín", commune="09475", address=REPORT.address, dossier=1)
    await store.rounds.add(1, fresh, by=LAN)


async def test_a_product_takes_part_once_with_its_dossier_and_comes_out_again(shut: Store) -> None:
    await begun(shut)
    assert ((await found(shut)).state, (await found(shut)).round) == (DossierState.IN_ROUND, 1)
    with pytest.raises(TakesPartAlready):
        await shut.rounds.add(1, RoundEntry("banh te", "hộ trần kín"), by=LAN)
    assert len(await shut.rounds.entries(1)) == 2
    await shut.rounds.remove(1, 2, by=LAN)
    assert ((await found(shut)).state, (await found(shut)).round) == (DossierState.RECEIVED, None)
    with pytest.raises(NotFound):
        await shut.rounds.remove(1, 2, by=LAN)
    with pytest.raises(NotFound):
        await shut.rounds.add(2, RoundEntry("a", "b"), by=LAN)


async def test_results_are_recorded_once_and_a_new_product_comes_with_its_maker(shut: Store) -> None:
    await begun(shut)
    one, other = await shut.rounds.entries(1)
    told = [replace(one, result=STAR, stars=4, score=78.5, certificate="CN-7"), replace(other, result=STAR, stars=3)]
    await shut.rounds.save_results(1, told, by=LAN)
    assert list(await shut.rounds.entries(1)) == told
    outcome = await shut.rounds.conclude(1, DECIDED, by=LAN)
    assert (outcome.certificates, outcome.products, outcome.known) == (2, 1, 0)
    product = await shut.product("nem-bui")
    assert product is not None
    assert replace(DECIDED, stars=4, score=78.5, number="CN-7") in product.certificates
    fresh = next(each for each in await shut.by_number("99/QĐ-UBND") if each.id != "nem-bui")
    assert (fresh.name, fresh.producer.name, fresh.certificates) == (
        "Bánh tẻ", "Hộ Trần Kín", (replace(DECIDED, stars=3),),
    )  # fmt: skip
    concluded = await shut.rounds.find(1)
    assert concluded is not None
    assert (concluded.state, concluded.result_decision) == (RoundState.CONCLUDED, "99/QĐ-UBND")
    for again in (
        shut.rounds.conclude(1, DECIDED, by=LAN),
        shut.rounds.save_results(1, told, by=LAN),
        shut.rounds.add(1, RoundEntry("a", "b"), by=LAN),
    ):
        with pytest.raises(NotFound):
            await again
    deeds = [each.entry.deed async for each in shut.audit.every_row()]
    assert (deeds.count(Deed.CERTIFICATE_GIVEN), deeds.count(Deed.ROUND_CONCLUDED)) == (2, 1)


async def test_a_new_product_of_a_known_maker_is_theirs_and_what_is_known_stays(shut: Store) -> None:
    await shut.rounds.open(ROUND, by=LAN)
    product = await shut.product("nem-bui")
    assert product is not None
    maker = product.producer
    await shut.recognitions.recognise("nem-bui", replace(DECIDED, stars=4), by=LAN)
    for entry in (
        RoundEntry(product.name, maker.name, "nem-bui", maker.id, result=STAR, stars=5),
        RoundEntry("Nem nắm", maker.name, "", maker.id, result=STAR, stars=3),
    ):
        await shut.rounds.add(1, entry, by=LAN)
    outcome = await shut.rounds.conclude(1, DECIDED, by=LAN)
    assert (outcome.certificates, outcome.products, outcome.known) == (1, 1, 1)
    theirs = {each.name: each.certificates for each in await shut.of_producer(maker.id)}
    assert theirs["Nem nắm"] == (replace(DECIDED, stars=3),)
    assert replace(DECIDED, stars=4) in theirs[product.name]


async def test_published_sums_are_kept_as_they_are(shut: Store) -> None:
    await begun(shut)
    sums = {RoundSum.PRODUCTS: 27, RoundSum.FOUR: 7, RoundSum.THREE: 22}
    await shut.rounds.publish_sums(1, sums, "Báo", by=LAN)
    kept = await shut.rounds.find(1)
    assert kept is not None
    assert (kept.published, kept.source) == (sums, "Báo")
    with pytest.raises(NotFound):
        await shut.rounds.publish_sums(9, sums, "Báo", by=LAN)
    assert [each.number for each in await shut.rounds.newest(limit=9)] == [1]
    assert await shut.rounds.count() == 1


def test_sums_that_contradict_each_other_or_ours_are_told() -> None:
    """Bắc Ninh's second round of 2021: 27 products, 7 at 4 stars and 22 at 3, which are 29."""
    counted = count_round([RoundEntry("a", "A", result=STAR, stars=3), RoundEntry("b", "a"), RoundEntry("c", "C")])
    assert counted == {
        RoundSum.PRODUCTS: 3, RoundSum.MAKERS: 2, RoundSum.STARRED: 1, RoundSum.THREE: 1, RoundSum.FOUR: 0,
        RoundSum.FIVE: 0,
    }  # fmt: skip
    published = {RoundSum.PRODUCTS: 27, RoundSum.FOUR: 7, RoundSum.THREE: 22, RoundSum.MAKERS: 2}
    told = find_contradictions(published, counted)
    assert [(each.of, each.published, each.other, each.own_parts) for each in told] == [
        (RoundSum.PRODUCTS, 27, 3, False),
        (RoundSum.FOUR, 7, 0, False),
        (RoundSum.THREE, 22, 1, False),
        (RoundSum.PRODUCTS, 27, 29, True),
    ]
    short = {RoundSum.STARRED: 290, RoundSum.FIVE: 2, RoundSum.FOUR: 24, RoundSum.THREE: 263}
    assert [each.other for each in find_contradictions(short, short) if each.own_parts] == [289]
    assert find_contradictions({RoundSum.PRODUCTS: 3, RoundSum.THREE: 1, RoundSum.FOUR: 0}, counted) == []
