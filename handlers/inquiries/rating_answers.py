"""A producer's side of what buyers think: told of it once a day at most, read, and answered once, before everybody."""

from collections.abc import Sequence
from dataclasses import replace

from catalog.dates import local_time
from catalog.inquiry import Notice, NoticeKind
from catalog.model import Product
from catalog.ratings import LONGEST, Rating, read_holds
from handlers import limits, rating_words
from handlers.actions import Action, Verb
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries import escalation
from handlers.inquiries.membership import memberships, not_a_member
from handlers.messages import Choice, Incoming, Page, Reply, Style, Want
from handlers.phrases import Speech, speech

PER_PAGE = 5
_TOLD_AT_ONCE = 3


async def notices(product: Product, *, context: Context) -> list[Notice]:
    """What tells who answers for the producer of *product* that buyers wrote: one a day. Raises StoreError."""
    members = await context.store.members.of_producer(product.producer.id)
    day = local_time(context.now()).date().isoformat()
    return [
        Notice(
            f"rated:{product.id}:{day}:{to.channel}:{to.address}"[:200], to, NoticeKind.RATED, product.id, due_at=start
        )
        for to, start in escalation.ways(members, None, now=context.now())[:1]
    ]


async def compose(notice: Notice, *, context: Context) -> Reply | None:
    """What buyers wrote that its producer may still answer; None where that is nothing any more. Raises StoreError."""
    product = await context.store.product(notice.subject)
    if product is None or not context.has_ratings:
        return None
    members = await context.store.members.of_producer(product.producer.id)
    mine = next((each for each in members if each.who == notice.to), None)
    found, total = await context.store.ratings.unanswered([product.id], limit=_TOLD_AT_ONCE)
    if mine is None or not found:
        return None
    say = speech(mine.language)
    told = say.count(
        "A buyer of {product} wrote; everybody can read it:",
        "{number} buyers of {product} wrote; everybody can read it:",
        total,
        product=product.name,
    )
    return _to_answer(told, found, {}, total, say)


async def count_unanswered(mine: set[str], *, context: Context) -> int:
    """How many buyers' sentences these producers may still answer. Raises StoreError."""
    if not context.has_ratings:
        return 0
    products = [each.id for producer in sorted(mine) for each in await context.store.of_producer(producer)]
    return (await context.store.ratings.unanswered(products, limit=1))[1]


