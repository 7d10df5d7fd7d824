"""Inviting someone with a one-time code: an officer in the chat, or the operator at a terminal."""

from catalog.errors import NotFound
from catalog.inquiry import Invitation, Role
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.search import Band, Index
from catalog.store import Store
from catalog.text import fold
from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.messages import Choice, Reply
from handlers.own_codes import new_code

DAY = 24 * 3600.0
DAYS = 7
_MOST_NAMED = 10


class UnknownMaker(NotFound):
    """That stands for a producer that nobody knows: enter who it is in the catalogue first."""


class SeveralProducers(NotFound):
    """Several producers match; *found* holds id and name of some. Not *named*: they only resemble the name."""

    def __init__(self, found: list[tuple[str, str]], *, named: bool = True) -> None:
        super().__init__("Several producers match." if named else "No producer is called so; some are like it.")
        self.found = found
        self.named = named


async def producer_meant(wanted: str, store: Store, index: Index) -> tuple[str, Invitation]:
    """The name of the producer that *wanted* (a name, an id, a product's id) means, and an invitation for it.

    Raises SeveralProducers, UnknownMaker, and NotFound when there is none.
    """
    product = await store.product(wanted)
    if (product is not None and product.producer.name == UNKNOWN_PRODUCER) or fold(wanted) == fold(UNKNOWN_PRODUCER):
        raise UnknownMaker
    if product is not None:
        return product.producer.name, Invitation(Role.PRODUCER, product.producer.id)
    found = await store.producers_named(wanted)
    if not found and (maker := index.maker(wanted)):
        found = await store.producers_named(maker)
    if len(found) == 1:
        if found[0][1] == UNKNOWN_PRODUCER:
            raise UnknownMaker
        return found[0][1], Invitation(Role.PRODUCER, found[0][0])
    if found:
        raise SeveralProducers(found[:_MOST_NAMED])
    if like := await _alike(wanted, store, index):
        raise SeveralProducers(like, named=False)
    raise NotFound(f"No producer is called {wanted}.")


async def _alike(wanted: str, store: Store, index: Index) -> list[tuple[str, str]]:
    """The producers of what the search finds for *wanted*; nobody is invited on such a guess."""
    found = index.find(wanted, limit=_MOST_NAMED)
    hits = [] if found.band is Band.NOTHING else found.hits
    products = await store.products(hit.id for hit in hits)
    return list(dict.fromkeys((product.producer.id, product.producer.name) for product in products))


def telegram_link(code: str, bot: str) -> str:
    """The link that gives *code* to our Telegram bot; "" if there is none."""
    return f"https://t.me/{bot.lstrip('@')}?start=j_{code}" if bot else ""


def page_link(code: str, public_url: str) -> str:
    """The link that gives *code* to the chat on our page; "" if there is none."""
    return f"{public_url}/?j={code}" if public_url else ""


async def invite(wanted: str, *, context: Context, session: Session) -> Reply:
    """An officer invites a producer: the code, how to use it, and how long it is good for."""
    say = session.say
    if not wanted:
        return Reply(say("Write the producer's name behind the command: /moi HTX Hồng Xuân."))
    try:
        name, invitation = await producer_meant(wanted, context.store, context.index())
    except SeveralProducers as several:
        return _which(wanted, several, session)
    except UnknownMaker:
        text = say(
            "“{name}” stands for a producer that nobody knows: enter who it is in the catalogue first.",
            name=UNKNOWN_PRODUCER,
        )
        return Reply(text)
    except NotFound:
        return Reply(say("No producer is called {name}.", name=wanted))
    code = new_code()
    await context.store.members.invite(invitation, code=code, expires_at=context.now() + DAYS * DAY)
    links = telegram_link(code, context.ours.telegram_bot), page_link(code, context.public_url)
    lines = (
        say("Pass this on to {producer}. It works once, within {days} days.", producer=name, days=DAYS),
        f"/join {code}",
        *filter(None, links),
    )
    return Reply("\n".join(lines))


def _which(wanted: str, several: SeveralProducers, session: Session) -> Reply:
    """Ask which one is meant: a button for each, or a command where its id is too long for one."""
    say = session.say
    asking = say("Several producers have such a name. Which one?")
    if not several.named:
        asking = say("No producer is called {name}. Which one do you mean?", name=wanted)
    lines, choices = [asking], []
    for key, name in several.found:
        action = Action.parse(f"{Verb.INVITE} {key}")
        if action is None:
            lines.append(f"{name}: /{Verb.INVITE} {key}")
        else:
            choices.append(Choice(name, action))
    return Reply("\n".join(lines), choices=tuple(choices))
