"""The way to whatever has to do with inquiries: which button, whose draft, on which side."""

from dataclasses import replace

from catalog.inquiry import WAITING, Inquiry, Kind, NoticeKind, Side
from catalog.text import fold
from handlers import limits
from handlers.actions import Action, Verb
from handlers.catalogue import search
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries import consumer, corrections, inviting, membership, officer, privacy, producer
from handlers.links import phone_in
from handlers.messages import Choice, Contact, Incoming, Photo, Reply, Style

DRAFT_LIFE = 3600.0
_ABOUT_ONE = frozenset(
    {
        Verb.INQUIRY, Verb.MORE, Verb.CLOSE, Verb.RATE, Verb.REPLY, Verb.CANNED, Verb.HAND_OVER, Verb.BLOCK,
        Verb.REPORT,
    }
)  # fmt: skip
_CONSUMERS = frozenset({Verb.MORE, Verb.RATE})
_PRODUCERS = frozenset({Verb.REPLY, Verb.CANNED, Verb.HAND_OVER, Verb.BLOCK, Verb.REPORT})
_OFFICERS = frozenset({Verb.INQUIRY, Verb.REPLY})
# What shows what is somebody's own: never where others read along.
_OWN = frozenset(
    {
        Verb.DATA, Verb.MINE, Verb.INQUIRY, Verb.MAIL, Verb.SETTINGS, Verb.FIX, Verb.REVIEW, Verb.DECIDE, Verb.INVITE,
        Verb.MORE, Verb.REPLY, Verb.CANNED, Verb.HAND_OVER,
    }
)  # fmt: skip
_CANCEL = frozenset({"huy", "thoi", "bo", "huy bo", "khong gui", "cancel", "stop"})
_SEND = frozenset({"gui", "gui di", "gui nhe", "gui luon", "ok", "oke", "okay", "dong y", "co", "send", "yes"})
_LISTS = {"hop thu": Verb.MAIL, "mailbox": Verb.MAIL, "viec dang cho": Verb.REVIEW, "what waits": Verb.REVIEW}
_CONFIRMING = frozenset({DraftStep.CONFIRM, DraftStep.CONFIRM_REPLY})

_PLAIN = "catalog.barcode.sanitize:plain_picture"
_TO_CONSUMER = frozenset({NoticeKind.ANSWER, NoticeKind.CLOSED})

Told = tuple[Reply, Session]


async def act(action: Action, *, incoming: Incoming, context: Context, session: Session) -> Told:
    """Do what a button about inquiries asks for; what is somebody's own is not shown where others read."""
    if incoming.public and action.verb in _OWN:
        return Reply(
            session.say("This is between you and me: others read along here. Please ask me in our private chat.")
        ), session
    first, _, rest = action.subject.partition(" ")
    if action.verb in _ABOUT_ONE:
        return await _with_inquiry(first, rest, action.verb, incoming=incoming, context=context, session=session)
    return await _without_inquiry(action, first, rest, incoming=incoming, context=context, session=session)


async def _without_inquiry(  # noqa: C901, PLR0911, PLR0912 - one line a verb
    action: Action, first: str, rest: str, *, incoming: Incoming, context: Context, session: Session
) -> Told:
    match action.verb:
        case Verb.ASK:
            return await consumer.begin_anew(first, incoming=incoming, context=context, session=session)
        case Verb.KIND:
            return await consumer.kind_chosen(first, rest, incoming=incoming, context=context, session=session)
        case Verb.SEND:
            return await _send(first, incoming=incoming, context=context, session=session)
        case Verb.NOT_REPLY:
            return await _search_instead(context=context, session=session)
        case Verb.EDIT:
            return await consumer.edit(first, incoming=incoming, context=context, session=session)
        case Verb.MINE:
            return await consumer.mine(_number(first), incoming=incoming, context=context, session=session), session
        case Verb.DATA:
            return await privacy.data(
                first, _number(rest), incoming=incoming, context=context, session=session
            ), session
        case Verb.ERASE:
            return await privacy.erase(first, incoming=incoming, context=context, session=session)
        case Verb.JOIN:
            return await membership.join(first, incoming=incoming, context=context, session=session)
        case Verb.MAIL:
            return await producer.mailbox(_number(first), incoming=incoming, context=context, session=session), session
        case Verb.SETTINGS:
            return await membership.settings(first, incoming=incoming, context=context, session=session)
        case Verb.LEAVE:
            return await membership.leave(first, incoming=incoming, context=context, session=session), session
        case Verb.FIX:
            return await corrections.begin(action.subject, incoming=incoming, context=context, session=session)
        case Verb.REVIEW | Verb.DECIDE | Verb.INVITE:
            return await _officers(action, incoming=incoming, context=context, session=session), session
        case Verb.SEEN:
            return await membership.still_there(incoming=incoming, context=context, session=session), session
        case Verb.CANCEL:
            await context.store.post.drop_draft_photo(consumer.who(incoming))
            return consumer.cancel(session)
        case _:
            # A button of another version, or one that nobody wired: what was begun is left as it is.
            return Reply(session.say("I do not know this button any more. Please type what you would like.")), session


