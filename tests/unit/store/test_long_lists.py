"""A list in several parts does what it does in one: the parts only save memory."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from catalog.dates import PartialDate
from catalog.list_io import UNKNOWN_PRODUCER, PackedProducts
from catalog.model import ProductRow
from catalog.store import Store, group_rows, open_store, tables
from catalog.store.group_rows import Merged, MergedList
from tests.unit.store.lists import JULY, MARCH, row

rows = st.lists(
    st.builds(
        row,
        id=st.sampled_from(("a", "b", "c", "d", "")),
        name=st.sampled_from(("Nem", "Gạo", "Mì")),
        producer=st.sampled_from(("HTX Một", "HTX Hai", UNKNOWN_PRODUCER)),
        phones=st.sampled_from(((), ("0912345678",), ("0900000000",))),
        certificate=st.sampled_from(("", "OCOP-1", "OCOP-2")),
        stars=st.sampled_from((None, 3, 4)),
        gtins=st.sampled_from(((), ("8936012345670",))),
        as_of=st.sampled_from((None, MARCH, JULY)),
    ),
    max_size=12,
)


def together(listed: list[ProductRow], size: int) -> tuple[Merged, list[int]]:
    """What all parts of at most *size* products say, and how many products each has."""
    whole, sizes = Merged(), []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(group_rows, "PRODUCTS_IN_A_PART", size)
        for part in MergedList(listed):
            assert not whole.products.keys() & part.products.keys()
            whole.include(part)
            whole.producers |= part.producers
            sizes.append(len(part.products))
    return whole, sizes


@given(rows, st.integers(1, 4))
def test_parts_say_together_what_one_part_says(listed: list[ProductRow], size: int) -> None:
    one, several = together(listed, 1000)[0], together(listed, size)
    assert several[0] == one
    assert list(several[0].products) == list(one.products)
    assert max(several[1]) <= size
    merged = MergedList(listed)
    assert merged.products == len(one.products)
    assert all(each in merged for each in one.products)
    assert "nobody" not in merged
    assert [len(part.products) for part in merged] == [len(part.products) for part in merged]


def test_packed_products_are_the_same_again_and_again() -> None:
    listed = [row(id=f"p{number}", name=f"Nem {number}") for number in range(1100)]
    packed = PackedProducts(iter(listed))
    assert len(packed) == 1100
    assert list(packed) == list(packed) == listed
    assert list(PackedProducts([])) == []
    one_by_one = PackedProducts(listed[:300])
    for each in listed[300:]:
        one_by_one.add(each)
    assert len(one_by_one) == 1100
    assert list(one_by_one) == listed


async def test_an_import_in_parts_leaves_what_one_in_one_part_leaves(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = list(first_and_second())
    reports = []
    async with open_store(f"sqlite:///{tmp_path / 'parts.db'}", migrate=True) as parts:
        for some in (listed[:7], listed, listed):
            monkeypatch.setattr(group_rows, "PRODUCTS_IN_A_PART", 1000)
            reports.append([await store.import_rows(iter(some), who="test")])
            monkeypatch.setattr(group_rows, "PRODUCTS_IN_A_PART", 2)
            reports[-1].append(await parts.import_rows(iter(some), who="test"))
        assert all(one == other for one, other in reports)
        assert (reports[0][0].added, reports[2][0].updated) == (4, 0)
        assert [each async for each in store.every_product()] == [each async for each in parts.every_product()]
        assert await log_of(store) == await log_of(parts)


def first_and_second() -> Iterator[ProductRow]:
    plain = row(aliases=(), gtins=(), traces=())
    for number in range(4):
        yield replace(plain, id=f"p{number}", name=f"Nem {number}", certificate=f"C-{number}")
    yield replace(plain, id="p1", name="Nem một", certificate="C-mới", decided=PartialDate(2026, 6, 1))
    yield replace(plain, id="p3", name="Nem ba", as_of=JULY, phones=("0900000000",))
    yield replace(plain, id="p0", gtins=("8936012345670",))
    for number in range(2, 9):
        yield replace(plain, id=f"p{number}", name=f"Nem số {number}", as_of=JULY, stars=4, certificate=f"C-{number}")


async def log_of(store: Store) -> list[tuple[str, str, str]]:
    """Who was changed in what, in any order."""
    changes = tables.changes.c
    query = select(changes.subject, changes.field, changes.new)
    return sorted(tuple(found) for found in await store._access.read(lambda c: _all(c, query)))


async def _all(connection: Any, query: Any) -> Any:
    return (await connection.execute(query)).all()
