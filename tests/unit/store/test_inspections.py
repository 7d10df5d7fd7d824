"""Inspections on both engines: kept sealed with their minutes, followed up once, struck out once, each in the audit."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.inspections import (
    Inspection,
    InspectionFinding,
    InspectionHeading,
    InspectionLevel,
    InspectionOutcome,
    Judgement,
)
from catalog.officers import Reach
from catalog.sealing import new_key
from catalog.store import Store, open_store, tables

LAN = Doer(1, "commune")
EVERYWHERE = Reach(everywhere=True)
VISIT = Inspection(
    date(2026, 11, 20),
    InspectionLevel.JOINT,
    "htx-nem",
    InspectionOutcome.TO_MEND,
    "09475",
    "Trần Kín, Phòng Kinh tế",
    ("nem-1",),
    {
        InspectionHeading.LABEL: InspectionFinding(Judgement.WRONG, "Nhãn thiếu ngày"),
        InspectionHeading.SAMPLE: InspectionFinding(),
    },
    "Hẹn kiểm tra lại",
    date(2026, 12, 1),
    minutes="bien-ban.pdf",
)
MINUTES = b"%PDF-1.7 rieng"


@pytest.fixture
async def shut(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url, keys=[new_key()]) as store:
        yield store


async def test_it_is_read_back_as_it_was_and_stands_sealed(shut: Store) -> None:
    number = await shut.inspections.record(VISIT, minutes=MINUTES, by=LAN)
    found = await shut.inspections.find(number)
    assert found == replace(VISIT, number=number, recorded_by=1, recorded_at=found.recorded_at if found else 0.0)
    assert await shut.inspections.minutes(number) == MINUTES
    async with shut._engine.connect() as connection:
        (row,) = (await connection.execute(select(tables.inspections))).mappings().all()
    kept = repr(dict(row))
    for secret in ("Trần Kín", "Nhãn thiếu", "rieng", "bien-ban"):
        assert secret not in kept
    assert await shut.inspections.find(99) is None
    assert await shut.inspections.minutes(99) is None


async def test_who_reaches_it_sees_it(shut: Store) -> None:
    for commune, producer in (("09475", "a"), ("09466", "b"), ("", "c")):
        await shut.inspections.record(replace(VISIT, commune=commune, producer=producer), minutes=None, by=LAN)

    async def seen(reach: Reach, **more: object) -> list[str]:
        found = await shut.inspections.newest(reach, limit=9, **more)  # type: ignore[arg-type]  # as given
        assert await shut.inspections.count(reach, **more) == len(found)  # type: ignore[arg-type]  # as given
        return [each.producer for each in found]

    assert await seen(EVERYWHERE) == ["c", "b", "a"]
    assert await seen(Reach(communes=frozenset({"09475"}))) == ["a"]
    assert await seen(Reach(producers=frozenset({"c"}))) == ["c"]
    assert await seen(Reach()) == []
    assert await seen(EVERYWHERE, producer="b") == ["b"]
    assert await shut.inspections.newest(EVERYWHERE, limit=1, offset=1) == [await shut.inspections.find(2)]


async def test_what_is_due_is_followed_up_once(shut: Store) -> None:
    number = await shut.inspections.record(VISIT, minutes=None, by=LAN)
    passed = replace(VISIT, outcome=InspectionOutcome.PASSED, mend_by=None)
    await shut.inspections.record(passed, minutes=None, by=LAN)
    assert await shut.inspections.due(EVERYWHERE, until=date(2026, 11, 30), limit=9) == []
    (due,) = await shut.inspections.due(EVERYWHERE, until=date(2026, 12, 1), limit=9)
    assert due.number == number
    await shut.inspections.end(number, date(2026, 11, 28), "Đã in nhãn mới", by=LAN)
    found = await shut.inspections.find(number)
    assert found is not None
    assert (found.mended_on, found.mended, found.team) == (date(2026, 11, 28), "Đã in nhãn mới", VISIT.team)
    for other in (number, 2, 99):
        with pytest.raises(NotFound):
            await shut.inspections.end(other, date(2026, 11, 28), "", by=LAN)
    assert await shut.inspections.due(EVERYWHERE, until=date(2027, 1, 1), limit=9) == []


async def test_a_wrong_record_is_struck_out_once_and_stays(shut: Store) -> None:
    number = await shut.inspections.record(VISIT, minutes=None, by=LAN)
    await shut.inspections.strike(number, "nhầm cơ sở", by=LAN)
    found = await shut.inspections.find(number)
    assert found is not None
    assert (found.struck, found.is_open) == ("nhầm cơ sở", False)
    with pytest.raises(NotFound):
        await shut.inspections.strike(number, "lại", by=LAN)
    with pytest.raises(NotFound):
        await shut.inspections.end(number, date(2026, 11, 28), "", by=LAN)
    entries = [(row.entry.deed, row.entry.subject) async for row in shut.audit.every_row()]
    assert entries == [(Deed.INSPECTION_RECORDED, "inspection 1"), (Deed.INSPECTION_STRUCK, "inspection 1")]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, ""),
        ({"day": date(2026, 11, 25)}, "day"),
        ({"team": ""}, "team"),
        ({"findings": {InspectionHeading.LABEL: InspectionFinding()}}, "findings"),
        ({"outcome": InspectionOutcome.PASSED, "mend_by": None}, "outcome"),
        ({"outcome": InspectionOutcome.PASSED_ON}, "mend_by"),
        ({"mend_by": None}, "mend_by"),
        ({"mend_by": date(2026, 11, 19)}, "mend_by"),
    ],
)
def test_what_cannot_be_is_told(change: dict[str, object], wrong: str) -> None:
    assert replace(VISIT, **change).problem(date(2026, 11, 24)) == wrong  # type: ignore[arg-type]  # fields of it
