"""Uploaded lists: what importing one would do, and an import that is undone as a whole."""

import time
from collections.abc import Sequence

import pytest
from sqlalchemy import insert, select, update

from catalog.audit import Deed, Doer
from catalog.dates import PartialDate
from catalog.errors import NotFound
from catalog.inquiry import Address
from catalog.model import CertificateEvent, EventKind, Product, ProductRow
from catalog.store import (
    FieldChange,
    ListState,
    Mend,
    Outcome,
    Preview,
    PreviewLine,
    StayingChange,
    Stays,
    Store,
    tables,
)
from tests.unit.store.lists import JULY, row

BY = Doer(3, "province")


async def dump(store: Store) -> dict[str, list[dict[str, object]]]:
    """All of the catalogue."""
    async with store._engine.connect() as connection:
        return {
            table.name: [
                dict(each) for each in (await connection.execute(select(table).order_by(*table.primary_key))).mappings()
            ]
            for table in (
                tables.producers,
                tables.products,
                tables.certificates,
                tables.codes,
                tables.certificate_events,
            )
        }


async def imported(store: Store, *rows: ProductRow) -> int:
    number = await store.lists.add("ds.xlsx", b"file", by=BY)
    assert await store.lists.claim(number, owner="me")
    assert await store.lists.keep_preview(number, await store.lists.compare(rows), owner="me")
    assert await store.lists.begin_import(number, owner="me")
    await store.lists.import_rows(number, rows, owner="me", by=BY)
    return number


def brief(lines: Sequence[PreviewLine]) -> list[tuple[str, str, list[tuple[str, object, object]]]]:
    return [(each.outcome, each.subject, [(c.field, c.old, c.new) for c in each.changes]) for each in lines]


async def only(store: Store, ref: str = "nem-bui") -> Product:
    found = await store.product(ref)
    assert found is not None
    return found


async def test_a_preview_tells_each_field_and_writes_nothing(store: Store) -> None:
    await store.import_rows([row(), row(id="gio", name="Giò lụa", gtins=(), traces=(), certificate="G")], who="test")
    before, revision = await dump(store), await store.revision()
    anew = [
        row(buy="Siêu thị", stars=4, as_of=JULY, phones=("0900000000",), details={"price": "9.000 đ"}, line=2),
        row(id="gio", name="Giò lụa", gtins=(), traces=(), certificate="G", as_of=JULY, phones=("0900000000",), line=3),
        row(id="cha", name="Chả", gtins=("8936012345687",), traces=(), line=4),
    ]
    told: list[tuple[int, int]] = []
    preview = await store.lists.compare(anew, progress=lambda done, total: told.append((done, total)))
    assert (await dump(store), await store.revision()) == (before, revision)
    assert told[-1][0] == told[-1][1] > 0
    maker, nem, gio, cha = preview.lines
    assert brief([maker]) == [("changed", before["producers"][0]["id"], [("phones", ["0912345678"], ["0900000000"])])]
    assert brief([nem]) == [
        ("changed", "nem-bui", [("buy", "Chợ Dâu", "Siêu thị"), ("price", "", "9.000 đ"), ("stars", 3, 4)])
    ]
    assert brief([gio]) == [("unchanged", "gio", [])], "said again, as of later"
    assert (cha.outcome, cha.name, cha.line) == ("added", "Chả", 4)
    assert FieldChange("gtins", "", "8936012345687") in cha.changes
    assert preview.counts() == {"refused": 0, "doubtful": 0, "changed": 2, "added": 1, "unchanged": 1}
    applied = await store.import_rows(anew, who="test")
    assert applied.updated == preview.report.updated == 2
    assert applied.certificates_added == preview.report.certificates_added == 1
    again = await store.lists.compare(anew)
    assert [each.outcome for each in again.lines] == ["unchanged"] * 3


