"""What an officer does with an inquiry: answer it, close it with a reason, open it again, hand it over.

Each act is kept with what it tells people and with its row of the audit, or not at all. *seen* is the mark of the page
from which it was sent: who comes second is told, and nothing is done. Words that people are told stand in the inquiry,
never in the audit.
"""

from collections.abc import Sequence

from catalog.audit import Deed
from catalog.errors import CatalogError
from catalog.inquiry import (
    PROVINCE,
    ComplaintOutcome,
    IllegalMove,
    Inquiry,
    Kind,
    Move,
    MovedMeanwhile,
    Notice,
    Side,
)
from catalog.officers import ActScope
from catalog.sealing import fingerprint
from catalog.store import InquiryStep
from handlers import limits
from handlers.board import inquiries
from handlers.board.desk import Desk
from handlers.inquiries import consumer, escalation
from handlers.inquiries.escalation import Ways

MOST_REASON = 500


class CannotHandle(CatalogError):
    """It cannot be done so; the words say why."""


async def answer(desk: Desk, ref: str, text: str, *, seen: str) -> None:
    """Answer in the producer's place; both are told. Raises CannotHandle, NotFound, NotAllowed, StoreError."""
    inquiry, _ = await inquiries.find(desk, ref)
    words, origin = _words(text, desk), _origin("answer", desk, inquiry, seen, text)
    side, now = inquiries.side_of(desk), desk.context.now()
    fresh = escalation.for_answer(inquiry, origin=origin, now=now)
    fresh += await _tell_producer(desk, inquiry, side)
    await _move(desk, inquiry, Move.ANSWER, words, Deed.INQUIRY_ANSWERED, seen=seen, notices=fresh, origin=origin)


async def close(desk: Desk, ref: str, reason: str, *, seen: str, outcome: str = "") -> None:
    """Close it, of a complaint with what was found; consumer and producer read the *reason*.

    Raises CannotHandle, NotFound, NotAllowed, StoreError.
    """
    inquiry, _ = await inquiries.find(desk, ref)
    if outcome and (inquiry.kind is not Kind.COMPLAINT or outcome not in set(ComplaintOutcome)):
        raise CannotHandle(desk.say("Choose what was found."))
    words, side, now = _words(reason, desk), inquiries.side_of(desk), desk.context.now()
    fresh = escalation.for_closing(inquiry, officer=True, now=now) + await _tell_producer(desk, inquiry, side)
    deed = Deed.COMPLAINT_DECIDED if outcome else Deed.INQUIRY_CLOSED
    origin = _origin("close", desk, inquiry, seen, reason)
    await _move(desk, inquiry, Move.CLOSE, words, deed, seen=seen, notices=fresh, origin=origin, outcome=outcome)


async def reopen(desk: Desk, ref: str, reason: str, *, seen: str) -> None:
    """Open it again; consumer and producer read the *reason*. Raises CannotHandle, NotFound, NotAllowed, StoreError."""
    inquiry, _ = await inquiries.find(desk, ref)
    now = desk.context.now()
    way = await _ways(desk, inquiry.producer_id, inquiry.product_id)
    fresh = escalation.for_reopening(inquiry, way=way, now=now)
    origin = _origin("reopen", desk, inquiry, seen, reason)
    words = _words(reason, desk)
    await _move(desk, inquiry, Move.REOPEN, words, Deed.INQUIRY_REOPENED, seen=seen, notices=fresh, origin=origin)


async def hand_to_colleague(desk: Desk, ref: str, whom: str, reason: str, *, seen: str) -> None:
    """Ask one of the producer's people to answer it. Raises CannotHandle, NotFound, NotAllowed, StoreError."""
    inquiry, _ = await inquiries.find(desk, ref)
    members = await desk.context.store.members.of_producer(inquiry.producer_id)
    chosen = next((each for key, _, each in inquiries.colleagues(members, desk.say) if key == whom), None)
    if chosen is None:
        raise CannotHandle(desk.say("Choose who shall answer."))
    fresh = escalation.for_colleague(inquiry, chosen, now=desk.context.now())
    entry = desk.doer.did(
        Deed.INQUIRY_HANDED, inquiries.subject_of(inquiry), after={"to": "colleague"}, reason=_reason(reason)
    )
    await desk.context.store.inquiry_desk.tell(inquiry.ref, seen=seen, notices=fresh, entry=entry)


