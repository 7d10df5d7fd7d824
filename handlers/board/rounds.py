"""Rounds on the board: opened, who takes part, results, the sums that were published, and results made certificates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.cells import certificates as cells
from catalog.cells.content import at_most, words
from catalog.cells.days import day as read_day
from catalog.cells.problems import CellRefused
from catalog.certificate_history import history
from catalog.commune_report import Dossier
from catalog.dates import PartialDate
from catalog.errors import CatalogError, NotFound
from catalog.model import Certificate, Producer, Product, Source
from catalog.officers import scope_of
from catalog.rounds import (
    Contradiction,
    EvaluationRound,
    RoundEntry,
    RoundResult,
    RoundState,
    RoundSum,
    count_round,
    find_contradictions,
)
from catalog.store import RoundOutcome, TakesPartAlready, identify
from catalog.text import fold
from handlers import verdict
from handlers.board.certificate_decisions import check_certificate
from handlers.board.desk import Desk
from handlers.phrases import Speech

AT_ONCE = 25
ENTRIES_AT_ONCE = 50
_MOST_OPEN = 100
_LONGEST = 200
_RESULTS = {str(each): each for each in RoundResult}


class BadRound(CatalogError):
    """What was entered cannot be kept; the message says why, in the officer's language."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """Who takes part, in words."""

    entry: RoundEntry
    commune: str
    result: str


@dataclass(frozen=True, slots=True)
class SumLine:
    """A sum of a round: what was published ("" if nothing was), what the entries make, and whether these differ."""

    name: str
    key: RoundSum
    published: str
    counted: int
    differs: bool


