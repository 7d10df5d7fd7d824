"""What buyers and producers are told of their deals without asking: asked, agreed, ended, and whether it is kept.

Composed when it is sent: what was withdrawn, answered or erased meanwhile says nothing.
"""

from collections.abc import Iterable
from enum import StrEnum

from catalog.buyers.deals import (
    ANSWER_DAYS,
    DAY,
    KEPT_DAYS,
    BuyerDeal,
    BuyerRequest,
    DealSide,
    DealState,
    KeptAnswer,
)
from catalog.errors import NotFound
from catalog.inquiry import Address, Member, Notice, NoticeKind
from catalog.model import Product
from handlers.actions import Action, Verb
from handlers.buyers import supplying, wording
from handlers.context import Context
from handlers.inquiries import escalation
from handlers.links import shown_phone
from handlers.messages import Choice, Reply, Style
from handlers.phrases import Speech, speech

_LATE = 7 * DAY
_PAPER_SECONDS = 7 * 24 * 3600
_SIGNED_FOR = "memorandum"


class DealNews(StrEnum):
    """What a notice tells of a deal."""

    ASKED = "asked"
    UNANSWERED = "unanswered"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    SIGNED = "signed"
    UNSIGNED = "unsigned"
    KEPT = "kept"


def make_notice(deal: BuyerDeal, news: DealNews, to: Address, due: float, *, mark: str = "") -> Notice:
    """A notice about *deal*; *mark* tells one of a kind from another, and stands behind it."""
    told = " ".join(filter(None, (str(deal.number), news, mark)))
    key = f"buyer:{told.replace(' ', ':')}:{to.channel}:{to.address}"[:200]
    return Notice(key, to, NoticeKind.BUYER, told, due_at=due)


def asking(deal: BuyerDeal, buyer: Address, members: Iterable[Member], *, now: float) -> list[Notice]:
    """The producer is asked, in nobody's quiet hours; the buyer is told once nobody has answered. Pure."""
    found = [make_notice(deal, DealNews.ASKED, each.who, escalation.after_quiet(each, now)) for each in members]
    return [*found, make_notice(deal, DealNews.UNANSWERED, buyer, deal.ends_at)]


def to_members(
    deal: BuyerDeal, news: DealNews, members: Iterable[Member], *, now: float, mark: str = ""
) -> list[Notice]:
    """What tells a producer's people something of *deal*, in nobody's quiet hours. Pure."""
    return [make_notice(deal, news, each.who, escalation.after_quiet(each, now), mark=mark) for each in members]


async def schedule(context: Context) -> int:
    """Ask both sides of what was signed 30 and 90 days ago whether it is kept; how many are. Raises StoreError."""
    now, store = context.now(), context.store
    fresh: list[Notice] = []
    for days in KEPT_DAYS:
        start, end = now - _LATE - days * DAY, now + DAY - days * DAY
        for deal in await store.buyers.signed_between(start, end):
            due = (deal.signed_at or now) + days * DAY
            request = await store.buyers.by_number(deal.request)
            if request.who.address:
                fresh.append(make_notice(deal, DealNews.KEPT, request.who, due, mark=str(days)))
            members = await store.members.of_producer(deal.producer)
            fresh += to_members(deal, DealNews.KEPT, members[:1], now=due, mark=str(days))
    await store.outbox.add(*fresh)
    return len(fresh)


async def compose(notice: Notice, *, context: Context) -> Reply | None:
    """The words of *notice* for its receiver, or None if it is moot by now. Raises StoreError."""
    number, news, mark = (*notice.subject.split(" "), "", "")[:3]
    store = context.store
    try:
        deal = await store.buyers.deal(int(number))
        request = await store.buyers.by_number(deal.request)
    except NotFound:
        return None
    product = await store.product(deal.product)
    side = await side_of(deal, request, notice.to, context=context)
    if product is None or side is None:
        return None
    say = speech(await language_of(side, request, notice.to, deal, context=context))
    match DealNews(news):
        case DealNews.ASKED:
            return supplying.ask_producer(deal, request, product, say) if deal.is_open(context.now()) else None
        case DealNews.KEPT:
            return await _ask_kept(deal, int(mark or 0), side, product, context=context, say=say)
        case other:
            return _tell(deal, other, side, request, product, context=context, say=say)


