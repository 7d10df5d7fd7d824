"""Someone asks whether a star is real, reports one that is not, and asks how far that is."""

import pytest

from catalog.audit import Doer
from catalog.dates import PartialDate
from catalog.inquiry import Address, Kind
from catalog.ocr import StarClaim, read_claims
from catalog.recalls import Recall, RecallAdvice, RecallReason, RecallScope
from handlers.actions import Verb
from handlers.catalogue import claims, label_text
from handlers.messages import Photo
from tests.conftest import Dialogue, Stock
from tests.dialogues.conftest import tuong
from tests.labels import photo


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        (["Nem bùi Ninh Xá", "OCOP 4 SAO"], [StarClaim(4, "Nem bùi Ninh Xá")]),
        (["Tương Đình Tổ đạt chuẩn 5 sao"], [StarClaim(5, "Tương Đình Tổ")]),
        (["SẢN PHẨM OCOP ★★★★"], [StarClaim(4)]),
        (["Chè Bản Ven OCOP bốn sao", "Vải thiều OCOP 3*"], [StarClaim(4, "Chè Bản Ven"), StarClaim(3, "Vải thiều")]),
        (["OCOP", "Đánh giá 4.9/5 sao", "128 lượt đánh giá 5 sao"], []),
        (["4 sao"], []),
        (["Mận Chín 10 đạt chuẩn OCOP 5 sao"], [StarClaim(5, "Mận Chín 10")]),
        (["Khách sạn 5 sao gần đây"], []),
    ],
)
def test_what_a_package_or_a_page_claims(lines: list[str], read: list[StarClaim]) -> None:
    assert list(read_claims(lines)) == read


@pytest.mark.parametrize(
    "words", ["sao này thật không?", "is this star real?", "이 별점이 진짜예요?", "这个星级是真的吗"]
)
def test_the_question_is_understood(words: str) -> None:
    assert claims.asks_claim(words)


async def test_a_claim_is_held_beside_the_certificate(say: Dialogue) -> None:
    """tuong-2 has three stars in force."""
    assert "Gửi ảnh bao bì" in await say("sao này thật không?")
    told = await say("tương đình tổ htx tương 2 ocop 3 sao thật không")
    assert told.startswith("✓ Đúng: Tương Đình Tổ có 3 sao OCOP. Còn hiệu lực đến 20/12/2027")
    assert not any(choice.action and choice.action.verb is Verb.CLAIM for choice in say.reply.choices)
    told = await say("tương đình tổ htx tương 2 ocop 5 sao có thật không")
    assert told.startswith("✕ Cao hơn giấy chứng nhận: Tương Đình Tổ được quảng cáo 5 sao, giấy chứng nhận là 3 sao.")
    told = await say("tương đình tổ ocop 5 sao thật không")
    assert told.startswith("? Có nhiều sản phẩm tên “Tương Đình Tổ”.")
    assert len(say.reply.cards) == 4
    told = await say("bánh tráng trộn sao hỏa ocop 5 sao thật không")
    assert "danh mục chưa có" in told


async def test_a_false_claim_becomes_a_case_whose_state_can_be_asked(say: Dialogue, stock: Stock) -> None:
    await stock(tuong(31, name="Dấm Đình Tổ", decided=PartialDate(2021, 1, 5), as_of=PartialDate(2026, 3)))
    told = await say("dấm đình tổ ocop 3 sao thật không")
    assert told.startswith("✕ Không còn hiệu lực: Dấm Đình Tổ được quảng cáo 3 sao.")
    report = next(each.action for each in say.reply.choices if each.action and each.action.verb is Verb.CLAIM)
    shown = await say(f"/{report}")
    assert "Ngày 24/11/2026 sản phẩm được rao là OCOP 3 sao." in shown
    await say("ở chợ Dâu")
    await say("gửi")
    (kept,) = await say._context.store.inquiries.of_consumer(Address(say.person.channel, say.person.address), limit=5)
    assert kept.kind is Kind.COMPLAINT
    assert f"#{kept.ref}" in await say(f"báo cáo #{kept.ref} đến đâu rồi")
    assert "Dấm Đình Tổ" in await say("khiếu nại của tôi")


