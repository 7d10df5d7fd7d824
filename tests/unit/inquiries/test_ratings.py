"""Who bought a product gives it points in the chat; what is said is shown, held, answered, listed and taken back."""

from dataclasses import replace

import pytest

from catalog.inquiry import Address
from catalog.model import LookUp, LookUpWay
from catalog.ratings import Rating, RatingState
from handlers import conversation
from handlers.actions import Action, Verb
from handlers.context import Session
from handlers.inquiries.ratings import read_points
from handlers.messages import Incoming, Tap, Text
from handlers.phrases import speech
from tests.town import DAY, Someone, Town
from tests.unit.inquiries.conftest import Folk

pytestmark = pytest.mark.both_databases
say = speech("vi")
WORDS = "Nem thơm, ăn đúng vị quê nhà"
GIVE, LEAVE, READ = say("Give points"), say("Leave it: only points"), say("What buyers wrote")


async def scanned(town: Town, one: Someone, product: str = "nem-1") -> None:
    """They photographed a code of it."""
    look_up = LookUp(LookUpWay.PHOTO, "8936012345670")
    await town.store.people.note_view(one.address, product, at=town.now, look_up=look_up)


async def rate(town: Town, one: Someone, points: int, words: str = WORDS) -> str:
    """Give points with these words; what is said then."""
    await scanned(town, one)
    await one.does(Verb.SCORE, f"{points} nem-1")
    return await one(words) if words else await one.tap(LEAVE)


@pytest.mark.only_sqlite
@pytest.mark.parametrize(
    ("said", "points"),
    [
        ("4 sao thôi", 4), ("chấm điểm 4 sao thôi", 4), ("bốn điểm", 4), ("5/5", 5), ("3", 3), ("cho 2 điểm nhé", 2),
        ("5 stars", 5), ("4점", 4), ("四分", 4), ("ngon lắm", None), ("6 điểm", None), ("12", None),
    ],
)  # fmt: skip
def test_points_are_read_however_they_are_said(said: str, points: int | None) -> None:
    assert read_points(said) == points


async def test_points_and_a_sentence_stand_on_the_card(town: Town, folk: Folk) -> None:
    lan = folk.lan
    assert GIVE not in await lan("nem chua 1")
    await scanned(town, lan)
    assert GIVE in await lan("nem chua 1")
    asked = await lan.tap(GIVE)
    assert say("Points are what buyers here think. They are no OCOP star: that one is given by the programme.") in asked
    assert "4/5 điểm" in await lan("4")
    thanked = await lan(WORDS)
    assert say("Everybody sees them with the product from now on, without your name.") in thanked
    seen = await folk.eve("nem chua 1")
    assert "1 người mua" in seen
    assert "/5 điểm" not in seen, "one is no average"
    assert GIVE not in seen
    told = await folk.eve.tap(READ)
    assert f"“{WORDS}”" in told
    assert "Lan" not in told
    assert (await town.store.ratings.summary("nem-1")).people == 1


async def test_words_lead_there(town: Town, folk: Folk) -> None:
    lan = folk.lan
    assert say("Which product would you give points to?") in await lan("đánh giá")
    await scanned(town, lan)
    await lan("nem chua 1")
    assert "4/5 điểm" in await lan("chấm điểm 4 sao thôi")
    assert say("Nothing was sent.") in await lan("huỷ")
    assert say("How many points do you give {product}? 1 is bad, 5 is very good.", product="Nem chua 1") in await lan(
        "đánh giá nem chua 1"
    )
    assert say("I keep your sentence.") in await lan("Nem này ăn rất hợp với rượu làng")
    assert "“Nem này ăn rất hợp với rượu làng”" in await lan("bốn điểm")
    assert "4/5 điểm" in await lan("điểm của tôi")
    assert "Nem này ăn rất hợp" in await lan("người mua nói gì về nem chua 1")
    assert "đánh giá" not in await lan("nem chua 2 giá bao nhiêu")


