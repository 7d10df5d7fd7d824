"""Letters of the alphabets from before Unicode, every one of them, and what must be left alone."""

import csv
import re
import unicodedata

import pytest

from catalog.cells.problems import CellRefused
from catalog.list_io import BadLine, open_sheet
from catalog.list_io.legacy import MISREAD, TCVN3, TCVN3_LETTERS, VNI, VNI_LETTERS, from_tcvn3, from_vni_windows, modern
from catalog.text import is_syllable

LOWER = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
# As Viet Nam's standard 5712 numbers its letters, and VNI-Windows writes them.
TCVN3_TYPED = re.findall(
    r"[^ ]",
    "µ ¸ ¶ · ¹ ¨ » ¾ ¼ ½ Æ © Ç Ê È É Ë Ì Ð Î Ï Ñ ª Ò Õ Ó Ô Ö × Ý Ø Ü Þ ß ã á â ä « å è æ ç é ¬ ê í ë ì î ï ó ñ ò ô"
    " \xad õ ø ö ÷ ù ú ý û ü þ ®",
)
VNI_TYPED = re.findall(
    r"[^ ]+",
    "aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä eø eù eû eõ eï eâ eà eá eå eã eä ì í æ ó ò oø où oû oõ oï oâ oà"
    " oá oå oã oä ô ôø ôù ôû ôõ ôï uø uù uû uõ uï ö öø öù öû öõ öï yø yù yû yõ î ñ",
)


@pytest.mark.parametrize(("typed", "letter"), list(zip(TCVN3_TYPED, LOWER, strict=True)))
def test_every_small_letter_of_tcvn3(typed, letter):
    assert from_tcvn3(typed) == letter


@pytest.mark.parametrize(("typed", "letter"), list(zip("¡¢£¤¥¦§", "ĂÂÊÔƠƯĐ", strict=True)))
def test_every_capital_of_tcvn3(typed, letter):
    assert from_tcvn3(typed) == letter


def test_tables_hold_nothing_else():
    assert set(TCVN3_LETTERS.values()) == {*LOWER, *"ĂÂÊÔƠƯĐ"}
    assert {letter.lower() for letter in VNI_LETTERS.values()} == set(LOWER)


@pytest.mark.parametrize(("typed", "letter"), list(zip(VNI_TYPED, LOWER, strict=True)))
def test_every_letter_of_vni(typed, letter):
    assert from_vni_windows(typed) == letter
    assert from_vni_windows(typed.upper()) == letter.upper()
    assert from_vni_windows(typed.capitalize()) == letter.upper()


@pytest.mark.parametrize(
    ("typed", "text", "alphabet"),
    [
        ("B¸nh phu thª §×nh Thö", "Bánh phu thê Đình Thử", TCVN3),
        ("Ph\xadêng Thö", "Phường Thử", TCVN3),
        ("Hé kinh doanh Thö MÉu", "Hộ kinh doanh Thử Mẫu", TCVN3),
        ("NHãM THùC PHÈM", "NHÓM THỰC PHẨM", TCVN3),
        ("HTX Th¸i B×nh", "HTX Thái Bình", TCVN3),
        ("Sè Q§", "Số QĐ", TCVN3),
        ("Baùnh phu theâ Ñình Thöû", "Bánh phu thê Đình Thử", VNI),
        ("Röôïu neáp caùi hoa vaøng", "Rượu nếp cái hoa vàng", VNI),
        ("TEÂN SAÛN PHAÅM", "TÊN SẢN PHẨM", VNI),
        ("MAÃU", "MẪU", VNI),
        ("99/QÑ-UBND", "99/QĐ-UBND", VNI),
        ("QÑ", "QĐ", VNI),
        ("15/NÑ-CP", "15/NĐ-CP", VNI),
        ("99/Q§-UBND", "99/QĐ-UBND", TCVN3),
        ("MÑ", "Mẹ", TCVN3),
    ],
)
def test_words_of_old_alphabets(typed, text, alphabet):
    assert modern(typed) == (text, alphabet)


@pytest.mark.parametrize("text", ["Bánh phu thê Đình Bảng", "Rượu nếp cái hoa vàng", "Tương “Thử” – 500 ml"])
@pytest.mark.parametrize("times", [1, 2])
def test_utf8_that_was_read_as_latin(text, times):
    torn = text
    for _ in range(times):
        torn = "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in torn.encode())
    assert modern(torn) == (text, MISREAD)


@pytest.mark.parametrize(
    "text",
    [
        *("Bánh phu thê", "Trà ô long", "Café Trung Nguyên", "Château Dalat", "Nestlé", "Coca® 2×3", "5µm", "10 m² ½"),
        *("CÔNG TY", "Ðông trùng", "12/QÐ-UBND", "hoà hòa thuý thúy", "Bún Huế™", "Xã Âu Lâu", "ÂN HÙNG", "Ø 20"),
        *("Nem “Bùi”", "Trà·Sen", "Giò – chả", "Hòan Kiếm", "1 € = 1 £", "Ê Đê", "ỷ", "À", "ì"),
    ],
)
def test_unicode_is_left_alone(text):
    assert modern(text) == (text, "")


@pytest.mark.parametrize("text", ["Đất B¸nh", "Phường Baùnh", "BÃ¡nh phu thÃª ÄÃ¬nh Thá»"])
def test_what_is_torn_or_mixed_is_refused(text):
    with pytest.raises(CellRefused, match="gõ lại"):
        modern(text)


