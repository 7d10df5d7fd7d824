"""What a reply looks like in Telegram, and that its limits are kept by meaning."""

import html
import re
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channel_kit.utf16 import utf16_length
from bot.channels.telegram import html as telegram_html
from bot.channels.telegram.draw import draw, phone_number
from bot.channels.telegram.html import Block, plain
from bot.channels.telegram.inline import deep_link, results
from bot.channels.telegram.keyboard import Button
from catalog.passport import Standing
from handlers.actions import Action, Verb
from handlers.messages import Card, Choice, Fact, Link, Page, Reply, Section, SourceLine, Style, Want
from tests.stands.telegram import rules

SITE = "https://ocop.example"
PASSPORT = Card(
    title="Bánh phu thê <Đình Bảng>",
    subtitle="HTX Đình Bảng",
    stars=4,
    standing=Standing.VALID,
    verdict="Còn hiệu lực đến 30/12/2027 (còn 401 ngày)",
    sections=(
        Section("Chứng nhận OCOP", (Fact("Hạng", "4 sao", sources=(1,)), Fact("Điểm", "chưa rõ", known=False))),
        Section(
            "Chủ thể",
            (
                Fact("Điện thoại", "0912 345 678", links=(Link("0912 345 678", "tel:+84-912-345-678"),)),
                Fact("Web", "phuthe.vn", links=(Link("phuthe.vn", "https://phuthe.vn"),)),
                Fact("E-mail", "a@phuthe.vn", links=(Link("a@phuthe.vn", "mailto:a@phuthe.vn"),)),
            ),
        ),
    ),
    sources=(SourceLine("Quyết định 1 & 2", "https://bacninh.gov.vn/qd", "tính đến 11/2025"),),
    note="Có trong danh mục không chứng minh món hàng trên tay là thật.",
    url="/p/banh-phu-the",
    picture="https://ocop.example/media/banh.jpg",
    choices=(
        Choice("Gọi 0912 345 678", url="tel:+84-912-345-678"),
        Choice("Mở trang web", url="https://phuthe.vn"),
        Choice("Sản phẩm khác của chủ thể này", Action(Verb.MAKER, "banh-phu-the")),
    ),
)


WHOLE = """\
<b>⚠️ Mã thanh toán!</b>

Đây ạ:

<b>Bánh phu thê &lt;Đình Bảng&gt;</b> ★★★★☆
🟢 Còn hiệu lực đến 30/12/2027 (còn 401 ngày)

<b>Chứng nhận OCOP</b>
Hạng: 4 sao [1]
Điểm: <i>chưa rõ</i>

<b>Chủ thể</b>
Điện thoại: 0912 345 678 (+84912345678)
Web: <a href="https://phuthe.vn">phuthe.vn</a>
E-mail: a@phuthe.vn

<i>Có trong danh mục không chứng minh món hàng trên tay là thật.</i>

<b>Nguồn</b>
[1] <a href="https://bacninh.gov.vn/qd">Quyết định 1 &amp; 2</a> (tính đến 11/2025)"""


def short(number: int, **more: Any) -> Card:
    choice = Choice("Xem", Action(Verb.PRODUCT, f"p{number}"))
    shown = Card(f"Nem {number}", subtitle="HTX", stars=3, standing=Standing.ENDING, verdict="Sắp hết hạn")
    return replace(shown, choices=(choice,), **more)


def test_a_passport_is_drawn_whole() -> None:
    drawing = draw(Reply("Đây ạ:", (PASSPORT,), warnings=("Mã thanh toán!",)), public_url=SITE)
    assert drawing.text == WHOLE
    assert drawing.picture == "https://ocop.example/media/banh.jpg"
    assert drawing.caption == drawing.text
    assert drawing.buttons == (
        (Button("Mở trang web", url="https://phuthe.vn"),),
        (Button("Sản phẩm khác của chủ thể này", data="maker banh-phu-the"),),
    )


def test_a_list_has_numbers_that_open_its_cards() -> None:
    page = Page(2, 3, 27)
    choices = (Choice("Trước", Action(Verb.PAGE, "x 1")), Choice("Sau", Action(Verb.PAGE, "x 3")))
    drawing = draw(Reply("27 sản phẩm", tuple(map(short, range(6))), choices, page=page))
    assert drawing.text.startswith("27 sản phẩm\n\n1. <b>Nem 0</b> ★★★☆☆\nHTX\n🟡 Sắp hết hạn\n\n2. <b>Nem 1</b>")
    assert drawing.text.endswith("<i>Trang 2/3 · 27 sản phẩm</i>")
    assert [[button.label for button in row] for row in drawing.buttons] == [
        ["1", "2", "3", "4", "5"], ["6"], ["Trước", "Sau"],
    ]  # fmt: skip
    assert drawing.buttons[0][1].data == "p p1"
    assert drawing.several


