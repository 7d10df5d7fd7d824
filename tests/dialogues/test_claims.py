"""Someone asks whether a star is real, reports one that is not, and asks how far that is."""

import pytest

from catalog.dates import PartialDate
from catalog.inquiry import Address, Kind
from catalog.ocr import StarClaim, read_claims
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