def test_syllables():
    good = "bánh nghiêng quýt già gì giếng hoà hòa thuở xoong khuỷu ươm yến đường thuyền oẳn uỵch"
    assert [word for word in good.split() if not is_syllable(word)] == []
    assert [word for word in ["baù", "thaâ", "cafe", "bộc1", "aùn", "hữư", "khuỷúu", "đđ"] if is_syllable(word)] == []
    assert is_syllable(unicodedata.normalize("NFD", "Đường"))


def sheet(tmp_path, *rows, encoding="utf-8"):
    path = tmp_path / "list.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return open_sheet(path)


TYPED = (
    ["TT", "Tªn s¶n phÈm", "Chñ thÓ", "§Þa chØ"],
    ["1", "ChÌ", "Hé", "X· Thö"],
    ["2", "B¸nh phu thª", "HTX", "Chî"],
)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_a_whole_file_in_tcvn3(tmp_path, encoding):
    """Its headings tell the alphabet, so that words which could be either are read by it too."""
    read = sheet(tmp_path, *TYPED, encoding=encoding)
    assert [(row.name, row.producer, row.address) for row in read] == [
        ("Chè", "Hộ", "Xã Thử"),
        ("Bánh phu thê", "HTX", "Chợ"),
    ]
    assert read.noticed.converted == {TCVN3: 5}
    assert read.unknown == ()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_whole_file_in_vni(tmp_path, encoding):
    read = sheet(tmp_path, ["Teân saûn phaåm", "Chuû theå"], ["Baùnh", "Hoä Thöû"], ["Mì", "HTX"], encoding=encoding)
    assert [(row.name, row.producer) for row in read] == [("Bánh", "Hộ Thử"), ("Mì", "HTX")]


def test_a_cell_that_is_old_and_could_be_in_either_alphabet_is_in_that_of_the_headings(tmp_path):
    vni = sheet(tmp_path, ["Teân saûn phaåm", "Chuû theå"], ["Mít", "HTX MÑ"])
    assert [row.producer for row in vni] == ["HTX MĐ"]
    tcvn3 = sheet(tmp_path, ["Tªn s¶n phÈm", "Chñ thÓ"], ["Mít", "HTX MÑ"])
    assert [row.producer for row in tcvn3] == ["HTX MẸ"]


def test_a_cell_that_could_be_either_beside_one_that_is_old_is_refused(tmp_path):
    either, commune, other = sheet(
        tmp_path,
        ["Tên sản phẩm", "Chủ thể", "Địa chỉ"],
        ["Chê", "HTX Th¸i B×nh", ""],
        ["B¸nh", "HTX Th¸i B×nh", "Xã Không Có"],
        ["Chê", "HTX Thái Bình", ""],
    )
    assert isinstance(either, BadLine)
    assert "“Chê” hay “Chờ”" in either.problems[0].reason
    assert "“Xã Không Có” hay" in commune.problems[0].reason
    assert other.name == "Chê"


def test_a_torn_cell_is_refused_and_a_heading_too_is_read(tmp_path):
    (line,) = sheet(tmp_path, ["TÃªn sáº£n pháº©m", "Chá»§ thá»ƒ"], ["BÃ¡nh phu Thá»", "HTX"])
    assert isinstance(line, BadLine)
    assert "UTF-8" in line.problems[0].reason


@pytest.mark.parametrize("text", ["B?nh phu thê", "B\ufffdnh phu", "B├ính phu th├¬", "B√°nh phu th√™"])
def test_what_an_encoding_has_eaten_is_refused(text):
    with pytest.raises(CellRefused, match="Chữ bị hỏng"):
        modern(text)


@pytest.mark.parametrize("text", ["Sản phẩm gì?", "https://vi.du/p?id=1", "A & B", "check.vn/?a=b&c=d"])
def test_what_only_looks_eaten_stays(text):
    assert modern(text) == (text, "")


@pytest.mark.parametrize("text", ["B&aacute;nh phu th&ecirc;", "B&#225;nh phu th&#234;"])
def test_letters_of_a_web_page_are_read(text):
    assert modern(text) == ("Bánh phu thê", "HTML")


def test_decomposed_letters_read_as_latin_are_put_right():
    assert modern(unicodedata.normalize("NFD", "Chè Bà Huyện").encode().decode("cp1252")) == ("Chè Bà Huyện", MISREAD)
    assert modern(unicodedata.normalize("NFD", "Bà Lụa").encode().decode("latin-1")) == ("Bà Lụa", MISREAD)


@pytest.mark.parametrize(
    ("typed", "text"), [("§òA TRE", "ĐŨA TRE"), ("C¸ KHO", "CÁ KHO"), ("Thùc phÈm", "Thực phẩm"), ("Q§", "QĐ")]
)
def test_tcvn3_among_capitals_and_with_a_capital_within(typed, text):
    assert modern(typed) == (text, TCVN3)


def test_a_cell_that_may_be_either_is_refused_where_its_column_is_in_an_old_alphabet(tmp_path):
    names = [["B¸nh phu thª", "HTX A"], ["R\xadîu nÕp", "HTX A"], ["T\xe1i", "HTX A"]]
    *_, garlic = sheet(tmp_path, ["Tên sản phẩm", "Chủ thể"], *names)
    assert isinstance(garlic, BadLine)
    *_, rare = sheet(tmp_path, ["Tên sản phẩm", "Chủ thể"], ["Bánh phở", "HTX A"], ["Tái", "HTX A"])
    assert rare.name == "Tái"


@pytest.mark.parametrize("text", ["&AA;0", "Cơ sở A&B;", "&zz; &#xyz;"])
def test_what_only_looks_like_an_entity_stays(text: str) -> None:
    assert modern(text) == (text, "")


def test_entities_within_entities_are_read_to_the_end() -> None:
    assert modern("B&amp;aacute;nh ph&#7903;")[0] == "Bánh phở"
