"""Someone asks where to buy close by: shops that sell it with how far they are, or whom to ask where none is known."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from catalog import sale_points as domain
from catalog.model import Product
from catalog.places import Unit
from catalog.sale_points import NearPoint, SaleKind, SalePoint
from catalog.search import Band
from catalog.text import as_typed, fold
from catalog.translated_words import to_vietnamese
from handlers import sale_points
from handlers.actions import Action, Verb
from handlers.acts.hits import tied_hits
from handlers.catalogue import tour
from handlers.catalogue.paging import Search
from handlers.context import Context, Session
from handlers.messages import Choice, Page, Reply, Style, Want

PER_PAGE = 5
_ONLINE = 3
_LONGEST = 120
_MOST = 40
_ME = re.compile(
    r"(?:(?:cho |nha )?(?:toi|day|minh|em|nha|anh|chi|tao)(?: o)?(?: nhat)?|nhat(?: voi (?:toi|minh|day))?"
    r"|me|here|us|my (?:place|home|house))?"
)
_SHOP = r"(?:cua hang|diem ban(?: hang)?|noi|cho|quay(?: hang)?|sieu thi|dai ly|shop|tiem)"
_VI = r"(?:o )?(?:gan|quanh)(?: khu vuc)?"
_EN = r"(?:near|close to|around|nearby|next to)(?: (?P<near>.+))?"
_GO = r"(?:(?:toi|minh|em|muon|can|tim|cho) )*"
_WHERE = r"(?:duoc )?(?:(?:o|cho|noi) )+(?:dau|nao)"
_SHOPS = r"(?:cua hang|diem ban(?: hang)?|sieu thi|dai ly|shop)(?P<what>(?: dac san| ocop)?)(?: nao)?"
_ASKED = tuple(
    map(
        re.compile,
        (
            rf"{_GO}mua(?P<what>.*?) {_WHERE} {_VI} (?P<near>.+)",
            rf"(?P<what>.*?) ?(?:mua|ban) {_WHERE} {_VI} (?P<near>.+)",
            rf"(?:o |co )?(?:{_SHOP}|ai|nha|dau)(?: nao)?(?: co)? ban(?P<what>.*?) (?:{_VI}|o|tai) (?P<near>.+)",
            rf"{_VI} (?P<near>toi|day|minh|em|nha)(?: toi)?(?: co)? {_SHOP}(?: nao)?(?: co)? ban(?P<what>.*)",
            rf"(?:xem |tim |co |cac )*{_SHOPS} {_VI} (?P<near>.+)",
            rf"where (?:can|could|do|to|should)(?: i| we)? ?(?:buy|get|find|order|purchase)(?P<what>.*?) {_EN}",
            rf"(?:who|(?:which |any )?(?:shop|store|market|place)s?)(?: that)? (?:sells?|selling)(?P<what>.*?) {_EN}",
            rf"(?:ocop )?(?:shop|store|point of sale)s?(?P<what>) {_EN}",
        ),
    )
)
# By language: that something is close by, that it is bought, and what goes along with that beside a name.
_EAST_ASIAN = (
    (
        re.compile(r"(?:(?:내|제|저희|우리) ?)?(?:근처|주변|가까운|가까이)(?:에서|에|의)?|내 위치(?:에서)?"),
        re.compile(r"살 ?수|사고|사려|사나|구매|파는|판매|매장|가게|상점"),
        re.compile(
            r"(?:살|사고|사려면|사나요|구매|판매하는|판매|파는) ?수? ?(?:있(?:는|나요|어요|을까요|습니까)|나요|어요)?"
            r"|어디(?:에서|서|에)?|곳(?:이|은)?|매장|가게|상점|있나요|있어요|있습니까|[?？.!]"
        ),
    ),
    (
        re.compile(r"我?(?:附近|最近|周边|周邊|旁边|旁邊)的?|离我(?:最)?近的?"),
        re.compile(r"[买卖買賣店购購]"),
        re.compile(r"(?:哪|什么|什麼)(?:里|裡|儿|兒|地方)?|可以|商店|地方|[能有在到买卖買賣的店呢吗嗎我想要去?？。！]"),
    ),
)
_THIS = frozenset({"", "no", "nay", "cai nay", "loai nay", "san pham nay", "mon nay", "hang nay", "it", "this", "them",
    "this product", "that", "이거", "이것", "이 제품", "这个", "它", "這個", "duoc"})  # fmt: skip
_ALL = frozenset({"ocop", "hang ocop", "do ocop", "san pham ocop", "san pham", "dac san", "ocop products", "products",
    "dac san bac ninh", "hang", "제품", "产品", "產品", "상품"})  # fmt: skip
# Stands before a product's ref, where no words name it.
_REF = "\x00"
_FAIRS = re.compile(r"\b(?:hoi cho|phien cho|trien lam|le hoi|hoi nghi|fairs?|festivals?)\b")


@dataclass(frozen=True, slots=True)
class BuyingQuestion:
    """What is to be bought (words of theirs, "" for what was spoken of) near which place ("" for where they are)."""

    what: str
    near: str


@lru_cache(maxsize=1024)
def read_question(words: str) -> BuyingQuestion | None:
    """What *words* want to buy close to which place; None where they do not ask that."""
    if len(words) > _LONGEST:
        return None
    asked = " ".join(words.split()).strip(" ?!.")
    for place, goods, rest in _EAST_ASIAN:
        if place.search(asked) and goods.search(asked):
            return BuyingQuestion(rest.sub("", place.sub("", asked)).strip(" ,，을를은는"), "")
    folded = fold(asked)
    if _FAIRS.search(folded):
        return None
    found = next((match for each in _ASKED if (match := each.fullmatch(folded))), None)
    if found is None:
        return None
    near = (found["near"] or "").strip()
    # Folding keeps the words apart: what stood there is taken as it was typed.
    what = as_typed(asked, folded, found.span("what"))
    return BuyingQuestion(what, "" if _ME.fullmatch(near) else as_typed(asked, folded, found.span("near")))


async def answer(words: str, *, context: Context, session: Session) -> Reply | None:
    """Where what *words* want to buy is sold close by; None for anything else. Raises StoreError."""
    asked = read_question(words) or _named_place(words, context=context, session=session)
    if asked is None:
        return None
    unit = context.places.called(asked.near) if asked.near else None
    if asked.near and unit is None:
        return None
    ids = _meant(asked.what, context=context, session=session)
    if ids is None:
        return None
    products = await context.products(ids)
    if len(products) > 1 and not _sold(products, context):
        # Of many a few are made close by: the search tells that.
        return None
    wanted = Search(words[:_LONGEST], wish=True)
    if len(products) > 1:
        await context.keep_search(wanted.token, wanted.serialize())
    again = _again(products, wanted)
    return await _show(products, unit, 1, again=again, context=context, session=session)


def _named_place(words: str, *, context: Context, session: Session) -> BuyingQuestion | None:
    """A commune alone, written after we asked where somebody is, goes on with what they wanted to buy."""
    waiting, place = Action.parse(session.then), words.strip(" ?!.")
    if waiting is None or waiting.verb is not Verb.SHOP or context.places.called(place) is None:
        return None
    ref = waiting.subject.split(" ")[1:2]
    return BuyingQuestion("ocop" if ref in ([], ["-"]) else _REF + ref[0], place)


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
