"""Every channel that the house discovers holds the same conversations: real house, real HTTP, the vendor's stand-in."""

import re
from functools import partial

import pytest

from tests import pictures
from tests.contracts.adapters import EITHER_WAY, spoken
from tests.contracts.adapters.house import Conversation, House
from tests.contracts.adapters.parts import until
from tests.contracts.adapters.traces import traces
from tests.stands.faults import Answer, Cut, Fault, Hang

WAYS = [*(("all", name) for name in spoken()), *(("posted", name) for name in EITHER_WAY)]
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize(("house", "channel"), WAYS, indirect=["house"], scope="module"),
]

UNFOLD = "Xem đủ"
OWN = "https://ocop.test/p/tuong-1"
FACTS = (
    "Tương Đình Tổ",
    "★★★★☆",
    "Còn hiệu lực đến 20/12/2027 (còn 391 ngày)",
    "OCOP-BN-77",
    "1/QĐ-UBND",
    "UBND huyện Thuận Thành",
    "20/12/2024",
    "HTX Hoa Sen",
)


async def all_of(lan: Conversation, answer: str) -> str:
    """*answer*, and what its card keeps back for who wants all of it, where a channel cannot fold it."""
    return f"{answer}\n{await lan.tap(UNFOLD)}" if UNFOLD in answer else answer


async def test_a_name_shows_its_passport(house: House, channel: str) -> None:
    lan = house.meet(channel)
    answer = await all_of(lan, await lan.say("tuong dinh to htx hoa sen"))
    assert [fact for fact in FACTS if fact not in answer] == []


async def test_a_card_is_sent_on(house: House, channel: str) -> None:
    lan = house.meet(channel)
    await lan.say("tuong dinh to htx hoa sen")
    answer = await lan.tap("Chia sẻ")
    assert OWN in answer
    assert "Đúng vào ngày" in answer


async def test_a_claimed_star_is_held_beside_the_certificate(house: House, channel: str) -> None:
    lan = house.meet(channel)
    answer = await lan.say("tương đình tổ htx hoa sen ocop 5 sao có thật không")
    assert "Cao hơn giấy chứng nhận" in answer
    assert "OCOP 5 sao" in await lan.tap("Báo cán bộ: Tương Đình Tổ")


async def test_products_are_compared_as_a_picture(house: House, channel: str) -> None:
    lan = house.meet(channel)
    await lan.say("so sánh tương đình tổ htx hoa sen với heo thảo dược Bình Minh")
    answer = await lan.tap("So sánh bằng ảnh")
    assert "So sánh: Tương Đình Tổ" in answer
    assert "Đúng vào ngày" in answer


async def test_what_is_followed_is_listed_and_stopped(house: House, channel: str) -> None:
    lan = house.meet(channel)
    await lan.say("tuong dinh to htx hoa sen")
    assert "Bạn đang theo dõi Tương Đình Tổ." in await lan.say("theo dõi")
    assert "• Tương Đình Tổ" in await lan.say("đang theo dõi")
    assert "Bạn đã thôi theo dõi Tương Đình Tổ." in await lan.tap("Thôi: Tương Đình Tổ")


async def test_history_goes_along_to_another_chat(house: House, channel: str) -> None:
    """By a code that the one chat gives and another one takes."""
    old, new = house.meet(channel), house.meet(channel)
    await old.say("tuong dinh to htx hoa sen")
    await old.say("chuyển sang chat khác")
    given = await old.tap("Cho tôi mã")
    (typed,) = re.findall(r"chuyển [A-Z0-9]{5}-[A-Z0-9]{5}", given)
    await new.say(typed)
    assert "Xong" in await new.tap("Đồng ý, chuyển sang đây")
    assert "Tương Đình Tổ" in await new.say("đã xem")


@pytest.mark.parametrize("words", ["", "2", "số 2", "cái thứ hai"])
async def test_a_list_is_chosen_from(house: House, channel: str, words: str) -> None:
    """By touch where there is something to touch, and by words everywhere."""
    lan = house.meet(channel)
    assert "HTX Tương 2" in await lan.say("tương đình tổ")
    answer = await all_of(lan, await (lan.say(words) if words else lan.choose(2)))
    assert "HTX Tương 2" in answer
    assert "2/QĐ-UBND" in answer
    assert "HTX Tương 3" not in answer


