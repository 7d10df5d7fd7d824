"""The template and the export: what they hold, and that they read back."""

import string
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from catalog.cells import content
from catalog.cells.content import resolve_ditto
from catalog.cells.events import REASON_WORDS, STATUS_WORDS
from catalog.cells.problems import CellRefused
from catalog.cells.vocabulary import GROUPS
from catalog.codes.gtin import check_digit
from catalog.dates import PartialDate
from catalog.fields import BY_NAME, FIELDS
from catalog.list_io import HEADINGS, legacy, made_id, open_sheet
from catalog.list_io.export import write_list, write_template
from catalog.model import ProducerKind, ProductRow

TODAY = date(2026, 11, 24)
SHEET_ALPHABET = st.characters(codec="utf-8", exclude_categories=("Cs", "Cn", "Co"))
PHONES = ("+84912345678", "+842223822333", "+84992518497", "19001234", "1800588890", "+16502530000", "+841900123456")


def taken(text: str) -> bool:
    """True for a text that the importer would leave as it is."""
    try:
        unicode = legacy.modern(text) == (text, "") and resolve_ditto(text, "above") == text
    except CellRefused:
        return False
    return unicode and content.words(text) == text != ""


def texts(longest: int):
    plain = st.text(st.sampled_from("aăâđêôơư=+-@'#\"`,|/ ềữ0123456789"), min_size=1, max_size=longest)
    return (st.text(SHEET_ALPHABET, min_size=1, max_size=longest) | plain).map(content.tidy).filter(taken)


def one_of_a_list(text: str) -> bool:
    return ";" not in text


days = st.builds(PartialDate, st.integers(2018, 2025), st.integers(1, 12), st.integers(1, 28)) | st.builds(
    PartialDate, st.integers(2018, 2025), st.integers(0, 12)
)
gtins = st.text(string.digits[1:], min_size=12, max_size=12).map(lambda digits: digits + check_digit(digits))
ids = texts(64).filter(lambda text: not text.casefold().startswith("v"))


def lists(values, most=3):
    return st.lists(values, max_size=most, unique=True).map(tuple)


@st.composite
def product_rows(draw):
    stars, potential = draw(st.sampled_from([(None, False), (2, False), (3, False), (4, False), (4, True), (5, False)]))
    decided = draw(st.none() | days)
    return ProductRow(
        id=draw(st.just("") | ids),
        name=draw(texts(200)),
        producer=draw(texts(200)),
        aliases=draw(lists(texts(30).filter(one_of_a_list))),
        group=draw(st.just("") | texts(40)),
        producer_kind=draw(st.sampled_from(ProducerKind)),
        address=draw(st.just("") | texts(40)),
        commune=draw(st.just("") | texts(40)),
        phones=draw(lists(st.sampled_from(PHONES[:-1]), most=2)),
        email=draw(st.sampled_from(["", "a.b+c@example.vn"])),
        website=draw(st.sampled_from(["", "https://example.vn/a?b=;c"])),
        buy="; ".join(draw(lists(texts(30).filter(one_of_a_list)))),
        stars=stars,
        potential_five=potential,
        score=draw(st.none() | st.floats(90, 100)) if stars in (None, 5) else None,
        decision=draw(st.just("") | st.integers(1, 9999).map("{}/QĐ-UBND".format)),
        decided=decided,
        issuer=draw(st.just("") | texts(40)),
        certificate=draw(st.just("") | texts(40)) if stars != 2 else "",
        expires=decided.plus_months(36) if decided else None,
        gtins=draw(lists(gtins)),
        traces=draw(lists(texts(30))),
        images=draw(lists(st.sampled_from(["https://a.vn/x;y=1.png", "anh/nem.jpg", "https://a.vn/2.png"]))),
        source=draw(st.just("") | texts(40)),
        as_of=draw(st.none() | days),
        **draw(decisions(decided)),
    )


