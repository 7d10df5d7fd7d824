"""Fairs in a chat: what comes, what is near, who sells there, and being reminded."""

from collections.abc import Callable
from datetime import date

import pytest

from handlers.context import Context
from handlers.messages import Location, Photo, Want
from handlers.thread import MessageAct
from tests import pictures
from tests.conftest import Dialogue
from tests.dialogues.test_codes import PAYMENT
from tests.fairs import SPRING, give_booth, hold


@pytest.fixture
async def spring(context: Context) -> None:
    fair = await hold(context.store)
    product = (await context.store.products(["tuong-1"]))[0]
    await give_booth(context.store, fair, "A2", producer=product.producer.id)
    await give_booth(context.store, fair, "A1", holder="Sở Công Thương Thái Nguyên")
    await hold(
        context.store, key="le-hoi-vai-2027", name="Lễ hội Vải thiều 2027", starts=date(2027, 6, 1),
        ends=date(2027, 6, 3), commune="", latitude=None, longitude=None, venue="Lục Ngạn", codes=(),
    )  # fmt: skip


async def test_without_one_to_come_the_last_ones_are_told(say: Dialogue) -> None:
    told = await say("hội chợ sắp tới")
    assert told.startswith("Chưa có hội chợ sắp tới nào trong lịch. Đây là những hội chợ gần đây nhất:")
    assert "Hội chợ OCOP Quảng Ninh - Xuân 2026" in told
    assert "06–11/02/2026" in told


@pytest.mark.usefixtures("spring")
@pytest.mark.parametrize(
    "asked",
    [
        "hội chợ sắp tới",
        "hoi cho sap toi?",
        "sắp tới",
        "Có hội chợ nào sắp tới không",
        "lịch hội chợ",
        "hội chợ cuối tuần này",
        "hội chợ tháng 3 năm sau có gì",
        "/hoicho",
        "upcoming fairs",
        "is there any fair this month",
        "when is the next fair?",
        "theo dõi hội chợ",
    ],
)
async def test_what_comes_is_listed_the_next_first(say: Dialogue, asked: str) -> None:
    told = await say(asked)
    if asked == "sắp tới":
        assert "hội chợ" not in told.casefold(), "this may be a product"
        return
    assert told.index("Hội chợ OCOP Xuân 2027") < told.index("Lễ hội Vải thiều 2027")
    assert "01–05/03/2027, 8:00–21:00" in told
    assert "Bắc Ninh 2022" not in told


@pytest.mark.usefixtures("spring")
async def test_one_is_shown_by_number_and_by_name(say: Dialogue) -> None:
    await say("hội chợ sắp tới")
    told = await say("1")
    place, booths = "Trung tâm Văn hóa Kinh Bắc, Xã Nhân Thắng", "3 gian hàng, 2 gian đã có người"
    for words in ("Hội chợ OCOP Xuân 2027", place, booths, "Nguồn: Kế hoạch 12/KH-SCT"):
        assert words in told
    assert await say("hội chợ xuân 2027") == told
    assert await say("hội chợ xuân 2027 mở cửa mấy giờ?") == told
    assert await say("hội chợ ocop xuân diễn ra ở đâu") == told
    urls = [choice.url for choice in say.reply.choices if choice.url]
    assert urls == [
        "https://www.google.com/maps/dir/?api=1&destination=21.18000,106.07000",
        f"https://ocop.test/fairs/{SPRING.key}.ics",
        f"https://ocop.test/fairs/{SPRING.key}",
    ]


@pytest.mark.usefixtures("spring")
async def test_who_sells_there_stands_by_booth(say: Dialogue) -> None:
    for asked in (
        "ai bán ở hội chợ xuân 2027",
        "Ai bán gì ở hội chợ OCOP Xuân 2027?",
        "có những ai tham gia hội chợ xuân 2027",
    ):
        told = await say(asked)
        assert told.index("• A1: Sở Công Thương Thái Nguyên") < told.index("• A2: HTX Hoa Sen (Tương Đình Tổ)")
    assert "Chưa có danh sách ai bán ở “Lễ hội Vải thiều 2027”" in await say("ai bán ở lễ hội vải thiều")
    assert (await say("ai bán ở hội chợ Sao Hỏa")).startswith("Tôi không biết hội chợ đó.")


