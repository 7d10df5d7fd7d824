"""A maker is found by what people call it: without the word for its kind, by the end of its name, with a title."""

import pytest

from catalog.search import Band, Entry, Index

MADE = {
    "HTX Dịch vụ nông nghiệp Hằng Hiếu": ["Mỳ gạo Lục Ngạn", "Bún khô"],
    "Hộ kinh doanh Nguyễn Đức Thịnh": ["Vại muối dưa của mẹ", "Bột tỏi An Thịnh"],
    "HTX Thân Trường": ["Chè xanh Bản Ven"],
    "Công ty TNHH Thương mại và Dịch vụ Ánh Dương Kinh Bắc": ["Bông tắm xơ mướp", "Xơ mướp rửa bát"],
    "Công ty TNHH Nem 99 Kinh Bắc": ["Nem tai"],
    "HTX Nông nghiệp hữu cơ Bình Minh": ["Giò lụa heo", "Xúc xích heo"],
    "Hộ sản xuất, kinh doanh Lê Thành Đồng": ["Ổi Đồng Nga"],
    "Hộ kinh doanh Nguyễn Thị Thơi": ["Mật ong hoa nhãn"],
    "Nghệ nhân Nguyễn Hữu Đạo": ["Tranh Đông Hồ"],
    "Công ty TNHH nấm dược liệu ADENCO": ["Nấm linh chi"],
    "HTX Nông nghiệp Thái Sơn Bắc Giang": ["Gạo nếp cái hoa vàng"],
    "Xuân Trường (xã Nam Dương)": ["Mỳ gạo Chũ"],
    "Cơ sở bánh phu thê Minh Thu": ["Bánh phu thê Đình Bảng"],
    "Công ty TNHH Thương mại Dịch vụ Du lịch và Giáo dục Gia An": ["Trà mướp đắng"],
}
PLACES = ("Xã Lục Ngạn", "Bắc Giang", "Nam Dương")


@pytest.fixture(scope="module")
def market():
    rows = [(maker, name) for maker, names in MADE.items() for name in names]
    return Index.build(Entry(name, name, producer=maker, places=PLACES) for maker, name in rows)


@pytest.mark.parametrize(
    ("words", "maker"),
    [
        ("hằng hiếu", "HTX Dịch vụ nông nghiệp Hằng Hiếu"),
        ("nguyễn đức thịnh", "Hộ kinh doanh Nguyễn Đức Thịnh"),
        ("đức thịnh bán gì", "Hộ kinh doanh Nguyễn Đức Thịnh"),
        ("thân trường", "HTX Thân Trường"),
        ("than truong", "HTX Thân Trường"),
        ("thaan truwowngf", "HTX Thân Trường"),
        ("ánh dương kinh bắc", "Công ty TNHH Thương mại và Dịch vụ Ánh Dương Kinh Bắc"),
        ("Thương mại và Dịch vụ Ánh Dương Kinh Bắc", "Công ty TNHH Thương mại và Dịch vụ Ánh Dương Kinh Bắc"),
        ("nông nghiệp hữu cơ bình minh", "HTX Nông nghiệp hữu cơ Bình Minh"),
        ("htx bình minh", "HTX Nông nghiệp hữu cơ Bình Minh"),
        ("Hộ sản xuất, kinh doanh Lê Thành Đồng", "Hộ sản xuất, kinh doanh Lê Thành Đồng"),
        ("hộ sản xuất lê thành đồng", "Hộ sản xuất, kinh doanh Lê Thành Đồng"),
        ("hkd lê thành đồng", "Hộ sản xuất, kinh doanh Lê Thành Đồng"),
        ("ông lê thành đồng", "Hộ sản xuất, kinh doanh Lê Thành Đồng"),
        ("sản phẩm của nguyễn thị thơi", "Hộ kinh doanh Nguyễn Thị Thơi"),
        ("có gì của bà nguyễn thị thơi không", "Hộ kinh doanh Nguyễn Thị Thơi"),
        ("nghệ nhân nguyễn hữu đạo", "Nghệ nhân Nguyễn Hữu Đạo"),
        ("nguyễn hữu đạo", "Nghệ nhân Nguyễn Hữu Đạo"),
        ("nghệ nhân hữu đạo", "Nghệ nhân Nguyễn Hữu Đạo"),
        ("adenco", "Công ty TNHH nấm dược liệu ADENCO"),
        ("thái sơn", "HTX Nông nghiệp Thái Sơn Bắc Giang"),
        ("xuân trường", "Xuân Trường (xã Nam Dương)"),
        ("minh thu", "Cơ sở bánh phu thê Minh Thu"),
        ("Du lịch và Giáo dục Gia An", "Công ty TNHH Thương mại Dịch vụ Du lịch và Giáo dục Gia An"),
    ],
)
def test_a_maker_is_found_without_the_word_for_its_kind(market, words, maker):
    found = market.find(words)
    assert found.band is Band.ANSWER
    assert {hit.name for hit in found.hits} == set(MADE[maker])
    assert found.filters.producer is not None
    assert found.filters.producer.value == maker


def test_a_product_of_a_maker(market):
    found = market.find("xúc xích của bình minh")
    assert [hit.name for hit in found.hits] == ["Xúc xích heo"]


@pytest.mark.parametrize(
    "words", ["kinh bắc", "việt nam", "bắc giang", "dịch vụ", "thương mại và dịch vụ", "thịnh vượng"]
)
def test_what_many_are_called_is_no_maker(market, words):
    assert market.find(words).filters.producer is None


@pytest.mark.parametrize("words", ["bánh phu thê đình bảng", "trà mướp đắng", "mật ong hoa nhãn"])
def test_a_product_is_no_maker(market, words):
    found = market.find(words)
    assert found.filters.producer is None
    assert found.hits[0].name.casefold() == words


def test_of_two_kinds_of_one_name_the_typed_kind_counts():
    names = ("HTX Bình Minh", "Công ty TNHH Bình Minh")
    index = Index.build(Entry(name, f"Quà {number}", producer=name) for number, name in enumerate(names))
    assert [hit.id for hit in index.find("sản phẩm của htx bình minh").hits] == ["HTX Bình Minh"]
    assert [hit.id for hit in index.find("công ty tnhh bình minh").hits] == ["Công ty TNHH Bình Minh"]


def test_a_single_word_of_a_products_name_is_no_maker():
    index = Index.build([Entry("1", "Trà sen", producer="HTX Sen"), Entry("2", "Mứt sen", producer="Cơ sở Bà Hoa")])
    assert index.find("sen").filters.producer is None