async def test_pages_turn_there_and_back(house: House, channel: str) -> None:
    lan = house.meet(channel)
    first = await lan.say("mận chín")
    assert "Mận Chín 10" in first
    assert "Mận Chín 15" not in first
    second = await lan.tap("Trang sau →")
    assert "Mận Chín 15" in second
    assert "Mận Chín 10" not in second
    assert "Mận Chín 21" in await lan.tap("Trang sau →")
    await lan.tap("← Trang trước")
    assert "Mận Chín 10" in await lan.tap("← Trang trước")


async def test_a_photo_of_our_code_shows_its_product(house: House, channel: str) -> None:
    lan = house.meet(channel)
    answer = await all_of(lan, await lan.photo(pictures.photo_of(OWN)))
    assert [fact for fact in FACTS if fact not in answer] == []


async def test_who_scanned_it_gives_points_and_takes_them_back(house: House, channel: str) -> None:
    lan = house.meet(channel)
    await lan.photo(pictures.photo_of(OWN))
    assert "không phải sao OCOP" in await lan.tap("Chấm điểm")
    assert "Viết một câu" in await lan.say("4 sao thôi")
    assert "không kèm tên bạn" in await lan.say(f"Tương thơm, đúng vị, nhà ở {channel} đã thử")
    assert "4/5 điểm" in await lan.say("điểm của tôi")
    await lan.tap("Rút lại: Tương Đình Tổ")
    assert "Đã rút lại" in await lan.tap("Có, rút lại")


async def test_a_photo_without_a_code_gets_advice(house: House, channel: str) -> None:
    answer = await house.meet(channel).photo(pictures.photo_of())
    assert "Tôi chưa đọc được mã nào trong ảnh này." in answer
    assert "gõ tên sản phẩm" in answer


async def test_what_we_do_not_have_is_said_with_what_is_near(house: House, channel: str) -> None:
    answer = await house.meet(channel).say("giò chả heo sữa")
    assert "Danh mục chưa có “giò chả heo sữa”." in answer
    assert "Tên gần nhất ở ngay dưới: bấm vào để xem." in answer
    assert "heo thảo dược Bình Minh" in answer


async def test_what_was_looked_up_is_shown_and_erased(house: House, channel: str) -> None:
    """The newest first, found by a word, a tap away from its card; erased after asking."""
    lan = house.meet(channel)
    await lan.say("tương đình tổ htx hoa sen")
    await lan.photo(pictures.photo_of(OWN))
    shown = await lan.say("đã xem")
    assert "chụp ảnh" in shown
    assert "Tương Đình Tổ" in await lan.say("đã xem tương")
    assert "Bạn chưa xem món nào tên “mật ong”." in await lan.say("đã xem mật ong")
    await lan.say("đã xem")
    assert "Xoá hết những gì bạn đã xem?" in await lan.tap("Xoá hết lịch sử")
    assert "Đã xoá 2 lượt xem." in await lan.tap("Đồng ý, xoá")
    assert "Bạn chưa xem sản phẩm nào." in await lan.say("lịch sử")


async def test_english_and_back(house: House, channel: str) -> None:
    lan = house.meet(channel)
    await lan.say("/start")
    assert "From now on I speak English." in await lan.tap("English")
    assert "Valid until 20/12/2027 (391 days left)" in await lan.say("tương đình tổ htx hoa sen")
    await lan.say("/start")
    assert "Từ giờ tôi nói tiếng Việt." in await lan.tap("Tiếng Việt")
    assert "Còn hiệu lực đến 20/12/2027" in await lan.say("tương đình tổ htx hoa sen")


async def test_what_is_near(house: House, channel: str) -> None:
    lan = house.meet(channel)
    assert "Bạn đang ở đâu?" in await lan.say("gần tôi")
    if house.stands[channel].places:
        answer = await lan.place(21.05, 106.01)
    else:
        answer = await lan.say("xã Đình Tổ")
    assert "Tương Đình Tổ" in answer or "Mận Chín" in answer


async def test_what_we_cannot_read_is_answered(house: House, channel: str) -> None:
    lan = house.meet(channel)
    assert (await lan.strange()).strip()
    assert FACTS[0] in await lan.say("tương đình tổ htx hoa sen")


STRANGE_WORDS = (
    " ",
    "\u200b",
    "x" * 10_000,
    "🍚" * 500,
    "<b>Xoài</b> & <script>alert(1)</script>",
    "👨‍👩‍👧‍👦🇻🇳",
    "&lt;&amp;&#0;",
    "a\x00b\x07c\x1b[31m\u202e",
    "'; DROP TABLE products; --",
    "%s %n {0} ${HOME}",
    "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "/",
    "/p",
    "/more x 99999",
    "#p",
    "0",
    "-1",
    "999999999999999999999",
)


