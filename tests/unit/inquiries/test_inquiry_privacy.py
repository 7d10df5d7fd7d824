"""Sealed at rest, handed out on request, erased for good but for a count."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import select

from catalog.audit import Doer
from catalog.buyers.deals import BuyerRequest
from catalog.buyers.demand import Demand
from catalog.errors import BadSetting, NotFound
from catalog.fairs.visits import VisitKind
from catalog.inquiry import Move, State
from catalog.model import LookUp, LookUpWay
from catalog.ratings import Rating
from catalog.recalls import Recall, RecallAdvice, RecallReason, RecallScope
from catalog.sealing import Seal, new_key
from catalog.store import InquiryStep, UnmetQuery, tables
from handlers import recalls
from handlers.actions import Verb
from handlers.inquiries import personal_data
from handlers.messages import Photo
from handlers.phrases import speech
from tests.fairs import hold
from tests.pictures import photo_of
from tests.town import DAY, HOUR, Someone, Town, number_in
from tests.unit.inquiries.conftest import Folk, admitted

pytestmark = pytest.mark.both_databases

say = speech("vi")
SECRETS = ("Nguyễn Thị Lan", "mốc xanh", "0987654321", "987654321", "lần sau tôi", "xin lỗi chị", "Ông Ba", "giá sỉ")


def raw(town: Town) -> bytes:
    """Everything that stands in the database's files."""
    return b"".join(file.read_bytes() for file in sorted(town.file.parent.glob("town.db*")))


async def talked(town: Town, folk: Folk) -> str:
    """A whole matter: complaint with photo, name and number, answer, follow-up; the reference."""
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    await folk.lan(Photo(photo_of("x")))
    await folk.lan("Nem bị mốc xanh")
    await folk.lan.tap("Kèm số điện thoại")
    await folk.lan("0987654321")
    ref = number_in(await folk.lan.tap("Gửi kèm tên tôi"))
    await town.post()
    await folk.ba.does(Verb.SETTINGS, "canned")
    await folk.ba("Bảng giá sỉ ở đây")
    await folk.ba.does(Verb.REPLY, ref)
    await folk.ba("Chúng tôi xin lỗi chị")
    await town.post()
    await folk.lan.does(Verb.MORE, ref)
    await folk.lan("Được, lần sau tôi xem kỹ")
    await folk.lan.does(Verb.PRODUCT, "nem-2")
    await town.post()
    return ref


@pytest.mark.only_sqlite
async def test_nothing_personal_can_be_read_in_the_files(town: Town, folk: Folk) -> None:
    ref = await talked(town, folk)
    await folk.eve.does(Verb.KIND, "question nem-1")
    await folk.eve("một nháp có 0987654321")
    files = raw(town)
    for secret in SECRETS:
        assert secret.encode() not in files
        assert json.dumps(secret).encode().strip(b'"') not in files
    assert photo_of("x") not in files
    assert b"\xff\xd8\xff\xe0\x00\x10JFIF" not in files
    assert ref.encode() in files


async def test_the_export_holds_what_was_looked_at_asked_and_answered(town: Town, folk: Folk) -> None:
    ref = await talked(town, folk)
    proof = town.store.sign(f"data {folk.lan.person.channel} {folk.lan.person.address}")
    data = json.loads(await personal_data.file(proof, context=town.context) or "")
    assert [each["product_id"] for each in data["looks"]] == ["nem-2"]
    assert [each["ref"] for each in data["inquiries"]] == [ref]
    assert [each["text"] for each in data["inquiries"][0]["messages"]] == [
        "Nem bị mốc xanh",
        "Chúng tôi xin lỗi chị",
        "Được, lần sau tôi xem kỹ",
    ]
    assert data["inquiries"][0]["phone"] == "+84987654321"
    assert data["roles"] == []
    role = await folk.ba("/dulieu")
    assert "Bảng giá sỉ ở đây" in role


