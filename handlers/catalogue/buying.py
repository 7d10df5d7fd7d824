"""Someone asks where to buy close by: shops that sell it with how far they are, or whom to ask where none is known."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from catalog import sale_points as domain
from catalog.model import Product
from catalog.places import Unit
from catalog.sale_points import NearPoint, SaleKind, SalePoint
from catalog.search import Band
from catalog.text import fold
from catalog.translated_words import to_vietnamese
from handlers import sale_points
from handlers.actions import Action, Verb
from handlers.acts.hits import tied_hits
from handlers.catalogue import tour
from handlers.catalogue.buying_words import LONGEST, BuyingQuestion, read_question, read_shops
from handlers.catalogue.paging import Search
from handlers.context import Context, Session
from handlers.messages import Choice, Page, Reply, Style, Want
from handlers.phrases import Speech
from handlers.thread import MessageAct

PER_PAGE = 5
_ONLINE = 3
_FAR = 150.0
_MOST = 40
_STANDING = re.compile(
    r"(?:(?:tôi|toi|mình|minh|em|anh|chị|i am|i'm)\s+)?(?:(?:đang|dang|hiện)\s+)?"
    r"(?:(?:ở|o|tại|tai|gần|gan|in|at|near)\s+)?",
    re.IGNORECASE,
)
_MOST_PLACE_WORDS = 4
_NO_PLACE = frozenset(
    {"thoi", "huy", "bo qua", "khong", "khong can", "stop", "cancel", "no", "skip", "ok", "co", "yes"}
)
_THIS = frozenset({"", "no", "nay", "cai nay", "loai nay", "san pham nay", "mon nay", "hang nay", "it", "this", "them",
    "this product", "that", "이거", "이것", "이 제품", "这个", "它", "這個", "duoc"})  # fmt: skip
_ALL = frozenset({"ocop", "hang ocop", "do ocop", "san pham ocop", "san pham", "dac san", "ocop products", "products",
    "dac san bac ninh", "hang", "제품", "产品", "產品", "상품"})  # fmt: skip
# Stands before a product's ref, where no words name it.
_REF = "\x00"


async def answer(words: str, *, context: Context, session: Session) -> Reply | None:
    """Where what *words* want to buy is sold close by; None for anything else. Raises StoreError."""
    asked = (
        read_question(words)
        or _named_place(words, context=context, session=session)
        or (read_shops(words) if not session.thread.product else None)
    )
    if asked is None:
        return None
    ids = _meant(asked.what, context=context, session=session)
    if ids is None or len(asked.near.split()) > _MOST_PLACE_WORDS:
        return None
    products = await context.products(ids)
    if len(products) > 1 and not _sold(products, context):
        # Of many a few are made close by: the search tells that.
        return None
    wanted = Search(words[:LONGEST], wish=True)
    if len(products) > 1:
        await context.keep_search(wanted.token, wanted.serialize())
    return await _tell_asked(asked, products, _again(products, wanted), context=context, session=session)


def bought_online(words: str, *, context: Context, session: Session) -> str:
    """The one product that *words* want to buy online, by id or ref; "" where they ask something else."""
    asked = read_question(words)
    ids = _meant(asked.what, context=context, session=session) if asked is not None and asked.online else None
    return ids[0] if ids and len(ids) == 1 else ""


async def _tell_asked(
    asked: BuyingQuestion, products: Sequence[Product], again: str, *, context: Context, session: Session
) -> Reply | None:
    if asked.online:
        return _tell_online(products, again, context, session)
    unit = context.places.called(asked.near) if asked.near else None
    if asked.near and unit is None:
        unknown = replace(_ask_where(products, again, session), text=unknown_place(asked.near, session.say))
        return unknown if _sold(products, context) else None
    return await _show(products, unit, 1, again=again, context=context, session=session)


def read_waiting_place(words: str, *, context: Context, session: Session) -> Unit | None:
    """The commune alone that *words* name after we asked where somebody is, and what of waits for a place."""
    waiting = Action.parse(session.then)
    if waiting is None or waiting.verb not in {Verb.PAGE, Verb.FAIR}:
        return None
    return context.places.called(_place_in(words))


def head_with_place(reply: Reply, unit: Unit, session: Session) -> Reply:
    """*reply* with the place that it is near to, where that was told in words."""
    return replace(reply, text="\n".join((session.say("Near {place}:", place=unit), reply.text)))


def _place_in(words: str) -> str:
    """The place in "tôi ở Từ Sơn"; all of *words* where nothing stands around it."""
    return _STANDING.sub("", words.strip(" ?!.。？！"), count=1)


def _named_place(words: str, *, context: Context, session: Session) -> BuyingQuestion | None:
    """A place, written after we asked where somebody is, goes on with what they wanted to buy.

    That is a commune, or short words that name nothing at all, said at once: they are told that no such place is known.
    """
    waiting, place = Action.parse(session.then), _place_in(words)
    if waiting is None or waiting.verb is not Verb.SHOP:
        return None
    last = session.thread.last
    at_once = last is not None and last.act is MessageAct.NEAR
    if context.places.called(place) is None and not (at_once and _is_elsewhere(place, context)):
        return None
    ref = waiting.subject.split(" ")[1:2]
    return BuyingQuestion("ocop" if ref in ([], ["-"]) else _REF + ref[0], place)


def _is_elsewhere(place: str, context: Context) -> bool:
    """Whether *place* may be one that we do not know: a few words that name nothing of ours and are no talk."""
    if not 0 < len(place.split()) <= _MOST_PLACE_WORDS or any(map(str.isdigit, place)) or fold(place) in _NO_PLACE:
        return False
    found = context.find(to_vietnamese(place), limit=1)
    return found.band is Band.NOTHING and found.small_talk is None


def unknown_place(place: str, say: Speech) -> str:
    """That *place* is none of the province's communes, and how to tell one."""
    return say(
        "I do not know where “{place}” is: I know the communes of the province. Share your location, or write the name "
        "of one: “Từ Sơn”.",
        place=place[:60],
    )


