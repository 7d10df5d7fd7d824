"""Asked for OCOP's progress in a chat, we tell the board's own figures."""

import pytest

from catalog.audit import Doer
from catalog.dates import PartialDate
from catalog.inquiry import Address
from catalog.model import ProductRow
from catalog.officers import Grant, OfficerRole
from handlers.context import Context
from tests.conftest import Dialogue, Stock

ADDRESS = "xã Bình Dương, huyện Gia Bình, Bắc Ninh"


@pytest.fixture(autouse=True)
async def stocked(stock: Stock) -> None:
    told = {"address": ADDRESS, "producer": "HTX Nhân Thắng"}
    await stock(
        ProductRow("Nem A", stars=4, decided=PartialDate(2025, 3, 1), **told),  # type: ignore[arg-type]  # as given
        ProductRow("Nem B", stars=3, decided=PartialDate(2024, 5, 1), **told),  # type: ignore[arg-type]  # as given
        ProductRow("Nem C", stars=3, decided=PartialDate(2022, 5, 1), **told),  # type: ignore[arg-type]  # as given
    )


@pytest.mark.parametrize(
    "asked",
    [
        "tiến độ OCOP xã Nhân Thắng",
        "Tien do ocop nhan thang?",
        "số liệu OCOP của xã Nhân Thắng",
        "tình hình chương trình OCOP ở xã Bình Dương, huyện Gia Bình",
    ],
)
async def test_a_commune_is_told_its_figures(say: Dialogue, asked: str) -> None:
    told = await say(asked)
    assert told.startswith("OCOP ở Xã Nhân Thắng, tính đến 24/11/2026:")
    assert "• 2 có hạng sao còn hiệu lực (5★ 0 · 4★ 1 · 3★ 1)" in told
    assert "• đã hết hạn, chưa thấy cấp lại: 1" in told
    assert "mười hai tháng tới: 1" in told
    assert told.endswith("https://ocop.test/figures")
    (card,) = say.reply.cards
    assert card.picture == "https://ocop.test/figures/map.png?commune=09475"


async def test_the_province_is_told_its_targets_too(say: Dialogue) -> None:
    for asked in ("tiến độ OCOP", "tiến độ ocop toàn tỉnh", "so lieu ocop bac ninh"):
        told = await say(asked)
        assert told.startswith("OCOP ở toàn tỉnh, tính đến 24/11/2026:")
        assert "Mục tiêu của Bắc Giang đến 2030" in told
        assert "Kế hoạch 246" not in told, "its time is over"


async def test_in_english(say: Dialogue) -> None:
    assert (await say.speaking("en")("OCOP progress in Nhân Thắng")).startswith("OCOP in Xã Nhân Thắng, counted on")


async def test_whose_commune_is_not_known_is_asked(say: Dialogue) -> None:
    assert "Xã, phường của bạn" in await say("tiến độ OCOP xã tôi")
    assert "không biết xã, phường nào tên “xã Không Đâu Cả”" in await say("tiến độ OCOP xã Không Đâu Cả")
    several = await say("tiến độ OCOP Đồng Tiến")
    assert "Xã Hoàng Vân" in several
    assert "Xã Xuân Lương" in several
    assert (await say("tiến độ OCOP Ninh Xá")).startswith("OCOP ở Phường Ninh Xá"), "one of today's is meant"


async def test_an_officer_known_here_is_told_of_their_own_commune(say: Dialogue, context: Context) -> None:
    grant = Grant(OfficerRole.COMMUNE, context.today(), commune="09475")
    officer = await context.store.officers.add("Lan", grant, by=Doer())
    await context.store.officers.make_link(officer.number, "AAAABBBBCCCC", expires_at=context.now() + 600, by=Doer())
    await context.store.officer_chats.bind("AAAABBBBCCCC", Address("test", "an"), now=context.now())
    assert (await say("tiến độ OCOP xã tôi")).startswith("OCOP ở Xã Nhân Thắng")


async def test_what_only_begins_alike_is_searched(say: Dialogue) -> None:
    for asked in ("ocop nhân thắng", "tiến độ giao hàng ocop"):
        assert "tính đến" not in await say(asked)
