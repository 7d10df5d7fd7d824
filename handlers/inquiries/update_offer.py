"""A producer tells price, stock, season or opening hours in plain words: shown back, kept or taken back at a tap."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from catalog.audit import Doer
from catalog.cells.problems import CellRefused
from catalog.errors import NotFound
from catalog.fields import BY_NAME
from catalog.model import Product, ProductRow
from catalog.offer_updates import HOURS, OfferUpdate, are_hours, means_all, read_updates
from catalog.officers import OfficerRole
from catalog.sale_points import LONGEST_HOURS, SaleKind, SalePoint
from catalog.search import Band, Hit
from handlers import sale_points
from handlers.actions import LONGEST, Action, Verb, number_in
from handlers.acts.hits import all_say
from handlers.apologies import not_in_public
from handlers.catalogue import search
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries import corrections, enter_sale_points
from handlers.inquiries.membership import memberships, not_a_member
from handlers.messages import Choice, Incoming, Reply, Style

_SHOWN = 8
_MOST_BACK = 100
_LIFE = 3600.0
_LONGEST_TEXT = 2000
_SHORT = 60
_ALL = "all"


@dataclass(frozen=True, slots=True)
class _ReadUpdate:
    """An update as it would be kept: the product or the place, and the value; *wrong* says why it cannot be."""

    update: OfferUpdate
    value: str = ""
    product: Product | None = None
    point: SalePoint | None = None
    wrong: str = ""


async def take(words: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """Show back what *words* tell of somebody's own products; None for other words, and for everybody else."""
    updates = read_updates(words)
    mine = [each.producer_id for each in await memberships(incoming, context)] if updates else []
    if not mine:
        return None
    made = [each for producer in mine for each in await context.store.of_producer(producer)]
    if all(_tells_nothing(each, made) for each in updates):
        return None
    if await _is_of_others(updates, made, context=context, session=session):
        return None
    if incoming.public:
        return not_in_public(session.say), session
    draft = Draft(DraftStep.UPDATE, "", text=words[:_LONGEST_TEXT], begun_at=context.now())
    return await _show_back(draft, made, context=context, session=session)


def _tells_nothing(update: OfferUpdate, made: Sequence[Product]) -> bool:
    known = means_all(update.product, len(made)) or _named(update.product, made)
    return update.loose and not known


async def _is_of_others(
    updates: Sequence[OfferUpdate], made: Sequence[Product], *, context: Context, session: Session
) -> bool:
    """True where one thing is told of what is not one's own: it is asked or looked for, then."""
    (first, *more) = updates
    if more or first.field == HOURS:
        return False
    if not first.product:
        spoken = await context.products([session.thread.product] if session.thread.product else [])
        return bool(spoken) and spoken[0].id not in {each.id for each in made}
    found = context.find(first.product, limit=1)
    named = found.band is Band.ANSWER and bool(found.hits) and all_say(found.hits[:1], first.product)
    return named and not _named(first.product, made)


def _named(words: str, made: Sequence[Product]) -> list[Product]:
    """Those of one's own products in whose names all *words* stand."""
    return [each for each in made if all_say([Hit(each.id, each.name, "", 1.0)], words)]


async def _show_back(
    draft: Draft, made: Sequence[Product], *, context: Context, session: Session
) -> tuple[Reply, Session]:
    say, updates = session.say, read_updates(draft.text)
    some = [_of_which(each, draft, made, session) for each in updates if each.field != HOURS]
    open_one = next((products for products in some if len(products) != 1), None)
    if open_one is not None and len(some) == 1 and not any(_is_of_all(each, draft, made) for each in updates):
        return _ask_which((open_one or made)[:_SHOWN], draft, session), replace(session, draft=draft)
    read = await _read_all(draft, made, context=context, session=session)
    lines = [*_lines(read, session)]
    if not any(each.value for each in read):
        return Reply("\n".join(lines), language=say.language), replace(session, draft=None)
    choices = [
        Choice(say("Yes, tell that"), Action(Verb.UPDATE, "ok"), style=Style.MAIN),
        Choice(say("No, look for a product"), Action(Verb.UPDATE, "no")),
    ]
    text = "\n".join((say("You tell:"), *lines))
    return Reply(text, choices=tuple(choices), language=say.language), replace(session, draft=draft)


