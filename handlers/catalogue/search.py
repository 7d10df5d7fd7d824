"""Someone typed a name: answer, ask which, or say that we do not have it and what comes nearest."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import assert_never

from catalog.model import Product
from catalog.search import Band, Filter, Filters, Found, Order, Unknown
from catalog.search.chitchat import other_province
from catalog.text import as_typed, fold
from catalog.translated_words import to_vietnamese
from handlers import card_facts, cards, small_talk
from handlers.actions import Action, Verb
from handlers.acts import bare_words
from handlers.acts.hits import all_say, choose_unbroken, tied_hits
from handlers.catalogue import unmet
from handlers.catalogue.paging import Search, condition_offers, page_offers, sort_offers
from handlers.context import Context, Session
from handlers.messages import Card, Choice, Page, Reply, Want

PER_PAGE = 5
LONGEST = 500
LONGEST_KEPT = 300
_SUGGESTIONS = 3
# Below it the nearest name is nothing like what was typed.
_NEAR_ENOUGH = 0.02
# All of a kind are wanted, if one of them is called just so.
_KINDS_OF = re.compile(
    r"(?:(?:cho|xem|toi|minh|em|muon|can|tim|co|hoi) )*(?:cac|nhung|tat ca)(?: cac)? (?:loai|mon|thu|dong|mau)"
    r" (?P<what>.+)"
)
_COUNTED = re.compile(
    r"(?P<place>(?:\w+ ){0,4}?)(?:(?:thi|hien|dang|co|tong|cong|so|tat|ca) )*(?:bao nhieu|may|bn|nhieu)"
    r" (?:san pham|sp|mat hang|dac san)(?: ocop)?(?P<rest>(?: .+?)?)(?: (?:roi|vay|the|nhi|a|ha|z|ad|shop))*"
)


def view(context: Context, session: Session) -> card_facts.View:
    """How cards are drawn for this person today."""
    usual, sold = context.habits.usual, context.sales.points
    return card_facts.View(session.say, context.today(), context.places, context.public_url, usual, sold)


def _whole(product: Product, *, context: Context, session: Session) -> Card:
    sold = context.sales.points.selling(product)
    key = ("whole", session.say.language, context.today(), context.habits.usual.get(product.producer.id), sold)
    return context.card(product, key, lambda: cards.whole(product, view(context, session)))


def _short(product: Product, *, context: Context, session: Session) -> Card:
    key = ("short", session.say.language, context.today())
    return context.card(product, key, lambda: cards.short(product, view(context, session)))


async def by_words(words: str, *, context: Context, session: Session) -> Reply:
    """Answer a name, a question with a name in it, a wish like "rượu 4 sao ở Tiên Du", or small talk."""
    query = clean(to_vietnamese(words))
    kind = _read_kind(query, context)
    wanted = Search(kind or query, asked=clean(words), listed=bool(kind))
    return await look(wanted, page=1, context=context, session=session)


def _read_kind(query: str, context: Context) -> str:
    """The kind of which *query* wants all there are, where several are called so; "" where it does not."""
    kinds = _KINDS_OF.fullmatch(" ".join(map(fold, query.split())))
    kind = " ".join(query.split()[-len(kinds["what"].split()) :]) if kinds is not None else ""
    found = context.find(kind, limit=PER_PAGE) if kind else None
    return kind if found is not None and len(found.hits) > 1 and all_say(found.hits[:2], kind) else ""


@lru_cache(maxsize=1024)
def read_count(words: str) -> str:
    """A search for what *words* want counted, "lục ngạn có mấy sản phẩm 4 sao"; "" where that is no part of all."""
    found = _COUNTED.fullmatch(fold(words).strip(" ?!."))
    if found is None:
        return ""
    place, rest = (as_typed(words, found.string, found.span(each)) for each in ("place", "rest"))
    ours = fold(place) in {"", "bac ninh", "tinh", "tinh bac ninh", "tinh minh", "danh muc", "bot"}
    if ours and not rest:
        return ""
    return " ".join(filter(None, ("sản phẩm", rest, "" if ours else f"ở {place}")))


def is_sure(words: str, *, context: Context) -> bool:
    """True where *words* are surely the name of a product: it is found, and they say nothing else."""
    query = clean(words)
    found = context.find(query, limit=1)
    return found.band is Band.ANSWER and not found.filters and bool(found.hits) and all_say(found.hits[:1], query)


def is_guess(words: str, *, context: Context) -> bool:
    """True where the best that is found for *words* lacks some of them, and is only asked about."""
    found = context.find(clean(to_vietnamese(words)), limit=PER_PAGE)
    return found.band is Band.SUGGEST and not (found.holding or all_say(found.hits, found.rest))


def is_small_talk(words: str, *, context: Context) -> bool:
    """True for a greeting, thanks and the like."""
    return context.find(clean(words), limit=1).small_talk is not None


async def turn(token: str, page: int, *, context: Context, session: Session) -> Reply:
    """Show another page of a search that was answered before."""
    kept = await context.store.memory.search(token)
    if kept is None:
        return Reply(session.say("I no longer know that list. Please type the name again."))
    return await look(Search.read(kept), page=page, context=context, session=session)


async def look(search: Search, *, page: int, context: Context, session: Session) -> Reply:
    """Answer *search*, from its first or a later *page*."""
    start = (max(page, 1) - 1) * PER_PAGE
    chosen = Filters(group=Filter(search.group, search.group)) if search.group else None
    found = context.find(
        search.query,
        limit=PER_PAGE,
        offset=start,
        filters=chosen,
        order=search.order,
        here=session.here,
        but=search.but,
    )
    if found.small_talk is not None:
        return small_talk.reply(found.small_talk, session.say)
    if session.here is None and (found.filters.near or search.order is Order.NEAR):
        return await ask_where(search, context=context, session=session)
    if found.band is Band.NOTHING or not found.hits:
        return await _nothing(search, found, context=context, session=session)
    alone = _choose_alone(found, search, page=page)
    if alone is not None:
        return await _one(search, alone, context=context, session=session)
    if found.band is Band.SUGGEST and not search.listed:
        return await _suggest(search, found, page=page, context=context, session=session)
    return await _results(search, found, page=page, context=context, session=session)


async def _suggest(search: Search, found: Found, *, page: int, context: Context, session: Session) -> Reply:
    """A list where all hits have the words that were said; else a few, and whether one of them is meant."""
    if not found.holding and not all_say(found.hits, found.rest):
        return await _did_you_mean(search, found, context=context, session=session)
    return await _results(replace(search, listed=True), found, page=page, context=context, session=session)


def _choose_alone(found: Found, search: Search, *, page: int) -> Found | None:
    """*found* with the one hit first that has the words of *search* side by side, or that is the only one with them."""
    if page > 1 or search.listed or found.filters or found.total > PER_PAGE:
        return None
    if found.total == 1 and all_say(found.hits, search.query):
        return found
    unbroken = choose_unbroken(found.hits, search.query)
    if len(unbroken) != 1:
        return None
    return replace(found, hits=(*unbroken, *(hit for hit in found.hits if hit.id != unbroken[0].id)))


async def _results(search: Search, found: Found, *, page: int, context: Context, session: Session) -> Reply:
    """One product or a page of them; before them, what the catalogue does not know of any of them."""
    reply = await _results_page(search, found, page=page, context=context, session=session)
    if found.unknown is None:
        return reply
    return replace(reply, text="\n".join(filter(None, (unknown_text(found.unknown, session), reply.text))))


async def _results_page(search: Search, found: Found, *, page: int, context: Context, session: Session) -> Reply:
    asked = search.query if found.unknown is None else found.rest
    if (
        len(tied_hits(found.hits, asked)) == 1
        and page == 1
        and not search.listed
        and not (found.filters and found.total > 1)
    ):
        return await _one(search, found, context=context, session=session)
    products = await context.products(hit.id for hit in found.hits)
    distances = {hit.id: hit.km for hit in found.hits}
    shown = tuple(
        away(_short(each, context=context, session=session), distances[each.id], session) for each in products
    )
    here = Page(page, -(-found.total // PER_PAGE), found.total)
    offers = [
        *page_offers(search, here, session),
        *sort_offers(search, here, found.filters, session),
        *condition_offers(search, found.filters, session),
    ]
    for _, wanted in offers:
        await context.keep_search(wanted.token, wanted.serialize())
    choices = tuple(choice for choice, _ in offers)
    return Reply(
        _which(found, session, page=page), cards=shown, choices=choices, page=here, language=session.say.language
    )


async def ask_where(search: Search, *, context: Context, session: Session) -> Reply:
    """Ask for the place that *search* needs; it goes on once that is shared."""
    await context.keep_search(search.token, search.serialize())
    say = session.say
    asking = say("Where are you? Share your location and I will list what is made near you.")
    onwards = Action(Verb.PAGE, f"{search.token} 1")
    return Reply(asking, wants=Want.LOCATION, language=say.language, then=onwards)


def away(card: Card, kilometres: float | None, session: Session) -> Card:
    """*card* with how far away its producer is, where that is known."""
    if kilometres is None:
        return card
    return replace(card, subtitle=" — ".join(filter(None, (card.subtitle, session.say.away(kilometres)))))


async def _one(search: Search, found: Found, *, context: Context, session: Session) -> Reply:
    products = await context.products([found.hits[0].id])
    whole = tuple(_whole(product, context=context, session=session) for product in products)
    others: tuple[Choice, ...] = ()
    if found.total > 1:
        more = replace(search, listed=True)
        await context.keep_search(more.token, more.serialize())
        label = session.say.count("{number} similar product", "{number} similar products", found.total - 1)
        others = (Choice(label, Action(Verb.PAGE, f"{more.token} 1")),)
    return Reply(cards=whole, choices=others, language=session.say.language)


async def _did_you_mean(search: Search, found: Found, *, context: Context, session: Session) -> Reply:
    products = await context.products(hit.id for hit in found.hits[:_SUGGESTIONS])
    shown = tuple(_short(product, context=context, session=session) for product in products)
    choices = [Choice(session.say("None of these"), Action(Verb.HELP, "find"))]
    if found.total > _SUGGESTIONS:
        every = replace(search, listed=True)
        await context.keep_search(every.token, every.serialize())
        label = session.say.count("See {number} product", "See all {number} products", found.total)
        choices.insert(0, Choice(label, Action(Verb.PAGE, f"{every.token} 1")))
    return Reply(session.say("Did you mean…"), cards=shown, choices=tuple(choices), language=session.say.language)


async def _nothing(search: Search, found: Found, *, context: Context, session: Session) -> Reply:
    say = session.say
    if not fold(search.query) and not search.group:
        return Reply(say("Type the name of a product, or send a photo of its label."), wants=Want.PHOTO)
    if found.filters:
        return await _nothing_meets(search, found, context=context, session=session)
    place = other_province(bare_words(search.query))
    if place:
        text = say("{place} is not in Bắc Ninh: I know the OCOP products of Bắc Ninh alone.", place=place)
        ours = (Choice(say("Near me"), Action(Verb.NEAR)), Choice(say("Browse by product group"), Action(Verb.GROUPS)))
        return Reply(text, choices=ours, language=say.language)
    await unmet.note_name(search.query, context=context, session=session)
    lines = [say("We do not have “{words}” in the catalogue.", words=_brief(search.asked or search.query))]
    nearest = [hit.id for hit in found.hits if hit.score >= _NEAR_ENOUGH]
    names = [Choice(each.name, Action(Verb.PRODUCT, each.ref)) for each in await context.products(nearest)]
    if names:
        lines.append(say("The nearest names are below: press one to see it."))
    lines.append(say("Try its full name, its producer or commune, or send a photo of the label."))
    choices = (
        *names,
        Choice(say("Send a photo"), Action(Verb.PHOTO)),
        Choice(say("Browse by product group"), Action(Verb.GROUPS)),
    )
    return Reply("\n".join(lines), choices=choices, wants=Want.PHOTO, language=say.language)


async def _nothing_meets(search: Search, found: Found, *, context: Context, session: Session) -> Reply:
    """Every condition was understood, and no product meets them all: each can be taken back."""
    say = session.say
    offers = condition_offers(search, found.filters, session)
    for _, wanted in offers:
        await context.keep_search(wanted.token, wanted.serialize())
    text = say("No product in the catalogue meets all of “{words}”.", words=_brief(search.asked or search.query))
    if found.unknown is not None:
        text = unknown_text(found.unknown, session)
    if offers:
        text = "\n".join((text, say("Take a condition back:")))
    choices = (*(choice for choice, _ in offers), Choice(say("Browse by product group"), Action(Verb.GROUPS)))
    return Reply(text, choices=choices, language=say.language)


def unknown_text(unknown: Unknown, session: Session) -> str:
    """That the catalogue cannot say whether a condition is met."""
    match unknown:
        case Unknown.PRICE:
            return session.say("The catalogue does not know the price of any of these products yet.")
        case Unknown.SEASON:
            return session.say("The catalogue does not know the season of any of these products yet.")
    assert_never(unknown)


def _which(found: Found, session: Session, *, page: int) -> str:
    say = session.say
    names = {fold(hit.name) for hit in found.hits}
    if page == 1 and len(names) == 1 < found.total <= PER_PAGE:
        return say("{number} producers make “{name}”. Which one is yours?", number=found.total, name=found.hits[0].name)
    return say.count(
        "I found {number} product. Is it yours?", "I found {number} products. Which one is yours?", found.total
    )


def clean(words: str) -> str:
    """*words* on one line, and no more of them than are looked up."""
    if not words.isprintable():
        words = "".join(letter if letter.isprintable() else " " for letter in words)
    return _DRAWN_STARS.sub(r"\1 sao", " ".join(words.split())[:LONGEST])


# "5*" are five stars.
_DRAWN_STARS = re.compile(r"(?<![\d.,])([1-5]) ?[*★⭐]+(?![\w*])")


def _brief(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:57].rstrip()}…"


FEWEST_LETTERS = 2


async def suggest_names(words: str, *, context: Context, language: str, limit: int, offset: int = 0) -> Sequence[Card]:
    """Short cards of the products whose names begin like *words*, best first; none below two letters."""
    if len(fold(words).replace(" ", "")) < FEWEST_LETTERS:
        return ()
    hits = context.index().complete(words[:200], limit=offset + limit)[offset:]
    products = await context.store.products(hit.id for hit in hits)
    view = card_facts.View(Session(language=language).say, context.today(), context.places, context.public_url)
    return tuple(cards.short(product, view) for product in products)
