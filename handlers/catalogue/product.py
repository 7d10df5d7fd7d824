"""One product, what else its producer makes, and "that is not the one"."""

import re
from dataclasses import replace

from catalog.model import LookUp, LookUpWay, Lot, Product
from catalog.ocr import package_in
from catalog.officers import Reach
from catalog.recalls import Concern
from catalog.search import Band
from catalog.text import as_typed, fold
from handlers import cards, sharing
from handlers.actions import Action, Verb
from handlers.acts.hits import tied_hits
from handlers.catalogue.paging import Search
from handlers.catalogue.search import PER_PAGE, by_words, look, view
from handlers.context import Context, Session
from handlers.messages import Choice, Page, Reply, Want

# What is said beside a lot, and names nothing.
_BESIDE_PACKAGE = frozenset(
    (
        "cua", "toi", "minh", "la", "ghi", "tren", "bao", "bi", "goi", "hop", "chai", "nay", "va", "co", "thu", "hoi",
        "khong", "thi", "sao", "nhe", "a", "day", "no", "duoc", "con", "dung", "an",
        "my", "the", "is", "of", "on", "it", "this", "pack", "package", "recalled",
    )
)  # fmt: skip

_NEWEST, _LONGEST_QUESTION = 50, 120
_ANY_RECALL = re.compile(
    r"(?:(?:hien|nay|hom|dang|co|nhung|cac|xem|danh|sach|san|pham|hang|mon|do|nao|gi|bi|vua|moi|ocop|tin|canh|bao|may|nhieu"
    r"|bn|so|luong|tong|cong|tat|ca) )*+"
    r"thu hoi"
    r"(?: (?:gi|nao|khong|ko|chua|hang|san|pham|moi|nhat|hom|nay|vay|a))*"
    r"|(?:(?:is|are|what|which|any|anything|something|products?|there|has|have|been|currently|now|being|the|list|of|show"
    r"|me) )*+recall(?:s|ed)?(?: (?:products?|now|today|at the moment|currently))*"
)
_NAMED_RECALL = re.compile(
    r"(?P<vietnamese>.+?) (?:(?:co|da|dang|con) )*(?:bi )?thu hoi (?:khong|ko|chua|a|khong vay|ha)"
    r"|(?:is|are|was|has|have) (?P<english>.+?) (?:been |being )?recalled"
)
_IS_ASKED = re.compile(r"\b(?:dang|hien|khong|ko|chua|gi|nao|may|nhieu|bn|canh bao|moi nhat|hom nay)\b")
_STAR_TAKEN = re.compile(r"\b(?:sao|chung nhan|giay|danh hieu|stars?|certificate)\b")
_ANY_RECALL_EASTERN = re.compile(r"리콜|회수(?:된|중|하는)? ?(?:제품|상품)|召回")


async def show(ref: str, *, context: Context, session: Session, folds: bool = True) -> Reply:
    """The passport of the product that *ref* names; a removed one is said to be gone."""
    product = await context.store.product(ref)
    if product is None:
        return gone(session)
    card = cards.whole(product, view(context, session), folds=folds)
    return Reply(cards=(card,), language=session.say.language)


async def share(ref: str, *, context: Context, session: Session) -> Reply:
    """The card of the product that *ref* names, to send on."""
    if not ref:
        return Reply(session.say("Which product? Type its name, then press Share."), language=session.say.language)
    product = await context.store.product(ref)
    return sharing.share(product, view(context, session)) if product is not None else gone(session)


async def tell_package(words: str, *, context: Context, session: Session) -> Reply | None:
    """Take up what somebody tells of a package ("lô L123", "HSD 12/2026") of a product they name or spoke of last.

    None where *words* tell of no package, or name something else beside it.
    """
    told = package_in(words)
    if told is None:
        return None
    package, around = told
    rest = [each for each in fold(around).split() if each not in _BESIDE_PACKAGE]
    ref = session.thread.product
    if rest:
        found = context.find(" ".join(rest), limit=2)
        named = tied_hits(found.hits, " ".join(rest)) if found.band is Band.ANSWER and found.hits else ()
        ref = named[0].id if len(named) == 1 else ""
    product = await context.store.product(ref) if ref else None
    if product is None:
        return None if rest else _package_of_what(session)
    card = replace(
        cards.whole(product, view(context, session), printed=package),
        look_up=LookUp.by_code(LookUpWay.TYPED, "", package),
    )
    return Reply(
        _noted(package, product, context=context, session=session), cards=(card,), language=session.say.language
    )


async def tell_recalls(words: str, *, context: Context, session: Session) -> Reply | None:
    """What is recalled at the moment, or whether what *words* name is; None where they ask for something else."""
    named = _recalled_in(words)
    if named is None:
        return None
    say, today, drawn = session.say, context.today(), view(context, session)
    if named:
        reply = await by_words(named, context=context, session=session)
        products = await context.products([each.product for each in reply.cards if each.product])
        if not products:
            return None
        if any(one.is_in_force(today) for each in products for one in each.recalls):
            return reply
        lines = (say("No recall of it that we know of."), reply.text)
        return replace(reply, text="\n".join(filter(None, lines)))
    newest = await context.store.recalls.newest(Reach(everywhere=True), limit=_NEWEST)
    ids = dict.fromkeys(each.product_id for each in newest if each.is_in_force(today))
    products = await context.products(list(ids)[:PER_PAGE])
    if not products:
        text = say(
            "No product is being recalled that we know of. To be sure of one, type its name, or send a photo of its "
            "label."
        )
        return Reply(text, wants=Want.PHOTO, language=say.language)
    shown = tuple(cards.short(each, drawn) for each in products)
    return Reply(say("Recalled at the moment, the newest first:"), cards=shown, language=say.language)


def _recalled_in(words: str) -> str | None:
    """The name of what *words* ask the recall of, "" for whatever there is; None for another question."""
    asked = words.strip(" ?!.。？！")
    if len(asked) > _LONGEST_QUESTION:
        return None
    if _ANY_RECALL_EASTERN.search(asked):
        return ""
    folded = fold(asked)
    if _ANY_RECALL.fullmatch(folded):
        # "Sản phẩm bị thu hồi" alone is a list of those whose star was withdrawn: the same word.
        return "" if "recall" in folded or _IS_ASKED.search(folded) else None
    found = _NAMED_RECALL.fullmatch(folded)
    if found is None or _STAR_TAKEN.search(folded):
        return None
    name = "vietnamese" if found["vietnamese"] else "english"
    return as_typed(asked, folded, found.span(name))


def _package_of_what(session: Session) -> Reply:
    text = session.say("Of which product is that package? Type its name, or send a photo of its label.")
    return Reply(text, wants=Want.PHOTO, language=session.say.language)


def _noted(package: Lot, product: Product, *, context: Context, session: Session) -> str:
    """What was understood of the package, and whether a recall that is in force is about it."""
    say = session.say
    rows = (
        (say("Lot"), package.number),
        (say("Made on"), say.day(package.made) if package.made else ""),
        (say("Use by"), say.day(package.expires) if package.expires else ""),
    )
    noted = "; ".join(f"{label}: {value}" for label, value in rows if value)
    concerned = [
        each
        for each in product.recalls
        if each.is_in_force(context.today()) and each.scope.concerns(package.package) is not Concern.NO
    ]
    if concerned:
        return noted
    return f"{noted}\n" + say("No recall that we know of is about this package.")


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
