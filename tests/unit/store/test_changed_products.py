"""What has changed since somebody read the catalogue: everything that is searched by, and little else."""

from dataclasses import replace

import pytest
from sqlalchemy import delete

from catalog.dates import PartialDate
from catalog.inquiry import Address, Correction
from catalog.store import Store, products, tables
from tests.unit.store.lists import JULY, row

OTHER = row(id="ruou", name="Rượu làng Vân", producer="HTX Vân Hương", gtins=(), traces=(), certificate="", decision="")


@pytest.fixture
async def store(store: Store) -> Store:
    await store.import_rows([row(), OTHER], who="test")
    return store


async def changed(store: Store, *rows: object) -> list[str]:
    """Which products are told of once *rows* are imported."""
    since, _ = await store.searchable_since(None, most=0)
    await store.import_rows(rows, who="test")  # type: ignore[arg-type]
    mark, listed = await store.searchable_since(since, most=10)
    assert mark.size == await store.count()
    assert listed is not None
    return [each.id for each in listed]


async def test_everything_is_told_to_whoever_has_read_nothing(store: Store) -> None:
    mark, listed = await store.searchable_since(None, most=0)
    assert listed is None
    assert [each.id async for page in store.searchable_pages(mark) for each in page] == ["nem-bui", "ruou"]
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
    since, _ = await store.searchable_since(None, most=0)
    await store.import_rows([replace(row(as_of=JULY), name="Nem"), replace(OTHER, as_of=JULY, name="Rượu")], who="test")
    assert (await store.searchable_since(since, most=1))[1] is None


async def test_an_accepted_correction_is_told(store: Store) -> None:
    since, _ = await store.searchable_since(None, most=0)
    (product,) = await store.products(["nem-bui"])
    proposed = Correction(
        0, product.producer.id, "nem-bui", "name", "Nem Bùi", "Nem Bùi cổ truyền", Address("web", "a"), 1.0
    )
    number = await store.corrections.propose(proposed)
    await store.corrections.decide(number, accepted=True, who="officer", at=2.0, source=("HTX", "2026-07-01"))
    _, listed = await store.searchable_since(since, most=10)
    assert [each.name for each in listed or ()] == ["Nem Bùi cổ truyền"]


async def test_a_database_that_was_put_back_is_read_whole(store: Store) -> None:
    since, _ = await store.searchable_since(None, most=0)
    assert (await store.searchable_since(replace(since, revision=since.revision + 5), most=10))[1] is None


async def test_the_size_tells_of_what_was_taken_out_by_hand(store: Store) -> None:
    since, _ = await store.searchable_since(None, most=0)

    async def take_out(connection):  # type: ignore[no-untyped-def]
        await connection.execute(delete(tables.certificates).where(tables.certificates.c.product_id == "ruou"))
        await connection.execute(delete(tables.products).where(tables.products.c.id == "ruou"))

    await store._access.write(take_out)
    mark, _ = await store.searchable_since(since, most=10)
    assert mark.size == since.size - 1


async def test_pages_hold_what_is_searched_by_up_to_the_mark(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "_AT_ONCE", 2)
    more = [
        row(id=f"p{number}", name=f"Nem {number}", gtins=(), traces=(), certificate=f"C-{number}")
        for number in range(5)
    ]
    await store.import_rows(more, who="test")
    whole = await store.list_searchable()
    mark, _ = await store.searchable_since(None, most=0)
    await store.import_rows([row(id="later", name="Nem sau", gtins=(), traces=())], who="test")
    pages = [page async for page in store.searchable_pages(mark)]
    assert [each for page in pages for each in page] == whole
    assert [len(page) for page in pages] == [2, 2, 2, 1]
