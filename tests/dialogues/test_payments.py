"""Someone photographs or pastes a payment code: whose confirmed account is it?"""

import pytest

from handlers.messages import Photo
from tests import pictures
from tests.conftest import Dialogue, Stock
from tests.dialogues.cards import first_line
from tests.dialogues.conftest import tuong

# VietQR codes as banks make them, each with its own checksum.
OF_LOTUS = "00020101021138560010A0000007270126000697041501121133666688880208QRIBFTTA53037045802VN6304F443"
ELSEWHERE = "00020101021138570010A00000072701270006970405011326002051234560208QRIBFTTA53037045802VN63047C69"
OTHER_BANK = "00020101021138560010A0000007270126000697043601121133666688880208QRIBFTTA53037045802VN6304968C"
LOTUS = "https://ocop.test/p/sen-1"
PEAR = "https://ocop.test/p/le-1"
NOT_LISTED = "không trùng với tài khoản đã xác nhận của chủ thể nào trong danh sách"


@pytest.fixture(autouse=True)
async def accounts(stock: Stock) -> None:
    """One producer has a confirmed account, the other none."""
    account = {"account": "VietinBank 113366668888"}
    await stock(
        tuong(71, id="sen-1", name="Trà Sen Dâu", producer="HTX Sen Dâu", details=account),
        tuong(72, id="sen-2", name="Hạt Sen Sấy", producer="HTX Sen Dâu", details=account),
        tuong(73, id="le-1", name="Lê Ngâm", producer="HTX Lê Dâu"),
    )


async def test_a_producers_confirmed_account_is_said_to_be_theirs(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of(OF_LOTUS)))
    assert first_line(answer) == (
        "Đây là mã THANH TOÁN (VietinBank · ••••8888), không phải mã truy xuất. "
        "Tài khoản này là tài khoản nhận tiền đã được xác nhận của HTX Sen Dâu."
    )
    assert "⚠" not in answer
    assert [card.title for card in say.reply.cards] == ["Trà Sen Dâu", "Hạt Sen Sấy"]


async def test_an_account_that_nobody_confirmed_is_warned_of(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of(ELSEWHERE)))
    assert first_line(answer) == (
        "⚠ Đây là mã THANH TOÁN (Agribank · ••••3456), không phải mã truy xuất. Tài khoản này " + NOT_LISTED + ". "
        "Đừng chuyển tiền khi chưa kiểm tra lại với người bán."
    )
    assert say.reply.cards == ()


async def test_beside_a_product_another_account_than_its_producers_is_a_clear_warning(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of(ELSEWHERE, LOTUS)))
    assert first_line(answer) == (
        "⚠ Mã THANH TOÁN (Agribank · ••••3456) KHÔNG dẫn tới tài khoản đã xác nhận của HTX Sen Dâu. Có thể ai đó đã "
        "dán đè mã này. Đừng chuyển tiền; hãy hỏi HTX Sen Dâu trước."
    )
    assert [card.title for card in say.reply.cards] == ["Trà Sen Dâu"]


async def test_a_complaint_that_goes_on_with_the_photo_is_warned_of_the_code_on_it_too(say: Dialogue) -> None:
    await say("bị mốc, ăn xong đau bụng")
    answer = await say(Photo(pictures.photo_of(ELSEWHERE, LOTUS)))
    assert first_line(answer).startswith("⚠ Mã THANH TOÁN (Agribank · ••••3456) KHÔNG dẫn tới")
    assert "mua ở đâu, khi nào" in answer
    assert [card.product for card in say.reply.cards] == ["sen-1"]


async def test_beside_a_product_its_producers_own_account_is_no_warning(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of(OF_LOTUS, LOTUS)))
    assert "⚠" not in answer
    assert "tài khoản nhận tiền đã được xác nhận của HTX Sen Dâu" in answer
    assert [card.title for card in say.reply.cards] == ["Trà Sen Dâu"]


async def test_beside_a_product_the_account_of_another_producer_is_a_warning(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of(OF_LOTUS, PEAR)))
    assert first_line(answer) == (
        "⚠ Mã THANH TOÁN (VietinBank · ••••8888) dẫn tới tài khoản của HTX Sen Dâu, không phải của HTX Lê Dâu. "
        "Đừng chuyển tiền; hãy hỏi HTX Lê Dâu trước."
    )


async def test_beside_a_product_without_a_confirmed_account_nothing_is_confirmed(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of(ELSEWHERE, PEAR)))
    assert first_line(answer).startswith("⚠ Đây là mã THANH TOÁN (Agribank · ••••3456)")
    assert NOT_LISTED in first_line(answer)


async def test_the_same_number_at_another_bank_is_another_account(say: Dialogue) -> None:
    answer = await say(Photo(pictures.photo_of(OTHER_BANK)))
    assert NOT_LISTED in first_line(answer)


async def test_a_damaged_code_is_never_taken_for_a_confirmed_account(say: Dialogue) -> None:
    answer = await say(OF_LOTUS[:-4] + "0000")
    assert "Mã kiểm tra của nó bị sai." in answer
    assert "HTX Sen Dâu" not in answer


async def test_a_pasted_payment_code_is_compared_too(say: Dialogue) -> None:
    assert "đã được xác nhận của HTX Sen Dâu" in await say(OF_LOTUS)
    assert NOT_LISTED in await say(ELSEWHERE)


async def test_no_whole_account_is_ever_shown(say: Dialogue) -> None:
    for sent in (Photo(pictures.photo_of(OF_LOTUS)), Photo(pictures.photo_of(OF_LOTUS, PEAR)), OF_LOTUS, "Trà Sen Dâu"):
        assert "113366668888" not in await say(sent)
