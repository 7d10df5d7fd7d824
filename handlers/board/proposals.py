"""What needs two officers: one proposes it, another one sees what it would change and decides.

A second officer is somebody else, whom the first one never let in. A proposal that waits is on the page Today and is
told in the chats of those who may decide; who proposed is told what became of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.errors import NotFound
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.model import Certificate, CertificateEvent, Product
from catalog.officers import (
    Act,
    NeedsSecondOfficer,
    NotAllowed,
    Officer,
    Proposal,
    ProposalState,
    reach,
    scope_of,
)
from catalog.store import event_values, identify, read_event
from handlers import verdict
from handlers.board.certificate_decisions import BadDecision, DraftDecision, ToldLine, compare_told
from handlers.board.certificates import EventLine, event_line
from handlers.board.desk import Desk
from handlers.context import Context
from handlers.inquiries import recall_request
from handlers.messages import Choice, Reply
from handlers.phrases import Speech, speech

LONGEST_REASON = 500
AT_ONCE = 25
MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class ProposalSheet:
    """A proposal in words. *second* says whether this officer may decide it; *own* that they proposed it."""

    proposal: Proposal
    state: str
    proposed_by: str
    decided_by: str
    second: bool
    own: bool

    @property
    def waits(self) -> bool:
        """Whether nobody has decided."""
        return self.proposal.state is ProposalState.WAITING


@dataclass(frozen=True, slots=True)
class WithdrawalSheet(ProposalSheet):
    """A withdrawal that is proposed, with what it would change."""

    product: Product
    event: EventLine
    told: Sequence[ToldLine]


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in a list."""

    number: int
    title: str
    state: str
    tone: str
    at: float
    by: str


def state_names(say: Speech) -> Mapping[ProposalState, str]:
    """What each state of a proposal is called."""
    return {
        ProposalState.WAITING: say("waiting for a second person"),
        ProposalState.CONFIRMED: say("confirmed and published"),
        ProposalState.REFUSED: say("refused"),
        ProposalState.TAKEN_BACK: say("taken back"),
        ProposalState.EXPIRED: say("expired: nobody decided in 14 days"),
    }


_TONES = {ProposalState.WAITING: "care", ProposalState.CONFIRMED: "good"}


async def propose(desk: Desk, draft: DraftDecision) -> int:
    """Propose a withdrawal; its number. Raises BadDecision, NotAllowed, StoreError."""
    if draft.event is None or draft.about is None:
        raise NotAllowed
    store, now, product = desk.context.store, desk.context.now(), draft.product
    scope, subject = scope_of(product.producer, desk.context.places), f"product {product.id}"
    key = identify(draft.about)
    for each in await store.proposals.waiting(limit=MOST_WAITING, now=now):
        if each.subject == subject and each.content.get("certificate") == key:
            raise BadDecision(desk.say("A withdrawal of this certificate waits for a second person already."))
    content = {"product": product.id, "certificate": key, "event": event_values(draft.event)}
    reason = verdict.reason_words(draft.event, desk.say)
    made = Proposal(Act.WITHDRAW_CERTIFICATE, subject, scope, content, reason, desk.officer.number, now)
    number = await store.proposals.propose(made, by=desk.doer)
    await tell_seconds(desk.context, replace(made, number=number))
    return number


async def list_proposals(desk: Desk, page: int) -> tuple[Sequence[ProposalLine], bool]:
    """A page of the withdrawals proposed within the officer's reach, the newest first, and whether there are more.

    Raises StoreError.
    """
    store, names = desk.context.store, await desk.context.store.officers.names()
    skipped = (max(page, 1) - 1) * AT_ONCE
    found = await store.proposals.newest(Act.WITHDRAW_CERTIFICATE, desk.reach, limit=AT_ONCE + 1, offset=skipped)
    lines = []
    for each in found[:AT_ONCE]:
        product = await store.product(str(each.content["product"]))
        lines.append(_line(_as_of(each, desk.context.now()), product, names, desk.say))
    return lines, len(found) > AT_ONCE


def _line(proposal: Proposal, product: Product | None, names: Mapping[int, str], say: Speech) -> ProposalLine:
    title = say("Withdraw: {product}", product=product.name if product else proposal.subject)
    state, by = state_names(say)[proposal.state], names.get(proposal.proposed_by, "")
    return ProposalLine(proposal.number, title, state, _TONES.get(proposal.state, ""), proposal.proposed_at, by)


