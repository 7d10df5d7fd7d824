"""A yes in words does what was asked last and nothing else; what somebody is writing keeps their words."""

import io

import pytest

from catalog.audit import Doer
from catalog.buyers.deals import DealState
from catalog.inquiry import Kind
from catalog.recalls import Recall, RecallAdvice, RecallReason, RecallScope
from handlers.actions import Action, Verb, read_yes_or_no
from handlers.messages import Location, Photo
from tests.pictures import scene
from tests.town import DAY, HOUR, Town
from tests.unit.inquiries.conftest import Folk

ASKED = "Xóa tất cả những gì chúng tôi lưu về bạn?"
GONE = "Mọi thứ về bạn đã được xóa."
GIVEN_UP = "Chưa gửi gì"


def picture() -> bytes:
    """A photo of something."""
    file = io.BytesIO()
    scene(["x"]).save(file, "JPEG")
    return file.getvalue()


async def ask_producer(town: Town, folk: Folk) -> None:
    """A buyer in bulk asks the first maker, and their question is on its way."""
    await folk.lan("tôi muốn mua 2 tấn nem chua tháng 6, giao Đình Tổ")
    await folk.lan.tap("Hỏi số 1")
    await folk.lan("Cửa hàng Lan, 0987 654 321")
    await folk.lan.tap("Tôi đồng ý, hỏi giúp tôi")
    await town.post()
    assert "Tôi đồng ý" in folk.ba.last


async def state_of_deal(town: Town) -> DealState:
    (deal,) = await town.store.buyers.deals()
    return deal.state


def last_sent(town: Town, folk: Folk) -> str:
    """The channel's id of what the producer was told last."""
    return f"{folk.ba.person.address}/{len(town.lines['telegram'].said)}"


@pytest.mark.parametrize("said", ["Có ạ", "vâng ạ", "ok"])
async def test_a_yes_of_who_is_answering_a_customer_is_the_answer(town: Town, folk: Folk, said: str) -> None:
    ref = await folk.eve.asks("Còn hàng không?", product="nem-1")
    await town.post()
    await folk.ba.does(Verb.REPLY, ref)
    await ask_producer(town, folk)
    await folk.ba(said)
    await town.post()
    assert said in folk.eve.last
    assert await state_of_deal(town) is DealState.ASKED
    assert "HTX Nem 1" not in folk.lan.last


async def test_a_number_or_a_yes_in_reply_chooses_what_a_notice_asks_all_the_same(town: Town, folk: Folk) -> None:
    ref = await folk.eve.asks("Còn hàng không?", product="nem-1")
    await town.post()
    await folk.ba.does(Verb.REPLY, ref)
    await ask_producer(town, folk)
    await folk.ba("đồng ý", replies_to=last_sent(town, folk))
    assert await state_of_deal(town) is DealState.AGREED


@pytest.mark.parametrize(("said", "state"), [("có", DealState.ASKED), ("1", DealState.AGREED)])
async def test_a_notice_of_two_days_ago_is_agreed_to_by_its_number(
    town: Town, folk: Folk, said: str, state: DealState
) -> None:
    await ask_producer(town, folk)
    town.now += DAY + HOUR
    await folk.ba(said)
    assert await state_of_deal(town) is state


async def test_a_yes_the_next_morning_agrees_to_the_notice(town: Town, folk: Folk) -> None:
    await ask_producer(town, folk)
    town.now += 20 * HOUR
    await folk.ba("đồng ý")
    assert await state_of_deal(town) is DealState.AGREED


@pytest.mark.parametrize("said", ["có", "1"])
async def test_a_yes_in_reply_to_another_message_erases_nothing(town: Town, folk: Folk, said: str) -> None:
    ref = await folk.lan.asks("Có gửi hàng về Hà Nội không?")
    await town.post()
    await folk.ba.does(Verb.REPLY, ref)
    await folk.ba("Chị ở quận nào ạ?")
    await town.post()
    told = f"{folk.lan.person.address}/{len(town.lines['zalo'].said)}"
    assert (await folk.lan("xoá dữ liệu của tôi")).startswith(ASKED)
    await folk.lan(said, replies_to=told)
    assert not any(GONE in each for each in folk.lan.heard)
    assert await town.store.inquiries.by_ref(ref) is not None


@pytest.mark.parametrize("said", ["có", "1"])
async def test_a_yes_in_reply_to_our_own_question_is_one(town: Town, folk: Folk, said: str) -> None:
    await folk.lan.does(Verb.PRODUCT, "nem-1")
    asked = await folk.lan("xoá dữ liệu của tôi")
    assert GONE not in await folk.lan(said, replies_to="9999", quoted="Chào bạn")
    assert (await folk.lan("xoá dữ liệu của tôi")) == asked
    assert GONE in await folk.lan(said, replies_to="9999", quoted=asked[:200])