@dataclass(frozen=True, slots=True)
class RoundSheet:
    """One round with a page of its *number* entries; *own_parts* tells where what was published contradicts itself."""

    round: EvaluationRound
    lines: Sequence[EntryLine]
    sums: Sequence[SumLine]
    own_parts: Sequence[str]
    is_open: bool
    undecided: int
    number: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages its entries fill, one at least."""
        return max(1, -(-self.number // ENTRIES_AT_ONCE))


@dataclass(frozen=True, slots=True)
class RoundPreview:
    """What recording the results would make: for each star what it makes of the product, and what is known already."""

    decided: Certificate
    lines: Sequence[tuple[str, str, str]]
    known: Sequence[str]


def result_names(say: Speech) -> Mapping[RoundResult, str]:
    """What each result is called."""
    return {
        RoundResult.UNDECIDED: say("not decided"),
        RoundResult.STAR: say("star given"),
        RoundResult.NOT_MET: say("not met"),
        RoundResult.LEFT: say("left the round"),
    }


def sum_names(say: Speech) -> Mapping[RoundSum, str]:
    """What each sum counts."""
    return {
        RoundSum.PRODUCTS: say("Products that take part"),
        RoundSum.MAKERS: say("Producers that take part"),
        RoundSum.STARRED: say("Stars given"),
        RoundSum.THREE: say("of them 3 stars"),
        RoundSum.FOUR: say("of them 4 stars"),
        RoundSum.FIVE: say("of them 5 stars"),
    }


async def list_rounds(desk: Desk, page: int) -> tuple[Sequence[EvaluationRound], int, int]:
    """A page of rounds, its number, and how many pages there are. Raises StoreError."""
    store = desk.context.store.rounds
    pages = max(1, -(-await store.count() // AT_ONCE))
    page = min(max(page, 1), pages)
    return await store.newest(limit=AT_ONCE, offset=(page - 1) * AT_ONCE), page, pages


async def list_open(desk: Desk) -> Sequence[EvaluationRound]:
    """The rounds into which something can be put. Raises StoreError."""
    return await desk.context.store.rounds.newest(limit=_MOST_OPEN, open_only=True)


async def open_round(desk: Desk, form: Mapping[str, str]) -> int:
    """Open a round; its number. Raises BadRound, StoreError."""
    say, today = desk.say, desk.context.today()
    name, year = _text(form, "name", _LONGEST, say), form.get("year", "")
    if not name:
        raise BadRound(say("Name the round, like “Đợt 1 năm 2026”."))
    if not (year.isascii() and year.isdecimal() and 2018 <= int(year[:5]) <= today.year + 1):
        raise BadRound(say("Give the year of the round."))
    told, decided = _decision(form, say)
    source = _text(form, "source", 1000, say)
    made = EvaluationRound(name, int(year), told, decided, source=source)
    return await desk.context.store.rounds.open(made, by=desk.doer)


def _text(form: Mapping[str, str], name: str, most: int, say: Speech) -> str:
    try:
        return at_most(most, words(form.get(name, "")[: 4 * most]))
    except CellRefused as refused:
        raise _bad_round(refused, say) from refused


def _decision(form: Mapping[str, str], say: Speech) -> tuple[str, PartialDate | None]:
    try:
        told = cells.decision(form.get("decision", "")[:500])
        decided = read_day(form.get("date", "")[:100]) or told.decided
    except CellRefused as refused:
        raise _bad_round(refused, say) from refused
    return told.number, decided


def _bad_round(refused: CellRefused, say: Speech) -> BadRound:
    return BadRound(refused.reason if say.language == "vi" else refused.reason_en)


async def show(desk: Desk, number: int, page: int = 1) -> RoundSheet:
    """One round with a page of those who take part, as it is published. Raises NotFound, StoreError."""
    found, entries = await _find(desk, number)
    say, names = desk.say, result_names(desk.say)
    counted = count_round(entries)
    contradictions = find_contradictions(found.published, counted)
    page = min(max(page, 1), max(1, -(-len(entries) // ENTRIES_AT_ONCE)))
    shown = entries[(page - 1) * ENTRIES_AT_ONCE : page * ENTRIES_AT_ONCE]
    lines = [EntryLine(each, _commune(each, desk), names[each.result]) for each in shown]
    undecided = sum(each.result is RoundResult.UNDECIDED for each in entries)
    return RoundSheet(
        found,
        lines,
        _sums(found, counted, contradictions, say),
        [_own_parts(each, say) for each in contradictions if each.own_parts],
        found.state is RoundState.OPEN,
        undecided,
        len(entries),
        page,
    )


def _sums(
    found: EvaluationRound, counted: Mapping[RoundSum, int], contradictions: Sequence[Contradiction], say: Speech
) -> Sequence[SumLine]:
    differing = {each.of for each in contradictions if not each.own_parts}
    return [
        SumLine(name, key, str(found.published.get(key, "")), counted[key], key in differing)
        for key, name in sum_names(say).items()
    ]


def _own_parts(each: Contradiction, say: Speech) -> str:
    name = sum_names(say)[each.of]
    return say(
        "What was published contradicts itself: {name} is {whole}, but its stars add up to {parts}.",
        name=name,
        whole=each.published,
        parts=each.other,
    )


def _commune(entry: RoundEntry, desk: Desk) -> str:
    unit = desk.context.places.with_code(entry.commune) if entry.commune else None
    return str(unit) if unit else desk.say("commune not known")


async def _find(desk: Desk, number: int) -> tuple[EvaluationRound, Sequence[RoundEntry]]:
    store = desk.context.store.rounds
    found = await store.find(number)
    if found is None:
        raise NotFound
    return found, await store.entries(number)


async def add_product(desk: Desk, number: int, ref: str) -> None:
    """Put a product of the catalogue into a round. Raises BadRound, NotAllowed, NotFound, StoreError."""
    product = await desk.context.store.product(ref[:_LONGEST]) if ref else None
    if product is None:
        raise NotFound
    scope = scope_of(product.producer, desk.context.places)
    desk.require(scope)
    maker = product.producer
    await _add(desk, number, RoundEntry(product.name, maker.name, product.id, maker.id, scope.commune))


async def add_new(desk: Desk, number: int, form: Mapping[str, str]) -> None:
    """Put a product that the catalogue does not have into a round. Raises BadRound, NotFound, StoreError."""
    say, store = desk.say, desk.context.store
    name, producer = _text(form, "product", _LONGEST, say), _text(form, "producer", _LONGEST, say)
    unit = desk.context.places.with_code(form.get("commune", "")[:16])
    if not name or not producer or unit is None:
        raise BadRound(say("A new product needs its name, its producer and the commune."))
    where = ", ".join(filter(None, (_text(form, "address", _LONGEST, say), f"{unit.kind} {unit.name}", unit.province)))
    maker = await _find_maker(desk, producer, unit.code)
    if maker is not None and any(fold(each.name) == fold(name) for each in await store.of_producer(maker.id)):
        told = say(
            "The catalogue has {product} of this producer. Find it above and let that one take part.", product=name
        )
        raise BadRound(told)
    known = (maker.name, maker.id) if maker else (producer, "")
    await _add(desk, number, RoundEntry(name, known[0], "", known[1], unit.code, where))


async def _find_maker(desk: Desk, name: str, commune: str) -> Producer | None:
    """The one producer in *commune* that is called, or was, just so."""
    store = desk.context.store
    named = await store.producers([key for key, _ in await store.producers_named(name)])
    found = [each for each in named if fold(name) in {fold(one) for one in (each.name, *each.other_names)}]
    here = [each for each in found if scope_of(each, desk.context.places).commune == commune]
    return here[0] if len(here) == 1 else None


async def add_dossier(desk: Desk, number: str, dossier: Dossier) -> None:
    """Put what a commune reported on into a round. Raises BadRound, NotFound, StoreError."""
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise BadRound(desk.say("Choose the round."))
    report = dossier.report
    entry = RoundEntry(
        report.product,
        report.producer,
        dossier.product,
        dossier.producer,
        dossier.commune,
        report.address,
        dossier.number,
    )
    await _add(desk, int(number), entry)


async def _add(desk: Desk, number: int, entry: RoundEntry) -> None:
    try:
        await desk.context.store.rounds.add(number, entry, by=desk.doer)
    except TakesPartAlready as error:
        raise BadRound(desk.say("{product} takes part in this round already.", product=entry.product)) from error


async def remove(desk: Desk, number: int, entry: int) -> None:
    """Take a product out of a round. Raises NotFound, StoreError."""
    await desk.context.store.rounds.remove(number, entry, by=desk.doer)


async def save_results(desk: Desk, number: int, form: Mapping[str, str]) -> None:
    """Keep the results of a form, all or none. Raises BadRound, NotFound, StoreError."""
    _, entries = await _find(desk, number)
    today = desk.context.today()
    changed = []
    for each in entries:
        if f"result-{each.number}" not in form:
            continue
        try:
            entry = _read_result(each, form)
            if entry.problem():
                raise BadRound(
                    desk.say(
                        "{product}: a star given needs its stars, and nothing else has stars.", product=each.product
                    )
                )
            check_certificate(Certificate(entry.stars, score=entry.score), today)
        except CellRefused as refused:
            raise BadRound(f"{each.product}: {_bad_round(refused, desk.say)}") from refused
        if entry != each:
            changed.append(entry)
    if changed:
        await desk.context.store.rounds.save_results(number, changed, by=desk.doer)


def _read_result(entry: RoundEntry, form: Mapping[str, str]) -> RoundEntry:
    key = entry.number
    stars = form.get(f"stars-{key}", "")
    return replace(
        entry,
        result=_RESULTS.get(form[f"result-{key}"], RoundResult.UNDECIDED),
        stars=int(stars) if stars in {"3", "4", "5"} else None,
        score=cells.score(form.get(f"score-{key}", "")[:40]),
        certificate=at_most(100, words(form.get(f"certificate-{key}", "")[:400])),
    )


async def publish_sums(desk: Desk, number: int, form: Mapping[str, str]) -> None:
    """Keep what was published, as it was published. Raises BadRound, NotFound, StoreError."""
    say, sums = desk.say, dict[RoundSum, int]()
    for key, name in sum_names(say).items():
        text = form.get(f"sum-{key}", "").strip()
        if not text:
            continue
        if not (text.isascii() and text.isdecimal() and len(text) < 7):
            raise BadRound(say("{name}: {text} is no number.", name=name, text=text[:40]))
        sums[key] = int(text)
    source = at_most(1000, words(form.get("source", "")[:4000]))
    if sums and not source:
        raise BadRound(say("Say where the sums were published."))
    await desk.context.store.rounds.publish_sums(number, sums, source, by=desk.doer)


async def preview(desk: Desk, number: int, form: Mapping[str, str]) -> RoundPreview:
    """What recording the results by this decision would make. Raises BadRound, NotFound, StoreError."""
    found, entries = await _find(desk, number)
    if found.state is not RoundState.OPEN:
        raise NotFound
    decided = _read_decided(desk, form)
    starred = [each for each in entries if each.result is RoundResult.STAR]
    if not starred:
        raise BadRound(desk.say("No product of this round has a star yet."))
    if any(each.result is RoundResult.UNDECIDED for each in entries):
        raise BadRound(desk.say("Some results are not decided: decide them first, or take those products out."))
    ids = [each.product_id for each in starred if each.product_id]
    held = {each.id: each for each in await desk.context.store.products(ids)}
    lines, known = [], []
    for each in starred:
        product = held.get(each.product_id)
        certificate = replace(decided, stars=each.stars, score=each.score, number=each.certificate)
        if product is not None and identify(certificate) in {identify(one) for one in product.certificates}:
            known.append(each.product)
            continue
        lines.append((each.product, str(each.stars), _becomes(product, certificate, desk)))
    return RoundPreview(decided, lines, known)


def _becomes(product: Product | None, certificate: Certificate, desk: Desk) -> str:
    if product is None:
        return desk.say("new in the catalogue, recognised")
    events = history([*product.certificates, certificate], desk.context.today())
    kinds = [
        each.kind for each in events if each.decision == certificate.decision and each.source == certificate.source
    ]
    return verdict.kind_words(kinds[-1], desk.say) if kinds else ""


def _read_decided(desk: Desk, form: Mapping[str, str]) -> Certificate:
    say, today = desk.say, desk.context.today()
    number, decided = _decision(form, say)
    if not number or decided is None:
        raise BadRound(say("Give the decision's number and its day."))
    source = at_most(1000, words(form.get("source", "")[:4000])) or f"Quyết định {number}"
    certificate = Certificate(
        decision=number,
        decided=decided,
        issuer=at_most(_LONGEST, words(form.get("issuer", "")[:500])),
        source=Source(source, PartialDate.of(today)),
    )
    try:
        check_certificate(certificate, today)
    except CellRefused as refused:
        raise _bad_round(refused, say) from refused
    return certificate


async def conclude(desk: Desk, number: int, shown: RoundPreview) -> RoundOutcome:
    """Make certificates of the results. Raises NotFound where that was done, StoreError."""
    return await desk.context.store.rounds.conclude(number, shown.decided, by=desk.doer)