@pytest.mark.only_sqlite
async def test_erasing_leaves_a_count_and_nothing_else(town: Town, folk: Folk) -> None:
    folk = replace(folk, lan=town.someone("zalo", "address-8211", name="Nguyễn Thị Lan"))
    ref = await talked(town, folk)
    assert b"address-8211" in raw(town)
    await folk.lan("/xoadulieu")
    said = await folk.lan.tap(say("Yes, erase everything"))
    assert said == say("Everything about you has been erased.")
    assert b"address-8211" not in raw(town)
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    assert (held.consumer.address, held.name, held.phone, held.messages, held.state) == ("", "", "", (), State.CLOSED)
    assert await town.store.inquiries.of_consumer(folk.lan.address, limit=9) == []
    assert await town.store.people.looks(folk.lan.address, limit=9) == []
    assert await town.store.inquiries.by_link(town.store.inquiries.link_of(ref)) is None
    assert await town.store.people.load("zalo", "address-8211") == ("", "{}")
    before = len(folk.ba.heard)
    await town.later(100 * HOUR)
    assert len(folk.ba.heard) == before, "nobody is reminded of what was erased"
    assert say("You have not asked any producer yet. Find a product and press “Ask the producer”.") == await folk.lan(
        "/cauhoi"
    )


async def leave_traces(town: Town, folk: Folk, me: Someone) -> None:
    """Let *me* do all that is kept: look up, follow, rate, report, be warned, move, ask in bulk, be at a fair."""
    store, product = town.store, "nem-1"
    await me("nem chua 1")
    scanned = LookUp(LookUpWay.PHOTO, "8936012345674", lot="L12")
    await store.people.note_view(me.address, product, at=town.now, look_up=scanned)
    await me("theo dõi nem chua 1")
    await store.ratings.give(Rating(me.address, product, 4, "Thơm, tôi Mười ăn đúng vị", at=town.now))
    await me("chuyển sang telegram")
    await me.tap(say("Give me the code"))
    recall = Recall(product, RecallReason.SPOILED, RecallAdvice.RETURN, RecallScope(lots=("L12",)))
    await store.recalls.carry_out(store.recalls.beginning(recall, by=Doer(), at=town.now))
    (number,) = await store.recalls.unfinished()
    await recalls.tell_waiting(town.context)
    await town.post()
    await me.does(Verb.RECALL, f"read {number}")
    await store.recalls.ask(replace(recall, scope=RecallScope(lots=("L13",))), me.address, at=town.now)
    await me.does(Verb.KIND, f"complaint {product}")
    await me(Photo(photo_of("x")))
    await me("Nem bị mốc xanh")
    ref = number_in(await me.tap("Gửi kèm tên tôi"))
    await town.post()
    await folk.ba.does(Verb.BLOCK, f"{ref} yes")
    await store.unmet.note(UnmetQuery("name", "Vải khô"), key="vai kho", who=me.address)
    fair = await hold(store)
    await me.does(Verb.FAIR, f"remind {fair.key}")
    (booth, *_) = await store.fairs.booths(fair.key)
    await store.fair_visits.note(fair.key, booth.number, VisitKind.VISIT, me.address, day=fair.starts, at=town.now)
    await store.buyers.open(BuyerRequest(me.address, Demand("vải thiều"), town.now), most=5)
    await me.does(Verb.KIND, f"complaint {product}")
    await me(Photo(photo_of("x")))


async def test_whatever_a_shopper_leaves_is_handed_out_and_erased(town: Town, folk: Folk) -> None:
    """Of each table that keeps something of theirs; afterwards no row of any table names them."""
    me = town.someone("zalo", "address-8211", name="Trần Thị Mười")
    await leave_traces(town, folk, me)
    kept = {table for table, rows in (await town.store.people.rows_about(me.address)).items() if rows}
    assert kept >= {
        "people", "inbox", "outbox", "history", "follows", "ratings", "moves", "recalls", "recall_reads", "inquiries",
        "messages", "memory", "blocks", "unmet_askers", "fair_reminders", "booth_visits", "buyer_requests",
    }  # fmt: skip
    proof = town.store.sign(f"data {me.person.channel} {me.person.address}")
    data = json.loads(await personal_data.file(proof, context=town.context) or "")
    told = (
        "looks", "follows", "ratings", "codes_to_move", "recalls_read", "recalls_asked_for", "inquiries", "notices",
        "looked_for_in_vain", "blocked_by", "fair_reminders", "fair_visits", "purchases", "pictures", "messages",
    )  # fmt: skip
    assert [each for each in told if not data[each]] == []
    await me("/xoadulieu")
    assert (await me.tap(say("Yes, erase everything"))).startswith(say("Everything about you has been erased."))
    rows = await town.store.people.rows_about(me.address)
    assert {table for table, some in rows.items() if some} == {"erasures"}
    async with town.store._engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                assert me.address.address not in repr(row), table.name
    assert (await town.store.ratings.summary("nem-1")).people == 0