def _tell(
    deal: BuyerDeal,
    news: DealNews,
    side: DealSide,
    request: BuyerRequest,
    product: Product,
    *,
    context: Context,
    say: Speech,
) -> Reply | None:
    head = wording.heading(deal, product.name, say)
    if news is DealNews.AGREED and deal.state is DealState.AGREED:
        return show(deal, side, request, product, context=context, say=say)
    if news is DealNews.SIGNED and deal.state is DealState.SIGNED:
        text = say("The other side says that the memorandum is signed. If that is not so, say it here.")
        undo = Choice(say("It is not signed"), Action(Verb.DEAL, f"{deal.number} unsign"))
        return Reply(f"{head}\n{text}", choices=(undo, _open(deal, say)), language=say.language)
    more = Choice(say("Other producers"), Action(Verb.SOURCE, f"show {deal.request}"))
    texts = {
        DealNews.UNANSWERED: (
            DealState.ASKED,
            say("The producer has not answered within {number} days.", number=ANSWER_DAYS),
        ),
        DealNews.DECLINED: (
            DealState.DECLINED,
            say("The producer cannot or does not want to. Your name was not passed on."),
        ),
        DealNews.WITHDRAWN: (
            DealState.WITHDRAWN,
            say("The other side has withdrawn. Please do not use their number for it any more."),
        ),
        DealNews.UNSIGNED: (DealState.AGREED, say("The other side says that the memorandum is not signed.")),
    }
    state, text = texts.get(news, (None, ""))
    if state is not deal.state:
        return None
    choices = (more,) if side is DealSide.BUYER and news is not DealNews.UNSIGNED else ()
    return Reply(f"{head}\n{text}", choices=choices, language=say.language)


async def side_of(deal: BuyerDeal, request: BuyerRequest, who: Address, *, context: Context) -> DealSide | None:
    """On which side of *deal* somebody is; None for everybody else. Raises StoreError."""
    if request.who == who:
        return DealSide.BUYER
    roles = await context.store.members.roles_of(who)
    return DealSide.PRODUCER if any(each.producer_id == deal.producer for each in roles if each.producer_id) else None


async def language_of(side: DealSide, request: BuyerRequest, who: Address, deal: BuyerDeal, *, context: Context) -> str:
    """The language that somebody is told in. Raises StoreError."""
    if side is DealSide.BUYER:
        return request.language
    roles = await context.store.members.roles_of(who)
    return next((each.language for each in roles if each.producer_id == deal.producer), "")


def show(
    deal: BuyerDeal, side: DealSide, request: BuyerRequest, product: Product, *, context: Context, say: Speech
) -> Reply:
    """A deal as one side sees it: names and numbers once both have agreed, and not before."""
    lines = [wording.heading(deal, product.name, say), _state(deal, say, context.now())]
    if request.demand.product:
        lines.append(wording.describe_demand(request.demand, say))
    agreed = deal.state in {DealState.AGREED, DealState.SIGNED}
    choices: list[Choice] = []
    if agreed:
        lines += _partner(side, request, product, say, by_officer=deal.by_officer)
        if side is DealSide.BUYER:
            choices.append(Choice(say("Write to the producer"), Action(Verb.KIND, f"buy {product.ref}")))
        if context.public_url and request.demand.product:
            lines.append(say("The memorandum is drafted from what both said; read it, change it, sign it on paper."))
            choices.append(Choice(say("Memorandum (PDF)"), url=paper_url(deal, context)))
    if deal.state is DealState.AGREED:
        choices.append(Choice(say("We have signed"), Action(Verb.DEAL, f"{deal.number} sign"), style=Style.MAIN))
    if deal.state is DealState.SIGNED:
        choices.append(Choice(say("It is not signed"), Action(Verb.DEAL, f"{deal.number} unsign")))
    if deal.state is DealState.AGREED or deal.is_open(context.now()):
        choices.append(Choice(say("Withdraw"), Action(Verb.DEAL, f"{deal.number} stop")))
    return Reply("\n".join(lines), choices=tuple(choices), language=say.language)


