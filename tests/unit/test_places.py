"""Old addresses and the communes since 1 July 2025; the traps are those of real labels."""

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.places import SHIPPED, Places, Unit
from catalog.text import fold

PLACES = Places.load_shipped()


def new(address, **how):
    return str(PLACES.since_july_2025(address, **how).new)


def candidates(address, **how):
    converted = PLACES.since_july_2025(address, **how)
    assert converted.new is None
    assert not converted.certain
    return [str(unit) for unit in converted.candidates]


@pytest.mark.parametrize(
    ("printed", "since"),
    [
        ("Thị trấn Lim, huyện Tiên Du, tỉnh Bắc Ninh", "Xã Tiên Du"),
        ("TT Lim, Tiên Du", "Xã Tiên Du"),
        ("TT.Lim - H.Tiên Du", "Xã Tiên Du"),
        ("xa Phu Lang, huyen Que Vo, bac ninh", "Xã Phù Lãng"),
        ("xã Hồng Giang, Lục Ngạn, Bắc Giang", "Phường Chũ"),
        ("hong giang luc ngan bac giang", "Phường Chũ"),
        ("An Thịnh, Lương Tài", "Xã Trung Kênh"),
        ("xã Đông Sơn, Yên Thế, Bắc Giang", "Xã Bố Hạ"),
        ("Kim Tháp, xã Nguyệt Đức, thị xã Thuận Thành", "Phường Ninh Xá"),
        ("thôn Đại Đồng, xã Đông Hưng, huyện Lục Nam, tỉnh Bắc Giang, Việt Nam", "Xã Đông Phú"),
        ("khu phố Thượng, phường Đình Bảng, thị xã Từ Sơn", "Phường Từ Sơn"),
        ("Đình Bảng", "Phường Từ Sơn"),
        ("X. Cẩm Lí, H. Lục Nam", "Xã Cẩm Lý"),
        ("Khu 5, TT Thứa, Lương Tài, BN", "Xã Lương Tài"),
        ("Xã Xuân Hương, Huyện Lạng Giang, Tỉnh Bắc Giang, 26000, Việt Nam", "Xã Mỹ Thái"),
        ("ninh xa thuan thanh bac ninh", "Phường Ninh Xá"),
        ("tri phuong tien du", "Xã Đại Đồng"),
        ("Làng Diềm, Hòa Long, TP Bắc Ninh", "Phường Kinh Bắc"),
    ],
)
def test_an_old_address_finds_its_new_commune(printed, since):
    assert new(printed) == since


@pytest.mark.parametrize(
    ("printed", "since"),
    [
        ("P. Chũ", "Phường Chũ"),
        ("xã Tiên Du, tỉnh Bắc Ninh", "Xã Tiên Du"),
        ("P. Từ Sơn, Bắc Ninh", "Phường Từ Sơn"),
        ("phường Đình Bảng (nay là phường Từ Sơn), tỉnh Bắc Ninh", "Phường Từ Sơn"),
        ("xã Lương Tài", "Xã Lương Tài"),
    ],
)
def test_a_new_address_stays_itself(printed, since):
    assert new(printed) == since


@pytest.mark.parametrize("printed", ["Danh Thắng, Hiệp Hoà", "Danh Thắng, Hiệp Hòa", "danh thang, hiep hoa"])
def test_the_place_of_a_tone_mark_does_not_matter(printed):
    assert new(printed) == "Xã Hiệp Hòa"


def test_an_unknown_quarter_is_not_converted():
    """Phù Lưu is a quarter of Đông Ngàn, not a ward: its town is known, its new commune is not."""
    assert candidates("phường Phù Lưu, TP Từ Sơn")[0] == "Phường Từ Sơn"
    assert len(candidates("phường Phù Lưu, TP Từ Sơn")) == 4


def test_a_commune_is_known_by_its_exact_name_with_or_without_its_kind():
    assert PLACES.named("tu son") is PLACES.named("Phường Từ Sơn") is PLACES.called("Từ Sơn")
    assert PLACES.named("Đình Bảng") is None, "which is an old name"
    assert PLACES.named("") is None


def test_a_district_alone_is_not_a_commune():
    assert candidates("Tiên Du")[0] == "Xã Tiên Du"
    assert candidates("huyện Tiên Du, tỉnh Bắc Ninh") == candidates("Tiên Du")
    assert candidates("thôn Ngọc Quan, Lương Tài, Bắc Ninh")[0] == "Xã Lương Tài"


@pytest.mark.parametrize(
    "printed",
    [
        "",
        " , ",
        "nem bùi",
        "Bắc Ninh",
        "thôn Tân An, Bắc Giang",
        "xã Tân An, huyện Thanh Hà, Hải Dương",
    ],
)
def test_what_is_not_in_the_table_is_not_guessed(printed):
    assert candidates(printed) == []


def test_ninh_xa_was_two_wards():
    assert candidates("Ninh Xá") == ["Phường Kinh Bắc", "Phường Ninh Xá"]
    assert candidates("phường Ninh Xá, Bắc Ninh") == ["Phường Kinh Bắc", "Phường Ninh Xá"]
    assert new("phường Ninh Xá, thành phố Bắc Ninh") == "Phường Kinh Bắc"
    assert new("xã Ninh Xá, huyện Thuận Thành") == "Phường Ninh Xá"


def test_the_day_of_writing_tells_old_from_new():
    assert new("Phường Ninh Xá", on=date(2026, 1, 1)) == "Phường Ninh Xá"
    assert candidates("Phường Ninh Xá", on=date(2023, 1, 1)) == ["Phường Kinh Bắc", "Phường Ninh Xá"]
    assert new("Phường Đình Bảng", on=date(2026, 1, 1)) == "Phường Từ Sơn"


