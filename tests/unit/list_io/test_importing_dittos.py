"""What officers write for "as above": taken from above, refused, or only alike."""

import pytest

from catalog.cells.content import is_ditto
from catalog.dates import PartialDate
from catalog.list_io import BadLine
from tests.unit.list_io.conftest import HEAD

DITTOS = (
    *(
        "nt",
        "-nt-",
        "(nt)",
        "Nt.",
        "N.T",
        "n/t",
        '"',
        "''",
        '" "',
        '-"-',
        "〃",
        "//",
        "- // -",
        ",,",
        "”",
        "″",
        "như trên",
    ),
    *("Như trên", "(như trên)", "nhu tren", "-như trên-", "như dòng trên", "cùng trên", "tương tự", "ditto", "idem"),
)


@pytest.mark.parametrize("mark", DITTOS)
def test_as_above_takes_the_value_above(read, mark):
    rows = ["1", "Nem", "HTX Thử", "0912345678", "3 sao", "12/QĐ-UBND", "01/02/2024"]
    first, second, third = read(HEAD, rows, ["2", "Giò", *[mark] * 5], ["3", "Chả", *[mark] * 4, "02/02/2024"])
    said = ("HTX Thử", ("+84912345678",), 3, "12/QĐ-UBND")
    assert (second.producer, second.phones, second.stars, second.decision) == said
    assert (third.producer, third.phones, third.stars, third.decision) == said
    assert (first.decided, second.decided, third.decided) == (
        PartialDate(2024, 2, 1),
        PartialDate(2024, 2, 1),
        PartialDate(2024, 2, 2),
    )


@pytest.mark.parametrize(
    "text", ["", "-", "—", "Nem", "Đỏ", "Độ", "ntn", "Trên đồi", "'", "1//2", "Tương tự như nem chua"]
)
def test_what_is_no_ditto(text):
    assert not is_ditto(text)


@pytest.mark.parametrize("mark", ["nt", "như STT 3", "Xã -nt-", "HTX như trên"])
def test_as_above_without_a_value_above_is_refused(read, mark):
    (line,) = read(HEAD, ["1", "Nem", mark])
    assert isinstance(line, BadLine)
    assert [problem.column for problem in line] == ["Chủ thể"]
    assert "như trên" in line.problems[0].reason
    blank, below = read(HEAD, ["1", "Nem", "HTX", "", "3 sao"], ["2", "Giò", "nt", "nt", "nt"])
    assert (below.producer, below.phones, below.stars) == ("HTX", (), 3)
    assert blank.phones == ()


@pytest.mark.parametrize(
    "mark",
    ["nhƣ trên", "nt nt", "như sp trên", "đã nêu trên", "^", "〟", "«", "‘‘", "``", '"/"', "=//=", "‟", '… " …', "ʺ"],
)
def test_rarer_ditto_marks(read, mark):
    first, second = read(HEAD, ["1", "Nem", "HTX Thử", "", "3", "", ""], ["2", "Giò", mark, "", "4", "", ""])
    assert (first.producer, second.producer) == ("HTX Thử", "HTX Thử")


@pytest.mark.parametrize("mixed", ["HTX nt", "nt (xã Thử)", "Như 1", "Thôn 2, nt", "nt, thôn 4"])
def test_as_above_among_other_words_is_never_a_name(read, mixed):
    _, line = read(HEAD, ["1", "Nem", "HTX Thử", "", "3", "", ""], ["2", "Giò", mixed, "", "4", "", ""])
    assert isinstance(line, BadLine)


@pytest.mark.parametrize("name", ["HTX Nông thôn", "Cơ sở N.T.T", "Hộ Như Ý", "Công ty cổ phần NT Foods", "Nem “Bùi”"])
def test_names_that_only_look_like_ditto_stay(read, name):
    _, line = read(HEAD, ["1", "Nem", "HTX Thử", "", "3", "", ""], ["2", "Giò", name, "", "4", "", ""])
    assert line.producer == name
