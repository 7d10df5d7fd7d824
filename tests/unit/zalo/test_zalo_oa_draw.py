"""One answer is one message, whole if it fits, and always one that Zalo takes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel_kit.utf16 import utf16_length
from bot.channels.zalo_oa.draw import condense, draw
from handlers.actions import Action, Verb
from handlers.messages import Card, Choice, Fact, Reply, Section, SourceLine, Style
from tests.stands.zalo_oa import rules

NAMES = ["Nem bùi Ninh Xá", "Bánh phu thê Đình Bảng", "Rượu làng Vân", "Tương Đình Tổ", "Gạo nếp cái hoa vàng"]


def short(number: int, **more) -> Card:
    name = NAMES[number]
    return Card(
        title=name,
        subtitle="HTX Ninh Xá — Phường Ninh Xá",
        stars=4,
        verdict="Còn hiệu lực đến 12/03/2027",
        choices=(Choice("Xem", Action(Verb.PRODUCT, f"sp{number}"), style=Style.MAIN),),
        **more,
    )


def whole(**more) -> Card:
    facts = (Fact("Hạng", "4 sao", sources=(1,)), Fact("Quyết định", "1234/QĐ-UBND", sources=(1,)))
    return Card(
        title=NAMES[0],
        stars=4,
        verdict="Còn hiệu lực đến 12/03/2027 (còn 108 ngày)",
        sections=(Section("Giấy chứng nhận", facts),),
        sources=(SourceLine("Quyết định 1234", as_of="12/03/2024"),),
        note="Có trong danh mục không có nghĩa món hàng bạn cầm là thật.",
        **more,
    )


def elements(reply: Reply):
    message = draw(reply, public_url="https://hoi-ocop.example").message
    rules.check(message)
    return message["attachment"]["payload"]["elements"]


def test_words_are_words():
    drawn = draw(Reply(text="Xin chào"))
    assert drawn.message == {"text": "Xin chào"}
    assert drawn.plain is None


def test_four_results_are_a_list_under_its_headline():
    more = Choice("Trang sau", Action(Verb.PAGE, "ab12 2"))
    reply = Reply(text="Tìm thấy 12 sản phẩm\nTrang 1/3", cards=tuple(map(short, range(4))), choices=(more,))
    message = draw(reply).message
    rules.check(message)
    payload = message["attachment"]["payload"]
    assert payload["template_type"] == "list"
    assert payload["elements"][0] == {"title": "Tìm thấy 12 sản phẩm", "subtitle": "Trang 1/3"}
    assert payload["elements"][1] == {
        "title": "1. Nem bùi Ninh Xá",
        "subtitle": "★★★★☆ HTX Ninh Xá — Phường Ninh Xá\nCòn hiệu lực đến 12/03/2027",
        "default_action": {"type": "oa.query.hide", "payload": "#p sp0"},
    }
    assert payload["buttons"] == [{"title": "Trang sau", "type": "oa.query.hide", "payload": "#more ab12 2"}]


def test_five_results_lose_neither_a_card_nor_the_headline():
    found = elements(Reply(text="Tìm thấy 12", warnings=("Tem thanh toán!",), cards=tuple(map(short, range(5)))))
    assert [one["title"] for one in found] == [f"{number}. {name}" for number, name in enumerate(NAMES, start=1)]
    assert found[0]["subtitle"].startswith("⚠ Tem thanh toán!\nTìm thấy 12\n★★★★☆")


def test_a_single_line_above_a_list_has_a_title():
    assert elements(Reply(text="Tìm thấy 2", cards=(short(0), short(1))))[0] == {
        "title": "Hỏi OCOP",
        "subtitle": "Tìm thấy 2",
    }


def test_pictures_and_pages_of_ours_are_given_in_full():
    cards = (short(0, picture="/pictures/1.jpg"), Card("B", url="https://b.example/x", picture="data:x"))
    first, second = elements(Reply(cards=cards))
    assert first["image_url"] == "https://hoi-ocop.example/pictures/1.jpg"
    assert "image_url" not in second
    assert second["default_action"] == {"type": "oa.open.url", "url": "https://b.example/x"}
    assert second["subtitle"] == "B"


def test_a_card_is_a_picture_with_words_and_buttons():
    choices = (
        Choice("Gọi 0912 345 678", url="tel:+84-912-345-678"),
        Choice("Mở trang web", url="https://nembui.example"),
        Choice("Viết thư", url="mailto:a@b.vn"),
        Choice("Sai sản phẩm?", Action(Verb.NOT_THIS, "sp0")),
    )
    drawn = draw(Reply(cards=(whole(choices=choices, picture="https://nembui.example/1.jpg"),)))
    rules.check(drawn.message)
    payload = drawn.message["attachment"]["payload"]
    assert payload["template_type"] == "media"
    assert payload["elements"] == [{"media_type": "image", "url": "https://nembui.example/1.jpg"}]
    assert payload["buttons"] == [
        {"title": "Gọi 0912 345 678", "type": "oa.open.phone", "payload": {"phone_code": "+84912345678"}},
        {"title": "Mở trang web", "type": "oa.open.url", "payload": {"url": "https://nembui.example"}},
        {"title": "Sai sản phẩm?", "type": "oa.query.hide", "payload": "#nope sp0"},
    ]
    assert "Sai sản phẩm?" not in drawn.message["text"]
    assert "Còn hiệu lực đến 12/03/2027" in drawn.message["text"]
    assert drawn.plain is not None
    assert "1. Sai sản phẩm?" in drawn.plain["text"]


def test_more_choices_than_buttons_are_numbered_too_and_the_main_ones_come_first():
    choices = tuple(
        Choice(f"Lựa chọn {n}", Action(Verb.MAKER, str(n)), style=Style.MAIN if n == 6 else Style.PLAIN)
        for n in range(1, 8)
    )
    message = draw(Reply(text="Chọn đi", choices=choices)).message
    rules.check(message)
    assert [button["title"] for button in message["attachment"]["payload"]["buttons"]][:2] == [
        "Lựa chọn 6",
        "Lựa chọn 1",
    ]
    assert "7. Lựa chọn 7" in message["text"]


def test_six_results_are_said_in_words():
    message = draw(Reply(text="Sáu", cards=tuple(short(n % 5) for n in range(6)))).message
    rules.check(message)
    assert "attachment" not in message
    assert "6. Nem bùi Ninh Xá" in message["text"]


def test_a_long_card_keeps_its_verdict_and_loses_its_sources_first():
    facts = tuple(Fact(f"Dữ kiện {n}", "x" * 90) for n in range(15))
    sources = tuple(SourceLine(f"Nguồn {n} " + "y" * 60) for n in range(12))
    card = Card(
        "Nem", verdict="Còn hiệu lực", sections=(Section("Một", facts),), sources=sources, note="Không chứng minh."
    )
    text = condense(Reply(warnings=("Coi chừng",), cards=(card,)))
    assert utf16_length(text) <= 2000
    assert text.startswith("⚠ Coi chừng\n\nNem\nCòn hiệu lực")
    assert "Dữ kiện 14" in text
    assert "Không chứng minh." in text
    assert "Nguồn" not in text


def test_the_last_sections_go_next_and_at_last_whole_lines():
    section = Section("Một", tuple(Fact(f"Dữ kiện {n}", "x" * 200) for n in range(8)))
    two = condense(Reply(cards=(Card("Nem", sections=(section, Section("Hai", section.facts))),)))
    assert utf16_length(two) <= 2000
    assert "HAI" not in two
    assert "Dữ kiện 7" in two
    long = condense(Reply(text="\n".join(f"Dòng {n} " + "z" * 80 for n in range(60))))
    assert utf16_length(long) <= 2000
    assert long.endswith("z\n…")


def test_a_text_without_pauses_is_cut_between_letters():
    assert utf16_length(condense(Reply(text="😀" * 3000))) in range(1990, 2001)
    assert condense(Reply(text="từ " * 1500)).endswith("từ …")


WORDS = st.text(max_size=40) | st.text(st.characters(codec="utf-16"), max_size=2200)
TITLES = st.text(st.characters(codec="utf-16", exclude_categories=["Zs", "Cc", "Zl", "Zp"]), min_size=1, max_size=150)
URLS = st.sampled_from(["", "https://a.example/1", "tel:+84912345678", "mailto:a@b.vn", "/p/1"])
CHOICES = st.lists(
    st.builds(
        Choice,
        label=TITLES,
        action=st.none() | st.builds(Action, st.sampled_from(Verb), st.from_regex(r"[a-z0-9-]{0,20}", fullmatch=True)),
        url=URLS,
        style=st.sampled_from(Style),
    ),
    max_size=8,
).map(tuple)
SECTIONS = st.lists(st.builds(Section, WORDS, st.lists(st.builds(Fact, TITLES, WORDS), max_size=4).map(tuple))).map(
    tuple
)
CARDS = st.lists(
    st.builds(Card, title=TITLES, subtitle=WORDS, stars=st.none() | st.integers(1, 5), verdict=WORDS,
              sections=SECTIONS, picture=URLS, url=URLS, choices=CHOICES),
    max_size=7,
).map(tuple)  # fmt: skip
REPLIES = st.builds(Reply, text=TITLES, cards=CARDS, choices=CHOICES, warnings=st.lists(TITLES, max_size=2).map(tuple))


@given(REPLIES)
@settings(max_examples=150, deadline=None)
def test_zalo_takes_whatever_we_draw(reply):
    drawn = draw(reply, public_url="https://hoi-ocop.example")
    rules.check(drawn.message)
    if drawn.plain is not None:
        rules.check(drawn.plain)
