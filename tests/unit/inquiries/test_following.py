"""Who follows a product, a producer or a commune is told what is new, once a day at most, until they stop."""

import pytest

from bot import reminders
from bot.channel import WindowClosed
from catalog.dates import PartialDate
from catalog.follows import NewsKind, ProductMark, news_between
from catalog.inquiry import RECALLS, TO_CONSUMER, TO_OFFICERS, TO_PRODUCERS, NoticeKind
from catalog.passport import Standing
from handlers.actions import Verb
from handlers.phrases import speech
from tests.town import DAY, Town, product
from tests.unit.inquiries.conftest import Folk

pytestmark = pytest.mark.both_databases
say = speech("vi")
NEWS = say("News of what you follow:")
BETTER = product(1, stars=5, decision="9/QĐ-UBND", decided=PartialDate(2026, 11, 20))


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        ({}, {}, []),
        ({}, {"stars": 5, "decision": "2", "ends": "2029-01-01"}, [NewsKind.UPGRADED]),
        ({}, {"decision": "2", "ends": "2029-01-01"}, [NewsKind.RENEWED]),
        ({}, {"within": 90}, [NewsKind.ENDING]),
        ({"within": 90}, {"within": 30, "standing": Standing.ENDING}, [NewsKind.ENDING]),
        ({"within": 30}, {"within": 90}, []),
        ({}, {"standing": Standing.PRESUMED_LAPSED}, [NewsKind.LAPSED]),
        ({}, {"standing": Standing.WITHDRAWN, "stars": 0}, [NewsKind.WITHDRAWN]),
        ({"standing": Standing.ANNULLED}, {}, [NewsKind.REINSTATED]),
        ({"standing": Standing.LAPSED}, {"decision": "2", "ends": "2029-01-01"}, [NewsKind.RENEWED]),
        ({}, {"in_season": True}, [NewsKind.IN_SEASON]),
        ({"in_season": True}, {}, []),
    ],
)
@pytest.mark.only_sqlite
def test_what_is_news(before: dict[str, object], after: dict[str, object], news: list[NewsKind]) -> None:
    held = {"standing": Standing.VALID, "stars": 4, "decision": "1", "ends": "2027-12-20"}
    marks = [ProductMark(**{**held, **each}) for each in (before, after)]  # type: ignore[arg-type]  # fields of a mark
    assert list(news_between(*marks)) == news
    assert ProductMark.read(marks[1].serialize()) == marks[1]


async def next_morning(town: Town) -> None:
    """Look for news several times, as after restarts, then let the next morning come."""
    await town.fresh()
    for _ in range(2):
        await reminders.nudge(town.context)
    await town.later(DAY)


async def test_a_product_that_is_raised_is_told_once(town: Town, folk: Folk) -> None:
    first = await folk.lan.does(Verb.FOLLOW, "p nem-1")
    assert "8 giờ sáng" in first
    assert "cho đến khi bạn thôi" in first
    assert "Bạn đang theo dõi Nem chua 1" in await folk.lan.does(Verb.FOLLOW, "p nem-1")
    await next_morning(town)
    assert NEWS not in folk.lan.last
    await town.store.import_rows(
        [BETTER, product(2, stars=5, decision="8/QĐ", decided=PartialDate(2026, 11, 20))], who="x"
    )
    await next_morning(town)
    assert folk.lan.last.startswith(NEWS)
    assert "Nem chua 1 (HTX Nem 1): nâng hạng" in folk.lan.last
    assert "Nem chua 2" not in folk.lan.last
    heard = len(folk.lan.heard)
    await next_morning(town)
    assert len(folk.lan.heard) == heard, "told once"
    await folk.lan.tap(say("Stop all of it"))
    await town.store.import_rows([product(1, decision="11/QĐ", decided=PartialDate(2026, 11, 23), stars=5)], who="x")
    heard = len(folk.lan.heard)
    await next_morning(town)
    assert len(folk.lan.heard) == heard, "nothing once it is stopped"


async def test_a_producer_and_a_commune_with_something_new_are_one_message(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.PRODUCT, "nem-1")
    await folk.lan("theo dõi HTX Nem 1")
    await folk.lan("theo dõi")
    await town.store.import_rows([product(9), BETTER], who="x")
    await next_morning(town)
    told = [each for each in folk.lan.heard if each.startswith(NEWS)]
    assert len(told) == 1
    assert "Nem chua 9 (HTX Nem 1): mới có trong danh mục" in told[0]
    assert "Nem chua 1 (HTX Nem 1): nâng hạng" in told[0]


async def test_what_cannot_be_told_waits_for_the_person_as_one_message(town: Town, folk: Folk) -> None:
    """A closed window: news of two days is given as one message when they write again."""
    an = town.someone("zalo_oa", "an")
    await an.does(Verb.FOLLOW, "p nem-1")
    await an.does(Verb.FOLLOW, "p nem-3")
    line = town.lines["zalo_oa"]
    line.troubles += [WindowClosed("no"), WindowClosed("no"), WindowClosed("no")]
    await town.store.import_rows([BETTER], who="x")
    await next_morning(town)
    await town.store.import_rows(
        [product(3, maker=2, stars=5, decision="7/Q", decided=PartialDate(2026, 11, 21))], who="x"
    )
    await next_morning(town)
    line.troubles.clear()
    await an("xin chào")
    told = [each for each in an.heard if each.startswith(NEWS)]
    assert len(told) == 1
    assert "Nem chua 1" in told[0]
    assert "Nem chua 3" in told[0]


