"""What has changed since somebody read the catalogue: everything that is searched by, and little else."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete

from catalog.audit import Doer
from catalog.dates import PartialDate
from catalog.inquiry import Address, Correction
from catalog.model import CertificateEvent, EventKind, Product
from catalog.places import Places
from catalog.programme import place_changed, place_products
from catalog.recalls import Recall, RecallAdvice, RecallReason
from catalog.store import PRODUCER, PRODUCT, Edit, JoinChoice, Store, products, revisions, tables
from tests.unit.store.lists import JULY, row

OTHER = row(id="ruou", name="Rượu làng Vân", producer="HTX Vân Hương", gtins=(), traces=(), certificate="", decision="")


@pytest.fixture
async def store(store: Store) -> Store:
    await store.import_rows([row(), OTHER], who="test")
    return store


async def changed(store: Store, *rows: object) -> list[str]:
    """Which products are told of once *rows* are imported."""
    since, _ = await store.searchable.since(None, most=0)
    await store.import_rows(rows, who="test")  # type: ignore[arg-type]
    mark, listed = await store.searchable.since(since, most=10)
    assert mark.size == await store.count()
    assert listed is not None
    return [each.id for each in listed]


async def test_everything_is_told_to_whoever_has_read_nothing(store: Store) -> None:
    mark, listed = await store.searchable.since(None, most=0)
    assert listed is None
    assert [each.id async for page in store.searchable.pages(mark) for each in page] == ["nem-bui", "ruou"]
    assert (mark.revision, mark.size) == (1, 2)


async def test_nothing_is_told_where_nothing_changed(store: Store) -> None:
    assert await changed(store, row()) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "Nem Bùi Ninh Xá"}, ["nem-bui"]),
        ({"group": "Đồ uống"}, ["nem-bui"]),
        ({"aliases": ("Nem chạo",)}, ["nem-bui"]),
        ({"details": {"price": "50.000 đ/gói"}}, ["nem-bui"]),
        ({"commune": "xã Trí Quả"}, ["nem-bui"]),
        ({"stars": 4}, ["nem-bui"]),
        ({"decision": "99/QĐ", "certificate": "OCOP-4", "decided": PartialDate(2026, 6, 1), "stars": 4}, ["nem-bui"]),
        ({"id": "nem-moi", "name": "Nem mới", "gtins": (), "traces": ()}, ["nem-moi"]),
        ({"producer": "HTX Khác"}, ["nem-bui"]),
    ],
)
async def test_what_is_searched_by_is_told_when_it_changes(
    store: Store, changes: dict[str, object], told: list[str]
) -> None:
    assert await changed(store, row(**{"as_of": JULY, **changes})) == told


async def test_a_change_of_a_producer_is_told_with_all_its_products(store: Store) -> None:
    await store.import_rows(
        [row(id="nem-hai", name="Nem hai", gtins=(), traces=(), certificate="", decision="")], who="a"
    )
    assert await changed(store, row(as_of=JULY, address="thôn Đông, xã Ninh Xá")) == ["nem-bui", "nem-hai"]


async def test_many_changes_are_a_whole_catalogue(store: Store) -> None:
    since, _ = await store.searchable.since(None, most=0)
    await store.import_rows([replace(row(as_of=JULY), name="Nem"), replace(OTHER, as_of=JULY, name="Rượu")], who="test")
    assert (await store.searchable.since(since, most=1))[1] is None


async def test_an_accepted_correction_is_told(store: Store) -> None:
    since, _ = await store.searchable.since(None, most=0)
    (product,) = await store.products(["nem-bui"])
    proposed = Correction(
        0, product.producer.id, "nem-bui", "name", "Nem Bùi", "Nem Bùi cổ truyền", Address("web", "a"), 1.0
    )
    number = await store.corrections.propose(proposed)
    await store.corrections.decide(number, accepted=True, who="officer", at=2.0, source=("HTX", "2026-07-01"))
    _, listed = await store.searchable.since(since, most=10)
    assert [each.name for each in listed or ()] == ["Nem Bùi cổ truyền"]


async def test_a_database_that_was_put_back_is_read_whole(store: Store) -> None:
    since, _ = await store.searchable.since(None, most=0)
    assert (await store.searchable.since(replace(since, revision=since.revision + 5), most=10))[1] is None


async def test_the_size_tells_of_what_was_taken_out_by_hand(store: Store) -> None:
    since, _ = await store.searchable.since(None, most=0)

    async def take_out(connection):  # type: ignore[no-untyped-def]
        await connection.execute(delete(tables.certificates).where(tables.certificates.c.product_id == "ruou"))
        await connection.execute(delete(tables.products).where(tables.products.c.id == "ruou"))

    await store._access.write(take_out)
    mark, _ = await store.searchable.since(since, most=10)
    assert mark.size == since.size - 1


async def test_pages_hold_what_is_searched_by_up_to_the_mark(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "_AT_ONCE", 2)
    more = [
        row(id=f"p{number}", name=f"Nem {number}", gtins=(), traces=(), certificate=f"C-{number}")
        for number in range(5)
    ]
    await store.import_rows(more, who="test")
    whole = await store.searchable.list_all()
    mark, _ = await store.searchable.since(None, most=0)
    await store.import_rows([row(id="later", name="Nem sau", gtins=(), traces=())], who="test")
    pages = [page async for page in store.searchable.pages(mark)]
    assert [each for page in pages for each in page] == whole
    assert [len(page) for page in pages] == [2, 2, 2, 1]


LAN, SAID = Doer(7, "province"), ("HTX", "2026-11-27")
Change = Callable[[Store, Product], Awaitable[object]]
WITHDRAWN = CertificateEvent(EventKind.WITHDRAWN, decision="1/QĐ", decided=JULY)
NEW = row(id="moi", name="Nem mới", producer="HTX Mới", gtins=(), traces=(), certificate="", decision="")
CALLED_BACK = Recall("nem-bui", RecallReason.SPOILED, RecallAdvice.RETURN)


async def accept(store: Store, made: Product) -> None:
    proposed = Correction(0, made.producer.id, made.id, "buy", "", "Chợ", Address("web", "a"), 1.0)
    number = await store.corrections.propose(proposed)
    await store.corrections.decide(number, accepted=True, who="officer", at=2.0, source=SAID)


async def bind_and_unbind(store: Store, made: Product) -> None:
    await store.naming.bind_code("trace", "x.example", shown="x.example", product=made.id, by=LAN)
    await store.naming.unbind_code("trace", "x.example", product=made.id, by=LAN)


TOLD: dict[str, Change] = {
    "a list": lambda store, _: store.import_rows([row(as_of=JULY, group="Đồ uống", stars=4)], who="test"),
    "a list that adds": lambda store, _: store.import_rows([NEW], who="test"),
    "a list that changes a producer": lambda store, _: store.import_rows([row(as_of=JULY, address="xã Kép")], who="a"),
    "a list of new sources": lambda store, _: store.import_rows([row(as_of=JULY, source="Báo")], who="test"),
    "a product": lambda store, made: store.editing.change(Edit(PRODUCT, made.id, {"buy": "Chợ"}, {}, SAID), by=LAN),
    "a producer": lambda store, made: store.editing.change(
        Edit(PRODUCER, made.producer.id, {"address": "xã Kép"}, {}, SAID), by=LAN
    ),
    "a code": lambda store, made: store.naming.bind_code("trace", "x.vn", shown="x.vn", product=made.id, by=LAN),
    "a code that goes again": bind_and_unbind,
    "a code by command": lambda store, made: store.bind(key="y.vn", shown="y.vn", product_id=made.id),
    "a name": lambda store, made: store.naming.add_alias(made.id, "Nem chạo", by=LAN),
    "a correction": accept,
    "a decision": lambda store, made: store.events.record(made.id, WITHDRAWN, about=made.certificates[0], by=LAN),
}
WHOLE: dict[str, Change] = {
    "a recall": lambda store, _: store.recalls.carry_out(store.recalls.beginning(CALLED_BACK, by=LAN, at=1.0)),
    "a product less": lambda store, made: store.editing.join(made.id, "ruou", JoinChoice(), by=LAN),
}


async def test_whoever_reads_only_what_changed_has_what_is_there(store: Store) -> None:
    places = Places.load_shipped()
    since, _ = await store.changed_since(-1)
    held = place_products([each async for each in store.every_product()], places)
    other = held[1]
    for what, change in {**TOLD, **WHOLE}.items():
        (made,) = await store.products(["nem-bui"])
        await change(store, made)
        now, changed = await store.changed_since(since)
        assert now > since, what
        assert (changed is None) == (what in WHOLE), what
        there = [each async for each in store.every_product()]
        held = place_products(there, places) if changed is None else place_changed(changed, places, before=held)
        assert held == place_products(there, places), what
        assert held[1] is other or what in WHOLE, what
        since = now
        assert await store.changed_since(since) == (since, []), what


async def test_what_changed_is_told_of_the_last_changes_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "_MOST_TOUCHED", 3)
    first = await store.revision()
    for number in range(5):
        await store.naming.add_alias("nem-bui", f"Nem {number}", by=LAN)
    now = await store.revision()
    assert await store.changed_since(first) == (now, None)
    _, last = await store.changed_since(now - 3)
    assert [each.id for each in last or ()] == ["nem-bui"]
    assert await store.changed_since(now + 1) == (now, None)