def decisions(decided):
    """What was decided about a certificate since, as the cells of its line; often nothing."""
    if decided is None:
        return st.just({})
    day = st.just(decided.plus_months(6))
    return st.just({}) | st.fixed_dictionaries(
        {
            "status": st.sampled_from(list(STATUS_WORDS)),
            "act": st.just("") | st.integers(1, 9999).map("{}/QĐ-UBND".format),
            "act_decided": day,
            "act_issuer": st.sampled_from(["", "UBND tỉnh Bắc Ninh", "=1+1"]),
            "effective": st.none() | day,
            "reason": st.sampled_from(["", *REASON_WORDS.values(), "Chủ thể tự xin thôi"]),
            "act_source": st.sampled_from(["", "Cổng của tỉnh", "Báo (ghi nhận 03/2025)"]),
        }
    )


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(product_rows(), max_size=4, unique_by=lambda row: row.id or row.name))
def test_an_exported_list_reads_back_as_it_was(tmp_path, ending, rows):
    path = tmp_path / f"list.{ending}"
    assert write_list(path, iter(rows)) == len(rows)
    again = open_sheet(path, today=TODAY)
    assert again.found == tuple(HEADINGS.values())
    assert again.unknown == ()
    assert [replace(row, line=0) for row in again] == rows


def test_formulas_are_written_as_text(tmp_path):
    row = ProductRow(name='=HYPERLINK("http://evil.vn")', producer="@SUM(A1)", address="#N/A!", buy="+1")
    write_list(tmp_path / "list.xlsx", [row])
    written = load_workbook(tmp_path / "list.xlsx").worksheets[0]
    assert {cell.data_type for cell in written[2] if cell.value is not None} == {"s"}
    write_list(tmp_path / "list.csv", [row])
    lines = (tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()
    assert '"\'=HYPERLINK(""http://evil.vn"")"' in lines[1]
    assert "'@SUM(A1)" in lines[1]
    assert "'+1" in lines[1]


def test_numbers_that_spreadsheets_spoil_are_written_safely(tmp_path):
    row = ProductRow(name="Nem", producer="HTX", phones=("+84912345678", "19001234"), gtins=("8930000000002",))
    write_list(tmp_path / "list.csv", [row])
    assert "0912 345 678; 1900 1234" in (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
    write_list(tmp_path / "list.xlsx", [row])
    page = load_workbook(tmp_path / "list.xlsx").worksheets[0]
    gtin = page.cell(2, tuple(HEADINGS).index("gtins") + 1)
    assert (gtin.value, gtin.number_format) == ("8930000000002", "@")


def test_the_template_has_the_documented_headings_choices_and_an_example(tmp_path):
    path = tmp_path / "template.xlsx"
    write_template(path)
    book = load_workbook(path)
    page, guide, choices = book.worksheets
    headings = [cell.value for cell in page[1]]
    assert headings[:5] == ["Mã", "Tên sản phẩm*", "Tên gọi khác", "Nhóm sản phẩm", "Chủ thể*"]
    assert [heading.rstrip("*") for heading in headings] == list(HEADINGS.values())
    letter = {field.name: get_column_letter(place) for place, field in enumerate(FIELDS, 1)}
    assert page["B1"].fill.fgColor.rgb != page["A1"].fill.fgColor.rgb
    assert {page.column_dimensions[letter[name]].number_format for name in ("id", "gtins", "phones")} == {"@"}
    assert {str(offered.sqref) for offered in page.data_validations.dataValidation} == {
        f"{letter[name]}2:{letter[name]}2000"
        for name in ("group", "producer_kind", "stars", "potential_five", "issuer", "status", "reason")
    }
    assert [cell.value for cell in choices["A"] if cell.value][1:] == list(GROUPS)
    told = {guide.cell(line, 1).value for line in range(1, guide.max_row + 1)}
    assert told >= set(HEADINGS.values())


def test_the_template_imports_nothing_until_it_is_filled_in(tmp_path):
    path = tmp_path / "template.xlsx"
    write_template(path)
    assert list(open_sheet(path, today=TODAY)) == []
    book = load_workbook(path)
    page = book.worksheets[0]
    page.cell(2, 1).value = None
    book.save(path)
    (row,) = open_sheet(path, today=TODAY)
    assert (row.line, row.name, row.stars, row.score) == (2, BY_NAME["name"].example, 4, 82.5)
    assert row.phones == ("+842223123456", "+84912345678")
    assert made_id(row.name, row.producer).startswith("banh-phu-the-dinh-bang")
