"""What officers change by hand, on each database: as it was seen, undone, and two products that become one."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog.audit import Deed, Doer
from catalog.dates import PartialDate
from catalog.errors import AlreadyThere, ChangedMeanwhile, NotFound
from catalog.inquiry import Address, Correction, Inquiry, Kind, State
from catalog.model import CertificateEvent, EventKind, ProductRow, made_id
from catalog.officers import Act, ActScope, Grant, OfficerRole, Proposal
from catalog.sealing import new_key
from catalog.store import PRODUCER, PRODUCT, Edit, JoinChoice, Merged, Store, open_store, producer_id, tables

ROOT = Path(__file__).parents[3]
LAN, MINH = Doer(7, "province"), Doer(8, "commune")
SAID = ("Điện thoại: HTX", "2026-11-27")
NOW = 1_790_000_000.0


def row(key: str, **more: object) -> ProductRow:
    fields = ProductRow(
        id=key,
        name=f"Nem {key}",
        producer="HTX Nem",
        commune="xã Nhân Thắng",
        stars=3,
        decision=f"{key}/QĐ-UBND",
        decided=PartialDate(2025, 2, 1),
        buy=f"Chợ {key}",
        gtins=("8936012345674",) if key == "b" else (),
        traces=(f"tem.example/{key}",),
        source="Danh sách",
        as_of=PartialDate(2025, 3, 1),
    )
    return replace(fields, **more)  # type: ignore[arg-type]  # fields of the row


@pytest.fixture
async def stocked(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url, keys=[new_key()]) as store:
        await store.import_rows([row("a"), row("b", details={"price": "50.000 đ"})], who="test")
        yield store


def edit(values: dict[str, object], seen: dict[str, object], *, key: str = "a", **more: object) -> Edit:
    return Edit(PRODUCT, key, values, seen, SAID, "vì gọi hỏi", **more)  # type: ignore[arg-type]  # as given


async def audit(store: Store) -> list[tuple[str, str]]:
    return [(each.entry.deed, each.entry.subject) async for each in store.audit.every_row()]


async def test_a_change_has_its_source_its_history_and_its_row_in_the_audit(stocked: Store) -> None:
    before = await stocked.revision()
    number = await stocked.editing.change(
        edit({"buy": "Chợ mới", "price": "60.000 đ", "group": ""}, {"buy": "Chợ a", "price": ""}), by=LAN
    )
    product = await stocked.product("a")
    assert product is not None
    assert (product.buy, product.details["price"]) == ("Chợ mới", "60.000 đ")
    assert product.facts["buy"].name == SAID[0]
    assert product.facts["buy"].as_of == PartialDate(2026, 11, 27)
    changes = await stocked.field_history.list_changes(["a"], limit=9)
    assert [(each.field, each.old, each.new, each.who) for each in changes] == [
        ("price", "", "60.000 đ", "officer 7"),
        ("buy", "Chợ a", "Chợ mới", "officer 7"),
    ]
    kept = await stocked.audit.by_number(number)
    assert kept is not None
    assert (kept.entry.deed, kept.entry.subject, kept.entry.reason) == (Deed.PRODUCT_EDITED, "product a", "vì gọi hỏi")
    assert json.loads(kept.entry.after)["source"] == SAID[0]
    assert await stocked.revision() == before + 1
    assert await stocked.editing.change(edit({"buy": "Chợ mới"}, {"buy": "Chợ mới"}), by=LAN) == 0
    assert (await stocked.audit.verify()).broken is None


async def test_an_emptied_detail_is_kept_no_more_and_other_details_stay(stocked: Store) -> None:
    await stocked.editing.change(edit({"price": "60.000 đ", "season": "6-7"}, {}), by=LAN)
    await stocked.editing.change(edit({"price": ""}, {"price": "60.000 đ"}), by=LAN)
    product = await stocked.product("a")
    assert product is not None
    assert dict(product.details) == {"season": "6-7"}


async def test_of_two_officers_the_second_writes_nothing_over_the_first(stocked: Store) -> None:
    outcomes = await asyncio.gather(
        stocked.editing.change(edit({"buy": "của Lan"}, {"buy": "Chợ a"}), by=LAN),
        stocked.editing.change(edit({"buy": "của Minh"}, {"buy": "Chợ a"}), by=MINH),
        return_exceptions=True,
    )
    assert [type(each) for each in outcomes].count(ChangedMeanwhile) == 1
    product = await stocked.product("a")
    assert product is not None
    assert product.buy in {"của Lan", "của Minh"}
    assert len(await stocked.field_history.list_changes(["a"], limit=9)) == 1
    with pytest.raises(NotFound):
        await stocked.editing.change(edit({"buy": "x"}, {}, key="none"), by=LAN)


async def test_the_last_change_is_taken_back_once_with_its_source(stocked: Store) -> None:
    first = await stocked.editing.change(edit({"buy": "một"}, {"buy": "Chợ a"}), by=LAN)
    last = await stocked.editing.change(edit({"buy": "hai", "price": "9 đ"}, {"buy": "một"}), by=MINH)
    with pytest.raises(ChangedMeanwhile):
        await stocked.editing.undo(PRODUCT, "a", number=first, by=LAN)
    found = await stocked.editing.last_edit(PRODUCT, "a")
    assert found is not None
    assert found.number == last
    await stocked.editing.undo(PRODUCT, "a", number=last, by=LAN)
    product = await stocked.product("a")
    assert product is not None
    assert (product.buy, dict(product.details)) == ("một", {})
    assert "price" not in product.facts
    assert product.facts["buy"].name == SAID[0]
    assert await stocked.editing.last_edit(PRODUCT, "a") is None
    with pytest.raises(ChangedMeanwhile):
        await stocked.editing.undo(PRODUCT, "a", number=last, by=LAN)


async def test_a_change_that_a_list_has_changed_since_stays(stocked: Store) -> None:
    number = await stocked.editing.change(edit({"buy": "một"}, {}), by=LAN)
    later = PartialDate(2026, 12, 1)
    await stocked.import_rows([row("a", buy="của danh sách", as_of=later)], who="test")
    with pytest.raises(ChangedMeanwhile):
        await stocked.editing.undo(PRODUCT, "a", number=number, by=LAN)


async def test_an_older_list_takes_back_nothing_of_a_change(stocked: Store) -> None:
    await stocked.editing.change(edit({"buy": "một"}, {}), by=LAN)
    await stocked.import_rows([row("a")], who="test")
    product = await stocked.product("a")
    assert product is not None
    assert product.buy == "một"


async def test_a_renamed_product_is_not_made_again_by_a_list_without_ids(store: Store) -> None:
    bare = row("a", id="", name="Nem cũ")
    await store.import_rows([bare], who="test")
    key, named = bare.product_id, made_id("Nem mới", "HTX Nem")
    values = {"name": "Nem mới", "aliases": ["Nem cũ"], "former_name": "Nem cũ"}
    await store.editing.change(
        edit(values, {"name": "Nem cũ"}, key=key, deed=Deed.PRODUCT_RENAMED, former={named: key}), by=LAN
    )
    later = PartialDate(2027, 1, 1)
    await store.import_rows([replace(bare, name="Nem mới", buy="Chợ sau", as_of=later)], who="test")
    assert await store.count() == 1
    product = await store.product(named)
    assert product is not None
    assert (product.id, product.name, product.buy) == (key, "Nem mới", "Chợ sau")


async def test_a_producer_called_otherwise_keeps_products_in_the_next_list(stocked: Store) -> None:
    maker = producer_id("HTX Nem", "xã Nhân Thắng")
    again = Edit(
        PRODUCER,
        maker,
        {"name": "HTX Nem Bùi"},
        {"name": "HTX Nem"},
        SAID,
        deed=Deed.PRODUCER_EDITED,
        former_producers=[producer_id("HTX Nem Bùi", "xã Nhân Thắng")],
    )
    await stocked.editing.change(again, by=LAN)
    later = PartialDate(2027, 1, 1)
    await stocked.import_rows([row("a", producer="HTX Nem Bùi", phones=("+84912345678",), as_of=later)], who="test")
    product = await stocked.product("a")
    assert product is not None
    assert (product.producer.id, product.producer.phones) == (maker, ("+84912345678",))


async def test_what_is_added_is_added_once(stocked: Store) -> None:
    part = Merged()
    part.add_product(row("c"))
    part.add_producer(row("c", producer="HTX Khác"))
    part.products["c"].values["producer_id"] = next(iter(part.producers))
    await stocked.editing.add(part, by=LAN, reason="mới")
    product = await stocked.product("c")
    assert product is not None
    assert (product.producer.name, product.certificates[0].stars) == ("HTX Khác", 3)
    with pytest.raises(AlreadyThere):
        await stocked.editing.add(part, by=LAN, reason="lại")
    assert (await audit(stocked)) == [(Deed.PRODUCT_ADDED, "product c")]


async def fill(store: Store) -> None:
    """Let something of every kind name the product b."""
    b = await store.product("b")
    assert b is not None
    asked = Inquiry("AAAA1", "b", b.producer.id, Address("web", "x"), Kind.QUESTION, State.SENT, NOW, NOW)
    assert await store.inquiries.open(asked, text="?", link="l1")
    await store.people.note_view(Address("web", "x"), "b", at=NOW)
    await store.corrections.propose(Correction(0, b.producer.id, "b", "buy", "", "Chợ", Address("zalo", "y"), NOW))
    await store.editing.change(edit({"buy": "Chợ b2"}, {}, key="b"), by=LAN)
    withdrawn = CertificateEvent(EventKind.WITHDRAWN, "9/QĐ-UBND", PartialDate(2026, 1, 1))
    assert await store.events.record("b", withdrawn, about=b.certificates[0])


async def test_of_two_products_all_comes_over_and_old_links_lead_to_the_one(stocked: Store) -> None:
    """Also the certificate that both have, with what only the other one says of it and what was decided about it."""
    same = {"decision": "7/QĐ-UBND", "decided": PartialDate(2024, 7, 1), "stars": 4}
    await stocked.import_rows([row("a", **same, score=None), row("b", **same, score=72.5)], who="test")
    await fill(stocked)
    (b,) = await stocked.products(["b"])
    number = f"~{(await rows(stocked, 'products', 'b'))[0]['number']}"
    choice = JoinChoice(frozenset({"buy", "price"}), {"a": {"buy": "Chợ a"}, "b": {"buy": "Chợ b2"}}, "nhập trùng")
    joined = await stocked.editing.join("a", "b", choice, by=LAN)
    product = await stocked.product("a")
    assert product is not None
    assert (product.name, product.buy, product.details["price"]) == ("Nem a", "Chợ b2", "50.000 đ")
    assert product.aliases == ("Nem b",)
    assert product.facts["buy"].name == SAID[0]
    assert set(product.traces) == {"tem.example/a", "tem.example/b"}
    assert [each.id for each in await stocked.by_gtin("8936012345674")] == ["a"]
    assert sorted(each.decision for each in product.certificates) == ["7/QĐ-UBND", "a/QĐ-UBND", "b/QĐ-UBND"]
    assert {each.decision: each.score for each in product.certificates}["7/QĐ-UBND"] == 72.5
    assert sum(len(each.events) for each in product.certificates) == 1
    for old in ("b", b.ref, number):
        assert [each.id for each in await stocked.products([old])] == ["a"], old
    assert [each.id for each in await stocked.products(["b", "a"])] == ["a"]
    assert (await stocked.field_history.count_inquiries(product="a")).total == 1
    assert (await stocked.corrections.waiting(limit=9))[0].product_id == "a"
    for name, table in tables.metadata.tables.items():
        if "product_id" in table.c:
            assert await rows(stocked, name, "b", column="product_id") == [], name
    assert joined.moved["inquiries"] == 1
    kept = await stocked.audit.by_number(joined.number)
    assert kept is not None
    assert (kept.entry.deed, kept.entry.subject, kept.entry.reason) == (Deed.PRODUCTS_MERGED, "product a", "nhập trùng")
    assert json.loads(kept.entry.before)["b"]["buy"] == "Chợ b2"
    assert (await stocked.audit.verify()).broken is None
    assert await stocked.editing.last_edit(PRODUCT, "a") is None


async def rows(store: Store, name: str, key: str, *, column: str = "id") -> list[dict[str, object]]:
    table = tables.metadata.tables[name]
    async with store._engine.connect() as connection:
        found = await connection.execute(select(table).where(table.c[column] == key))
        return [dict(each) for each in found.mappings()]


async def test_a_chain_of_merges_leads_to_the_last_one(stocked: Store) -> None:
    await stocked.import_rows([row("c")], who="test")
    await stocked.editing.join("b", "a", JoinChoice(), by=LAN)
    await stocked.editing.join("c", "b", JoinChoice(), by=LAN)
    assert [each.id for each in await stocked.products(["a"])] == ["c"]
    product = await stocked.product("c")
    assert product is not None
    assert product.aliases == ("Nem a", "Nem b")


async def test_a_list_that_still_has_both_brings_no_one_back(stocked: Store) -> None:
    """What it says anew of the one that went counts for the one that stays, but for its name and its producer."""
    await stocked.editing.join("a", "b", JoinChoice(), by=LAN)
    later = PartialDate(2026, 12, 1)
    rows_ = [row("b", buy="Chợ mới", as_of=later, decision="99/QĐ-UBND", traces=("tem.example/c",))]
    await stocked.import_rows([row("a"), *rows_], who="test")
    assert await stocked.count() == 1
    product = await stocked.product("b")
    assert product is not None
    assert (product.id, product.name, product.buy) == ("a", "Nem a", "Chợ a")
    assert "99/QĐ-UBND" in {each.decision for each in product.certificates}
    assert "tem.example/c" in product.traces
    await stocked.import_rows(rows_, who="test")
    product = await stocked.product("a")
    assert product is not None
    assert (product.name, product.buy) == ("Nem a", "Chợ mới")


async def test_a_merge_of_what_changed_meanwhile_or_of_one_with_itself_does_nothing(stocked: Store) -> None:
    with pytest.raises(ChangedMeanwhile):
        await stocked.editing.join("a", "b", JoinChoice(seen={"b": {"buy": "anders"}}), by=LAN)
    for kept, gone in (("a", "a"), ("a", "none"), ("none", "a")):
        with pytest.raises(NotFound):
            await stocked.editing.join(kept, gone, JoinChoice(), by=LAN)
    assert await stocked.count() == 2
    assert await audit(stocked) == []


async def test_what_waits_for_a_second_officer_is_about_the_one_that_stays(stocked: Store) -> None:
    waiting = Proposal(
        Act.WITHDRAW_CERTIFICATE, "product b", ActScope("09475", ""), {"product": "b", "x": 1}, "vì", 7, NOW
    )
    number = await propose(stocked, waiting)
    await stocked.editing.join("a", "b", JoinChoice(), by=LAN)
    found = await stocked.proposals.by_number(number)
    assert found is not None
    assert (found.subject, found.content) == ("product a", {"product": "a", "x": 1})


async def propose(store: Store, waiting: Proposal) -> int:
    grant = Grant(OfficerRole.PROVINCE, PartialDate(2026, 1, 1).earliest)
    officer = await store.officers.add("Lan", grant, by=Doer())
    return await store.proposals.propose(replace(waiting, proposed_by=officer.number), by=LAN)


KILLED = """
import asyncio, os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from catalog.audit import Doer
from catalog.store import JoinChoice, open_store

@event.listens_for(Engine, "before_cursor_execute")
def die(connection, cursor, statement, *rest):
    if statement.startswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

async def run():
    async with open_store(sys.argv[1]) as store:
        await store.editing.join("a", "b", JoinChoice(frozenset({"buy"})), by=Doer(7, "province"))

asyncio.run(run())
"""


@pytest.mark.parametrize("statement", ["UPDATE inquiries", "DELETE FROM products", "INSERT INTO audit"])
async def test_a_kill_in_the_middle_of_a_merge_leaves_both_as_they_were(
    stocked: Store, store_url: str, statement: str
) -> None:
    before = await stocked.products(["a", "b"])
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, store_url, statement, cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL
    assert await stocked.products(["a", "b"]) == before
    assert await audit(stocked) == []
    await stocked.editing.join("a", "b", JoinChoice(), by=LAN)
    assert await stocked.count() == 1
