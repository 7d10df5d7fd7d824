"""Links, numbers said in words, suggestions, plain text."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.dates import VIET_NAM, PartialDate
from catalog.model import Producer, Product
from handlers.actions import Action, Verb, chosen_number, is_command
from handlers.catalogue import search
from handlers.catalogue.paging import without
from handlers.context import Context
from handlers.links import mail_link, page_url, phone_links, shown_phone, web_link
from handlers.messages import Card, Choice, Reply, SourceLine
from handlers.phrases import speech
from handlers.plain import as_text, choices, stars
from tests.conftest import lines


@pytest.mark.parametrize(
    ("website", "url"),
    [
        ("htx.example.vn", "https://htx.example.vn"),
        ("http://htx.example.vn/a", "http://htx.example.vn/a"),
        ("", None),
        ("javascript:alert(1)", None),
        ("javascript://a.b/%0aalert(1)", None),
        ("data://a.b/x", None),
        ("https://user:pass@a.b", None),
        ("https://[::1", None),
        ("localhost", None),
        ("ftp://a.b", None),
    ],
)
def test_a_website_is_a_link_only_if_it_is_one(website: str, url: str | None) -> None:
    assert [link.url for link in web_link(website)] == ([url] if url else [])


def test_an_address_is_a_link_only_if_it_is_one() -> None:
    assert [link.url for link in mail_link("a b@c.vn?cc=x")] == ["mailto:a%20b@c.vn%3Fcc%3Dx"]
    assert mail_link("not one") == ()


@given(st.text(max_size=30))
def test_no_text_makes_a_link_that_runs(text: str) -> None:
    every = [*web_link(text), *mail_link(text), *phone_links((text,))]
    assert all(link.url.startswith(("https://", "http://", "mailto:", "tel:")) for link in every)


def test_a_phone_is_shown_as_it_is_dialled_at_home() -> None:
    assert [shown_phone(phone) for phone in ("+84912345678", "0222 3 123 456", "gọi An")] == [
        "0912 345 678",
        "0222 3123 456",
        "gọi An",
    ]


def test_a_page_has_an_address_with_and_without_a_public_one() -> None:
    product = Product("x", "Nem", Producer("m", "HTX"), ref="~5")
    assert page_url("https://ocop.test", product) == "https://ocop.test/p/~5"
    assert page_url("", product) == "/p/~5"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2", 2),
        (" 2 . ", 2),
        ("số 2", 2),
        ("so hai", 2),
        ("cái thứ hai", 2),
        ("thứ nhất", 1),
        ("đầu tiên", 1),
        ("cho em cái số 10 nhé", 10),
        ("loại 3", 3),
        ("the second one", 2),
        ("number three", 3),
        ("99", 99),
        ("100", None),
        ("2 sao", None),
        ("nem bùi", None),
        ("", None),
        ("năm", 5),
        ("²", 2),
        ("٣", None),
    ],
)
def test_a_number_is_understood_however_it_is_said(said: str, meant: int | None) -> None:
    assert chosen_number(said) == meant


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader_of_numbers(said: str) -> None:
    meant = chosen_number(said)
    assert meant is None or 0 <= meant <= 99


@pytest.mark.parametrize(
    ("words", "query", "left"),
    [
        ("tien du", "rượu 4 sao ở Tiên Du", "rượu 4 sao ở"),
        ("4 sao", "rượu 4 sao ở Tiên Du", "rượu ở Tiên Du"),
        ("gone", "rượu nếp", "rượu nếp"),
        ("", "rượu nếp", "rượu nếp"),
        ("nem", "nem", ""),
    ],
)
def test_words_are_taken_out_of_a_question(words: str, query: str, left: str) -> None:
    assert without(words, query) == left


@given(st.text(max_size=40), st.text(max_size=20))
def test_taking_words_out_adds_none(query: str, words: str) -> None:
    assert set(without(words, query).split()) <= set(query.split())


async def test_names_are_suggested_from_the_second_letter_on(context: Context) -> None:
    assert await search.suggest_names("b", context=context, language="vi", limit=5) == ()
    assert await search.suggest_names("  -b- ", context=context, language="vi", limit=5) == ()
    found = await search.suggest_names("bánh ph", context=context, language="vi", limit=5)
    assert found[0].title.startswith("Bánh phu thê")
    assert len(await search.suggest_names("b" * 5000, context=context, language="vi", limit=5)) == 0
    rest = await search.suggest_names("bánh ph", context=context, language="en", limit=5, offset=1)
    assert [card.title for card in rest[:2]] == [card.title for card in found[1:3]]


def button(label: str, subject: str) -> Choice:
    return Choice(label, Action(Verb.PRODUCT, subject))


def test_numbers_count_the_cards_first_and_then_the_buttons() -> None:
    reply = Reply(
        "Which?",
        cards=(Card("A", choices=(button("See", "a"), button("More", "x"))), Card("B", choices=(button("See", "b"),))),
        choices=(button("Next", "n"), Choice("Call", url="tel:1"), button("Last", "l")),
        warnings=("Beware",),
        language="en",
    )
    assert [choice.action.subject for choice in choices(reply) if choice.action] == ["a", "b", "n", "l"]
    assert as_text(reply) == lines("⚠ Beware", "", "Which?", "", "1. A", "", "2. B", "", "3. Next", "4. Last")


def test_one_card_is_told_whole_with_its_own_buttons() -> None:
    card = Card(
        "Nem",
        subtitle="HTX",
        stars=3,
        verdict="Valid",
        sources=(SourceLine("Sở", as_of="2025"),),
        choices=(button("See", "a"),),
    )
    assert as_text(Reply(cards=(card,), choices=(button("Next", "n"),), language="en")) == lines(
        "Nem", "★★★☆☆ Valid", "HTX", "", "Sources", "[1] Sở (2025)", "", "1. See", "2. Next"
    )


def test_stars_are_drawn() -> None:
    assert [stars(number) for number in (0, 3, 5)] == ["☆☆☆☆☆", "★★★☆☆", "★★★★★"]


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("/q 5M2YJKXR", True),
        (" /nghi", True),
        ("/help@HoiOcopBot", True),
        ("/tim nem bùi", True),
        ("/hộp 50k", False),
        ("/50k mỗi hộp", False),
        ("50k /hop", False),
        ("/", False),
    ],
)
def test_what_is_written_as_a_command_is_known(words: str, *, command: bool) -> None:
    assert is_command(words) is command


def test_every_verb_can_be_typed_as_a_command() -> None:
    assert [verb for verb in Verb if not is_command(f"/{verb}")] == []


@pytest.mark.parametrize(
    ("language", "moment", "days", "price"),
    [
        ("vi", "14:05 05/06/2027", "30/05–02/06/2027", "120.000–150.000 đ/hộp 1.5 kg"),
        ("en", "14:05 05/06/2027", "30/05–02/06/2027", "120.000–150.000 đ/hộp 1.5 kg"),
        ("ko", "2027년 6월 5일 14:05", "2027년 5월 30일 ~ 6월 2일", "120,000–150,000 đ/hộp 1.5 kg"),
        ("zh", "2027年6月5日 14:05", "2027年5月30日至6月2日", "120,000–150,000 đ/hộp 1.5 kg"),
    ],
)
def test_days_and_numbers_as_each_language_writes_them(language: str, moment: str, days: str, price: str) -> None:
    say = speech(language)
    assert say.moment(datetime(2027, 6, 5, 14, 5, tzinfo=VIET_NAM)) == moment
    assert say.days(date(2027, 5, 30), date(2027, 6, 2)) == days
    assert say.days(date(2027, 5, 30), date(2027, 5, 30)) == say.day(PartialDate(2027, 5, 30))
    assert say.prices("120.000–150.000 đ/hộp 1.5 kg") == price