@pytest.mark.usefixtures("spring")
@pytest.mark.parametrize(
    "asked",
    [
        "ở hội chợ có ai bán tương không",
        "Hội chợ có bán tương Đình Tổ không?",
        "ai bán tương ở hội chợ",
        "gian nào bán tương",
        "gian hàng nào bán tương đình tổ ở hội chợ xuân",
        "mua tương ở hội chợ nào?",
        "hội chợ nào bán tương",
        "!who sells tương at the fair",
        "!which booth sells tương đình tổ?",
        "박람회에서 tương 파는 부스",
        "展会上谁卖tương",
    ],
)
async def test_who_sells_something_at_the_fairs_to_come(say: Dialogue, asked: str) -> None:
    told = await (say.speaking("en") if asked.startswith("!") else say)(asked.lstrip("!"))
    assert "• A2: HTX Hoa Sen (Tương Đình Tổ)" in told
    assert "Hội chợ OCOP Xuân 2027" in told
    assert "A1" not in told


@pytest.mark.usefixtures("spring")
async def test_what_nobody_sells_at_a_fair_is_said_to_be_sold_by_nobody(say: Dialogue) -> None:
    told = await say("ở hội chợ có ai bán vải thiều")
    assert told.startswith("Trong danh sách gian hàng của “Hội chợ OCOP Xuân 2027” không có “vải thiều”.")
    assert "Chưa có danh sách ai bán ở “Lễ hội Vải thiều 2027”" in await say("lễ hội vải thiều có ai bán vải thiều")
    assert (await say("ai bán tương ở hội chợ Sao Hỏa")).startswith("Tôi không biết hội chợ đó.")
    assert "Hội chợ OCOP Xuân 2027" in await say.speaking("ko")("특산물 박람회에서 파는 곳"), "that may be the goods"


async def test_no_fair_to_come_sells_anything(say: Dialogue) -> None:
    told = await say("ở hội chợ có ai bán vải thiều")
    assert told.startswith("Chưa có hội chợ sắp tới nào trong lịch.")


async def test_a_second_page_of_who_sells_it(say: Dialogue, context: Context) -> None:
    fair = await hold(context.store, codes=tuple(f"A{number}" for number in range(1, 13)))
    product = (await context.store.products(["tuong-1"]))[0]
    for number in range(1, 13):
        await give_booth(context.store, fair, f"A{number}", producer=product.producer.id)
    assert "• A11:" not in await say("gian nào bán tương")
    onwards = next(each.action for each in say.reply.choices if each.label == "Trang sau →")
    assert "• A11: HTX Hoa Sen" in await say(f"/{onwards}")


@pytest.mark.usefixtures("spring")
@pytest.mark.parametrize(
    "asked",
    [
        "gian A2 bán gì",
        "gian hàng số A2 là của ai?",
        "gian a-2",
        "gian A2 ở hội chợ xuân có gì",
        "!what does booth A2 sell?",
        "!booth A2",
        "A2 부스",
        "展位A2卖什么",
    ],
)
async def test_a_booth_is_opened_by_what_is_painted_on_it(say: Dialogue, context: Context, asked: str) -> None:
    speaker = say.speaking("en") if asked.startswith("!") else say
    told = await speaker(asked.lstrip("!"))
    assert "A2" in told.partition("\n")[0]
    assert [card.title for card in speaker.reply.cards] == ["Tương Đình Tổ"]
    assert await context.store.fair_visits.count(SPRING.key) == [], "who asks from afar is no visitor"


@pytest.mark.usefixtures("spring")
async def test_a_booth_that_several_fairs_have_is_asked_about(say: Dialogue, context: Context) -> None:
    other = await hold(
        context.store, key="cho-que", name="Phiên chợ quê", starts=date(2027, 4, 1), ends=date(2027, 4, 2)
    )
    await give_booth(context.store, other, "A2", holder="UBND xã Tân Dĩnh")
    assert (await say("gian A2 bán gì")).startswith("Gian A2 có ở nhiều hội chợ. Bạn hỏi hội chợ nào?")
    assert (await say("2")).startswith("Gian A2 ở “Phiên chợ quê”: UBND xã Tân Dĩnh")
    assert (await say("gian A2 phiên chợ quê")).startswith("Gian A2 ở “Phiên chợ quê”")
    assert (await say("gian Z9 bán gì")).startswith("Không hội chợ nào đang mở hoặc sắp tới có gian Z9.")