def _ask_which(shown: Sequence[Product], draft: Draft, session: Session) -> Reply:
    say = session.say
    choices = [Choice(each.name, Action(Verb.UPDATE, f"of {each.ref}")) for each in shown]
    if len(shown) > 1:
        choices.append(Choice(say("Of all of these"), Action(Verb.UPDATE, f"of {_ALL}")))
    cancelling = Choice(say("Cancel"), Action(Verb.CANCEL))
    return Reply(say("Of which product is “{text}”?", text=draft.text), choices=(*choices, cancelling))


def _of_which(update: OfferUpdate, draft: Draft, made: Sequence[Product], session: Session) -> list[Product]:
    """Which of one's own products *update* may be about."""
    if _is_of_all(update, draft, made):
        return (_named(update.product, made) if update.product else []) or list(made)
    if draft.about:
        return [each for each in made if each.ref == draft.about]
    if update.product:
        return _named(update.product, made)
    spoken = [each for each in made if session.thread.product in {each.id, each.ref}]
    return spoken or list(made)


def _is_of_all(update: OfferUpdate, draft: Draft, made: Sequence[Product]) -> bool:
    return draft.about == _ALL or means_all(update.product, len(made))


async def _read_all(draft: Draft, made: Sequence[Product], *, context: Context, session: Session) -> list[_ReadUpdate]:
    read: list[_ReadUpdate] = []
    for each in read_updates(draft.text):
        products = _of_which(each, draft, made, session)
        if each.field == HOURS:
            read.append(await _read_hours(each, made, context=context, session=session))
        elif _is_of_all(each, draft, made):
            read += [_read_one(each, [one], context=context, session=session) for one in products]
        else:
            read.append(_read_one(each, products, context=context, session=session))
    return read


def _read_one(update: OfferUpdate, products: Sequence[Product], *, context: Context, session: Session) -> _ReadUpdate:
    say = session.say
    if len(products) != 1:
        wrong = say(
            "“{words}” is not one product of yours; write its whole name.", words=update.product or update.value
        )
        return _ReadUpdate(update, wrong=wrong)
    try:
        value = corrections.read_value(update.field, update.value, context.today())
    except CellRefused as refused:
        return _ReadUpdate(update, product=products[0], wrong=corrections.reason_of(refused, say))
    return _ReadUpdate(update, value, products[0])


async def _read_hours(
    update: OfferUpdate, made: Sequence[Product], *, context: Context, session: Session
) -> _ReadUpdate:
    if not are_hours(update.value):
        wrong = session.say("“{words}” are no hours of a day; write them like 8h-17h.", words=update.value[:_SHORT])
        return _ReadUpdate(update, wrong=wrong)
    mine = {each.producer.id for each in made}
    points = [
        each
        for each in await context.store.sale_points.list_all()
        if each.producer in mine and each.kind is SaleKind.PLACE
    ]
    hours = update.value[:LONGEST_HOURS]
    if not points:
        return _ReadUpdate(update, wrong=_how_to_begin(made[0], hours, session))
    return _ReadUpdate(update, hours, point=max(points, key=lambda each: (each.confirmed, -each.number)))


def _how_to_begin(product: Product, hours: str, session: Session) -> str:
    maker = product.producer
    place = ", ".join(filter(None, (maker.address, "" if maker.commune in maker.address else maker.commune)))
    line = ", ".join(filter(None, (f"điểm bán: {maker.name}", place, hours)))
    return session.say("No point of sale of yours is entered yet. Send this line, or mend it first: {line}", line=line)


def _lines(read: Sequence[_ReadUpdate], session: Session) -> Iterator[str]:
    """One line for each, but of what is told of many products only the first, and how many more."""
    for _, same in groupby(read, lambda each: each.update):
        lines = [_line(each, session) for each in same]
        yield from lines[:_SHOWN]
        if more := len(lines[_SHOWN:]):
            yield session.say.count("… and {number} more product", "… and {number} more products", more)


