"""Decisions about certificates are kept once, whoever tells of them, and are read with their certificate."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from catalog.audit import Doer
from catalog.dates import PartialDate
from catalog.errors import NotFound
from catalog.model import Certificate, CertificateEvent, EventKind, ProductRow, Reason, Scope, Source
from catalog.store import Store, tables
from tests.unit.store.lists import JULY, MARCH, row

WITHDRAWN = CertificateEvent(
    EventKind.WITHDRAWN,
    "55/QĐ-UBND",
    PartialDate(2026, 11, 2),
    "UBND tỉnh Bắc Ninh",
    Reason.PRODUCTION_STOPPED,
    effective=PartialDate(2026, 12, 4),
    source=Source("Quyết định 55/QĐ-UBND", PartialDate(2026, 11, 3)),
)


def withdrawn(**more: object) -> ProductRow:
    """The line of a list that tells of it."""
    told = {"status": EventKind.WITHDRAWN, "act": "55/QĐ-UBND", "act_decided": PartialDate(2026, 11, 2), "as_of": JULY}
    return row(**{**told, **more})


async def held(store: Store, product_id: str = "nem-bui") -> Certificate:
    product = await store.product(product_id)
    assert product is not None
    (certificate,) = product.certificates
    return certificate


@pytest.fixture
async def store(store: Store) -> Store:
    await store.import_rows([row()], who="test")
    return store


@pytest.mark.parametrize("event", [WITHDRAWN, replace(WITHDRAWN, scope=Scope(("L1", "L2"), PartialDate(2026, 1)))])
async def test_what_is_recorded_is_read_back_with_its_certificate(store: Store, event: CertificateEvent) -> None:
    assert await store.events.record("nem-bui", event, about=await held(store))
    assert (await held(store)).events == (event,)
    (listed,) = await store.searchable.list_all()
    assert listed.certificates[0].events == (event,)
    assert [each.id for each in await store.by_number("55 / qd-ubnd")] == ["nem-bui"]


async def test_it_is_known_once_and_a_later_word_changes_it(store: Store) -> None:
    about = await held(store)
    assert await store.events.record("nem-bui", WITHDRAWN, about=about)
    revision = await store.revision()
    assert not await store.events.record("nem-bui", WITHDRAWN, about=about)
    assert await store.revision() == revision
    sooner = replace(WITHDRAWN, effective=PartialDate(2026, 11, 20))
    assert await store.events.record("nem-bui", sooner, about=about)
    assert (await held(store)).events == (sooner,)
    older = replace(WITHDRAWN, note="alt", source=Source("Báo", MARCH))
    assert not await store.events.record("nem-bui", older, about=about)


async def test_the_history_and_the_search_hear_of_it(store: Store) -> None:
    mark, _ = await store.searchable.since(None, most=0)
    await store.events.record("nem-bui", WITHDRAWN, about=await held(store), by=Doer(7, "province"))
    later, changed = await store.searchable.since(mark, most=10)
    assert later.revision == mark.revision + 1
    assert [each.id for each in changed or ()] == ["nem-bui"]
    async with store._engine.connect() as connection:
        noted = (await connection.execute(select(tables.changes))).mappings().all()
    assert [(each["subject"], each["field"], each["new"], each["who"]) for each in noted] == [
        ("nem-bui", "status", "withdrawn 55/QĐ-UBND 2026-12-04", "officer 7")
    ]


async def test_it_stands_in_the_audit_once(store: Store) -> None:
    about = await held(store)
    for _ in range(2):
        await store.events.record("nem-bui", WITHDRAWN, about=about)
    async with store._engine.connect() as connection:
        (row_,) = (await connection.execute(select(tables.audit))).mappings().all()
    assert (row_["officer"], row_["deed"], row_["subject"]) == (0, "certificate_decided", "product nem-bui")
    assert '"decision": "55/QĐ-UBND"' in row_["after"]


async def test_a_certificate_that_is_not_there_is_an_error(store: Store) -> None:
    other = Certificate(stars=4, decision="99/QĐ-UBND")
    for product_id, about in (("nem-bui", other), ("nobody", await held(store))):
        with pytest.raises(NotFound):
            await store.events.record(product_id, WITHDRAWN, about=about)
    assert (await held(store)).events == ()


async def test_a_list_brings_it_in_once(store: Store) -> None:
    report = await store.import_rows([withdrawn(reason="Ngừng sản xuất")], who="import")
    assert (report.events, report.updated, report.certificates_added) == (1, 1, 0)
    (event,) = (await held(store)).events
    assert (event.kind, event.decision, event.reason) == (EventKind.WITHDRAWN, "55/QĐ-UBND", Reason.PRODUCTION_STOPPED)
    again = await store.import_rows([withdrawn(reason="Ngừng sản xuất")], who="import")
    assert (again.events, again.updated, again.unchanged) == (0, 0, 1)


async def test_without_its_number_it_is_the_same_decision(store: Store) -> None:
    await store.import_rows([withdrawn(act="")], who="import")
    await store.import_rows([withdrawn(reason="Ngừng sản xuất")], who="import")
    await store.import_rows([withdrawn(act="")], who="import")
    (event,) = (await held(store)).events
    assert (event.decision, event.reason) == ("55/QĐ-UBND", Reason.PRODUCTION_STOPPED)


async def test_two_kinds_are_two_events(store: Store) -> None:
    back = withdrawn(status=EventKind.REINSTATED, act="60/QĐ-UBND", act_decided=PartialDate(2026, 11, 20))
    report = await store.import_rows([withdrawn(), back], who="import")
    assert report.events == 2
    assert [each.kind for each in (await held(store)).events] == [EventKind.WITHDRAWN, EventKind.REINSTATED]


async def test_a_list_that_takes_many_stars_away_is_held(store: Store) -> None:
    report = await store.import_rows([withdrawn()], who="import", most_changed=0.1)
    assert (report.held, report.changed["stars"]) == (True, (1, 1))
    assert (await held(store)).events == ()
    fresh = withdrawn(id="moi", name="Bún", gtins=(), traces=(), certificate="", decision="77/QĐ-UBND")
    report = await store.import_rows([fresh], who="import", most_changed=0.1)
    assert not report.held, "a product that was not there had no star to lose"
    assert len((await held(store, "moi")).events) == 1


async def test_a_dry_run_keeps_nothing(store: Store) -> None:
    report = await store.import_rows([withdrawn()], who="import", dry_run=True)
    assert report.events == 1
    assert (await held(store)).events == ()
