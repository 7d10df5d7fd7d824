"""The first page: who is here and what they may; corrections decided, producers invited from its lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.audit import Deed
from catalog.errors import NotFound
from catalog.inquiry import Invitation, Role
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.officers import ActScope, scope_of
from handlers.board import wording
from handlers.board.desk import Desk
from handlers.inquiries import officer
from handlers.inquiries.invitations import DAY, DAYS, page_link, telegram_link
from handlers.own_codes import new_code


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role of the officer: what it is called, how far it reaches, until when (""  is without an end)."""

    role: str
    scope: str
    until: str


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the first page says."""

    title: str
    roles: Sequence[RoleLine]


def greet(desk: Desk) -> Greeting:
    """Greet the officer, and say which roles count today."""
    say, today = desk.say, desk.context.today()
    lines = [
        RoleLine(
            wording.role_name(each.role, say),
            wording.scope_name(each, desk.context.places, say),
            wording.day(each.until) if each.until else "",
        )
        for each in desk.officer.grants_in_force(today)
    ]
    return Greeting(say("Hello, {name}", name=desk.officer.name), lines)


async def decide_correction(desk: Desk, number: int, *, accepted: bool) -> bool:
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


@dataclass(frozen=True, slots=True)
class Invited:
    """What is passed on to a producer: the code, and the links that hold it; good for *days* days, once."""

    producer: str
    code: str
    links: Sequence[str]
    days: int = DAYS


async def invite_producer(desk: Desk, producer: str) -> Invited:
    """Invite the producer with this id. Raises NotAllowed, NotFound, StoreError."""
    context = desk.context
    made = await context.store.of_producer(producer) if producer else []
    if not made or made[0].producer.name == UNKNOWN_PRODUCER:
        raise NotFound
    desk.require(scope_of(made[0].producer, context.places))
    code = new_code()
    entry = desk.doer.did(Deed.PRODUCER_INVITED, f"producer {producer}"[:100])
    expires = context.now() + DAYS * DAY
    await context.store.members.invite(Invitation(Role.PRODUCER, producer), code=code, expires_at=expires, entry=entry)
    links = telegram_link(code, context.ours.telegram_bot), page_link(code, context.public_url)
    return Invited(made[0].producer.name, code, [each for each in links if each])