async def test_an_import_is_undone_as_a_whole(store: Store) -> None:
    await store.import_rows([row(details={"price": "5.000 đ"})], who="test")
    before = await dump(store)
    number = await imported(
        store,
        row(name="Nem Bùi Ninh Xá", stars=4, buy="Siêu thị", as_of=JULY, details={"season": "quanh năm"}),
        row(name="Nem Bùi Ninh Xá", certificate="OCOP-4-9", stars=4, gtins=("8936012345687",), as_of=JULY),
        row(id="cha", name="Chả", producer="HTX Mới", gtins=("8936012345694",)),
    )
    assert (await only(store)).name != "Nem Bùi"
    kept = await store.lists.find(number)
    assert kept is not None
    assert (kept.state, kept.report and kept.report.added, kept.name, kept.officer) == ("imported", 1, "ds.xlsx", 3)
    undone = await store.lists.undo(number, by=BY, reason="nhầm tệp")
    assert undone.kept == []
    assert await dump(store) == before
    state = await store.lists.find(number)
    assert state is not None
    assert (state.state, state.undone) == (ListState.UNDONE, undone)
    entries = [each.entry async for each in store.audit.every_row()]
    assert [each.deed for each in entries] == [Deed.LIST_UPLOADED, Deed.LIST_IMPORTED, Deed.LIST_UNDONE]
    assert (entries[2].subject, entries[2].reason) == (f"list {number}", "nhầm tệp")
    with pytest.raises(NotFound):
        await store.lists.undo(number, by=BY)


async def test_what_was_changed_again_since_stays_and_is_told(store: Store) -> None:
    await store.import_rows([row()], who="test")
    number = await imported(store, row(buy="Siêu thị", group="Đồ uống", stars=4, as_of=JULY))
    await store.import_rows(
        [
            row(
                buy="Chợ Mới",
                group="Đồ uống",
                stars=None,
                certificate="",
                decision="",
                decided=None,
                score=None,
                as_of=PartialDate(2026, 8),
            )
        ],
        who="test",
    )
    undone = await store.lists.undo(number, by=BY)
    product = await only(store)
    assert (product.buy, product.group) == ("Chợ Mới", "Đồ uống"), "a newer list said both"
    assert product.certificates[0].stars == 3
    stayed = {(each.what, each.why) for each in undone.kept}
    assert {("buy", Stays.CHANGED_SINCE), ("group", Stays.CHANGED_SINCE)} <= stayed
    assert StayingChange("nem-bui", "buy", Stays.CHANGED_SINCE, "Chợ Mới") in undone.kept


async def test_a_product_that_something_needs_stays_with_all_that_came_with_it(store: Store) -> None:
    number = await imported(store, row(), row(id="cha", name="Chả", gtins=(), traces=(), certificate="C"))
    async with store._engine.begin() as connection:
        asked = {
            "producer_id": "x",
            "product_id": "nem-bui",
            "field": "buy",
            "new": "?",
            "channel": "web",
            "address": "1",
            "at": 0.0,
        }
        await connection.execute(insert(tables.corrections).values(asked))
    await store.people.note_view(Address("web", "1"), "cha", at=1.0)
    undone = await store.lists.undo(number, by=BY)
    assert [(each.subject, each.what, each.why) for each in undone.kept if each.what == "products"] == [
        ("nem-bui", "products", Stays.NEEDED)
    ]
    product = await only(store)
    assert (len(product.certificates), product.gtins, product.producer.name) == (1, ("8936012345670",), "HTX Hằng Hiếu")
    assert await store.product("cha") is None, "that somebody looked at it keeps nothing"


async def test_a_product_that_another_list_added_to_stays(store: Store) -> None:
    number = await imported(store, row(), row(id="cha", name="Chả", gtins=(), traces=(), certificate="C"))
    await store.import_rows([row(certificate="OCOP-4-1", stars=4)], who="test")
    await store.import_rows(
        [row(id="cha", name="Chả", buy="Chợ", gtins=(), traces=(), certificate="C", as_of=JULY)], who="test"
    )
    undone = await store.lists.undo(number, by=BY)
    kept = {each.subject: each.why for each in undone.kept if each.what == "products"}
    assert kept == {"nem-bui": Stays.NEEDED, "cha": Stays.CHANGED_SINCE}
    assert len((await only(store)).certificates) == 2


async def test_a_certificate_that_came_to_an_older_product_goes_alone(store: Store) -> None:
    await store.import_rows([row()], who="test")
    number = await imported(store, row(certificate="OCOP-4-1", stars=4), row(certificate="OCOP-4-2", stars=4))
    await store.import_rows([row(certificate="OCOP-4-2", stars=5, as_of=JULY)], who="test")
    undone = await store.lists.undo(number, by=BY)
    assert ("nem-bui", "certificates", Stays.CHANGED_SINCE) in [(k.subject, k.what, k.why) for k in undone.kept]
    assert sorted(each.number for each in (await only(store)).certificates) == ["OCOP-3-001", "OCOP-4-2"]