async def test_odd_words_are_answered_and_do_no_harm(house: House, channel: str) -> None:
    lan, before = house.meet(channel), house.count("unexpected")
    for words in STRANGE_WORDS:
        assert (await lan.say(words)).strip(), words
    assert house.count("unexpected") == before
    assert FACTS[0] in await lan.say("tương đình tổ htx hoa sen")


async def test_markup_is_shown_as_it_was_typed(house: House, channel: str) -> None:
    answer = await house.meet(channel).say("<b>Xoài & </b>")
    assert "“<b>Xoài & </b>”" in answer


async def test_an_event_that_comes_again_is_answered_once(house: House, channel: str) -> None:
    """Whether it comes again before it is answered, or after."""
    lan, before = house.meet(channel), house.count("repeated", channel=channel)
    await lan.who.say("tương đình tổ htx hoa sen")
    for times in (1, 2):
        await lan.who.again()
        await until(partial(redelivered, house, channel, before + times))
    await until(lan.who.heard)
    await lan.who.again()
    await until(partial(redelivered, house, channel, before + 3))
    assert "Danh mục chưa có" in await lan.say("Xoài cát Hòa Lộc")
    assert told(lan) == 1


async def test_an_old_message_still_works(house: House, channel: str) -> None:
    """A button means what it meant; a number alone means the last list, as nobody counts back."""
    lan = house.meet(channel)
    await lan.say("tương đình tổ")
    await lan.say("mận chín")
    if house.stands[channel].touch:
        assert "2/QĐ-UBND" in await all_of(lan, await lan.choose(2, of=0))
    else:
        assert "11/QĐ-UBND" in await all_of(lan, await lan.choose(2))


async def test_erasing_reaches_what_the_channel_remembers(house: House, channel: str) -> None:
    """Whoever erases everything is in no note of the channel's, and nowhere in what it holds in memory."""
    before, lan = house.addresses(channel), house.meet(channel)
    await lan.photo(pictures.photo_of())
    await lan.say("tương đình tổ")
    (address,) = house.addresses(channel) - before
    await lan.say("/xoadulieu")
    assert "xóa" in await lan.tap("Có, xóa tất cả")
    await until(lambda: not traces(house.channels[channel], address))
    assert house.notes_of(channel, address) == set()
    assert FACTS[0] in await house.meet(channel).say("tương đình tổ htx hoa sen")


TROUBLES = (
    Answer(500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}),
    Answer(502, raw=b"<html>Bad Gateway</html>"),
    Answer(429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 1}}, headers={"Retry-After": "1"}),
    Cut(),
    Cut(done=True),
    Hang(0.3),
    Hang(0.3, done=True),
)


@pytest.mark.parametrize("fault", TROUBLES, ids=["500", "502", "429", "cut", "answer lost", "hang", "answer late"])
async def test_trouble_at_the_vendor_repeats_nothing_and_harms_nobody(house: House, channel: str, fault: Fault) -> None:
    lan, hoa, stand = house.meet(channel), house.meet(channel), house.stands[channel]
    others = [house.meet(other) for other in house.stands if other != channel]
    before = settled(house, channel)
    await stand.trouble(fault)
    await lan.who.say("tương đình tổ htx hoa sen")
    await until(lambda: settled(house, channel) > before and house.inbox.waiting == 0)
    for each in others:
        assert FACTS[0] in await each.say("tương đình tổ htx hoa sen")
    await stand.mend()
    assert FACTS[0] in await hoa.say("tương đình tổ htx hoa sen")
    if channel == "web" or (isinstance(fault, Answer) and fault.status == 429):
        # A browser asks for what it missed; and what was surely not sent is sent again.
        await until(lan.who.heard)
        assert told(lan) == 1
    assert told(lan) <= 1
    assert "Danh mục chưa có" in await lan.say("Xoài cát Hòa Lộc")
    assert told(lan) <= 1


def told(someone: Conversation) -> int:
    """How often they were told the passport."""
    return "\n".join(someone.who.heard()).count(FACTS[2])


def redelivered(house: House, channel: str, times: int) -> bool:
    """True once so many redeliveries have been dropped in *channel*."""
    return house.count("repeated", channel=channel) == times


def settled(house: House, channel: str) -> int:
    """How many answers have come to an end, one way or the other."""
    return house.count("settled", channel=channel) - house.count("settled", channel=channel, state="ready")
