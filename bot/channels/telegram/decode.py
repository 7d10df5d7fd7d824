"""From Telegram's updates to what people said; pure."""

import hashlib
import re
from dataclasses import dataclass

from telegram import (
    CallbackQuery,
    Chat,
    Document,
    InlineQuery,
    Message,
    Update,
    User,
)

from bot.channels.telegram.content import entity_texts, picture_in, pointed_at, with_links
from bot.channels.telegram.strings import COMMANDS
from bot.channels.telegram.thread import Thread
from handlers.actions import Action, Verb
from handlers.messages import Contact, Content, Incoming, Location, Person, Photo, Strange, Tap, Text

NAME = "telegram"
DEEP_LINK = "p_"

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)
_QUOTED = 120
_BLANKS = re.compile(r"[ \t]{2,}")
_VERBS = {"huongdan": Verb.HELP, "help": Verb.HELP, "ngonngu": Verb.LANGUAGE, "tim": Verb.HELP}
# What a group may say to us without our name; every other bare command is some other bot's.
_OURS = frozenset({*COMMANDS, "help", "xoadulieu"})
_STRANGE = (
    "sticker", "voice", "video", "video_note", "audio", "animation", "document", "poll", "dice", "game", "story",
    "paid_media", "checklist", "invoice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself."""

    id: int
    username: str


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


def language_of(user: User | None) -> str:
    """English for whoever set Telegram to English, else Vietnamese."""
    return spoken_by(user.language_code if user is not None else None)


def spoken_by(code: str | None) -> str:
    """English for the code of any English, else Vietnamese."""
    return "en" if (code or "").lower().startswith("en") else "vi"


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
    if message.migrate_to_chat_id is not None:
        return Moved(message.chat.id, message.migrate_to_chat_id)
    if message.migrate_from_chat_id is not None:
        return Moved(message.migrate_from_chat_id, message.chat.id)
    person = _sender(message)
    if person is None or (message.via_bot is not None and message.via_bot.id == me.id):
        return None
    words = with_links(message, _without_mention(message, me=me))
    addressed = message.chat.type == Chat.PRIVATE or _speaks_to(message, me=me)
    content = _content(message, words=words, me=me)
    if content is None or not (addressed or message.media_group_id):
        return None
    replies_to = _ours(message, me=me)
    incoming = Incoming(
        person,
        content,
        _ref(message),
        str(_thread(message)),
        replies_to=replies_to,
        quoted=_beginning_of(message.reply_to_message) if replies_to else "",
        public=message.chat.type != Chat.PRIVATE,
        at=message.date,
    )
    if message.media_group_id and isinstance(content, Photo):
        return Part(message.media_group_id, incoming, addressed)
    return incoming if addressed else None


def _sender(message: Message) -> Person | None:
    """Who said it; None for channels, other bots and what a group's channel posts by itself."""
    if message.chat.type == Chat.CHANNEL or message.is_automatic_forward:
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
    command = _COMMAND.fullmatch(message.text or message.caption or "")
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


def _content(message: Message, *, words: str, me: Me) -> Content | None:
    if message.text is not None:
        meant = read_words(words, me=me)
        return pointed_at(message, meant, me=me.id) or meant
    picture = picture_in(message)
    if picture is not None:
        return Photo(
            handle=picture.file_id, caption=_without_command(words, me=me), as_file=isinstance(picture, Document)
        )
    if message.location is not None:
        return Location(message.location.latitude, message.location.longitude)
    if message.contact is not None:
        own = message.from_user is not None and message.contact.user_id == message.from_user.id
        return Contact(message.contact.phone_number, own=own)
    kind = next((kind for kind in _STRANGE if getattr(message, kind, None)), None)
    # What this library's Bot API does not know yet arrives in api_kwargs; a person waits for some answer to it.
    if kind is None and message.chat.type == Chat.PRIVATE and message.api_kwargs:
        kind = "unknown"
    return Strange(kind) if kind else None


def _without_command(caption: str, *, me: Me) -> str:
    """*caption* without a command to us: under a picture each of them means "read this"."""
    command = _COMMAND.fullmatch(caption)
    ours = command is not None and (command[2] or me.username).casefold() == me.username.casefold()
    return (command[3] or "").strip() if command is not None and ours else caption


def read_words(words: str, *, me: Me) -> Content:
    """What *words* in a private chat mean: mostly themselves, or a command."""
    command = _COMMAND.fullmatch(words)
    if command is None or (command[2] or me.username).casefold() != me.username.casefold():
        return Text(words) if words else Tap(Action(Verb.HELP))
    name, rest = command[1].lower(), (command[3] or "").strip()
    if name == "start":
        return Tap(_start_action(rest))
    if name == "tim" and rest:
        return Text(rest)
    action = Action.parse(f"{_VERBS.get(name, name)} {rest}")
    # Others than these are known further in, by their name alone.
    return Tap(action) if action else Text(f"/{command[1]} {rest}".strip() if command[2] else words)


def _start_action(payload: str) -> Action:
    """What a ``t.me/bot?start=…`` link names."""
    return Action.from_link(payload) or Action(Verb.START)
