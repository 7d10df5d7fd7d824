"""What buyers think of a product, as a line of its card and page by page; and one's own, listed and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.inquiry import Address, Notice, NoticeKind
from catalog.model import LookUpWay, Product
from catalog.ratings import CardRatings, Rating, RatingState, RatingSummary
from handlers import rating_words
from handlers.actions import Action, Verb, number_in
from handlers.context import Context, Session
from handlers.messages import Card, Choice, Fact, Page, Reply, Section, Want
from handlers.phrases import Speech, speech

PER_PAGE = 5
_BY_CODE = frozenset({LookUpWay.PHOTO, LookUpWay.TYPED})


async def add_to_cards(reply: Reply, who: Address, *, public: bool, context: Context, session: Session) -> Reply:
    """*reply* with what buyers think on each whole card, and its buttons where nobody reads along. StoreError."""
    if not context.has_ratings or not any(each.product for each in reply.cards):
        return reply
    cards = []
    for card in reply.cards:
        for product in await context.products([card.product] if card.product else []):
            of_card = context.store.ratings.of_card
            known = await of_card(who, product.id, product.producer.id, now=context.now())
            choices = () if public else _choices(card, product, known, session)
            card = _placed(add_section(card, known.summary, session.say), choices)  # noqa: PLW2901 - the same card with more on it
        cards.append(card)
    return replace(reply, cards=tuple(cards))


def add_section(card: Card, summary: RatingSummary, say: Speech) -> Card:
    """*card* with the line of its buyers' points, before what is not known; as it is where nobody gave any."""
    told = rating_words.line(summary, say)
    rows = (
        (say("Buyers say"), told),
        (say("How they divide"), rating_words.spread(summary, say)),
        (say("Stand apart"), rating_words.apart(summary, say)),
    )
    facts = tuple(Fact(label, value) for label, value in rows if value)
    if not facts:
        return card
    known = [each for each in card.sections if each.heading]
    rest = [each for each in card.sections if not each.heading]
    return replace(card, sections=(*known, Section(rating_words.heading(say), facts), *rest))


def _choices(card: Card, product: Product, known: CardRatings, session: Session) -> Sequence[Choice]:
    """The buttons for who reads this card: to give points where they may, to read what there is to read."""
    say, summary, found = session.say, known.summary, []
    by_this = card.look_up is not None and card.look_up.way in _BY_CODE and bool(card.look_up.code)
    if not known.makes_it and (known.bought or known.rated or by_this):
        label = say("Change my points") if known.rated else say("Give points")
        found.append(Choice(label, Action(Verb.SCORE, f"of {product.ref}")))
    if summary.worded or summary.apart:
        found.append(Choice(say("What buyers wrote"), Action(Verb.SCORE, f"read {product.ref}")))
    return found


def _placed(card: Card, choices: Sequence[Choice]) -> Card:
    """*card* with these buttons before "Wrong product?"."""
    at = next((place for place, each in enumerate(card.choices) if _is_last(each)), len(card.choices))
    return replace(card, choices=(*card.choices[:at], *choices, *card.choices[at:]))


def _is_last(choice: Choice) -> bool:
    return choice.action is not None and choice.action.verb is Verb.NOT_THIS


@dataclass(frozen=True, slots=True)
class RatingSheet:
    """What buyers think of a product, for its page: *parts* are titles with ratings, *turns* leads to other pages."""

    heading: str
    lines: Sequence[str]
    parts: Sequence[tuple[str, Sequence[Sequence[str]]]] = ()
    turns: Sequence[tuple[str, int]] = ()


