"""What a message carries beside its words: a picture, links behind words, and the message it points at; pure."""

import re

from telegram import Document, ExternalReplyInfo, Message, MessageEntity, PhotoSize

from bot.channel_kit.picture_files import PictureType, likeness
from catalog.text import fold
from handlers.actions import Action, Verb
from handlers.messages import Content, Photo, Tap, Text

LARGEST_FILE = 20 * 1024 * 1024
_LINKED = MessageEntity.TEXT_LINK
_THIS = re.compile(r"\b(?:nay|day|kia|this|that|it)\b")
_SHORT = 100


def picture_in(message: Message | ExternalReplyInfo) -> PhotoSize | Document | None:
    """The picture that *message* brings, at its largest; a file that may be one, as its bytes will tell."""
    if message.photo:
        return max(message.photo, key=lambda size: size.width * size.height)
    document = message.document
    if document is None or message.animation is not None:
        return None
    alike = likeness(document.file_name or "", document.mime_type or "")
    small = (document.file_size or 0) <= LARGEST_FILE
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
    replied = message.reply_to_message or message.external_reply
    if replied is None or not _asks(meant, group=message.chat.type != "private"):
        return None
    if isinstance(replied, Message) and replied.from_user is not None and replied.from_user.id == me:
        return None
    words = meant.body if isinstance(meant, Text) else ""
    picture = picture_in(replied)
    if picture is not None:
        return Photo(handle=picture.file_id, caption=words, as_file=isinstance(picture, Document))
    if words or not isinstance(replied, Message):
        return None
    if message.quote is not None and message.quote.text.strip():
        return Text(message.quote.text)
    there = with_links(replied, replied.text or replied.caption or "")
    return Text(there) if there else None


def _asks(meant: Content, *, group: bool) -> bool:
    """True for words that may be about another message: in a group all said to us, else those that say "this"."""
    if isinstance(meant, Tap):
        return meant.action == Action(Verb.HELP)
    if not isinstance(meant, Text) or meant.body.startswith("/"):
        return False
    return group or (len(meant.body) <= _SHORT and _THIS.search(fold(meant.body)) is not None)