def test_buttons_stand_side_by_side_when_they_are_short() -> None:
    choices = (
        Choice("Một lựa chọn chính", Action(Verb.PHOTO), style=Style.MAIN),
        *(Choice(word, Action(Verb.GROUPS, word), style=Style.CHIP) for word in ("Nem", "Rượu", "Bánh", "Gốm")),
        Choice("Xem thêm", Action(Verb.PAGE)),
        Choice("Tìm gần đây", Action(Verb.NEAR)),
        Choice("Một câu khá dài không chia đôi được", Action(Verb.HELP)),
        Choice(" \n", Action(Verb.HELP)),
        Choice("hỏng", url="javascript:alert(1)"),
        Choice("trong nhà", url="http://localhost/x"),
    )
    rows = draw(Reply("Chọn", choices=choices)).buttons
    assert [[button.label for button in row] for row in rows] == [
        ["Một lựa chọn chính"], ["Nem", "Rượu", "Bánh"], ["Gốm"], ["Xem thêm", "Tìm gần đây"],
        ["Một câu khá dài không chia đôi được"],
    ]  # fmt: skip


def test_never_more_than_a_hundred_buttons() -> None:
    choices = tuple(Choice(f"Lựa chọn số {number}", Action(Verb.GROUPS, str(number))) for number in range(130))
    assert sum(map(len, draw(Reply("x", choices=choices)).buttons)) == 100


def test_a_number_that_no_fact_tells_is_said() -> None:
    card = Card("Nem", choices=(Choice("Gọi", url="tel:+84-1"), Choice("Viết", url="mailto:a@b.vn?subject=x")))
    assert draw(Reply(cards=(card,))).text.endswith("Gọi: +841\n\nViết: a@b.vn")


def test_a_caption_leaves_out_the_least_and_says_where_the_rest_is() -> None:
    long = Section("Lịch sử", tuple(Fact(f"Lần {number}", "chữ " * 20) for number in range(10)))
    card = Card(
        **{**{name: getattr(PASSPORT, name) for name in Card.__slots__}, "sections": (*PASSPORT.sections, long)}
    )
    drawing = draw(Reply(cards=(card,)), public_url=SITE)
    assert "Nguồn" not in drawing.caption
    assert "Lịch sử" not in drawing.caption
    assert "0912 345 678" in drawing.caption
    assert drawing.caption.endswith('<a href="https://ocop.example/p/banh-phu-the">… xem đủ trên trang</a>')
    assert "Nguồn" in drawing.text
    assert draw(Reply(cards=(card,))).picture == ""


def test_without_a_page_to_point_at_nothing_is_left_out() -> None:
    long = tuple(Section(f"Phần {part}", tuple(Fact("Dòng", "chữ " * 60) for _ in range(10))) for part in range(3))
    drawing = draw(Reply(cards=(Card("Nem", sections=long),)))
    assert len(drawing.more) == 1
    assert sum(text.count("Dòng") for text in (drawing.text, *drawing.more)) == 30
    with_page = draw(Reply(cards=(Card("Nem", sections=long, url="https://ocop.example/p/nem"),), language="en"))
    assert with_page.more == ()
    assert with_page.text.endswith("see all of it on the page</a>")


def test_long_words_go_on_in_another_message() -> None:
    text = "\n\n".join(f"Đoạn {number}. " + "chữ nghĩa " * 50 for number in range(20))
    drawing = draw(Reply(text))
    said = " ".join([drawing.text, *drawing.more])
    assert drawing.more
    assert said.split() == text.split()


def test_what_is_asked_for() -> None:
    assert draw(Reply("Ở đâu?", wants=Want.LOCATION)).ask == "location"
    assert draw(Reply("Ảnh?", wants=Want.PHOTO)).ask == ""


def test_nothing_to_say_draws_nothing() -> None:
    assert draw(Reply()).text == ""
    assert draw(Reply(" \n ", cards=(Card("\x00"),))).text == ""


def test_phone_links_are_read() -> None:
    assert phone_number("tel:+84-912;ext=5") == "+84912"
    assert phone_number("https://x.vn") == ""


