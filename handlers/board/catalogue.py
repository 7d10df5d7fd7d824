"""Finding products and producers on the board: by the product's own search, and by what they are and lack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.fields import CORRECTABLE
from catalog.model import Producer
from catalog.places import Unit
from catalog.programme import Axis, CountedProduct
from catalog.search import Band
from catalog.text import fold
from handlers import programme
from handlers.board.desk import Desk
from handlers.board.worklists import maker_of
from handlers.catalogue import resolve
from handlers.context import Context
from handlers.inquiries import corrections
from handlers.programme import Wanted

AT_ONCE = 30
LONGEST = 200
ANY = "any"
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class CatalogueFilter:
    """What is looked for: *words* as in chat, the programme's selection, and a fact that is *missing* (or ANY)."""

    words: str
    wanted: Wanted
    missing: str = ""


@dataclass(frozen=True, slots=True)
class FoundProduct:
    """A product in a list: how it counts today, where its producer is, and which facts customers miss."""

    counted: CountedProduct
    commune: str
    state: str
    missing: str


@dataclass(frozen=True, slots=True)
class FoundProducer:
    """A producer in a list, and how many products they have."""

    producer: Producer
    commune: str
    products: int


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of what was found, of *total*; *near* where nothing is called so, and these come closest."""

    lines: Sequence[FoundProduct | FoundProducer]
    total: int
    page: int
    near: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // AT_ONCE))


def read_filter(query: Mapping[str, str]) -> CatalogueFilter:
    """What *query* asks for; what cannot be meant is left out."""
    missing = query.get("missing", "")
    known = {ANY, *wanted_facts()}
    return CatalogueFilter(
        query.get("q", "").strip()[:LONGEST], programme.read_wanted(query), missing if missing in known else ""
    )


def wanted_facts() -> Sequence[str]:
    """The facts that customers look for on every card."""
    return [name for name, correction in CORRECTABLE.items() if correction.wanted]


async def find_products(desk: Desk, wanted: CatalogueFilter, page: int) -> FoundPage:
    """A page of the products within reach that are *wanted*, best or in the order of names. Raises StoreError."""
    mine = await _within_reach(desk)
    found, near = await _named(desk, wanted.words, mine)
    found = [each for each in found if wanted.wanted.selection.keeps(each) and _lacks(each, wanted.missing)]
    page = _page(page, len(found))
    names = programme.state_names(desk.say)
    lines = [_line(each, names[each.state], desk) for each in found[(page - 1) * AT_ONCE : page * AT_ONCE]]
    return FoundPage(lines, len(found), page, near and bool(found))


async def find_producers(desk: Desk, words: str, commune: str, page: int) -> FoundPage:
    """A page of the producers within reach whose name, id or place has *words*. Raises StoreError."""
    numbers: dict[str, int] = {}
    makers: dict[str, tuple[Producer, Unit | None]] = {}
    for producer, unit in await place_producers(desk.context):
        if desk.reach.covers(maker_of(producer, unit).scope):
            makers[producer.id] = producer, unit
    for each in (await programme.place_catalogue(desk.context))[1]:
        numbers[each.product.producer.id] = numbers.get(each.product.producer.id, 0) + 1
    asked = fold(words[:LONGEST]).split()
    found = [
        FoundProducer(producer, str(unit) if unit else desk.say("not known"), numbers.get(key, 0))
        for key, (producer, unit) in makers.items()
        if _is_called(producer, unit, asked) and commune in {"", unit.code if unit else "-"}
    ]
    found.sort(key=lambda each: (fold(each.producer.name), each.producer.id))
    page = _page(page, len(found))
    return FoundPage(found[(page - 1) * AT_ONCE : page * AT_ONCE], len(found), page)


async def place_producers(context: Context) -> Sequence[tuple[Producer, Unit | None]]:
    """Every producer with the commune since July 2025, read anew once the catalogue is another. Raises StoreError."""
    revision = await context.store.revision()

    async def read() -> Sequence[tuple[Producer, Unit | None]]:
        return [(each, context.places.of_producer(each).new) for each in await context.store.every_producer()]

    return await context.worked_out("placed producers", revision, read)


async def _within_reach(desk: Desk) -> Mapping[str, CountedProduct]:
    figures = await programme.load_figures(desk.context, desk.context.today())
    return {
        each.product.id: each
        for each in figures.products
        if desk.reach.covers(maker_of(each.product.producer, each.placed.commune).scope)
    }


async def _named(desk: Desk, words: str, mine: Mapping[str, CountedProduct]) -> tuple[Sequence[CountedProduct], bool]:
    """Which of *mine* these words mean, the best first, and whether they only come close."""
    if not words:
        return sorted(mine.values(), key=lambda each: (fold(each.product.name), each.product.id)), False
    context = desk.context
    typed = await resolve.typed_code(words, store=context.store, ours=context.ours)
    coded = list(typed.products) if typed else []
    # An officer types a number as the paper has it, which may look like no number of ours.
    if not coded and any(map(str.isdecimal, words)):
        coded = await context.store.by_number(words)
    if coded or words in mine:
        return [mine[key] for key in ([each.id for each in coded] or [words]) if key in mine], False
    found = context.find(words, limit=_MOST)
    return [mine[hit.id] for hit in found.hits if hit.id in mine], found.band is Band.NOTHING


def _lacks(each: CountedProduct, missing: str) -> bool:
    if not missing:
        return True
    lacking = corrections.missing(each.product)
    return bool(lacking) if missing == ANY else missing in lacking


def _line(each: CountedProduct, state: str, desk: Desk) -> FoundProduct:
    unit = each.placed.commune
    facts = ", ".join(corrections.field_words(name, desk.say) for name in corrections.missing(each.product))
    return FoundProduct(each, str(unit) if unit else desk.say("not known"), state, facts)


def _is_called(producer: Producer, unit: Unit | None, asked: Sequence[str]) -> bool:
    said = fold(f"{producer.name} {producer.id} {producer.address} {producer.commune} {unit or ''}")
    phones = " ".join(f"{phone} 0{phone.removeprefix('+84')}" for phone in producer.phones)
    return all(word in said or word in phones for word in asked)


def _page(asked: int, total: int) -> int:
    return min(max(asked, 1), max(1, -(-total // AT_ONCE)))


async def filter_choices(desk: Desk) -> Mapping[Axis, Sequence[tuple[str, str]]]:
    """What can be chosen from among the products within reach, as (value, name). Raises StoreError."""
    products = (await _within_reach(desk)).values()
    communes = {each.placed.commune.code: str(each.placed.commune) for each in products if each.placed.commune}
    groups = sorted({each.product.group for each in products} - {""})
    return {
        Axis.COMMUNE: sorted(communes.items(), key=lambda pair: fold(pair[1])),
        Axis.GROUP: [(each, each) for each in groups],
    }
