"""A producer tells where its products are sold: kept at once, placed, confirmed, taken back."""

from datetime import date

import pytest

from catalog.audit import Deed, Doer
from catalog.sale_points import SaleKind, SalePoint
from handlers.actions import Verb
from handlers.inquiries.enter_sale_points import MOST
from handlers.messages import Location
from tests.town import Town
from tests.unit.inquiries.conftest import Folk, admitted

pytestmark = pytest.mark.both_databases
LINE = "điểm bán: Cửa hàng Nem, 12 Lê Lợi, phường Từ Sơn, 7h-19h"


async def test_a_line_is_kept_and_shoppers_see_it(town: Town, folk: Folk) -> None:
    told = await folk.ba(LINE)
    assert told.startswith("Từ giờ người mua thấy đây là nơi bán sản phẩm của HTX Nem 1:\nCửa hàng Nem: 12 Lê Lợi,")
    (point,) = await town.store.sale_points.list_all()
    assert (point.name, point.hours, point.by_producer, point.source) == ("Cửa hàng Nem", "7h-19h", True, "HTX Nem 1")
    assert "Cửa hàng Nem" in await folk.lan("Nem chua 1")
    assert [row.entry.deed async for row in town.store.audit.every_row()][-1] == Deed.SALE_POINT_ENTERED


async def test_it_is_placed_on_the_map_by_a_location(town: Town, folk: Folk) -> None:
    await folk.ba(LINE)
    assert "chia sẻ vị trí từ đó" in await folk.ba.tap("Ghi vị trí trên bản đồ")
    await folk.ba(Location(21.12345, 105.98765))
    (point,) = await town.store.sale_points.list_all()
    assert point.point == (21.12345, 105.98765)


async def test_it_is_mended_by_the_same_name_and_taken_away(town: Town, folk: Folk) -> None:
    await folk.ba(LINE)
    await folk.ba("điểm bán: Cửa hàng Nem, 14 Lê Lợi, phường Từ Sơn")
    (point,) = await town.store.sale_points.list_all()
    assert point.address == "14 Lê Lợi, phường Từ Sơn"
    assert "Điểm bán của bạn:" in await folk.ba("/diemban")
    assert (await folk.ba.tap("Bỏ: Cửa hàng Nem")).startswith("Đã bỏ Cửa hàng Nem.")
    assert await town.store.sale_points.list_all() == []
    assert "Điểm bán đó không còn nữa." in await folk.ba.does(Verb.SELL, f"ok {point.number}")


async def test_what_is_missing_is_asked_for(folk: Folk) -> None:
    assert "ở xã, phường nào?" in await folk.ba("điểm bán: Cửa hàng Nem, 12 Lê Lợi")
    assert "không phải địa chỉ trang bán hàng" in await folk.ba("bán online: https://bit.ly/nem")


async def test_nobody_else_enters_or_takes_one_away(town: Town, folk: Folk) -> None:
    await folk.ba(LINE)
    (point,) = await town.store.sale_points.list_all()
    await admitted(town, folk.tu, code="BBBB", producer="nem-3")
    for what in ("drop", "ok", "pin"):
        assert "không còn nữa" in await folk.tu.does(Verb.SELL, f"{what} {point.number}")
        assert "không còn nữa" in await folk.ba.does(Verb.SELL, f"{what} {'9' * 40}")
    await folk.lan(LINE.replace("Nem", "Ma"))
    assert [each.name for each in await town.store.sale_points.list_all()] == ["Cửa hàng Nem"]


async def test_what_a_producer_confirms_is_said_by_the_producer(town: Town, folk: Folk) -> None:
    product = await town.store.product("nem-1")
    assert product is not None
    visited = SalePoint(
        "Cửa hàng Nem", SaleKind.PLACE, "Cán bộ đến xem", date(2024, 1, 5), "09163", producer=product.producer.id,
        products=("nem-1",),
    )  # fmt: skip
    number = (await town.store.sale_points.enter(visited, by=Doer())).number
    await folk.ba.does(Verb.SELL, f"ok {number}")
    point = await town.store.sale_points.by_number(number)
    assert (point.source, point.by_producer) == ("HTX Nem 1", True)
    assert point.confirmed == town.context.today()
    await folk.ba("điểm bán: Cửa hàng Nem, 14 Lê Lợi, phường Từ Sơn")
    point = await town.store.sale_points.by_number(number)
    assert (point.address, point.products) == ("14 Lê Lợi, phường Từ Sơn", ("nem-1",)), "what is sold there stays"


async def test_who_has_too_many_is_shown_them(town: Town, folk: Folk) -> None:
    product = await town.store.product("nem-1")
    assert product is not None
    for number in range(MOST):
        point = SalePoint(
            f"Quán {number}", SaleKind.PLACE, "HTX", date(2026, 1, 5), "09163", producer=product.producer.id
        )
        await town.store.sale_points.enter(point, by=Doer())
    assert "Nhiều nhất 30 điểm bán: hãy bỏ bớt một điểm trước." in await folk.ba(LINE)
    assert "còn 22 nơi nữa" in await folk.ba.tap("Mọi điểm bán của tôi")
