"""One product, what else its producer makes, and "that is not the one"."""

from dataclasses import replace

from catalog.model import Product
from handlers import cards, sharing
from handlers.actions import Action, Verb
from handlers.catalogue.paging import Search
from handlers.catalogue.search import PER_PAGE, look, view
from handlers.context import Context, Session
from handlers.messages import Choice, Page, Reply, Want


async def show(ref: str, *, context: Context, session: Session) -> Reply:
    """The passport of the product that *ref* names; a removed one is said to be gone."""
    product = await context.store.product(ref)
    if product is None:
        return gone(session)
    return Reply(cards=(cards.whole(product, view(context, session)),), language=session.say.language)


async def share(ref: str, *, context: Context, session: Session) -> Reply:
    """The card of the product that *ref* names, to send on."""
    if not ref:
        return Reply(session.say("Which product? Type its name, then press Share."), language=session.say.language)
    product = await context.store.product(ref)
    return sharing.share(product, view(context, session)) if product is not None else gone(session)


async def of_maker(ref: str, page: int, *, context: Context, session: Session) -> Reply:
    """What else the producer of the product *ref* makes."""
    product = await context.store.product(ref)
    if product is None:
        return gone(session)
    every = await context.store.of_producer(product.producer.id)
    pages = -(-len(every) // PER_PAGE)
    number = min(max(page, 1), pages)
    some = every[(number - 1) * PER_PAGE : number * PER_PAGE]
    text = session.say.count(
        "{maker} has {number} product in the catalogue.",
        "{maker} has {number} products in the catalogue.",
        len(every),
        maker=product.producer.name,
    )
    turns = [
        Choice(label, Action(Verb.MAKER, f"{ref} {there}"))
        for label, there in ((session.say("← Previous"), number - 1), (session.say("Next →"), number + 1))
        if 1 <= there <= pages
    ]
    shown = tuple(cards.short(each, view(context, session)) for each in some)
    here = Page(number, pages, len(every))
    return Reply(text, cards=shown, choices=tuple(turns), page=here, language=session.say.language)


async def not_this(ref: str, *, context: Context, session: Session) -> Reply:
    """Others of the same name, or how to find the right one."""
    product = await context.store.product(ref)
    if product is None:
        return gone(session)
    say = session.say
    found = await look(Search(product.name, listed=True, but=product.id), page=1, context=context, session=session)
    if found.page is not None:
        text = say.count("Is it this one?", "Which of these {number} is it?", found.page.total)
        return replace(found, text=text)
    asking = say("Then type its producer or commune with the name, or send a photo of the label.")
    return Reply(asking, wants=Want.PHOTO, language=say.language)


async def groups(*, context: Context, session: Session) -> Reply:
    """The product groups, each a button that lists what is in it."""
    choices = []
    for group, number in await context.store.groups():
        wanted = Search("", listed=True, group=group)
        await context.store.memory.keep_search(wanted.token, wanted.serialize())
        choices.append(Choice(f"{group} ({number})", Action(Verb.PAGE, f"{wanted.token} 1")))
    return Reply(session.say("Which product group?"), choices=tuple(choices), language=session.say.language)


def gone(session: Session) -> Reply:
    """A link or an old button led to a product that is not there."""
    say = session.say
    text = say("This product is not in the catalogue any more. Type its name and I will look for it.")
    return Reply(text, language=say.language)


def several(products: tuple[Product, ...], text: str, *, context: Context, session: Session) -> Reply:
    """*products* to choose from."""
    shown = tuple(cards.short(each, view(context, session)) for each in products[: 2 * PER_PAGE])
    return Reply(text, cards=shown, language=session.say.language)
