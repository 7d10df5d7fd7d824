"""Inline mode: ``@bot nem bùi`` in any chat gives product cards to share."""

import hashlib
import re
from collections.abc import Sequence

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from bot.channels.telegram import draw, html
from bot.channels.telegram.decode import DEEP_LINK
from bot.channels.telegram.html import Block, plain
from handlers.actions import Verb
from handlers.messages import Card
from handlers.phrases import Speech, speech

PER_PAGE = 20
CACHE_SECONDS = 300
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def results(
    cards: Sequence[Card], *, language: str, username: str, public_url: str, first: int
) -> list[InlineQueryResultArticle]:
    """*cards* as articles; *first* is the place of the first one in the whole list."""
    drawn = (
        _article(card, place=first + number, links=_links(card, username, public_url, speech(language)))
        for number, card in enumerate(cards)
    )
    return [article for article in drawn if article is not None]


def to_private_chat(language: str) -> InlineQueryResultsButton:
    """The button above the results that opens the chat with us."""
    say = speech(language)
    return InlineQueryResultsButton(say("📷 Ask with a photo of the label"), start_parameter="inline")


def deep_link(card: Card, username: str) -> str:
    """The link that opens *card* in the chat with us; "" if its name does not fit into one."""
    named = (choice.action for choice in card.choices if choice.action is not None)
    subject = next((action.subject for action in named if action.verb is Verb.PRODUCT), "")
    payload = f"{DEEP_LINK}{subject}"
    fits = username and subject and _PAYLOAD.fullmatch(payload)
    return f"https://t.me/{username}?start={payload}" if fits else ""


def _links(card: Card, username: str, public_url: str, say: Speech) -> list[tuple[str, str]]:
    found = [
        (say("See the product passport"), deep_link(card, username)),
        (say("Product page"), draw.absolute(card.url, public_url)),
    ]
    return [(words, url) for words, url in found if url]


def _article(card: Card, *, place: int, links: list[tuple[str, str]]) -> InlineQueryResultArticle | None:
    title = html.shorten(html.clean(card.title).strip(), 100)
    shown = [Block(draw.short(card)), *(Block((html.link(words, url),)) for words, url in links[-1:])]
    text = html.stack(shown)
    if not title or not html.visible(text):
        return None
    stars = f" {draw.drawn_stars(card.stars)}" if card.stars is not None else ""
    described = " · ".join(filter(None, (card.subtitle, card.verdict)))
    picture = card.picture if card.picture.startswith("https://") and html.web(card.picture) else None
    return InlineQueryResultArticle(
        id=f"{place}-{hashlib.blake2s(plain(card.title + card.url).html.encode(), digest_size=8).hexdigest()}",
        title=title + stars,
        description=html.shorten(html.clean(described), 200) or None,
        thumbnail_url=picture,
        input_message_content=InputTextMessageContent(
            text.html, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton(words, url=url)] for words, url in links])
        if links
        else None,
    )