words = st.text(st.characters(codec=None), max_size=120) | st.text("aă 😀<&>\"'\n", max_size=5000)
links = st.builds(Link, words, st.sampled_from(["tel:+84-9", "https://a.vn/?q=\"&'<", "mailto:x@y.vn", "javascript:1"]))
facts = st.builds(Fact, words, words, st.tuples(links) | st.just(()), st.just((1, 2)), st.booleans())
sections = st.builds(Section, words, st.lists(facts, max_size=8).map(tuple))
choices = st.builds(
    Choice, words, st.sampled_from([None, Action(Verb.HELP)]), st.sampled_from(["", "https://a.vn", "tel:1"])
)
sources = st.builds(SourceLine, words, words, words)
cards = st.builds(
    Card,
    title=words,
    subtitle=words,
    stars=st.none() | st.integers(-1, 9),
    standing=st.sampled_from(list(Standing)),
    verdict=words,
    sections=st.lists(sections, max_size=6).map(tuple),
    sources=st.lists(sources, max_size=5).map(tuple),
    note=words,
    picture=st.sampled_from(["", "https://a.vn/1.jpg", "/1.jpg"]),
    url=st.sampled_from(["", "/p/1", "https://a.vn/p"]),
    choices=st.lists(choices, max_size=4).map(tuple),
)
replies = st.builds(
    Reply, words, st.lists(cards, max_size=4).map(tuple), st.lists(choices, max_size=5).map(tuple),
    st.sampled_from([None, *Want]), st.none() | st.builds(Page, st.just(1), st.integers(1, 3), st.just(9)),
    st.lists(words, max_size=3).map(tuple), st.sampled_from(["vi", "en"]),
)  # fmt: skip


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(replies, st.sampled_from(["", SITE]))
def test_whatever_is_said_telegram_takes_it(reply: Reply, site: str) -> None:
    drawing = draw(reply, public_url=site)
    for text in [drawing.text, *drawing.more] if drawing.text else []:
        rules.message_text({"text": text, "parse_mode": "HTML"})
    if drawing.picture:
        assert rules.message_text({"caption": drawing.caption, "parse_mode": "HTML"}, key="caption", limit=1024)
    for row in drawing.buttons:
        for button in row:
            assert button.label.strip()
            assert bool(button.url) != (1 <= len(button.data.encode()) <= 64)


@given(st.text("ab đ😀\n", max_size=300), st.integers(2, 40))
def test_no_word_is_cut_that_fits(text: str, limit: int) -> None:
    parts = telegram_html.pieces(text, limit)
    assert all(0 < utf16_length(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    if all(utf16_length(word) <= limit // 3 for word in text.split()):
        assert " ".join(parts).split() == text.split()


@given(st.text("ab đ😀", max_size=90), st.integers(2, 40))
def test_shortened_words_stay_whole(text: str, limit: int) -> None:
    short_ = telegram_html.shorten(text, limit)
    assert utf16_length(short_) <= limit
    if all(utf16_length(word) < limit // 3 for word in text.split()):
        assert set(short_.removesuffix("…").split()) <= set(text.split())


@given(words)
def test_what_is_escaped_is_seen_as_it_was(text: str) -> None:
    shown = plain(text)
    assert html.unescape(shown.html) == telegram_html.clean(text)
    assert shown.units == rules.units(telegram_html.clean(text))
    assert not re.search(r"[<>]", shown.html)


def test_condensing_gives_up_when_what_must_stay_does_not_fit() -> None:
    assert telegram_html.condense([Block((plain("x" * 50),))], 20, more=plain("…")) is None


def test_inline_results_are_cards_to_share() -> None:
    made = results(
        [short(1, url="/p/p1"), Card("Không liên kết"), Card(" ")],
        language="vi",
        username="b",
        public_url=SITE,
        first=20,
    )
    assert [result.title for result in made] == ["Nem 1 ★★★☆☆", "Không liên kết"]
    assert made[0].reply_markup is not None
    buttons = made[0].reply_markup.inline_keyboard
    assert [row[0].url for row in buttons] == ["https://t.me/b?start=p_p1", "https://ocop.example/p/p1"]
    assert made[1].reply_markup is None
    assert made[0].id.startswith("20-")


def test_a_name_that_fits_no_deep_link_gets_none() -> None:
    assert deep_link(Card("x", choices=(Choice("Xem", Action(Verb.PRODUCT, "a b")),)), "b") == ""
    assert deep_link(short(1), "") == ""
