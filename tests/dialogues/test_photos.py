"""Someone sends a photo of a label."""

import pytest

from catalog.inquiry import Address
from handlers.messages import Album, Photo, Want
from tests import pictures
from tests.conftest import Dialogue, lines
from tests.dialogues.cards import SAUCE, first_line
from tests.dialogues.conftest import TUONG
from tests.dialogues.test_codes import PAYMENT, TYPE_IT

OWN = "https://ocop.test/p/tuong-1"
SECOND = "https://ocop.test/p/tuong-2"
UNREAD = "Tôi chưa đọc được mã nào trong ảnh này."


@pytest.mark.parametrize("code", [OWN, TUONG, "OCOP-BN-77"])
async def test_a_sharp_photo_shows_its_product(say: Dialogue, code: str) -> None:
    assert (await say(Photo(pictures.photo_of(code)))).startswith(SAUCE)


async def test_a_code_with_a_lot_tells_of_the_package_too(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of("https://ocop.test/01/08936012345674/10/LOT7?17=261101")))
    assert "Số lô: LOT7\nHạn sử dụng: 01/11/2026 — đã quá hạn" in answer


async def test_a_payment_code_beside_it_is_warned_of_first(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of(PAYMENT, OWN)))
    assert first_line(answer).startswith("⚠ Đây là mã THANH TOÁN (Vietcombank · ••••7890), không phải mã truy xuất.")
    assert SAUCE in answer


async def test_a_payment_code_alone_is_only_warned_of(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of(PAYMENT)))
    assert first_line(answer).startswith("⚠ Đây là mã THANH TOÁN")
    assert answer.count("THANH TOÁN") == 1
    assert say.reply.cards == ()


async def test_two_products_in_one_photo_are_a_choice(say: Dialogue) -> None:
    assert await say(Photo(pictures.photo_of(OWN, SECOND))) == lines(
        "Các mã dẫn tới 2 sản phẩm. Bạn hỏi sản phẩm nào?",
        "",
        "1. Tương Đình Tổ ★★★★☆",
        "   HTX Hoa Sen — xã Đình Tổ",
        "   Còn hiệu lực đến 20/12/2027 (còn 391 ngày)",
        "",
        "2. Tương Đình Tổ ★★★☆☆",
        "   HTX Tương 2 — xã Đình Tổ",
        "   Còn hiệu lực đến 20/12/2027 (còn 391 ngày)",
    )
    assert "HTX Tương 2 — Hợp tác xã" in await say("2")


async def test_two_codes_of_one_product_are_one_answer(say: Dialogue) -> None:
    assert (await say(Photo(pictures.photo_of(OWN, TUONG)))).startswith(SAUCE)


async def test_an_unknown_trace_code_is_noted(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of("https://check.bacninh.gov.vn/t/NEU")))
    assert "Khi có vài người cùng hỏi, cán bộ chương trình sẽ thấy mã này." in answer
    assert TYPE_IT in answer
    assert len(await say._context.store.unmet.of_person(Address("test", "an"))) == 1


async def test_an_identity_card_is_dropped_even_beside_a_product(say: Dialogue) -> None:
    card = "001099012345||Nguyen Van A|01011990|Nam|Bac Ninh|01012021"
    answer = await say(Photo(pictures.photo_of(card, OWN)))
    assert (
        answer == "Đây có vẻ là căn cước công dân. Tôi không giữ lại gì; bạn đừng gửi giấy tờ này cho bất kỳ bot nào."
    )
    assert await say._context.store.unmet.of_person(Address("test", "an")) == []
    assert "001099012345" not in repr(say.session)


async def test_without_a_code_we_say_what_would_help(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of()))
    assert answer.startswith(f"{UNREAD}\n")
    assert "\n\nChụp như thế này: mã chiếm nửa khung hình\n\n1. Gửi ảnh khác" in answer
    assert say.reply.wants is Want.PHOTO


async def test_a_shaken_photo_gets_advice(say: Dialogue) -> None:
    answer = await say(Photo(pictures.blurred(OWN)))
    assert first_line(answer) == UNREAD
    assert len(answer.splitlines()) >= 4


async def test_without_a_code_the_caption_is_looked_for(say: Dialogue) -> None:
    assert first_line(await say(Photo(pictures.photo_of(), caption="mận chín 12"))) == "Mận Chín 12"


async def test_an_album_is_answered_once(say: Dialogue) -> None:
    album = Album((Photo(pictures.photo_of()), Photo(pictures.photo_of(OWN)), Photo(pictures.photo_of(OWN))))
    assert (await say(album)).startswith(SAUCE)


async def test_a_bad_photo_in_an_album_hides_nothing(say: Dialogue) -> None:
    assert (await say(Album((Photo(b""), Photo(pictures.photo_of(OWN)))))).startswith(SAUCE)
    assert first_line(await say(Album((Photo(b""), Photo(b"%PDF-1.7"))))) == EMPTY


EMPTY = "Tệp này trống. Bạn gửi lại ảnh giúp nhé."
LARGE = "Ảnh quá lớn. Bạn gửi ảnh tối đa 20 MB và 50 megapixel nhé."
NO_PICTURE = "Tôi không mở được tệp này như một bức ảnh. Bạn gửi ảnh JPEG, PNG, WebP hoặc HEIC nhé."


async def test_bad_pictures_are_told_apart(say: Dialogue) -> None:
    """Zero bytes, a PDF named .jpg, 30 MB, a 13000 x 13000 PNG, text."""
    for image, answer in (
        (b"", EMPTY),
        (b"%PDF-1.7\n" * 40, NO_PICTURE),
        (b"\xff\xd8" + b"x" * 30_000_000, LARGE),
        (pictures.bomb(13_000), LARGE),
        (b"<html>" * 100, NO_PICTURE),
        (b"GIF89a" + b"\0" * 50, NO_PICTURE),
    ):
        assert first_line(await say(Photo(image))) == answer
        assert say.reply.wants is Want.PHOTO


async def test_a_truncated_jpeg_is_answered_one_way_or_the_other(say: Dialogue) -> None:
    whole = pictures.photo_of(OWN)
    for share in (0.02, 0.2, 0.6, 0.99):
        answer = await say(Photo(whole[: int(len(whole) * share)]))
        assert answer.startswith((SAUCE, UNREAD, NO_PICTURE))


@pytest.mark.parametrize("caption", ["8936012345674", "mã vạch 8936012345674 đây ạ", "mã OCOP-BN-77"])
async def test_a_code_in_the_words_beside_a_photo_is_looked_up(say: Dialogue, caption: str) -> None:
    await say(Photo(pictures.photo_of(), caption=caption))
    assert [card.product for card in say.reply.cards] == ["tuong-1"]
