"""One product, what else its producer makes, and "that is not the one"."""

from dataclasses import replace

from catalog.model import Product
from handlers import cards
from handlers.actions import Action, Verb
from handlers.catalogue.paging import Search
from handlers.catalogue.search import PER_PAGE, look, view
from handlers.context import Context, Session
from handlers.messages import Choice, Page, Reply, Want


async def show(ref: str, *, desk: Context, known: Session) -> Reply:
    """The passport of the product that *ref* names; a removed one is said to be gone."""
    product = await desk.store.product(ref)
    if product is None:
        return gone(known)
    return Reply(cards=(cards.whole(product, view(desk, known)),), language=known.say.language)


async def of_maker(ref: str, page: int, *, desk: Context, known: Session) -> Reply:
    """What else the producer of the product *ref* makes."""
    product = await desk.store.product(ref)
    if product is None:
        return gone(known)
    every = await desk.store.of_producer(product.producer.id)
    pages = -(-len(every) // PER_PAGE)
    number = min(max(page, 1), pages)
    some = every[(number - 1) * PER_PAGE : number * PER_PAGE]
    text = known.say.count(
        "{maker} has {number} product in the catalogue.",
        "{maker} has {number} products in the catalogue.",
        len(every),
        maker=product.producer.name,
    )
    turns = [
        Choice(label, Action(Verb.MAKER, f"{ref} {there}"))
        for label, there in ((known.say("← Previous"), number - 1), (known.say("Next →"), number + 1))
        if 1 <= there <= pages
    ]
    shown = tuple(cards.short(each, view(desk, known)) for each in some)
    here = Page(number, pages, len(every))
    return Reply(text, cards=shown, choices=tuple(turns), page=here, language=known.say.language)


async def not_this(ref: str, *, desk: Context, known: Session) -> Reply:
    """Others of the same name, or how to find the right one."""
    product = await desk.store.product(ref)
    if product is None:
        return gone(known)
    say = known.say
    found = await look(Search(product.name, listed=True, but=product.id), page=1, desk=desk, known=known)
    if found.page is not None:
        text = say.count("Is it this one?", "Which of these {number} is it?", found.page.total)
        return replace(found, text=text)
    asking = say("Then type its producer or commune with the name, or send a photo of the label.")
    return Reply(asking, wants=Want.PHOTO, language=say.language)


async def groups(*, desk: Context, known: Session) -> Reply:
    """The product groups, each a button that lists what is in it."""
    choices = []
    for group, number in await desk.store.groups():
        wanted = Search("", listed=True, group=group)
        await desk.store.keep_search(wanted.token, wanted.serialize())
        choices.append(Choice(f"{group} ({number})", Action(Verb.PAGE, f"{wanted.token} 1")))
    return Reply(known.say("Which product group?"), choices=tuple(choices), language=known.say.language)


def gone(known: Session) -> Reply:
    """A link or an old button led to a product that is not there."""
    say = known.say
    text = say("This product is not in the catalogue any more. Type its name and I will look for it.")
    return Reply(text, language=say.language)


def several(products: tuple[Product, ...], text: str, *, desk: Context, known: Session) -> Reply:
    """*products* to choose from."""
    shown = tuple(cards.short(each, view(desk, known)) for each in products[: 2 * PER_PAGE])
    return Reply(text, cards=shown, language=known.say.language)