@pytest.mark.parametrize(
    ("printed", "since"),
    [
        ("TT.Neo, H.Yên Dũng", "Phường Yên Dũng"),
        ("Nghĩa Hồ, Lục Ngạn", "Phường Chũ"),
        ("xã Thái Sơn, huyện Hiệp Hòa", "Xã Hợp Thịnh"),
        ("phường Vệ An, TP Bắc Ninh", "Phường Kinh Bắc"),
    ],
)
def test_labels_two_reorganisations_old_are_understood(printed, since):
    assert new(printed) == since


def test_marks_tell_names_apart_when_they_are_written():
    assert new("Đông Sơn") == "Xã Bố Hạ"
    assert new("Đồng Sơn") == "Phường Tiền Phong"
    assert new("xã Đông Sơn, Bắc Giang") == "Xã Bố Hạ"
    assert set(candidates("Dong Son")) == {"Xã Bố Hạ", "Phường Tiền Phong"}


def test_a_misspelt_commune_needs_its_district():
    assert candidates("xã Danh Thằng") == ["Xã Hiệp Hòa"]
    assert new("xã Danh Thằng, Hiệp Hòa") == "Xã Hiệp Hòa"


def test_words_run_together_are_only_a_hint():
    assert candidates("Kim Tháp Nguyệt Đức Thuận Thành") == ["Phường Ninh Xá"]


def test_the_commune_column_narrows_the_address():
    assert new("Thuận Thành, Bắc Ninh", commune="Ninh Xá") == "Phường Ninh Xá"
    assert new("Thôn Kim Tháp", commune="xã Nguyệt Đức, Thuận Thành") == "Phường Ninh Xá"
    assert new("", commune="Đình Bảng") == "Phường Từ Sơn"
    assert new("xã An Thịnh, Lương Tài", commune="Thanh Trai") == "Xã Trung Kênh"


def test_an_address_that_contradicts_its_commune_is_not_certain():
    contradiction = candidates("phường Đình Bảng, Từ Sơn", commune="xã An Thịnh, Lương Tài")
    assert contradiction == ["Xã Trung Kênh", "Phường Từ Sơn"]


def test_a_commune_of_another_district_is_not_converted():
    assert "Xã Trung Kênh" not in candidates("An Thịnh, Quế Võ")


def test_what_was_printed_is_kept():
    assert PLACES.since_july_2025("  TT  Lim,\nTiên Du ").old == "TT Lim, Tiên Du"
    assert PLACES.since_july_2025(" ", commune="TT Lim").old == "TT Lim"


@pytest.mark.parametrize("words", ["Lim", "thị trấn lim", "TT Lim", "tien du", "xã Tiên Du", "lim, tien du"])
def test_a_commune_is_found_by_old_or_new_name(words):
    assert str(PLACES.find(words)[0]) == "Xã Tiên Du"


def test_a_search_finds_parts_of_names_and_nothing_for_nothing():
    assert "Phường Kinh Bắc" in [str(unit) for unit in PLACES.find("ninh")]
    assert PLACES.find("") == ()
    assert PLACES.find("x") == ()
    assert PLACES.find("Đà Lạt") == ()


def test_every_old_commune_converts_by_its_full_address():
    with (SHIPPED / "communes.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            address = f"{row['old_kind']} {row['old_unit']}, {row['old_district']}, tỉnh {row['old_province']}"
            assert new(address) == f"{row['new_kind'].capitalize()} {row['new_unit']}"
            assert new(f"{row['new_kind']} {row['new_unit']}, tỉnh Bắc Ninh", on=date(2026, 1, 1)) == (
                f"{row['new_kind'].capitalize()} {row['new_unit']}"
            )


def test_every_old_commune_converts_without_marks_or_punctuation():
    with (SHIPPED / "communes.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            bare = fold(f"{row['old_kind']} {row['old_unit']} {row['old_district']} {row['old_province']}")
            assert new(bare) == f"{row['new_kind'].capitalize()} {row['new_unit']}"


def test_another_province_is_another_table(tmp_path):
    table = tmp_path / "communes.csv"
    table.write_text(
        "old_unit,old_kind,old_district,old_province,new_unit,new_kind,new_province,latitude,longitude\n"
        "Tân An,xã,Huyện Thanh Hà,Hải Dương,Hà Tây,xã,Hải Phòng,,\n",
        encoding="utf-8",
    )
    places = Places.read(table)
    converted = places.since_july_2025("xã Tân An, huyện Thanh Hà, tỉnh Hải Dương")
    assert converted.new == Unit("Hà Tây", "xã", "Hải Phòng")
    assert places.since_july_2025("xã Hồng Giang, Lục Ngạn, Bắc Giang").new is None


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_text_breaks_it_and_certainty_is_one_unit(address, commune):
    converted = PLACES.since_july_2025(address, commune=commune)
    assert converted.certain == (converted.new is not None)
    assert not converted.certain or converted.candidates == (converted.new,)
    assert isinstance(PLACES.find(address), tuple)


def test_letters_that_look_like_others_are_read_as_those() -> None:
    places = Places.load_shipped()
    plain = places.since_july_2025("phường Đình Bảng, thành phố Từ Sơn, tỉnh Bắc Ninh")
    assert places.since_july_2025("phường Ðình Bảng, thành phố Từ Sơn, tỉnh Bắc Ninh").new == plain.new
    assert plain.new is not None
