"""Someone asks where to go from here in half a day: villages and places to visit nearby, as a list, a map and files."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from urllib.parse import quote

from catalog.model import Product
from catalog.places import Unit
from catalog.programme import CountedProduct, ProgrammeState
from catalog.sale_points import SalePoint
from catalog.sale_points import near as sale_points_near
from catalog.search import Band
from catalog.targets import TOURISM
from catalog.text import fold
from catalog.translated_words import detect_language, to_vietnamese
from catalog.villages import HALF_DAY_KM, Stop, Village, kilometres, order_stops, shipped_villages, unit_of
from handlers import answer_habits, sale_points
from handlers.actions import Action, Verb
from handlers.catalogue import search, wishes
from handlers.catalogue.paging import Search
from handlers.catalogue.search import clean
from handlers.context import Context, Session
from handlers.messages import Card, Choice, Reply, Want
from handlers.phrases import Speech
from handlers.programme import load_figures

ROUTE = "/route"
MOST = 5
_ASKED = re.compile(
    r"\b(?:nua ngay|mot buoi|half a day|half day|day trip)\b"
    r"|\b(?:di (?:choi )?(?:duoc )?(?:o )?dau|choi o dau|tham quan (?:o )?dau|tham quan gi)\b"
    r"|\b(?:where can i go|what to visit|(?:places|anything|something) to (?:visit|see)|where to go)\b"
    r"|^(?:cac |nhung |co )?(?:lang nghe|diem du lich)(?: nao)?(?: o)? gan"
    r"|\btour\b.*\b(?:lang nghe|lang co|tham quan|villages?)\b"
    r"|\b(?:gan|quanh) (?:day|toi|minh|nha)\b.*\b(?:lang nghe|diem du lich|cho (?:di )?choi|diem tham quan)\b"
    r"|\b(?:di choi|du lich)\b.*\b(?:mot ngay|cuoi tuan)\b|\b(?:day|weekend) (?:trip|tour)\b"
    r"|^(?:(?:are there|is there|any|show me|which|the) )*(?:craft )?villages? (?:near|around)\b"
    r"|\bwhat (?:can|could|should|to) (?:i |we |you )?(?:see|visit) (?:near|around|in|here)\b"
    r"|\bwhat(?: else)? (?:is there|can (?:i|we) do|to do)(?: else)?(?: to (?:see|do|visit))? (?:near|nearby|around"
    r"|close)"
    r"|\b(?:anything|something|anywhere|places?|sights?|what|villages?)\b.*\bworth (?:a visit|visiting|seeing)"
    r"|\bwhere (?:should|could|can|shall) (?:i|we) go\b|\b(?:sights|sightseeing|things to (?:see|do)) (?:near"
    r"|nearby|around|in)"
)
_TRIP = re.compile(r"\b(?:nua ngay|mot buoi|half a day|half day|day trip)\b")
_VILLAGE_OF = re.compile(
    r"^(?:co |cac |nhung |bac ninh co )*(?:lang(?: nghe)?(?: nao)?|(?:which|what|any) (?:craft )?villages?)"
    r"(?: (?:lam|san xuat|chuyen|trong|noi tieng|ve|nghe|makes?|produces?|is|are|known|famous|for))+ (?P<craft>.+)$"
)
# "Is there a pottery village", "도자기 마을", "陶瓷村": the craft stands before the village.
_CRAFT_VILLAGE = re.compile(
    r"\b(?P<craft>[a-z]+) (?:making )?villages?\b|(?P<ko>[가-힣]+) ?마을|(?P<zh>[一-鿿]{1,4}?)村"
)
_FROM_VILLAGE = re.compile(r"\b(?:from|of|by|made in)\b.*\bvillage|마을(?:에서|의)|村(?:的|做|产)")
_OF_PLACE = re.compile(
    r"^(?P<place>(?:\w+ ){2,4}?)(?:co|lam|ban|noi tieng|trong)(?: ve| cac| nhung| san pham| dac san| mon| hang| cai)*"
    r" gi(?: ngon| noi tieng| dac biet| vay| khong| a| the| ocop)*$"
)
_START = re.compile(r"\b(?:o|gan|quanh|tu|in|near|around|from) ")
_MOST_START_WORDS = 4
_LONGEST = 120
_EAST_ASIAN = (
    "가볼 만한",
    "가볼만한",
    "어디 갈까",
    "어디 가",
    "반나절",
    "당일치기",
    "하루 여행",
    "주말 여행",
    "半日",
    "一日游",
    "周末去",
    "半天",
    "去哪里玩",
    "去哪玩",
    "好玩",
    "哪里玩",
    "玩的地方",
    "旅游的地方",
    "참관",
    "놀 만한",
    "놀만한",
    "볼 만한",
    "볼만한",
    "볼거리",
    "놀러",
    "구경할",
    "여행할",
    "나들이",
)
_SIGHTS_NEAR = re.compile(
    r"(?:附近|周边|周围|离.{0,4}近).*(?:景点|景区|玩|逛)|(?:근처|주변|가까운).*(?:관광|여행지|명소|놀)"
)


_NEAR = re.compile(
    r"\b(?:(?:toi|minh|em|anh|chi|bac|nha) (?:dang |hien )?o(?= )|dang o|i ?a?m in"
    r"|(?:o |xung )?(?:gan|quanh|canh|lan can)|near|nearby|around|close to|next to)"
    r" (?:khu vuc |xa |phuong |huyen |thi xa |thi tran |thanh pho |tp |cho |the )*"
)
_MOST_NAME_WORDS, _MOST_PLACE_WORDS = 3, 4
_NEAR_ANY = re.compile(
    r"(?:(?:toi|minh|em|dang|o|co|gi) )*(?:gan|quanh|canh|near|close to) (?:khu vuc |cho |the )?(?P<place>.+?)"
    r"(?: (?:co|ban|thi|co ban) (?:gi|nhung gi|dac san|san pham|cai gi|mon gi|hang gi|do gi)\b.*)?"
)
_NO_PLACE = re.compile(
    # A time is near too: "gần Tết", "quanh năm", "em gần đẻ".
    r"(?:tet|nam|de|sinh|ram|trua|sang|chieu|dem|mua|cuoi|dau|ngay|thang|giua|noel|giao thua|trung thu|le)"
    r"(?: (?:nay|moi|tuan|thang|nam|dong|he|thu|xuan|hoi|het|nguyen dan|am lich|duong lich|tay|ta|roi|sau|\d+))*"
    r"|(?:(?:cho|nha|noi) )?(?:toi|day|minh|em|anh|chi|nha|nhat|me|here|us|do|day|ay|nay|kia|het|xong)\b.*|my .*"
)


def read_near(words: str, context: Context) -> tuple[str, Unit] | None:
    """What *words* say beside "near" a commune of this name, and that commune; None where they name none."""
    typed, said = words.strip(" ?!.").split(), " ".join(map(fold, words.strip(" ?!.").split()))
    found = _NEAR.search(said)
    if found is None or len(said.split()) != len(typed):
        return None
    before, after = len(said[: found.start()].split()), len(said[: found.end()].split())
    for end in range(min(len(typed), after + _MOST_NAME_WORDS), after, -1):
        unit = context.places.called(" ".join(typed[after:end]))
        if unit is not None and unit.latitude is not None:
            return " ".join((*typed[:before], *typed[end:])), unit
    return None


def read_unknown_near(words: str, context: Context) -> str:
    """The place, unknown to us, that *words* want something near to ("gần KCN VSIP có gì"); "" where they do not."""
    typed = words.strip(" ?!.").split()
    found = _NEAR_ANY.fullmatch(" ".join(map(fold, typed)))
    if found is None or _NO_PLACE.fullmatch(found["place"]) or len(found["place"].split()) > _MOST_PLACE_WORDS:
        return ""
    start = len(found.string[: found.start("place")].split())
    place = " ".join(typed[start : start + len(found["place"].split())])
    known = context.find(place, limit=1)
    return place if known.band is Band.NOTHING and known.small_talk is None else ""


@lru_cache(maxsize=1024)
def asks_tour(words: str) -> bool:
    """True where *words* ask where one could go from here."""
    return len(words) <= _LONGEST and (
        _ASKED.search(fold(words)) is not None
        or any(each in words for each in _EAST_ASIAN)
        or _SIGHTS_NEAR.search(words) is not None
    )


@lru_cache(maxsize=1024)
def is_trip(words: str) -> bool:
    """True where *words* surely speak of a trip, whatever field they sound like: "nửa ngày đi được đâu"."""
    return len(words) <= _LONGEST and _TRIP.search(fold(words)) is not None


async def answer_villages(words: str, *, context: Context, session: Session) -> Reply | None:
    """The villages that are known for a craft, where *words* ask for one; what we have of it where none is."""
    nothing = _nothing_at(words, context=context, session=session) if len(words) <= _LONGEST else None
    if nothing is not None:
        return nothing
    asked = _VILLAGE_OF.match(fold(clean(words).strip(" ?!."))) if len(words) <= _LONGEST else None
    if asked is None:
        return _of_craft(words, session) if len(words) <= _LONGEST else None
    say, craft = session.say, asked["craft"].split()
    named = " ".join(clean(words).strip(" ?!.").split()[-len(craft) :])
    villages = [each for each in shipped_villages() if each.says(named, say.language)]
    if villages:
        lines = [say("Villages known for it:"), *(_told_line(each, session) for each in villages)]
        return Reply("\n".join(lines), language=say.language)
    unknown = say("I know no village known for “{words}”.", words=named)
    if context.places.called(named) is not None:
        unknown = say("I have no source on a craft village called “{words}”, so I tell nothing of it.", words=named)
    found = await search.by_words(named, context=context, session=session)
    if found.cards:
        return replace(found, text="\n".join(filter(None, (unknown, found.text))))
    return Reply(unknown, choices=(Choice(say("Browse by product group"), Action(Verb.GROUPS)),), language=say.language)


def _of_craft(words: str, session: Session) -> Reply | None:
    """The villages known for the craft that is named before the word for a village; None for all else."""
    found = _CRAFT_VILLAGE.search(words.casefold())
    craft = next(filter(None, found.groups()), "") if found else ""
    if not craft or _FROM_VILLAGE.search(words.casefold()):
        return None
    say, language, said = session.say, detect_language(craft), fold(to_vietnamese(words))
    villages = [
        each
        for each in shipped_villages()
        if fold(each.name) in said or (craft in each.words(language) if language else each.says(craft, "en"))
    ]
    if not villages:
        return None
    lines = [say("Villages known for it:"), *(_told_line(each, session) for each in villages)]
    return Reply("\n".join(lines), language=say.language)


def _nothing_at(words: str, *, context: Context, session: Session) -> Reply | None:
    """That nothing is known from the commune that *words* ask about ("Xuân Lai có gì"); None where something is."""
    typed = clean(words).strip(" ?!.").split()
    asked = _OF_PLACE.match(" ".join(map(fold, typed)))
    place = " ".join(typed[: len(asked["place"].split())]) if asked else ""
    if not place or context.places.called(place) is None or context.find(place, limit=1).holding:
        return None
    if context.find(f"sản phẩm ở {place}", limit=1).filters.place is not None:
        return None
    text = session.say("The catalogue has no product from {place} yet.", place=place)
    return Reply(text, choices=(Choice(session.say("Near me"), Action(Verb.NEAR)),), language=session.say.language)


def _told_line(village: Village, session: Session) -> str:
    source = session.say("Source: {source}", source=village.source)
    return f"• {village.name}, {village.commune}: {village.words(session.say.language)} ({source})"


async def answer(words: str, *, context: Context, session: Session) -> Reply | None:
    """Where to go from here, where *words* ask that; None for anything else. Raises StoreError."""
    return await show(words, context=context, session=session) if asks_tour(words) else None


async def turn(token: str, page: int, *, context: Context, session: Session) -> Reply:
    """Go on with a route once the place is known, or with another page of what was answered before."""
    kept = await context.store.memory.search(token)
    wanted = Search.read(kept) if kept else None
    if wanted is not None and wanted.wish and asks_tour(wanted.query):
        return await show(wanted.query, context=context, session=session)
    return await wishes.turn(token, page, context=context, session=session)


async def show(words: str, *, context: Context, session: Session) -> Reply:
    """The villages and places to visit within half a day, in the order of a round; asks for the place if unknown."""
    say = session.say
    start = _start_named(words, context)
    here = session.here if start is None else (start.latitude or 0.0, start.longitude or 0.0)
    if here is None:
        wanted = Search(words[:_LONGEST], wish=True)
        await context.keep_search(wanted.token, wanted.serialize())
        asking = say(
            "Where do you start? Share your location and I will plan half a day of villages and places to visit."
        )
        then = Action(Verb.PAGE, f"{wanted.token} 1")
        return Reply(asking, wants=Want.LOCATION, language=say.language, then=then)
    villages = {each.id: each for each in shipped_villages()}
    figures = await load_figures(context, context.today())
    route, told = _plan(figures.products, here, context)
    if not route:
        text = say("I know no village and no place to visit within {number} km of you.", number=30)
        return Reply(text, language=say.language)
    lines = [
        say("Half a day from where you are, as the crow flies:")
        if start is None
        else say("Half a day from {place}, as the crow flies:", place=start)
    ]
    lines += [_line(number, stop, villages, told, session) for number, stop in enumerate(route, 1)]
    lines.append(say("Only the commune of each is known: ask the way there, and call before you go."))
    return Reply(
        "\n".join(lines),
        cards=(_map(route, context, session),),
        choices=tuple(_choices(route, villages, told, context, session)),
        language=say.language,
    )


def _start_named(words: str, context: Context) -> Unit | None:
    """The commune that *words* start from ("gần Từ Sơn", "from Luc Ngan"); None where they name none, or several."""
    folded = fold(to_vietnamese(clean(words)))
    for found in _START.finditer(folded):
        said = folded[found.end() :].split()[:_MOST_START_WORDS]
        for many in range(len(said), 0, -1):
            named = context.places.named(" ".join(said[:many]))
            if named is not None and named.latitude is not None:
                return named
    return None


def places_near(products: Iterable[CountedProduct], here: tuple[float, float]) -> list[Stop]:
    """The places to visit among *products* whose commune is known and whose star was not taken away."""
    found = []
    for each in products:
        unit = each.placed.commune
        away = kilometres(here, unit) if unit is not None else None
        if unit is None or away is None or each.product.group != TOURISM or each.state is ProgrammeState.TAKEN_AWAY:
            continue
        found.append(Stop(each.product.ref, each.product.name, unit, away))
    return found


@dataclass(frozen=True, slots=True)
class _Beside:
    """A stop where products can be had on the way: what it is, and what leads there."""

    stop: Stop
    words: Callable[[Speech], str]
    choice: Callable[[Speech], Choice | None]


def _plan(
    products: Sequence[CountedProduct], here: tuple[float, float], context: Context
) -> tuple[Sequence[Stop], Mapping[str, _Beside]]:
    """The round: villages and places to visit with a shop and a maker among them; and what those two are."""
    visits = [*_villages_near(here, context), *places_near(products, here)]
    beside = _shop_and_maker(products, here, context)
    nearest = sorted((each for each in visits if each.km <= HALF_DAY_KM), key=lambda stop: stop.km)
    stops = [*nearest[: MOST - len(beside)], *(each.stop for each in beside)]
    return order_stops(here, stops, most=MOST), {each.stop.id: each for each in beside}


def _shop_and_maker(
    products: Sequence[CountedProduct], here: tuple[float, float], context: Context
) -> Sequence[_Beside]:
    """The nearest point of sale, and the nearest maker of whom shoppers are told how fast they answer."""
    found = []
    for near in sale_points_near(context.sales.points.every, here, context.places)[:1]:
        point = near.point
        stop = Stop(f"shop-{point.number}", point.name, near.unit, near.km)
        found.append(_Beside(stop, partial(_shop_words, point, context), partial(_shop_way, point, context)))
    makers = []
    for each in products:
        unit, maker = each.placed.commune, each.product.producer
        away = kilometres(here, unit) if unit is not None else None
        if unit is not None and away is not None and maker.id in context.habits.usual and each.product.group != TOURISM:
            makers.append((away, each.product.ref, each.product, unit))
    for away, ref, product, unit in sorted(makers, key=lambda one: one[:2])[:1]:
        usual = context.habits.usual[product.producer.id]
        stop = Stop(f"maker-{ref}", product.producer.name, unit, away)
        found.append(_Beside(stop, partial(_maker_words, product, usual), partial(_maker_way, product)))
    return [each for each in found if each.stop.km <= HALF_DAY_KM]


def _shop_words(point: SalePoint, context: Context, say: Speech) -> str:
    told = sale_points.facts(point, context.places, say, stale=point.is_stale(context.today()))
    return say("products of the programme are sold here, {facts}", facts=told)


def _shop_way(point: SalePoint, context: Context, say: Speech) -> Choice | None:
    link = sale_points.link(point, context.places, say)
    return Choice(say("Directions to {place}", place=point.name[:40]), url=link.url) if link and point.point else None


def _maker_words(product: Product, usual: float, say: Speech) -> str:
    answers = answer_habits.usual_words(usual, say)
    return say("makes {product}, {answers}: ask before you go", product=product.name, answers=answers)


def _maker_way(product: Product, say: Speech) -> Choice:
    return Choice(say("Ask {producer}", producer=product.producer.name[:40]), Action(Verb.ASK, product.ref))


def _villages_near(here: tuple[float, float], context: Context) -> list[Stop]:
    units = ((each, unit_of(each, context.places)) for each in shipped_villages())
    return [
        Stop(each.id, each.name, unit, away)
        for each, unit in units
        if unit is not None and (away := kilometres(here, unit)) is not None
    ]


def _line(
    number: int, stop: Stop, villages: Mapping[str, Village], beside: Mapping[str, _Beside], session: Session
) -> str:
    say, village = session.say, villages.get(stop.id)
    where = say("in {commune}, about {number} km away", commune=stop.unit, number=max(1, round(stop.km)))
    told = village.words(say.language) if village else say("place to visit of the OCOP programme")
    if stop.id in beside:
        told = beside[stop.id].words(say)
    source = f" ({say('Source: {source}', source=village.source)})" if village else ""
    return f"{number}. {stop.name}, {where}: {told}{source}"


def _map(route: Sequence[Stop], context: Context, session: Session) -> Card:
    picture = f"{context.public_url}{ROUTE}.png?stops={_stops(route)}"
    return Card(session.say("The communes of the route"), picture=picture)


def _choices(
    route: Sequence[Stop],
    villages: Mapping[str, Village],
    beside: Mapping[str, _Beside],
    context: Context,
    session: Session,
) -> Iterator[Choice]:
    say = session.say
    for stop in route:
        if stop.id in beside:
            way = beside[stop.id].choice(say)
            yield from (way,) if way else ()
        elif stop.id not in villages:
            yield Choice(stop.name, Action(Verb.PRODUCT, stop.id))
    files = f"{context.public_url}{ROUTE}"
    yield Choice(say("Into my calendar"), url=f"{files}.ics?lang={say.language}&stops={_stops(route)}")
    yield Choice(say("As GPX"), url=f"{files}.gpx?stops={_stops(route)}")


def _stops(route: Sequence[Stop]) -> str:
    """The route in an address: names and communes of its stops, and nothing of who goes."""
    return quote("~".join(f"{stop.unit.code}:{stop.name}" for stop in route), safe=":~")
