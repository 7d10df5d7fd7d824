"""Recalls that are proposed: written, shown with how many people they reach, decided by two.

One officer writes; another one, whom the first never let in, sees the same figures and decides. To correct, to end
before its day and to cancel take two people as well.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from catalog.cells.content import at_most, words
from catalog.cells.days import day as read_day
from catalog.cells.problems import CellRefused
from catalog.dates import PartialDate
from catalog.errors import NotFound
from catalog.model import Product
from catalog.officers import Act, Proposal, scope_of
from catalog.recalls import (
    Recall,
    RecallAdvice,
    RecallReason,
    RecallScope,
    RecallState,
    read_recall,
    recall_values,
)
from catalog.store import Audience
from handlers import recalls
from handlers.board import proposals
from handlers.board.certificate_decisions import BadDecision
from handlers.board.desk import Desk
from handlers.board.proposals import ProposalSheet
from handlers.board.recalls import LONGEST_NOTE, answer_asker, find, find_product
from handlers.phrases import Speech

_DAYS = ("made_from", "made_until", "expires_from", "expires_until")
BEGIN, CHANGE, END, CANCEL = "begin", "change", "end", "cancel"
_CLOSED = {END: RecallState.ENDED, CANCEL: RecallState.CANCELLED}
FIELDS = ("lots", *_DAYS, "reason", "advice", "note", "until", "part")
_MOST_LOTS, _LONGEST_LOT = 200, 60
_LONGEST_LOTS = _MOST_LOTS * (_LONGEST_LOT + 2)
_MOST_DAYS = 3 * 366


@dataclass(frozen=True, slots=True)
class RecallDraft:
    """What an officer wrote, read: a recall of *product*, and whom it would be told."""

    product: Product
    recall: Recall
    audience: Sequence[Audience]
    sample: str

    @property
    def people(self) -> int:
        """How many people that are."""
        return sum(each.people for each in self.audience)

    @property
    def now(self) -> int:
        """How many of them can be reached at once, as far as we know."""
        return sum(each.now for each in self.audience)


@dataclass(frozen=True, slots=True)
class RecallProposal(ProposalSheet):
    """What one officer proposes of a recall, for another one; *what* is one of the four acts."""

    what: str
    draft: RecallDraft
    scope: str
    reason: str
    advice: str


def entered_of(recall: Recall) -> dict[str, str]:
    """*recall* as its form has it."""
    scope = recall.scope
    days = {name: held.vietnamese_text() for name in _DAYS if (held := getattr(scope, name))}
    until = PartialDate.of(recall.until).vietnamese_text() if recall.until else ""
    return {
        "part": "all" if scope.whole else "some",
        "lots": ", ".join(scope.lots),
        "reason": str(recall.reason),
        "advice": str(recall.advice),
        "note": recall.note,
        "until": until,
        **days,
    }


async def read_draft(desk: Desk, product: Product, form: Mapping[str, str]) -> RecallDraft:
    """What *form* says of *product*, with whom it reaches. Raises BadDecision, StoreError."""
    try:
        recall = _read(desk, product, form)
    except CellRefused as refused:
        raise BadDecision(refused.reason if desk.say.language == "vi" else refused.reason_en) from refused
    return await _draft(desk, product, recall)


async def _draft(desk: Desk, product: Product, recall: Recall) -> RecallDraft:
    context = desk.context
    audience = await context.store.recalls.audience(
        product.id, recall.scope, windows=context.windows, now=context.now()
    )
    return RecallDraft(product, recall, audience, recalls.sample(product, recall, desk.say))


def _read(desk: Desk, product: Product, form: Mapping[str, str]) -> Recall:
    say = desk.say
    if form.get("reason", "") not in set(RecallReason):
        raise BadDecision(say("Choose the reason: shoppers are told it."))
    if form.get("advice", "") not in set(RecallAdvice):
        raise BadDecision(say("Choose what people shall do with the package."))
    scope = _read_scope(form, say) if form.get("part") == "some" else RecallScope()
    if form.get("part") not in {"all", "some"} or (form.get("part") == "some" and scope.whole):
        raise BadDecision(say("Name the lots or the days, or choose the whole product."))
    reason = RecallReason(form["reason"])
    note = at_most(LONGEST_NOTE, words(form.get("note", "")[:2000]))
    if reason is RecallReason.OTHER and not note:
        raise BadDecision(say("Write the other reason into the note: shoppers are told it."))
    return Recall(
        product.id,
        reason,
        RecallAdvice(form["advice"]),
        scope,
        note=note,
        until=_read_until(desk, form.get("until", "")),
        producer_id=product.producer.id,
        commune=scope_of(product.producer, desk.context.places).commune,
    )


def _read_scope(form: Mapping[str, str], say: Speech) -> RecallScope:
    written = form.get("lots", "")
    pieces = (at_most(_LONGEST_LOT, words(each)) for each in re.split(r"[,;\n]", written[:_LONGEST_LOTS]))
    lots = tuple(dict.fromkeys(filter(None, pieces)))
    if len(lots) > _MOST_LOTS or len(written) > _LONGEST_LOTS:
        raise BadDecision(
            say(
                "One recall names at most {number} lots. Name the days they were made on, or recall the rest apart.",
                number=_MOST_LOTS,
            )
        )
    scope = RecallScope(lots, *(read_day(form.get(name, "")[:100]) for name in _DAYS))
    for first, last in ((scope.made_from, scope.made_until), (scope.expires_from, scope.expires_until)):
        if first and last and last.latest < first.earliest:
            raise CellRefused("Ngày cuối trước ngày đầu.", english="The last day is before the first one.")
    return scope


def _read_until(desk: Desk, text: str) -> date | None:
    day, today = read_day(text[:100]), desk.context.today()
    if day is None:
        return None
    if not today <= day.latest <= today + timedelta(days=_MOST_DAYS):
        raise BadDecision(desk.say("The last day of the warning lies in the past, or too far ahead."))
    return day.latest


async def propose(desk: Desk, draft: RecallDraft, what: str, *, number: int = 0, why: str = "") -> int:
    """Propose one of the four acts; the number of the proposal. Raises BadDecision, NotAllowed, StoreError."""
    store, now, product = desk.context.store, desk.context.now(), draft.product
    scope, subject = scope_of(product.producer, desk.context.places), f"product {product.id}"
    desk.require(scope, Act.RECALL_LOT)
    for each in await store.proposals.waiting(limit=proposals.MOST_WAITING, now=now):
        if each.subject == subject and each.act is Act.RECALL_LOT and each.content.get("number") == number:
            raise BadDecision(desk.say("A proposal about this recall waits for a second person already."))
    content = {"what": what, "product": product.id, "number": number, "recall": recall_values(draft.recall), "why": why}
    made = Proposal(
        Act.RECALL_LOT, subject, scope, content, _summary(what, draft.recall, desk.say), desk.officer.number, now
    )
    kept = await store.proposals.propose(made, by=desk.doer)
    await proposals.tell_seconds(desk.context, replace(made, number=kept))
    return kept


def what_names(say: Speech) -> Mapping[str, str]:
    """What each act does."""
    return {
        BEGIN: say("Recall"),
        CHANGE: say("Correct the recall"),
        END: say("End the recall"),
        CANCEL: say("Cancel the recall: it was a mistake"),
    }


def _summary(what: str, recall: Recall, say: Speech) -> str:
    return f"{what_names(say)[what]}: {recalls.scope_words(recall.scope, say)}"


async def propose_closing(desk: Desk, number: int, what: str, why: str) -> int:
    """Propose that a recall ends or is cancelled. Raises BadDecision, NotAllowed, NotFound, StoreError."""
    recall = await find(desk, number, Act.RECALL_LOT)
    said = at_most(LONGEST_NOTE, words(why[:2000]))
    if recall.state is not RecallState.ACTIVE or what not in {END, CANCEL}:
        raise NotFound
    if not said:
        raise BadDecision(desk.say("Say why: those who were warned read it."))
    product = await find_product(desk, recall.product_id)
    return await propose(desk, await _draft(desk, product, recall), what, number=number, why=said)


async def show_proposal(desk: Desk, number: int) -> RecallProposal:
    """What is proposed of a recall, with the figures of now. Raises NotAllowed, NotFound, StoreError."""
    store, say = desk.context.store, desk.say
    proposal = await _find_proposal(desk, number)
    product = await store.product(str(proposal.content["product"]))
    if product is None:
        raise NotFound
    recall = read_recall(proposal.content["recall"])
    return RecallProposal(
        *await proposals.describe(desk, proposal),
        str(proposal.content["what"]),
        await _draft(desk, product, recall),
        recalls.scope_words(recall.scope, say),
        recalls.reason_names(say)[recall.reason],
        recalls.advice_names(say)[recall.advice],
    )


async def _find_proposal(desk: Desk, number: int) -> Proposal:
    proposal = await proposals.find(desk, number)
    if proposal.act is not Act.RECALL_LOT:
        raise NotFound
    return proposal


async def confirm(desk: Desk, number: int) -> None:
    """Carry out what was proposed. Raises NeedsSecondOfficer, NotAllowed, NotFound, StoreError."""
    proposal, store, by = await _find_proposal(desk, number), desk.context.store, desk.doer
    desk.require(proposal.scope, Act.CONFIRM)
    content, now = proposal.content, desk.context.now()
    product = await store.product(str(content["product"]))
    if product is None:
        raise NotFound
    about = int(content["number"])
    where = scope_of(product.producer, desk.context.places)
    recall = replace(read_recall(content["recall"]), producer_id=product.producer.id, commune=where.commune)
    match content["what"]:
        case what if what == BEGIN:
            carry_out = store.recalls.beginning(recall, by=by, at=now, asked=about)
        case what if what == CHANGE:
            carry_out = store.recalls.changing(about, recall, by=by)
        case what if what in _CLOSED:
            carry_out = store.recalls.closing(about, _CLOSED[what], str(content["why"]), by=by, at=now)
        case _:
            raise NotFound
    decided = await store.proposals.confirm(number, by=by, carry_out=carry_out, now=now)
    if content["what"] == BEGIN and about:
        await answer_asker(desk, about)
    await proposals.tell_proposer(desk.context, decided)


async def refuse(desk: Desk, number: int, reason: str) -> None:
    """Refuse what another officer proposed. Raises BadDecision, NotAllowed, NotFound, StoreError."""
    await _find_proposal(desk, number)
    await proposals.refuse(desk, number, reason)


async def take_back(desk: Desk, number: int) -> None:
    """Take one's own proposal back. Raises NotAllowed, NotFound, StoreError."""
    await _find_proposal(desk, number)
    await proposals.take_back(desk, number)
