"""What somebody wants of what is kept about them is done at once, and is never part of what they are writing."""

import pytest

from catalog.inquiry import Kind
from handlers.actions import Verb
from tests.town import Town
from tests.unit.inquiries.conftest import Folk

ASKED = "Xóa tất cả những gì chúng tôi lưu về bạn?"
GONE = "Mọi thứ về bạn đã được xóa."


async def complain(folk: Folk) -> None:
    """A complaint that is shown back and waits to be sent."""
    await folk.lan.does(Verb.KIND, f"{Kind.COMPLAINT}/fake nem-1")
    await folk.lan("Mua ở chợ Nhớn, hộp không có tem")


@pytest.mark.parametrize("said", ["xoá dữ liệu của tôi", "Xóa tài khoản", "delete my data", "/xoadulieu"])
async def test_a_wish_to_be_erased_is_no_part_of_a_complaint(town: Town, folk: Folk, said: str) -> None:
    await complain(folk)
    assert (await folk.lan(said)).startswith((ASKED, "Erase everything we keep about you?"))
    assert GONE in await folk.lan("có")
    assert await town.store.memory.draft_photo(folk.lan.address) is None
    assert "#" not in await folk.lan("gửi"), "nothing is left to be sent"


async def test_who_does_not_want_it_erased_after_all_goes_on_with_the_complaint(folk: Folk) -> None:
    await complain(folk)
    await folk.lan("xoá dữ liệu của tôi")
    assert folk.lan.last.startswith(ASKED)
    await folk.lan("không")
    shown = await folk.lan("Người bán tên Hoa")
    assert "“Mua ở chợ Nhớn, hộp không có tem\nNgười bán tên Hoa”" in shown


async def test_a_yes_answers_the_question_that_was_asked_last(folk: Folk) -> None:
    await complain(folk)
    await folk.lan.does(Verb.PRODUCT, "nem-2")
    shown = await folk.lan("ok")
    assert "“Mua ở chợ Nhớn, hộp không có tem”" in shown
    assert "#" not in shown, "nobody asked whether to send it"
    assert "#" in await folk.lan("ok")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("cho tôi xem dữ liệu của tôi", "Đây là tất cả những gì"),
        ("đừng nhắn tin cho tôi nữa", "Bạn không theo dõi gì"),
        ("tắt thông báo", "Bạn không theo dõi gì"),
        ("tôi không muốn nhận tin nhắn nữa", "Bạn không theo dõi gì"),
        ("ngừng gửi thông báo cho tôi", "Bạn không theo dõi gì"),
        ("tôi rút lại đồng ý", "Đây là tất cả những gì"),
        ("bỏ theo dõi nem chua 1", "Bạn đã thôi theo dõi Nem chua 1"),
        ("xoá lịch sử xem", "Xoá hết những gì bạn đã xem?"),
    ],
)
async def test_what_is_taken_back_while_writing_is_taken_back(folk: Folk, said: str, answered: str) -> None:
    await folk.lan.does(Verb.PRODUCT, "nem-1")
    if said.startswith("bỏ"):
        await folk.lan.does(Verb.FOLLOW, "p nem-1")
    await complain(folk)
    assert (await folk.lan(said)).startswith(answered)
    shown = await folk.lan("Người bán tên Hoa")
    assert "“Mua ở chợ Nhớn, hộp không có tem\nNgười bán tên Hoa”" in shown, "the complaint waits as it was"


@pytest.mark.parametrize(
    "said",
    ["dừng", "Dừng lại", "thôi không gửi nữa", "huỷ khiếu nại", "không khiếu nại nữa", "thôi bỏ đi", "stop", "取消"],
)
async def test_a_complaint_is_given_up_in_many_words(folk: Folk, said: str) -> None:
    await complain(folk)
    assert (await folk.lan(said)).startswith(("Chưa gửi gì", "什么都没有发送"))


@pytest.mark.parametrize(
    "said", ["Không báo lại cho khách, mở thử thấy mốc", "đúng", "bỏ 200k mua rồi theo dõi mãi không thấy giao"]
)
async def test_words_of_a_complaint_stay_its_words(folk: Folk, said: str) -> None:
    await complain(folk)
    assert f"“Mua ở chợ Nhớn, hộp không có tem\n{said}”" in await folk.lan(said)


async def test_a_producer_s_answer_is_given_up_only_by_what_surely_does(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Có gửi hàng về Hà Nội không?")
    await town.post()
    await folk.ba.does(Verb.REPLY, ref)
    assert "đang được gửi đi" in await folk.ba("Không gửi nữa nhé")


async def test_erased_everything_is_asked_in_a_reply_to_a_notice_too(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Có gửi hàng về Hà Nội không?")
    await town.post()
    await folk.ba.does(Verb.REPLY, ref)
    await folk.ba("Có chị ạ")
    await town.post()
    notice = folk.lan.deliveries[-1]
    told = f"{folk.lan.person.address}/{len(town.lines['zalo'].said)}"
    asked = await folk.lan("xoá dữ liệu của tôi", replies_to=told)
    assert ref in notice.reply.text
    assert asked.startswith(ASKED)


async def test_a_yes_that_comes_after_something_else_erases_nothing(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.PRODUCT, "nem-1")
    assert (await folk.lan("xoá dữ liệu của tôi")).startswith(ASKED)
    await folk.lan.does(Verb.CANCEL)
    for said in ("có", "1"):
        assert GONE not in await folk.lan(said)
    assert await town.store.look_ups.products_of(folk.lan.address)


@pytest.mark.parametrize("said", ["stop", "Dừng", "dừng lại", "停止"])
async def test_who_says_stop_and_writes_nothing_hears_what_can_be_stopped(folk: Folk, said: str) -> None:
    await folk.lan.does(Verb.FOLLOW, "p nem-1")
    await folk.lan(said)
    assert [each.action.verb for each in folk.lan.reply.choices if each.action][:2] == [Verb.FOLLOW, Verb.FOLLOW]


async def test_a_producer_who_wants_to_hear_no_more_is_led_to_the_pause(folk: Folk) -> None:
    assert "tạm nghỉ" in (await folk.ba("đừng nhắn tin cho tôi nữa")).lower()
    assert Verb.SETTINGS in {each.action.verb for each in folk.ba.reply.choices if each.action}


async def test_a_complaint_that_was_sent_is_withdrawn_from_the_list_of_them(town: Town, folk: Folk) -> None:
    await complain(folk)
    await folk.lan("gửi")
    assert "Phản ánh (hàng giả" in await folk.lan("huỷ khiếu nại của tôi")
