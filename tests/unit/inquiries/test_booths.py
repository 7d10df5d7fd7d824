"""A booth in chats: scanned, shown; named only by pressing; leads told live and seen by nobody else."""

import json
from datetime import UTC, date, datetime

import pytest

from catalog.errors import NotFound
from catalog.fairs.visits import VisitKind
from handlers.actions import Action, Verb
from handlers.fairs import booths
from handlers.messages import Photo, Tap
from handlers.phrases import speech
from tests import town as towns
from tests.fairs import SPRING, give_booth, hold
from tests.pictures import photo_of
from tests.town import HOUR, Town, number_in
from tests.unit.inquiries.conftest import Folk, admitted
from tests.unit.inquiries.test_inquiry_kept import data_of

pytestmark = pytest.mark.both_databases
NOON = datetime(2027, 3, 2, 5, tzinfo=UTC).timestamp()


@pytest.fixture
async def token(town: Town, folk: Folk) -> str:
    """The code of the booth of the first maker, on the fair's second day."""
    fair = await hold(town.store)
    for code, product in (("A1", "nem-1"), ("A2", "nem-3")):
        made = await town.store.product(product)
        assert made is not None
        await give_booth(town.store, fair, code, producer=made.producer.id)
    await admitted(town, folk.tu, code="BBBB", producer="nem-3")
    town.now, town.today = NOON, date(2027, 3, 2)
    return (await town.store.fairs.booths(fair.key))[0].token


async def counted(town: Town) -> dict[str, int]:
    return {str(each.kind): each.counted for each in await town.store.fair_visits.count(SPRING.key)}


async def test_a_scan_opens_the_booth_in_the_visitors_chat(town: Town, folk: Folk, token: str) -> None:
    linked = Action.from_link(f"b_{token}")
    assert linked is not None
    said = await folk.lan(Tap(linked))
    assert said.startswith("Gian A1 ở “Hội chợ OCOP Xuân 2027”: HTX Nem 1")
    assert [card.title for card in folk.lan.reply.cards] == ["Nem chua 1", "Nem chua 2"]
    assert "(Nguyễn Thị Lan)" in said
    for typed in (f"b {token}", f"B {token.lower()}", f"https://ocop.test/b/{token}", f"/start b_{token}"):
        assert (await folk.lan(typed)).startswith("Gian A1"), typed
    assert await counted(town) == {"visit": 1}
    heard = len(folk.ba.heard)
    await town.post()
    assert len(folk.ba.heard) == heard, "nobody learns of a look"


async def test_a_quote_is_asked_in_their_name_and_answered_in_chat(town: Town, folk: Folk, token: str) -> None:
    await folk.lan(f"b {token}")
    await folk.lan.tap("Gửi báo giá cho tôi")
    await town.post()
    assert "Nguyễn Thị Lan" in folk.ba.last
    assert "Xin gửi báo giá cho tôi. (Gian A1, Hội chợ OCOP Xuân 2027)" in folk.ba.last
    (lead,) = await town.store.fair_visits.leads(SPRING.key)
    assert lead.kind is VisitKind.QUOTE
    await folk.ba.does(Verb.REPLY, lead.ref)
    await folk.ba("Giá sỉ 60.000 đồng")
    await town.post()
    assert "Giá sỉ 60.000 đồng" in folk.lan.last
    await folk.lan.does(Verb.BOOTH, f"{token} quote")
    assert len(await town.store.fair_visits.leads(SPRING.key)) == 1, "the same words of the same day"
    assert await counted(town) == {"visit": 1, "quote": 1}


async def test_what_somebody_is_writing_goes_on_after_a_booths_button(town: Town, folk: Folk, token: str) -> None:
    await folk.lan.does(Verb.KIND, "complaint nem-3")
    await folk.lan(Photo(photo_of("x")))
    await folk.lan("Nem bị mốc xanh")
    photo = await town.store.memory.draft_photo(folk.lan.address)
    assert photo is not None
    await folk.lan.does(Verb.BOOTH, f"{token} quote")
    (lead,) = await town.store.fair_visits.leads(SPRING.key)
    assert await town.store.inquiries.photo(lead.ref) is None, "the complaint's photo goes to no booth"
    assert await town.store.memory.draft_photo(folk.lan.address) == photo
    ref = number_in(await folk.lan.does(Verb.SEND))
    assert await town.store.inquiries.photo(ref) is not None
    assert ref != lead.ref


async def test_the_buttons_words_are_typed_where_the_booth_was_just_shown(town: Town, folk: Folk, token: str) -> None:
    """The Zalo bot has no buttons: people write what stands there."""
    await folk.lan("Gửi báo giá cho tôi")
    assert await town.store.fair_visits.leads(SPRING.key) == [], "no booth was shown"
    said = {"Gửi báo giá cho tôi": "quote", "tôi là khách sỉ": "wholesale", "nhắc tôi ở nhà.": "remind"}
    for typed, kind in said.items():
        await folk.lan(f"b {token}")
        await folk.lan(typed)
        assert (await counted(town))[kind] == 1, typed
    assert {each.kind for each in await town.store.fair_visits.leads(SPRING.key)} == {"quote", "wholesale"}


async def test_leads_are_seen_live_and_by_their_producer_only(town: Town, folk: Folk, token: str) -> None:
    await folk.lan(f"b {token}")
    await folk.eve(f"b {token}")
    await folk.lan.does(Verb.BOOTH, f"{token} wholesale")
    said = await folk.ba("khách hội chợ")
    assert "Lượt khách hôm nay: 2, tất cả các ngày: 2" in said
    assert "hỏi giá hoặc mua sỉ: 1" in said
    ref = (await town.store.fair_visits.leads(SPRING.key))[0].ref
    assert f"#{ref}" in said
    other = await folk.tu("khách hội chợ")
    assert "Gian của bạn ở “Hội chợ OCOP Xuân 2027”: A2" in other
    assert ref not in other
    assert ref not in await folk.eve("khách hội chợ")
    assert "Nguyễn Thị Lan" not in await folk.tu.does(Verb.INQUIRY, ref)


