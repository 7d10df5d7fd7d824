"""Someone types or pastes what stands on a label."""

from dataclasses import replace

import pytest

from catalog.codes import trace_key
from catalog.inquiry import Address
from tests.conftest import Dialogue, Stock, lines
from tests.dialogues.cards import MAKERS, SAUCE, first_line
from tests.dialogues.conftest import OTHERS, TUONG, WHOLE

PAYMENT = "00020101021138540010A00000072701240006970436011012345678900208QRIBFTTA53037045802VN63041A7B"
TYPE_IT = "Bạn gõ tên ghi trên nhãn, tôi sẽ tìm giúp."


@pytest.mark.parametrize(
    "code",
    [
        "8936012345674",
        "893 6012 345 674",
        "08936012345674",
        "OCOP-BN-77",
        "ocop bn 77",
        "9/QĐ-UBND",
        TUONG,
        "HTTPS://CHECK.BACNINH.GOV.VN/t/TUONG1",
        "https://ocop.test/p/tuong-1",
        "http://ocop.test/p/tuong-1?utm_source=x",
    ],
)
async def test_a_code_shows_its_product(say: Dialogue, code: str) -> None:
    assert (await say(code)).startswith(SAUCE)


@pytest.mark.parametrize("around", ["mã vạch {} là của ai", "({})", "{}\n{}", "barcode: {}", "{} - Nem Bùi Ninh Xá"])
@pytest.mark.parametrize(
    "code",
    ["8936012345674", "(01)08936012345674(10)LOT7", "0108936012345674<GS>10LOT7", "OCOP-BN-77", "9/QĐ-UBND", TUONG],
)
async def test_a_code_between_words_shows_its_product(say: Dialogue, around: str, code: str) -> None:
    await say(around.replace("{}", code))
    assert [card.product for card in say.reply.cards] == ["tuong-1"]


async def test_two_codes_of_two_products_are_a_choice(say: Dialogue, stock: Stock) -> None:
    await stock(replace(OTHERS[0], gtins=("8938505974194",)))
    answer = await say("8936012345674 và 8938505974194 là gì")
    assert first_line(answer) == "Các mã dẫn tới 2 sản phẩm. Bạn hỏi sản phẩm nào?"
    assert len(say.reply.cards) == 2


async def test_a_lot_between_words_is_told(say: Dialogue) -> None:
    assert "Số lô: LOT7" in await say("gói này (01)08936012345674(10)LOT7 là gì")


async def test_the_words_beside_an_unknown_number_are_looked_up_too(say: Dialogue) -> None:
    answer = await say("8938505974194 tương đình tổ htx hoa sen")
    assert first_line(answer).startswith("Mã vạch 8938505974194 chưa có trong danh mục.")
    assert [card.title for card in say.reply.cards] == ["Tương Đình Tổ"]


async def test_an_unknown_number_between_words_that_say_nothing_is_explained(say: Dialogue) -> None:
    answer = await say("mã vạch 8938505974194 là của ai")
    assert answer == await say("8938505974194")


async def test_what_may_be_a_code_and_is_none_is_a_name(say: Dialogue) -> None:
    await say("Tương Đình Tổ HTX Hoa Sen AB-1234")
    assert [card.title for card in say.reply.cards][:1] == ["Tương Đình Tổ"]


@pytest.mark.parametrize(
    "code",
    [
        "https://ocop.test/01/08936012345674/10/LOT7?11=261001&17=271231",
        "(01)08936012345674(11)261001(17)271231(10)LOT7",
    ],
)
async def test_a_code_with_a_lot_tells_of_the_package_too(say: Dialogue, code: str) -> None:
    answer = await say(code)
    assert (
        lines(
            "TRÊN BAO BÌ NÀY (THEO MÃ IN TRÊN NHÃN)",
            "Số lô: LOT7",
            "Ngày sản xuất: 01/10/2026",
            "Hạn sử dụng: 31/12/2027",
        )
        in answer
    )


