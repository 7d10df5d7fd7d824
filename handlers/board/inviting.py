"""A producer whom no messenger reaches is invited by a one-time code, as officers in a chat do; the audit tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.audit import Deed
from catalog.errors import NotFound
from catalog.inquiry import Invitation, Role
from catalog.officers import scope_of
from handlers.board.desk import Desk
from handlers.inquiries.inviting import DAY, DAYS, page_link, telegram_link
from handlers.own_codes import new_code


@dataclass(frozen=True, slots=True)
class Invited:
    """What is passed on to a producer: the code, and the links that hold it; good for *days* days, once."""

    producer: str
    code: str
    links: Sequence[str]
    days: int = DAYS


async def invite(desk: Desk, producer: str) -> Invited:
    """Invite the producer with this id. Raises NotAllowed, NotFound, StoreError."""
    context = desk.context
    made = await context.store.of_producer(producer) if producer else []
    if not made:
        raise NotFound
    desk.require(scope_of(made[0].producer, context.places))
    code = new_code()
    entry = desk.doer.did(Deed.PRODUCER_INVITED, f"producer {producer}"[:100])
    expires = context.now() + DAYS * DAY
    await context.store.members.invite(Invitation(Role.PRODUCER, producer), code=code, expires_at=expires, entry=entry)
    links = telegram_link(code, context.ours.telegram_bot), page_link(code, context.public_url)
    return Invited(made[0].producer.name, code, [each for each in links if each])
