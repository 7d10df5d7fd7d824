"""People who use Telegram: what they do becomes updates of the recorded shape."""

import re
from dataclasses import dataclass
from typing import Any

from tests.stands.telegram.rules import units
from tests.stands.telegram.server import BotApi
from tests.stands.telegram.world import BOT, Json

_MARKED = re.compile(r"(?<!\S)(/[A-Za-z0-9_]+(?:@\w+)?)|(@\w{3,})")


@dataclass(frozen=True, slots=True)
class Someone:
    """A person with a phone; *chat* is where they speak (None: privately with the bot)."""

    api: BotApi
    number: int = 100_001
    first_name: str = "Lan"
    language: str = "vi"
    group: Json | None = None

    @property
    def user(self) -> Json:
        return {
            "id": self.number, "is_bot": False, "first_name": self.first_name, "last_name": "Nguyễn",
            "username": f"user{self.number}", "language_code": self.language,
        }  # fmt: skip

    @property
    def chat(self) -> Json:
        return self.group or {"id": self.number, "type": "private", "first_name": self.first_name}

    def start(self) -> None:
        """Be known to the bot without a word."""
        self.api.world.chats.setdefault(self.chat["id"], self.chat)

    def send(self, **content: Any) -> Json:
        """Any message."""
        message = self.api.world.said(self.chat, sender=self.user, **content)
        self.api.world.happen("message", message)
        return message

    def say(self, text: str, **more: Any) -> Json:
        return self.send(text=text, entities=marks(text) or None, **more)

    def edit(self, message: Json, **content: Any) -> None:
        edited = {**message, **content, "edit_date": message["date"] + 5}
        self.api.world.happen("edited_message", edited)

    def photo(self, image: bytes, *, caption: str | None = None, album: str | None = None, **more: Any) -> Json:
        small, large = self.api.world.keep_file(b"small"), self.api.world.keep_file(image)
        sizes = [{**small, "width": 90, "height": 67}, {**large, "width": 1280, "height": 960}]
        named = marks(caption or "") or None
        return self.send(photo=sizes, caption=caption, caption_entities=named, media_group_id=album, **more)

    def file(self, content: bytes, *, kind: str = "image/png", name: str = "ma.png", size: int | None = None) -> Json:
        return self.send(
            document={**self.api.world.keep_file(content, size=size), "file_name": name, "mime_type": kind}
        )

    def tap(self, message_id: int, label: str) -> Json:
        """Press the button with *label* under the bot's message."""
        message = self.api.world.messages[self.chat["id"], message_id]
        buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
        data = next(button["callback_data"] for button in buttons if button["text"] == label)
        return self.press(data, message)

    def press(self, data: str, message: Json) -> Json:
        query = str(self.api.world.number("callback", 4_000_000))
        self.api.world.callbacks[query] = False
        shown = {key: value for key, value in message.items() if key != "marked"}
        what = {"id": query, "from": self.user, "message": shown, "chat_instance": "-77", "data": data}
        self.api.world.happen("callback_query", what)
        return what

    def type(self, words: str, offset: str = "") -> str:
        """Type ``@bot words`` in some chat."""
        query = str(self.api.world.number("inline", 9_000_000))
        self.api.world.inlines[query] = False
        self.api.world.happen("inline_query", {
            "id": query, "from": self.user, "query": words, "offset": offset, "chat_type": "sender",
        })  # fmt: skip
        return query

    def become(self, status: str) -> None:
        """Let the bot in ("member") or shut it out ("kicked")."""
        self.start()
        self.api.world.shut.pop(self.chat["id"], None)
        if status in {"kicked", "left"}:
            self.api.world.shut[self.chat["id"]] = "bot was blocked by the user"
        until = {"until_date": 0} if status == "kicked" else {}
        self.api.world.happen("my_chat_member", {
            "chat": self.chat, "from": self.user, "date": 1_790_000_000,
            "old_chat_member": {"status": "left", "user": BOT},
            "new_chat_member": {"status": status, "user": BOT, **until},
        })  # fmt: skip


def marks(text: str) -> list[Json]:
    """The entities Telegram finds: commands and mentions."""
    return [
        {
            "type": "bot_command" if match[1] else "mention",
            "offset": units(text[: match.start()]),
            "length": units(match[0]),
        }
        for match in _MARKED.finditer(text)
    ]


def group(number: int = -1_001_500_000_000, **more: Any) -> Json:
    return {"id": number, "type": "supergroup", "title": "Chợ quê Bắc Ninh", **more}
