"""Finding products and producers on the board: by the product's own search, and by what they are and lack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.fields import CORRECTABLE
from catalog.model import Producer
from catalog.officers import ActScope
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
class SurveyedProduct:
    """A product as it counts today, with what is asked of all of them at each search: where it is, what it lacks."""

    counted: CountedProduct
    scope: ActScope
    order: tuple[str, str]
    missing: Sequence[str]


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


async def survey(desk: Desk) -> Sequence[SurveyedProduct]:
    """The products within reach, in the order of their names. Raises StoreError."""
    context = desk.context
    figures = await programme.load_figures(context, context.today())

    async def read() -> Sequence[SurveyedProduct]:
        found = [_surveyed(each) for each in figures.products]
        return sorted(found, key=lambda each: each.order)

    version = context.programme.revision, figures.day
    everything = await context.worked_out("surveyed products", version, read)
    return [each for each in everything if desk.reach.covers(each.scope)]


def _surveyed(counted: CountedProduct) -> SurveyedProduct:
    product = counted.product
    scope = maker_of(product.producer, counted.placed.commune).scope
    return SurveyedProduct(counted, scope, (fold(product.name), product.id), corrections.missing(product))


async def find_products(desk: Desk, mine: Sequence[SurveyedProduct], wanted: CatalogueFilter, page: int) -> FoundPage:
    """A page of *mine* that are *wanted*, the best first or in the order of names. Raises StoreError."""
    found, near = await _named(desk, wanted.words, mine)
    found = [each for each in found if wanted.wanted.selection.keeps(each.counted) and _lacks(each, wanted.missing)]
    page = _page(page, len(found))
    names = programme.state_names(desk.say)
    lines = [_line(each, names[each.counted.state], desk) for each in found[(page - 1) * AT_ONCE : page * AT_ONCE]]
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
        if is_called(producer, unit, asked) and commune in {"", unit.code if unit else "-"}
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


async def _named(desk: Desk, words: str, mine: Sequence[SurveyedProduct]) -> tuple[Sequence[SurveyedProduct], bool]:
    """Which of *mine* these words mean, the best first, and whether they only come close."""
    if not words:
        return mine, False
    context, known = desk.context, {each.counted.product.id: each for each in mine}
    typed = await resolve.typed_code(words, store=context.store, ours=context.ours)
    coded = list(typed.products) if typed else []
    # An officer types a number as the paper has it, which may look like no number of ours.
    if not coded and any(map(str.isdecimal, words)):
        coded = await context.store.by_number(words)
    if coded or words in known:
        return [known[key] for key in ([each.id for each in coded] or [words]) if key in known], False
    found = context.find(words, limit=_MOST)
    return [known[hit.id] for hit in found.hits if hit.id in known], found.band is Band.NOTHING


def _lacks(each: SurveyedProduct, missing: str) -> bool:
    return not missing or (bool(each.missing) if missing == ANY else missing in each.missing)


def _line(each: SurveyedProduct, state: str, desk: Desk) -> FoundProduct:
    unit = each.counted.placed.commune
    facts = ", ".join(corrections.field_words(name, desk.say) for name in each.missing)
    return FoundProduct(each.counted, str(unit) if unit else desk.say("not known"), state, facts)


def is_called(producer: Producer, unit: Unit | None, asked: Sequence[str]) -> bool:
    """Whether each of the folded words *asked* stands in what is known of a producer's names, place and phones."""
    names = " ".join((producer.name, *producer.other_names))
    said = fold(f"{names} {producer.id} {producer.address} {producer.commune} {unit or ''}")
    phones = " ".join(f"{phone} 0{phone.removeprefix('+84')}" for phone in producer.phones)
    return all(word in said or word in phones for word in asked)


def _page(asked: int, total: int) -> int:
    return min(max(asked, 1), max(1, -(-total // AT_ONCE)))


def filter_choices(mine: Sequence[SurveyedProduct]) -> Mapping[Axis, Sequence[tuple[str, str]]]:
    """What can be chosen from among *mine*, as (value, name)."""
    units = {each.counted.placed.commune for each in mine} - {None}
    communes = [(each.code, str(each)) for each in units if each]
    groups = sorted({each.counted.product.group for each in mine} - {""})
    return {
        Axis.COMMUNE: sorted(communes, key=lambda pair: fold(pair[1])),
        Axis.GROUP: [(each, each) for each in groups],
    }
