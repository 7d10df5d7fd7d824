"""From what a label says to the product it means."""

import pytest

from catalog.ocr import LabelWords, Matched, Strength, Title, match
from catalog.ocr.matching import runs, weigh
from catalog.search import Entry, Index

ENTRIES = (
    Entry("phu-the-hoa-sen", "Bánh phu thê Đình Bảng", producer="HTX Hoa Sen", places=("phường Đình Bảng",)),
    Entry("phu-the-ba-lan", "Bánh phu thê Đình Bảng", producer="Cơ sở Bà Lan", places=("phường Đình Bảng",)),
    Entry("cam", "Cam sành", producer="HTX Cam Ngon"),
    Entry("mat-ong-500", "Mật ong hoa vải 500 g", producer="HTX Rừng Xanh"),
    Entry("mat-ong-250", "Mật ong hoa vải 250 g", producer="HTX Rừng Xanh"),
    Entry("gom", "Bình gốm Phù Lãng men nâu", producer="Cơ sở gốm Minh Phương"),
    Entry("tranh", "Tranh Đông Hồ đám cưới chuột", producer=""),
)
INDEX = Index.build(ENTRIES)
NONE = Matched(Strength.NONE)


def words(*titles: str, producers: tuple[str, ...] = (), heights: tuple[float, ...] = ()) -> LabelWords:
    tall = heights or (100.0,) * len(titles)
    return LabelWords(tuple(Title(text, height) for text, height in zip(titles, tall, strict=True)), producers)


def test_name_and_maker_together_are_certain() -> None:
    said = words("BÁNH PHU THÊ", "ĐÌNH BẢNG", producers=("HTX HOA SEN",))
    found = match(said, INDEX)
    assert found.strength is Strength.STRONG
    assert found.ids[0] == "phu-the-hoa-sen"


def test_one_name_of_two_makers_is_asked_about() -> None:
    found = match(words("BÁNH PHU THÊ ĐÌNH BẢNG"), INDEX)
    assert found.strength is Strength.WEAK
    assert set(found.ids[:2]) == {"phu-the-hoa-sen", "phu-the-ba-lan"}


def test_a_long_name_alone_is_certain_when_only_one_has_it() -> None:
    assert match(words("Tranh Đông Hồ", "đám cưới chuột"), INDEX) == Matched(Strength.STRONG, ("tranh",))


def test_a_number_more_is_another_thing() -> None:
    assert match(words("Tranh Đông Hồ", "đám cưới chuột 12"), INDEX) == Matched(Strength.WEAK, ("tranh",))


def test_a_short_name_alone_may_be_anybodys() -> None:
    assert match(words("CAM SÀNH"), INDEX) == Matched(Strength.WEAK, ("cam",))
    assert match(words("CAM SÀNH", producers=("HTX Cam Ngon",)), INDEX) == Matched(Strength.STRONG, ("cam",))


def test_another_maker_is_never_certain() -> None:
    said = words("BÌNH GỐM PHÙ LÃNG MEN NÂU", producers=("Công ty TNHH Đại Việt",))
    assert match(said, INDEX) == Matched(Strength.WEAK, ("gom",))


def test_another_size_is_never_certain() -> None:
    found = match(words("MẬT ONG HOA VẢI 300 G", producers=("HTX Rừng Xanh",)), INDEX)
    assert found.strength is Strength.WEAK
    right = match(words("MẬT ONG HOA VẢI 250 G", producers=("HTX Rừng Xanh",)), INDEX)
    assert right == Matched(Strength.STRONG, ("mat-ong-250", "mat-ong-500"))


def test_small_print_does_not_drown_the_name() -> None:
    noise = ("ỷhg tuu kkịt", "Đặc biệt thơm ngon khó quên mùa xuân")
    said = words("Cam sành", *noise, producers=("HTX Cam Ngon",), heights=(100, 30, 30))
    assert match(said, INDEX) == Matched(Strength.STRONG, ("cam",))


def test_a_misread_letter_does_no_harm() -> None:
    said = words("BÁNH PHU THẾ", "ĐINH BANG", producers=("HTX Hoa Sem",))
    assert match(said, INDEX).ids[0] == "phu-the-hoa-sen"


def test_without_a_name_the_maker_leads_to_a_choice() -> None:
    assert match(words(producers=("HTX Rừng Xanh",)), INDEX) == Matched(Strength.WEAK, ("mat-ong-500", "mat-ong-250"))


@pytest.mark.parametrize(
    "said",
    [
        LabelWords(),
        words("Xe đạp điện"),
        words("???", ""),
        words(producers=("Công ty TNHH Không Có", "HTX")),
        words("Kem đánh răng", producers=("Nhà máy Xa Lạ",)),
    ],
)
def test_what_is_not_in_the_catalogue_is_not_found(said: LabelWords) -> None:
    assert match(said, INDEX) == NONE


def test_an_empty_catalogue_knows_nothing() -> None:
    assert match(words("Cam sành", producers=("HTX Cam Ngon",)), Index.build(())) == NONE


def test_lines_of_unlike_size_are_no_one_name() -> None:
    titles = (Title("Nem", 100), Title("Bùi", 95), Title("thơm", 30))
    assert list(runs(titles)) == ["Nem", "Nem Bùi", "Bùi", "thơm"]


def test_few_lines_are_looked_for() -> None:
    titles = tuple(Title(f"dòng {number}", 100 - number) for number in range(30))
    assert len(list(runs(titles))) == 22


def test_the_evidence_is_between_nothing_and_all() -> None:
    for each in weigh(words("Bánh phu thê", "Đình Bảng", producers=("HTX Hoa Sen",)), INDEX):
        shares = (each.found, each.told, each.asked, each.asked_aloud, each.maker or 0.0)
        assert all(0 <= share <= 1.0001 for share in shares)