async def waiting(desk: Desk) -> Sequence[tuple[Proposal, Product | None, str]]:
    """The proposals that wait within what the officer may confirm, with who made each. Raises StoreError."""
    store = desk.context.store
    mine = [
        each
        for each in await store.proposals.waiting(limit=MOST_WAITING, now=desk.context.now())
        if desk.reach_of(Act.CONFIRM).covers(each.scope)
    ]
    names = await store.officers.names() if mine else {}
    return [(each, await store.product(str(each.content["product"])), names.get(each.proposed_by, "")) for each in mine]


async def describe(desk: Desk, proposal: Proposal) -> tuple[Proposal, str, str, str, bool, bool]:
    """What a `ProposalSheet` says of *proposal* to this officer, field by field. Raises StoreError."""
    names = await desk.context.store.officers.names()
    return (
        proposal,
        state_names(desk.say)[proposal.state],
        names.get(proposal.proposed_by, ""),
        names.get(proposal.decided_by or 0, ""),
        await may_decide(desk, proposal),
        proposal.proposed_by == desk.officer.number,
    )


async def show(desk: Desk, number: int) -> WithdrawalSheet:
    """A proposal with what it would change. Raises NotAllowed, NotFound, StoreError."""
    store, say, today = desk.context.store, desk.say, desk.context.today()
    proposal = await find(desk, number)
    product = await store.product(str(proposal.content["product"]))
    if product is None:
        raise NotFound
    event = read_event(proposal.content["event"])
    told = compare_told(
        product.certificates, _certificates_after(product, proposal, event), today, say, begins=event.begins
    )
    return WithdrawalSheet(*await describe(desk, proposal), product, event_line(event, say), told)


def _certificates_after(product: Product, proposal: Proposal, event: CertificateEvent) -> Sequence[Certificate]:
    key = proposal.content["certificate"]
    return [
        replace(each, events=(*each.events, event)) if identify(each) == key and event not in each.events else each
        for each in product.certificates
    ]


async def confirm(desk: Desk, number: int) -> None:
    """Publish what was proposed. Raises NeedsSecondOfficer, NotAllowed, NotFound, StoreError."""
    proposal, store, by = await find(desk, number), desk.context.store, desk.doer
    desk.require(proposal.scope, Act.CONFIRM)
    if proposal.act is not Act.WITHDRAW_CERTIFICATE:
        raise NotFound
    content = proposal.content
    event, product = read_event(content["event"]), str(content["product"])
    carry_out = store.events.recording(product, event, identity=str(content["certificate"]), by=by)
    decided = await store.proposals.confirm(number, by=by, carry_out=carry_out, now=desk.context.now())
    await tell_proposer(desk.context, decided)


async def refuse(desk: Desk, number: int, reason: str) -> None:
    """Refuse what another officer proposed, with a reason. Raises BadDecision, NotAllowed, NotFound, StoreError."""
    proposal, store = await find(desk, number), desk.context.store
    desk.require(proposal.scope, Act.CONFIRM)
    why = " ".join(reason.split())[:LONGEST_REASON]
    if proposal.proposed_by == desk.officer.number:
        raise NeedsSecondOfficer
    if not why:
        raise BadDecision(desk.say("Why is it refused? Who proposed it reads the reason."))
    decided = await store.proposals.refuse(number, by=desk.doer, reason=why, now=desk.context.now())
    await tell_proposer(desk.context, decided)


async def take_back(desk: Desk, number: int) -> None:
    """Take one's own proposal back. Raises NotAllowed, NotFound, StoreError."""
    proposal = await find(desk, number)
    if proposal.proposed_by != desk.officer.number:
        raise NotAllowed
    await desk.context.store.proposals.refuse(number, by=desk.doer, now=desk.context.now())


async def find(desk: Desk, number: int) -> Proposal:
    """A proposal within the officer's reach, as it counts now. Raises NotAllowed, NotFound, StoreError."""
    proposal = await desk.context.store.proposals.by_number(number)
    if proposal is None:
        raise NotFound
    desk.require(proposal.scope)
    return _as_of(proposal, desk.context.now())


