"""Someone typed a name: answer, ask which, or say that we do not have it and what comes nearest."""

import hashlib
import json
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from catalog.model import Product
from catalog.search import Band, Filter, Filters, Found, Hit, Order
from catalog.text import fold
from handlers import cards, missed, small_talk
from handlers.actions import Action, Verb
from handlers.desk import Desk, Known
from handlers.messages import Card, Choice, Page, Reply, Style, Want

PER_PAGE = 5
LONGEST = 500
# Hits this close to the best one are as good an answer as it is.
TIE = 0.03
# A hit in which every word of the question stands may score this much less; one in which some do, this much.
_LOOSE, _TIGHT = 0.5, 0.85
_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Search:
    """What someone looks for, how the hits are sorted, and whether a list is wanted even if one hit stands out.

    A *group* chosen by its button is looked through whole.
    """

    query: str
    order: Order = Order.BEST
    listed: bool = False
    group: str = ""

    @property
    def token(self) -> str:
        """A short name for this search, the same for everyone."""
        return hashlib.sha256(self.spelled().encode()).hexdigest()[:12]

    def spelled(self) -> str:
        """As it is kept."""
        return json.dumps([self.query, str(self.order), self.listed, self.group], ensure_ascii=False)

    @classmethod
    def read(cls, spelled: str) -> "Search":
        """Read back what spelled() wrote."""
        query, order, listed, group = json.loads(spelled)
        return cls(query, Order(order), listed=listed, group=group)


def view(desk: Desk, known: Known) -> cards.View:
    """How cards are drawn for this person today."""
    return cards.View(known.say, desk.today(), desk.places, desk.public_url)


def _whole(product: Product, *, desk: Desk, known: Known) -> Card:
    key = ("whole", known.say.language, desk.today())
    return desk.card(product, key, lambda: cards.whole(product, view(desk, known)))


def _short(product: Product, *, desk: Desk, known: Known) -> Card:
    key = ("short", known.say.language, desk.today())
    return desk.card(product, key, lambda: cards.short(product, view(desk, known)))


async def by_words(words: str, *, desk: Desk, known: Known) -> Reply:
    """Answer a name, a question with a name in it, a wish like "rượu 4 sao ở Tiên Du", or small talk."""
    return await look(Search(_clean(words)), page=1, desk=desk, known=known)


async def turn(token: str, page: int, *, desk: Desk, known: Known) -> Reply:
    """Show another page of a search that was answered before."""
    kept = await desk.store.search(token)
    if kept is None:
        return Reply(known.say("I no longer know that list. Please type the name again."))
    return await look(Search.read(kept), page=page, desk=desk, known=known)


async def look(search: Search, *, page: int, desk: Desk, known: Known) -> Reply:
    """Answer *search*, from its first or a later *page*."""
    asked = (search, page, known.say.language, known.here, desk.today())
    return await desk.reply(asked, partial(_looked, search, page=page, desk=desk, known=known))


async def _looked(search: Search, *, page: int, desk: Desk, known: Known) -> Reply:
    start = (max(page, 1) - 1) * PER_PAGE
    chosen = Filters(group=Filter(search.group, search.group)) if search.group else None
    found = desk.find(search.query, limit=PER_PAGE, offset=start, filters=chosen, order=search.order, here=known.here)
    if found.small_talk is not None:
        return small_talk.reply(found.small_talk, known.say)
    if known.here is None and (found.filters.near or search.order is Order.NEAR):
        return await _where(search, desk=desk, known=known)
    if found.band is Band.NOTHING or not found.hits:
        return await _nothing(search, found, desk=desk, known=known)
    if found.band is Band.SUGGEST and not search.listed:
        return await _did_you_mean(found, desk=desk, known=known)
    return await _found(search, found, page=page, desk=desk, known=known)


