"""From a Reply to what Telegram shows; pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.channels.telegram import html
from bot.channels.telegram.html import CAPTION_LIMIT, TEXT_LIMIT, Block, Rich, bold, italic, plain
from bot.channels.telegram.keyboard import Button, rows
from catalog.passport import Standing
from handlers.messages import Card, Choice, Fact, Link, Reply, Section, SourceLine
from handlers.phrases import speech
from handlers.plain import is_foldable

LIGHTS = {
    Standing.VALID: "🟢 ",
    Standing.ENDING: "🟡 ",
    Standing.UNCERTAIN: "🟠 ",
    Standing.PRESUMED_LAPSED: "🟠 ",
    Standing.LAPSED: "🔴 ",
    Standing.ANNULLED: "🔴 ",
    Standing.WITHDRAWN: "⛔ ",
    Standing.UNDATED: "⚪ ",
}
ASKS = ("location", "contact")
_WARNING, _LINE, _WHOLE = 600, 800, 3600
_NOTE, _FIRST_SECTION, _SOURCES = 1, 2, 1000


@dataclass(frozen=True, slots=True)
class Drawing:
    """A message in HTML. *picture* (an https address) goes with *caption*; if it is refused, *text* stands alone.

    *more* are messages that continue *text*. *caption* says the same in a caption's room, "" where that is
    impossible. *ask* is what a keyboard under the text field should offer to send. *several* says it is a list.
    """

    text: str
    more: tuple[str, ...] = ()
    picture: str = ""
    caption: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    ask: str = ""
    several: bool = False


def draw(reply: Reply, *, public_url: str = "") -> Drawing:
    """Show *reply* within Telegram's limits, leaving out the least important first."""
    shown = (
        _draw_passport(reply.cards[0], reply.language, public_url)
        if _is_passport(reply)
        else _draw_words(reply, public_url)
    )
    ask = str(reply.wants) if reply.wants is not None and str(reply.wants) in ASKS else ""
    return replace(shown, buttons=rows(reply), ask=ask, several=len(reply.cards) > 1)


def _is_passport(reply: Reply) -> bool:
    """True for a product's passport with nothing beside it but buttons."""
    if len(reply.cards) != 1 or not reply.cards[0].product:
        return False
    more = reply.text or reply.warnings or reply.wants or reply.page
    return not more and all(each.action for each in reply.choices)


def _draw_words(reply: Reply, public_url: str) -> Drawing:
    """The words and the picture of *reply*."""
    opening = _opening(reply)
    if len(reply.cards) != 1:
        blocks, more, picture = _list(reply, opening), Rich(), ""
    else:
        card = reply.cards[0]
        url, picture = absolute(card.url, public_url), absolute(card.picture, public_url)
        blocks = [*opening, *_card(card, reply)]
        say = speech(reply.language)
        more = html.link(say("… see all of it on the page"), url) if url else Rich()
    texts, caption = _texts(blocks, more), _caption(blocks, more)
    shown = picture if caption and picture.startswith("https://") else ""
    return Drawing(texts[0], tuple(texts[1:]), picture=shown, caption=caption)


# The same passports are shown again and again: to draw one costs a third of the whole path (docs/benchmarks.md). What
# else is said may be about a person and is not remembered.
@lru_cache(maxsize=1024)
def _draw_passport(card: Card, language: str, public_url: str) -> Drawing:
    return _draw_words(Reply(cards=(card,), language=language), public_url)


def absolute(address: str, public_url: str) -> str:
    """*address* as the world reaches it; "" if it does not."""
    full = public_url + address if address.startswith("/") and public_url else address
    return full if html.web(full) else ""


def short(card: Card) -> tuple[Rich, ...]:
    """*card* in three lines: name and star, maker, verdict."""
    stars = f" {drawn_stars(card.stars)}" if card.stars is not None else ""
    return (
        bold(html.shorten(card.title, 200)) + plain(stars),
        plain(html.shorten(card.subtitle, 300)),
        verdict(card),
    )


def verdict(card: Card) -> Rich:
    """The line that matters, with a coloured light."""
    return plain(LIGHTS.get(card.standing, "") + html.shorten(card.verdict, 300)) if card.verdict else Rich()


def drawn_stars(number: int) -> str:
    """★★★★☆ for four."""
    lit = min(max(number, 0), 5)
    return "★" * lit + "☆" * (5 - lit)


def _opening(reply: Reply) -> list[Block]:
    warnings = [Block((bold(f"⚠️ {html.shorten(warning, _WARNING)}"),)) for warning in reply.warnings]
    return [*warnings, *(Block((plain(part),)) for part in html.pieces(reply.text, _WHOLE))]