@pytest.mark.usefixtures("spring")
async def test_at_a_fair_that_runs_its_own_booths_are_meant(
    say_on: Callable[[date], Dialogue], context: Context
) -> None:
    other = await hold(
        context.store, key="cho-que", name="Phiên chợ quê", starts=date(2027, 4, 1), ends=date(2027, 4, 2)
    )
    await give_booth(context.store, other, "A2", holder="UBND xã Tân Dĩnh")
    assert (await say_on(date(2027, 3, 2))("gian A2 bán gì")).startswith("Gian A2 ở “Hội chợ OCOP Xuân 2027”")


@pytest.mark.usefixtures("spring")
async def test_near_me_asks_where_and_tells_how_far(say: Dialogue) -> None:
    assert "Bạn đang ở đâu?" in await say("hội chợ gần tôi")
    assert say.reply.wants is Want.LOCATION
    told = await say(Location(21.0285, 105.8542))
    assert "Hội chợ OCOP Xuân 2027" in told
    assert "khoảng 28 km" in told
    assert "Vải thiều" not in told, "nobody knows where it is"
    assert "khoảng 28 km" in await say("hội chợ gần tôi"), "the place is remembered"
    by_name = await say("hội chợ gần Từ Sơn")
    assert "cách Phường Từ Sơn khoảng" in by_name
    assert "cách bạn" not in by_name


@pytest.mark.usefixtures("spring")
async def test_reminding_is_asked_for_and_stopped_with_one_tap(say: Dialogue, context: Context) -> None:
    await say("hội chợ xuân 2027")
    remind = next(each.action for each in say.reply.choices if each.label == "Nhắc tôi")
    told = await say(f"/{remind}")
    assert told.startswith("Tôi sẽ nhắc bạn về “Hội chợ OCOP Xuân 2027” lúc 17:00 28/02/2027, 8:00 01/03/2027.")
    assert len(await context.store.fairs.list_reminded(SPRING.key)) == 1
    stop = say.reply.choices[0]
    assert stop.label == "Thôi nhắc tôi"
    assert "Tôi sẽ không nhắc bạn" in await say(f"/{stop.action}")
    assert await context.store.fairs.list_reminded(SPRING.key) == []


@pytest.mark.usefixtures("spring")
async def test_in_english(say: Dialogue) -> None:
    english = say.speaking("en")
    for asked in ("fairs near me", "nearest fair", "where is the closest fair to me?"):
        assert (await english(asked)).startswith("Where are you?"), asked
    assert "A2: HTX Hoa Sen" in await english("who sells at the fair xuan 2027")


async def test_what_is_no_question_about_fairs_is_searched(say: Dialogue) -> None:
    for asked in ("tương hội chợ", "nem chợ Dâu", "bánh lễ hội"):
        assert "hội chợ sắp tới" not in (await say(asked)).casefold()


@pytest.mark.usefixtures("spring")
async def test_a_photo_of_a_booths_code_opens_it_as_its_link_does(say: Dialogue, context: Context) -> None:
    token = next(each.token for each in await context.store.fairs.booths(SPRING.key) if each.code == "A2")
    assert (await say(Photo(pictures.photo_of(f"https://ocop.test/b/{token}")))).startswith("Gian A2 ở “Hội chợ")
    assert [card.title for card in say.reply.cards] == ["Tương Đình Tổ"]
    beside = await say(Photo(pictures.photo_of(PAYMENT, f"https://ocop.test/b/{token}")))
    assert beside.startswith("⚠ Đây là mã THANH TOÁN"), "a payment code beside it is warned of"
    assert "Gian A2 ở “Hội chợ" in beside
    gone = await say(Photo(pictures.photo_of("https://ocop.test/b/ABCD2345")))
    assert gone.startswith("Gian hàng đó không còn nữa.")


@pytest.mark.usefixtures("spring")
async def test_a_fairs_own_code_shows_it(say: Dialogue) -> None:
    page = f"https://ocop.test/fairs/{SPRING.key}"
    told = await say(Photo(pictures.photo_of(page)))
    assert told.startswith("Hội chợ OCOP Xuân 2027")
    assert await say(page) == told


@pytest.mark.usefixtures("spring")
@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("hội chợ sắp tới", MessageAct.LIST),
        ("ai bán ở hội chợ xuân 2027", MessageAct.LIST),
        ("hội chợ xuân 2027", MessageAct.CARD),
        ("hội chợ gần Từ Sơn", MessageAct.NEAR),
        ("hội chợ gần tôi", MessageAct.NEAR),
    ],
)
async def test_fairs_are_listed_shown_or_near(say: Dialogue, words: str, act: MessageAct) -> None:
    await say(words)
    last = say.session.thread.last
    assert last is not None
    assert last.act is act
