"""A producer tells price, stock, season, opening hours in plain words: shown back, confirmed, taken back, asked for."""

from datetime import timedelta

import pytest

from catalog.audit import Deed
from tests.town import Town, product
from tests.unit.inquiries.conftest import Folk, admitted

pytestmark = pytest.mark.both_databases
_YES = "Đúng, báo như vậy"
_BACK = "Rút lại"
_DAY = 24 * 3600.0


async def _later(town: Town, days: float) -> None:
    town.now += days * _DAY
    town.today += timedelta(days=days)


async def test_stock_is_shown_back_kept_at_once_and_told_to_who_asks(town: Town, folk: Folk) -> None:
    shown = await folk.ba("nem chua 1 còn 200 hộp")
    assert "Nem chua 1 — Tình trạng hàng: còn 200 hộp" in shown
    assert "còn 200 hộp" not in await folk.lan("Nem chua 1")
    await folk.ba.tap(_YES)
    await town.fresh()
    await folk.lan("Nem chua 1")
    assert "còn 200 hộp (tính đến" in await folk.lan("còn hàng không")
    assert [row.entry.deed async for row in town.store.audit.every_row()][-1] == Deed.CORRECTION_ACCEPTED


async def test_a_word_confirms_it_and_other_words_are_what_they_are(town: Town, folk: Folk) -> None:
    await folk.ba("nem chua 1 còn hàng")
    assert "Bạn báo:" not in await folk.ba("nem chua 2")
    await folk.ba("gửi")
    product = await town.store.product("nem-1")
    assert product is not None
    assert product.details["stock"].startswith("còn hàng")


async def test_stock_lapses(town: Town, folk: Folk) -> None:
    await folk.ba("nem chua 1 còn hàng")
    await folk.ba.tap(_YES)
    await town.fresh()
    await _later(town, 31)
    await folk.lan("Nem chua 1")
    assert "danh mục chưa có" in await folk.lan("còn hàng không")


async def test_what_was_told_is_taken_back(town: Town, folk: Folk) -> None:
    await folk.ba("nem chua 1 hết hàng đến tháng 3")
    await folk.ba.tap(_YES)
    product = await town.store.product("nem-1")
    assert product is not None
    assert product.details["stock"].startswith("hết hàng đến tháng 3")
    assert "Đã rút lại" in await folk.ba.tap(_BACK)
    product = await town.store.product("nem-1")
    assert product is not None
    assert "stock" not in product.details


async def test_a_price_waits_for_an_officer_and_can_be_taken_back(town: Town, folk: Folk) -> None:
    assert "Nem chua 1 — Giá tham khảo: 120.000 đ/hộp" in await folk.ba("giá nem chua 1 120k/hộp")
    assert "Cán bộ" in await folk.ba.tap(_YES)
    (waits,) = await town.store.corrections.waiting(limit=5)
    assert (waits.field, waits.new.partition(" (")[0]) == ("price", "120.000 đ/hộp")
    await folk.ba.tap(_BACK)
    assert await town.store.corrections.waiting(limit=5) == []


async def test_a_list_of_prices_is_confirmed_at_once(town: Town, folk: Folk) -> None:
    shown = await folk.ba("bảng giá mới:\nnem chua 1 60k/hộp\nnem chua 2: 90k/hộp")
    assert shown.count("Giá tham khảo") == 2
    await folk.ba.tap(_YES)
    assert len(await town.store.corrections.waiting(limit=5)) == 2


async def test_all_of_several_products_are_told_at_once(town: Town, folk: Folk) -> None:
    shown = await folk.ba("tất cả hết hàng")
    assert tuple(each for each in ("Nem chua 1", "Nem chua 2") if each in shown) == ("Nem chua 1", "Nem chua 2")
    assert "Tất cả" in await folk.ba("hết hàng")


async def test_all_of_many_are_told_and_taken_back_though_only_some_are_shown(town: Town, folk: Folk) -> None:
    await town.store.import_rows([product(number) for number in (1, 2, *range(10, 20))], who="test")
    shown = await folk.ba("mở cửa 8h-17h\ntất cả hết hàng")
    assert shown.count("Tình trạng hàng: hết hàng") == 8
    assert "… và 4 sản phẩm nữa" in shown
    await folk.ba.tap(_YES)
    made = [await town.store.product(f"nem-{number}") for number in (1, 2, *range(10, 20))]
    assert [each.name for each in made if each and "stock" not in each.details] == []
    await folk.ba.tap(_BACK)
    made = [await town.store.product(f"nem-{number}") for number in (1, 2, *range(10, 20))]
    assert [each.name for each in made if each and "stock" in each.details] == []