async def _officers(action: Action, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    if not await officer.is_officer(incoming, context):
        return officer.refuse(session)
    if action.verb is Verb.REVIEW:
        return await officer.review(_number(action.subject), context=context, session=session)
    if action.verb is Verb.INVITE:
        return await inviting.invite(action.subject, context=context, session=session)
    return await officer.decide(action.subject, incoming=incoming, context=context, session=session)


async def _with_inquiry(
    ref: str, rest: str, verb: Verb, *, incoming: Incoming, context: Context, session: Session
) -> Told:
    """Let only those touch an inquiry whose it is: its consumer, its producer's people, an officer."""
    found = await context.store.post.inquiry(ref.upper().lstrip("#"))
    if found is None:
        return consumer.nothing_begun(session)
    if found.consumer == consumer.who(incoming) and verb not in _PRODUCERS:
        return await _as_consumer(found, rest, verb, context=context, session=session)
    if verb not in _CONSUMERS and await producer.answers_for(found, incoming=incoming, context=context):
        return await _as_producer(found, rest, verb, incoming=incoming, context=context, session=session)
    if verb in _OFFICERS and await officer.is_officer(incoming, context):
        if verb is Verb.REPLY:
            return producer.begin_answer(found, context=context, session=session)
        return await officer.show(found, context=context, session=session), session
    return consumer.nothing_begun(session)


async def _as_consumer(found: Inquiry, rest: str, verb: Verb, *, context: Context, session: Session) -> Told:
    match verb:
        case Verb.MORE:
            return await consumer.add(found, session=session, context=context)
        case Verb.CLOSE:
            return await consumer.close(found, context=context, session=session), session
        case Verb.RATE:
            return await consumer.rate(found, _number(rest, otherwise=0), context=context, session=session), session
    return await consumer.show(found, context=context, session=session), session


async def _as_producer(  # noqa: PLR0911 - one line a verb
    found: Inquiry, rest: str, verb: Verb, *, incoming: Incoming, context: Context, session: Session
) -> Told:
    match verb:
        case Verb.REPLY:
            return producer.begin_answer(
                await producer.mark_seen(found, context=context), context=context, session=session
            )
        case Verb.CANNED:
            origin = consumer.origin_of(incoming)
            return await producer.answer_canned(rest, found, origin=origin, context=context, session=session)
        case Verb.CLOSE:
            return await producer.close(found, context=context, session=session), session
        case Verb.HAND_OVER:
            return await producer.hand_over(found, rest, incoming=incoming, context=context, session=session), session
        case Verb.BLOCK:
            return await producer.block(found, rest, context=context, session=session), session
        case Verb.REPORT:
            return await producer.report(found, context=context, session=session), session
    return await producer.show(found, context=context, session=session), session


def awaits_words(session: Session, *, now: float) -> bool:
    """True while the next words belong to something begun."""
    draft = _fresh(session.draft, now)
    return draft is not None and draft.step not in _CONFIRMING


async def words(body: str, *, incoming: Incoming, context: Context, session: Session) -> Told | None:
    """Words that belong to a draft or reply to a notice; None if they are ordinary words."""
    told = await _take_reply(body, incoming=incoming, context=context, session=session)
    if told is not None:
        return told
    draft = _fresh(session.draft, context.now())
    if draft is None:
        return None
    if fold(body) in _CANCEL:
        await context.store.post.drop_draft_photo(consumer.who(incoming))
        return consumer.cancel(session)
    if draft.step is DraftStep.ASK and not draft.text and search.is_sure(body, context=context):
        return None
    if draft.step in _CONFIRMING:
        return await _at_confirmation(body, draft, incoming=incoming, context=context, session=session)
    return await _continue_draft(body, draft, incoming=incoming, context=context, session=session)


async def _continue_draft(body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session) -> Told:
    match draft.step:
        case DraftStep.REPLY:
            return await _take_answer(body, draft.about, incoming=incoming, context=context, session=session)
        case DraftStep.FIX:
            return await corrections.propose(body, draft, incoming=incoming, context=context, session=session)
        case DraftStep.CANNED:
            return await membership.add_canned(body, incoming=incoming, context=context, session=session)
    return await consumer.words(body, draft, incoming=incoming, context=context, session=session)


async def _at_confirmation(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> Told | None:
    """Words while a draft is shown back: "gửi", a phone number, a name to look up, or more for the draft."""
    if fold(body) in _SEND:
        return await _send("", incoming=incoming, context=context, session=session)
    if draft.step is DraftStep.CONFIRM and (number := phone_in(body)):
        return await consumer.add_phone(number, body, draft, incoming=incoming, context=context, session=session)
    if search.is_sure(body, context=context):
        return None
    more = replace(draft, text=limits.tidy(f"{draft.text}\n{body}"))
    if draft.step is DraftStep.CONFIRM_REPLY:
        return await _reply_shown_back(more, context=context, session=session)
    return await consumer.shown_back(more, incoming=incoming, context=context, session=session)


async def _send(how: str, *, incoming: Incoming, context: Context, session: Session) -> Told:
    draft = _fresh(session.draft, context.now())
    if draft is not None and draft.step is DraftStep.CONFIRM_REPLY:
        return await _take_answer(draft.text, draft.about, incoming=incoming, context=context, session=session)
    return await consumer.send(how, incoming=incoming, context=context, session=session)


async def reply_to_shown(body: str, *, incoming: Incoming, context: Context, session: Session) -> Told | None:
    """Plain words of whoever was just shown a question and may answer it: shown back as its answer before they leave.

    None if no question was shown last, if it no longer waits, or if the words are small talk.
    """
    offered = (Action.parse(each) for each in session.offered)
    ref = next((each.subject for each in offered if each is not None and each.verb is Verb.REPLY), "")
    about = await context.store.post.inquiry(ref) if ref else None
    if about is None or about.state not in WAITING or search.is_small_talk(body, context=context):
        return None
    answers = await producer.answers_for(about, incoming=incoming, context=context)
    if not answers and not await officer.is_officer(incoming, context):
        return None
    draft = Draft(DraftStep.CONFIRM_REPLY, ref, text=limits.tidy(body), begun_at=context.now())
    return await _reply_shown_back(draft, context=context, session=session)


async def _reply_shown_back(draft: Draft, *, context: Context, session: Session) -> Told:
    say, about = session.say, await context.store.post.inquiry(draft.about)
    if about is None:
        return consumer.nothing_begun(session)
    name = await consumer.product_name(about, context)
    asked = next((each.text for each in reversed(about.messages) if each.side is Side.CONSUMER), "")
    lines = (
        say("Is this your answer to #{ref} ({product})?", ref=about.ref, product=name),
        say("Customer: “{text}”", text=asked),
        say("You: “{text}”", text=draft.text),
    )
    choices = (
        Choice(say("Send"), Action(Verb.SEND), style=Style.MAIN),
        Choice(say("Not an answer"), Action(Verb.NOT_REPLY)),
    )
    return Reply("\n".join(lines), choices=choices), replace(session, draft=draft)


async def _search_instead(*, context: Context, session: Session) -> Told:
    """The words were no answer: look them up, as if no question had been shown."""
    draft = _fresh(session.draft, context.now())
    if draft is None or draft.step is not DraftStep.CONFIRM_REPLY:
        return consumer.nothing_begun(session)
    session = replace(session, draft=None)
    return await search.by_words(draft.text, context=context, session=session), session


async def _take_reply(body: str, *, incoming: Incoming, context: Context, session: Session) -> Told | None:
    if not incoming.replies_to:
        return None
    notice = await context.store.post.notice_sent_as(consumer.who(incoming), incoming.replies_to)
    if notice is not None and notice.kind is NoticeKind.DIGEST:
        return _of_several(session), session
    # Whoever was told twice, because we died before we learned the first message's id, may reply to either.
    ref = notice.subject if notice else consumer.ref_in(incoming.quoted)
    found = await context.store.post.inquiry(ref) if ref else None
    if found is None:
        return None
    own = found.consumer == consumer.who(incoming)
    if notice.kind in _TO_CONSUMER if notice else own:
        origin = consumer.origin_of(incoming)
        return await consumer.add_words(
            found, limits.tidy(body), origin=origin, context=context, session=session
        ), session
    told, _ = await _take_answer(body, found.ref, incoming=incoming, context=context, session=session)
    # Whatever else was begun goes on: this was about the message replied to.
    return told, session


def _of_several(session: Session) -> Reply:
    say = session.say
    text = say("That message tells of several questions. Open the one you mean and answer it there.")
    return Reply(text, choices=(Choice(say("Mailbox"), Action(Verb.MAIL)),))


async def _take_answer(body: str, ref: str, *, incoming: Incoming, context: Context, session: Session) -> Told:
    found, side = await context.store.post.inquiry(ref), Side.PRODUCER
    if found is None:
        return consumer.nothing_begun(session)
    if not await producer.answers_for(found, incoming=incoming, context=context):
        if not await officer.is_officer(incoming, context):
            return consumer.nothing_begun(session)
        side = Side.OFFICER
    return await producer.answer(
        body, found, origin=consumer.origin_of(incoming), context=context, session=session, side=side
    )


async def photo(sent: Photo, *, incoming: Incoming, context: Context, session: Session) -> Told | None:
    """A photo for what is being written or shown back; None if it is an ordinary photo.

    Before there are words, only a complaint or a caption makes it more than a label to be read.
    """
    draft = _fresh(session.draft, context.now())
    if draft is None or draft.step not in {DraftStep.ASK, DraftStep.CONFIRM}:
        return None
    if not (draft.kind == Kind.COMPLAINT or draft.text or sent.caption.strip()):
        return None
    await context.store.post.keep_draft_photo(consumer.who(incoming), await context.reader.run(_PLAIN, sent.image))
    if sent.caption.strip():
        captioned = f"{draft.text}\n{sent.caption}" if draft.step is DraftStep.CONFIRM else sent.caption
        return await consumer.words(captioned, draft, incoming=incoming, context=context, session=session)
    if draft.step is DraftStep.CONFIRM:
        return await consumer.shown_back(draft, incoming=incoming, context=context, session=session)
    return Reply(session.say("I have the photo. Now write what is wrong.")), session


async def list_named(body: str, *, incoming: Incoming, context: Context) -> Action | None:
    """The list whose button's words somebody typed who has such a list: "hộp thư", "việc đang chờ"."""
    verb = _LISTS.get(fold(body).strip())
    if verb is Verb.MAIL and await membership.memberships(incoming, context):
        return Action(verb)
    return Action(verb) if verb is Verb.REVIEW and await officer.is_officer(incoming, context) else None


async def invitation(code: str, *, incoming: Incoming, context: Context, session: Session) -> Told | None:
    """An invitation typed without its command; None for mere letters that are none of ours."""
    if not code.isalpha():
        return await membership.join(code, incoming=incoming, context=context, session=session)
    return await membership.join_if_known(code, incoming=incoming, context=context, session=session)


async def contact(shared: Contact, *, incoming: Incoming, context: Context, session: Session) -> Told | None:
    """A shared number: for a draft that asked for one, or to be recognised as a producer by."""
    draft = _fresh(session.draft, context.now())
    if draft is not None and draft.step is DraftStep.PHONE:
        return await consumer.words(shared.phone, draft, incoming=incoming, context=context, session=session)
    if shared.own:
        joined = await membership.join_by_phone(shared.phone, incoming=incoming, context=context, session=session)
        return (joined, session) if joined is not None else None
    return None


def _fresh(draft: Draft | None, now: float) -> Draft | None:
    return draft if draft is not None and now - draft.begun_at < DRAFT_LIFE else None


def _number(text: str, *, otherwise: int = 1) -> int:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 5 else otherwise