def _partner(side: DealSide, request: BuyerRequest, product: Product, say: Speech, *, by_officer: bool) -> list[str]:
    """Who the other side is."""
    if side is DealSide.BUYER:
        phones = ", ".join(shown_phone(each) for each in product.producer.phones)
        lines = [say("Producer: {name}", name=product.producer.name)]
        lines.append(
            say("Phone: {phone}", phone=phones) if phones else say("No phone of theirs is known: write to them.")
        )
        if by_officer:
            lines.append(say("They agreed by phone to an officer of the programme: please call them."))
        return lines
    lines = [say("Buyer: {name}", name=request.name or say("no name given"))]
    return [*lines, say("Phone: {phone}", phone=shown_phone(request.phone))] if request.phone else lines


def paper_url(deal: BuyerDeal, context: Context) -> str:
    """Where the memorandum of *deal* is for a week."""
    return f"{context.public_url}{wording.PAPER}/{context.store.sign(f'{_SIGNED_FOR} {deal.number}')}"


def number_of_paper(proof: str, context: Context) -> int | None:
    """The deal whose memorandum *proof* opens; None for a link that is none of ours or too old."""
    kind, _, number = (context.store.verify(proof, seconds=_PAPER_SECONDS) or "").partition(" ")
    return int(number) if kind == _SIGNED_FOR and number.isdecimal() else None


def _state(deal: BuyerDeal, say: Speech, now: float) -> str:
    names = state_names(say)
    if deal.state is DealState.ASKED and not deal.is_open(now):
        return say("The producer has not answered within {number} days.", number=ANSWER_DAYS)
    return names[deal.state]


def state_names(say: Speech) -> dict[DealState, str]:
    """How far a deal has come, in words."""
    return {
        DealState.ASKED: say("The producer is asked."),
        DealState.AGREED: say("Both have agreed."),
        DealState.DECLINED: say("The producer has declined."),
        DealState.WITHDRAWN: say("Withdrawn."),
        DealState.SIGNED: say("Memorandum signed."),
    }


def _open(deal: BuyerDeal, say: Speech) -> Choice:
    return Choice(say("Show"), Action(Verb.DEAL, str(deal.number)))


async def _ask_kept(
    deal: BuyerDeal, days: int, side: DealSide, product: Product, *, context: Context, say: Speech
) -> Reply | None:
    """Whether what was signed is kept; None once this side has answered or does not want to be asked."""
    said = [each for each in await context.store.buyers.answers([deal.number]) if each.side is side]
    stopped = any(each.answer is KeptAnswer.STOP for each in said)
    if deal.state is not DealState.SIGNED or stopped or any(each.days == days for each in said):
        return None
    text = say(
        "It was signed {number} days ago. Is it kept? Only the programme's officers see your answer.", number=days
    )
    labels = (
        (KeptAnswer.YES, say("Yes, kept")), (KeptAnswer.PARTLY, say("In part")), (KeptAnswer.NO, say("No")),
        (KeptAnswer.STOP, say("Do not ask again")),
    )  # fmt: skip
    choices = tuple(Choice(label, Action(Verb.DEAL, f"{deal.number} kept {days} {each}")) for each, label in labels)
    return Reply(f"{wording.heading(deal, product.name, say)}\n{text}", choices=choices, language=say.language)