def _meant(what: str, *, context: Context, session: Session) -> Sequence[str] | None:
    """The ids or refs of what is meant, () for anything of the programme; None where no product is."""
    if what.startswith(_REF):
        return (what.removeprefix(_REF),)
    said = fold(what) or what
    if said in _THIS:
        return (session.thread.product,) if session.thread.product else ()
    if said in _ALL:
        return ()
    return _found(to_vietnamese(what), context)


def _found(query: str, context: Context) -> Sequence[str] | None:
    found = context.find(query, limit=_MOST)
    if found.band is Band.NOTHING or not found.hits or found.small_talk is not None:
        return None
    if found.band is Band.SUGGEST or (found.filters and not found.rest):
        return [hit.id for hit in found.hits]
    return [hit.id for hit in tied_hits(found.hits, query)]


def _again(products: Sequence[Product], wanted: Search) -> str:
    """The button's words that show this anew, to which a page is added."""
    if len(products) > 1:
        return f"{Verb.PAGE} {wanted.token}"
    return f"{Verb.SHOP} near {products[0].ref}" if products else f"{Verb.SHOP} near -"


async def act(subject: str, *, context: Context, session: Session) -> Reply:
    """What a button asks for: ``near nem-1``, ``near - 2 09475`` (which product, page, commune). Raises StoreError."""
    _, ref, page, code = (*subject.split(" "), "", "", "", "")[:4]
    products = await context.products([ref]) if ref not in {"", "-"} else []
    again = f"{Verb.SHOP} near {products[0].ref if products else '-'}"
    number = int(page) if page.isdecimal() and len(page) < 4 else 1
    unit = context.places.with_code(code)
    return await _show(products, unit, number, again=again, context=context, session=session)


async def turn(token: str, page: int, *, context: Context, session: Session) -> Reply:
    """Go on with where to buy one of many; else with another list that was answered before."""
    kept = await context.store.memory.search(token)
    wanted = Search.read(kept) if kept else None
    asked = read_question(wanted.query) if wanted is not None and wanted.wish else None
    ids = _meant(asked.what, context=context, session=session) if asked is not None else None
    if wanted is None or asked is None or ids is None:
        return await tour.turn(token, page, context=context, session=session)
    unit = context.places.called(asked.near) if asked.near else None
    products = await context.products(ids)
    return await _show(products, unit, page, again=_again(products, wanted), context=context, session=session)


