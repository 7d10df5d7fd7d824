"""Browsing by product group, by old district, and by a producer's everyday name."""

from tests.conftest import Dialogue


async def test_a_group_button_lists_its_products(say: Dialogue) -> None:
    """The number on the button is the number of the list."""
    offered = await say("/nhom")
    assert "1. " in offered
    first = next(line for line in offered.splitlines() if line.startswith("1. "))
    number = first.rpartition("(")[2].rstrip(")")
    listed = await say("1")
    assert f"{number} sản phẩm" in listed


async def test_an_old_district_is_a_place(say: Dialogue) -> None:
    """Districts are gone since July 2025, but people still say them."""
    assert (await say("rượu ở việt yên")).startswith("Tôi tìm thấy 3 sản phẩm")


async def test_a_producer_is_known_by_its_everyday_name(say: Dialogue) -> None:
    """HTX Dịch vụ nông nghiệp Hằng Hiếu is HTX Hằng Hiếu to its neighbours."""
    assert "Hằng Hiếu" in await say("sản phẩm của HTX Hằng Hiếu")
    assert "Tôi tìm thấy 3 sản phẩm" in await say("sản phẩm của HTX Hằng Hiếu")
