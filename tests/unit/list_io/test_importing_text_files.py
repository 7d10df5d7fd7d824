"""Delimited text as it comes out of officers' spreadsheets."""

import unicodedata

import pytest

from catalog.errors import BadSheet
from catalog.list_io import BadLine, open_sheet

HEAD = ["Tên sản phẩm", "Chủ thể", "Địa chỉ", "Hạng sao"]
ROW = ["Bánh phu thê Đình Bảng", "HTX Ỹ ế ữ ọ đ", "số 1, phố; nhỏ", "4"]
# Windows-1258 writes a tone as a letter of its own; this is how an editor in Viet Nam spreads it.
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def table(separator: str, end: str = "\r\n") -> str:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in ROW]
    return separator.join(HEAD) + end + separator.join(quoted) + end


def spread_tones(text: str) -> str:
    spread = unicodedata.normalize("NFD", text)
    letters = []
    for letter in spread:
        if letters and letter not in _TONES and unicodedata.combining(letter):
            base, tones = letters[-1].rstrip(_TONES), letters[-1][len(letters[-1].rstrip(_TONES)) :]
            letters[-1] = unicodedata.normalize("NFC", base + letter) + tones
        elif letters and letter in _TONES:
            letters[-1] += letter
        else:
            letters.append(letter)
    return "".join(letters)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_encoding_and_separator(tmp_path, separator, encoding, end):
    text = table(separator, end)
    path = tmp_path / "list.csv"
    path.write_bytes((spread_tones(text) if encoding == "cp1258" else text).encode(encoding))
    (row,) = open_sheet(path)
    assert (row.name, row.producer, row.address, row.stars) == (*ROW[:3], 4)


def test_a_line_break_within_quotes_counts_as_one_spreadsheet_line(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('Tên,Chủ thể,Địa chỉ\n"Nem","HTX","a\nb"\n\nGiò,,\n', encoding="utf-8")
    nem, gio = open_sheet(path)
    assert (nem.line, nem.address) == (2, "a b")
    assert (gio.line, [problem.column for problem in gio]) == (4, ["Chủ thể"])


def test_excels_own_separator_line_is_no_heading(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("sep=;\nTên;Chủ thể\nNem;HTX\n", encoding="utf-8")
    assert [row.name for row in open_sheet(path)] == ["Nem"]


def test_an_unquoted_separator_is_found_out(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Tên,Chủ thể,Địa chỉ\nNem,HTX,số 1, phố Mới\nGiò,HTX,\n,,\n", encoding="utf-8")
    wide, short = open_sheet(path)
    assert isinstance(wide, BadLine)
    assert "ngoặc kép" in wide.problems[0].reason
    assert wide.problems[0].value == "phố Mới"
    assert short.name == "Giò"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1258"])
def test_a_stray_nul_costs_no_row(tmp_path, encoding):
    """A file that was cut off while it was written, or came over a bad line, may have one."""
    path = tmp_path / "list.csv"
    text = "Ten san pham,Chu the\n" + "".join(f"Nem {number},HTX Mot\n" for number in range(30)) + "Gio\0 lua,HTX\n"
    path.write_bytes(text.encode(encoding))
    rows = list(open_sheet(path))
    assert len(rows) == 31
    assert rows[-1].name == "Gio lua"


def test_a_list_can_be_gone_through_again(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Tên,Chủ thể\n" + "".join(f"Nem {number},HTX\n" for number in range(1200)), encoding="utf-8")
    sheet = open_sheet(path)
    path.unlink()
    assert len(sheet) == sheet.total == 1200
    assert list(sheet) == list(sheet)
    assert [row.line for row in sheet] == list(range(2, 1202))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "rỗng"),
        (b"\n\n", "tiêu đề"),
        (b"\xef\xbb\xbf", "tiêu đề"),
        ("Màu,Kho\n1,2\n".encode(), "tiêu đề"),
        ("Tên sản phẩm,Địa chỉ\nNem,x\n".encode(), "Thiếu cột bắt buộc: “Chủ thể”"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\1\2\3" * 100, "không phải bảng"),
        (b"\0" * 64, "không phải bảng"),
        (b"PK\x03\x04garbage", "không phải bảng tính Excel"),
        ("Tên,Chủ thể\n".encode() + b"Nem\xd2\xff,\x8a\n", "bảng mã"),
        ("Tên,Chủ thể\nNem,HTX\n".encode("utf-16") + b"\x00", "bảng mã"),
        (("Tên,Chủ thể\n" + '"' + "x" * 140_000).encode(), "ngoặc kép"),
        (("Tên,Chủ thể" + ",x" * 16_383 + "\nNem,HTX\n").encode(), "16384 cột"),
    ],
)
def test_what_is_no_list_says_why(tmp_path, content, said):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(BadSheet, match=said):
        open_sheet(path)


def test_a_file_that_is_not_there_or_a_folder_says_so(tmp_path):
    with pytest.raises(BadSheet, match="Không mở được"):
        open_sheet(tmp_path / "no.csv")
    with pytest.raises(BadSheet, match="Không mở được"):
        open_sheet(tmp_path)
