"""From Telegram's updates to what people said; pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from telegram import (
    CallbackQuery,
    Chat,
    InlineQuery,
    Message,
    Update,
    User,
)

from bot.channels.telegram.content import COMMAND, Me, entity_texts, picture_in, read_content, read_words, with_links
from bot.channels.telegram.strings import COMMANDS
from catalog.text import visible
from handlers.actions import Action
from handlers.messages import Content, Incoming, Person, Photo, Strange, Tap
from handlers.phrases import closest_language

NAME = "telegram"
DEEP_LINK = "p_"
_QUOTED = 120
_BLANKS = re.compile(r"[ \t]{2,}")
# What a group may say to us without our name; every other bare command is some other bot's.
_OURS = frozenset({*COMMANDS, "help", "xoadulieu"}) - {"menu", "anh", "gan"}
_YEAR_3000 = 32_503_680_000
_UPDATE = frozenset({"update_id", "message"})
_MESSAGE = frozenset({"message_id", "from", "chat", "date", "text", "entities"})


@dataclass(frozen=True, slots=True)
class Thread:
    """A chat, and in it a forum *topic*, the message to quote, or the message whose button was *tapped*.

    *pictured* says that the tapped message is a picture with a caption. Numbers are Telegram's ids, 0 for none.
    """

    chat: int
    topic: int = 0
    quoted: int = 0
    tapped: int = 0
    pictured: bool = False

    @classmethod
    def parse(cls, spelling: str) -> Self:
        """Read back what str() wrote. Raises ValueError."""
        chat, topic, quoted, tapped, pictured = spelling.split("/")
        return cls(int(chat), int(topic), int(quoted), int(tapped), pictured == "p")

    def __str__(self) -> str:
        """Spell it."""
        return f"{self.chat}/{self.topic}/{self.quoted}/{self.tapped}/{'p' if self.pictured else 't'}"

    @property
    def group(self) -> bool:
        """True in groups: Telegram numbers them below zero."""
        return self.chat < 0


@dataclass(frozen=True, slots=True)
class Part:
    """One photo of an album. *addressed* is False in a group when this part alone does not speak to us."""

    album: str
    incoming: Incoming
    addressed: bool


@dataclass(frozen=True, slots=True)
class Typing:
    """Someone types ``@bot words`` in any chat and waits for suggestions from *offset* on."""

    query: str
    words: str
    language: str
    offset: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup with another number."""

    old: int
    new: int


Event = Incoming | Part | Typing | Moved


def decode(update: Update, *, me: Me) -> Event | None:
    """What *update* means to us; None for what is not meant for us."""
    if update.inline_query is not None:
        return _typing(update.inline_query)
    if update.callback_query is not None:
        return _tap(update.callback_query)
    if update.message is not None:
        return _message(update.message, me=me)
    if update.edited_message is not None:
        return _edit(update.edited_message, me=me)
    return None


def decode_plain_text(raw: Mapping[str, Any], *, me: Me) -> Incoming | None:
    """What decode() makes of *raw* if it is words in a private chat and nothing else; None for all other updates."""
    message = raw.get("message")
    if not isinstance(message, dict) or raw.keys() - _UPDATE or message.keys() - _MESSAGE:
        return None
    match message:
        case {
            "message_id": int(number),
            "from": {"id": int(user), "is_bot": False, "first_name": str(first)} as sender,
            "chat": {"id": int(chat), "type": "private"},
            "date": int(date),
            "text": str(text),
        } if text and 0 < date < _YEAR_3000 and not _has_link(message.get("entities")):
            name = f"{first} {sender['last_name']}" if sender.get("last_name") else first
            person = Person(NAME, str(user), spoken_by(sender.get("language_code")), name)
            ref = f"{chat}.{number}.{digest(text)}"
            return Incoming(
                person, read_words(text, me=me), ref, str(Thread(chat)), at=datetime.fromtimestamp(date, UTC)
            )
    return None


def _has_link(entities: object) -> bool:
    """True where an address stands behind some words."""
    return isinstance(entities, list) and any(
        isinstance(each, dict) and each.get("type") == "text_link" for each in entities
    )


def language_of(user: User | None) -> str:
    """The language we speak that is closest to the one in which *user* uses Telegram."""
    return spoken_by(user.language_code if user is not None else None)


def spoken_by(code: str | None) -> str:
    """The language we speak that is closest to Telegram's *code*."""
    return closest_language(code or "")


def _typing(query: InlineQuery) -> Typing:
    offset = int(query.offset) if query.offset.isascii() and query.offset.isdigit() else 0
    return Typing(query.id, query.query.strip(), language_of(query.from_user), offset)


def _tap(query: CallbackQuery) -> Incoming:
    action = Action.parse(query.data or "")
    message, user = query.message, query.from_user
    if message is None:  # the button hung on a message sent through inline mode
        thread = Thread(user.id)
    else:
        pictured = isinstance(message, Message) and bool(message.photo)
        topic = _topic(message) if isinstance(message, Message) else 0
        thread = Thread(message.chat.id, topic=topic, tapped=message.message_id, pictured=pictured)
    public = message is not None and message.chat.type != Chat.PRIVATE
    content = Tap(action) if action else Strange("button")
    return Incoming(_person(user), content, f"c{query.id}", str(thread), public=public)