async def test_a_photo_of_a_package_is_checked(say: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words say the product and the star; the photo itself is not kept."""
    monkeypatch.setattr(label_text, "DEADLINE", 300.0)
    if not say._context.reads_words:
        pytest.skip("the words on photos are not read here")
    await say("/kiemsao")
    told = await say(Photo(photo("Tương Đình Tổ", "OCOP 5 SAO", small=("Sản xuất: HTX Tương 2", "Xã Đình Tổ"))))
    assert told.startswith("✕ Cao hơn giấy chứng nhận: Tương Đình Tổ được quảng cáo 5 sao, giấy chứng nhận là 3 sao.")
    assert say.session.then == ""


@pytest.mark.parametrize(
    "asked",
    [
        "có thu hồi gì không",
        "sản phẩm nào đang bị thu hồi?",
        "sản phẩm nào bị thu hồi",
        "có mấy sản phẩm bị thu hồi",
        "bao nhiêu sản phẩm bị thu hồi?",
        "có bao nhiêu sản phẩm đang bị thu hồi",
        "is anything recalled",
        "리콜된 제품 있어요?",
        "有召回的产品吗",
    ],
)
async def test_what_is_recalled_is_told_when_asked(say: Dialogue, asked: str) -> None:
    await say(asked)
    assert say.reply.text == say.session.say(
        "No product is being recalled that we know of. To be sure of one, type its name, or send a photo of its label."
    )


async def test_a_recall_in_force_is_told_by_its_product_and_among_all(say: Dialogue, stock: Stock) -> None:
    store = say._context.store
    recall = Recall("tuong-2", RecallReason.SPOILED, RecallAdvice.RETURN, RecallScope(lots=("L12",)))
    await store.recalls.carry_out(store.recalls.beginning(recall, by=Doer(), at=say._context.now()))
    await stock()
    assert "THU HỒI: lô L12" in await say("sản phẩm nào đang bị thu hồi")
    assert "THU HỒI: lô L12" in await say("có mấy sản phẩm bị thu hồi")
    assert "THU HỒI: lô L12" in await say("tương htx tương 2 có bị thu hồi không")
    assert (await say("tương htx tương 3 có bị thu hồi không?")).startswith("Chúng tôi không biết lệnh thu hồi nào")
    told = await say("vải thiều lục ngạn lô L12")
    assert told.startswith("Số lô: L12\nChúng tôi không biết lệnh thu hồi nào về gói này.")


@pytest.mark.parametrize(
    "said",
    [
        "tôi bị đau bụng vì ăn tương htx tương 2",
        "báo mất vệ sinh ở cơ sở htx tương 2",
        "báo hàng giả tương htx tương 2",
    ],
)
async def test_who_was_harmed_is_led_to_a_complaint_and_no_card(say: Dialogue, said: str) -> None:
    assert (await say(said)).startswith("Về Tương Đình Tổ của HTX Tương 2:\n"), "what is wrong was said"


@pytest.mark.parametrize("said", ["tình trạng báo cáo của tôi", "kết quả khiếu nại", "내 신고", "我的投诉"])
async def test_how_far_a_report_is_can_be_asked(say: Dialogue, said: str) -> None:
    await say(said)
    assert say.reply.text == say.session.say(
        "You have not asked any producer yet. Find a product and press “Ask the producer”."
    )


async def test_of_three_to_compare_the_one_that_is_unclear_is_named(say: Dialogue) -> None:
    told = await say("so sánh vải thiều lục ngạn với vải thiều hữu cơ và mật ong")
    assert "Chưa rõ “mật ong” là món nào" in told
    assert len(say.reply.cards) == 2