async def test_whoever_reads_only_what_changed_learns_what_went(store: Store) -> None:
    """As many may be added as went: then no count tells it."""
    await store.import_rows([row()], who="test")
    number = await imported(store, row(id="cha", name="Chả", gtins=(), traces=(), certificate="C"))
    mark, _ = await store.searchable.since(None, most=10)
    removed = await only(store, "cha")
    await store.lists.undo(number, by=BY)
    await store.import_rows([row(id="gio", name="Giò", gtins=(), traces=(), certificate="G")], who="test")
    later, listed = await store.searchable.since(mark, most=10)
    assert later.size == mark.size
    assert listed is None, "everything is to be read"
    assert (await store.searchable.since(later, most=10))[1] == []
    numbers = {each["id"]: each["number"] for each in (await dump(store))["products"]}
    assert numbers["gio"] > numbers["nem-bui"] + 1, f"the number of {removed.id} is nobody else's"


async def test_a_list_is_one_workers_until_its_lease_ends(store: Store) -> None:
    number = await store.lists.add("ds.csv", b"x", by=BY)
    assert await store.lists.claim(number, owner="one")
    assert not await store.lists.claim(number, owner="two")
    assert await store.lists.tell_progress(number, 20, 100, owner="one")
    found = await store.lists.find(number)
    assert found is not None
    assert (found.done, found.total, found.state) == (20, 100, ListState.CHECKING)
    async with store._engine.begin() as connection:
        await connection.execute(update(tables.lists).values(leased_until=1.0))
    assert await store.lists.claim(number, owner="two")
    assert not await store.lists.tell_progress(number, 30, 100, owner="one")
    assert not await store.lists.keep_preview(number, await store.lists.compare([row()]), owner="one")
    await store.lists.give_up(number, "tệp hỏng", owner="two")
    found = await store.lists.find(number)
    assert found is not None
    assert (found.state, found.trouble) == (ListState.UNREADABLE, "tệp hỏng")
    assert await store.lists.content(number) == b"x"
    with pytest.raises(NotFound):
        await store.lists.content(number + 1)


async def test_only_what_is_ready_is_imported_and_only_once(store: Store) -> None:
    number = await store.lists.add("ds.csv", b"x", by=BY)
    assert not await store.lists.begin_import(number, owner="me")
    await store.lists.claim(number, owner="me")
    await store.lists.keep_preview(number, await store.lists.compare([row()]), owner="me")
    with pytest.raises(NotFound):
        await store.lists.import_rows(number, [row()], owner="me", by=BY)
    assert await store.lists.begin_import(number, owner="me")
    assert not await store.lists.begin_import(number, owner="you")
    with pytest.raises(NotFound):
        await store.lists.import_rows(number, [row()], owner="you", by=BY)
    assert await store.count() == 0
    await store.lists.import_rows(number, [row()], owner="me", by=BY)
    assert not await store.lists.begin_import(number, owner="me")


async def test_mends_are_kept_by_cell_and_the_list_is_checked_again(store: Store) -> None:
    number = await store.lists.add("ds.csv", b"x", by=BY)
    assert not await store.lists.mend(number, [Mend("", 3, 1, "a")]), "it is being checked"
    await store.lists.claim(number, owner="me")
    problem = PreviewLine(Outcome.REFUSED, line=3, cells=("Nem", 3.0, True), columns=(1,))
    preview = Preview((await store.lists.compare([])).report, [problem], ("Tên",), (("sum", {"said": "27"}),))
    await store.lists.keep_preview(number, preview, owner="me")
    assert await store.lists.mend(number, [Mend("", 3, 1, "a"), Mend("S", 3, 2, "b")])
    found = await store.lists.find(number)
    assert found is not None
    assert found.mends == (Mend("", 3, 1, "a"), Mend("S", 3, 2, "b"))
    assert (found.state, found.headings, found.notes) == (ListState.CHECKING, ("Tên",), (("sum", {"said": "27"}),))
    assert await store.lists.lines(number, Outcome.REFUSED, limit=5) == [problem]
    assert await store.lists.lines(number, Outcome.ADDED, limit=5) == []
    assert await store.lists.claim(number, owner="me")
    await store.lists.keep_preview(number, await store.lists.compare([]), owner="me")
    assert await store.lists.mend(number, [Mend("", 3, 1, "c")])
    found = await store.lists.find(number)
    assert found is not None
    assert Mend("", 3, 1, "c") in found.mends
    assert len(found.mends) == 2