async def test_a_package_past_its_date_says_so(say: Dialogue) -> None:
    assert "Hạn sử dụng: 01/11/2026 — đã quá hạn" in await say("(01)08936012345674(17)261101")


async def test_a_number_that_several_products_have_is_a_choice(say: Dialogue, stock: Stock) -> None:
    await stock(*(replace(each, decision="55/QĐ-UBND") for each in (WHOLE, *OTHERS)))
    answer = await say("55/QĐ-UBND")
    assert first_line(answer) == "Có 4 sản phẩm mang mã này. Bạn hỏi sản phẩm nào?"
    assert answer.partition("\n")[2] == MAKERS.partition("\n")[2]


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (
            "8936012345681",
            (
                "Mã vạch 8936012345681 chưa có trong danh mục. Đầu số 893 chỉ cho biết mã được cấp tại Việt Nam, "
                "không cho biết hàng làm ở đâu."
            ),
        ),
        ("8936012345675", "Số 8936012345675 sai chữ số kiểm tra: có thể đọc nhầm hoặc in sai."),
        (
            PAYMENT,
            (
                "Đây là mã THANH TOÁN (Vietcombank · ••••7890), không phải mã truy xuất. Hãy hỏi kỹ người bán trước "
                "khi trả tiền. Mã kiểm tra của nó bị sai."
            ),
        ),
        ("https://ocop.test/p/gone", "Đây là mã của chúng tôi, nhưng sản phẩm không còn trong danh mục."),
        (
            "https://check.bacninh.gov.vn.xyz/q",
            "Cẩn thận: check[.]bacninh[.]gov[.]vn[.]xyz trông giống check.bacninh.gov.vn nhưng KHÔNG PHẢI. Đừng mở.",
        ),
        ("javascript:alert(1)", "Mã này cố chạy lệnh (javascript:). Đừng mở."),
        ("99/QĐ-UBND", "Số 99/QĐ-UBND: không có sản phẩm nào trong danh mục mang số này."),
    ],
)
async def test_a_code_without_a_product_is_explained(say: Dialogue, code: str, answer: str) -> None:
    assert await say(code) == f"{answer}\n{TYPE_IT}"


async def test_an_unknown_trace_code_is_noted_for_the_officer(say: Dialogue) -> None:
    answer = await say("https://check.bacninh.gov.vn/t/NEU")
    assert answer == lines(
        "Mã của cổng thông tin chính thức của tỉnh (Cổng truy xuất nguồn gốc tỉnh Bắc Ninh). Chúng tôi chưa biết mã "
        "này thuộc sản phẩm nào. Khi có vài người cùng hỏi, cán bộ chương trình sẽ thấy mã này.",
        TYPE_IT,
    )
    assert await say._context.store.unmet.list_wanted("code") == []
    for name in ("binh", "chi"):
        await say.another(name)("https://check.bacninh.gov.vn/t/NEU")
    (noted,) = await say._context.store.unmet.list_wanted("code")
    assert (noted.kind, noted.times) == ("code", 3)
    key = trace_key("https://check.bacninh.gov.vn/t/NEU")
    await say._context.store.bind(key=key, shown="https://check.bacninh.gov.vn/t/NEU", product_id="tuong-1")
    assert (await say("https://check.bacninh.gov.vn/t/NEU")).startswith(SAUCE)


async def test_a_payment_or_an_identity_card_is_noted_nowhere(say: Dialogue) -> None:
    await say(PAYMENT)
    await say("001099012345||Nguyễn Văn A|01011990|Nam|Bắc Ninh|01012021")
    assert await say._context.store.unmet.of_person(Address("test", "an")) == []


async def test_words_beside_a_link_that_names_no_product_are_searched(say: Dialogue) -> None:
    """The link is named, and what the words name is shown."""
    answer = await say("tương đình tổ htx hoa sen https://www.facebook.com/ai-do")
    assert answer.startswith("Liên kết tới Facebook.")
    assert first_line(SAUCE) in answer
