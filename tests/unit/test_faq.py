"""The table of questions: whole in every language, found however it is typed, and taking no search away."""

import csv
from pathlib import Path

import pytest

from catalog import faq
from catalog.faq import LANGUAGES, Faq, FaqEntry, read_entries, shipped_faq

PRODUCTS = Path(faq.__file__).parent / "data" / "products.csv"


def asked(question: str) -> str | None:
    found = shipped_faq().find(question)
    return found.entry.id if found else None


def test_every_entry_is_asked_answered_and_sourced_in_every_language() -> None:
    entries = read_entries()
    assert len(entries) >= 40
    assert len({entry.id for entry in entries}) == len(entries)
    for entry in entries:
        assert set(entry.ways) == set(LANGUAGES), entry.id
        assert set(entry.answers) == set(LANGUAGES), entry.id
        assert all(entry.ways.values()), entry.id
        assert entry.source, entry.id
        assert entry.url == "" or entry.url.startswith(("https://", "http://")), entry.id
        assert all(len(answer) <= 300 for answer in entry.answers.values()), entry.id


def test_each_way_to_ask_finds_its_own_entry() -> None:
    for entry in read_entries():
        for language, ways in entry.ways.items():
            for way in ways:
                found = shipped_faq().find(way)
                assert found is not None, way
                assert (found.entry.id, found.language) == (entry.id, language), way


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("cho em hỏi ocop là gì ạ", "what-is-ocop"),
        ("ocop laf gif", "what-is-ocop"),
        ("5 sao nghia la gi vay ad", "stars"),
        ("năm sao là gì", "stars"),
        ("OCOP 5 sao khác gì 3 sao", "stars"),
        ("sao đỏ là gì", "star-colour"),
        ("lam sao de biet hang gia", "tell-fakes"),
        ("bao nhieu san pham", "how-many"),
        ("giay co han bao lau", "validity"),
        ("cơ quan nào cấp sao OCOP", "who-grants"),
        ("dang kys ocop o ddau", "register"),
        ("muốn đăng ký ocop thì làm thế nào", "register"),
        ("tại sao không có giá", "no-price"),
        ("how can i tell if its fake?", "tell-fakes"),
        ("what's OCOP", "what-is-ocop"),
        ("OCOP 뭐예요?", "what-is-ocop"),
        ("怎么分辨真假？", "tell-fakes"),
        ("证书多久有效", "validity"),
    ],
)
def test_it_is_found_however_it_is_typed(question: str, entry: str) -> None:
    assert asked(question) == entry


@pytest.mark.parametrize(
    "search",
    [
        "",
        "?" * 5000,
        "ocop",
        "5 sao",
        "sản phẩm ocop",
        "sản phẩm 4 sao",
        "có mấy sản phẩm 5 sao",
        "ocop bac ninh",
        "mật ong ocop là gì",
        "nem bùi còn hạn không",
        "giày có hạn bao lâu",
        "hàng giả da",
        "rượu làng vân ở đâu",
    ],
)
def test_a_search_is_none_of_them(search: str) -> None:
    assert asked(search) is None


def test_no_name_of_the_catalogue_is_taken_for_a_question() -> None:
    with PRODUCTS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = {row[column] for row in rows for column in ("Tên sản phẩm", "Chủ thể")}
    names |= {name for row in rows for name in row["Tên gọi khác"].split(";")}
    asking = [
        f"{name}{tail}"
        for name in names
        if name.strip(" -")
        for tail in ("", " là gì", " ở đâu", " có bao nhiêu", " mấy sao")
    ]
    assert [each for each in asking if asked(each)] == []


def test_a_language_without_an_answer_is_answered_in_english() -> None:
    one = FaqEntry("a", {"vi": ("a là gì",)}, {"vi": "A.", "en": "An a."}, "S", "")
    assert [one.answer(each) for each in ("vi", "ko", "en")] == ["A.", "An a.", "An a."]
    found = Faq([one]).find("a là gì")
    assert found is not None
    assert found.entry is one
