"""Recalls on the board: what there is, what producers ask for, and how far people were told until each ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.cells.content import at_most, words
from catalog.errors import NotFound
from catalog.model import Product
from catalog.officers import Act, scope_of
from catalog.recalls import Recall, RecallState
from catalog.store import RecallProgress
from handlers import recalls
from handlers.board.certificate_decisions import BadDecision
from handlers.board.desk import Desk
from handlers.phrases import Speech

PER_PAGE = 25
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class RecallLine:
    """A recall in a list."""

    number: int
    product: str
    scope: str
    state: str
    tone: str
    at: float


@dataclass(frozen=True, slots=True)
class RecallList:
    """A page of recalls, and what producers ask for."""

    lines: Sequence[RecallLine]
    asked: Sequence[RecallLine]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class RecallSheet:
    """A recall in words, and how far its people were told; *growing* while they are still being looked up."""

    recall: Recall
    product: Product
    state: str
    tone: str
    scope: str
    reason: str
    advice: str
    progress: Sequence[RecallProgress]
    growing: bool
    may: bool


def state_names(say: Speech) -> Mapping[RecallState, str]:
    """What each state is called."""
    return {
        RecallState.ASKED: say("a producer asks for it"),
        RecallState.DISMISSED: say("not followed"),
        RecallState.ACTIVE: say("being called back"),
        RecallState.ENDED: say("ended"),
        RecallState.CANCELLED: say("cancelled"),
    }


_TONES = {RecallState.ACTIVE: "bad", RecallState.ASKED: "care"}


async def list_recalls(desk: Desk, page: int) -> RecallList:
    """A page of them within the officer's reach. Raises StoreError."""
    store, reach = desk.context.store.recalls, desk.reach
    total = await store.count(reach)
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    found = await store.newest(reach, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    asked = await store.newest(desk.reach_of(Act.RECALL_LOT), limit=PER_PAGE, asked=True)
    return RecallList(await _lines(desk, found), await _lines(desk, asked), total, page, pages)


async def _lines(desk: Desk, found: Sequence[Recall]) -> list[RecallLine]:
    named = {each.id: each.name for each in await desk.context.store.products([one.product_id for one in found])}
    names = state_names(desk.say)
    return [
        RecallLine(
            each.number,
            named.get(each.product_id, each.product_id),
            recalls.scope_words(each.scope, desk.say),
            names[each.state],
            _TONES.get(each.state, ""),
            each.began_at,
        )
        for each in found
    ]


async def find_product(desk: Desk, ref: str) -> Product:
    """The product that *ref* names, which this officer may call back. Raises NotAllowed, NotFound, StoreError."""
    product = await desk.context.store.product(ref) if ref else None
    if product is None:
        raise NotFound
    desk.require(scope_of(product.producer, desk.context.places), Act.RECALL_LOT)
    return product


async def find(desk: Desk, number: int, act: Act | None = None) -> Recall:
    """A recall within the officer's reach. Raises NotAllowed, NotFound, StoreError."""
    recall = await desk.context.store.recalls.by_number(number)
    product = await desk.context.store.product(recall.product_id) if recall else None
    if recall is None or product is None:
        raise NotFound
    desk.require(scope_of(product.producer, desk.context.places), act)
    return recall


async def dismiss(desk: Desk, number: int, why: str) -> None:
    """Do not follow what a producer asks for. Raises BadDecision, NotAllowed, NotFound, StoreError."""
    await find(desk, number, Act.RECALL_LOT)
    said = at_most(LONGEST_NOTE, words(why[:2000]))
    if not said:
        raise BadDecision(desk.say("Say why: the producer reads it."))
    await desk.context.store.recalls.dismiss(number, said, by=desk.doer)
    await answer_asker(desk, number)


async def answer_asker(desk: Desk, number: int) -> None:
    """Tell who asked for a recall, if a producer did, what became of that."""
    store = desk.context.store
    asker, recall = await store.recalls.asker(number), await store.recalls.by_number(number)
    if asker is not None and recall is not None:
        await store.outbox.add(recalls.answer_to(recall, asker))


async def show(desk: Desk, number: int) -> RecallSheet:
    """A recall with how far its people were told. Raises NotAllowed, NotFound, StoreError."""
    context, say = desk.context, desk.say
    recall = await find(desk, number)
    product = await context.store.product(recall.product_id)
    if product is None:
        raise NotFound
    keeping = [name for name, window in context.windows.items() if window == 0]
    progress = await context.store.recalls.progress(recall, keeping=keeping)
    unfinished = number in await context.store.recalls.unfinished()
    return RecallSheet(
        recall,
        product,
        state_names(say)[recall.state],
        _TONES.get(recall.state, ""),
        recalls.scope_words(recall.scope, say),
        recalls.reason_names(say)[recall.reason],
        recalls.advice_names(say)[recall.advice],
        progress,
        unfinished,
        desk.reach_of(Act.RECALL_LOT).covers(scope_of(product.producer, context.places)),
    )
