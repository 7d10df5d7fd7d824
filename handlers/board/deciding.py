"""Corrections that producers propose, decided on the board as in the chat: once, told to who proposed, in the audit."""

from catalog.audit import Deed
from catalog.errors import NotFound
from catalog.officers import ActScope, scope_of
from handlers.board.desk import Desk
from handlers.inquiries import officer


async def decide(desk: Desk, number: int, *, accepted: bool) -> bool:
    """Accept or refuse a correction; False if it was decided already. Raises NotAllowed, NotFound, StoreError."""
    context = desk.context
    correction = await context.store.corrections.by_number(number)
    if correction is None:
        raise NotFound
    made = await context.store.of_producer(correction.producer_id)
    desk.require(scope_of(made[0].producer, context.places) if made else ActScope("", correction.producer_id))
    deed = Deed.CORRECTION_ACCEPTED if accepted else Deed.CORRECTION_REFUSED
    subject = f"product {correction.product_id}" if correction.product_id else f"producer {correction.producer_id}"
    entry = desk.doer.did(
        deed,
        subject[:100],
        before={correction.field: correction.old},
        after={correction.field: correction.new},
        reason=f"correction {number}",
    )
    by = f"officer {desk.officer.number}"
    return await officer.settle(correction, accepted=accepted, by=by, context=context, entry=entry) is not None
