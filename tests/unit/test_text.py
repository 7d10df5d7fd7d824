import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.telex import from_telex, from_vni
from catalog.text import (
    accented_syllables,
    fold,
    last_words,
    normalize_tones,
    plain_letters,
    syllables,
    tone_last,
    toneless,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Xoài cát Hòa Lộc", "xoai cat hoa loc"),
        ("ĐÌNH BẢNG – (đặc_biệt)", "dinh bang dac biet"),
        ("Đình", "dinh"),
        ("ri6, 500g", "ri6 500g"),
        ("ẻ̂ x", "e x"),
        ("\x00\u202e😂", ""),
        ("nem\ud800bùi", "nem bui"),
        ("Ðình Bảng, ðình bảng", "dinh bang dinh bang"),
        ("Ɖình ɖình ᴆình D\u0335ình", "dinh dinh dinh dinh"),
        ("𝗕𝗮́𝗻𝗵 𝗽𝗵𝘂 𝘁𝗵𝗲̂", "banh phu the"),
        ("𝑵𝒆𝒎 𝑩𝒖̀𝒊 ８９３", "nem bui 893"),
        ("Ｎｅｍ ⓑⓤⓘ 🅱🅤🅘 ɴᴇᴍ ʙᴜ̀ɪ", "nem bui bui nem bui"),
        ("1 m²", "1 m2"),
    ],
)
def test_folding_drops_marks_and_punctuation(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Ðình Bảng ðồ gốm, 12/QÐ-UBND", "Đình Bảng đồ gốm, 12/QĐ-UBND"),
        ("Ɖông Hồ ɖá D\u0335á d\u0335á", "Đông Hồ đá Đá đá"),
        ("𝗕𝗮́𝗻𝗵 𝗽𝗵𝘂 𝘁𝗵𝗲̂ ８９３", "Bánh phu thê 893"),
        ("Bánh 1 m², ½ kg, Nem™, №5", "Bánh 1 m², ½ kg, Nem™, №5"),
        (unicodedata.normalize("NFD", "Bánh phu thê"), "Bánh phu thê"),
        ("Banh phu the", "Banh phu the"),
    ],
)
def test_a_name_is_kept_in_plain_letters(text, kept):
    assert plain_letters(text) == kept


@given(st.text())
def test_plain_letters_are_stable_and_fold_alike(text):
    kept = plain_letters(text)
    assert plain_letters(kept) == kept
    assert fold(kept) == fold(text)


@pytest.mark.parametrize("text", ["Ðình Bảng", "𝗕𝗮́𝗻𝗵", "Ｎｅｍ ⓑⓤⓘ", "1 m², ½ kg №5", "ʙᴀ́ɴʜ"])
def test_both_ways_to_split_pair_off(text):
    assert [fold(word) for word in accented_syllables(text)] == syllables(text)


def test_the_last_words_are_found_by_their_folding():
    assert last_words("Theo dõi: Nem-bùi Bắc Ninh!", " nem bui bac ninh") == "nem bùi bắc ninh"
    assert last_words("Theo dõi", "") == ""


def test_composed_and_decomposed_fold_alike():
    assert fold(unicodedata.normalize("NFD", "Bánh phu thê Đình Bảng")) == fold("Bánh phu thê Đình Bảng")


@pytest.mark.parametrize(("old", "new"), [("hoà", "hòa"), ("thuỷ", "thủy"), ("khoẻ", "khỏe"), ("TOÁN", "toán")])
def test_both_places_of_a_tone_compare_equal(old, new):
    assert normalize_tones(old) == normalize_tones(new)
    assert normalize_tones(old) != normalize_tones(fold(old))


def test_the_tone_alone_can_be_dropped():
    assert toneless("nướng") == "nương"
    assert toneless(tone_last("đường")) == "đương"


@pytest.mark.parametrize(
    ("keys", "spelled"),
    [
        ("banhs", "bánh"), ("bansh", "bánh"), ("dduwowngf", "đường"), ("dduwowfng", "đường"), ("lafng", "làng"),
        ("caarm", "cẩm"), ("ddawjc", "đặc"), ("nuowcs", "nước"), ("nuwocs", "nước"), ("duwaf", "dừa"), ("nawm", "năm"),
        ("quys", "quý"), ("tw", "tư"), ("quaw", "quă"), ("cow", "cơ"), ("thuw", "thư"), ("huow", "hươ"), ("ddi", "đi"),
    ],
)  # fmt: skip
def test_raw_telex_is_read(keys, spelled):
    assert fold(from_telex(keys)) == fold(spelled)
    assert toneless(from_telex(keys)) in (toneless(spelled), "nưoc")


@pytest.mark.parametrize("word", ["mua", "nem", "ri6", "bánh", "", "nghieengnghieeng", "pin"])
def test_what_holds_no_telex_key_is_left_alone(word):
    assert from_telex(word) is None


@pytest.mark.parametrize(
    ("keys", "spelled"),
    [("ba1nh", "bánh"), ("banh1", "bánh"), ("d9u7o7ng2", "đường"), ("tie6u", "tiêu"), ("na8m", "năm"), ("d9i", "đi")],
)
def test_raw_vni_is_read(keys, spelled):
    assert normalize_tones(from_vni(keys)) == normalize_tones(spelled)


@pytest.mark.parametrize("word", ["500g", "e100", "ri6", "p2", "mua", "bánh1", "", "a", "vf8", "x9"])
def test_pack_sizes_and_codes_are_no_vni(word):
    assert from_vni(word) is None


@given(st.text())
def test_folding_is_stable_and_plain(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert folded.split() == syllables(text)


@given(st.text())
def test_accented_is_composed_and_stable(text):
    once = normalize_tones(text)
    assert normalize_tones(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(max_size=30))
def test_any_word_may_be_read_as_keys(text):
    for word in accented_syllables(text):
        for read in (from_telex(word), from_vni(word)):
            assert read is None or read != word