@pytest.mark.parametrize("words", ["hết rồi ạ", "bán hết rồi", "còn 200 hộp"])
async def test_whoever_was_just_shown_a_question_answers_it(town: Town, folk: Folk, words: str) -> None:
    await folk.lan.asks("còn nem không?")
    await town.post()
    shown = await folk.ba(words)
    assert "“còn nem không?”" in shown
    assert "Bạn báo:" not in shown


@pytest.mark.parametrize("words", ["khách về hết rồi", "gửi khách hết rồi", "pin hết rồi", "nem sắp hết rồi"])
async def test_what_ends_otherwise_is_no_stock(folk: Folk, words: str) -> None:
    shown = await folk.ba(words)
    assert "sản phẩm nào" not in shown
    assert "Bạn báo:" not in shown


async def test_all_gone_may_name_a_product(folk: Folk) -> None:
    assert "Nem chua 1 — Tình trạng hàng: hết hàng" in await folk.ba("nem chua 1 đã bán hết rồi")


async def test_hours_beyond_the_day_and_a_price_below_nothing_are_called_wrong(town: Town, folk: Folk) -> None:
    assert "25h" in await folk.ba("mở cửa 25h-26h")
    assert "-120k" in await folk.ba("nem chua 1 giá -120k/hộp")
    assert "tháng 13" in await folk.ba("nem chua 1 mùa vụ tháng 13")
    assert "ngày ấy" in await folk.ba("nem chua 1 hết hàng đến 29/2")


async def test_of_several_products_one_is_chosen(town: Town, folk: Folk) -> None:
    assert "sản phẩm nào" in await folk.ba("mùa vụ tháng 6-7")
    assert "Nem chua 2 — Mùa vụ: tháng 6-7" in await folk.ba.tap("Nem chua 2")
    await folk.ba.tap(_YES)
    (waits,) = await town.store.corrections.waiting(limit=5)
    assert (waits.product_id, waits.field, waits.new) == ("nem-2", "season", "6-7")


async def test_opening_hours_go_to_the_point_of_sale(town: Town, folk: Folk) -> None:
    assert "điểm bán:" in await folk.ba("mở cửa 8h-17h")
    await folk.ba("điểm bán: Cửa hàng Nem, 12 Lê Lợi, phường Từ Sơn")
    assert "Cửa hàng Nem" in await folk.ba("mở cửa 8h-17h cả tuần")
    await folk.ba.tap(_YES)
    (point,) = await town.store.sale_points.list_all()
    assert point.hours == "8h-17h cả tuần"
    await folk.lan("Nem chua 1")
    assert "8h-17h cả tuần" in await folk.lan("mấy giờ mở cửa")
    await folk.ba("mở cửa 9h-18h")
    await folk.ba.tap(_YES)
    assert "Đã rút lại" in await folk.ba.tap(_BACK)
    (point,) = await town.store.sale_points.list_all()
    assert point.hours == "8h-17h cả tuần"


async def test_what_is_misspelt_is_said_with_what_to_write(folk: Folk) -> None:
    assert "thiếu đơn vị" in await folk.ba("giá nem chua 1 120k")


async def test_it_may_be_a_search_instead(town: Town, folk: Folk) -> None:
    await folk.ba("nem chua 1 còn hàng")
    assert "Nem chua 1" in await folk.ba.tap("Không phải, tìm sản phẩm")
    assert await town.store.corrections.waiting(limit=5) == []


@pytest.mark.parametrize("words", ["nem chua 1 còn hàng", "giá nem chua 1 120k/hộp", "mở cửa 8h-17h"])
async def test_nobody_else_tells_anything(town: Town, folk: Folk, words: str) -> None:
    assert _YES not in await folk.lan(words)
    await admitted(town, folk.tu, code="BBBB", producer="nem-3")
    assert "Bạn báo:" not in await folk.tu(words)


async def test_another_cannot_take_it_back(town: Town, folk: Folk) -> None:
    await folk.ba("nem chua 1 còn hàng")
    await folk.ba.tap(_YES)
    await admitted(town, folk.tu, code="BBBB", producer="nem-3")
    await folk.tu("/update back 1")
    product = await town.store.product("nem-1")
    assert product is not None
    assert product.details["stock"].startswith("còn hàng")