async def test_what_is_followed_is_listed_and_stopped_one_by_one(town: Town, folk: Folk) -> None:
    lan = folk.lan
    assert await lan("đang theo dõi") == say("You follow nothing yet. Open a product's card and press “Follow”.")
    await lan("nem chua 3")
    await lan.tap(say("Follow"))
    await lan("theo dõi nem chua 1")
    listed = await lan("đang theo dõi")
    assert "• Nem chua 3" in listed
    assert "• Nem chua 1" in listed
    assert "Nem chua 3" in await lan.tap(say("Stop: {name}", name="Nem chua 3"))
    assert "Nem chua 3" not in await lan("đang theo dõi")
    assert "Nem chua 1" in await lan("bỏ theo dõi nem chua 1")
    assert await lan("đang theo dõi") == say("You follow nothing yet. Open a product's card and press “Follow”.")


async def test_a_name_is_taken_up_however_it_is_written_and_a_number_beyond_all_stops_nothing(
    town: Town, folk: Folk
) -> None:
    lan = folk.lan
    assert say("You follow {name}.", name="Nem chua 3") in await lan("theo dõi Nem-chua 3!")
    assert say("You follow {name}.", name="Nem chua 1") in await lan("Theo dõi: “nem chua 1”")
    assert "Nem chua 3" in await lan.does(Verb.FOLLOW, f"no {'9' * 40}")
    assert say("You do not follow {name} any more.", name="Nem chua 3") in await lan("bỏ theo dõi nem-chua 3")


async def test_a_producer_learns_how_many_follow(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.FOLLOW, "p nem-1")
    await folk.lan.does(Verb.FOLLOW, "m nem-1")
    await folk.eve.does(Verb.FOLLOW, "p nem-2")
    made = await town.store.product("nem-1")
    assert made is not None
    assert await town.store.follows.count_followers(made.producer.id, ["nem-1", "nem-2"]) == 2


async def test_what_is_kept_of_it_is_shown_by_its_names(town: Town, folk: Folk) -> None:
    for what in ("p nem-3", "m nem-1", "c 09166"):
        await folk.lan.does(Verb.FOLLOW, what)
    shown = await folk.lan.does(Verb.DATA, "o")
    followed = [each for each in await town.store.follows.of_person(folk.lan.address) if each.subject in shown]
    assert not followed, "no id, where there is a name"
    for name in ("Nem chua 3", "HTX Nem 1"):
        assert say("You follow {name}.", name=name) in shown


@pytest.mark.only_sqlite
async def test_who_names_a_commune_follows_it_or_nothing(town: Town, folk: Folk) -> None:
    assert "Phượng Sơn" in await folk.lan("theo dõi xã Phượng Sơn"), "a ward since 2025, called a commune by many"
    assert "Tôi không tìm thấy “xã nem chua”" in await folk.lan("theo dõi xã nem chua")
    assert "Nem chua 1" in await folk.lan("theo dõi nem chua 1")


# What the words about being left alone say of each kind of notice, and to whom; a new kind must be told of as well.
_SHOPPER_HEARS = {
    **dict.fromkeys(TO_CONSUMER, "câu hỏi"),
    **dict.fromkeys(RECALLS, "thu hồi"),
    NoticeKind.FOLLOWED: "theo dõi",
    NoticeKind.RATING_JUDGED: "đánh giá",
    NoticeKind.BUYER: "mua hàng",
    NoticeKind.DECIDED: "đề nghị sửa",
    NoticeKind.MOVED: "ứng dụng",
}
_PRODUCER_HEARS = {
    **dict.fromkeys((*TO_PRODUCERS, NoticeKind.TAKEN, NoticeKind.DIGEST), "câu hỏi của khách"),
    NoticeKind.BUYER: "người mua",
    NoticeKind.RATED: "đánh giá mới",
    NoticeKind.FAIR: "hội chợ",
    NoticeKind.MISSING: "còn thiếu",
    NoticeKind.ENDING: "sắp hết hạn",
    NoticeKind.STILL_THERE: "còn ở đó",
}
_OFFICER_HEARS = {
    **dict.fromkeys((*TO_OFFICERS, NoticeKind.HANDED), "phản ánh"),
    NoticeKind.ESCALATE: "chưa có trả lời",
    NoticeKind.REPORT: "nhà sản xuất báo",
    NoticeKind.CORRECTION: "đề nghị sửa",
    NoticeKind.PROPOSAL: "đề xuất",
    NoticeKind.MORNING: "mỗi sáng",
}
# Asked for on the board's sign-in page, a minute before.
_ASKED_FOR = {NoticeKind.SIGN_IN}


@pytest.mark.only_sqlite
async def test_who_wants_to_be_left_alone_is_told_of_all_that_may_still_come(folk: Folk) -> None:
    assert {*_SHOPPER_HEARS, *_PRODUCER_HEARS, *_OFFICER_HEARS, *_ASKED_FOR} == set(NoticeKind)
    shopper, producer, officer = [await each.does(Verb.FOLLOW, "quiet") for each in (folk.lan, folk.ba, folk.officer)]
    assert [word for word in _SHOPPER_HEARS.values() if word not in shopper] == []
    assert "cán bộ" not in shopper
    for said, first, hears in ((producer, "Vì bạn trả lời", _PRODUCER_HEARS), (officer, "Là cán bộ", _OFFICER_HEARS)):
        (line,) = [each for each in said.splitlines() if each.startswith(first)]
        assert [word for word in hears.values() if word not in line] == []
