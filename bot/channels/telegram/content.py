"""What a message in Telegram brings: words or a command, a picture, a place, a contact, what it points at; pure."""

import re
from dataclasses import dataclass

from telegram import (
    Chat,
    Document,
    ExternalReplyInfo,
    Message,
    MessageEntity,
    PhotoSize,
    TextQuote,
)

from bot.channel_kit.download import LARGEST
from bot.channel_kit.picture_files import PictureType, likeness
from catalog.text import fold, visible
from handlers.actions import Action, Verb
from handlers.messages import Contact, Content, Location, Photo, Strange, Tap, Text, Voice

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)
_LINKED = MessageEntity.TEXT_LINK
_THIS = re.compile(r"\b(?:nay|day|kia|this|that|it)\b")
_SHORT = 100
_VERBS = {"huongdan": Verb.HELP, "help": Verb.HELP, "ngonngu": Verb.LANGUAGE, "tim": Verb.HELP}
_STRANGE = (
    "sticker", "video", "video_note", "audio", "animation", "document", "poll", "dice", "game", "story",
    "paid_media", "checklist", "invoice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself."""

    id: int
    username: str


def read_content(message: Message, *, words: str, me: Me) -> Content | None:
    """What *message*, whose own words are *words*, brings; None for what nobody said."""
    if message.text is not None:
        meant = read_words(words, me=me)
        return pointed_at(message, meant, me=me.id) or meant
    picture = picture_in(message)
    if picture is not None:
        return Photo(
            handle=picture.file_id, caption=_without_command(words, me=me), as_file=isinstance(picture, Document)
        )
    shared = _read_shared(message)
    if shared is not None:
        return shared
    kind = next((kind for kind in _STRANGE if getattr(message, kind, None)), None)
    # What this library's Bot API does not know yet arrives in api_kwargs; a person waits for some answer to it.
    if kind is None and message.chat.type == Chat.PRIVATE and message.api_kwargs:
        kind = "unknown"
    return Strange(kind) if kind else None


def _read_shared(message: Message) -> Voice | Location | Contact | None:
    """The voice, the place or the contact that *message* brings."""
    if message.voice is not None:
        # The library warns of its own attribute, which will be of another type.
        return Voice(handle=message.voice.file_id, seconds=int(message.voice.to_dict()["duration"]))
    if message.location is not None:
        return Location(message.location.latitude, message.location.longitude)
    if message.contact is not None:
        own = message.from_user is not None and message.contact.user_id == message.from_user.id
        return Contact(message.contact.phone_number, own=own)
    return None


def _without_command(caption: str, *, me: Me) -> str:
    """*caption* without a command to us: under a picture each of them means "read this"."""
    command = COMMAND.fullmatch(visible(caption).strip())
    ours = command is not None and (command[2] or me.username).casefold() == me.username.casefold()
    return (command[3] or "").strip() if command is not None and ours else caption


def read_words(words: str, *, me: Me) -> Content:
    """What *words* in a private chat mean: mostly themselves, or a command."""
    command = COMMAND.fullmatch(visible(words).strip())
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


def picture_in(message: Message | ExternalReplyInfo) -> PhotoSize | Document | None:
    """The picture that *message* brings, at its largest; a file that may be one, as its bytes will tell."""
    if message.photo:
        return max(message.photo, key=lambda size: size.width * size.height)
    document = message.document
    if document is None or message.animation is not None:
        return None
    alike = likeness(document.file_name or "", document.mime_type or "")
    small = (document.file_size or 0) <= LARGEST
    return document if alike is PictureType.PICTURE or (alike is PictureType.UNTOLD and small) else None


def entity_texts(message: Message, *kinds: str) -> list[tuple[MessageEntity, str]]:
    """The entities of *kinds* in the words or the caption of *message*, each with the words it covers."""
    wanted: list[str | None] = [*kinds]
    found = message.parse_entities(wanted) if message.text else message.parse_caption_entities(wanted)
    return list(found.items())


def with_links(message: Message, words: str) -> str:
    """*words* and the addresses that stand behind some of them."""
    entities = message.entities or message.caption_entities
    if not any(entity.type == _LINKED for entity in entities):
        return words
    urls = dict.fromkeys(entity.url for entity in entities if entity.type == _LINKED and entity.url)
    return " ".join([words, *(url for url in urls if url not in words)]).strip()


def pointed_at(message: Message, meant: Content, *, me: int) -> Photo | Text | None:
    """What is meant by words that reply to something of somebody else's: its picture, or where none are said its words.

    None where *meant* stands for itself: it replies to nothing, to us, or is a wish of its own.
    """
    replied = _replied_to(message, me=me)
    if replied is None or not _asks(meant, group=message.chat.type != "private"):
        return None
    words = meant.body if isinstance(meant, Text) else ""
    picture = picture_in(replied)
    if picture is not None:
        return Photo(handle=picture.file_id, caption=words, as_file=isinstance(picture, Document))
    there = _words_of(replied, message.quote) if isinstance(replied, Message) and not words else ""
    return Text(there) if there else None


def _replied_to(message: Message, *, me: int) -> Message | ExternalReplyInfo | None:
    """What *message* replies to, where that is not ours."""
    replied = message.reply_to_message or message.external_reply
    if isinstance(replied, Message) and replied.from_user is not None and replied.from_user.id == me:
        return None
    return replied


def _words_of(replied: Message, quote: TextQuote | None) -> str:
    """The words of a message that was replied to; where a part of it was quoted, those."""
    if quote is not None and quote.text.strip():
        return quote.text
    return with_links(replied, replied.text or replied.caption or "")


def _asks(meant: Content, *, group: bool) -> bool:
    """True for words that may be about another message: in a group all said to us, else those that say "this"."""
    if isinstance(meant, Tap):
        return meant.action == Action(Verb.HELP)
    if not isinstance(meant, Text) or meant.body.startswith("/"):
        return False
    return group or (len(meant.body) <= _SHORT and _THIS.search(fold(meant.body)) is not None)
