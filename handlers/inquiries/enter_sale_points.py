"""A producer tells in a chat where its products are sold: a line for each shop, kept at once, taken back at a tap."""

from collections.abc import Sequence
from dataclasses import replace

from catalog.audit import Doer
from catalog.errors import NotFound
from catalog.officers import OfficerRole
from catalog.sale_points import SaleKind, SalePoint, read_line
from handlers import sale_points
from handlers.actions import Action, Verb, number_in
from handlers.apologies import not_in_public
from handlers.context import Context, Session
from handlers.inquiries.membership import memberships, not_a_member
from handlers.messages import Choice, Incoming, Location, Reply, Style, Want

SHOWN = 8
MOST = 30
_PRODUCER = Doer(level=str(OfficerRole.PRODUCER))
_MOST_WORDS = 500
# Typed in Vietnamese, whatever language the producer reads.
_EXAMPLE = "điểm bán: Cửa hàng Hoa Sen, 12 Lê Lợi, phường Từ Sơn, 7h-19h"


async def take(words: str, *, incoming: Incoming, context: Context, session: Session) -> Reply | None:
    """Keep the point of sale that a producer's *words* tell; None for other words, and for anybody else's."""
    read = read_line(words[:_MOST_WORDS], "-", context.places, today=context.today(), source="-")
    mine = await memberships(incoming, context) if read is not None else []
    if read is None or not mine:
        return None
    if incoming.public:
        return not_in_public(session.say)
    producer = await _of_spoken_product(session, context, [each.producer_id for each in mine])
    point = replace(read, producer=producer, source=await _name(producer, context))
    if wrong := point.problem():
        return _refuse(wrong, session)
    kept = await _keep(point, context)
    if kept is None:
        text = session.say("{number} points of sale are the most: take one away first.", number=MOST)
        return Reply(text, choices=_back(session), language=session.say.language)
    return _say_kept(kept, context, session)


async def _keep(point: SalePoint, context: Context) -> SalePoint | None:
    """Keep a new one, or mend the one of the same name; None where there are too many."""
    store = context.store.sale_points
    held = [each for each in await store.list_all() if each.producer == point.producer]
    same = next((each for each in held if each.name == point.name and each.kind is point.kind), None)
    if same is None and len(held) >= MOST:
        return None
    if same is None:
        point = await store.enter(point, by=_PRODUCER)
    else:
        # A point on the map that was set stays, and so do the products that are sold there.
        point = replace(
            point, number=same.number, latitude=same.latitude, longitude=same.longitude, products=same.products
        )
        await store.change(point, by=_PRODUCER)
    sale_points.read_anew(context)
    return point


async def _of_spoken_product(session: Session, context: Context, mine: Sequence[str]) -> str:
    """Which of the producers that somebody answers for: the one just spoken of, else the first."""
    spoken = await context.products([session.thread.product]) if len(mine) > 1 and session.thread.product else []
    return next((each.producer.id for each in spoken if each.producer.id in mine), mine[0])


async def _name(producer: str, context: Context) -> str:
    found = await context.store.producers([producer])
    return found[0].name if found else producer


def _refuse(wrong: str, session: Session) -> Reply:
    say = session.say
    told = {
        "commune": say("In which commune is it? Write the line again with it: {example}", example=_EXAMPLE),
        "link": say("That is no web address of a shop. Write it as it stands in the browser: https://…"),
        "name": say("What is it called? Write the line again: {example}", example=_EXAMPLE),
    }
    return Reply(told.get(wrong, _how(session)), language=say.language)


def _how(session: Session) -> str:
    say = session.say
    return (
        say("Write one line for each shop: {example}", example=_EXAMPLE)
        + "\n"
        + say("Or for a shop online: bán online: https://shopee.vn/…")
    )