def _line(read: _ReadUpdate, session: Session) -> str:
    if read.wrong:
        return read.wrong
    if read.point is not None:
        hours = session.say("open {hours}", hours=read.value)
        return f"• {read.point.name}: {hours}"
    name = read.product.name if read.product is not None else ""
    told = BY_NAME[read.update.field].write(read.value, ProductRow(name="", producer=""))
    return f"• {name} — {corrections.field_words(read.update.field, session.say)}: {told}"


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Choose the product, keep what was shown back, look it up instead, or take it back: StoreError."""
    what, _, rest = subject.partition(" ")
    mine = [each.producer_id for each in await memberships(incoming, context)]
    if not mine:
        return not_a_member(session), session
    if what in {"back", "hours"}:
        return await _take_back(what, rest, mine, incoming=incoming, context=context, session=session), session
    draft = session.draft
    if draft is None or draft.step is not DraftStep.UPDATE or context.now() - draft.begun_at > _LIFE:
        return Reply(session.say("Nothing is waiting to be told. Write it again, please.")), session
    if what == "no":
        session = replace(session, draft=None)
        return await search.by_words(draft.text, context=context, session=session), session
    made = [each for producer in mine for each in await context.store.of_producer(producer)]
    if what == "of":
        return await _show_back(replace(draft, about=rest), made, context=context, session=session)
    return await _keep(draft, made, incoming=incoming, context=context, session=session)


async def _keep(
    draft: Draft, made: Sequence[Product], *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    say = session.say
    lines: dict[str, None] = {}
    numbers: list[int] = []
    choices: list[Choice] = []
    for read in await _read_all(draft, made, context=context, session=session):
        if read.point is not None and read.value:
            choices.append(await _change_hours(read.point, read.value, context=context, session=session))
            lines[say("Shoppers see the opening hours now.")] = None
        elif read.product is not None and read.value:
            kept = await corrections.keep(
                read.product, read.update.field, read.value, incoming=incoming, context=context
            )
            numbers.append(kept.number)
            lines[corrections.say_kept(kept, say)] = None
    back = f"{Verb.UPDATE} back {_write_numbers(numbers)}"
    if numbers and len(back) <= LONGEST:
        choices.insert(0, Choice(say("Take back"), Action.parse(back)))
    return Reply("\n".join(lines), choices=tuple(choices), language=say.language), replace(session, draft=None)


def _write_numbers(numbers: Sequence[int]) -> str:
    """They as a button spells them, many in a row short: "7 9-20"."""
    runs: list[list[int]] = []
    for each in sorted(numbers):
        if runs and each == runs[-1][1] + 1:
            runs[-1][1] = each
        else:
            runs.append([each, each])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _read_numbers(spelled: str) -> list[int]:
    found: list[int] = []
    for part in spelled.split():
        first, _, last = part.partition("-")
        begin = number_in(first)
        found += range(begin, min(number_in(last, otherwise=begin), begin + _MOST_BACK) + 1)
    return found[:_MOST_BACK]


async def _change_hours(point: SalePoint, hours: str, *, context: Context, session: Session) -> Choice:
    """Keep when *point* is open; the button that gives it the hours it had."""
    fresh = await enter_sale_points.say_anew(point, context)
    await context.store.sale_points.change(replace(fresh, hours=hours), by=Doer(level=str(OfficerRole.PRODUCER)))
    sale_points.read_anew(context)
    back = f"{Verb.UPDATE} hours {point.number} {point.hours}".strip()
    if len(back.encode()) <= LONGEST:
        return Choice(session.say("Take back"), Action.parse(back))
    return Choice(session.say("All my points of sale"), Action(Verb.SELL))


async def _take_back(
    what: str, rest: str, mine: Sequence[str], *, incoming: Incoming, context: Context, session: Session
) -> Reply:
    say = session.say
    if what == "hours":
        number, _, hours = rest.partition(" ")
        done = [await _hours_back(number_in(number), hours, mine, context=context, session=session)]
    else:
        done = [await corrections.take_back(each, incoming=incoming, context=context) for each in _read_numbers(rest)]
    if done and all(done):
        return Reply(say("Taken back: it is as it was before."), language=say.language)
    return Reply(say("Not all of it can be taken back: an officer has decided, or it changed meanwhile."))


async def _hours_back(number: int, hours: str, mine: Sequence[str], *, context: Context, session: Session) -> bool:
    try:
        point = await context.store.sale_points.by_number(number)
    except NotFound:
        return False
    if point.producer not in mine:
        return False
    await _change_hours(point, hours, context=context, session=session)
    return True