async def test_a_producer_who_erases_everything_passes_on_what_waits(town: Town, folk: Folk) -> None:
    await admitted(town, folk.tu, code="BBBB")
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await folk.ba.does(Verb.ERASE, "yes")
    before = len(folk.ba.heard)
    await town.post()
    assert ref in folk.tu.last
    assert len(folk.ba.heard) == before
    assert await town.store.members.roles_of(folk.ba.address) == []


async def test_erasing_is_asked_twice(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await folk.lan("/xoadulieu")
    assert ref in await folk.lan.tap(say("No"))
    assert await town.store.inquiries.by_ref(ref) is not None


async def test_more_than_a_page_is_erased(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Câu hỏi đầu")
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    for number in range(510):
        await town.store.inquiries.open(replace(held, ref=f"R{number}"), text="x", link=f"l{number}")
    assert await town.store.people.erase(folk.lan.address) == 511
    assert await town.store.inquiries.of_consumer(folk.lan.address, limit=9) == []


async def test_old_matters_lose_their_words(town: Town, folk: Folk) -> None:
    ref = await talked(town, folk)
    assert await town.store.inquiries.forget_older_than(town.now - DAY) == 0
    town.now += 400 * DAY
    assert await town.store.inquiries.forget_older_than(town.now - 365 * DAY) == 1
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    assert (held.messages, held.name, held.phone) == ((), "", "")
    assert await town.store.inquiries.forget_older_than(town.now - 365 * DAY) == 0


@pytest.mark.only_sqlite
async def test_the_web_link_is_unguessable_and_finds_its_inquiry(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    link = folk.lan.last.partition("/q/")[2].partition("\n")[0]
    found = await town.store.inquiries.by_link(link)
    assert found is not None
    assert found.ref == ref
    assert len(link) == 32
    assert link.encode() not in raw(town)
    assert await town.store.inquiries.by_link(ref) is None


def test_keys_are_rotated() -> None:
    old, new = new_key(), new_key()
    sealed = Seal([old]).close("Lan")
    both = Seal([new, old])
    assert both.open(sealed) == "Lan"
    again = both.close(both.open(sealed))
    assert Seal([new]).open(again) == "Lan"
    assert Seal([new]).open(sealed) == "", "without its key it is as good as erased"
    assert Seal([new]).open_bytes(Seal([old]).close_bytes(b"x")) == b""
    assert both.close("") == ""
    assert both.open("not sealed") == "not sealed"
    assert both.closed_at(sealed) > 1.7e9
    assert both.closed_at("not sealed") == 0.0


def test_a_signed_text_is_ours_and_fresh() -> None:
    seal = Seal([new_key()])
    proof = seal.sign("answer ABCD")
    assert seal.verify(proof, seconds=60) == "answer ABCD"
    assert seal.verify(proof, seconds=-1) is None
    assert seal.verify(proof[:-2] + "AA", seconds=60) is None
    assert seal.verify("đ", seconds=60) is None
    assert Seal([new_key()]).verify(proof, seconds=60) is None


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(BadSetting, match="hoi-ocop key"):
        Seal(["short"])


async def test_a_move_of_nothing(town: Town) -> None:
    with pytest.raises(NotFound):
        await town.store.inquiries.move(InquiryStep("NOTHING1", Move.CLOSE, at=0.0))


@pytest.mark.only_sqlite
async def test_while_somebody_reads_the_file_the_answer_says_that_the_rest_follows(town: Town, folk: Folk) -> None:
    await folk.lan("nem")
    with closing(sqlite3.connect(town.file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM inbox").fetchone()
        said = await folk.lan.does(Verb.ERASE, "yes")
        reader.execute("COMMIT")
    assert said == (
        "Mọi thứ về bạn đã được xóa. Phần còn sót trong nhật ký của máy chủ sẽ được xóa nốt ngay khi có thể."
    )
    assert await town.store.settle_erased()
