"""The fields of a product, its producer and its certificates: each once, in the order of the template's columns.

Headings, template, guide, reader, export, tables, corrections and card derive from these entries
(docs/add-a-field.md). One that lacks a part or says a heading twice is an error as soon as this is imported.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from catalog.cells import certificates, contacts, prices, seasons, stock, vocabulary
from catalog.cells.content import name_at_most, words_at_most, write_each, write_mark, write_plain
from catalog.cells.days import day, write_day
from catalog.cells.vocabulary import GROUPS, ISSUERS, KIND_WORDS
from catalog.event_fields import EVENT_FIELDS
from catalog.field import DAY_FORMAT, TEXT_FORMAT, CardLine, Correctable, Field, Home, Kept, LineStyle, Sought, Topic
from catalog.model import ProductRow
from catalog.text import fold

EXAMPLE = "VÍ DỤ"
"""How the id of the template's example begins, which is never imported."""

FIELDS: tuple[Field, ...] = (
    Field(
        name="id",
        heading="Mã",
        synonyms="ma sp|ma san pham|ma so san pham|ma ocop|ma so|id|code",
        how="Mã riêng của sản phẩm, tối đa 64 ký tự. Bỏ trống thì hệ thống tự đặt mã theo tên và chủ thể, lần nhập nào "
        "cũng như nhau. Nhiều dòng cùng mã là nhiều giấy chứng nhận của một sản phẩm.",
        example=f"{EXAMPLE} (xóa dòng này)",
        read=partial(name_at_most, 64),
        write=write_plain,
        home=Home.PRODUCT,
        kept=Kept.BESIDE,
        card=None,
        correction=None,
        format=TEXT_FORMAT,
    ),
    Field(
        name="name",
        heading="Tên sản phẩm",
        synonyms="ten sp|san pham|ten|ten san pham ocop|san pham ocop|ten hang hoa|ten san pham dich vu|name|product",
        how="Tên đúng như trên giấy chứng nhận, tối đa 300 ký tự.",
        example="Bánh phu thê Đình Bảng",
        read=partial(name_at_most, 300),
        write=write_plain,
        home=Home.PRODUCT,
        kept=Kept.BESIDE,
        card=None,
        correction=None,
        needed=True,
        wide=True,
    ),
    Field(
        name="aliases",
        heading="Tên gọi khác",
        synonyms="ten khac|ten thuong goi|ten cu|ten thuong mai|ten goi cu|aliases|other names",
        how="Các tên khác, tên cũ; cách nhau bằng dấu chấm phẩy.",
        example="Bánh xu xê; Bánh phu thê làng Đình",
        read=contacts.aliases,
        write=write_each,
        home=Home.PRODUCT,
        kept=Kept.LIST,
        card=CardLine("Other names", place=30, style=LineStyle.LIST),
        correction=None,
        soft=True,
        wide=True,
    ),
    Field(
        name="group",
        heading="Nhóm sản phẩm",
        synonyms="nhom|nhom sp|nganh hang|nhom nganh|loai san pham|phan nhom|bo san pham|linh vuc|group|category",
        how="Chọn trong danh sách (Quyết định 148/QĐ-TTg), hoặc ghi nhóm theo quyết định cũ.",
        example="Thực phẩm",
        read=partial(words_at_most, 200),
        write=write_plain,
        home=Home.PRODUCT,
        kept=Kept.TEXT,
        card=CardLine("Product group", place=20, topic=Topic.GROUP, always=True),
        correction=None,
        choices=GROUPS,
    ),
    Field(
        name="producer",
        heading="Chủ thể",
        synonyms="chu the san xuat|chu the ocop|ten chu the|ten chu the san xuat|ten chu the ocop|co so san xuat"
        "|ten co so|ten co so san xuat|don vi san xuat|don vi|nha san xuat|doanh nghiep|to chuc ca nhan"
        "|chu the san pham|ten don vi|don vi chu the|producer|entity",
        how="Tên chủ thể. Nếu chưa biết, ghi dấu “-”.",
        example="Hợp tác xã Bánh phu thê Ví Dụ",
        read=contacts.producer,
        write=write_plain,
        home=Home.PRODUCER,
        kept=Kept.BESIDE,
        card=CardLine("Producer", place=10, style=LineStyle.MAKER, topic=Topic.MAKER, always=True),
        correction=None,
        attribute="name",
        needed=True,
        wide=True,
    ),
    Field(
        name="producer_names",
        heading="Tên khác của chủ thể",
        synonyms="ten goi khac cua chu the|ten cu cua chu the|ten truoc day cua chu the|other names of the producer",
        how="Các tên khác, tên cũ của chủ thể; cách nhau bằng dấu chấm phẩy.",
        example="Tổ hợp tác Bánh phu thê Ví Dụ",
        read=contacts.maker_names,
        write=write_plain,
        home=Home.PRODUCER,
        kept=Kept.DETAIL,
        card=None,
        correction=None,
        soft=True,
    ),
    Field(
        name="producer_kind",
        heading="Loại chủ thể",
        synonyms="loai hinh|loai hinh chu the|loai hinh to chuc|hinh thuc to chuc|loai hinh san xuat|producer kind",
        how="Chọn trong danh sách. Bỏ trống thì đoán theo tên chủ thể.",
        example="Hợp tác xã",
        read=vocabulary.kind,
        write=vocabulary.kind_text,
        home=Home.PRODUCER,
        kept=Kept.BESIDE,
        card=None,
        correction=None,
        attribute="kind",
        complete=vocabulary.kind_or_guess,
        choices=tuple(KIND_WORDS.values()),
        only_choices=True,
    ),
    Field(
        name="address",
        heading="Địa chỉ",
        synonyms="dia chi san xuat|dia chi chu the|dia chi co so|noi san xuat|dia diem|dia diem san xuat|address",
        how="Địa chỉ như in trên nhãn (cũ hay mới đều được).",
        example="Số 1, phường Đình Bảng, thành phố Từ Sơn",
        read=partial(words_at_most, 300),
        write=write_plain,
        home=Home.PRODUCER,
        kept=Kept.TEXT,
        card=CardLine("Address as printed", place=20, style=LineStyle.ADDRESS, topic=Topic.ADDRESS, always=True),
        correction=Correctable(partial(words_at_most, 300), label="Address", wanted=True),
        wide=True,
    ),
    Field(
        name="commune",
        heading="Xã/phường",
        synonyms="xa|phuong|xa phuong thi tran|xa phuong dac khu|phuong xa|don vi hanh chinh|dia ban|ten xa|commune"
        "|place",
        how="Xã, phường; nên ghi kèm huyện cũ nếu là tên cũ.",
        example="Phường Từ Sơn",
        read=partial(words_at_most, 200),
        write=write_plain,
        home=Home.PRODUCER,
        kept=Kept.TEXT,
        card=None,
        correction=None,
    ),
    Field(
        name="phones",
        heading="Điện thoại",
        synonyms="sdt|so dien thoai|dt|so dt|dien thoai lien he|sdt lien he|so dien thoai lien he|dien thoai di dong"
        "|hotline|dien thoai zalo|sdt zalo|dien thoai chu the|tel|phone|phones",
        how="Một hay nhiều số, cách nhau bằng dấu chấm phẩy; nhận cả 1800, 1900.",
        example="0222 3 123 456; 0912 345 678",
        read=contacts.phones,
        write=contacts.phones_text,
        home=Home.PRODUCER,
        kept=Kept.LIST,
        card=CardLine("Phone", place=30, style=LineStyle.PHONES, topic=Topic.PHONE, always=True),
        correction=Correctable(contacts.phones, label="Phone", wanted=True),
        soft=True,
        format=TEXT_FORMAT,
    ),
    Field(
        name="email",
        heading="Email",
        synonyms="e mail|thu dien tu|hop thu|dia chi email|mail",
        how="Một địa chỉ.",
        example="lienhe@example.vn",
        read=contacts.email,
        write=write_plain,
        home=Home.PRODUCER,
        kept=Kept.TEXT,
        card=CardLine("E-mail", place=40, style=LineStyle.MAIL),
        correction=Correctable(contacts.email, label="E-mail"),
        soft=True,
    ),
    Field(
        name="website",
        heading="Website",
        synonyms="web|trang web|trang thong tin|trang tin|dia chi website|fanpage|website fanpage|facebook",
        how="Một địa chỉ trang web hoặc fanpage.",
        example="https://example.vn",
        read=contacts.website,
        write=write_plain,
        home=Home.PRODUCER,
        kept=Kept.TEXT,
        card=CardLine("Website", place=50, style=LineStyle.WEB, always=True),
        correction=Correctable(contacts.website, label="Website"),
        soft=True,
    ),
    Field(
        name="account",
        heading="Tài khoản nhận tiền",
        synonyms="so tai khoan|tai khoan|stk|tai khoan ngan hang|so tk|tk ngan hang|account|bank account",
        how="Tài khoản nhận tiền mà chủ thể đã xác nhận: tên ngân hàng và số tài khoản; nhiều tài khoản cách nhau bằng "
        "dấu chấm phẩy. Không hiện cho người xem; chỉ để so với mã thanh toán dán trên nhãn.",
        example="VietinBank 113366668888",
        read=contacts.accounts,
        write=write_plain,
        home=Home.PRODUCER,
        kept=Kept.DETAIL,
        card=None,
        correction=None,
        soft=True,
        format=TEXT_FORMAT,
    ),
    Field(
        name="buy",
        heading="Nơi mua",
        synonyms="noi ban|diem ban|dia chi mua hang|noi mua hang|dia diem ban|kenh ban hang|diem ban hang|where to buy",
        how="Nơi bán, cách nhau bằng dấu chấm phẩy.",
        example="Cửa hàng OCOP Bắc Ninh; Chợ Đình Bảng",
        read=contacts.buy,
        write=write_plain,
        home=Home.PRODUCT,
        kept=Kept.TEXT,
        card=CardLine("Where to buy", place=10, always=True),
        correction=Correctable(contacts.buy, label="Where to buy", wanted=True),
        soft=True,
        wide=True,
    ),
    Field(
        name="price",
        heading="Giá tham khảo",
        synonyms="gia|gia ban|gia le|gia ban le|don gia|gia san pham|gia niem yet|price|reference price",
        how="Số tiền và đơn vị; nhiều loại cách nhau bằng dấu chấm phẩy. Ngày của giá ghi trong ngoặc.",
        example="120.000 đ/hộp 500 g (tính đến 11/2024)",
        read=prices.price,
        write=write_plain,
        home=Home.PRODUCT,
        kept=Kept.DETAIL,
        card=CardLine("Reference price", place=12, style=LineStyle.PRICE),
        correction=Correctable(prices.price, label="Reference price"),
        complete=prices.price_of_line,
        check=partial(prices.check_price, "price"),
        sought=Sought.PRICE,
        soft=True,
    ),
    Field(
        name="stock",
        heading="Tình trạng hàng",
        synonyms="con hang|ton kho|hang con|so luong con|so luong con lai|tinh trang con hang|stock|in stock",
        how="Còn hàng hay hết hàng: còn hàng; còn 200 hộp; hết hàng; hết hàng đến tháng 3. Ngày ghi trong ngoặc; quá "
        f"{stock.DAYS} ngày thì không hiện nữa.",
        example="còn 200 hộp (tính đến 11/2024)",
        read=stock.stock,
        write=write_plain,
        home=Home.PRODUCT,
        kept=Kept.DETAIL,
        card=CardLine("Availability", place=13, style=LineStyle.STOCK),
        correction=Correctable(stock.stock, label="Availability"),
        complete=stock.stock_of_line,
        check=partial(stock.check_stock, "stock"),
        soft=True,
    ),
    Field(
        name="season",
        heading="Mùa vụ",
        synonyms="mua|vu|vu mua|thoi vu|mua thu hoach|thang thu hoach|thoi gian thu hoach|season|months",
        how="Các tháng dương lịch có sản phẩm: 6-7; 11-2; 3, 6-7; quanh năm.",
        example="quanh năm",
        read=seasons.season,
        write=seasons.season_cell,
        home=Home.PRODUCT,
        kept=Kept.DETAIL,
        card=CardLine("In season", place=14, style=LineStyle.MONTHS),
        correction=Correctable(seasons.season, label="In season"),
        sought=Sought.MONTHS,
        soft=True,
        format=TEXT_FORMAT,
    ),
    Field(
        name="former_name",
        heading="Tên trước đây",
        synonyms="ten truoc day|truoc day la|ten truoc khi doi|former name|formerly",
        how="Tên của sản phẩm trước khi đổi tên; nhiều tên cách nhau bằng dấu chấm phẩy.",
        example="",
        read=partial(words_at_most, 600),
        write=write_plain,
        home=Home.PRODUCT,
        kept=Kept.DETAIL,
        card=CardLine("Formerly", place=28),
        correction=None,
        soft=True,
        wide=True,
    ),
    Field(
        name="stars",
        heading="Hạng sao",
        synonyms="hang|sao|so sao|phan hang|xep hang|hang sao ocop|hang san pham|ket qua phan hang|ket qua xep hang"
        "|dat hang|hang dat|dat sao|so sao dat|hang ocop|sao ocop|phan hang san pham|hang sao san pham"
        "|phan hang sao|ket qua|ket qua danh gia phan hang|star|stars",
        how="Số từ 1 đến 5. “4 sao (tiềm năng 5 sao)” cũng được.",
        example=4,
        read=certificates.stars,
        write=write_plain,
        home=Home.CERTIFICATE,
        kept=Kept.COUNT,
        card=CardLine("Rank", place=10, style=LineStyle.STARS, always=True),
        correction=None,
        complete=certificates.stars_of,
        check=certificates.check_stars,
        choices=(3, 4, 5),
    ),
    Field(
        name="score",
        heading="Điểm",
        synonyms="so diem|diem danh gia|tong diem|diem trung binh|diem so|ket qua diem|score",
        how="Điểm từ 0 đến 100, dấu phẩy hay chấm thập phân. Bị từ chối nếu kém mức thấp nhất của hạng sao quá 5 điểm, "
        "hoặc đủ cho hạng cao hơn hai bậc.",
        example=82.5,
        read=certificates.score,
        write=write_plain,
        home=Home.CERTIFICATE,
        kept=Kept.POINTS,
        card=CardLine("Score", place=70, style=LineStyle.POINTS),
        correction=None,
        check=certificates.check_score,
    ),
    Field(
        name="potential_five",
        heading="Tiềm năng 5 sao",
        synonyms="tiem nang 5 sao|tiem nang|tiem nang nam sao|potential five|potential 5",
        how="Ghi “x” nếu là 4 sao tiềm năng 5 sao, nếu không thì bỏ trống.",
        example="",
        read=certificates.potential_five,
        write=write_mark,
        home=Home.CERTIFICATE,
        kept=Kept.FLAG,
        card=None,
        correction=None,
        complete=certificates.potential_of,
        check=certificates.check_potential,
        choices=("x",),
        only_choices=True,
    ),
    Field(
        name="decision",
        heading="Số quyết định",
        synonyms="so qd|qd|qd so|quyet dinh|quyet dinh so|qd cong nhan|so qd cong nhan|quyet dinh cong nhan"
        "|so quyet dinh cong nhan|so hieu quyet dinh|van ban cong nhan|decision",
        how="Số quyết định công nhận.",
        example="123/QĐ-UBND",
        read=certificates.decision,
        write=write_plain,
        home=Home.CERTIFICATE,
        kept=Kept.NUMBER,
        card=CardLine("Decision", place=30, always=True),
        correction=None,
        complete=certificates.number_of,
    ),
    Field(
        name="decided",
        heading="Ngày quyết định",
        synonyms="ngay qd|ngay ky|ngay cap|ngay ban hanh|ngay cong nhan|ngay quyet dinh cong nhan|ngay ky qd"
        "|ngay cap gcn|nam cong nhan|nam|nam dat|nam danh gia|thoi gian cong nhan|ngay thang nam"
        "|ngay thang cong nhan|decided",
        how="Ngày/tháng/năm. Chỉ biết tháng hay năm: 08/2024, 2024.",
        example="31/08/2024",
        read=day,
        write=write_day,
        home=Home.CERTIFICATE,
        kept=Kept.DAY,
        card=CardLine("Date of decision", place=50, style=LineStyle.DAY, always=True),
        correction=None,
        complete=certificates.day_of,
        check=certificates.check_decided,
        format=DAY_FORMAT,
    ),
    Field(
        name="issuer",
        heading="Cơ quan cấp",
        synonyms="noi cap|don vi cap|co quan cong nhan|co quan ban hanh|co quan ky|cap cong nhan|co quan quyet dinh"
        "|issuer",
        how="Cơ quan ký quyết định, ghi đúng như trong quyết định, kể cả cấp huyện trước 01/7/2025.",
        example="UBND tỉnh Bắc Ninh",
        read=partial(words_at_most, 200),
        write=write_plain,
        home=Home.CERTIFICATE,
        kept=Kept.TEXT,
        card=CardLine("Issued by", place=40, always=True),
        correction=None,
        complete=certificates.issuer_of,
        choices=ISSUERS,
    ),
    Field(
        name="certificate",
        heading="Số giấy chứng nhận",
        synonyms="so gcn|gcn|giay chung nhan|so chung nhan|so giay cn|ma so gcn|ma gcn|certificate",
        how="Số giấy chứng nhận, nếu có.",
        example="OCOP-04-0001",
        read=partial(words_at_most, 100),
        write=write_plain,
        home=Home.CERTIFICATE,
        kept=Kept.NUMBER,
        card=CardLine("Certificate number", place=20, always=True),
        correction=None,
        attribute="number",
    ),
    Field(
        name="expires",
        heading="Ngày hết hạn",
        synonyms="han|het han|han gcn|han su dung gcn|het hieu luc|ngay het hieu luc|hieu luc den|co gia tri den"
        "|gia tri den|ngay het han gcn|han giay chung nhan|thoi han|thoi han den|hieu luc|co hieu luc den|expires",
        how="Bỏ trống thì tính 36 tháng từ ngày quyết định.",
        example="31/08/2027",
        read=day,
        write=write_day,
        home=Home.CERTIFICATE,
        kept=Kept.DAY,
        card=CardLine("Valid until", place=60, style=LineStyle.END, always=True),
        correction=None,
        check=certificates.check_expiry,
        format=DAY_FORMAT,
    ),
    *EVENT_FIELDS,
    Field(
        name="gtins",
        heading="GTIN",
        synonyms="ma vach|ma so ma vach|barcode|ma gtin|ean|upc|ma so vat pham|gtins",
        how="Mã vạch 8, 12, 13 hoặc 14 số; cách nhau bằng dấu chấm phẩy. Giữ định dạng Văn bản.",
        example="",
        read=contacts.gtins,
        write=write_each,
        home=Home.PRODUCT,
        kept=Kept.BESIDE,
        card=CardLine("Barcode number (GTIN)", place=40, style=LineStyle.LIST),
        correction=None,
        soft=True,
        format=TEXT_FORMAT,
    ),
    Field(
        name="traces",
        heading="Mã truy xuất",
        synonyms="truy xuat|ma qr|qr|qr code|ma truy xuat nguon goc|truy xuat nguon goc|link truy xuat|tem truy xuat"
        "|ma txng|duong dan truy xuat|ma qr truy xuat|link qr|traces",
        how="Nội dung hay đường dẫn trong mã QR truy xuất, chép nguyên văn; cách nhau bằng dấu chấm phẩy hoặc xuống "
        "dòng.",
        example="",
        read=contacts.traces,
        write=contacts.links_text,
        home=Home.PRODUCT,
        kept=Kept.BESIDE,
        card=None,
        correction=None,
        soft=True,
        wide=True,
    ),
    Field(
        name="images",
        heading="Ảnh",
        synonyms="hinh anh|anh san pham|hinh|hinh anh san pham|duong dan anh|link anh|image|images",
        how="Đường dẫn ảnh (https://…) hoặc tên tệp ảnh.",
        example="",
        read=contacts.images,
        write=contacts.links_text,
        home=Home.PRODUCT,
        kept=Kept.LIST,
        card=None,
        correction=Correctable(contacts.picture_link, label="Picture (a web address)", wanted=True),
        soft=True,
    ),
    Field(
        name="source",
        heading="Nguồn",
        synonyms="nguon tin|nguon so lieu|nguon du lieu|nguon thong tin|source",
        how="Nơi lấy số liệu của dòng này.",
        example="Danh sách của Văn phòng điều phối nông thôn mới",
        read=partial(words_at_most, 1000),
        write=write_plain,
        home=Home.LINE,
        kept=Kept.BESIDE,
        card=None,
        correction=None,
        wide=True,
    ),
    Field(
        name="as_of",
        heading="Ngày ghi nhận",
        synonyms="ngay cap nhat|cap nhat|ngay cap nhat so lieu|tinh den|tinh den ngay|thoi diem|as of",
        how="Ngày ghi nhận số liệu. Hai dòng nói khác nhau thì dòng ghi nhận sau được tin.",
        example="01/12/2024",
        read=day,
        write=write_day,
        home=Home.LINE,
        kept=Kept.BESIDE,
        card=None,
        correction=None,
        check=certificates.check_recorded,
        format=DAY_FORMAT,
    ),
)

BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}
HEADINGS: Mapping[str, str] = {field.name: field.heading for field in FIELDS}
REQUIRED: Sequence[str] = tuple(field.name for field in FIELDS if field.needed)
CORRECTABLE: Mapping[str, Correctable] = {field.name: field.correction for field in FIELDS if field.correction}


def fields_of(home: Home) -> tuple[Field, ...]:
    """The fields of *home*, in the order of the columns."""
    return tuple(field for field in FIELDS if field.home is home)


def card_lines(home: Home) -> tuple[tuple[Field, CardLine], ...]:
    """The fields of *home* that have a line on the card, in the order of the lines."""
    lines = [(field, field.card) for field in fields_of(home) if field.card]
    return tuple(sorted(lines, key=lambda pair: pair[1].place))


def field_sought(sought: Sought) -> Field | None:
    """The field that answers this condition of a search."""
    return next((field for field in FIELDS if field.sought is sought), None)


def make_row(values: Mapping[str, Any], *, line: int = 0) -> ProductRow:
    """The row that has *values*, some of which are details."""
    details = {name: value for name, value in values.items() if BY_NAME[name].is_detail and value}
    own = {name: value for name, value in values.items() if not BY_NAME[name].is_detail}
    return ProductRow(**{"name": "", "producer": "", **own}, details=details, line=line)


def words_over(fields: Iterable[Field]) -> dict[str, str]:
    """Which field each documented heading and synonym stands over. Raises ValueError for one that stands over two."""
    found: dict[str, str] = {}
    for field in fields:
        for words in {fold(field.heading), *field.synonyms.split("|")}:
            if words != fold(words) or found.setdefault(words, field.name) != field.name:
                raise ValueError(f"{words!r} is no folded heading of {field.name} alone")
    return found


WORDS_OVER: Mapping[str, str] = words_over(FIELDS)
"""Folded headings and synonyms, and the field that each stands over."""
