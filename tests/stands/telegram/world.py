"""What Telegram's servers know: chats, messages, files, and the updates that wait for the bot."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from tests.stands.telegram.rules import Refusal

BOT: dict[str, Any] = {
    "id": 7_000_000_001,
    "is_bot": True,
    "first_name": "Hỏi OCOP",
    "username": "hoi_ocop_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
    "can_connect_to_business": False,
    "has_main_web_app": False,
    "has_topics_enabled": False,
    "allows_users_to_create_topics": False,
    "can_manage_bots": False,
}
Json = dict[str, Any]


@dataclass(slots=True)
class World:
    """*shut* are chats that blocked or kicked the bot, *moved* are groups that became supergroups.

    *forbidden* says with which words a chat refuses a kind of message, *topics_gone* are topics that were removed.
    """

    chats: dict[int, Json] = field(default_factory=dict)
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    shut: dict[int, str] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    forbidden: dict[tuple[int, str], str] = field(default_factory=dict)
    topics_gone: set[tuple[int, int]] = field(default_factory=set)
    refused_pictures: set[str] = field(default_factory=set)
    callbacks: dict[str, bool] = field(default_factory=dict)
    inlines: dict[str, bool] = field(default_factory=dict)
    pending: list[Json] = field(default_factory=list)
    confirmed: list[Json] = field(default_factory=list)
    wanted: set[str] | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, kind: str, first: int = 1) -> int:
        self._numbers[kind] = self._numbers.get(kind, first - 1) + 1
        return self._numbers[kind]

    def happen(self, kind: str, what: Json) -> Json:
        """Something the bot may want to hear of; dropped if it said that it does not."""
        update = {"update_id": self.number("update", 500_000_000), kind: what}
        if self.wanted is None or kind in self.wanted:
            self.pending.append(update)
            self.news.set()
        return update

    def confirm(self, offset: int) -> None:
        """Forget what comes before *offset*."""
        self.confirmed += [update for update in self.pending if update["update_id"] < offset]
        self.pending = [update for update in self.pending if update["update_id"] >= offset]

    def chat(self, number: int) -> Json:
        """The chat the bot wants to write to; refuses what it cannot reach."""
        if number in self.moved:
            raise Refusal(
                "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.moved[number]
            )
        if number in self.shut:
            raise Refusal(f"Forbidden: {self.shut[number]}", status=403)
        if number not in self.chats:
            raise Refusal("Bad Request: chat not found")
        return self.chats[number]

    def new_message(self, chat: int, **content: Any) -> Json:
        """A message of the bot's in *chat*."""
        message = self._message(self.chat(chat), sender=BOT, **content)
        self.messages[chat, message["message_id"]] = message
        return message

    def said(self, chat: Json, *, sender: Json, **content: Any) -> Json:
        """A message of a person's in *chat*."""
        self.chats.setdefault(chat["id"], chat)
        message = self._message(chat, sender=sender, **content)
        self.messages[chat["id"], message["message_id"]] = message
        return message

    def _message(self, chat: Json, *, sender: Json, **content: Any) -> Json:
        kept = {key: value for key, value in content.items() if value is not None}
        number = self.number(f"message {chat['id']}", 10)
        return {"message_id": number, "date": int(time.time()), "chat": chat, "from": sender, **kept}

    def own_message(self, chat: int, number: int) -> Json:
        """A message that the bot may edit."""
        self.chat(chat)
        message = self.messages.get((chat, number))
        if message is None:
            raise Refusal("Bad Request: message to edit not found")
        if message["from"]["id"] != BOT["id"]:
            raise Refusal("Bad Request: message can't be edited")
        return message

    def keep_file(self, content: bytes, *, size: int | None = None) -> Json:
        """A file on Telegram's servers, as messages name it; *size* may claim more than it has."""
        number = self.number("file")
        identity = f"AgACAgUAAxkBAAI{number:06d}"
        self.files[identity] = content
        self.sizes[identity] = len(content) if size is None else size
        return {"file_id": identity, "file_unique_id": f"AQAD{number:06d}", "file_size": self.sizes[identity]}