@pytest.mark.parametrize("said", ["có", "1"])
async def test_a_question_whether_one_is_sure_is_open_for_an_hour(town: Town, folk: Folk, said: str) -> None:
    await folk.lan.does(Verb.PRODUCT, "nem-1")
    await folk.lan("xoá dữ liệu của tôi")
    town.now += 2 * HOUR
    assert GONE not in await folk.lan(said)
    assert await town.store.look_ups.products_of(folk.lan.address)
    assert (await folk.lan("xoá dữ liệu của tôi")).startswith(ASKED)
    assert GONE in await folk.lan(said)


async def test_a_notice_without_buttons_ends_what_was_asked_before(town: Town, folk: Folk) -> None:
    await folk.ba.does(Verb.FIX, "buy nem-1")
    await folk.ba("Chợ Dâu")
    assert (await folk.ba("xoá dữ liệu của tôi")).startswith(ASKED)
    await folk.officer.does(Verb.DECIDE, "1 yes")
    await town.post()
    assert folk.ba.reply.choices == ()
    assert GONE not in await folk.ba("có")


async def test_an_ok_sends_what_was_shown_back_last_and_nothing_in_reply_to_another(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Có gửi hàng về Hà Nội không?")
    await folk.lan.does(Verb.KIND, f"{Kind.COMPLAINT}/fake nem-3")
    await folk.lan("Mua ở chợ Nhớn, hộp không có tem")
    await folk.lan("ok", replies_to="9999", quoted="Chào bạn")
    assert await town.store.inquiries.count_since(folk.lan.address, since=0.0) == 1
    await folk.lan("ok")
    assert await town.store.inquiries.count_since(folk.lan.address, since=0.0) == 2
    assert ref not in folk.lan.last


async def test_a_command_is_no_answer(town: Town, folk: Folk) -> None:
    await ask_producer(town, folk)
    await folk.ba("/huy")
    assert await state_of_deal(town) is DealState.ASKED


@pytest.mark.parametrize("said", ["bỏ", "bỏ đi", "bỏ luôn", "rút", "thôi bỏ đi", "huỷ"])
async def test_who_drops_it_erases_nothing_and_goes_on_writing(town: Town, folk: Folk, said: str) -> None:
    await folk.lan.does(Verb.KIND, f"{Kind.COMPLAINT}/fake nem-1")
    await folk.lan("Mua ở chợ Nhớn, hộp không có tem")
    await folk.lan("xoá dữ liệu của tôi")
    answered = await folk.lan(said)
    assert GONE not in answered
    assert GIVEN_UP not in answered
    assert "Mua ở chợ Nhớn, hộp không có tem" in await folk.lan("Người bán tên Hoa")


@pytest.mark.parametrize(
    ("said", "sure", "done"),
    [
        ("xoá đi", "xoadulieu", True), ("xoá hết", "daxem all", True), ("rút", "source end 3", True),
        ("bỏ", "source end 3", False), ("rút đi", "xoadulieu", False), ("leave", "deal 7", False),
        ("xoá", "deal 7", False), ("yes", "deal 7", True), ("delete it", "xoadulieu", True),
    ],
)  # fmt: skip
def test_what_names_an_act_agrees_to_that_act_alone(said: str, sure: str, *, done: bool) -> None:
    verb = {"xoadulieu": Verb.ERASE, "daxem": Verb.HISTORY, "source": Verb.SOURCE, "deal": Verb.DEAL}
    name, _, rest = sure.partition(" ")
    yes = f"{verb[name]} {rest}".strip() + " yes"
    action = read_yes_or_no(said, [yes, "data"])
    assert (action is not None and str(action) == yes) is done


async def test_a_complaint_begun_without_a_product_keeps_what_is_said_of_it(town: Town, folk: Folk) -> None:
    recall = Recall("nem-1", RecallReason.SPOILED, RecallAdvice.RETURN, RecallScope(lots=("L12",)))
    await town.store.recalls.carry_out(town.store.recalls.beginning(recall, by=Doer(), at=town.now))
    await town.fresh()
    # What was begun and left an hour ago keeps nothing from going on.
    await folk.lan.does(Verb.ASK, "nem-3")
    town.now += 2 * HOUR
    assert "sản phẩm nào" in await folk.lan("bị mốc, ăn xong đau bụng")
    shown = await folk.lan("nem chua 1")
    assert "ĐANG THU HỒI: lô L12" in shown
    assert "mua ở đâu, khi nào" in shown
    assert "nem-1" in await town.store.look_ups.products_of(folk.lan.address)
    assert "“Mua ở chợ Nhớn hôm qua, hộp phồng”" in await folk.lan("Mua ở chợ Nhớn hôm qua, hộp phồng")


async def test_a_location_does_not_go_on_with_a_complaint(folk: Folk) -> None:
    await folk.lan("bị mốc, ăn xong đau bụng")
    assert "không còn trong danh" not in await folk.lan(Location(21.06, 106.08))


async def test_a_photo_goes_with_the_complaint_it_was_sent_for_alone(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, f"{Kind.COMPLAINT} nem-1")
    await folk.lan(Photo(picture()))
    assert await town.store.memory.draft_photo(folk.lan.address) is not None
    await folk.lan.does(Verb.KIND, f"{Kind.COMPLAINT}/hygiene nem-1")
    assert await town.store.memory.draft_photo(folk.lan.address) is not None, "what it is about was only chosen"
    await folk.lan.does(Verb.KIND, f"{Kind.COMPLAINT}/hygiene nem-3")
    assert await town.store.memory.draft_photo(folk.lan.address) is None
    assert "ảnh của bạn" not in (await folk.lan("Hộp phồng, mùi lạ")).lower()


async def test_an_old_photo_goes_with_no_new_complaint(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, f"{Kind.COMPLAINT} nem-1")
    await folk.lan(Photo(picture()))
    town.now += 2 * HOUR
    await folk.lan.does(Verb.KIND, f"{Kind.COMPLAINT}/hygiene nem-1")
    assert await town.store.memory.draft_photo(folk.lan.address) is None


@pytest.mark.parametrize("said", ["không báo lại", "không gửi", "không gửi về", "không hỏi", "em không", "thôi không"])
async def test_short_words_of_a_complaint_throw_nothing_away(town: Town, folk: Folk, said: str) -> None:
    await folk.lan.does(Verb.KIND, f"{Kind.COMPLAINT} nem-1")
    await folk.lan(Photo(picture()))
    assert GIVEN_UP not in await folk.lan(said)
    assert await town.store.memory.draft_photo(folk.lan.address) is not None


@pytest.mark.parametrize("said", ["không gửi", "thôi không gửi", "thôi không", "không gửi nữa"])
async def test_what_is_shown_back_is_refused_in_short_words(folk: Folk, said: str) -> None:
    await folk.lan.does(Verb.KIND, f"{Kind.COMPLAINT} nem-1")
    await folk.lan("Hộp phồng, mùi lạ")
    assert GIVEN_UP in await folk.lan(said)


async def test_a_short_no_to_what_a_producer_is_asked_ends_nothing(folk: Folk) -> None:
    await folk.ba("/cungung")
    await folk.ba.tap("Nem chua 2")
    assert GIVEN_UP not in await folk.ba("em không")


@pytest.mark.parametrize(
    "said",
    ["Không thông báo gì cho tôi", "Không có tin nhắn", "không nhắn tin lại cho tôi", "không nhận tin nhắn"],
)
async def test_what_a_shop_did_not_do_stays_in_the_complaint(folk: Folk, said: str) -> None:
    await folk.lan.does(Verb.KIND, f"{Kind.COMPLAINT}/hygiene nem-1")
    await folk.lan("Hộp phồng, mùi lạ")
    assert f"“Hộp phồng, mùi lạ\n{said}”" in await folk.lan(said)


@pytest.mark.parametrize("said", ["no thanks", "không", "không cần", "thôi", "不用了", "괜찮아요", "gửi"])
async def test_who_gives_no_number_still_has_what_was_written(folk: Folk, said: str) -> None:
    await folk.lan.does(Verb.KIND, f"{Kind.QUESTION} nem-1")
    await folk.lan("Có giao Hà Nội không ạ")
    await folk.lan.does(Verb.EDIT, "phone")
    assert "“Có giao Hà Nội không ạ”" in await folk.lan(said)
    assert Action(Verb.SEND) in [each.action for each in folk.lan.reply.choices]


@pytest.mark.parametrize("said", ["không", "no", "no thanks", "괜찮아요", "不用了"])
async def test_a_bare_no_gives_back_what_was_written(folk: Folk, said: str) -> None:
    """It may say that no name shall go along."""
    await folk.lan.does(Verb.KIND, f"{Kind.QUESTION} nem-1")
    await folk.lan("Có giao Hà Nội không ạ")
    assert "“Có giao Hà Nội không ạ”" in await folk.lan(said)
    assert "HTX Nem 2" in await folk.lan("Nem chua 3"), "it was a no: nothing else becomes a part of it"
    assert "“Có giao Hà Nội không ạ”" in await folk.lan("gửi")
    assert (await folk.lan("gửi")).startswith(("Đã gửi", "Sent", "보냈", "已"))


async def test_what_was_given_back_is_thrown_away_in_words(folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, f"{Kind.QUESTION} nem-1")
    await folk.lan("Có giao Hà Nội không ạ")
    await folk.lan("không")
    await folk.lan("hủy")
    assert "Có giao" not in await folk.lan.does(Verb.SEND)


@pytest.mark.parametrize("said", ["괜찮아요", "没事", "no its ok", "괜찮습니다"])
async def test_what_says_that_all_is_well_is_no_giving_up_elsewhere(folk: Folk, said: str) -> None:
    ref = await folk.lan.asks("Nem có cay không?")
    await folk.lan.does(Verb.MORE, ref)
    await folk.lan(said)
    told = await folk.lan.does(Verb.INQUIRY, ref)
    assert said in told
