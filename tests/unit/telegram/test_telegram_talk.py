"""Conversations over real HTTP: what people do, and what the Bot API is asked to show."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channel import Delivery, Gone, Health, Refused
from bot.channels.telegram.strings import describe_commands
from handlers.actions import Action, Verb
from handlers.messages import Choice, Incoming, Location, Person, Reply, Tap, Voice, Want
from handlers.phrases import languages, speech
from tests.pseudo import LANGUAGE, spoken
from tests.stands.telegram import BotApi, Someone, group
from tests.stands.telegram.house import House, echo, product, until
from tests.unit.telegram.conftest import Live

PICTURE = "https://ocop.example/media/banh.jpg"


def shop(incoming: Incoming) -> Reply:
    """A list for words, a product for a tap on it, other facts of it below."""
    match incoming.content:
        case Tap(Action(Verb.PRODUCT, "pictured")):
            return Reply(cards=(product(9, picture=PICTURE, choices=(ANOTHER, BACK, DETAIL)),))
        case Tap(Action(Verb.PRODUCT, subject)):
            return Reply(f"Sản phẩm {subject}", choices=(BACK,))
        case Tap(Action(Verb.MAKER)):
            return Reply("Chủ thể", choices=(BACK,))
        case _:
            choices = (Choice("Ảnh", Action(Verb.PRODUCT, "pictured")), Choice("Lại", Action(Verb.PAGE)))
            return Reply("2 sản phẩm", (product(1), product(2)), choices)


ANOTHER = Choice("Khác", Action(Verb.PRODUCT, "pictured"))
BACK = Choice("Danh sách", Action(Verb.PAGE))
DETAIL = Choice("Chủ thể", Action(Verb.MAKER))


async def test_it_starts_with_commands_in_both_languages(api: BotApi, live: Live) -> None:
    async with live(House(echo)) as channel:
        assert channel.condition().health is Health.STARTING
        await until(lambda: channel.condition().health is Health.UP)
        assert set(api.methods.commands) == {"", *languages()}
        assert api.methods.commands["en"][1] == {"command": "tim", "description": "Find a product by name"}
        for language in languages():
            listed = {each["command"]: each["description"] for each in api.methods.commands[language]}
            assert listed == describe_commands(speech(language))
        assert api.methods.menu_button == "commands"
        assert channel.name == "telegram"
        assert not channel.routes()
        assert not channel.keeps_answers


async def test_a_language_from_a_folder_has_its_menu_too(api: BotApi, live: Live, tmp_path: Path) -> None:
    with spoken(tmp_path):
        async with live(House(echo)) as channel:
            await until(lambda: channel.condition().health is Health.UP)
            known = languages()
    assert LANGUAGE in known
    assert set(api.methods.commands) == {"", *known}
    assert api.methods.commands[LANGUAGE][8] == {
        "command": "ngonngu",
        "description": f"«Change the language ({', '.join(known)})»",
    }


async def test_words_are_answered_escaped_and_without_previews(api: BotApi, lan: Someone, live: Live) -> None:
    async with live(House(echo)):
        lan.say("nem <b>bùi</b> & https://x.vn")
        (sent,) = await until(lambda: api.made("sendMessage"))
        assert sent["text"] == "Text: nem &lt;b&gt;bùi&lt;/b&gt; &amp; https://x.vn"
        assert sent["link_preview_options"] == {"is_disabled": True}


async def test_a_tap_edits_its_message_and_stops_the_button_spinning(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(shop)
    async with live(house):
        lan.say("bánh")
        await until(lambda: house.outcomes)
        number = int(str(house.outcomes[0]).partition("/")[2])
        tap = lan.tap(number, "2")
        await until(lambda: len(house.outcomes) == 2)
        assert api.world.messages[100_001, number]["text"] == "Sản phẩm banh-2"
        await until(lambda: api.world.callbacks[tap["id"]])
        lan.tap(number, "Danh sách")
        await until(lambda: len(house.outcomes) == 3)
        lan.tap(number, "Lại")
        await until(lambda: len(house.outcomes) == 4)
        assert house.outcomes == [f"100001/{number}"] * 4
        assert api.world.messages[100_001, number]["text"].startswith("2 sản phẩm")
        assert len(api.made("sendMessage")) == 1


async def test_a_list_becomes_a_picture_and_a_picture_other_words(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(shop)
    async with live(house):
        lan.say("bánh")
        await until(lambda: house.outcomes)
        number = int(str(house.outcomes[0]).partition("/")[2])
        lan.tap(number, "Ảnh")
        await until(lambda: len(house.outcomes) == 2)
        message = api.world.messages[100_001, number]
        assert message["photo"]
        assert message["caption"].startswith("Bánh phu thê 9 ★★★★☆")
        lan.tap(number, "Chủ thể")
        await until(lambda: len(house.outcomes) == 3)
        assert message["caption"] == "Chủ thể"
        lan.tap(number, "Danh sách")
        await until(lambda: len(house.outcomes) == 4)
        assert house.outcomes[3] != house.outcomes[0], "a list under one product's picture would mislead"
        assert message["caption"] == "Chủ thể"


async def test_a_tap_on_a_message_that_is_gone_is_answered_anew(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(shop)
    async with live(house):
        message = lan.say("bánh")
        await until(lambda: house.outcomes)
        lan.press("p banh-1", {"message_id": 1, "date": 0, "chat": lan.chat})
        lan.press("p banh-2", {**message, "from": lan.user})
        await until(lambda: len(house.outcomes) == 3)
        assert [sent["text"] for sent in api.made("sendMessage")][1:] == ["Sản phẩm banh-1", "Sản phẩm banh-2"]


async def test_a_picture_goes_with_its_words_or_the_words_alone(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(lambda _: Reply(cards=(product(9, picture=PICTURE),)))
    async with live(house):
        lan.say("bánh")
        await until(lambda: api.made("sendPhoto"))
        assert api.made("sendPhoto")[0]["photo"] == PICTURE
        api.world.refused_pictures.add(PICTURE)
        lan.say("bánh nữa")
        (sent,) = await until(lambda: api.made("sendMessage"))
        assert sent["text"].startswith("<b>Bánh phu thê 9</b>")
        lan.press("help", {"message_id": 1, "date": 0, "chat": lan.chat})
        await until(lambda: len(api.made("sendMessage")) == 2)
        shown = api.world.messages[100_001, int(str(house.outcomes[1]).partition("/")[2])]
        lan.press("help", shown)
        await until(lambda: len(house.outcomes) == 4)
        assert len(api.made("sendMessage")) == 2, "the same words again are no change"


async def test_long_words_go_on_and_the_buttons_come_last(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(lambda _: Reply("chữ nghĩa " * 900, choices=(BACK,)))
    async with live(house):
        lan.say("dài")
        sent = await until(lambda: len(api.made("sendMessage")) == 3 and api.made("sendMessage"))
        assert ["reply_markup" in one for one in sent] == [False, False, True]
        lan.tap(12 + 1, "Danh sách")
        await until(lambda: len(api.made("sendMessage")) == 5)
        assert len(api.made("editMessageText")) == 1


async def test_a_place_is_asked_for_with_a_button_in_private_only(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(
        lambda incoming: Reply("Bạn ở đâu?", wants=Want.LOCATION, choices=(BACK,) * isinstance(incoming.content, Tap))
    )
    async with live(house):
        lan.say("gần đây")
        (sent,) = await until(lambda: api.made("sendMessage"))
        assert sent["reply_markup"]["keyboard"] == [[{"text": "📍 Gửi vị trí của tôi", "request_location": True}]]
        lan.press("near", {"message_id": 1, "date": 0, "chat": lan.chat})
        await until(lambda: len(api.made("sendMessage")) == 3)
        assert api.made("sendMessage")[2]["reply_markup"]["keyboard"]
        replace(lan, group=group()).say("/start@hoi_ocop_bot")
        await until(lambda: len(house.outcomes) == 3)
        assert "keyboard" not in api.made("sendMessage")[-1].get("reply_markup", {})
        lan.send(location={"latitude": 21.1, "longitude": 106.0})
        await until(lambda: len(house.outcomes) == 4)
        assert house.kept[-1].content == Location(21.1, 106.0)


async def test_a_phone_number_may_be_asked_for(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(lambda _: Reply("Số của bạn?", wants=Want.CONTACT))
    async with live(house):
        lan.say("liên hệ")
        (sent,) = await until(lambda: api.made("sendMessage"))
        assert sent["reply_markup"]["keyboard"][0][0]["request_contact"] is True


async def test_in_a_group_the_answer_quotes_its_question(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    hoa = replace(lan, group=group(is_forum=True))
    async with live(house):
        hoa.say("chiều nay họp")
        asked = hoa.say("@hoi_ocop_bot nem bùi", message_thread_id=5, is_topic_message=True)
        (sent,) = await until(lambda: api.made("sendMessage"))
        assert sent["chat_id"] == group()["id"]
        assert sent["message_thread_id"] == 5
        assert sent["reply_parameters"]["message_id"] == asked["message_id"]
        assert sent["text"] == "Text: nem bùi"


async def test_an_edit_is_answered_once_and_only_if_words_changed(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    async with live(house):
        first = lan.say("nem bui")
        lan.edit(first)
        lan.edit(first, text="nem bùi")
        lan.edit(first, text="nem bùi")
        lan.say("xong")
        await until(lambda: len(house.outcomes) == 3)
        assert [sent["text"] for sent in api.made("sendMessage")] == ["Text: nem bui", "Text: nem bùi", "Text: xong"]


async def test_who_shut_us_out_is_told_again_once_they_write(api: BotApi, lan: Someone, live: Live) -> None:
    """Also where Telegram never says that they let us in again."""
    house = House(echo)
    notice = Delivery(Person("telegram", "100001"), Reply("Tin mới"), key="n1")
    async with live(house) as channel:
        lan.become("kicked")
        with pytest.raises(Gone):
            await channel.deliver(notice)
        api.world.shut.clear()
        lan.say("nem")
        await until(lambda: house.outcomes)
        assert (await channel.deliver(notice)).startswith("100001/")
        await asyncio.sleep(0.2)  # four seconds here
        api.world.shut[100_001] = "user is deactivated"
        with pytest.raises(Gone):
            await channel.deliver(notice)
        with pytest.raises(Gone):
            await channel.deliver(replace(notice, person=Person("telegram", "99")))


PHOTOS_FORBIDDEN = (
    "Bad Request: not enough rights to send photos to the chat",
    "Bad Request: not enough rights to send media messages to the chat",
    "Bad Request: have no rights to send a photo",
    "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN",
    "Bad Request: CHAT_SEND_MEDIA_FORBIDDEN",
    "Forbidden: CHAT_SEND_PHOTOS_FORBIDDEN",
)


@pytest.mark.parametrize("words", PHOTOS_FORBIDDEN)
async def test_a_group_that_forbids_photos_is_answered_in_words(
    api: BotApi, lan: Someone, live: Live, words: str
) -> None:
    house = House(lambda _: Reply(cards=(product(1, picture=PICTURE),)))
    hoa = replace(lan, group=group())
    api.world.forbidden[group()["id"], "photo"] = words
    async with live(house):
        hoa.say("@hoi_ocop_bot bánh")
        (sent,) = await until(lambda: api.made("sendMessage"))
        assert "Bánh phu thê 1" in sent["text"]
        await until(lambda: house.outcomes)
        assert house.outcomes == [f"{group()['id']}/11"]


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: not enough rights to send text messages to the chat",
        "Bad Request: TOPIC_CLOSED",
        "Forbidden: CHAT_SEND_PLAIN_FORBIDDEN",
    ],
)
async def test_a_group_where_nothing_may_be_said_is_not_gone(api: BotApi, lan: Someone, live: Live, words: str) -> None:
    house = House(echo)
    hoa = replace(lan, group=group())
    api.world.forbidden[group()["id"], "text"] = words
    async with live(house):
        hoa.say("@hoi_ocop_bot bánh")
        await until(lambda: house.outcomes)
        assert type(house.outcomes[0]) is Refused
        api.world.forbidden.clear()
        hoa.say("@hoi_ocop_bot nem")
        await until(lambda: api.made("sendMessage"))


async def test_a_topic_of_a_private_chat_is_answered_in_it_or_beside_it(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(shop)
    async with live(house):
        lan.say("bánh", message_thread_id=7, is_topic_message=True)
        (sent,) = await until(lambda: api.made("sendMessage"))
        assert sent["message_thread_id"] == 7
        api.world.topics_gone.add((100_001, 8))
        lan.say("nem", message_thread_id=8, is_topic_message=True)
        _, beside = await until(lambda: len(made := api.made("sendMessage")) == 2 and made)
        assert "message_thread_id" not in beside


async def test_a_doubled_tap_is_acknowledged_once(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(shop)
    async with live(house):
        lan.say("bánh")
        await until(lambda: house.outcomes)
        lan.tap(int(str(house.outcomes[0]).partition("/")[2]), "2")
        await until(lambda: api.made("answerCallbackQuery"))
        again = next(update for update in api.world.confirmed if "callback_query" in update)
        api.world.happen("callback_query", again["callback_query"])
        lan.say("xong")
        await until(lambda: len(house.outcomes) == 3)
        assert house.again == 1
        assert len(api.made("answerCallbackQuery", status=None)) == 1


async def test_typing_lasts_as_long_as_the_answer_takes(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    thinking = asyncio.Event()
    house.thinking = thinking
    async with live(house):
        lan.photo(b"pixels")
        await until(lambda: len(api.made("sendChatAction")) >= 3)
        assert house.outcomes == []
        thinking.set()
        await until(lambda: house.outcomes)
        told = len(api.made("sendChatAction", status=None))
        await asyncio.sleep(0.4)  # eight seconds here
        assert len(api.made("sendChatAction", status=None)) <= told + 1


async def test_a_voice_message_is_fetched_where_somebody_listens_and_is_short(
    api: BotApi, lan: Someone, live: Live
) -> None:
    house = House(echo, hears=True)
    async with live(house):
        for seconds in (3, 75):
            lan.send(voice={**api.world.keep_file(b"OggS"), "duration": seconds, "mime_type": "audio/ogg"})
        await until(lambda: len(house.outcomes) == 2)
    heard = [incoming.content for incoming in house.kept]
    assert [(each.audio, each.seconds) for each in heard if isinstance(each, Voice)] == [(b"OggS", 3), (b"", 75)]
    assert len(api.made("getFile")) == 1


async def test_a_group_that_moved_is_followed(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    old = replace(lan, group={"id": -500, "type": "group", "title": "Chợ"})
    new = replace(lan, group=group())
    new.start()
    async with live(house):
        api.world.moved[-500] = group()["id"]
        old.say("/huongdan")
        await until(lambda: house.outcomes)
        assert str(house.outcomes[0]).startswith(str(group()["id"]))
        old.say("/huongdan@hoi_ocop_bot")
        await until(lambda: len(house.outcomes) == 2)
        assert [c.status for c in api.calls if c.method == "sendMessage"] == [400, 200, 200]
        old.send(migrate_to_chat_id=-77)
        await until(lambda: house.memory.kept["moved:-500"] == "-77")


async def test_nothing_to_say_is_not_said(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(lambda _: Reply())
    async with live(house):
        lan.say("x")
        await until(lambda: house.outcomes)
        assert house.outcomes == [""]
        assert api.made("sendMessage") == []


async def test_inline_mode_gives_cards_page_by_page(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo, cards=[product(number) for number in range(23)])
    async with live(house):
        lan.type("bánh")
        await until(lambda: len(api.methods.shared) == 1)
        replace(lan, language="en").type("bánh", offset=api.methods.shared[0]["next_offset"])
        await until(lambda: len(api.methods.shared) == 2)
        lan.type("")
        await until(lambda: len(api.methods.shared) == 3)
        first, second, empty = api.methods.shared
        assert [len(one["results"]) for one in api.methods.shared] == [20, 3, 20]
        assert (first["next_offset"], second["next_offset"]) == ("20", "")
        assert (first["cache_time"], first["is_personal"], second["is_personal"]) == (300, False, True)
        assert empty["button"]["start_parameter"] == "inline"
        links = [row[0]["url"] for row in first["results"][0]["reply_markup"]["inline_keyboard"]]
        assert links == ["https://t.me/hoi_ocop_bot?start=p_banh-0", "https://ocop.example/p/banh-0"]
        assert not {r["id"] for r in first["results"]} & {r["id"] for r in second["results"]}
