"""What an officer's list tells of certificates that were annulled, withdrawn, renamed or given back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from catalog.cells.events import event_in, reason, reason_in, status
from catalog.cells.problems import BadLine, CellRefused
from catalog.dates import PartialDate
from catalog.list_io import open_sheet
from catalog.list_io.export import rows_of, write_list
from catalog.model import Certificate, CertificateEvent, EventKind, Producer, Product, ProductRow, Reason, Source

TODAY = date(2026, 11, 27)
HEADINGS = "Mã,Tên sản phẩm,Chủ thể,Hạng sao,Số QĐ,Ngày QĐ,Trạng thái,Quyết định thu hồi,Ngày thu hồi,Lý do"


def read(tmp_path: Path, *lines: str, headings: str = HEADINGS) -> tuple[list[ProductRow | BadLine], list[BadLine]]:
    path = tmp_path / "list.csv"
    path.write_text("".join(f"{line}\n" for line in (headings, *lines)), encoding="utf-8")
    sheet = open_sheet(path, today=TODAY)
    return list(sheet), sheet.noticed.doubtful


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Thu hồi", EventKind.WITHDRAWN),
        ("đã bị thu hồi", EventKind.WITHDRAWN),
        ("THU HỒI do không tham gia đánh giá lại", EventKind.WITHDRAWN),
        ("Bị rút giấy chứng nhận", EventKind.WITHDRAWN),
        ("Hết hạn, đã thu hồi", EventKind.WITHDRAWN),
        ("Hủy công nhận", EventKind.ANNULLED),
        ("huỷ bỏ kết quả công nhận", EventKind.ANNULLED),
        ("Hủy quyết định thu hồi", EventKind.REINSTATED),
        ("Khôi phục", EventKind.REINSTATED),
        ("Đổi tên sản phẩm", EventKind.RENAMED),
        ("Còn hiệu lực", None),
        ("Còn hạn (chưa thu hồi)", None),
        ("Đã hết hạn", None),
        ("Công nhận lại", None),
        ("", None),
        ("-", None),
    ],
)
def test_a_state_is_read_however_it_is_written(words: str, kind: EventKind | None) -> None:
    assert status(words) is kind


@pytest.mark.parametrize("words", ["đề nghị thu hồi", "dự kiến hủy", "xem xét thu hồi", "tốt", "A"])
def test_what_is_not_decided_is_no_state(words: str) -> None:
    with pytest.raises(CellRefused, match="trạng thái"):
        status(words)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Không tham gia đánh giá lại", Reason.NOT_RE_EVALUATED),
        ("Hết hạn nhưng chưa đăng ký đánh giá, phân hạng lại", Reason.NOT_RE_EVALUATED),
        ("Đánh giá lại không đạt", Reason.FAILED_RE_EVALUATION),
        ("không thực hiện đúng quy trình đã công bố", Reason.PROCESS_NOT_FOLLOWED),
        ("Chất lượng, mẫu mã không đúng như sản phẩm được chứng nhận", Reason.NOT_AS_CERTIFIED),
        ("Không có hồ sơ quản lý chất lượng, truy xuất nguồn gốc", Reason.NO_RECORDS),
        ("Cơ sở ngừng sản xuất", Reason.PRODUCTION_STOPPED),
        ("Bị xử phạt vi phạm ATTP", Reason.FOOD_SAFETY),
        ("production-stopped", Reason.PRODUCTION_STOPPED),
        ("Chủ thể tự xin thôi", None),
    ],
)
def test_a_reason_has_its_code(words: str, code: Reason | None) -> None:
    assert reason_in(words) is code
    assert reason_in(reason(words)) is code


def test_a_line_tells_what_was_decided_when_and_why(tmp_path: Path) -> None:
    lines = "a,Nem,HTX,4,12/QĐ-UBND,20/12/2024,Thu hồi,QĐ số 55/QĐ-UBND ngày 2/11/2026 của UBND tỉnh,,ngừng sản xuất"
    (row,), doubtful = read(tmp_path, lines)
    assert not doubtful
    assert isinstance(row, ProductRow)
    assert event_in(row) == CertificateEvent(
        EventKind.WITHDRAWN, "55/QĐ-UBND", PartialDate(2026, 11, 2), "UBND tỉnh", Reason.PRODUCTION_STOPPED
    )
    assert row.decision == "12/QĐ-UBND"


def test_a_decision_of_withdrawal_alone_is_one(tmp_path: Path) -> None:
    for state in ("", "Còn hiệu lực", "không rõ là gì"):
        (row,), _ = read(tmp_path, f"a,Nem,HTX,4,12/QĐ-UBND,20/12/2024,{state},55/QĐ-UBND,02/11/2026,")
        assert isinstance(row, ProductRow)
        assert row.status is EventKind.WITHDRAWN


def test_a_state_that_says_nothing_leaves_the_line_as_it_was(tmp_path: Path) -> None:
    (row,), doubtful = read(tmp_path, "a,Nem,HTX,4,12/QĐ-UBND,20/12/2024,Đang bán chạy,,,")
    assert isinstance(row, ProductRow)
    assert event_in(row) is None
    assert [problem.column for line in doubtful for problem in line] == ["Trạng thái"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a,Nem,HTX,4,12/QĐ-UBND,20/12/2024,Thu hồi,55/QĐ-UBND,02/12/2026,", "tương lai"),
        ("a,Nem,HTX,4,12/QĐ-UBND,20/12/2024,Thu hồi,55/QĐ-UBND,02/11/2017,", "trước"),
        ("a,Nem,HTX,4,12/QĐ-UBND,20/12/2024,Thu hồi,55/QĐ-UBND,02/11/2023,", "có trước"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    """Without its day a withdrawal would count at once: that is no cell to be left out."""
    (bad,), _ = read(tmp_path, line)
    assert isinstance(bad, BadLine)
    assert said in bad.problems[0].reason


def test_of_which_certificate_must_be_said(tmp_path: Path) -> None:
    (row,), doubtful = read(tmp_path, "a,Nem,HTX,,,,Thu hồi,,,")
    assert isinstance(row, ProductRow)
    assert row.status is None
    assert "giấy chứng nhận nào" in doubtful[0].problems[0].reason


def test_below_a_title_of_withdrawn_ones_a_line_with_its_state_is_taken(tmp_path: Path) -> None:
    rows, _ = read(
        tmp_path,
        "a,Nem,HTX,4,12/QĐ-UBND,20/12/2024,,,,",
        "II,SẢN PHẨM BỊ THU HỒI,,,,,,,,",
        "b,Bún,HTX,4,13/QĐ-UBND,20/12/2024,Thu hồi,55/QĐ-UBND,02/11/2026,",
        "c,Miến,HTX,4,14/QĐ-UBND,20/12/2024,,,,",
    )
    assert [isinstance(row, ProductRow) for row in rows] == [True, True, False]
    assert isinstance(rows[2], BadLine)
    assert "cột “Trạng thái”" in rows[2].problems[0].reason


def test_several_decisions_are_several_lines_and_read_back(tmp_path: Path) -> None:
    source, paper = Source("Sở", PartialDate(2025, 3)), Source("Báo", PartialDate(2026, 11, 20))
    first = CertificateEvent(EventKind.WITHDRAWN, "55/QĐ-UBND", PartialDate(2026, 1, 5), "UBND tỉnh", source=source)
    second = CertificateEvent(
        EventKind.REINSTATED,
        "60/QĐ-UBND",
        PartialDate(2026, 2, 5),
        reason=Reason.OTHER,
        note="Đã khắc phục",
        source=paper,
    )
    held = Certificate(stars=4, decided=PartialDate(2024, 12, 20), source=source, events=(first, second))
    rows = list(rows_of(Product("sp", "Nem", Producer("m", "HTX"), certificates=(held,))))
    assert [event_in(row) for row in rows] == [first, second]
    for ending in ("csv", "xlsx"):
        write_list(tmp_path / f"again.{ending}", rows)
        again = [row for row in open_sheet(tmp_path / f"again.{ending}", today=TODAY) if isinstance(row, ProductRow)]
        assert [replace(row, line=0) for row in again] == rows
        assert [event_in(row) for row in again] == [first, second]


@pytest.mark.parametrize(
    "title",
    [
        "DANH SÁCH SẢN PHẨM OCOP BỊ THU HỒI GIẤY CHỨNG NHẬN",
        "Danh sách sản phẩm hủy bỏ kết quả công nhận (kèm theo Quyết định 56/QĐ-UBND)",
    ],
)
def test_a_whole_list_of_withdrawn_ones_makes_no_star_valid(tmp_path: Path, title: str) -> None:
    """Who forgets the state on its lines is told so: without it each would be imported as recognised."""
    path = tmp_path / "list.csv"
    lines = [
        "UBND TỈNH BẮC NINH,,,,,,,,,",
        f'"{title}",,,,,,,,,',
        HEADINGS,
        "I,Thực phẩm,,,,,,,,",
        "a,Nem,HTX,4,12/QĐ-UBND,20/12/2024,,,,ngừng sản xuất",
        "b,Bún,HTX,4,13/QĐ-UBND,20/12/2024,Thu hồi,,02/11/2026,",
        "c,Miến,HTX,4,14/QĐ-UBND,20/12/2024,,55/QĐ-UBND,02/11/2026,",
    ]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    bad, withdrawn, decided = open_sheet(path, today=TODAY)
    assert isinstance(bad, BadLine)
    assert "cột “Trạng thái”" in bad.problems[0].reason
    assert [row.status for row in (withdrawn, decided) if isinstance(row, ProductRow)] == [EventKind.WITHDRAWN] * 2


def test_a_workbook_of_withdrawn_ones_alone_makes_no_star_valid_either(tmp_path: Path) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Thu hồi 2026"
    page.append(HEADINGS.split(","))
    page.append(["a", "Nem", "HTX", 4, "12/QĐ-UBND", "20/12/2024"])
    book.save(tmp_path / "list.xlsx")
    (bad,) = open_sheet(tmp_path / "list.xlsx", today=TODAY)
    assert isinstance(bad, BadLine)


def test_a_heading_about_withdrawals_is_no_such_title(tmp_path: Path) -> None:
    (row,), _ = read(tmp_path, "a,Nem,HTX,4,12/QĐ-UBND,20/12/2024,,,,")
    assert isinstance(row, ProductRow)


@pytest.mark.parametrize("state", ["x", "bị rút", "đình chỉ", "bãi bỏ", "đã xử lý"])
def test_below_such_a_title_a_state_that_cannot_be_read_makes_no_star_valid(tmp_path: Path, state: str) -> None:
    """Elsewhere it would cost only its own cell; here the product would be taken as recognised."""
    rows, doubtful = read(
        tmp_path,
        "II,SẢN PHẨM BỊ THU HỒI,,,,,,,,",
        f"b,Bún,HTX,4,13/QĐ-UBND,20/12/2024,{state},,,",
        f"c,Miến,HTX,4,14/QĐ-UBND,20/12/2024,{state},55/QĐ-UBND,02/11/2026,",
    )
    bad, decided = rows
    assert isinstance(bad, BadLine)
    assert {problem.column for problem in bad.problems} == {"Tên sản phẩm", "Trạng thái"}
    assert isinstance(decided, ProductRow)
    assert decided.status is EventKind.WITHDRAWN
    assert len(doubtful) == 1
