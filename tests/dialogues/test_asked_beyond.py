"""What is asked beyond the catalogue's words: foreign money, medicine, drinks, other scripts, hours of fairs."""

import pytest

from handlers.thread import MessageAct
from tests.conftest import Dialogue
from tests.dialogues.cards import first_line


@pytest.mark.parametrize(
    ("asked", "act"),
    [
        ("something under 10 dollars", MessageAct.WISH), ("rice wine under $20", MessageAct.LIST),
        ("có gì dưới 20 đô không", MessageAct.WISH), ("50美元以下的礼物", MessageAct.WISH),
        ("10달러 이하 선물", MessageAct.WISH),
    ],
)  # fmt: skip
async def test_no_rate_of_foreign_money_is_made_up(say: Dialogue, asked: str, act: MessageAct) -> None:
    await say(asked)
    assert "đồng" in say.reply.text or "동(VND)" in say.reply.text or "越南盾" in say.reply.text
    assert say.session.thread.last is not None
    assert say.session.thread.last.act is act


@pytest.mark.parametrize("asked", ["rượu dưới 100k", "qua dưới 200 nghìn", "đồng trùng hạ thảo", "mật ong 10 đồng"])
async def test_our_own_money_is_no_foreign_money(say: Dialogue, asked: str) -> None:
    assert "tỷ giá" not in await say(asked)


@pytest.mark.parametrize(
    "asked",
    [
        "thuốc ho cho bé", "con em bị ho có gì uống không", "chữa tiểu đường", "cough medicine for my baby",
        "감기약 있어요?", "有没有止咳药", "có loại nào cho người tiểu đường ko", "quà cho bà bị tiểu đường",
        "what's good for diabetics",
    ],
)  # fmt: skip
async def test_nothing_is_a_medicine(say: Dialogue, asked: str) -> None:
    assert "115" in await say(asked)
    assert not say.reply.cards


@pytest.mark.parametrize(
    "asked",
    ["có gì uống được không", "có gì để uống không ad", "anything to drink?", "有什么喝的吗", "마실 것 있어요?"],
)
async def test_drinks_are_a_group(say: Dialogue, asked: str) -> None:
    await say(asked)
    assert say.reply.page is not None
    groups = {each.group for each in await say._context.products(say.session.thread.listed)}
    assert groups <= {"Đồ uống"}


@pytest.mark.parametrize(
    ("asked", "product"),
    [
        ("항힌우 꿀", "mat-ong-hoa-vai-hang-hieu"),
        ("반벤 차", "che-xanh-ban-ven-than-truong"),
        ("넴부이", "nem-bui-thuong-hai-ninh-xa"),
    ],
)
async def test_brands_are_known_in_other_scripts(say: Dialogue, asked: str, product: str) -> None:
    await say(asked)
    assert say.session.thread.product == product


@pytest.mark.parametrize("asked", ["OCOP 진행 상황", "OCOP进度"])
async def test_progress_is_asked_and_told_in_korean_and_chinese(say: Dialogue, asked: str) -> None:
    told = await say(asked)
    assert "5★" in told
    assert "whole province" not in told


async def test_a_village_without_a_source_is_not_told_of(say: Dialogue) -> None:
    assert first_line(await say("làng nghề Đồng Kỵ")).startswith("Tôi chưa có nguồn nào")
    assert first_line(await say("Xuân Lai có gì")) == "Danh mục chưa có sản phẩm nào ở Xuân Lai."


@pytest.mark.parametrize("asked", ["hội chợ mấy giờ mở cửa", "trade fair opening hours", "박람회 시간", "展会几点开门"])
async def test_hours_of_fairs_are_asked_of_fairs(say: Dialogue, asked: str) -> None:
    assert "Quảng Ninh" in await say(asked)