async def may_decide(desk: Desk, proposal: Proposal) -> bool:
    """Whether this officer may be the second one of *proposal*. Raises StoreError."""
    mine = desk.reach_of(Act.CONFIRM).covers(proposal.scope)
    return mine and await desk.context.store.proposals.may_confirm(proposal, desk.officer.number)


def _as_of(proposal: Proposal, now: float) -> Proposal:
    """*proposal* as it counts now: one that waits no more has expired, noted or not."""
    if proposal.state is ProposalState.WAITING and proposal.ends_at <= now:
        return replace(proposal, state=ProposalState.EXPIRED)
    return proposal


async def tell_seconds(context: Context, proposal: Proposal) -> None:
    """Tell those who may decide, in their chats, that a proposal waits. Raises StoreError."""
    store = context.store
    notices: list[Notice] = []
    for officer in await store.officers.list_all():
        if not _may_decide(officer, proposal, context) or not await store.proposals.may_confirm(
            proposal, officer.number
        ):
            continue
        notices += _notices(
            await store.officer_chats.of_officer(officer.number), officer.number, proposal.number, "new"
        )
    if notices:
        await store.outbox.add(*notices)


def _may_decide(officer: Officer, proposal: Proposal, context: Context) -> bool:
    today = context.today()
    return reach(officer.grants_in_force(today), Act.CONFIRM, today=today).covers(proposal.scope)


async def tell_proposer(context: Context, proposal: Proposal) -> None:
    """Tell who proposed, in their chats, what became of it. Raises StoreError."""
    officer = proposal.proposed_by
    notices = _notices(await context.store.officer_chats.of_officer(officer), officer, proposal.number, "decided")
    if notices:
        await context.store.outbox.add(*notices)


def _notices(chats: Sequence[Address], officer: int, number: int, what: str) -> list[Notice]:
    return [
        Notice(
            f"proposal:{number}:{what}:{officer}:{to.channel}:{to.address}"[:200], to, NoticeKind.PROPOSAL,
            f"{officer} {number}",
        )
        for to in chats
    ]  # fmt: skip


async def compose(notice: Notice, *, context: Context) -> Reply | None:
    """What to say of a proposal now to an officer in their chat; None if they need not know any more."""
    store = context.store
    number, _, about = notice.subject.partition(" ")
    officer = await store.officers.by_number(int(number))
    if officer is None or await store.officer_chats.officer_of(notice.to) != officer.number:
        return None
    if about.startswith("asked "):
        return await recall_request.compose_asked(officer.language, int(about.split()[1]), context=context)
    proposal = await store.proposals.by_number(int(about))
    return await _compose_proposal(proposal, officer, context=context) if proposal is not None else None


async def _compose_proposal(proposal: Proposal, officer: Officer, *, context: Context) -> Reply | None:
    """What to say of *proposal* to *officer*; None where that is not for them now."""
    own, waits = proposal.proposed_by == officer.number, _as_of(proposal, context.now()).state is ProposalState.WAITING
    if own is waits or not (own or _may_decide(officer, proposal, context)):
        return None
    product = await context.store.product(str(proposal.content["product"]))
    name, say = product.name if product else proposal.subject, speech(officer.language)
    place = "proposals"
    if proposal.act is Act.RECALL_LOT:
        text, place = _recall_words(proposal, name, own=own, say=say), "recalls/proposals"
    elif own:
        state = state_names(say)[proposal.state]
        text = say("What you proposed, to withdraw the certificate of {product}: {state}.", product=name, state=state)
        text += f" {proposal.answer}" if proposal.answer else ""
    else:
        text = say("A withdrawal waits for a second person: {product}. Nothing is published before.", product=name)
    base = context.public_url
    link = Choice(say("Look at it"), url=f"{base}/board/{place}/{proposal.number}")
    return Reply(text, choices=(link,) if base else (), language=say.language)


def _recall_words(proposal: Proposal, product: str, *, own: bool, say: Speech) -> str:
    """What is told of a proposal about a recall."""
    named = {"product": product, "what": proposal.reason}
    if not own:
        return say("A recall waits for a second person: {product}. {what}. Nobody is warned before.", **named)
    state = state_names(say)[proposal.state]
    text = say("What you proposed for {product} ({what}): {state}.", **named, state=state)
    return f"{text} {proposal.answer}" if proposal.answer else text