def _texts(blocks: list[Block], more: Rich) -> list[str]:
    shown = html.condense(blocks, TEXT_LIMIT, more=more) if more else None
    whole = html.stack(blocks)
    shown = shown or (whole if whole.units <= TEXT_LIMIT else None)
    pages = [shown] if shown else html.paginate(blocks, TEXT_LIMIT)
    return [page.html for page in pages if html.visible(page)] or [""]


def _caption(blocks: list[Block], more: Rich) -> str:
    whole = html.stack(blocks)
    if whole.units > CAPTION_LIMIT:
        whole = (html.condense(blocks, CAPTION_LIMIT, more=more) if more else None) or Rich()
    return whole.html if html.visible(whole) else ""


def _list(reply: Reply, opening: list[Block]) -> list[Block]:
    cards = [short(card) for card in reply.cards]
    numbered = [Block((plain(f"{number}. ") + first, *rest)) for number, (first, *rest) in enumerate(cards, start=1)]
    return [*opening, *numbered, *_contacts(reply, seen=()), *_page(reply)]


def _page(reply: Reply) -> Iterator[Block]:
    page = reply.page
    if page is not None and page.pages > 1:
        say = speech(reply.language)
        words = say("Page {number} of {pages}", number=page.number, pages=page.pages)
        yield Block((italic(f"{words} · {say.count('{number} product', '{number} products', page.total)}"),))


def _card(card: Card, reply: Reply) -> Iterator[Block]:
    title, subtitle, light = short(card)
    if is_foldable(card):
        yield Block((title, light, subtitle))
    else:
        yield Block((title, light) if card.sections else (title, subtitle, light))
    for number, section in enumerate(card.sections):
        yield Block(tuple(_section(section)), _FIRST_SECTION + number, folds=section.folds)
    seen = [link.url for section in card.sections for fact in section.facts for link in fact.links]
    yield from _contacts(reply, seen=tuple(seen))
    if card.note:
        yield Block((italic(html.shorten(card.note, _LINE)),), _NOTE)
    if card.sources:
        say = speech(reply.language)
        told = (bold(say("Sources")), *map(_source, enumerate(card.sources, start=1)))
        yield Block(told, _SOURCES, folds=is_foldable(card))


def _section(section: Section) -> Iterator[Rich]:
    if section.heading:
        yield bold(html.shorten(section.heading, 200))
    yield from (_fact(fact) for fact in section.facts)


def _fact(fact: Fact) -> Rich:
    value = html.shorten(fact.value, _LINE)
    marks = "".join(f" [{number}]" for number in fact.sources[:9])
    shown = _value(fact, value) if fact.known else italic(value)
    return plain(f"{html.shorten(fact.label, 100)}: ") + shown + plain(marks)


def _value(fact: Fact, value: str) -> Rich:
    shown = Rich()
    if not any(link.label == value and html.web(link.url) for link in fact.links):
        shown = plain(value)
    for link in fact.links[:5]:
        shown = shown + _touchable(link, beside=shown, value=value)
    return shown


def _touchable(link: Link, *, beside: Rich, value: str) -> Rich:
    """A web link on its words; a phone number spelled as Telegram lets one call it, an address as it lets one write."""
    gap = plain(" ") if beside else Rich()
    if html.web(link.url):
        return gap + html.link(html.shorten(link.label, 200), link.url)
    number = phone_number(link.url)
    if number:
        return gap + plain(f"({number})") if number not in value else Rich()
    return Rich() if link.label in value else gap + plain(html.shorten(link.label, 200))


def phone_number(url: str) -> str:
    """+84912345678 from ``tel:+84-912-345-678``; "" from anything else."""
    if not url.startswith("tel:"):
        return ""
    return "".join(character for character in url[4:].partition(";")[0] if character.isdecimal() or character == "+")[
        :20
    ]


def _contacts(reply: Reply, *, seen: tuple[str, ...]) -> Iterator[Block]:
    """Choices that open no web page cannot be buttons here: their numbers are said, unless a fact says them."""
    choices: list[Choice] = [*(choice for card in reply.cards for choice in card.choices), *reply.choices]
    for choice in choices[:50]:
        if choice.url and choice.action is None and not html.web(choice.url) and choice.url not in seen:
            target = phone_number(choice.url) or choice.url.removeprefix("mailto:").partition("?")[0]
            if choice.url.startswith(("tel:", "mailto:")) and target:
                yield Block((plain(f"{html.shorten(choice.label, 100)}: {html.shorten(target, 200)}"),))


def _source(numbered: tuple[int, SourceLine]) -> Rich:
    number, source = numbered
    dated = f" ({html.shorten(source.as_of, 60)})" if source.as_of else ""
    return plain(f"[{number}] ") + html.link(html.shorten(source.text, 200), source.url) + plain(dated)