async def show_waiting(page: int, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """What buyers wrote that somebody may answer for their producers, page by page. Raises StoreError."""
    say, mine = session.say, {each.producer_id for each in await memberships(incoming, context)}
    if not mine:
        return not_a_member(session)
    names = {each.id: each.name for producer in sorted(mine) for each in await context.store.of_producer(producer)}
    found, total = await context.store.ratings.unanswered(sorted(names), limit=page * PER_PAGE)
    some = found[(page - 1) * PER_PAGE :]
    if not some:
        text = say("Nothing that buyers wrote waits for an answer of yours.")
        return Reply(text, choices=(Choice(say("Mailbox"), Action(Verb.MAIL)),), language=say.language)
    reply = _to_answer(say("What buyers wrote and you have not answered:"), some, names, total, say)
    here = Page(page, -(-total // PER_PAGE), total)
    turns = ((say("← Previous"), page - 1), (say("Next →"), page + 1))
    more = [Choice(label, Action(Verb.SCORE, f"waits {there}")) for label, there in turns if 1 <= there <= here.pages]
    return replace(reply, choices=(*reply.choices, *more), page=here)


def _to_answer(first: str, found: Sequence[Rating], names: dict[str, str], total: int, say: Speech) -> Reply:
    blocks = [first]
    for number, each in enumerate(found, start=1):
        name = names.get(each.product, "")
        blocks.append("\n".join(filter(None, (f"{number}) {name}".rstrip(), *rating_words.lines(each, say)))))
    choices = [
        Choice(say("Answer {number})", number=number), Action(Verb.SCORE, f"re {each.number}"))
        for number, each in enumerate(found, start=1)
    ]
    if total > len(found) and not names:
        choices.append(Choice(say("All of them"), Action(Verb.SCORE, "waits")))
    return Reply("\n\n".join(blocks), choices=tuple(choices), language=say.language)


async def begin(number: int, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Ask for the answer to one rating. Raises StoreError."""
    say = session.say
    rating = await _answerable(number, incoming=incoming, context=context)
    if rating is None:
        return _too_late(session), session
    lines = (
        *rating_words.lines(rating, say),
        say("Write your answer. Everybody reads it below these words, and you answer once: what you send stays."),
        say("Names, numbers and links do not belong there: your card has yours."),
    )
    draft = Draft(DraftStep.SCORE_ANSWER, str(number), begun_at=context.now())
    return Reply("\n".join(lines), choices=_cancelling(say), wants=Want.TEXT, language=say.language), replace(
        session, draft=draft
    )


async def words(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """The answer, shown back before it is sent: there is only one. Raises StoreError."""
    say, text = session.say, " ".join(limits.tidy(body).split())
    rating = await _answerable(int(draft.about), incoming=incoming, context=context)
    if rating is None:
        return _too_late(session), replace(session, draft=None)
    if len(text) < limits.SHORTEST or len(text) > LONGEST:
        asking = say("{number} letters are the most; yours has {length}.", number=LONGEST, length=len(text))
        return Reply(asking, choices=_cancelling(say), wants=Want.TEXT), session
    names = rating_words.hold_names(say)
    if why := "; ".join(names[each] for each in read_holds(text)):
        asking = say("That cannot stand before everybody: {why}. Please write it without.", why=why)
        return Reply(asking, choices=_cancelling(say), wants=Want.TEXT), session
    lines = (*rating_words.lines(replace(rating, answer=""), say), say("You: “{text}”", text=text))
    choices = (Choice(say("Send"), Action(Verb.SCORE, "send"), style=Style.MAIN), *_cancelling(say))
    shown = Reply("\n".join((say("Is this your answer?"), *lines)), choices=choices, language=say.language)
    return shown, replace(session, draft=replace(draft, text=text))


async def send(*, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Keep the answer that was shown back. Raises StoreError."""
    say, draft, done = session.say, session.draft, replace(session, draft=None)
    if draft is None or draft.step is not DraftStep.SCORE_ANSWER or not draft.text:
        return Reply(say("There is nothing to send.")), session
    rating = await _answerable(int(draft.about), incoming=incoming, context=context)
    if rating is None or not await context.store.ratings.answer(rating.number, draft.text, at=context.now()):
        return _too_late(session), done
    choices = (Choice(say("What buyers wrote"), Action(Verb.SCORE, "waits")), Choice(say("Mailbox"), Action(Verb.MAIL)))
    text = say("Your answer stands below the buyer's words now.")
    return Reply(text, choices=choices, language=say.language), done


async def _answerable(number: int, *, incoming: Incoming, context: Context) -> Rating | None:
    """The rating of this number, while who wrote may answer it for its producer."""
    rating = await context.store.ratings.by_number(number) if context.has_ratings else None
    product = await context.store.product(rating.product) if rating is not None else None
    if rating is None or product is None or not rating.may_be_answered or not rating.words:
        return None
    mine = {each.producer_id for each in await memberships(incoming, context)}
    return rating if product.producer.id in mine else None


def _too_late(session: Session) -> Reply:
    say = session.say
    text = say("That was answered, changed or taken back meanwhile, or it is not yours to answer.")
    return Reply(text, choices=(Choice(say("What buyers wrote"), Action(Verb.SCORE, "waits")),), language=say.language)


def _cancelling(say: Speech) -> tuple[Choice, ...]:
    return (Choice(say("Cancel"), Action(Verb.CANCEL)),)
