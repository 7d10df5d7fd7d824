"""The commune's report: what is said stands on it, what is not is left open for a pen."""

import pytest

from catalog import paper
from catalog.commune_report import CRITERION_WORDS, CommuneReport, Criterion, CriterionFinding
from catalog.dates import PartialDate

OPEN = CommuneReport("Xã Ninh Xá", "Nem Bùi", "HTX Nem")
FULL = CommuneReport(
    "Phường Từ Sơn",
    "Bánh phu thê",
    "HTX Bánh",
    "Đình Bảng",
    number="12",
    day=PartialDate(2026, 11, 20),
    findings={each: CriterionFinding(f"Đạt {each}", 2.5) for each in Criterion},
    taking_part=("Phòng Kinh tế", "Hội Nông dân"),
    stars=4,
    signer="Nguyễn Văn A",
)


def test_it_is_whole_once_each_criterion_has_words_and_points() -> None:
    assert (FULL.missing, FULL.total) == ((), 10.0)
    assert (OPEN.missing, OPEN.total) == (tuple(Criterion), None)
    part = CommuneReport(
        "Xã", "Nem", "HTX", findings={Criterion.IDEA: CriterionFinding("x"), Criterion.LABOUR: CriterionFinding("y", 0)}
    )
    assert part.missing == (Criterion.ORIGIN, Criterion.IDEA, Criterion.IDENTITY)
    assert part.total is None


def test_the_four_criteria_stand_in_their_order() -> None:
    assert [row[1] for row in paper.rows(FULL)[1:-1]] == list(CRITERION_WORDS.values())
    assert [row[3] for row in paper.rows(FULL)] == ["Điểm", "2,5", "2,5", "2,5", "2,5", "10"]
    assert [row[3] for row in paper.rows(OPEN)[1:]] == ["……"] * 5


def test_what_it_says_and_leaves_open() -> None:
    said, left = (" ".join([*paper.paragraphs(each), *paper.conclusion(each)]) for each in (FULL, OPEN))
    assert "Ủy ban nhân dân phường Từ Sơn báo cáo" in said
    assert "Phòng Kinh tế; Hội Nông dân" in said
    assert "đề nghị Ủy ban nhân dân tỉnh Bắc Ninh" in said
    assert ", hạng 4 sao." in said
    assert "1489/QĐ-TTg ngày 06/7/2025" in left
    assert "Địa chỉ: ……" in left
    assert "sao" not in left
    assert "xã/phường ……" in " ".join(paper.paragraphs(CommuneReport("", "Nem", "HTX")))


@pytest.mark.parametrize("report", [OPEN, FULL, CommuneReport("", "🥮", "x" * 400)], ids=["open", "full", "odd"])
def test_it_is_a_page_with_its_letters_and_the_same_each_time(report: CommuneReport) -> None:
    pdf = paper.draw_commune_report(report)
    assert pdf.startswith(b"%PDF-")
    assert b"/FontFile2" in pdf
    assert pdf == paper.draw_commune_report(report)


@pytest.mark.parametrize("report", [OPEN, FULL], ids=["open", "full"])
def test_what_is_usual_fits_on_one_page(report: CommuneReport) -> None:
    assert b"/Count 1" in paper.draw_commune_report(report)
