"""Inviting someone with a one-time code: an officer in the chat, or the operator at a terminal."""

import secrets

from catalog.errors import NotFound
from catalog.inquiry import Invitation, Role
from catalog.store import Store
from handlers.desk import Desk, Known
from handlers.messages import Reply

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 12
DAY = 24 * 3600.0
DAYS = 7
_MOST_NAMED = 10


class SeveralProducers(NotFound):
    """Several producers have such a name; *found* holds the id and the name of some."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        super().__init__("Several producers match.")
        self.found = found


def new_code() -> str:
    """A code of 60 random bits in letters and digits that are not mistaken for each other."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


async def producer_meant(wanted: str, store: Store) -> tuple[str, Invitation]:
    """The name of the producer that *wanted* (a name, an id, a product's id) means, and an invitation for it.

    Raises SeveralProducers, and NotFound when there is none.
    """
    product = await store.product(wanted)
    if product is not None:
        return product.producer.name, Invitation(Role.PRODUCER, product.producer.id)
    found = await store.producers_named(wanted)
    if len(found) == 1:
        return found[0][1], Invitation(Role.PRODUCER, found[0][0])
    if found:
        raise SeveralProducers(found[:_MOST_NAMED])
    raise NotFound(f"No producer is called {wanted}.")


def ways_in(code: str, *, telegram_bot: str, public_url: str) -> dict[str, str]:
    """The links that carry *code* into each channel that has links."""
    links = {}
    if telegram_bot:
        links["telegram"] = f"https://t.me/{telegram_bot.lstrip('@')}?start=j_{code}"
    if public_url:
        links["web"] = f"{public_url}/?j={code}"
    return links


async def invite(wanted: str, *, desk: Desk, known: Known) -> Reply:
    """An officer invites a producer: the code, how to use it, and how long it is good for."""
    say = known.say
    if not wanted:
        return Reply(say("Write the producer's name behind the command: /moi HTX Hồng Xuân."))
    try:
        name, invitation = await producer_meant(wanted, desk.store)
    except SeveralProducers as several:
        names = "\n".join(f"{name}: /moi {key}" for key, name in several.found)
        return Reply(say("Several producers have such a name. Which one?") + "\n" + names)
    except NotFound:
        return Reply(say("No producer is called {name}.", name=wanted))
    code = new_code()
    await desk.store.post.invite(invitation, code=code, expires_at=desk.now() + DAYS * DAY)
    links = ways_in(code, telegram_bot=desk.ours.telegram_bot, public_url=desk.public_url)
    lines = (
        say("Pass this on to {producer}. It works once, within {days} days.", producer=name, days=DAYS),
        f"/join {code}",
        *links.values(),
    )
    return Reply("\n".join(lines))
