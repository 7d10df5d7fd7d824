"""Long replies, kept whole."""

from tests.conftest import lines

SAUCE = lines(
    "Tương Đình Tổ",
    "★★★★☆ Còn hiệu lực đến 20/12/2027 (còn 391 ngày)",
    "HTX Hoa Sen",
    "Điện thoại: 0912 345 678 [1]",
    "",
    "CHỨNG NHẬN OCOP",
    "Hạng: 4 sao (tiềm năng 5 sao) [1]",
    "Số giấy chứng nhận: OCOP-BN-77 [1]",
    "Quyết định: 1/QĐ-UBND [1]",
    "Cơ quan cấp: UBND huyện Thuận Thành [1]",
    "Ngày quyết định: 20/12/2024 [1]",
    "Hiệu lực đến: 20/12/2027 (36 tháng kể từ ngày quyết định, theo quy định)",
    "Điểm: 78/100 [1]",
    "",
    "NHÀ SẢN XUẤT",
    "Nhà sản xuất: HTX Hoa Sen — Hợp tác xã [1]",
    "Địa chỉ ghi trên nhãn: thôn 1, xã Đình Tổ, huyện Thuận Thành, tỉnh Bắc Ninh [1]",
    "Địa chỉ từ 01/07/2025: Phường Trí Quả, Bắc Ninh",
    "Email: tuong@example.vn [1]",
    "Trang web: https://tuong.example.vn [1]",
    "",
    "SẢN PHẨM",
    "Nơi mua: Chợ Dâu [1]",
    "Nhóm sản phẩm: Gia vị [1]",
    "Tên gọi khác: Tương nếp Đình Tổ [1]",
    "Số mã vạch (GTIN): 8936012345674",
    "",
    "CÁC LẦN CÔNG NHẬN TRƯỚC",
    "3 sao: 06/2021 đến 06/2024 · 9/QĐ-UBND [1]",
    "",
    "Có tên trong danh mục không chứng minh món hàng trên tay bạn là hàng thật.",
    "",
    "Nguồn",
    "[1] Sở NN&MT (ghi nhận 01/03/2025)",
    "https://ocop.test/p/tuong-1",
)

MAKERS = lines(
    "Có 4 nơi làm “Tương Đình Tổ”. Bạn đang cầm loại nào?",
    "",
    "1. Tương Đình Tổ ★★★★☆",
    "   HTX Hoa Sen — xã Đình Tổ",
    "   Còn hiệu lực đến 20/12/2027 (còn 391 ngày)",
    "",
    "2. Tương Đình Tổ ★★★☆☆",
    "   HTX Tương 2 — xã Đình Tổ",
    "   Còn hiệu lực đến 20/12/2027 (còn 391 ngày)",
    "",
    "3. Tương Đình Tổ ★★★☆☆",
    "   HTX Tương 3 — xã Đình Tổ",
    "   Còn hiệu lực đến 20/12/2027 (còn 391 ngày)",
    "",
    "4. Tương Đình Tổ ★★★☆☆",
    "   HTX Tương 4 — xã Đình Tổ",
    "   Còn hiệu lực đến 20/12/2027 (còn 391 ngày)",
)


def first_line(reply: str) -> str:
    """What an answer begins with."""
    return reply.partition("\n")[0]
