"""Finding products by what is printed on them."""

from collections.abc import Awaitable
from dataclasses import replace

import pytest

from catalog.codes import trace_key
from catalog.entries import Listed
from catalog.model import Product
from catalog.store import Store
from tests.unit.store.lists import row

ODD = "Nem/Bùi số 1"


@pytest.fixture
async def store(store: Store) -> Store:
    rows = (
        row(),
        row(id=ODD, name="Nem Bùi số 1", gtins=("8936012345670", "12345670"), traces=(), group=""),
        row(id="x" * 41, name="Nem dài", gtins=(), traces=(), decision="", certificate="", stars=5),
    )
    await store.import_rows(rows, who="test")
    return store


async def ids(found: Awaitable[list[Product]]) -> list[str]:
    return [product.id for product in await found]


@pytest.mark.parametrize("gtin", ["8936012345670", "08936012345670"])
async def test_a_gtin_given_to_two_products_finds_both(store: Store, gtin: str) -> None:
    assert await ids(store.by_gtin(gtin)) == ["nem-bui", ODD]


async def test_a_short_gtin_finds_its_product(store: Store) -> None:
    assert await ids(store.by_gtin("12345670")) == [ODD]
    assert await ids(store.by_gtin("1234567")) == []


@pytest.mark.parametrize("code", ["https://check.bacninh.gov.vn/abc123", "HTTPS://CHECK.bacninh.gov.vn/abc123"])
async def test_a_trace_code_finds_its_product_however_it_was_printed(store: Store, code: str) -> None:
    assert await ids(store.by_trace(trace_key(code))) == ["nem-bui"]


@pytest.mark.parametrize("number", ["OCOP-3-001", "ocop 3 001", "OCOP3001"])
async def test_a_certificate_number_is_found_however_it_is_spaced(store: Store, number: str) -> None:
    assert await ids(store.by_number(number)) == ["nem-bui", ODD]


async def test_a_decision_names_everything_it_recognised(store: Store) -> None:
    assert await ids(store.by_number("12/qđ-ubnd")) == ["nem-bui", ODD]
    assert await ids(store.by_number("99/QĐ-UBND")) == []


async def test_a_producers_confirmed_account_finds_what_it_makes(store: Store) -> None:
    confirmed = {"account": "VietinBank 113366668888; Agribank 2600205123456"}
    await store.import_rows([row(id="gia-lua", name="Giò lụa", producer="HTX Khác", details=confirmed)], who="test")
    assert await ids(store.by_account("113366668888")) == ["gia-lua"]
    assert await ids(store.by_account("2600205123456")) == ["gia-lua"]
    assert await ids(store.by_account("113366668889")) == []
    assert await ids(store.by_account("%")) == []


async def test_an_odd_or_long_id_is_named_by_its_row(store: Store) -> None:
    refs = {product.id: product.ref async for product in store.every_product()}
    assert refs["nem-bui"] == "nem-bui"
    assert refs[ODD].startswith("~")
    assert refs["x" * 41].startswith("~")
    for ref in refs.values():
        product = await store.product(ref)
        assert product is not None
        assert product.ref == ref
    by_id = await store.product(ODD)
    assert by_id is not None
    assert by_id.id == ODD


@pytest.mark.parametrize("ref", ["", "~", "~99", "~x", "~" + "9" * 30, "không", "~1 OR 1=1", "'; DROP TABLE products"])
async def test_what_names_nothing_finds_nothing(store: Store, ref: str) -> None:
    assert await store.product(ref) is None


async def test_products_come_in_the_order_asked_for_and_unknown_ones_are_left_out(store: Store) -> None:
    assert await ids(store.products([ODD, "gone", "nem-bui"])) == [ODD, "nem-bui"]
    assert await ids(store.products(["nem-bui", ODD, "nem-bui"])) == ["nem-bui", ODD]
    assert await ids(store.products([])) == []


async def test_an_id_that_looks_like_a_row_does_not_hide_that_row(store: Store) -> None:
    """An officer's id may begin with a tilde; a button's ~5 means the fifth row all the same."""
    await store.import_rows([row(id="~5", name="Ngã"), row(id="Nem số 5")], who="test")
    fifth = await store.product("~5")
    assert fifth is not None
    assert fifth.id == "Nem số 5"


async def test_a_bound_code_finds_its_product_from_then_on(store: Store) -> None:
    before = await store.revision()
    assert await store.bind(key="https://icheck.vn/q", shown="https://icheck.vn/q", product_id="nem-bui")
    assert not await store.bind(key="https://icheck.vn/q", shown="https://icheck.vn/q", product_id="nem-bui")
    assert await ids(store.by_trace("https://icheck.vn/q")) == ["nem-bui"]
    assert await store.revision() == before + 1
    assert await store.bind(key="https://icheck.vn/q", shown="https://icheck.vn/q", product_id=ODD)
    assert await ids(store.by_trace("https://icheck.vn/q")) == ["nem-bui", ODD]


async def test_groups_count_their_products(store: Store) -> None:
    assert await store.groups() == [("Thực phẩm", 2)]


async def test_the_search_gets_the_stars_of_the_newest_certificate(store: Store) -> None:
    listed = {each.id: each for each in await store.searchable.list_all()}
    assert [each.decision for each in listed["nem-bui"].certificates] == ["12/QĐ-UBND"]
    assert replace(listed["nem-bui"], certificates=()) == Listed(
        id="nem-bui",
        name="Nem Bùi",
        aliases=("Nem Ninh Xá",),
        group="Thực phẩm",
        producer="HTX Hằng Hiếu",
        address="thôn Bùi Xá, xã Ninh Xá, huyện Thuận Thành",
        commune="xã Ninh Xá",
        stars=3,
    )
    assert listed["x" * 41].stars == 5