@pytest.mark.only_sqlite
@pytest.mark.parametrize("channel", ["telegram", "zalo_oa", "zalo_bot", "web"])
async def test_in_every_channel_nobody_sees_anothers_leads(town: Town, folk: Folk, token: str, channel: str) -> None:
    await folk.lan(f"b {token}")
    await folk.lan.does(Verb.BOOTH, f"{token} quote")
    (lead,) = await town.store.fair_visits.leads(SPRING.key)
    own, other, stranger = (town.someone(channel, f"{channel}-{each}", name=each) for each in ("own", "other", "eve"))
    await admitted(town, own, code="CCCC", producer="nem-1")
    await admitted(town, other, code="DDDD", producer="nem-3")
    assert f"#{lead.ref}" in await own("khách hội chợ")
    assert "Nguyễn Thị Lan" in await own.does(Verb.INQUIRY, lead.ref)
    for each in (other, stranger):
        said = [await each("khách hội chợ"), await each.does(Verb.INQUIRY, lead.ref), await each.does(Verb.MAIL)]
        assert not [words for words in said if lead.ref in words or "Nguyễn Thị Lan" in words], said
    assert "Gian của bạn ở “Hội chợ OCOP Xuân 2027”: A2" in await other("khách hội chợ")


async def test_reminded_at_home_and_named_to_nobody(town: Town, folk: Folk, token: str) -> None:
    await folk.lan(f"b {token}")
    said = await folk.lan.tap("Nhắc tôi ở nhà")
    assert "19:30 02/03/2027" in said
    heard = len(folk.ba.heard)
    await town.later(8 * HOUR)
    assert folk.lan.last.startswith("Bạn đã ghé gian A1 của “Hội chợ OCOP Xuân 2027”: HTX Nem 1")
    assert len(folk.ba.heard) == heard
    assert await counted(town) == {"visit": 1, "remind": 1}


async def test_the_producers_own_people_and_other_days_are_not_counted(town: Town, folk: Folk, token: str) -> None:
    await folk.ba(f"b {token}")
    town.today = date(2027, 3, 9)
    await folk.eve(f"b {token}")
    assert await counted(town) == {}


async def test_a_booth_that_is_not_there(town: Town, folk: Folk, token: str) -> None:
    assert "không còn" in await folk.lan("b ABCD2345")
    empty = (await town.store.fairs.booths(SPRING.key))[2].token
    said = await folk.lan(f"b {empty}")
    assert "chưa giao cho ai" in said
    assert [each.label for each in folk.lan.reply.choices] == ["Thông tin hội chợ"]
    await folk.lan.does(Verb.BOOTH, f"{empty} quote")
    assert await town.store.fair_visits.leads(SPRING.key) == []
    with pytest.raises(NotFound):
        await booths.find("ABCD2345", context=town.context, say=speech("vi"))


@pytest.mark.only_sqlite
async def test_a_booth_whose_producer_has_nothing_left_still_tells_whose_it_is(
    town: Town, folk: Folk, token: str
) -> None:
    """Another makes its products by now, or it was taken out of the catalogue: its name is said, or that."""
    fair = await town.store.fairs.by_key(SPRING.key)
    moved = [towns.product(number, producer="HTX Khác") for number in (1, 2)]
    await town.store.import_rows(moved, who="test")
    said = await folk.lan(f"b {token}")
    assert said.startswith("Gian A1 ở “Hội chợ OCOP Xuân 2027”: HTX Nem 1\n")
    assert "chưa giao" not in said
    await give_booth(town.store, fair, "A1", producer="gone")
    assert "A1: một cơ sở không còn trong danh mục" in await folk.lan("ai bán ở hội chợ xuân 2027")
    assert "một cơ sở không còn trong danh mục" in await folk.lan(f"b {token}")


async def test_erasing_reaches_visits_and_leads(town: Town, folk: Folk, token: str) -> None:
    await folk.lan(f"b {token}")
    await folk.lan.tap("Gửi báo giá cho tôi")
    (lead,) = await town.store.fair_visits.leads(SPRING.key)
    data = await data_of(town, folk.lan)
    assert sorted(each["kind"] for each in data["fair_visits"]) == ["quote", "visit"]
    (kept,) = data["fair_leads"]
    booth = (await town.store.fairs.booths(SPRING.key))[0]
    for name, value in {"ref": lead.ref, "fair": SPRING.key, "booth": booth.number, "kind": "quote"}.items():
        assert kept[name] == value, name
    (asked,) = [each for each in data["inquiries"] if each["ref"] == lead.ref]
    assert (asked["name"], asked["producer_id"]) == ("Nguyễn Thị Lan", booth.producer)
    assert "Xin gửi báo giá cho tôi. (Gian A1, Hội chợ OCOP Xuân 2027)" in json.dumps(asked, ensure_ascii=False)
    await folk.lan.does(Verb.ERASE, "yes")
    left = await town.store.people.rows_about(folk.lan.address)
    assert not [name for name in ("fair_leads", "booth_visits", "inquiries", "messages") if left[name]]
    held = await town.store.inquiries.by_ref(lead.ref)
    assert held is not None
    assert (held.name, held.consumer.address, held.messages) == ("", "", ())
    assert await counted(town) == {"visit": 1, "quote": 1}
    assert await town.store.fair_visits.check(SPRING.key) is None
