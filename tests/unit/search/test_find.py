import pytest

from catalog.search import Band, Entry, Index

ENTRIES = [
    Entry(id="1", name="Nem Bùi Ninh Xá", producer="HTX Nem Bùi", places=("Phường Ninh Xá", "Thuận Thành"), star=4),
    Entry(id="2", name="Bánh phu thê Đình Bảng", producer="Cơ sở Bà Hoa", places=("Phường Từ Sơn",), star=3),
    Entry(id="3", name="Mỳ gạo Lục Ngạn", aliases=("Mì Chũ",), producer="HTX Hằng Hiếu", places=("Chũ",), star=4),
    Entry(id="4", name="Vải thiều Lục Ngạn", producer="HTX Hồng Xuân", places=("Phường Chũ",), star=5),
    Entry(id="5", name="Rượu làng Vân", producer="HTX Vân Hương", places=("Vân Hà",), star=3),
]


@pytest.fixture(scope="module")
def index():
    return Index.build(ENTRIES)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("nem bui ninh xa", "1"),
        ("banhs phu thee ddinhf barng", "2"),
        ("my2 ga5o lu5c nga5n", "3"),
        ("mi chu", "3"),
        ("cho mình hỏi vải thiều lục ngạn mua ở đâu ạ", "4"),
        ("gượu làng dân", "5"),
    ],
)
def test_every_spelling_finds_its_product(index, query, wanted):
    found = index.find(query)
    assert found.band is not Band.NOTHING
    assert found.hits[0].id == wanted


def test_what_we_do_not_have_is_not_found(index):
    assert index.find("iphone 15 pro max").band is Band.NOTHING
