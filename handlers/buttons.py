"""What a button, a command or a link asks for is done: each verb leads to what does it."""

from typing import Literal, assert_never

from handlers import cards, earlier_answers, following, language_choice, move_chat, small_talk
from handlers.actions import (
    Action,
    Verb,
    bare_number,
    chosen_number,
    is_command,
    is_sure_button,
    number_in,
    read_next_page,
    read_yes_or_no,
)
from handlers.board import chat, progress
from handlers.buyers import seeking
from handlers.catalogue import buying, compare, history, product, search
from handlers.context import Context, Session
from handlers.fairs import answers, questions
from handlers.inquiries import consumer, dispatch, drafts, officer, producer
from handlers.messages import Incoming, Reply

_PAGES = {
    Verb.HELP: small_talk.how,
    Verb.PHOTO: small_talk.photo,
    Verb.MENU: small_talk.menu,
    Verb.MISHEARD: small_talk.misheard,
}
CatalogueVerb = Literal[
    Verb.PRODUCT, Verb.MAKER, Verb.PAGE, Verb.NEAR, Verb.GROUPS, Verb.NOT_THIS, Verb.SHARE, Verb.COMPARE, Verb.SHOP
]

OwnVerb = Literal[Verb.EARLIER, Verb.HISTORY, Verb.FOLLOW, Verb.MOVE]


