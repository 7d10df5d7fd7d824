"""Two or three products side by side, and what of the same kind costs less; what is not known is said to be unknown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from catalog import passport
from catalog.cells.prices import cheapest
from catalog.distances import distance_km
from catalog.model import Product
from catalog.passport import IN_FORCE
from catalog.programme import CountedProduct, ProgrammeState
from catalog.search import Band
from catalog.search.query import tokens_of
from catalog.text import fold
from catalog.translated_words import to_vietnamese
from catalog.wishes import shipped_wishes
from handlers import card_facts, cards, sharing
from handlers.actions import LONGEST, Action, Verb
from handlers.acts.hits import all_say
from handlers.acts.vocabulary import vocabulary
from handlers.catalogue import narrow, search
from handlers.context import Context, Session
from handlers.messages import Card, Choice, Reply
from handlers.programme import load_figures

_PRICE = "price"
_MOST = 3
_ROUGH = 5
"""Kilometres are told in steps of so many, for the picture may be sent on."""
_MOST_OF_KIND, _DEAREST, _FEWEST = 1000, 10**12, 2
_COMPARES = re.compile(r"^(?:hay |giup |cho toi |em |minh )*(?:so sanh|doi chieu|compare)\b ?")
_BETWEEN = frozenset(("voi", "va", "hay", "and", "with", "vs", "to"))
_WHICH = re.compile(
    r"(?: cai nao| loai nao| ben nao| nha nao)?(?: thi)? (?:ngon|tot|re|nhieu sao|cao sao|dang mua|hay|dat|xin) hon"
    r"(?: nhi| a| vay| ha)?$"
    r"|(?:^|(?: thi)?(?: co)? )(?:khac (?:gi )?(?:nhau|gi|cho nao|the nao)|khac nhau(?: gi| cho nao| the nao| o dau)?)"
    r"(?: vay| a)?$"
    r"| which (?:one )?is (?:better|cheaper)$"
)
_CHOOSES = re.compile(r"^(?:toi |minh |em |bac |chi )*(?:nen|thi nen) (?:mua|chon|lay|dung|tang) ")
_FIRST_TWO = re.compile(
    r"^(?:hai|2) (?:cai|loai|mon|san pham) (?:dau(?: tien)?|nay|do|kia|tren)|^(?:the|these) (?:first )?two\b|^$"
)
_OF_THESE = re.compile(
    r"^(?:(?:hai|2|ba|3|cac|nhung|may) )?(?:cai|loai|san pham|mon|nha)?(?: nay| do| kia| tren)*(?: (?:voi )?nhau)?$"
    r"|^(?:cai|so|loai)? ?(?:1|mot|thu nhat|dau) (?:voi|va) (?:cai|so|loai)? ?(?:2|hai|thu hai)$"
    r"|^(?:them|these|those)$"
)
_CHEAPER = re.compile(
    r"^(?:(?:co |con )?(?:cai|loai|mon|san pham|hang)?(?: nao| khac)* ?)?(?:re hon|gia mem hon|re re|cheaper)\b"
    r"|^(?:which (?:one )?is cheaper|(?:a |any |something |anything )?cheaper(?: one)?)$"
)
_SIMILAR = re.compile(
    r"^(?:(?:co |con |xem )*(?:cai|loai|mon|san pham|hang)? ?(?:nao |gi |khac )*)"
    r"(?:tuong tu|giong (?:vay|the|nhu vay|cai nay)|cung loai|na na)\b(?: nhu vay)?(?: khong| ko| k)?$"
    r"|^(?:do you have |have you got |got |is there |are there |show me )*(?:anything |something |any )?(?:else )?"
    r"similar(?: ones?| products?)?$"
)


_SUPERLATIVE = re.compile(
    r"(?P<which> ?\b(?:cai|loai|mon|san pham|sp|hang|thu|con) nao| ?\bnao)?(?: thi| la| co| duoc| ma| dang)*"
    r" ?\b(?:(?P<cheap>gia re|re)|(?P<dear>gia cao|dat|mac)"
    r"|nhieu sao|cao sao|sao cao|nhieu ngoi sao|tot|ngon|chat luong|chat luong cao|uy tin)"
    r" nhat(?P<last>(?: la| thi)* (?:cai|loai|mon|san pham|sp|hang) (?:nao|gi))?"
    r"(?: vay| a| nhi| the| ha| em| shop| day| ad| ban| co| chi| anh| o day| hien nay)*"
    r"(?P<among> (?:trong|o) (?:do|day|so (?:nay|do)|tren|may (?:cai|loai) (?:nay|do)|danh sach(?: nay| tren)?))?$"
)
_SUPERLATIVE_FIRST = re.compile(
    r"^(?:what|whats|what s|which|show me|i want|give me)?(?: (?P<which>one|ones|product|products|of these|of them))*"
    r"(?: is| are| has| have| s| got)* ?(?:the |your )?"
    r"(?:(?P<cheap>cheapest|lowest price|least expensive)|(?P<dear>dearest|most expensive|priciest|highest price)"
    r"|best|most stars|highest rated|best rated|top rated)\b ?"
    r"(?:quality |one|ones|of these|of them|product|products|you have|here|in the list)*"
)
_SUPERLATIVE_OF = re.compile(
    r"^(?:which|what)(?: kind of)? (?P<kind>(?:\w+ ){1,4}?)(?:is|are|has|have|got|with)"
    r" (?:the )?(?:(?P<cheap>cheapest|lowest price)|(?P<dear>dearest|most expensive|priciest)"
    r"|most stars|best(?: rating)?|highest (?:rating|rated|stars))$"
)
_ASKS_OTHERWISE = frozenset(
    ("dau", "gi", "khi", "ai", "bao", "may", "gan", "nhat", "xa", "phuong", "huyen", "where", "who", "when", "how")
)
_ONLY_STARS = re.compile(r"(?:ocop )?(?:hang )?[1-5] sao(?: ocop)?|[1-5] stars?")


@dataclass(frozen=True, slots=True)
class Superlative:
    """The best of its *kind* is asked for, or of what was shown: by its stars or, if *cheap* or *dear*, its price."""

    kind: str = ""
    cheap: bool = False
    dear: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """The *names* that are to be compared; without any, what was shown last."""

    names: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def read_comparison(words: str) -> Comparison | None:
    """What *words* want compared; None where they compare nothing."""
    typed = words.strip(" ?!.").split()
    folded = [fold(each) for each in typed]
    said = " ".join(folded)
    opening = _COMPARES.match(said) or (_CHOOSES.match(said) if " hay " in said else None)
    if opening is None:
        ending = _WHICH.search(f" {said}")
        if ending is None:
            return None
        typed = typed[: len(f" {said}"[: ending.start()].split())]
    else:
        typed = typed[len(opening[0].split()) :]
    rest = " ".join(fold(each) for each in typed)
    if (opening is not None and _OF_THESE.match(rest)) or _FIRST_TWO.match(rest):
        return Comparison()
    names = _names(typed)
    fewest = 1 if opening is not None else 2
    return Comparison(names) if fewest <= len(names) <= _MOST else None


@lru_cache(maxsize=1024)
def read_superlative(words: str) -> Superlative | None:
    """Of what *words* want the best or the cheapest; None where they ask something else."""
    typed = words.strip(" ?!.").split()
    said = " ".join(fold(each) for each in typed)
    found = _SUPERLATIVE.search(said) or _SUPERLATIVE_OF.match(said) or _SUPERLATIVE_FIRST.match(said)
    if found is None:
        return None
    kind = _kind_in(found, typed)
    told = not all(map(_says_little, kind))
    said_all = _says_all(found)
    if not _ASKS_OTHERWISE.isdisjoint(map(fold, kind)) or not (told or said_all):
        return None
    return Superlative(" ".join(kind) if told else "", cheap=bool(found["cheap"]), dear=bool(found["dear"]))


def _says_all(found: re.Match[str]) -> bool:
    """True where what is wanted the best of needs no name: of which ones, or of those that were shown."""
    alone = found.end() == len(found.string) and not found.start() and (found["cheap"] or found["dear"])
    if found.re is not _SUPERLATIVE or found["last"] or found["among"] or alone:
        return True
    return (found["which"] or "nao").strip() != "nao"


def _kind_in(found: re.Match[str], typed: Sequence[str]) -> Sequence[str]:
    """The words of *typed* that name the kind of which the best is *found* to be asked."""
    start, end = {
        _SUPERLATIVE: (0, found.start()),
        _SUPERLATIVE_FIRST: (found.end(), len(found.string)),
    }.get(found.re) or found.span("kind")
    return typed[len(found.string[:start].split()) : len(found.string[:end].split())]


def _says_little(word: str) -> bool:
    return all(vocabulary().is_glue(each) or each.filling < 1 for each in tokens_of(word))


@lru_cache(maxsize=1024)
def asks_cheaper(words: str) -> bool:
    """True where *words* want something that costs less than what was shown."""
    return _CHEAPER.match(fold(words)) is not None and not any(letter.isdigit() for letter in words)


@lru_cache(maxsize=1024)
def asks_similar(words: str) -> bool:
    """True where *words* want something like what was shown."""
    return _SIMILAR.match(fold(words)) is not None


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
    if comparison.names and all(map(_ONLY_STARS.fullmatch, map(fold, comparison.names))):
        return None
    refs = [_found(name, context) for name in comparison.names] if comparison.names else list(shown[:_MOST])
    known = list(dict.fromkeys(ref for ref in refs if ref))
    if len(known) < 2:
        missing = next((name for name, ref in zip(comparison.names, refs, strict=False) if not ref), "")
        return _which(missing, session)
    reply = await compare(known, context=context, session=session)
    unclear = [name for name, ref in zip(comparison.names, refs, strict=False) if not ref]
    if not unclear:
        return reply
    text = session.say("“{name}” is none, or several: write its whole name to have it beside them.", name=unclear[0])
    return replace(reply, text=f"{reply.text}\n{text}")


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
    found = [await context.store.product(ref) for ref in refs[:_MOST]]
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
    products = await context.store.products(refs[:_MOST])
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
    return Reply(text, cards=tuple(_card(each, view) for each in less[:_MOST]), language=say.language)


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
    return Reply(text, cards=tuple(_card(each, view) for each in alike[:_MOST]), language=say.language)


def _names(typed: Sequence[str]) -> tuple[str, ...]:
    """The names in *typed*, separated by commas and by words like "with"."""
    names: list[list[str]] = [[]]
    for word in typed:
        if fold(word) in _BETWEEN:
            names.append([])
            continue
        names[-1].append(word.rstrip(",;"))
        if word.endswith((",", ";")):
            names.append([])
    return tuple(" ".join(each) for each in names if each)


def _found(name: str, context: Context) -> str:
    """The product that *name* surely finds; "" without one."""
    found = context.find(name, limit=1)
    return found.hits[0].id if found.band is Band.ANSWER and found.hits else ""


def _which(missing: str, session: Session) -> Reply:
    say = session.say
    if missing:
        text = say(
            "I do not find “{name}”. Write both names like this: so sánh mỳ Hạnh Thái với mỳ Hằng Hiếu.", name=missing
        )
    else:
        text = say("Which ones? Write both names like this: so sánh mỳ Hạnh Thái với mỳ Hằng Hiếu.")
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