async def read_page(product: Product, page: int, *, context: Context, session: Session) -> RatingSheet | None:
    """One page of what buyers think of *product*, and on the first what stands apart; None where nobody rated it."""
    if not context.has_ratings:
        return None
    say, store = session.say, context.store.ratings
    summary = await store.summary(product.id)
    if not summary.people and not summary.apart:
        return None
    found = await store.page(product.id, limit=PER_PAGE, offset=(max(page, 1) - 1) * PER_PAGE)
    parts = [("", [tuple(rating_words.lines(each, say)) for each in found.ratings])] if found.ratings else []
    if summary.apart and page <= 1:
        apart = await store.page(product.id, limit=PER_PAGE, apart=True)
        parts.append(
            (rating_words.apart(summary, say), [tuple(rating_words.lines(each, say)) for each in apart.ratings])
        )
    head = (rating_words.line(summary, say), rating_words.spread(summary, say), rating_words.no_star(say))
    pages = -(-found.total // PER_PAGE)
    turns = [
        (label, to) for label, to in ((say("← Previous"), page - 1), (say("Next →"), page + 1)) if 1 <= to <= pages
    ]
    return RatingSheet(rating_words.heading(say), [each for each in head if each], parts, turns)


async def read(ref: str, page: int, *, apart: bool, context: Context, session: Session) -> Reply:
    """What buyers wrote about a product, newest first, the producer's answers below; or what stands *apart*."""
    say = session.say
    product = await context.store.product(ref) if ref else None
    if product is None:
        return Reply(say("Which product? Type its name, then press “What buyers wrote” on its card."))
    store = context.store.ratings
    summary = await store.summary(product.id)
    found = await store.page(product.id, limit=PER_PAGE, offset=(page - 1) * PER_PAGE, apart=apart)
    if not found.ratings and page > 1:
        return await read(ref, 1, apart=apart, context=context, session=session)
    here = Page(page, max(1, -(-found.total // PER_PAGE)), found.total)
    blocks = ["\n".join(_head(product, summary, say))]
    if apart:
        names = rating_words.ring_names(say)
        kinds = dict.fromkeys(names[kind] for kind in (found.rings or {}).values())
        blocks.append(say("These stand apart and do not count: {why}.", why=", ".join(kinds)))
    blocks += ["\n".join(rating_words.lines(each, say)) for each in found.ratings]
    if not found.total:
        blocks.append(say("No buyer has written about it yet."))
    choices = _reading(product, here, apart=apart, summary=summary, say=say)
    return Reply("\n\n".join(blocks), choices=choices, page=here, language=say.language)


def _head(product: Product, summary: RatingSummary, say: Speech) -> Sequence[str]:
    line = rating_words.line(summary, say)
    first = f"{product.name}: {line}" if line else product.name
    return [each for each in (first, rating_words.spread(summary, say), rating_words.no_star(say)) if each]


def _reading(product: Product, here: Page, *, apart: bool, summary: RatingSummary, say: Speech) -> tuple[Choice, ...]:
    what = "apart" if apart else "read"
    turns = ((say("← Previous"), here.number - 1), (say("Next →"), here.number + 1))
    choices = [
        Choice(label, Action(Verb.SCORE, f"{what} {product.ref} {there}"))
        for label, there in turns
        if 1 <= there <= here.pages
    ]
    if summary.apart and not apart:
        choices.append(Choice(say("What stands apart"), Action(Verb.SCORE, f"apart {product.ref}")))
    if apart:
        choices.append(Choice(say("What buyers wrote"), Action(Verb.SCORE, f"read {product.ref}")))
    choices.append(Choice(say("Back to the card"), Action(Verb.PRODUCT, product.ref)))
    return tuple(choices)


async def list_own(who: Address, page: int, *, context: Context, session: Session) -> Reply:
    """What somebody gave points to, where each stands, and how to change it or take it back. Raises StoreError."""
    say, every = session.say, await context.store.ratings.of_person(who)
    if not every:
        lines = (say("You have given no points yet."), how_to_come_to_it(say))
        return Reply("\n".join(lines), wants=Want.PHOTO, language=say.language)
    here = Page(min(page, -(-len(every) // PER_PAGE)), -(-len(every) // PER_PAGE), len(every))
    some = every[(here.number - 1) * PER_PAGE : here.number * PER_PAGE]
    known = {each.id: each for each in await context.products(each.product for each in some)}
    blocks, choices = [say("Your points, the newest first:")], []
    for each in some:
        product = known.get(each.product)
        name = product.name if product else say("not in the catalogue any more")
        blocks.append("\n".join((f"{name} · {_state(each, say)}", *rating_words.lines(each, say))))
        choices.append(Choice(say("Take back: {name}", name=name[:40]), Action(Verb.SCORE, f"drop {each.number}")))
    turns = ((say("← Previous"), here.number - 1), (say("Next →"), here.number + 1))
    more = [Choice(label, Action(Verb.SCORE, f"mine {there}")) for label, there in turns if 1 <= there <= here.pages]
    return Reply("\n\n".join(blocks), choices=(*choices, *more), page=here, language=say.language)


def _state(rating: Rating, say: Speech) -> str:
    name = rating_words.state_names(say)[rating.state]
    if rating.state is RatingState.HELD:
        return f"{name}: {rating_words.why_held(rating, say)}"
    if rating.state is RatingState.HIDDEN and rating.reason:
        return f"{name}: {rating.reason}"
    return name


def tell_judged(rating: Rating, state: RatingState, *, now: float) -> Notice:
    """What tells who wrote *rating* that an officer shows it, or hides it. Pure."""
    key = f"judged:{rating.number}:{state}:{now:.0f}"
    return Notice(key, rating.who, NoticeKind.RATING_JUDGED, f"{rating.number} {state}", due_at=now)


async def compose_judged(notice: Notice, *, context: Context) -> Reply | None:
    """What an officer decided; None where it was changed, taken back or decided anew since. Raises StoreError."""
    number, _, state = notice.subject.partition(" ")
    rating = await context.store.ratings.by_number(number_in(number)) if context.has_ratings else None
    product = await context.store.product(rating.product) if rating is not None else None
    if rating is None or product is None or rating.state != state or rating.who != notice.to:
        return None
    say = speech(rating.language)
    if rating.state is RatingState.SHOWN:
        head = say("A programme officer has looked at what you wrote about {product}.", product=product.name)
        after = say("Everybody sees it with the product now, without your name, and it counts.")
    else:
        head = say("A programme officer does not show what you wrote about {product}.", product=product.name)
        after = say("The officer writes: “{reason}” Your points do not count either.", reason=rating.reason)
    lines = (head, *rating_words.lines(replace(rating, answer=""), say), after)
    mine = Choice(say("My points"), Action(Verb.SCORE, "mine"))
    again = Choice(say("Change it"), Action(Verb.SCORE, f"of {product.ref}"))
    choices = (mine,) if rating.state is RatingState.SHOWN else (again, mine)
    return Reply("\n".join(lines), choices=choices, language=say.language)


async def take_back(number: int, who: Address, *, sure: bool, context: Context, session: Session) -> Reply:
    """Erase one of somebody's own, after asking. Raises StoreError."""
    say, store = session.say, context.store.ratings
    mine = next((each for each in await store.of_person(who) if each.number == number), None)
    if mine is None:
        return await list_own(who, 1, context=context, session=session)
    product = await context.store.product(mine.product)
    name = product.name if product else say("not in the catalogue any more")
    back = Choice(say("My points"), Action(Verb.SCORE, "mine"))
    if not sure:
        text = say("Take back your points and words about {product}? An answer to them goes too.", product=name)
        yes = Choice(say("Yes, take it back"), Action(Verb.SCORE, f"drop {number} yes"))
        return Reply(f"{text}\n" + "\n".join(rating_words.lines(mine, say)), choices=(yes, back), language=say.language)
    await store.take_back(who, number)
    return Reply(say("Taken back: nothing of it is shown or counted any more."), choices=(back,), language=say.language)


def how_to_come_to_it(say: Speech) -> str:
    """How somebody comes to give points."""
    return say(
        "Photograph the QR code or barcode on a package that you bought and send it here: then “Give points” stands "
        "below its card. Or ask its producer: once you have an answer, it stands there too."
    )