async def _found(search: Search, found: Found, *, page: int, desk: Desk, known: Known) -> Reply:
    if (
        len(tied(found.hits, search.query)) == 1
        and page == 1
        and not search.listed
        and not (found.filters and found.total > 1)
    ):
        return await _one(search, found, desk=desk, known=known)
    products = await desk.products(hit.id for hit in found.hits)
    shown = tuple(_short(product, desk=desk, known=known) for product in products)
    here = Page(page, -(-found.total // PER_PAGE), found.total)
    offers = [*_turning(search, here, known), *_sorting(search, here, known), *_chips(search, found.filters, known)]
    for _, wanted in offers:
        await desk.keep_search(wanted.token, wanted.spelled())
    choices = tuple(choice for choice, _ in offers)
    return Reply(_which(found, known, page=page), cards=shown, choices=choices, page=here, language=known.say.language)


async def _where(search: Search, *, desk: Desk, known: Known) -> Reply:
    await desk.keep_search(search.token, search.spelled())
    say = known.say
    asking = say("Where are you? Share your location and I will list what is made near you.")
    return Reply(asking, wants=Want.LOCATION, language=say.language)


async def _one(search: Search, found: Found, *, desk: Desk, known: Known) -> Reply:
    products = await desk.products([found.hits[0].id])
    whole = tuple(_whole(product, desk=desk, known=known) for product in products)
    others: tuple[Choice, ...] = ()
    if found.total > 1:
        more = replace(search, listed=True)
        await desk.keep_search(more.token, more.spelled())
        label = known.say.count("{number} similar product", "{number} similar products", found.total - 1)
        others = (Choice(label, Action(Verb.PAGE, f"{more.token} 1")),)
    return Reply(cards=whole, choices=others, language=known.say.language)


async def _did_you_mean(found: Found, *, desk: Desk, known: Known) -> Reply:
    products = await desk.products(hit.id for hit in found.hits[:_SUGGESTIONS])
    shown = tuple(_short(product, desk=desk, known=known) for product in products)
    none = Choice(known.say("None of these"), Action(Verb.HELP, "find"))
    return Reply(known.say("Did you mean…"), cards=shown, choices=(none,), language=known.say.language)


async def _nothing(search: Search, found: Found, *, desk: Desk, known: Known) -> Reply:
    say = known.say
    if not fold(search.query) and not search.group:
        return Reply(say("Type the name of a product, or send a photo of its label."), wants=Want.PHOTO)
    await missed.note_name(search.query, desk=desk, known=known)
    lines = [say("We do not have “{words}” in the catalogue.", words=_brief(search.query))]
    if found.nearest:
        lines.append(say("The nearest names are: {names}.", names="; ".join(found.nearest)))
    lines.append(say("Try its full name, its producer or commune, or send a photo of the label."))
    choices = (
        Choice(say("Send a photo"), Action(Verb.PHOTO)),
        Choice(say("Browse by product group"), Action(Verb.GROUPS)),
    )
    return Reply("\n".join(lines), choices=choices, wants=Want.PHOTO, language=say.language)


def tied(hits: tuple[Hit, ...], query: str) -> tuple[Hit, ...]:
    """The hits that answer *query* as well as the best one: as high a score, or all the words that speak for it too.

    Whoever types the whole name of the best one means it, unless another has the very same name.
    """
    best, asked = hits[0], set(fold(query).split())
    speaking = asked & _words(best)
    named = _folded(best.name) <= asked
    enough = best.score * (_LOOSE if speaking == asked else _TIGHT)
    return tuple(
        hit
        for hit in hits
        if (best.score - hit.score <= TIE and not named)
        or (speaking and speaking <= _words(hit) and (_same_name(hit, best) or (not named and hit.score >= enough)))
    )


def _same_name(one: Hit, other: Hit) -> bool:
    return one.name == other.name or fold(one.name) == fold(other.name)


def _words(hit: Hit) -> frozenset[str]:
    return _folded(hit.name) | _folded(hit.producer)


@lru_cache(maxsize=4096)
def _folded(name: str) -> frozenset[str]:
    """The words of a name of the catalogue."""
    return frozenset(fold(name).split())


def _which(found: Found, known: Known, *, page: int) -> str:
    say = known.say
    names = {fold(hit.name) for hit in found.hits}
    if page == 1 and len(names) == 1 and found.total <= PER_PAGE:
        return say("{number} producers make “{name}”. Which one is yours?", number=found.total, name=found.hits[0].name)
    return say.count(
        "I found {number} product. Is it yours?", "I found {number} products. Which one is yours?", found.total
    )


_Offer = tuple[Choice, Search]


def _offer(label: str, wanted: Search, page: int, *, style: Style = Style.PLAIN) -> _Offer:
    return Choice(label, Action(Verb.PAGE, f"{wanted.token} {page}"), style=style), wanted


def _turning(search: Search, here: Page, known: Known) -> list[_Offer]:
    say = known.say
    turns = []
    if here.number > 1:
        turns.append(_offer(say("← Previous"), search, here.number - 1))
    if here.number < here.pages:
        turns.append(_offer(say("Next →"), search, here.number + 1))
    return turns


def _sorting(search: Search, here: Page, known: Known) -> list[_Offer]:
    if here.pages < 2:
        return []
    labels = {
        Order.BEST: known.say("Best match first"),
        Order.STARS: known.say("Most stars first"),
        Order.NEAR: known.say("Nearest first"),
    }
    others = [order for order in Order if order is not search.order]
    return [_offer(labels[order], replace(search, order=order, listed=True), 1, style=Style.CHIP) for order in others]


def _chips(search: Search, filters: Filters, known: Known) -> list[_Offer]:
    """A button for each condition that was read out of the words; it looks again without those words."""
    read = [each for each in (filters.place, filters.group, filters.producer) if each is not None]
    labelled = [(each.value, each.words) for each in read]
    if filters.stars:
        stars = " – ".join(known.say.count("{number} star", "{number} stars", star) for star in sorted(filters.stars))
        labelled.append((stars, filters.star_words))
    if filters.near:
        labelled.append((known.say("near you"), filters.near_words))
    wider = [(label, without(words, search.query)) for label, words in labelled]
    return [
        _offer(f"✕ {label}", replace(search, query=query, listed=True), 1, style=Style.CHIP)
        for label, query in wider
        if fold(query) and query != search.query
    ]


def without(words: str, query: str) -> str:
    """*query* with the first run of words that folds like *words* taken out."""
    asked, gone = query.split(), fold(words).split()
    for start in range(len(asked)):
        for end in range(start + 1, len(asked) + 1):
            if fold(" ".join(asked[start:end])).split() == gone:
                return " ".join(asked[:start] + asked[end:])
    return query


def _clean(words: str) -> str:
    if not words.isprintable():
        words = "".join(letter if letter.isprintable() else " " for letter in words)
    return " ".join(words.split())[:LONGEST]


def _brief(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:57].rstrip()}…"