async def hand_to_desk(desk: Desk, ref: str, to: str, reason: str, *, seen: str) -> None:
    """Lay it on the desk of the province or of a commune, whose officers are told in their chats.

    Raises CannotHandle, NotFound, NotAllowed, StoreError.
    """
    inquiry, maker = await inquiries.find(desk, ref)
    context, now = desk.context, desk.context.now()
    if to != PROVINCE and context.places.with_code(to) is None:
        raise CannotHandle(desk.say("Choose the province or a commune."))
    if to != PROVINCE:
        # A commune hands on to the province, which sees all communes.
        desk.require(ActScope("", "") if to != (maker.commune.code if maker.commune else "") else maker.scope)
    words = _reason(reason)
    if not words:
        raise CannotHandle(desk.say("Please say why: your colleague reads it."))
    fresh = escalation.for_desk(inquiry, await consumer.desk_chats(to, context, but=desk.officer.number), now=now)
    before = {"desk": inquiry.desk} if inquiry.desk else None
    entry = desk.doer.did(
        Deed.INQUIRY_HANDED, inquiries.subject_of(inquiry), before=before, after={"desk": to}, reason=words
    )
    await context.store.inquiry_desk.hand_to_desk(inquiry.ref, to, seen=seen, notices=fresh, entry=entry)


async def pass_on(desk: Desk, ref: str, product_ref: str, reason: str, *, seen: str) -> None:
    """Give it to the producer of another product, for whom it was meant; all three are told.

    The consumer's name and number were meant for the first producer, and do not go along.
    Raises CannotHandle, NotFound, NotAllowed, StoreError.
    """
    inquiry, _ = await inquiries.find(desk, ref)
    context, say = desk.context, desk.say
    product = await context.store.product(product_ref[:80]) if product_ref else None
    if product is None or product.producer.id == inquiry.producer_id:
        raise CannotHandle(say("Choose a product of another producer."))
    if inquiries.side_of(desk) is Side.PRODUCER:
        raise CannotHandle(say("Only an officer of the programme can do that."))
    if await context.store.members.is_blocked(product.producer.id, inquiry.consumer):
        raise CannotHandle(say("That producer takes no messages from this customer."))
    fresh = escalation.for_passing_on(
        inquiry,
        before=await _ways(desk, inquiry.producer_id, inquiry.product_id),
        after=await _ways(desk, product.producer.id, product.id),
        now=context.now(),
    )
    entry = desk.doer.did(
        Deed.INQUIRY_HANDED,
        inquiries.subject_of(inquiry),
        before={"product": inquiry.product_id},
        after={"product": product.id},
        reason=_reason(reason),
    )
    to = (product.id, product.producer.id)
    store = context.store.inquiry_desk
    await store.pass_on(inquiry.ref, to, seen=seen, at=context.now(), notices=fresh, entry=entry)


def _origin(act: str, desk: Desk, inquiry: Inquiry, seen: str, text: str) -> str:
    """What a form that is sent twice has in common, and no other form: its effect happens once."""
    return fingerprint(f"board {act} {desk.officer.number} {inquiry.ref} {seen} {text}")


async def _move(
    desk: Desk,
    inquiry: Inquiry,
    move: Move,
    words: str,
    deed: Deed,
    *,
    seen: str,
    notices: Sequence[Notice],
    origin: str,
    outcome: str = "",
) -> None:
    side, now = inquiries.side_of(desk), desk.context.now()
    by = side if move is Move.CLOSE else None
    step = InquiryStep(inquiry.ref, move, now, side, words, notices, None, origin, seen, by, outcome)
    entry = desk.doer.did(deed, inquiries.subject_of(inquiry), after={"outcome": outcome} if outcome else None)
    try:
        await desk.context.store.inquiries.move(step, entry=entry)
    except IllegalMove as error:
        raise MovedMeanwhile from error


async def _tell_producer(desk: Desk, inquiry: Inquiry, side: Side) -> list[Notice]:
    """That it is done in their place, where it was not they themselves."""
    if side is Side.PRODUCER:
        return []
    return escalation.for_taking(inquiry, way=await _ways(desk, inquiry.producer_id, inquiry.product_id))


async def _ways(desk: Desk, producer: str, product: str) -> Ways:
    context = desk.context
    members = await context.store.members.of_producer(producer)
    mailbox = context.mailbox_of(await context.store.product(product))
    return escalation.ways(members, mailbox, now=context.now())


def _words(text: str, desk: Desk) -> str:
    words = limits.tidy(text)
    if len(words) < limits.SHORTEST:
        raise CannotHandle(desk.say("Please write a little more: people read it."))
    return words


def _reason(text: str) -> str:
    return " ".join(limits.tidy(text).split())[:MOST_REASON]
