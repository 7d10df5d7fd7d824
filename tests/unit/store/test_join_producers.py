"""Two producers that become one, on each database: whatever names the one that goes, and what lists say of it later."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import JSON, Float, LargeBinary, insert, select
from sqlalchemy.types import Integer

from catalog.audit import Deed, Doer
from catalog.dates import PartialDate
from catalog.errors import ChangedMeanwhile, NotFound
from catalog.follows import Follow, FollowKind
from catalog.inquiry import Address, Inquiry, Invitation, Kind, Member, Role, State
from catalog.model import ProductRow, made_id
from catalog.officers import Act, ActScope, Grant, OfficerRole, Proposal
from catalog.sealing import new_key
from catalog.store import PRODUCER, JoinChoice, Store, open_store, producer_id, tables
from tests.unit.store.test_list_store import imported

LAN = Doer(7, "province")
NOW = 1_790_000_000.0
NAMES = {"a": "HTX Nem Bùi", "b": "HTX nem làng Bùi"}
KEPT, GONE = (producer_id(NAMES[key], "xã Nhân Thắng") for key in "ab")
LATER = PartialDate(2027, 1, 1)


def row(key: str, maker: str, **more: object) -> ProductRow:
    fields = ProductRow(
        id=key,
        name=f"Nem {key}",
        producer=NAMES[maker],
        commune="xã Nhân Thắng",
        phones=("+84912345671" if maker == "a" else "+84912345672",),
        stars=3,
        decision=f"{key}/QĐ-UBND",
        decided=PartialDate(2025, 2, 1),
        source=f"Danh sách {maker}",
        as_of=PartialDate(2025, 3, 1),
    )
    return replace(fields, **more)  # type: ignore[arg-type]  # fields of the row


@pytest.fixture
async def stocked(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url, keys=[new_key()]) as store:
        await store.import_rows([row("p1", "a"), row("p2", "b", email="bui@example.vn"), row("p3", "b")], who="test")
        yield store


async def join(store: Store, choice: JoinChoice | None = None) -> int:
    return (await store.editing.join(KEPT, GONE, choice or JoinChoice(), by=LAN, kind=PRODUCER)).number


async def rows(store: Store, name: str, key: str) -> list[dict[str, Any]]:
    table = tables.metadata.tables[name]
    async with store._engine.connect() as connection:
        found = await connection.execute(select(table).where(table.c.producer_id == key))
        return [dict(each) for each in found.mappings()]


NAMING = sorted(name for name, table in tables.metadata.tables.items() if "producer_id" in table.c)


def filled(name: str, key: str) -> dict[str, Any]:
    """A row of any table that names this producer, with something in each column that needs it."""
    found: dict[str, Any] = {"producer_id": key}
    for column in tables.metadata.tables[name].c:
        if column.name in found or column.nullable or column.default is not None or column.autoincrement is True:
            continue
        if isinstance(column.type, Integer | Float):
            found[column.name] = 1
        elif isinstance(column.type, JSON):
            found[column.name] = {}
        else:
            found[column.name] = b"x" if isinstance(column.type, LargeBinary) else "x"
    return found


@pytest.mark.parametrize("name", NAMING)
async def test_every_table_that_names_a_producer_names_the_one_that_stays(stocked: Store, name: str) -> None:
    """Also a table that is added later: it is walked here as soon as it has such a column."""
    if name not in {"products", "former_ids"}:
        async with stocked._engine.begin() as connection:
            for table in tables.metadata.sorted_tables:
                needed = {fk.column.table.name for fk in tables.metadata.tables[name].foreign_keys} - {"producers"}
                if table.name in needed:
                    await connection.execute(insert(table).values(parent(table.name)))
            await connection.execute(insert(tables.metadata.tables[name]).values(filled(name, GONE)))
    before = len(await rows(stocked, name, GONE))
    await join(stocked)
    assert await rows(stocked, name, GONE) == []
    assert len(await rows(stocked, name, KEPT)) >= before


def parent(name: str) -> dict[str, Any]:
    """A row on which others stand."""
    values = {
        "officers": {"number": 1, "name": "x", "added_at": NOW},
        "fairs": {
            "key": "x", "name": "x", "kind": "x", "starts": "2026-12-01", "ends": "2026-12-02", "venue": "x",
            "source": "x", "changed_at": NOW,
        },
        "rounds": {
            "number": 1, "name": "x", "year": 2026, "state": "open", "opened_by": 1, "opened_at": NOW,
        },
        "buyer_requests": {"number": 1, "channel": "", "address": "", "content": "", "at": NOW},
    }  # fmt: skip
    return values[name]


async def test_of_two_producers_all_comes_over_with_what_was_chosen(stocked: Store) -> None:
    choice = JoinChoice(
        frozenset({"email"}),
        {KEPT: {"email": ""}, GONE: {"email": "bui@example.vn"}},
        "cùng một HTX",
        united=frozenset({"phones"}),
    )
    asked = Inquiry("AAAA1", "p2", GONE, Address("web", "x"), Kind.QUESTION, State.SENT, NOW, NOW)
    assert await stocked.inquiries.open(asked, text="?", link="l1")
    await stocked.members.invite(Invitation(Role.PRODUCER, GONE), code="mã", expires_at=NOW + 9)
    number = await join(stocked, choice)
    (producer,) = await stocked.producers([GONE])
    assert (producer.id, producer.name, producer.email) == (KEPT, NAMES["a"], "bui@example.vn")
    assert producer.phones == ("+84912345671", "+84912345672")
    assert producer.facts["email"].name == "Danh sách b"
    assert producer.other_names == (NAMES["b"],)
    for key in (KEPT, GONE):
        assert [each.id for each in await stocked.of_producer(key)] == ["p1", "p2", "p3"]
    assert (await stocked.field_history.count_inquiries(producer=KEPT)).total == 1
    entered = await stocked.members.enter("mã", who=Address("zalo", "y"), name="Bùi", language="vi", now=NOW)
    assert isinstance(entered, Member)
    assert entered.producer_id == KEPT
    changes = await stocked.field_history.list_changes(["p2"], limit=9)
    assert [(each.field, each.old, each.new, each.who) for each in changes] == [
        ("producer_id", GONE, KEPT, "officer 7")
    ]
    told = await stocked.audit.by_number(number)
    assert told is not None
    assert (told.entry.deed, told.entry.subject, told.entry.reason) == (
        Deed.PRODUCERS_MERGED,
        f"producer {KEPT}",
        "cùng một HTX",
    )
    assert json.loads(told.entry.before)[GONE]["email"] == "bui@example.vn"
    assert json.loads(told.entry.after)["moved"]["products"] == 2
    assert (await stocked.audit.verify()).broken is None
    assert await stocked.editing.last_edit(PRODUCER, KEPT) is None


@pytest.mark.parametrize("later", [KEPT, GONE])
async def test_what_both_said_of_one_fair_is_what_was_said_last(stocked: Store, later: str) -> None:
    """What counts no more stands in the audit."""
    async with stocked._engine.begin() as connection:
        await connection.execute(insert(tables.fairs).values(parent("fairs")))
        for key in (KEPT, GONE):
            at, word = (NOW + 9, "yes") if key == later else (NOW, "no")
            said = {"fair": "x", "producer_id": key}
            invited = {**said, "asked_at": NOW, "answer": word, "answered_at": at}
            await connection.execute(insert(tables.fair_invitations).values(invited))
            await connection.execute(insert(tables.fair_sales).values(**said, total=9 if key == later else 1, at=at))
    number = await join(stocked)
    assert [(each["answer"], each["answered_at"]) for each in await rows(stocked, "fair_invitations", KEPT)] == [
        ("yes", NOW + 9)
    ]
    assert [each["total"] for each in await rows(stocked, "fair_sales", KEPT)] == [9]
    told = await stocked.audit.by_number(number)
    assert told is not None
    assert [each.get("answer") or each["total"] for each in json.loads(told.entry.after)["replaced"]] == ["no", 1]


async def test_who_follows_either_follows_the_one_that_stays_once(stocked: Store) -> None:
    an, binh = Address("zalo", "an"), Address("zalo", "binh")
    for who, subject in ((an, GONE), (an, KEPT), (binh, GONE)):
        await stocked.follows.add(Follow(who, FollowKind.PRODUCER, subject, since=NOW), marks={})
    await join(stocked, JoinChoice())
    for who in (an, binh):
        assert [each.subject for each in await stocked.follows.of_person(who)] == [KEPT]


async def test_the_former_name_is_searched_by_and_found(stocked: Store) -> None:
    await join(stocked)
    assert {each.maker_names for each in await stocked.searchable.list_all()} == {(NAMES["b"],)}
    assert await stocked.producers_named("nem làng Bùi") == [(KEPT, NAMES["a"])]
    assert await stocked.producers_named(f"{NAMES['a']} ({NAMES['b']})") == [(KEPT, NAMES["a"])], "as searched by"
    assert await stocked.producers_named(GONE) == []


async def test_who_answers_for_the_one_that_stays_is_reached_first(stocked: Store) -> None:
    """Who answers for both stands there once, with the ready answers that they have."""
    people = {each: Address("zalo", each) for each in ("an", "binh", "chi")}
    for name, maker in (("an", KEPT), ("binh", GONE), ("an", GONE), ("chi", GONE)):
        await stocked.members.join(Member(people[name], Role.PRODUCER, maker, name=name), at=NOW)
    (mine,) = [each for each in await stocked.members.of_producer(GONE) if each.name == "an"]
    await stocked.members.change(replace(mine, canned=("Còn hàng",)))
    await join(stocked)
    found = await stocked.members.of_producer(KEPT)
    assert [(each.name, each.canned) for each in found] == [("an", ("Còn hàng",)), ("binh", ()), ("chi", ())]
    assert await stocked.members.of_producer(GONE) == []


async def test_a_list_that_still_names_the_one_that_went_brings_no_one_back(stocked: Store) -> None:
    await join(stocked)
    again = row("p2", "b", phones=("+84912345679",), website="https://nem.example", as_of=LATER)
    await stocked.import_rows([again, row("p9", "b", as_of=LATER)], who="test")
    assert [each.id for each in await stocked.every_producer()] == [KEPT]
    assert [each.id for each in await stocked.of_producer(KEPT)] == ["p1", "p2", "p3", "p9"]
    (producer,) = await stocked.producers([KEPT])
    assert (producer.name, producer.website) == (NAMES["a"], "https://nem.example")


async def test_a_list_without_ids_makes_no_product_of_either_name_anew(store: Store) -> None:
    first, second = (row("", maker, name=f"Nem {maker}") for maker in "ab")
    await store.import_rows([first, second], who="test")
    await join(store)
    crossed = [replace(second, producer=NAMES["a"], as_of=LATER), replace(first, producer=NAMES["b"], as_of=LATER)]
    await store.import_rows(crossed, who="test")
    assert await store.count() == 2
    found = await store.product(made_id("Nem b", NAMES["a"]))
    assert found is not None
    assert found.id == second.product_id


async def test_a_chain_of_merges_leads_to_the_last_one(stocked: Store) -> None:
    await stocked.import_rows([row("p4", "a", producer="HTX Ba")], who="test")
    third = producer_id("HTX Ba", "xã Nhân Thắng")
    await join(stocked)
    await stocked.editing.join(third, KEPT, JoinChoice(), by=LAN, kind=PRODUCER)
    assert [each.id for each in await stocked.producers([GONE, KEPT])] == [third]
    assert [each.id for each in await stocked.producers([GONE, third])] == [third]
    assert (await stocked.producers([third]))[0].other_names == (NAMES["b"], NAMES["a"])


async def test_the_name_of_the_one_that_goes_can_be_taken(stocked: Store) -> None:
    await join(stocked, JoinChoice(frozenset({"name"})))
    (producer,) = await stocked.producers([KEPT])
    assert (producer.name, producer.other_names) == (NAMES["b"], (NAMES["a"],))


async def test_a_list_with_other_names_adds_them_to_those_that_are_known(stocked: Store) -> None:
    await join(stocked)
    said = {"producer_names": "HTX Bùi Xá"}
    await stocked.import_rows([row("p1", "a", details=said, as_of=LATER)], who="test")
    (producer,) = await stocked.producers([KEPT])
    assert producer.other_names == (NAMES["b"], "HTX Bùi Xá")


async def test_what_changed_meanwhile_or_is_the_same_is_not_joined(stocked: Store) -> None:
    with pytest.raises(ChangedMeanwhile):
        await join(stocked, JoinChoice(seen={GONE: {"email": "anders"}}))
    for kept, gone in ((KEPT, KEPT), (KEPT, "none"), ("none", KEPT)):
        with pytest.raises(NotFound):
            await stocked.editing.join(kept, gone, JoinChoice(), by=LAN, kind=PRODUCER)
    outcomes = await asyncio.gather(join(stocked), join(stocked), return_exceptions=True)
    assert [type(each) for each in outcomes].count(NotFound) == 1
    assert len(await stocked.every_producer()) == 1


async def test_a_question_written_while_the_two_became_one_reaches_the_one_that_stays(stocked: Store) -> None:
    await join(stocked)
    asked = Inquiry("AAAA1", "p2", GONE, Address("web", "x"), Kind.QUESTION, State.SENT, NOW, NOW)
    assert await stocked.inquiries.open(asked, text="?", link="l1")
    assert (await stocked.field_history.count_inquiries(producer=KEPT)).total == 1


async def test_what_waits_for_a_second_officer_is_about_the_one_that_stays(stocked: Store) -> None:
    grant = Grant(OfficerRole.PROVINCE, PartialDate(2026, 1, 1).earliest)
    officer = await stocked.officers.add("Lan", grant, by=Doer())
    waiting = Proposal(
        Act.RECALL_LOT, f"producer {GONE}", ActScope("09475", GONE), {"producer": GONE}, "vì", officer.number, NOW
    )
    number = await stocked.proposals.propose(waiting, by=LAN)
    await join(stocked)
    found = await stocked.proposals.by_number(number)
    assert found is not None
    assert (found.subject, found.content, found.scope.producer) == (f"producer {KEPT}", {"producer": KEPT}, KEPT)


async def test_an_import_before_can_be_undone_after(stocked: Store) -> None:
    """It gives a product back to the producer that stays, where it was that of the one that went."""
    number = await imported(stocked, row("p2", "b", producer="HTX Ba", as_of=LATER))
    found = await stocked.product("p2")
    assert found is not None
    assert found.producer.name == "HTX Ba"
    await join(stocked)
    await stocked.lists.undo(number, by=LAN)
    found = await stocked.product("p2")
    assert found is not None
    assert found.producer.id == KEPT