async def act(action: Action, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:  # noqa: PLR0911 - one line a verb
    """Do what a button, a command or a link asks for."""
    subject = action.subject.partition(" ")[0]
    match action.verb:
        case Verb.START:
            linked = Action.from_link(subject)
            if linked is not None:
                return await act(linked, incoming=incoming, context=context, session=session)
            return small_talk.start(session), session
        case Verb.HELP | Verb.PHOTO | Verb.MENU | Verb.MISHEARD as page:
            return _PAGES[page](session), session
        case Verb.STATISTICS:
            return await _statistics(subject, incoming=incoming, context=context, session=session), session
        case Verb.LANGUAGE:
            return language_choice.choose_language(subject, session)
        case Verb.BOARD:
            return await chat.act(action.subject, incoming=incoming, context=context, session=session)
        case Verb.EARLIER | Verb.HISTORY | Verb.FOLLOW | Verb.MOVE as own:
            return await _show_own(own, action.subject, incoming=incoming, context=context, session=session)
        case Verb.FAIR | Verb.BOOTH | Verb.SOURCE | Verb.DEAL | Verb.SUPPLY as of_trade:
            return await _trade(of_trade, action.subject, incoming=incoming, context=context, session=session)
        case (
            Verb.PRODUCT
            | Verb.MAKER
            | Verb.PAGE
            | Verb.NEAR
            | Verb.GROUPS
            | Verb.NOT_THIS
            | Verb.SHARE
            | Verb.COMPARE
            | Verb.SHOP as verb
        ):
            return await _browse(verb, action.subject, context=context, session=session), session
        case of_inquiries:
            return await dispatch.act(of_inquiries, action.subject, incoming=incoming, context=context, session=session)


async def _statistics(subject: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """The programme's figures, for officers and where others read along; else somebody's own."""
    if subject or incoming.public or await officer.is_officer(incoming, context):
        told = await progress.answer("tiến độ OCOP", incoming=incoming, context=context, session=session)
        return told or small_talk.menu(session)
    return await producer.figures(incoming=incoming, context=context, session=session)


async def _show_own(
    verb: OwnVerb, subject: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Show what is somebody's own: answers that grew old meanwhile, what they looked up, what they follow."""
    match verb:
        case Verb.EARLIER:
            return await earlier_answers.show(incoming=incoming, context=context, session=session), session
        case Verb.HISTORY:
            return await history.act(subject, incoming=incoming, context=context, session=session), session
        case Verb.FOLLOW:
            return await following.act(subject, incoming=incoming, context=context, session=session), session
        case Verb.MOVE:
            return await move_chat.act(subject, incoming=incoming, context=context, session=session)
        case _ as never:
            assert_never(never)


async def _trade(
    verb: answers.FairVerb | seeking.BuyerVerb,
    subject: str,
    *,
    incoming: Incoming,
    context: Context,
    session: Session,
) -> tuple[Reply, Session]:
    """Do what a button of fairs, or of buyers in bulk, asks for."""
    if verb is Verb.FAIR or verb is Verb.BOOTH:
        return await answers.act(verb, subject, incoming=incoming, context=context, session=session)
    return await seeking.act(verb, subject, incoming=incoming, context=context, session=session)


async def _browse(verb: CatalogueVerb, subject: str, *, context: Context, session: Session) -> Reply:  # noqa: PLR0911 - one line a verb
    """Show what a button asks of the catalogue."""
    first, _, page = subject.partition(" ")
    number = number_in(page, otherwise=1, digits=5)
    match verb:
        case Verb.PRODUCT:
            return await product.show(first, context=context, session=session, folds=page != cards.ALL)
        case Verb.MAKER:
            return await product.of_maker(first, number, context=context, session=session)
        case Verb.PAGE:
            return await buying.turn(first, number, context=context, session=session)
        case Verb.SHOP:
            return await buying.act(subject, context=context, session=session)
        case Verb.NEAR:
            return await search.by_words(session.say("near me"), context=context, session=session)
        case Verb.GROUPS:
            return await product.groups(context=context, session=session)
        case Verb.NOT_THIS:
            return await product.not_this(first, context=context, session=session)
        case Verb.COMPARE:
            return await compare.draw(subject, context=context, session=session)
        case Verb.SHARE:
            return await product.share(first or session.thread.product, context=context, session=session)
        case _ as never:
            assert_never(never)


async def take_back(
    body: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """What takes back something that was agreed to, whatever is being written: no more news, history erased."""
    if session.draft is None and not incoming.replies_to:
        return None
    reminder = await questions.recognize_stop(body, context=context)
    if reminder is not None:
        return await act(reminder, incoming=incoming, context=context, session=session)
    reply = None
    if history.erased_by(body) is not None:
        reply = await history.answer(body, incoming=incoming, context=context, session=session)
    elif following.stops(body):
        reply = await following.answer(body, incoming=incoming, context=context, session=session)
    return (reply, session) if reply is not None else None


async def chosen(body: str, *, incoming: Incoming, context: Context, session: Session) -> Action | None:
    """What was offered under the number that *body* says, or what it says yes or no to."""
    awaited = incoming.replies_to or drafts.awaits_words(session, now=context.now())
    number = bare_number(body) if awaited else chosen_number(body)
    if number is None:
        return await _said(body, incoming=incoming, context=context, session=session)
    if not 1 <= number <= len(session.offered):
        return None
    action = Action.parse(session.offered[number - 1])
    if bare_number(body) is None and (_means_listed(session) or _is_beyond_list(action, session)):
        return None
    if is_sure_button(str(action)) and not await _is_asked(incoming, numbered=True, context=context, session=session):
        return None
    return action


async def _said(body: str, *, incoming: Incoming, context: Context, session: Session) -> Action | None:
    """What *body* says yes or no to, or the next page that it asks for; a command does neither."""
    if is_command(body):
        return None
    sure = read_yes_or_no(body, session.offered)
    if sure is not None and await _is_asked(incoming, numbered=False, context=context, session=session):
        return sure
    return read_next_page(body, session.onwards)


async def _is_asked(incoming: Incoming, *, numbered: bool, context: Context, session: Session) -> bool:
    """Whether a yes, in words or *numbered*, is to the very question that was asked last.

    What is said in reply to another message answers that one; a notice's number may be chosen whenever that is read.
    An answer of ours is known by how it begins.
    """
    if incoming.replies_to:
        notice = await context.store.outbox.by_sent_id(consumer.who(incoming), incoming.replies_to)
        if notice is not None:
            return notice.number == session.asked_by
        return context.now() < session.sure_until and _quotes(incoming.quoted, session.asked)
    return context.now() < session.sure_until or (numbered and session.asked_by > 0)


def _quotes(quoted: str, asked: str) -> bool:
    """Whether *quoted*, or the beginning of it that a channel gives, is the question that begins so."""
    told, wanted = " ".join(quoted.split()), " ".join(asked.split())
    return bool(wanted) and told.startswith(wanted)


def _is_beyond_list(action: Action | None, session: Session) -> bool:
    """True where "the third one" of a page of two products would be a button below them."""
    last = session.thread.last
    return last is not None and len(last.products) > 1 and action is not None and action.verb is not Verb.PRODUCT


def _means_listed(session: Session) -> bool:
    """True where "the second one" is one of the last list, and no button of a card that was shown since."""
    last = session.thread.last
    return bool(session.thread.listed) and last is not None and len(last.products) < 2
