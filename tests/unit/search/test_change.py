"""Where some entries change, the index becomes what it would be if it were built anew."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from catalog.search import Entry, Index, Order, Validity
from catalog.search.entry_columns import read_entries
from catalog.search.packed import first_seen, order_of, spelling_hash
from tests.unit.search.conftest import ENTRIES

TODAY, DAY_AFTER = date(2026, 6, 1), date(2026, 6, 2)
QUERIES = (
    "nem bùi ninh xá", "nem", "banh fu the", "ruoulangvan", "rượu làng vân", "mi chu", "bdx", "gạo", "trà hoa vàng",
    "4 sao", "còn hạn", "hết hạn", "tháng 6", "dưới 100 nghìn", "htx hằng hiếu", "của hằng hiếu", "ở yên phong",
    "quà tặng", "nemm buii", "b phu the", "xin chao", "khong co gi dau",
)  # fmt: skip
WORDS = (
    "nem",
    "bùi",
    "bưởi",
    "da",
    "xanh",
    "mì",
    "rượu",
    "rươu",
    "làng",
    "vân",
    "gạo",
    "nếp",
    "trà",
    "bánh",
    "phu",
    "thê",
)


names = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), min_size=1, max_size=5).map(" ".join)
entries = st.builds(
    Entry,
    id=st.integers(0, 12).map(str),
    name=names,
    aliases=st.lists(names, max_size=2).map(tuple),
    producer=st.sampled_from(("", "HTX Hằng Hiếu", "Hộ kinh doanh Bà Lý", "Công ty TNHH Vân Hương")) | names,
    places=st.lists(st.sampled_from(("Xã Yên Phong", "Bắc Ninh", "Xã Ninh Xá")) | names, max_size=2).map(tuple),
    group=st.sampled_from(("", "Thực phẩm", "Đồ uống", "Quà tặng, lưu niệm")),
    star=st.none() | st.integers(3, 5),
    standings=st.lists(st.tuples(st.sampled_from((date(2020, 1, 1), TODAY, DAY_AFTER)), st.sampled_from(Validity))).map(
        lambda told: tuple(sorted(dict(told).items()))
    ),
    price=st.none() | st.integers(1000, 200_000),
    months=st.frozensets(st.integers(1, 12), max_size=3),
)


def answers(index: Index) -> list[object]:
    found: list[object] = [index.find(query, today=TODAY) for query in QUERIES]
    found += [index.find(query, today=TODAY, order=Order.STARS) for query in QUERIES[:4]]
    found += [index.complete(query) for query in QUERIES]
    return [*found, *(index.maker(name) for name in ("hằng hiếu", "bà lý", "vân hương"))]


class Catalogue(RuleBasedStateMachine):
    """A list that officers change, and the index that follows it."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, Entry] = {}
        self.index = Index.build([])

    @initialize(some=st.lists(entries, max_size=8))
    def begin(self, some: list[Entry]) -> None:
        self.entries = {entry.id: entry for entry in some}
        self.index = Index.build(self.entries.values())
        self.index.find("còn hạn", today=TODAY)

    @rule(changed=st.lists(entries, max_size=3))
    def change(self, changed: list[Entry]) -> None:
        before, said = self.index, answers(self.index)
        self.index = before.change(changed)
        assert answers(before) == said
        for entry in changed:
            self.entries[entry.id] = entry

    @invariant()
    def it_is_as_if_built_anew(self) -> None:
        anew = Index.build(self.entries.values())
        assert len(self.index) == len(anew) == len(self.entries)
        assert answers(self.index) == answers(anew)


TestChanges = Catalogue.TestCase
TestChanges.settings = settings(max_examples=15, stateful_step_count=5, deadline=None)


def test_a_changed_product_is_found_by_its_new_name_only():
    before = Index.build(ENTRIES)
    after = before.change([replace(ENTRIES[0], name="Giò lụa Ước Lễ", aliases=())])
    assert after.find("giò lụa ước lễ").hits[0].id == ENTRIES[0].id
    assert before.find(ENTRIES[0].name).hits[0].id == ENTRIES[0].id
    assert len(after) == len(before)


def test_a_new_product_is_found_and_the_others_still_are():
    new = Entry(id="new", name="Tương bần Mỹ Hào", producer="HTX Bần")
    after = Index.build(ENTRIES).change([new])
    assert after.find("tuong ban my hao").hits[0].id == "new"
    assert after.find(ENTRIES[0].name).hits[0].id == ENTRIES[0].id
    assert after.maker("htx bần") == "HTX Bần"


def test_a_change_of_many_is_one_of_each():
    some = [replace(entry, name=f"{entry.name} mới") for entry in ENTRIES]
    together, one_by_one = Index.build(ENTRIES).change(some), Index.build(ENTRIES)
    for entry in some:
        one_by_one = one_by_one.change([entry])
    assert answers(together) == answers(one_by_one) == answers(Index.build(some))


def test_words_that_nobody_uses_any_more_are_forgotten():
    read = read_entries([Entry(id="1", name="nem chua"), Entry(id="2", name="gạo nếp", producer="HTX Cũ")])
    after = read.change([Entry(id="2", name="nem nắm")])
    assert after.spellings == read_entries([Entry(id="1", name="nem chua"), Entry(id="2", name="nem nắm")]).spellings
    assert after.producers.values == [""]


@pytest.mark.parametrize("size", [7, 1 << 16, 1 << 20])
def test_numbers_are_ordered_as_a_stable_sort_orders_them(size: int):
    numbers = np.random.default_rng(1).integers(0, size, 5000).astype(np.int32)
    assert (order_of(numbers, size=size) == np.argsort(numbers, kind="stable")).all()
    assert first_seen(numbers, size=size).tolist() == list(dict.fromkeys(numbers.tolist()))


def test_the_same_letters_have_the_same_number_wherever_the_spaces_are():
    rows = Index.build(
        [Entry(id=str(number), name=name) for number, name in enumerate(("bánh phu thê", "banhphu the"))]
    )
    other = Index.build([Entry(id="1", name="𝕏é 𐐷 ßa")])
    for index, query in ((rows, "ba nh phut he"), (other, "xe 𐐷 ssa")):
        assert index.find(query).hits
    assert spelling_hash("ab") != spelling_hash("ba")