def _edit(message: Message, *, me: Me) -> Event | None:
    """An edit counts when it changes words or picture: then its ref is new, else the inbox knows it already."""
    if message.location is not None or message.media_group_id is not None:
        return None
    return _message(message, me=me)


def _message(message: Message, *, me: Me) -> Event | None:
    moved = _chat_move(message)
    person = _sender(message, me=me)
    if moved is not None or person is None:
        return moved
    words = with_links(message, _without_mention(message, me=me))
    addressed = message.chat.type == Chat.PRIVATE or _speaks_to(message, me=me)
    content = read_content(message, words=words, me=me)
    if content is None or not (addressed or message.media_group_id):
        return None
    incoming = _incoming(message, person, content, me=me)
    if message.media_group_id and isinstance(content, Photo):
        return Part(message.media_group_id, incoming, addressed)
    return incoming if addressed else None


def _chat_move(message: Message) -> Moved | None:
    """The move of a group to its new number, which Telegram tells in the old chat and in the new one."""
    if message.migrate_to_chat_id is not None:
        return Moved(message.chat.id, message.migrate_to_chat_id)
    if message.migrate_from_chat_id is not None:
        return Moved(message.migrate_from_chat_id, message.chat.id)
    return None


def _incoming(message: Message, person: Person, content: Content, *, me: Me) -> Incoming:
    replies_to = _ours(message, me=me)
    return Incoming(
        person,
        content,
        _ref(message),
        str(_thread(message)),
        replies_to=replies_to,
        quoted=_beginning_of(message.reply_to_message) if replies_to else "",
        public=message.chat.type != Chat.PRIVATE,
        at=message.date,
    )


def _sender(message: Message, *, me: Me) -> Person | None:
    """Who said it; None for channels, bots (also what came through us) and what a group's channel posts by itself."""
    if message.chat.type == Chat.CHANNEL or message.is_automatic_forward:
        return None
    if message.via_bot is not None and message.via_bot.id == me.id:
        return None
    if message.sender_chat is not None:
        return Person(
            NAME, str(message.sender_chat.id), language_of(message.from_user), message.sender_chat.title or ""
        )
    if message.from_user is None or message.from_user.is_bot:
        return None
    return _person(message.from_user)


def _person(user: User) -> Person:
    return Person(NAME, str(user.id), language_of(user), user.full_name)


def _thread(message: Message) -> Thread:
    quoted = 0 if message.chat.type == Chat.PRIVATE else message.message_id
    return Thread(message.chat.id, topic=_topic(message), quoted=quoted)


def _topic(message: Message) -> int:
    """The topic of a forum, or of a private chat that has topics; 0 where there is none."""
    return message.message_thread_id or 0 if message.is_topic_message else 0


def _ref(message: Message) -> str:
    """The same for every delivery of the same words and picture in the same message, edited or not."""
    picture = picture_in(message)
    mark = digest(message.text or message.caption or "", picture.file_unique_id if picture else "")
    return f"{message.chat.id}.{message.message_id}.{mark}"


def digest(words: str, picture: str = "") -> str:
    """Twelve letters that stand for *words* and *picture*."""
    return hashlib.blake2s(f"{words}\0{picture}".encode(errors="replace"), digest_size=6).hexdigest()


def _speaks_to(message: Message, *, me: Me) -> bool:
    command = COMMAND.fullmatch(visible(message.text or message.caption or "").strip())
    if command is not None and command[2]:
        return command[2].casefold() == me.username.casefold()
    if _ours(message, me=me):
        return True
    return command[1].lower() in _OURS if command is not None else bool(_mentions(message, me=me))


def _ours(message: Message, *, me: Me) -> str:
    """The message of ours that *message* replies to, as deliver() named it; "" if it replies to none."""
    replied = message.reply_to_message
    ours = replied is not None and replied.from_user is not None and replied.from_user.id == me.id
    return f"{message.chat.id}/{replied.message_id}" if replied is not None and ours else ""


def _beginning_of(replied: Message | None) -> str:
    """How the message that was replied to begins."""
    return ((replied.text or replied.caption or "") if replied is not None else "")[:_QUOTED]


def _mentions(message: Message, *, me: Me) -> list[str]:
    """The stretches of text that name us."""
    return [
        said
        for entity, said in entity_texts(message, "mention", "text_mention")
        if said.casefold() == f"@{me.username}".casefold() or (entity.user is not None and entity.user.id == me.id)
    ]


def _without_mention(message: Message, *, me: Me) -> str:
    words = message.text or message.caption or ""
    if message.chat.type == Chat.PRIVATE or not words:
        return words
    for said in _mentions(message, me=me):
        words = words.replace(said, " ", 1)
    return _BLANKS.sub(" ", words).strip()
