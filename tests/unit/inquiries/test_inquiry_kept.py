"""/dulieu shows all that is kept about someone, in whole and page by page; /xoadulieu leaves none of it."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert, select, text

from bot.inquiry_pages import InquiryPages
from catalog.buyers.deals import BuyerRequest, DealAnswer, DealSide, KeptAnswer
from catalog.buyers.demand import Demand
from catalog.fairs.visits import FairLead, VisitKind
from catalog.ratings import Rating
from catalog.recalls import Recall, RecallAdvice, RecallReason
from catalog.store import Store, personal_tables, tables
from handlers.actions import Verb
from handlers.inquiries import personal_data
from handlers.messages import Incoming, Location, Photo, Text
from handlers.phrases import speech
from tests.fairs import SPRING, hold
from tests.pictures import photo_of
from tests.town import Someone, Town
from tests.unit.inquiries.conftest import Folk, admitted

pytestmark = pytest.mark.both_databases

Door = TestClient[web.Request, web.Application]
say = speech("vi")
ADDRESS = "address-8211"
# Which of the data shows the rows of which table.
SHOWN = {
    "people": "conversation",
    "inbox": "messages",
    "history": "looks",
    "inquiries": "inquiries",
    "messages": "inquiries",
    "outbox": "notices",
    "members": "roles",
    "blocks": "blocked_by",
    "corrections": "corrections",
    "changes": "changes",
    "memory": "notes",
    "unmet_askers": "looked_for_in_vain",
    "erasures": "erased_everything",
    "fair_reminders": "fair_reminders",
    "follows": "follows",
    "ratings": "ratings",
    "moves": "codes_to_move",
    "recalls": "recalls_asked_for",
    "recall_reads": "recalls_read",
    "booth_visits": "fair_visits",
    "fair_leads": "fair_leads",
    "buyer_requests": "purchases",
    "buyer_deals": "producers_asked",
    "deal_answers": "purchases_kept",
    "joined_rows": "moved_by_merges",
}


async def lived(town: Town, folk: Folk) -> Someone:
    """Someone who has left something everywhere: consumer, producer and officer at once."""
    one = town.someone("zalo_oa", ADDRESS, name="Nguyễn Thị Lan")
    await town.store.people.erase(one.address)
    await one("xoài cát hòa lộc")
    await one(Location(21.06, 106.03))
    await one.does(Verb.PRODUCT, "nem-2")
    await one.does(Verb.KIND, "complaint nem-1")
    await one(Photo(photo_of("x")))
    await one("Nem bị mốc xanh")
    await one.tap("Kèm số điện thoại")
    await one("0987654321")
    await one.tap("Gửi kèm tên tôi")
    await town.post()
    await admitted(town, one, code="BBBB", producer="nem-2")
    await folk.eve.asks("Nem để được bao lâu?", product="nem-2")
    await town.post()
    await one.does(Verb.SETTINGS, "canned")
    await one("Bảng giá sỉ ở đây")
    await one.does(Verb.FIX, "buy nem-2")
    await one("Chợ Dâu")
    (proposed,) = await town.store.corrections.waiting(limit=2)
    source = ("nhà sản xuất", "2026-11-24")
    await town.store.corrections.decide(
        proposed.number, accepted=True, who=f"zalo_oa:{ADDRESS}", at=town.now, source=source
    )
    made = await town.store.product("nem-1")
    assert made is not None
    await town.store.members.block(made.producer.id, one.address, at=town.now)
    await hold(town.store)
    await one.does(Verb.FAIR, f"remind {SPRING.key}")
    await one.does(Verb.FOLLOW, "p nem-1")
    await one.does(Verb.MOVE, "give")
    await town.store.ratings.give(Rating(one.address, "nem-1", 4, "Nem thơm", at=town.now))
    day, at = SPRING.starts, town.now
    await town.store.fair_visits.note(SPRING.key, 1, VisitKind.VISIT, one.address, day=day, at=at)
    (asked, *_) = (await town.store.people.rows_about(one.address))["inquiries"]
    await town.store.fair_visits.note_lead(
        FairLead(asked["ref"], SPRING.key, 1, asked["producer_id"], VisitKind.QUOTE, at)
    )
    await town.store.memory.remember("zalo_oa", f"window:{ADDRESS}", '{"until": 1}')
    called_back = Recall("nem-2", RecallReason.SPOILED, RecallAdvice.RETURN)
    number = await town.store.recalls.ask(called_back, one.address, at=town.now)
    await one.does(Verb.RECALL, f"read {number}")
    await buy(town, one)
    await merge(town, one)
    await one.does(Verb.KIND, "complaint nem-2")
    await one(Photo(photo_of("y")))
    await one("Một nháp chưa gửi")
    return one


async def buy(town: Town, one: Someone) -> None:
    """A purchase in bulk that was signed and asked about."""
    buyers = town.store.buyers
    request = await buyers.open(BuyerRequest(one.address, Demand("50 thùng nem"), town.now, name="Lan"), most=5)
    assert request is not None
    deal = await buyers.ask(request, "nem-1", "m", at=town.now, most=5, tell=lambda _: ())
    assert deal is not None
    await buyers.note_answer(DealAnswer(deal.number, 30, DealSide.BUYER, KeptAnswer.YES, town.now))


async def merge(town: Town, one: Someone) -> None:
    """What is kept of a row of theirs while two producers that became one can be parted again."""
    row = {"in_table": "members", "key": {}, "channel": one.person.channel, "address": one.person.address}
    async with town.store._engine.begin() as connection:
        await connection.execute(
            insert(tables.joins).values(
                number=1, kind="producer", kept="m", gone="n", name="", by_officer=1, at=town.now
            )
        )
        await connection.execute(insert(tables.joined_rows).values(joined=1, place=0, **row))


async def data_of(town: Town, one: Someone) -> dict[str, object]:
    proof = town.store.sign(f"data {one.person.channel} {one.person.address}")
    text = await personal_data.file(proof, context=town.context)
    assert text is not None
    return dict(json.loads(text))


def test_every_table_is_shown_and_erased_or_is_nobodys() -> None:
    """A new table must say where it belongs: in SHOWN here and in catalog.store.people, or among the impersonal."""
    assert set(SHOWN) | set(personal_tables.IMPERSONAL) == set(tables.metadata.tables)
    assert not set(SHOWN) & set(personal_tables.IMPERSONAL)
    for table in personal_tables.IMPERSONAL:
        names = set(tables.metadata.tables[table].columns.keys())
        assert not names & {"channel", "person", "who"}


async def test_everything_is_in_the_file(town: Town, folk: Folk) -> None:
    one = await lived(town, folk)
    data = await data_of(town, one)
    for table, name in SHOWN.items():
        assert data[name], table
    whole = json.dumps(data, ensure_ascii=False)
    for words in (
        "xoài cát hòa lộc", "Nem bị mốc xanh", "Nguyễn Thị Lan", "+84987654321", "Bảng giá sỉ ở đây", "Chợ Dâu",
        "Một nháp chưa gửi", "21.06", "Danh mục chưa có", "until", "nem-2",
    ):  # fmt: skip
        assert words in whole, words
    pictures = data["pictures"]
    assert isinstance(pictures, list)
    assert [each["of"][0] for each in pictures] == ["#", "d"]
    assert all(base64.b64decode(each["jpeg"]).startswith(b"\xff\xd8") for each in pictures)


async def test_nothing_of_it_is_left_once_it_is_erased(town: Town, folk: Folk) -> None:
    one = await lived(town, folk)
    await town.store.people.erase(one.address)
    rows = await town.store.people.rows_about(one.address)
    assert {table: len(some) for table, some in rows.items() if some} == {"erasures": 1}, "only that they erased it"
    async with town.store._engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            assert ADDRESS not in repr((await connection.execute(select(table))).all()), table.name


async def files_of(store: Store, table: str) -> bytes:
    """What the files of *table* hold, its long values among it; with SQLite there is one file for all."""
    async with store._engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            place = Path((await connection.exec_driver_sql("PRAGMA database_list")).one()[2])
            return b"".join(each.read_bytes() for each in place.parent.glob(f"{place.name}*"))
        await connection.execute(text("CHECKPOINT"))
        both = "SELECT oid FROM pg_class WHERE oid = CAST(:table AS regclass) OR oid = "
        both += "(SELECT reltoastrelid FROM pg_class WHERE oid = CAST(:table AS regclass))"
        read = text(f"SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM ({both}) found")  # noqa: S608 - of our own
        return b"".join(bytes(part) for part in await connection.scalars(read, {"table": table}))


async def test_nothing_of_it_is_left_in_the_files_once_they_are_emptied(town: Town, folk: Folk) -> None:
    one = await lived(town, folk)
    held = [each for each in SHOWN if ADDRESS.encode() in await files_of(town.store, each)]
    assert {"history", "follows", "moves", "recalls", "buyer_requests", "joined_rows", "changes"} <= set(held)
    async with town.store._engine.connect() as reader:
        # Whoever reads keeps what they may still see.
        await reader.execution_options(isolation_level="SERIALIZABLE")
        await reader.execute(select(tables.products))
        await town.store.people.erase(one.address)
        assert not await town.store.settle_erased()
    while not await town.store.settle_erased():
        """Somebody else reads."""
    assert [each for each in SHOWN if ADDRESS.encode() in await files_of(town.store, each)] == []


async def test_the_chat_tells_how_much_of_each_and_shows_it(town: Town, folk: Folk) -> None:
    one = await lived(town, folk)
    overview = await one("/dulieu")
    assert overview.startswith(say("This is all we keep about you:"))
    assert f"• {say('Questions to producers')}: 1" in overview
    assert "Nem bị mốc xanh" in await one.tap(say("Questions to producers"))
    assert (await one.tap(say("All we keep"))).startswith(say("This is all we keep about you:"))
    assert "Bảng giá sỉ ở đây" in await one.tap(say("Your roles"))
    await one("/dulieu")
    assert "Chợ Dâu" in await one.tap(say("Corrections proposed or decided"))
    await one("/dulieu")
    rest = await one.tap(say("The conversation and the rest"))
    assert "21.06, 106.03" in rest
    assert "Một nháp chưa gửi" in rest
    await one("/dulieu")
    assert "xoài cát hòa lộc" in await one.tap(say("Looked for in vain"))


@pytest.mark.only_sqlite
async def test_long_lists_are_shown_to_their_end(town: Town, folk: Folk) -> None:
    one = town.someone("web", ADDRESS)
    await one("xin chào")
    for number in range(450):
        await town.store.people.note_view(one.address, f"san-pham-{number}", at=town.now + number)
    assert f"• {say('Products looked at')}: 450" in await one("/dulieu")
    shown = await one.tap(say("Products looked at"))
    pages = 1
    while any(choice.label == "Trang sau →" for choice in one.reply.choices):
        shown += await one.tap("Trang sau →")
        pages += 1
    assert pages == 57
    assert all(f"san-pham-{number}\n" in f"{shown}\n" for number in range(450))
    assert len((await data_of(town, one))["looks"]) == 450  # type: ignore[arg-type]  # a list


async def test_whoever_left_little_gets_it_in_the_message(town: Town, folk: Folk) -> None:
    one = town.someone("web", ADDRESS)
    said = await one("/dulieu")
    data = json.loads(said[said.index("{") : said.rindex("}") + 1])
    assert [each["you"] for each in data["messages"]] == ["/dulieu"]
    assert data["pictures"] == 0


@pytest.fixture
async def door(town: Town) -> AsyncIterator[Door]:
    app = web.Application()
    app.add_routes(InquiryPages(town.context).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_file_is_behind_a_signed_link(
    town: Town, folk: Folk, door: TestClient[web.Request, web.Application]
) -> None:
    one = town.someone("web", ADDRESS)
    await one("xoài cát hòa lộc")
    await one("/dulieu")
    link = next(choice.url for choice in one.reply.choices if choice.label == say("Download everything"))
    assert link.startswith("https://ocop.test/d/")
    answer = await door.get(link.removeprefix("https://ocop.test"))
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="hoi-ocop.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "xoài cát hòa lộc" in await answer.text()
    for proof in ("x", town.store.sign("photo ABCD"), town.store.sign("data web")):
        assert (await door.get(f"/d/{proof}")).status == 404


async def test_someone_elses_data_are_not_among_it(town: Town, folk: Folk) -> None:
    await lived(town, folk)
    other = town.someone("zalo_oa", "other")
    data = await data_of(town, other)
    assert "Nem bị mốc xanh" not in json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize("command", ["/dulieu", "/cauhoi", "/homthu", "/duyet", "/caidat", "/moi HTX Nem 1"])
async def test_what_is_ones_own_is_not_shown_where_others_read(town: Town, folk: Folk, command: str) -> None:
    private = say("This is between you and me: others read along here. Please ask me in our private chat.")
    for one in (folk.lan, folk.ba, folk.officer):
        incoming = Incoming(one.person, Text(command), town.ref(), public=True)
        await town.takes_in(incoming)
        assert one.last == private
        assert await one(command) != private
