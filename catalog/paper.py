"""Papers that an office signs, drawn as A4 pages in PDF, with their letters inside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from catalog.commune_report import CRITERION_WORDS, CommuneReport, Criterion
from catalog.label.typeface import BOLD, REGULAR, legible

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT = "BeVietnamPro"
_MARGINS = (30.0, 20.0, 15.0)
"""Left, top and right, as Decree 30/2020/NĐ-CP asks of papers of the administration (in mm)."""

_SIZE, _LINE = 12.0, 6.2
_OPEN = "………………………………………………………………………"
_SHORT = "……"


def draw_commune_report(report: CommuneReport) -> bytes:
    """Draw *report*; what is not said is left open for a pen. The same report makes the same file."""
    page = _begin(f"Báo cáo đánh giá OCOP: {report.product}", report)
    _letterhead(page, report)
    _title(
        page, "BÁO CÁO", "Kết quả đánh giá các tiêu chí do Ủy ban nhân dân cấp xã chấm điểm,\nsản phẩm tham gia OCOP"
    )
    for paragraph in paragraphs(report):
        _paragraph(page, paragraph)
    _table(page, rows(report))
    for paragraph in conclusion(report):
        _paragraph(page, paragraph)
    _signature(page, report)
    return bytes(page.output())


def paragraphs(report: CommuneReport) -> Iterator[str]:
    """What stands before the criteria."""
    yield (
        "Căn cứ Quyết định số 148/QĐ-TTg ngày 24/02/2023 và Quyết định số 1489/QĐ-TTg ngày 06/7/2025 của Thủ tướng "
        "Chính phủ về Bộ tiêu chí và quy trình đánh giá, phân hạng sản phẩm OCOP, Ủy ban nhân dân "
        f"{_office(report)} báo cáo kết quả đánh giá như sau:"
    )
    yield f"1. Sản phẩm: {report.product}"
    yield f"2. Chủ thể: {report.producer}"
    yield f"3. Địa chỉ: {report.address or _OPEN}"
    yield f"4. Thành phần dự họp: {'; '.join(report.taking_part) or _OPEN}"
    yield "5. Kết quả theo từng tiêu chí:"


def rows(report: CommuneReport) -> list[tuple[str, str, str, str]]:
    """The table of the criteria: number, criterion, what was found, points."""
    found = [("STT", "Tiêu chí", "Nhận xét, minh chứng", "Điểm")]
    for place, criterion in enumerate(Criterion, 1):
        finding = report.finding(criterion)
        points = _SHORT if finding.points is None else _points(finding.points)
        found.append((str(place), CRITERION_WORDS[criterion], finding.said or "\n\n", points))
    return [*found, ("", "Cộng", "", _SHORT if report.total is None else _points(report.total))]


def conclusion(report: CommuneReport) -> Iterator[str]:
    """What the commune asks of the province."""
    rank = f", hạng {report.stars} sao" if report.stars else ""
    yield (
        f"6. Ủy ban nhân dân {_office(report)} đề nghị Ủy ban nhân dân {report.province} xem xét, đánh giá, "
        f"phân hạng sản phẩm nêu trên{rank}."
    )


def _points(points: float) -> str:
    return f"{points:g}".replace(".", ",")


def _office(report: CommuneReport) -> str:
    """The commune as it stands within a sentence: "phường Từ Sơn"."""
    return report.commune[:1].lower() + report.commune[1:] if report.commune else f"xã/phường {_SHORT}"


def _begin(title: str, report: CommuneReport) -> "FPDF":
    return _open_page(title, report.day.earliest if report.day else date(2025, 7, 6))


def _open_page(title: str, made: date) -> "FPDF":
    from fpdf import FPDF  # noqa: PLC0415 - only where a PDF is drawn

    page = FPDF(unit="mm", format="A4")
    left, top, right = _MARGINS
    page.set_margins(left, top, right)
    page.set_auto_page_break(True, margin=top)
    page.set_title(legible(title))
    page.set_lang("vi")
    page.set_creation_date(datetime(made.year, made.month, made.day, tzinfo=UTC))
    page.add_font(_FONT, fname=REGULAR)
    page.add_font(_FONT, style="B", fname=BOLD)
    page.add_page()
    page.set_font(_FONT, size=_SIZE)
    return page


def _letterhead(page: "FPDF", report: CommuneReport) -> None:
    """The office on the left, the country on the right."""
    place = report.commune.partition(" ")[2] or report.commune or _SHORT
    day = report.day
    parts = (str(part) if part else _SHORT for part in ((day.day, day.month, day.year) if day else (0, 0, 0)))
    dated = "{}, ngày {} tháng {} năm {}".format(place, *parts)
    lines = (
        ("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "B"),
        (_office(report).upper(), "Độc lập - Tự do - Hạnh phúc", "B"),
        (f"Số: {report.number or _SHORT}/BC-UBND", dated, ""),
    )
    width = page.epw
    for left, right, style in lines:
        page.set_font(_FONT, style=style, size=10.5)
        page.cell(width * 0.4, 6, legible(left), align="C")
        page.cell(width * 0.6, 6, legible(right), align="C", new_x="LMARGIN", new_y="NEXT")
    page.ln(6)


def _title(page: "FPDF", title: str, about: str) -> None:
    for words, size in ((title, 15.0), (about, 12.0)):
        page.set_font(_FONT, style="B", size=size)
        page.multi_cell(0, 7, words, align="C", new_x="LMARGIN", new_y="NEXT")
    page.ln(3)


def _paragraph(page: "FPDF", words: str) -> None:
    page.set_font(_FONT, size=_SIZE)
    page.multi_cell(0, _LINE, "\n".join(map(legible, words.split("\n"))), align="L", new_x="LMARGIN", new_y="NEXT")
    page.ln(1)


def _table(page: "FPDF", cells: Sequence[Sequence[str]]) -> None:
    page.set_font(_FONT, size=11)
    aligned = ("CENTER", "LEFT", "LEFT", "CENTER")
    with page.table(
        col_widths=(8, 32, 48, 12), align="LEFT", text_align=aligned, line_height=_LINE, padding=1
    ) as table:
        for row in cells:
            table.row([_OPENED if cell.isspace() else legible(cell) for cell in row])
    page.ln(4)


_OPENED = "\n\n"


def _signature(page: "FPDF", report: CommuneReport) -> None:
    if page.will_page_break(36):
        page.add_page()
    for words, style in (
        ("TM. ỦY BAN NHÂN DÂN", "B"),
        ("CHỦ TỊCH", "B"),
        ("", ""),
        ("", ""),
        ("", ""),
        (report.signer, "B"),
    ):
        page.set_font(_FONT, style=style, size=_SIZE)
        page.set_x(page.l_margin + page.epw / 2)
        page.cell(page.epw / 2, 6, legible(words), align="C", new_x="LMARGIN", new_y="NEXT")


@dataclass(frozen=True, slots=True)
class Memorandum:
    """What a buyer and a producer mean to do, as far as both said it; what is "" is left open for a pen."""

    number: int
    day: date
    buyer: str
    buyer_phone: str
    producer: str
    producer_address: str
    producer_phone: str
    product: str
    volume: str = ""
    months: str = ""
    packing: str = ""
    price: str = ""
    place: str = ""


def draw_memorandum(agreed: Memorandum) -> bytes:
    """Draw *agreed* as a draft that both sign; the same makes the same file."""
    page = _open_page(f"Biên bản ghi nhớ số {agreed.number}", agreed.day)
    for words, style in (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "B"), ("Độc lập - Tự do - Hạnh phúc", "B")):
        page.set_font(_FONT, style=style, size=11)
        page.cell(0, 6, words, align="C", new_x="LMARGIN", new_y="NEXT")
    page.ln(5)
    _title(page, "BIÊN BẢN GHI NHỚ", f"Về việc mua bán sản phẩm (dự thảo số {agreed.number})")
    for paragraph in memorandum_paragraphs(agreed):
        _paragraph(page, paragraph)
    if page.will_page_break(40):
        page.add_page()
    page.ln(4)
    for line in (("ĐẠI DIỆN BÊN MUA", "ĐẠI DIỆN BÊN BÁN"), ("(Ký, ghi rõ họ tên)", "(Ký, ghi rõ họ tên)")):
        page.set_font(_FONT, style="B" if line[0].isupper() else "", size=11)
        page.cell(page.epw / 2, 6, line[0], align="C")
        page.cell(page.epw / 2, 6, line[1], align="C", new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())


def memorandum_paragraphs(agreed: Memorandum) -> Iterator[str]:
    """What the paper says."""
    yield f"Hôm nay, ngày {_SHORT} tháng {_SHORT} năm {_SHORT}, tại {_OPEN[:40]}, hai bên gồm:"
    yield f"Bên mua: {agreed.buyer or _OPEN}"
    yield f"Điện thoại: {agreed.buyer_phone or _OPEN}"
    yield f"Bên bán: {agreed.producer}"
    yield f"Địa chỉ: {agreed.producer_address or _OPEN}"
    yield f"Điện thoại: {agreed.producer_phone or _OPEN}"
    yield "Hai bên ghi nhớ các nội dung sau:"
    yield f"1. Sản phẩm: {agreed.product}"
    yield f"2. Khối lượng, số lượng: {agreed.volume or _OPEN}"
    yield f"3. Thời gian giao nhận: {agreed.months or _OPEN}"
    yield f"4. Quy cách đóng gói: {agreed.packing or _OPEN}"
    yield f"5. Mức giá bên mua mong muốn: {agreed.price or _OPEN}; giá hai bên thống nhất: {_OPEN[:40]}"
    yield f"6. Nơi giao nhận, vận chuyển: {agreed.place or _OPEN}"
    yield f"7. Thanh toán: {_OPEN}"
    yield f"8. Thỏa thuận khác: {_OPEN}"
    yield (
        "Biên bản này ghi lại ý định của hai bên, chưa phải là hợp đồng mua bán. Các nội dung trên lấy từ những gì "
        "hai bên đã khai; hai bên đọc lại, sửa cho đúng rồi mới ký."
    )