async def test_lists_are_listed_newest_first_and_by_officer(store: Store) -> None:
    numbers = [await store.lists.add(f"{n}.csv", b"x", by=Doer(n % 2, "")) for n in range(3)]
    assert [each.number for each in await store.lists.newest(limit=2)] == [numbers[2], numbers[1]]
    assert [each.name for each in await store.lists.newest(limit=5, officer=1)] == ["1.csv"]
    assert [each.number for each in await store.lists.newest(limit=5, before=numbers[1])] == [numbers[0]]
    assert await store.lists.count() == 3


def decided(**more: object) -> dict[str, object]:
    said = {"status": EventKind.WITHDRAWN, "act": "9/QĐ-UBND", "act_decided": PartialDate(2026, 1, 5), "as_of": JULY}
    return {**said, **more}


async def test_what_a_list_says_was_decided_is_told_and_undone(store: Store) -> None:
    await store.import_rows([row()], who="test")
    before = await dump(store)
    rows = [row(**decided()), row(id="cha", name="Chả", gtins=(), traces=(), **decided(certificate="C"))]
    nem, cha = (await store.lists.compare(rows)).lines
    assert ("status", "", "withdrawn 9/QĐ-UBND 2026-01-05") in brief([nem])[0][2]
    assert ("status", "", "withdrawn 9/QĐ-UBND 2026-01-05") in brief([cha])[0][2]
    assert (await only(store)).certificates[0].events == ()
    number = await imported(store, *rows)
    assert (await only(store)).certificates[0].events[0].decision == "9/QĐ-UBND"
    assert [each.outcome for each in (await store.lists.compare(rows)).lines] == ["unchanged"] * 2
    assert (await store.lists.undo(number, by=BY)).kept == []
    assert await dump(store) == before
    assert (await only(store)).certificates[0].events == ()


async def test_a_certificate_about_which_something_was_decided_since_stays(store: Store) -> None:
    await store.import_rows([row()], who="test")
    number = await imported(
        store, row(certificate="OCOP-4-1", stars=4), row(id="cha", name="Chả", gtins=(), traces=(), certificate="C")
    )
    for ref in ("nem-bui", "cha"):
        (about,) = [each for each in (await only(store, ref)).certificates if each.number != "OCOP-3-001"]
        await store.events.record(ref, CertificateEvent(EventKind.WITHDRAWN, "9/QĐ"), about=about)
    undone = await store.lists.undo(number, by=BY)
    assert {(each.subject, each.what, each.why) for each in undone.kept if each.what != "producers"} == {
        ("nem-bui", "certificates", Stays.NEEDED),
        ("cha", "products", Stays.NEEDED),
    }
    assert [each.number for each in (await only(store, "cha")).certificates] == ["C"]


async def test_a_decision_that_is_told_otherwise_is_put_back(store: Store) -> None:
    await store.import_rows([row(**decided())], who="test")
    before = (await only(store)).certificates[0].events
    later = PartialDate(2026, 9)
    number = await imported(store, row(**decided(act_decided=PartialDate(2026, 1, 6), as_of=later)))
    assert (await only(store)).certificates[0].events[0].decided == PartialDate(2026, 1, 6)
    assert (await store.lists.undo(number, by=BY)).kept == []
    assert (await only(store)).certificates[0].events == before


async def test_the_same_database_is_opened_again_for_another_thread(store: Store) -> None:
    number = await imported(store, row())
    async with store.opened_again() as other:
        found = await other.lists.find(number)
        assert found is not None
        assert found.state is ListState.IMPORTED
        assert (await other.lists.undo(number, by=BY)).kept == []
        assert [each.name for each in await other.producers(["htx-hang-hieu-aff699e1"])] == []
    assert await store.count() == 0


async def test_lists_that_nobody_imported_are_forgotten(store: Store) -> None:
    kept = await imported(store, row())
    waiting = await store.lists.add("ds.csv", b"x", by=BY)
    await store.lists.claim(waiting, owner="me")
    await store.lists.keep_preview(waiting, await store.lists.compare([row()]), owner="me")
    day = 24 * 3600.0
    assert await store.lists.forget_old(now=time.time() + 89 * day) == 0
    assert await store.lists.forget_old(now=time.time() + 91 * day) == 1
    assert [each.number for each in await store.lists.newest(limit=9)] == [kept]
    assert await store.lists.lines(waiting, limit=9) == []
    assert (await store.lists.undo(kept, by=BY)).kept == []