async def test_points_stay_where_nothing_is_written_and_are_changed_before(town: Town, folk: Folk) -> None:
    await scanned(town, folk.lan)
    await folk.lan.does(Verb.SCORE, "2 nem-1")
    assert "3/5 điểm" in await folk.lan("3 điểm")
    assert "3/5 điểm" in await folk.lan("thôi")
    (mine,) = await town.store.ratings.of_person(folk.lan.address)
    assert (mine.points, mine.words) == (3, "")


async def test_who_may_not_is_told_how_to_come_to_it(town: Town, folk: Folk) -> None:
    said = await folk.eve.does(Verb.SCORE, "of nem-1")
    assert "Chụp mã" in said
    assert await town.store.ratings.of_person(folk.eve.address) == []
    await scanned(town, folk.ba)
    assert say(
        "You answer for the producer of {product}: points are for buyers.", product="Nem chua 1"
    ) in await folk.ba.does(Verb.SCORE, "5 nem-1")
    await folk.eve.does(Verb.SCORE, "bare")
    assert await town.store.ratings.of_person(folk.eve.address) == []


async def test_an_answered_question_counts_as_well(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    assert "Chụp mã" in await folk.lan.does(Verb.SCORE, "of nem-1")
    await folk.ba.does(Verb.REPLY, ref)
    await folk.ba("Ba ngày trong tủ lạnh")
    assert "Nem chua 1" in await folk.lan.does(Verb.SCORE, "5 nem-1")
    await folk.lan.tap(LEAVE)
    assert [each.points for each in await town.store.ratings.of_person(folk.lan.address)] == [5]


async def test_a_second_one_changes_the_first_and_says_so(town: Town, folk: Folk) -> None:
    await rate(town, folk.lan, 5)
    await town.later(DAY)
    await folk.lan("nem chua 1")
    assert "5/5 điểm · 24/11/2026" in await folk.lan.tap(say("Change my points"))
    assert say("They take the place of what you gave on {day}.", day="24/11/2026") in await rate(town, folk.lan, 2)
    assert [each.points for each in await town.store.ratings.of_person(folk.lan.address)] == [2]


async def test_what_holds_a_number_waits_and_is_said_so(town: Town, folk: Folk) -> None:
    thanked = await rate(town, folk.lan, 5, "Gọi 0912 345 678 mua rẻ hơn")
    assert "cán bộ" in thanked
    assert say("Everybody sees them with the product from now on, without your name.") not in thanked
    assert READ not in await folk.eve("nem chua 1")
    assert say("waits for an officer") in await folk.lan("điểm của tôi")
    assert say("Everybody sees them with the product from now on, without your name.") in await rate(town, folk.lan, 5)


async def test_one_takes_it_back(town: Town, folk: Folk) -> None:
    await rate(town, folk.lan, 1)
    await folk.lan("điểm của tôi")
    assert WORDS in await folk.lan.tap(say("Take back: {name}", name="Nem chua 1"))
    (mine,) = await town.store.ratings.of_person(folk.lan.address)
    await folk.eve.does(Verb.SCORE, f"drop {mine.number} yes")
    assert await town.store.ratings.of_person(folk.lan.address), "nobody else can"
    await folk.lan.tap(say("Yes, take it back"))
    assert await town.store.ratings.of_person(folk.lan.address) == []
    assert say("You have given no points yet.") in await folk.lan("điểm của tôi")


async def test_the_producer_is_told_and_answers_once(town: Town, folk: Folk) -> None:
    await rate(town, folk.lan, 2)
    await rate(town, folk.eve, 3, "Hơi nhỏ so với giá")
    await town.post()
    assert WORDS in folk.ba.last
    assert "Hơi nhỏ" in folk.ba.last
    assert say("What buyers wrote ({number})", number=2) in await folk.ba("/homthu")
    await folk.ba.tap(say("What buyers wrote ({number})", number=2))
    await folk.ba.tap(say("Answer {number})", number=2))
    assert say("That cannot stand before everybody: {why}. Please write it without.", why="").split(":")[0] in (
        await folk.ba("Gọi lại 0987 654 321 nhé")
    )
    assert "Cảm ơn bác" in await folk.ba("Cảm ơn bác, lần sau em làm kỹ hơn")
    assert await folk.ba.tap(say("Send")) == (
        say("Your answer stands below the buyer's words now.")
        + f"\n\n1. {say('What buyers wrote')}\n2. {say('Mailbox')}"
    )
    assert "Cảm ơn bác" in await folk.lan("người mua nói gì về nem chua 1")
    (mine,) = await town.store.ratings.of_person(folk.lan.address)
    assert "Cảm ơn" not in await folk.ba.does(Verb.SCORE, f"re {mine.number}"), "once"
    await folk.tu.does(Verb.SCORE, f"re {mine.number}")
    assert say("You answer for no producer. If you make OCOP products, ask the programme officer for a code.") in (
        await folk.tu.does(Verb.SCORE, "waits")
    )


async def test_five_people_make_an_average_and_a_ring_stands_apart(town: Town, folk: Folk) -> None:
    for number, points in enumerate((5, 5, 4, 4, 3, 1, 1, 1)):
        words = "Sản phẩm quá tệ đừng mua" if points == 1 else ""
        one = Rating(Address("zalo", f"n{number}"), "nem-1", points, words, at=town.now + number * DAY)
        await town.store.ratings.give(one)
    card = await folk.eve("nem chua 1")
    assert "4,2/5 điểm · 5 người mua" in card
    assert "5 điểm: 2 · 4 điểm: 2 · 3 điểm: 1 · 2 điểm: 0 · 1 điểm: 0" in card
    assert "không được tính" in card
    await folk.eve.tap(READ)
    assert "quá tệ" not in folk.eve.last
    assert folk.eve.last.count("quá tệ") == 0
    assert (await folk.eve.tap(say("What stands apart"))).count("quá tệ") == 3


async def test_pages_turn(town: Town, folk: Folk) -> None:
    for number in range(7):
        one = Rating(Address("zalo", f"n{number}"), "nem-1", 4, f"Lời thứ {number} của tôi", at=town.now + number * DAY)
        await town.store.ratings.give(one)
    first = await folk.eve.does(Verb.SCORE, "read nem-1")
    assert first.index("Lời thứ 6") < first.index("Lời thứ 2")
    assert "Lời thứ 0" in await folk.eve.tap(say("Next →"))


@pytest.mark.only_sqlite
async def test_in_a_group_it_is_private(town: Town, folk: Folk) -> None:
    await scanned(town, folk.lan)
    await folk.lan("nem chua 1")
    private = say("This is between you and me: others read along here. Please ask me in our private chat.")
    for content in (Tap(Action(Verb.SCORE, "of nem-1")), Text("chấm điểm"), Text("điểm của tôi")):
        await town.takes_in(Incoming(folk.lan.person, content, town.ref(), public=True))
        assert folk.lan.last == private
    await town.takes_in(Incoming(folk.lan.person, Text("nem chua 1"), town.ref(), public=True))
    assert GIVE not in folk.lan.last


@pytest.mark.only_sqlite
async def test_switched_off_there_is_no_word_of_it(town: Town, folk: Folk) -> None:
    await rate(town, folk.lan, 5)
    off = replace(town.context, has_ratings=False)

    async def hears(content: Text | Tap) -> str:
        incoming = Incoming(folk.lan.person, content, "x")
        answered = await conversation.answer(incoming, context=off, session=Session())
        return repr(answered.reply)

    assert "diem" not in await hears(Text("nem chua 1"))
    assert "người mua" not in await hears(Text("nem chua 1"))
    asked = (Text("điểm của tôi"), Text("chấm điểm nem chua 1"), Text("my ratings"))
    for content in (Tap(Action(Verb.SCORE, "of nem-1")), *asked):
        assert say("Points from buyers are not kept here.") in await hears(content)
    (kept,) = await town.store.ratings.of_person(folk.lan.address)
    assert kept.state is RatingState.SHOWN
