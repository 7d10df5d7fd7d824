"""Two or three products side by side, and what of the same kind costs less; what is not known is said to be unknown."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from catalog import passport
from catalog.cells.prices import cheapest
from catalog.distances import distance_km
from catalog.model import Product
from catalog.passport import IN_FORCE
from catalog.programme import CountedProduct, ProgrammeState
from catalog.search import Band
from catalog.search.query import tokens_of
from catalog.text import fold, tone_last
from catalog.translated_words import to_vietnamese
from catalog.wishes import shipped_wishes
from handlers import card_facts, cards, sharing
from handlers.actions import LONGEST, Action, Verb
from handlers.acts.hits import all_say
from handlers.acts.vocabulary import vocabulary
from handlers.catalogue import narrow, search
from handlers.catalogue.compare_words import (
    MOST,
    Comparison,
    Superlative,
    asks_cheaper,
    asks_similar,
    read_comparison,
    read_superlative,
)
from handlers.context import Context, Session
from handlers.messages import Card, Choice, Reply
from handlers.programme import load_figures

_PRICE = "price"
_ROUGH = 5
"""Kilometres are told in steps of so many, for the picture may be sent on."""
_MOST_OF_KIND, _DEAREST, _FEWEST = 1000, 10**12, 2
_COUNTING_WORDS = """
cái thứ loại số món cai thu loai so mon the one number no
"""
_COUNTERS = frozenset(map(tone_last, _COUNTING_WORDS.split()))
_ONLY_STARS = re.compile(r"(?:ocop )?(?:hang )?[1-5] sao(?: ocop)?|[1-5] stars?")


async def answer(words: str, *, context: Context, session: Session) -> Reply | None:
    """Compare what *words* name or what was shown last, or find what costs less; None for anything else."""
    shown, words = refs_shown(session), to_vietnamese(words)
    if asks_similar(words):
        return await similar(shown[0] if shown else "", context=context, session=session)
    if asks_cheaper(words):
        if not session.thread.product and len(session.thread.listed) > 1:
            return await best(Superlative(cheap=True), context=context, session=session)
        return await cheaper(shown[0] if shown else "", context=context, session=session)
    superlative = read_superlative(words)
    if superlative is not None and not search.is_sure(words, context=context):
        return await best(superlative, context=context, session=session)
    comparison = read_comparison(words)
    return None if comparison is None else await _answer_comparison(comparison, context=context, session=session)


async def _answer_comparison(comparison: Comparison, *, context: Context, session: Session) -> Reply | None:
    """What is to be compared side by side; None for stars: what three are beside four is asked of the programme."""
    shown = refs_shown(session)
    if _is_of_stars([fold(each) for each in comparison.names]):
        return None
    refs = (
        [_numbered(name, session) or _found(name, context) for name in comparison.names]
        if comparison.names
        else list(shown[: comparison.first])
    )
    known = list(dict.fromkeys(filter(None, (_beside(comparison, session), *refs))))
    if len(known) < 2:
        missing = next((name for name, ref in zip(comparison.names, refs, strict=False) if not ref), "")
        return _which(missing, session)
    reply = await compare(known, context=context, session=session)
    unclear = [name for name, ref in zip(comparison.names, refs, strict=False) if not ref]
    if not unclear:
        return reply
    text = session.say("“{name}” is none, or several: write its whole name to have it beside them.", name=unclear[0])
    return replace(reply, text=f"{reply.text}\n{text}")


def _beside(comparison: Comparison, session: Session) -> str:
    """What was spoken of, where another is to be compared with that."""
    return session.thread.product if comparison.beside else ""


def _is_of_stars(said: Sequence[str]) -> bool:
    """True where all that is compared are numbers of stars: "4 and 5 stars"."""
    if not said or not _ONLY_STARS.fullmatch(said[-1]):
        return False
    return all(_ONLY_STARS.fullmatch(f"{each} sao" if each.isdecimal() else each) for each in said)


async def best(wanted: Superlative, *, context: Context, session: Session) -> Reply | None:
    """The best of a kind, or of the last list: most stars in force first, or the lowest price. Raises StoreError."""
    chosen = _of_kind(wanted.kind, context) if wanted.kind else narrow.listed_ids(session, context=context)
    if wanted.kind and len(chosen) < _FEWEST:
        return None
    figures = await load_figures(context, context.today())
    some = sorted((each for each in figures.products if not chosen or each.product.id in chosen), key=_by_stars)
    by_price = wanted.cheap or wanted.dear
    if by_price:
        some.sort(key=_by_dearest if wanted.dear else _by_cheapest)
    every = [each.product for each in some]
    first = every[: search.PER_PAGE]
    line = (
        _lowest_price(every, session, dear=wanted.dear)
        if by_price
        else _more_stars(first, context=context, session=session)
    )
    view = search.view(context, session)
    return Reply(line, cards=tuple(_card(each, view) for each in first), language=session.say.language)


def _by_cheapest(counted: CountedProduct) -> int:
    return _price(counted.product) or _DEAREST


def _by_dearest(counted: CountedProduct) -> int:
    return -(_price(counted.product) or 0)


def _by_stars(counted: CountedProduct) -> tuple[bool, int, str]:
    """Those in force first, of them those with most stars."""
    return counted.state is not ProgrammeState.IN_FORCE, -(counted.stars or 0), counted.product.name


def _of_kind(kind: str, context: Context) -> tuple[str, ...]:
    """The products that have all the words of *kind* in their names, or meet the conditions that it holds."""
    found = context.find(kind, limit=_MOST_OF_KIND)
    if found.small_talk is not None:
        return ()
    return tuple(hit.id for hit in found.hits if found.filters or found.holding or all_say([hit], found.rest))


def refs_shown(session: Session) -> tuple[str, ...]:
    """The products that the last answer offered, in their order."""
    actions = [action for each in session.offered if (action := Action.parse(each)) is not None]
    refs = [each.subject.partition(" ")[0] for each in actions if each.verb in {Verb.PRODUCT, Verb.ASK}]
    return tuple(dict.fromkeys(refs))


async def compare(refs: Sequence[str], *, context: Context, session: Session) -> Reply:
    """The products *refs* side by side: star and whether it is in force, price, place. Raises StoreError."""
    found = [await context.store.product(ref) for ref in refs[:MOST]]
    products = [each for each in found if each is not None]
    view = search.view(context, session)
    lines = [_more_stars(products, context, session), _lower_price(products, session)]
    shown = tuple(_side_by_side(each, view, context, session) for each in products)
    subject = " ".join(each.ref for each in products)
    fits = len(f"{Verb.COMPARE} {subject}".encode()) <= LONGEST
    drawn = Choice(session.say("Compare as a picture"), Action(Verb.COMPARE, subject if fits else ""))
    return Reply("\n".join(filter(None, lines)), cards=shown, choices=(drawn,), language=session.say.language)


async def draw(subject: str, *, context: Context, session: Session) -> Reply:
    """The products that *subject* names, or what was shown last, side by side as a picture. Raises StoreError."""
    refs = subject.split() or refs_shown(session)
    products = await context.store.products(refs[:MOST])
    if len(products) < 2:
        return _which("", session)
    far = [_kilometres(each, context, session) for each in products]
    return sharing.compare(products, far, search.view(context, session))


def _kilometres(product: Product, context: Context, session: Session) -> str:
    """How far the producer's commune is from the person's place, as roughly as a picture may tell; "" if not known."""
    unit = context.places.of_producer(product.producer).new
    if session.here is None or unit is None or unit.middle is None:
        return ""
    away = distance_km(session.here, unit.middle)
    return str(max(_ROUGH, round(away / _ROUGH) * _ROUGH))


async def cheaper(ref: str, *, context: Context, session: Session) -> Reply:
    """What is of the same kind as the product *ref* and costs less. Raises StoreError."""
    say = session.say
    product = await context.store.product(ref) if ref else None
    if product is None:
        return Reply(say("Cheaper than which one? Type its name, then ask again."), language=say.language)
    price = _price(product)
    if price is None:
        text = say("The price of {name} is not known to the catalogue: ask the producer.", name=product.name)
        return Reply(text, language=say.language)
    wishes, figures = shipped_wishes(), await load_figures(context, context.today())
    tags = wishes.tags_of(product)
    others = [each.product for each in figures.products if each.product.id != product.id]
    less = [each for each in others if (known := _price(each)) and known < price and wishes.tags_of(each) & tags]
    less.sort(key=lambda each: _price(each) or 0)
    if not less:
        text = say("I know nothing of the same kind that costs less than {name}.", name=product.name)
        return Reply(text, language=say.language)
    view = search.view(context, session)
    text = say("Of the same kind and cheaper than {name}:", name=product.name)
    return Reply(text, cards=tuple(_card(each, view) for each in less[:MOST]), language=say.language)


async def similar(ref: str, *, context: Context, session: Session) -> Reply | None:
    """What is of the same kind as the product *ref*; None where none was shown. Raises StoreError."""
    product = await context.store.product(ref) if ref else None
    if product is None:
        return None
    say, wishes = session.say, shipped_wishes()
    figures, tags = await load_figures(context, context.today()), wishes.tags_of(product)
    others = [each.product for each in figures.products if each.product.id != product.id]
    alike = sorted((each for each in others if wishes.tags_of(each) & tags), key=lambda each: each.name)
    if not alike:
        return Reply(say("I know nothing of the same kind as {name}.", name=product.name), language=say.language)
    view = search.view(context, session)
    text = say("Of the same kind as {name}:", name=product.name)
    return Reply(text, cards=tuple(_card(each, view) for each in alike[:MOST]), language=say.language)


def _numbered(name: str, session: Session) -> str:
    """The product of the last list that *name* counts: "cái thứ ba", "the third", "3"; "" for any other name."""
    tokens = [each for each in tokens_of(name) if each.marked not in _COUNTERS]
    number = vocabulary().number(tokens[0]) if len(tokens) == 1 else None
    return session.thread.numbered(number) if number is not None else ""


def _found(name: str, context: Context) -> str:
    """The product that *name* surely finds; "" without one."""
    found = context.find(name, limit=1)
    return found.hits[0].id if found.band is Band.ANSWER and found.hits else ""


def _which(missing: str, session: Session) -> Reply:
    say = session.say
    if missing:
        text = say(
            "I do not find “{name}”. Write both names like this: compare mỳ Hạnh Thái with mỳ gạo Lục Ngạn.",
            name=missing,
        )
    else:
        text = say("Which ones? Write both names like this: compare mỳ Hạnh Thái with mỳ gạo Lục Ngạn.")
    return Reply(text, language=say.language)


def _price(product: Product) -> int | None:
    return cheapest(product.details.get(_PRICE, ""))


def _card(product: Product, view: card_facts.View) -> Card:
    drawn = cards.short(product, view)
    price = product.details.get(_PRICE, "") or view.say("price not known")
    return replace(drawn, subtitle=" — ".join(filter(None, (price, drawn.subtitle))))


def _side_by_side(product: Product, view: card_facts.View, context: Context, session: Session) -> Card:
    """A card of a comparison: the price with its day, the season, who makes it, how far that is."""
    drawn, say, known = cards.short(product, view), view.say, partial(sharing.known_value, product=product, view=view)
    season, far = known("season"), _kilometres(product, context, session)
    # Where lines are cut off, the maker's long name goes first.
    away = say("about {number} km", number=far) if far else ""
    told = (known("price") or say("price not known"), f"{say('In season')}: {season}" if season else "", away)
    return replace(drawn, subtitle=" — ".join(filter(None, (*told, drawn.subtitle))))


def _more_stars(products: Sequence[Product], context: Context, session: Session) -> str:
    """Which has most stars among those in force."""
    held = [(passport.of(each.certificates, context.today()), each) for each in products]
    stars = {each.name: found.stars or 0 for found, each in held if found.standing in IN_FORCE}
    say = session.say
    if not stars:
        return say("None of them has a star that is surely in force.")
    most = max(stars.values())
    best = [name for name, number in stars.items() if number == most]
    if len(best) == len(products):
        return say.count("Each has {number} star in force.", "Each has {number} stars in force.", most)
    return say.count(
        "Most stars in force: {name} ({number} star).",
        "Most stars in force: {name} ({number} stars).",
        most,
        name=", ".join(best),
    )


def _lowest_price(products: Sequence[Product], session: Session, *, dear: bool = False) -> str:
    """Which of *products*, the cheapest first or the dearest, costs least or most; or that no price is known."""
    say, known = session.say, [each for each in products if _price(each) is not None]
    if not known:
        return say.count(
            "The catalogue knows the price of none of this {number} product: ask the producer.",
            "The catalogue knows the price of none of these {number} products: ask the producer.",
            len(products),
        )
    if dear:
        return say("The highest price that is known is that of {name}; sizes may differ.", name=known[0].name)
    if len(known) == len(products):
        return _lower_price(known, session)
    return say("The lowest price that is known is that of {name}; sizes may differ.", name=known[0].name)


def _lower_price(products: Sequence[Product], session: Session) -> str:
    say = session.say
    prices = {each.name: price for each in products if (price := _price(each)) is not None}
    if len(prices) < len(products):
        return say("The catalogue does not know all of their prices.")
    least = min(prices, key=lambda name: prices[name])
    return say("The lower price is that of {name}; sizes may differ.", name=least)