def _say_kept(point: SalePoint, context: Context, session: Session) -> Reply:
    say = session.say
    lines = [
        say("Shoppers see this now as where products of {producer} are sold:", producer=point.source),
        f"{point.name}: {sale_points.facts(point, context.places, say, stale=False)}",
        say("Wrong? Write the line again with the same name, or take it away."),
    ]
    number = point.number
    choices = [Choice(say("Take the point of sale away"), Action(Verb.SELL, f"drop {number}"))]
    if point.kind is SaleKind.PLACE and point.point is None:
        choices.insert(0, Choice(say("Set its place on the map"), Action(Verb.SELL, f"pin {number}"), style=Style.MAIN))
    choices.append(Choice(say("All my points of sale"), Action(Verb.SELL)))
    return Reply("\n".join(lines), choices=tuple(choices), language=say.language)


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """List one's points of sale, or confirm, place or take away one: ``ok 3``, ``pin 3``, ``drop 3``. StoreError."""
    what, _, number = subject.partition(" ")
    mine = {each.producer_id for each in await memberships(incoming, context)}
    if not mine:
        return not_a_member(session)
    if what not in {"ok", "pin", "drop"}:
        return await _list(mine, context, session)
    try:
        point = await context.store.sale_points.by_number(number_in(number))
    except NotFound:
        point = None
    if point is None or point.producer not in mine:
        return Reply(session.say("That point of sale is not there any more."), choices=_back(session))
    return await _change(what, point, incoming=incoming, context=context, session=session)


async def _change(what: str, point: SalePoint, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    say, store = session.say, context.store.sale_points
    if what == "drop":
        await store.remove(point.number, by=_PRODUCER)
        text = say("Taken away: {name}. Shoppers do not see it any more.", name=point.name)
    elif what == "ok":
        await store.change(await say_anew(point, context), by=_PRODUCER)
        text = say("Thank you: {name} is confirmed as of today.", name=point.name)
    elif isinstance(incoming.content, Location):
        here = incoming.content
        said = await say_anew(point, context)
        placed = replace(said, latitude=round(here.latitude, 5), longitude=round(here.longitude, 5))
        await store.change(placed, by=_PRODUCER)
        text = say("Noted: shoppers get directions to {name} from now on.", name=point.name)
    else:
        asking = say("Go to {name} and share your location from there: shoppers get directions to it.", name=point.name)
        return Reply(asking, wants=Want.LOCATION, language=say.language, then=Action(Verb.SELL, f"pin {point.number}"))
    sale_points.read_anew(context)
    return Reply(text, choices=_back(session), language=say.language)


async def say_anew(point: SalePoint, context: Context) -> SalePoint:
    """*point* as its producer says it today, whoever said it before."""
    source = await _name(point.producer, context)
    return replace(point, confirmed=context.today(), by_producer=True, source=source)


def _back(session: Session) -> tuple[Choice, ...]:
    return (Choice(session.say("All my points of sale"), Action(Verb.SELL)),)


async def _list(mine: set[str], context: Context, session: Session) -> Reply:
    say, today = session.say, context.today()
    held = [each for each in await context.store.sale_points.list_all() if each.producer in mine]
    if not held:
        return Reply(
            "\n".join((say("No point of sale of yours is entered yet."), _how(session))), language=say.language
        )
    held.sort(key=lambda each: (each.confirmed, each.number))
    lines, choices = [say("Your points of sale:")], []
    for each in held[:SHOWN]:
        lines.append(f"• {each.name}: {sale_points.facts(each, context.places, say, stale=each.is_stale(today))}")
        lines.append(f"  {sale_points.confirmed(each, say)}")
        if each.confirmed < today:
            choices.append(Choice(say("Still so: {name}", name=each.name[:40]), Action(Verb.SELL, f"ok {each.number}")))
        choices.append(Choice(say("Take away: {name}", name=each.name[:40]), Action(Verb.SELL, f"drop {each.number}")))
    if len(held) > SHOWN:
        lines.append(say.count("{number} more place", "{number} more places", len(held) - SHOWN))
    lines.append(_how(session))
    return Reply("\n".join(lines), choices=tuple(choices), language=say.language)
