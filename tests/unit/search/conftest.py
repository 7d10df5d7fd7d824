import pytest

from catalog.search import Entry, Index

ENTRIES = [
    Entry(
        id="1", name="Nem Bùi Ninh Xá", producer="HTX Nem Bùi", places=("Phường Ninh Xá", "Thuận Thành"), star=4,
        group="Thực phẩm", latitude=21.05, longitude=106.08,
    ),
    Entry(
        id="2", name="Bánh phu thê Đình Bảng", producer="Cơ sở Bà Hoa", places=("Phường Từ Sơn",), star=3,
        group="Thực phẩm", latitude=21.11, longitude=105.95,
    ),
    Entry(
        id="3", name="Mỳ gạo Lục Ngạn", aliases=("Mì Chũ",), producer="Hợp tác xã Hằng Hiếu", places=("Phường Chũ",),
        star=4, group="Thực phẩm", latitude=21.37, longitude=106.56,
    ),
    Entry(id="4", name="Vải thiều Lục Ngạn", producer="HTX Hồng Xuân", places=("Phường Chũ",), star=5),
    Entry(id="5", name="Rượu nếp cái hoa vàng", producer="HTX Vân Hương", places=("Xã Tiên Du", "Lim"), star=4),
    Entry(id="6", name="Rượu làng Vân", producer="HTX Vân Hương", places=("Vân Hà",), star=3, group="Đồ uống"),
    Entry(id="7", name="Làng quan họ Viêm Xá", group="Dịch vụ du lịch cộng đồng, du lịch sinh thái", star=3),
    Entry(id="8", name="Tranh Đông Hồ trên mành tre", group="Hàng thủ công mỹ nghệ"),
    Entry(id="9", name="Bưởi da xanh Hương Sơn", producer="Công ty TNHH Gia An", places=("Xã Kép",)),
    Entry(id="10", name="Bưởi da xanh Tân Yên", places=("Tân Yên",)),
    Entry(id="11", name="Bánh đa Kế", places=("Dĩnh Kế",)),
    Entry(id="12", name="Cà phê hạt mít", places=("Yên Thế",)),
    Entry(id="13", name="Bánh gai làng Vân", places=("Vân Hà",)),
    Entry(id="14", name="Rượu sim (OCOP 4 sao)", places=("Lục Nam",)),
]  # fmt: skip


@pytest.fixture(scope="session")
def index():
    return Index.build(ENTRIES)
