"""Someone talks, or sends what is no question."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.serving import EXAMPLE
from catalog.inquiry import Address
from handlers.actions import Action, Verb
from handlers.messages import Contact, Location, Strange, Want
from handlers.small_talk import named_entry
from tests.conftest import Dialogue, lines
from tests.dialogues.cards import first_line


async def test_the_first_words(say: Dialogue) -> None:
    assert await say("/start") == lines(
        "Chào bạn! Tôi là Hỏi OCOP.",
        "Gửi ảnh nhãn, hoặc gõ tên sản phẩm, có dấu hay không dấu đều được.",
        "Tôi sẽ cho biết sao OCOP, còn hạn hay không, ai làm và liên hệ thế nào.",
        "",
        "1. Gửi ảnh nhãn",
        "2. Xem theo nhóm sản phẩm",
        "3. Cách dùng",
        "4. English",
        "5. 한국어",
        "6. 中文",
    )
    assert say.reply.wants is Want.PHOTO


async def test_the_help(say: Dialogue) -> None:
    await say("/start")
    assert await say("3") == lines(
        "• Ảnh: chụp gần mã QR hoặc mã vạch, giữ yên máy, tránh lóa. Không có mã thì chụp phần chữ.",
        "• Tên: có dấu hay không dấu, thứ tự nào cũng được; nếu nhiều nơi cùng làm thì kèm nhà sản xuất "
        "hoặc xã/phường.",
        "• Ví dụ: “my gao luc ngan”, “sản phẩm 4 sao ở Lục Ngạn còn hạn”, “sản phẩm của HTX Hằng Hiếu”.",
        "• Sao có giá trị 36 tháng. Tôi cho biết khi nào hết hạn, ai quyết định và thông tin lấy từ đâu.",
        "• Ảnh chỉ được đọc rồi xóa ngay.",
        "",
        "1. Gửi ảnh nhãn",
        "2. Xem theo nhóm sản phẩm",
    )


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("xin chào", "Chào bạn! Bạn muốn hỏi về sản phẩm OCOP nào?"),
        ("cảm ơn", "Không có gì! Bạn cứ hỏi tiếp sản phẩm khác nhé."),
        ("tạm biệt", "Tạm biệt bạn! Khi nào đứng trước quầy hàng, cứ hỏi tôi nhé."),
        (
            "bạn là ai",
            "Tôi là Hỏi OCOP. Tôi cho biết sao OCOP có thật và còn hạn không, ai làm ra sản phẩm và liên hệ thế nào.",
        ),
        ("ok", "Vâng. Khi cần, bạn cứ gõ tên hoặc gửi ảnh nhé."),
    ],
)
async def test_small_talk_is_answered_in_kind(say: Dialogue, said: str, answer: str) -> None:
    assert first_line(await say(said)) == answer
    assert await say._context.store.unmet.of_person(Address("test", "an")) == []


@pytest.mark.parametrize("said", ["cảm ơn", "tạm biệt", "ok", "👍", "ngu vậy", "thank you"])
async def test_what_needs_no_second_answer_gets_none(say: Dialogue, said: str) -> None:
    assert await say(said) != "🙏"
    assert await say(said) == "🙏"
    assert await say(said) == "🙏"
    await say("tương đình tổ htx hoa sen")
    assert await say(said) != "🙏"


@pytest.mark.parametrize("said", ["xin chào", "bạn là ai", "ship không", "sao ngu vậy?", "menu", "số điện thoại?"])
async def test_a_question_or_a_call_is_always_answered(say: Dialogue, said: str) -> None:
    await say(said)
    assert await say(said) != "🙏"


async def test_the_language_is_switched_and_kept(say: Dialogue) -> None:
    assert await say("/lang") == "Bạn muốn tôi nói tiếng nào?\n\n1. Tiếng Việt\n2. English\n3. 한국어\n4. 中文"
    assert await say("2") == "From now on I speak English."
    assert "Valid until 20/12/2027 (391 days left)" in await say("tương đình tổ htx hoa sen")
    assert await say("/lang vi") == "Từ giờ tôi nói tiếng Việt."
    assert "Còn hiệu lực đến 20/12/2027 (còn 391 ngày)" in await say("tương đình tổ htx hoa sen")


async def test_a_language_we_do_not_speak_is_offered_another(say: Dialogue) -> None:
    assert first_line(await say("/lang fr")) == "Bạn muốn tôi nói tiếng nào?"
    assert say.session.language == ""


async def test_the_phones_language_is_spoken_until_another_is_chosen(say: Dialogue) -> None:
    visitor = say.speaking("en-GB")
    assert first_line(await visitor("/start")) == "Hello! I am Hỏi OCOP."
    assert visitor.session.language == ""
    await visitor("/lang vi")
    assert first_line(await visitor("/start")) == "Chào bạn! Tôi là Hỏi OCOP."
    assert first_line(await say.speaking("fr")("/start")) == "Chào bạn! Tôi là Hỏi OCOP."


@pytest.mark.parametrize("kind", ["sticker", "video", "file"])
async def test_what_we_cannot_take(say: Dialogue, kind: str) -> None:
    assert await say(Strange(kind)) == "Tôi đọc được chữ và ảnh. Bạn gõ tên sản phẩm hoặc gửi ảnh nhãn nhé."


async def test_a_phone_number_is_not_kept(say: Dialogue) -> None:
    answer = await say(Contact("0912345678", own=True))
    assert answer == "Cảm ơn bạn. Tôi trả lời mà không cần số điện thoại, và tôi không lưu số đó."
    assert "0912345678" not in repr(say.session)


@pytest.mark.parametrize("place", [Location(99, 0), Location(0, 181), Location(float("nan"), 0), Location(-91, 500)])
async def test_a_place_that_is_nowhere(say: Dialogue, place: Location) -> None:
    assert await say(place) == "Tôi không xác định được vị trí đó. Bạn chia sẻ lại giúp nhé."
    assert say.session.here is None


EMPTY = "Bạn gõ tên sản phẩm, hoặc gửi ảnh nhãn nhé."


@pytest.mark.parametrize("said", ["", "   ", "\n\t", "😀🎉", "\x00\x01\x02", "...", "\ud800", "\u200b\u200d"])
async def test_words_without_a_word(say: Dialogue, said: str) -> None:
    assert await say(said) == EMPTY


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("x" * 10_000, "x" * 57 + "…"),
        ("'; DROP TABLE products;--", "'; DROP TABLE products;--"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{0.__class__} %s {words}", "{0.__class__} %s {words}"),
        ("/unknown", "/unknown"),
        ("a\x00b\x1b[31mc", "a b [31mc"),
    ],
)
async def test_hostile_words_are_only_words(say: Dialogue, said: str, shown: str) -> None:
    assert first_line(await say(said)) == f"Danh mục chưa có “{shown}”."
    assert await say._context.store.count() > 100


@given(
    st.text(max_size=200) | st.text(alphabet=st.characters(codec=None), max_size=40) | st.binary(max_size=60).map(repr)
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_typed_is_answered(say: Dialogue, said: str) -> None:
    assert (await say(said)).strip()


async def test_every_example_leads_to_a_star(say: Dialogue) -> None:
    for language in ("vi", "en"):
        told = await say.speaking(language)("/help")
        examples = re.findall("“([^”]+)”", told)
        assert len(examples) == 3
        for example in (*examples, EXAMPLE):
            await say(example)
            assert say.reply.cards
            assert say.reply.cards[0].stars is not None, example


async def test_a_location_shared_in_english_lists_what_is_near(say: Dialogue) -> None:
    await say("/lang en")
    said = await say(Location(21.18, 106.07))
    assert "near me" not in said
    assert "do not have" not in said
    assert len(say.reply.cards) > 1


@pytest.mark.parametrize("kind", ["voice", "audio"])
async def test_a_voice_message_is_told_what_to_do(say: Dialogue, kind: str) -> None:
    assert "micro trên bàn phím" in await say(Strange(kind))
    assert say.reply.wants is Want.PHOTO


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("tiếng Hàn", "ko"), ("nói tiếng Anh", "en"), ("speak Korean", "ko"), ("Change language to Chinese", "zh"),
        ("영어로", "en"), ("중국어로 바꿔 주세요", "zh"), ("说英语", "en"), ("换成韩语", "ko"),
        ("한국어", "ko"), ("中文", "zh"),
    ],
)  # fmt: skip
async def test_a_language_is_changed_by_its_name(say: Dialogue, typed: str, language: str) -> None:
    await say(typed)
    assert say.reply.language == language
    assert say.session.language == language


@pytest.mark.parametrize("typed", ["ngôn ngữ", "language", "언어", "语言", "Đổi ngôn ngữ!"])
async def test_the_languages_are_offered_by_their_word(say: Dialogue, typed: str) -> None:
    await say(typed)
    assert [str(choice.action) for choice in say.reply.choices][:4] == ["lang vi", "lang en", "lang ko", "lang zh"]


@pytest.mark.parametrize("typed", ["메뉴", "菜单", "trình đơn"])
async def test_the_menu_is_opened_by_its_word_in_each_language(say: Dialogue, typed: str) -> None:
    await say(typed)
    assert any(choice.action == Action(Verb.MINE) for choice in say.reply.choices)


@pytest.mark.parametrize(
    ("typed", "opened"),
    [
        ("dữ liệu của tôi", Verb.DATA),
        ("bạn lưu gì về tôi?", Verb.DATA),
        ("what do you know about me", Verb.DATA),
        ("my data", Verb.DATA),
        ("내 데이터", Verb.DATA),
        ("我的数据", Verb.DATA),
        ("xoá dữ liệu của tôi", Verb.ERASE),
        ("tôi muốn xóa hết dữ liệu", Verb.ERASE),
        ("xoá lịch sử trò chuyện", Verb.ERASE),
        ("delete my data", Verb.ERASE),
        ("erase everything about me", Verb.ERASE),
        ("내 데이터 삭제해 주세요", Verb.ERASE),
        ("删除我的数据", Verb.ERASE),
        ("chia sẻ", Verb.SHARE),
        ("내 신고", Verb.MINE),
    ],
)
def test_what_is_kept_is_shown_and_erased_by_its_words(typed: str, opened: Verb) -> None:
    assert named_entry(typed) == Action(opened)


async def test_what_is_not_there_is_named_as_it_was_typed(say: Dialogue) -> None:
    assert "가까운 주유소" in await say("가까운 주유소")
    assert "附近的加油站" in await say("附近的加油站")