def _sold(products: Sequence[Product], context: Context) -> tuple[SalePoint, ...]:
    """Where any of *products* is sold, each point once; without any, all points."""
    points = context.sales.points
    if not products:
        return points.every
    return tuple({point.number: point for each in products for point in points.selling(each)}.values())


@dataclass(frozen=True, slots=True)
class _Shops:
    """What is told: the *products* (none: any), where they are sold, near which *unit* (None: where they are)."""

    products: Sequence[Product]
    points: Sequence[SalePoint]
    unit: Unit | None
    near: Sequence[NearPoint]
    page: int
    again: str

    @property
    def pages(self) -> int:
        """How many pages the shops fill."""
        return max(1, -(-len(self.near) // PER_PAGE))

    @property
    def shown(self) -> Sequence[NearPoint]:
        """Those of this page."""
        return self.near[(self.page - 1) * PER_PAGE : self.page * PER_PAGE]

    @property
    def online(self) -> Sequence[SalePoint]:
        """A few shops online, on the first page."""
        return [each for each in self.points if each.kind is SaleKind.ONLINE][:_ONLINE] if self.page == 1 else []

    @property
    def name(self) -> str:
        """What they sell, where that is one thing."""
        names = {each.name for each in self.products}
        return names.pop() if len(names) == 1 else ""

    @property
    def place(self) -> str:
        """What they are near to, "" for where the person is."""
        return str(self.unit) if self.unit else ""


async def _show(
    products: Sequence[Product], unit: Unit | None, page: int, *, again: str, context: Context, session: Session
) -> Reply:
    points = _sold(products, context)
    if not points:
        return _none(products, session)
    here = (unit.middle if unit else None) or session.here
    if here is None and any(each.kind is SaleKind.PLACE for each in points):
        return _ask_where(products, again, session)
    near = domain.near(points, here, context.places) if here else ()
    told = _Shops(products, points, unit, near, page, again)
    return _tell(replace(told, page=min(max(page, 1), told.pages)), context, session)


def _tell(told: _Shops, context: Context, session: Session) -> Reply:
    say = session.say
    lines = [_heading(told, session)] if told.shown else []
    if told.shown and told.near[0].km > _FAR:
        away = max(1, round(told.near[0].km))
        lines.insert(0, say("That is far from every shop I know: the nearest is about {number} km away.", number=away))
    for at, each in enumerate(told.shown, (told.page - 1) * PER_PAGE + 1):
        lines += _lines(at, each, told, context, session)
    choices = list(_ways([each.point for each in told.shown], context, session))
    if told.online:
        lines.append(say("Online:") if told.shown else _online_heading(told, session))
        lines += [f"• {each.name}: {sale_points.where(each, context.places)}" for each in told.online]
        choices += [Choice(each.name[:60], url=each.link) for each in told.online]
    choices += _turns(told, session)
    if len(told.products) == 1:
        choices.append(Choice(say("Ask the producer"), Action(Verb.ASK, told.products[0].ref)))
    turned = Page(told.page, told.pages, len(told.near)) if told.pages > 1 else None
    return Reply("\n".join(lines), choices=tuple(choices), page=turned, language=say.language)


def _tell_online(products: Sequence[Product], again: str, context: Context, session: Session) -> Reply:
    """The shops online alone; where there is none, that shops are known or the producer may be asked."""
    say, points = session.say, _sold(products, context)
    told = _Shops(products, points, None, (), 1, again)
    if told.online:
        return _tell(told, context, session)
    reply = _none(products, session) if not points else _ask_where(products, again, session)
    text = say("I know no shop online that sells it yet.")
    return replace(reply, text=f"{text}\n{reply.text}") if points else reply


def _turns(told: _Shops, session: Session) -> Iterable[Choice]:
    say = session.say
    code = f" {told.unit.code}" if told.unit and told.again.startswith(Verb.SHOP) else ""
    for label, there in ((say("← Previous"), told.page - 1), (say("Next →"), told.page + 1)):
        action = Action.parse(f"{told.again} {there}{code}")
        if 1 <= there <= told.pages and action is not None:
            yield Choice(label, action)


def _heading(told: _Shops, session: Session) -> str:
    say, name, place = session.say, told.name, told.place
    if name:
        if place:
            return say("{name} is sold here, the nearest to {place} first:", name=name, place=place)
        return say("{name} is sold here, the nearest to you first:", name=name)
    if place:
        return say("Shops, the nearest to {place} first:", place=place)
    return say("Shops, the nearest to you first:")


def _online_heading(told: _Shops, session: Session) -> str:
    say = session.say
    if told.name:
        if any(each.kind is SaleKind.PLACE for each in told.points):
            return say("{name} is sold online:", name=told.name)
        return say("I know no shop that sells {name}, but it is sold online:", name=told.name)
    return say("Sold online:")


def _lines(at: int, near: NearPoint, told: _Shops, context: Context, session: Session) -> Iterable[str]:
    """Its name and how far it is; then where, when, what, and who says so."""
    say, point = session.say, near.point
    yield f"{at}. {point.name} ({_away(near, told, session)})"
    stale = point.is_stale(context.today())
    yield f"   {sale_points.facts(point, context.places, say, stale=stale)}"
    sold = [each.name for each in told.products if point in context.sales.points.selling(each)]
    if sold and not told.name:
        names = ", ".join(sold[:3]) + ("…" if len(sold) > 3 else "")
        yield "   " + say("Sells: {names}", names=names)
    yield "   " + say("Source: {source}", source=sale_points.confirmed(point, say))


def _away(near: NearPoint, told: _Shops, session: Session) -> str:
    """How far it is. Of a shop whose commune alone is known, how far that is: it is an area, and no point."""
    return session.say.away(near.km, told.place) if near.exact else _area_away(near, told, session)


def _area_away(near: NearPoint, told: _Shops, session: Session) -> str:
    say, number = session.say, max(1, round(near.km))
    if near.unit == told.unit:
        return say("in {commune}", commune=near.unit)
    if told.unit:
        return say("in {commune}, about {number} km from {place}", commune=near.unit, number=number, place=told.unit)
    return say("in {commune}, about {number} km away", commune=near.unit, number=number)


def _ways(points: Iterable[SalePoint], context: Context, session: Session) -> Iterable[Choice]:
    say = session.say
    for each in points:
        link = sale_points.link(each, context.places, say)
        if link is None:
            continue
        if each.point is not None:
            yield Choice(say("Directions to {place}", place=each.name[:40]), url=link.url)
        else:
            yield Choice(say("{place} on a map", place=each.name[:40]), url=link.url)


def _ask_where(products: Sequence[Product], again: str, session: Session) -> Reply:
    say = session.say
    text = say("Where are you? Share your location, or write the name of your commune: “Từ Sơn”.")
    # A list of many goes on by its own button; a commune alone can only follow what one product is asked for.
    return Reply(
        text, wants=Want.LOCATION, language=say.language, then=Action.parse(f"{again} 1" if products else again)
    )


def _none(products: Sequence[Product], session: Session) -> Reply:
    """Nobody has entered where it is sold: the list's own words, and asking the producer."""
    say = session.say
    near = Choice(say("Products made near me"), Action(Verb.NEAR))
    if not products:
        text = say("No shop is entered yet. Name a product, and its producer can be asked where it is sold.")
        return Reply(text, choices=(near,), language=say.language)
    product = products[0]
    lines = [say("I know no shop that sells {name} yet.", name=product.name)]
    if product.buy:
        lines.append(say("The list says where to buy it: {places}", places=product.buy))
    lines.append(say("Shall I ask {producer} where you can buy it near you?", producer=product.producer.name))
    ask = Action.parse(f"{Verb.ASK} {product.ref} buy") or Action(Verb.ASK, product.ref)
    choices = (Choice(say("Yes, ask the producer"), ask, style=Style.MAIN), near)
    return Reply("\n".join(lines), choices=choices, language=say.language)
