"""The data that comes with the product: complete, sourced, and nothing that no source says."""

import csv
import re
from collections import Counter, defaultdict

import pytest

from catalog.cells.vocabulary import GROUPS
from catalog.dates import PartialDate
from catalog.places import SHIPPED, Places

# Their source names only the district (or city): no commune follows from that.
DISTRICT_ONLY = {
    "huyện Hiệp Hòa",
    "huyện Lương Tài",
    "huyện Lục Ngạn",
    "huyện Tân Yên",
    "huyện Yên Dũng",
    "huyện Yên Phong",
    "huyện Yên Thế",
    "thành phố Bắc Giang",
    "thị xã Quế Võ",
}
HEADING = (
    "Mã,Tên sản phẩm,Tên gọi khác,Nhóm sản phẩm,Chủ thể,Loại chủ thể,Địa chỉ,Xã/phường,Điện thoại,Email,Website,"
    "Nơi mua,Hạng sao,Điểm,Tiềm năng 5 sao,Số quyết định,Ngày quyết định,Cơ quan cấp,Số giấy chứng nhận,Ngày hết hạn,"
    "GTIN,Mã truy xuất,Ảnh,Nguồn,Ngày ghi nhận"
)
UNKNOWN_TO_EVERY_SOURCE = ("Điện thoại", "Email", "Số giấy chứng nhận", "Ngày hết hạn", "GTIN", "Mã truy xuất", "Ảnh")


def table(name):
    with (SHIPPED / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


PRODUCTS = table("products.csv")
COMMUNES = table("communes.csv")
ALIASES = table("commune_aliases.csv")


def test_313_old_communes_became_99():
    assert len(COMMUNES) == 313
    assert Counter(row["old_province"] for row in COMMUNES) == {"Bắc Ninh": 121, "Bắc Giang": 192}
    since = {(row["new_unit"], row["new_kind"]) for row in COMMUNES}
    assert Counter(kind for _, kind in since) == {"phường": 33, "xã": 66}
    assert len({name for name, _ in since}) == 99


def test_every_old_commune_is_listed_once():
    keys = [(row["old_unit"], row["old_kind"], row["old_district"], row["old_province"]) for row in COMMUNES]
    assert len(set(keys)) == len(keys)
    assert {row["old_kind"] for row in COMMUNES} == {"xã", "phường", "thị trấn"}


def test_places_lie_in_the_province():
    for row in COMMUNES:
        assert 20.9 < float(row["latitude"]) < 21.7
        assert 105.8 < float(row["longitude"]) < 107.1


def test_every_alias_leads_to_a_row_and_says_why():
    units = {(row["old_unit"], row["old_district"], row["old_province"]) for row in COMMUNES}
    districts = {(row["old_district"], row["old_province"]) for row in COMMUNES}
    for row in ALIASES:
        assert row["why"]
        assert row["source"]
        assert bool(row["alias"]) != bool(row["alias_district"])
        if row["alias"]:
            assert (row["old_unit"], row["old_district"], row["old_province"]) in units
        else:
            assert (row["old_district"], row["old_province"]) in districts


def test_the_product_list_has_the_documented_columns():
    assert ",".join(PRODUCTS[0]) == HEADING


@pytest.mark.parametrize("row", PRODUCTS, ids=lambda row: row["Mã"])
def test_a_row_is_sourced_dated_and_within_the_scale(row):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["Mã"])
    assert len(row["Mã"]) <= 40
    assert row["Tên sản phẩm"]
    assert row["Chủ thể"]
    assert re.search(r"https?://\S+\.\S+", row["Nguồn"])
    assert row["Hạng sao"] in {"", "3", "4", "5"}
    for column in ("Ngày quyết định", "Ngày ghi nhận"):
        assert not row[column] or PartialDate.parse(row[column]).year >= 2018
    if row["Số quyết định"]:
        assert PartialDate.parse(row["Ngày quyết định"]).exact
        assert row["Cơ quan cấp"]


def test_nothing_is_filled_in_that_no_source_gives():
    assert not [row["Mã"] for row in PRODUCTS for column in UNKNOWN_TO_EVERY_SOURCE if row[column]]


def test_every_group_is_one_of_decision_148_and_what_no_source_says_is_marked_as_ours():
    groups = Counter(row["Nhóm sản phẩm"] for row in {row["Mã"]: row for row in PRODUCTS}.values())
    assert set(groups) <= {"", *GROUPS}
    assert (groups["Thực phẩm"], groups["Đồ uống"], groups[""]) == (68, 14, 20)
    for row in PRODUCTS:
        told = row["Nhóm sản phẩm"].startswith("Dịch vụ du lịch")
        assert ("chúng tôi tự xếp" in row["Nguồn"]) == (bool(row["Nhóm sản phẩm"]) and not told)


def test_points_agree_with_stars():
    for row in PRODUCTS:
        if row["Điểm"]:
            assert 50 <= float(row["Điểm"]) < 70
            assert row["Hạng sao"] == "3"


def test_a_potential_five_star_is_a_four_star():
    flagged = [row for row in PRODUCTS if row["Tiềm năng 5 sao"]]
    assert [(row["Mã"], row["Hạng sao"]) for row in flagged] == [("vai-thieu-luc-ngan-hong-xuan", "4")]


def test_rows_of_one_product_agree_on_everything_but_the_certificate():
    facts = defaultdict(set)
    for row in PRODUCTS:
        facts[row["Mã"]].add(tuple(row.values())[1:12])
    assert [product for product, versions in facts.items() if len(versions) > 1] == []


def test_one_producer_has_one_address():
    addresses = defaultdict(set)
    for row in PRODUCTS:
        if row["Chủ thể"] == "-":
            continue  # nobody known: not one producer
        addresses[row["Chủ thể"]].add((row["Loại chủ thể"], row["Địa chỉ"], row["Xã/phường"]))
    assert [producer for producer, found in addresses.items() if len(found) > 1] == []


def test_every_commune_is_known_since_july_2025():
    places = Places.load_shipped()
    for row in PRODUCTS:
        as_of = PartialDate.parse(row["Ngày ghi nhận"]).earliest if row["Ngày ghi nhận"] else None
        converted = places.since_july_2025(row["Địa chỉ"], commune=row["Xã/phường"], on=as_of)
        assert converted.certain != (row["Xã/phường"] in DISTRICT_ONLY), row["Xã/phường"]


def test_the_list_holds_the_cases_a_passport_must_tell_apart():
    """Renewed, upgraded, signed by a district, made by several makers, and without any certificate."""
    stars = defaultdict(list)
    for row in PRODUCTS:
        stars[row["Mã"]].append(row["Hạng sao"])
    assert stars["vai-thieu-luc-ngan-hong-xuan"] == ["5", "4"]
    assert stars["vu-sua-tan-yen-hop-duc"] == ["4", "4"]
    assert any(row["Cơ quan cấp"] == "UBND huyện Lục Ngạn" for row in PRODUCTS)
    makers = {row["Chủ thể"] for row in PRODUCTS if row["Tên sản phẩm"] == "Bánh phu thê Đình Bảng"}
    assert len(makers) > 1
    assert stars["nem-bui-thuong-hai-ninh-xa"] == [""]
