"""How each column of a product list is filled in, in the officers' own language, with the template's example."""

from collections.abc import Mapping
from typing import NamedTuple

from catalog.list_io.lines import EXAMPLE
from catalog.model import ProducerKind


class Advice(NamedTuple):
    """How to fill in a column, and the example row's value."""

    how: str
    example: str | int | float


GUIDE: Mapping[str, Advice] = {
    "id": Advice(
        "Mã riêng của sản phẩm, tối đa 64 ký tự. Bỏ trống thì hệ thống tự đặt mã theo tên và chủ thể, lần nhập nào "
        "cũng như nhau. Nhiều dòng cùng mã là nhiều giấy chứng nhận của một sản phẩm.",
        f"{EXAMPLE} (xóa dòng này)",
    ),
    "name": Advice("Tên đúng như trên giấy chứng nhận, tối đa 300 ký tự.", "Bánh phu thê Đình Bảng"),
    "aliases": Advice("Các tên khác, tên cũ; cách nhau bằng dấu chấm phẩy.", "Bánh xu xê; Bánh phu thê làng Đình"),
    "group": Advice("Chọn trong danh sách (Quyết định 148/QĐ-TTg), hoặc ghi nhóm theo quyết định cũ.", "Thực phẩm"),
    "producer": Advice("Tên chủ thể. Nếu chưa biết, ghi dấu “-”.", "Hợp tác xã Bánh phu thê Ví Dụ"),
    "producer_kind": Advice("Chọn trong danh sách. Bỏ trống thì đoán theo tên chủ thể.", "Hợp tác xã"),
    "address": Advice("Địa chỉ như in trên nhãn (cũ hay mới đều được).", "Số 1, phường Đình Bảng, thành phố Từ Sơn"),
    "commune": Advice("Xã, phường; nên ghi kèm huyện cũ nếu là tên cũ.", "Phường Từ Sơn"),
    "phones": Advice(
        "Một hay nhiều số, cách nhau bằng dấu chấm phẩy; nhận cả 1800, 1900.", "0222 3 123 456; 0912 345 678"
    ),
    "email": Advice("Một địa chỉ.", "lienhe@example.vn"),
    "website": Advice("Một địa chỉ trang web hoặc fanpage.", "https://example.vn"),
    "buy": Advice("Nơi bán, cách nhau bằng dấu chấm phẩy.", "Cửa hàng OCOP Bắc Ninh; Chợ Đình Bảng"),
    "stars": Advice("Số từ 1 đến 5. “4 sao (tiềm năng 5 sao)” cũng được.", 4),
    "score": Advice(
        "Điểm từ 0 đến 100, dấu phẩy hay chấm thập phân. Bị từ chối nếu kém mức thấp nhất của hạng sao quá 5 điểm, "
        "hoặc đủ cho hạng cao hơn hai bậc.",
        82.5,
    ),
    "potential_five": Advice("Ghi “x” nếu là 4 sao tiềm năng 5 sao, nếu không thì bỏ trống.", ""),
    "decision": Advice("Số quyết định công nhận.", "123/QĐ-UBND"),
    "decided": Advice("Ngày/tháng/năm. Chỉ biết tháng hay năm: 08/2024, 2024.", "31/08/2024"),
    "issuer": Advice(
        "Cơ quan ký quyết định, ghi đúng như trong quyết định, kể cả cấp huyện trước 01/7/2025.", "UBND tỉnh Bắc Ninh"
    ),
    "certificate": Advice("Số giấy chứng nhận, nếu có.", "OCOP-04-0001"),
    "expires": Advice("Bỏ trống thì tính 36 tháng từ ngày quyết định.", "31/08/2027"),
    "gtins": Advice("Mã vạch 8, 12, 13 hoặc 14 số; cách nhau bằng dấu chấm phẩy. Giữ định dạng Văn bản.", ""),
    "traces": Advice(
        "Nội dung hay đường dẫn trong mã QR truy xuất, chép nguyên văn; cách nhau bằng dấu chấm phẩy hoặc xuống dòng.",
        "",
    ),
    "images": Advice("Đường dẫn ảnh (https://…) hoặc tên tệp ảnh.", ""),
    "source": Advice("Nơi lấy số liệu của dòng này.", "Danh sách của Văn phòng điều phối nông thôn mới"),
    "as_of": Advice("Ngày ghi nhận số liệu. Hai dòng nói khác nhau thì dòng ghi nhận sau được tin.", "01/12/2024"),
}

OPENING = (
    "Mỗi dòng là một giấy chứng nhận của một sản phẩm. Cột có dấu * và màu vàng là bắt buộc.",
    f"Dòng mẫu (mã bắt đầu bằng “{EXAMPLE}”) không được nhập; hãy xóa đi cho gọn.",
    "Không biết thì bỏ trống, đừng đoán. Các cột đổi chỗ được; cột lạ sẽ bị bỏ qua.",
    "Nhập vào hệ thống: hoi-ocop import TỆP.xlsx --dry-run để xem lỗi trước, rồi bỏ --dry-run để nhập thật.",
)

KIND_WORDS: Mapping[ProducerKind, str] = {
    ProducerKind.COOPERATIVE: "Hợp tác xã",
    ProducerKind.COMPANY: "Doanh nghiệp",
    ProducerKind.GROUP: "Tổ hợp tác",
    ProducerKind.HOUSEHOLD: "Hộ kinh doanh",
    ProducerKind.UNKNOWN: "Khác",
}

ISSUERS = (
    "UBND tỉnh Bắc Ninh",
    "UBND tỉnh Bắc Giang",
    "Bộ Nông nghiệp và Môi trường",
    "Bộ Nông nghiệp và Phát triển nông thôn",
)
"""Offered, not demanded: an issuer is kept as its decision prints it."""
