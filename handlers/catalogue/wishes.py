"""Someone says what a product is wanted for: what fits, each with why, stars in force first; or that nothing does."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from catalog.programme import CountedProduct
from catalog.search import Band, Found
from catalog.text import fold
from catalog.translated_words import detect_language, simplify, to_vietnamese
from catalog.wishes import Suggestion, Wish, says_only_conditions, shipped_wishes, told_in
from handlers import card_facts, cards
from handlers.actions import Action, Verb
from handlers.acts import bare_words
from handlers.acts.hits import all_say
from handlers.catalogue import search
from handlers.catalogue.paging import Search, condition_offers, page_offers
from handlers.context import Context, Session
from handlers.messages import Card, Choice, Page, Reply, Style
from handlers.phrases import Speech
from handlers.programme import load_figures

PER_PAGE = 3
_PROVINCE = "bac ninh"
_WHICH = re.compile(r"\b(?:gi|nao|j|chi|loai|mon|hang|qua|do|san pham|sp|ai|dau)\b")
_ASKS_WHETHER = re.compile(r"\b(?:khong|ko|k|hong|hok|chua)(?: (?:a|vay|shop|ad|em|ban|nhi))*\W*$")
_MOST = 100_000
_ALCOHOL = re.compile(r"\b(?:rượu|ruou|bia|wines?|alcohol|liquor|beer|spirits)\b|술|소주|막걸리|와인|酒", re.IGNORECASE)
# Who must not drink: those who expect or nurse a child, and children.
_NO_DRINKER = re.compile(
    r"\b(?:(?:bà|mẹ|có|đang|vợ|chị|em) bầu|bầu bì|mang thai|có thai|thai phụ|sản phụ|cho con bú|sau sinh"
    r"|trẻ (?:em|con|nhỏ)|em bé|(?:cho|tặng) (?:các )?(?:bé|cháu nhỏ|con nhỏ)|bé (?:uống|ăn)|ba bau|me bau"
    r"|cho con bu|tre em|em be"
    r"|pregnan(?:t|cy)|expecting|breast-?\s?feeding|nursing|for (?:my |our |the |a )?(?:little |small |young )?"
    r"(?:kids?|child(?:ren)?|bab(?:y|ies)|toddlers?))\b|임산부|임신|모유|수유|어린이|아기|아이가|아이들|아이한테"
    r"|孕妇|怀孕|哺乳|孩子|儿童|宝宝|小孩",
    re.IGNORECASE,
)
_FRUIT = {"vi": "trái cây", "en": "fruit", "ko": "과일", "zh": "水果"}


@lru_cache(maxsize=1024)
def _named(words: str) -> Wish | None:
    return shipped_wishes().read(simplify(words) if detect_language(words) == "zh" else words)


def read_wish(words: str, *, context: Context) -> Wish | None:
    """What a product is wanted for, where *words* say so and name no product; None otherwise."""
    wish = _named(words)
    # A search for "quà không uống rượu" would find just what is not wanted.
    if wish is None or search.is_sure(shipped_wishes().read_exclusion(words)[1], context=context):
        return None
    wish = shipped_wishes().with_kinds(replace(wish, rest=to_vietnamese(wish.rest)))
    if says_only_conditions(wish.rest):
        return wish
    found = _look_up(wish.rest, 1, context=context, session=Session())
    if found.filters or found.holding:
        return wish
    if _asks_of_named(words, bare_words(wish.rest), found):
        return None
    # "bánh phu thê Minh Thu làm quà biếu" asks for that very product, and what we do not have fits nothing.
    named = bool(found.hits) and set(fold(found.hits[0].name).split()) <= set(fold(wish.rest).split())
    if found.band is not Band.ANSWER:
        return _without_strange(wish)
    return None if named else wish


def _without_strange(wish: Wish) -> Wish | None:
    """*wish* without words that name nothing, where something is left out of it; else None, for a search."""
    return replace(wish, rest="") if wish.excluded else None


def asks_whether(words: str) -> bool:
    """True where *words* ask of one thing whether it fits, and not which does: "ăn kèm cháo cho bé được không"."""
    said = fold(words)
    return _ASKS_WHETHER.search(said) is not None and _WHICH.search(said) is None


def _asks_of_named(words: str, core: str, found: Found) -> bool:
    """True for "trà củ sen có tốt cho người mất ngủ không", which asks of that tea."""
    named = bool(found.hits) and len(core.split()) > 1 and all_say(found.hits[:1], core)
    return named and _ASKS_WHETHER.search(fold(words)) is not None


async def answer(words: str, *, context: Context, session: Session) -> Reply | None:
    """What fits the wish that *words* say; None where they say none. Raises StoreError."""
    wish = read_wish(words, context=context) or _read_kind(words)
    if wish is None or _is_of_place(wish, context=context):
        return None
    return await _show(wish, Search(words[: search.LONGEST], wish=True), 1, context=context, session=session)


def _is_of_place(wish: Wish, *, context: Context) -> bool:
    """True for "ở lục nam có đặc sản gì ngon": all that a place has is wanted, and nothing for a purpose."""
    if wish.occasion is not shipped_wishes().occasions[-1] or not wish.rest:
        return False
    found = context.find(wish.rest, limit=1)
    place = found.filters.place
    # The whole province is no place among others.
    return place is not None and fold(place.value) != _PROVINCE and not found.rest and bool(found.hits)


async def answer_without_alcohol(words: str, *, context: Context, session: Session) -> Reply | None:
    """That alcohol is not for whoever *words* ask it for, with what is; None where they ask for none. StoreError."""
    if not (_ALCOHOL.search(words) and _NO_DRINKER.search(words)) or shipped_wishes().read_exclusion(words)[0]:
        return None
    say = session.say
    text = say("Alcohol is not for children, nor for whoever expects or nurses one: I show none. Perhaps some fruit?")
    fruit = await answer(_FRUIT.get(say.language, _FRUIT["en"]), context=context, session=session)
    return replace(fruit, text=f"{text}\n{fruit.text}") if fruit is not None else None


async def answer_loosely(words: str, *, context: Context, session: Session) -> Reply | None:
    """What fits the occasion that *words* name, whatever else they say; None for none. Raises StoreError."""
    if len(words) > search.LONGEST or search.is_small_talk(words, context=context):
        return None
    wish = _read_loosely(words)
    return await _show(wish, Search(words, wish=True), 1, context=context, session=session) if wish else None


def _read_loosely(words: str) -> Wish | None:
    wish = shipped_wishes().read(words) or shipped_wishes().read_loosely(words)
    if wish is None:
        return None
    return replace(shipped_wishes().with_kinds(replace(wish, rest=to_vietnamese(wish.rest))), rest="")


def _read_kind(words: str) -> Wish | None:
    """A kind of product with a condition behind a comma: "giò chả, 4 sao"; None for anything else."""
    kind, _, condition = words.rpartition(", ")
    wish = _read_loosely(kind) if kind and names_kind(kind) else None
    return replace(wish, rest=condition) if wish is not None else None


def names_kind(words: str) -> bool:
    """True where *words* name a kind of product and no occasion: "giò chả"."""
    wish = _read_loosely(words)
    return wish is not None and wish.occasion.id in shipped_wishes().tags


async def turn(token: str, page: int, *, context: Context, session: Session) -> Reply:
    """Another page of a wish or of a search that was answered before."""
    kept = await context.store.memory.search(token)
    wanted = Search.read(kept) if kept else None
    if wanted is None or not wanted.wish:
        return await search.turn(token, page, context=context, session=session)
    wish = read_wish(wanted.query, context=context) or _read_kind(wanted.query) or _read_loosely(wanted.query)
    if wish is None:
        return await search.turn(token, page, context=context, session=session)
    return await _show(wish, wanted, page, context=context, session=session)


def _look_up(rest: str, limit: int, *, context: Context, session: Session) -> Found:
    """What *rest* looks for; where that is nothing, the conditions that stand between what people say around them."""
    found = context.find(rest, limit=limit, here=session.here)
    told = told_in(rest)
    if found.filters or found.band is not Band.NOTHING or told in {"", rest}:
        return found
    again = context.find(told, limit=limit, here=session.here)
    return again if again.filters and not again.rest else found


async def _show(wish: Wish, wanted: Search, page: int, *, context: Context, session: Session) -> Reply:
    found = _look_up(wish.rest, _MOST, context=context, session=session) if wish.rest else Found(Band.NOTHING)
    if found.filters.near and session.here is None:
        return await search.ask_where(wanted, context=context, session=session)
    figures = await load_figures(context, context.today())
    away = {hit.id: hit.km for hit in found.hits if hit.km is not None}
    near = away if found.filters.near else {}
    fitting = shipped_wishes().choose(wish, _products_among(figures.products, found, wish), near)
    conditions = await _keep_conditions(wish, wanted, found, context=context, session=session)
    if not fitting:
        return _nothing(wanted, conditions, session)
    reply = await _list(wish, wanted, fitting, page, near, context=context, session=session)
    unknown = search.unknown_text(found.unknown, session) if found.unknown else ""
    return replace(reply, text="\n".join(filter(None, (unknown, reply.text))), choices=(*reply.choices, *conditions))


def _products_among(products: Sequence[CountedProduct], found: Found, wish: Wish) -> Sequence[CountedProduct]:
    """Those of *products* that were *found*, where something was looked for beside the wish."""
    named = bool(wish.rest) and not found.filters and not says_only_conditions(wish.rest)
    if not named and not (found.filters and (found.hits or not found.unknown)):
        return products
    allowed = {hit.id for hit in found.hits}
    return [each for each in products if each.product.id in allowed]


async def _keep_conditions(
    wish: Wish, wanted: Search, found: Found, *, context: Context, session: Session
) -> tuple[Choice, ...]:
    """Buttons that take back what was said beside the wish, each with its search kept. Raises StoreError."""
    offers = condition_offers(wanted, found.filters, session)
    if any(map(str.isalnum, wish.rest)) and not offers:
        offers = [without_rest(wish)]
    for _, wider in offers:
        await context.keep_search(wider.token, wider.serialize())
    return tuple(choice for choice, _ in offers)


def without_rest(wish: Wish) -> tuple[Choice, Search]:
    """The button that takes back all that was said beside the wish."""
    wider = Search(wish.words, wish=True)
    return Choice(f"✕ {wish.rest}", Action(Verb.PAGE, f"{wider.token} 1"), style=Style.CHIP), wider


async def _list(
    wish: Wish,
    wanted: Search,
    fitting: Sequence[Suggestion],
    page: int,
    near: Mapping[str, float],
    *,
    context: Context,
    session: Session,
) -> Reply:
    say = session.say
    pages = -(-len(fitting) // PER_PAGE)
    here = Page(min(max(page, 1), pages), pages, len(fitting))
    await context.keep_search(wanted.token, wanted.serialize())
    some = fitting[(here.number - 1) * PER_PAGE : here.number * PER_PAGE]
    text = _how_many(wish, len(fitting), near=bool(near), say=say)
    untold = say("I could not consider “{words}”: the catalogue does not tell it.", words=wish.untold)
    lines = [text, untold if wish.untold else "", wish.occasion.note(say.language)]
    view = search.view(context, session)
    return Reply(
        "\n".join(filter(None, lines)),
        cards=tuple(
            search.away(_card(each, wish, view, near=bool(near)), near.get(each.product.id), session) for each in some
        ),
        choices=tuple(choice for choice, _ in page_offers(wanted, here, session)),
        page=here,
        language=say.language,
    )


def _how_many(wish: Wish, number: int, *, near: bool, say: Speech) -> str:
    """How many products fit, and which come first."""
    called = wish.called(say.language)
    if near:
        return say.count(
            "{number} product near you fits “{wish}”.",
            "{number} products fit “{wish}”; the nearest come first.",
            number,
            wish=called,
        )
    return say.count(
        "{number} product fits “{wish}”.",
        "{number} products fit “{wish}”; those with a star in force come first.",
        number,
        wish=called,
    )


def _card(suggestion: Suggestion, wish: Wish, view: card_facts.View, *, near: bool) -> Card:
    """The short card of what is suggested, which says first why it fits; that it is *near* needs no other reason."""
    drawn = cards.short(suggestion.product, view)
    if near and wish.occasion is shipped_wishes().occasions[-1]:
        return drawn
    language = view.say.language
    kind = suggestion.tag.names.get(language, suggestion.tag.names["en"])
    why = view.say("{kind}: {reason}", kind=kind[0].upper() + kind[1:], reason=wish.occasion.reason(language))
    return replace(drawn, subtitle=" — ".join(filter(None, (why, drawn.subtitle))))


def _nothing(wanted: Search, conditions: Sequence[Choice], session: Session) -> Reply:
    say = session.say
    lines = [say("No product in the catalogue fits “{wish}”.", wish=wanted.query)]
    if conditions:
        lines.append(say("Take a condition back:"))
    choices = (*conditions, Choice(say("Browse by product group"), Action(Verb.GROUPS)))
    return Reply("\n".join(lines), choices=choices, language=say.language)
