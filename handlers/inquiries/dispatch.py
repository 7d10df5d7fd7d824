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


async def act(action: Action, *, incoming: Incoming, desk: Context, known: Session) -> Told:
    """Do what a button about inquiries asks for; what is somebody's own is not shown where others read."""
    if incoming.public and action.verb in _OWN:
        return Reply(
            known.say("This is between you and me: others read along here. Please ask me in our private chat.")
        ), known
    first, _, rest = action.subject.partition(" ")
    if action.verb in _ABOUT_ONE:
        return await _with_inquiry(first, rest, action.verb, incoming=incoming, desk=desk, known=known)
    return await _without_inquiry(action, first, rest, incoming=incoming, desk=desk, known=known)


async def _without_inquiry(  # noqa: C901, PLR0911, PLR0912 - one line a verb
    action: Action, first: str, rest: str, *, incoming: Incoming, desk: Context, known: Session
) -> Told:
    match action.verb:
        case Verb.ASK:
            return await consumer.begin_anew(first, incoming=incoming, desk=desk, known=known)
        case Verb.KIND:
            return await consumer.kind_chosen(first, rest, incoming=incoming, desk=desk, known=known)
        case Verb.SEND:
            return await _send(first, incoming=incoming, desk=desk, known=known)
        case Verb.NOT_REPLY:
            return await _search_instead(desk=desk, known=known)
        case Verb.EDIT:
            return await consumer.edit(first, incoming=incoming, desk=desk, known=known)
        case Verb.MINE:
            return await consumer.mine(_number(first), incoming=incoming, desk=desk, known=known), known
        case Verb.DATA:
            return await privacy.data(first, _number(rest), incoming=incoming, desk=desk, known=known), known
        case Verb.ERASE:
            return await privacy.erase(first, incoming=incoming, desk=desk, known=known)
        case Verb.JOIN:
            return await membership.join(first, incoming=incoming, desk=desk, known=known)
        case Verb.MAIL:
            return await producer.mailbox(_number(first), incoming=incoming, desk=desk, known=known), known
        case Verb.SETTINGS:
            return await membership.settings(first, incoming=incoming, desk=desk, known=known)
        case Verb.LEAVE:
            return await membership.leave(first, incoming=incoming, desk=desk, known=known), known
        case Verb.FIX:
            return await corrections.begin(action.subject, incoming=incoming, desk=desk, known=known)
        case Verb.REVIEW | Verb.DECIDE | Verb.INVITE:
            return await _officers(action, incoming=incoming, desk=desk, known=known), known
        case Verb.SEEN:
            return await membership.still_there(incoming=incoming, desk=desk, known=known), known
        case Verb.CANCEL:
            await desk.store.post.drop_draft_photo(consumer.who(incoming))
            return consumer.cancel(known)
        case _:
            # A button of another version, or one that nobody wired: what was begun is left as it is.
            return Reply(known.say("I do not know this button any more. Please type what you would like.")), known


async def _officers(action: Action, *, incoming: Incoming, desk: Context, known: Session) -> Reply:
    if not await officer.is_officer(incoming, desk):
        return officer.refuse(known)
    if action.verb is Verb.REVIEW:
        return await officer.review(_number(action.subject), desk=desk, known=known)
    if action.verb is Verb.INVITE:
        return await inviting.invite(action.subject, desk=desk, known=known)
    return await officer.decide(action.subject, incoming=incoming, desk=desk, known=known)


async def _with_inquiry(ref: str, rest: str, verb: Verb, *, incoming: Incoming, desk: Context, known: Session) -> Told:
    """Let only those touch an inquiry whose it is: its consumer, its producer's people, an officer."""
    found = await desk.store.post.inquiry(ref.upper().lstrip("#"))
    if found is None:
        return consumer.nothing_begun(known)
    if found.consumer == consumer.who(incoming) and verb not in _PRODUCERS:
        return await _as_consumer(found, rest, verb, desk=desk, known=known)
    if verb not in _CONSUMERS and await producer.answers_for(found, incoming=incoming, desk=desk):
        return await _as_producer(found, rest, verb, incoming=incoming, desk=desk, known=known)
    if verb in _OFFICERS and await officer.is_officer(incoming, desk):
        if verb is Verb.REPLY:
            return producer.begin_answer(found, desk=desk, known=known)
        return await officer.show(found, desk=desk, known=known), known
    return consumer.nothing_begun(known)


async def _as_consumer(found: Inquiry, rest: str, verb: Verb, *, desk: Context, known: Session) -> Told:
    match verb:
        case Verb.MORE:
            return await consumer.add(found, known=known, desk=desk)
        case Verb.CLOSE:
            return await consumer.close(found, desk=desk, known=known), known
        case Verb.RATE:
            return await consumer.rate(found, _number(rest, otherwise=0), desk=desk, known=known), known
    return await consumer.show(found, desk=desk, known=known), known


async def _as_producer(  # noqa: PLR0911 - one line a verb
    found: Inquiry, rest: str, verb: Verb, *, incoming: Incoming, desk: Context, known: Session
) -> Told:
    match verb:
        case Verb.REPLY:
            return producer.begin_answer(await producer.mark_seen(found, desk=desk), desk=desk, known=known)
        case Verb.CANNED:
            origin = consumer.origin_of(incoming)
            return await producer.answer_canned(rest, found, origin=origin, desk=desk, known=known)
        case Verb.CLOSE:
            return await producer.close(found, desk=desk, known=known), known
        case Verb.HAND_OVER:
            return await producer.hand_over(found, rest, incoming=incoming, desk=desk, known=known), known
        case Verb.BLOCK:
            return await producer.block(found, rest, desk=desk, known=known), known
        case Verb.REPORT:
            return await producer.report(found, desk=desk, known=known), known
    return await producer.show(found, desk=desk, known=known), known


def awaits_words(known: Session, *, now: float) -> bool:
    """True while the next words belong to something begun."""
    draft = _fresh(known.draft, now)
    return draft is not None and draft.step not in _CONFIRMING


async def words(body: str, *, incoming: Incoming, desk: Context, known: Session) -> Told | None:
    """Words that belong to a draft or reply to a notice; None if they are ordinary words."""
    told = await _take_reply(body, incoming=incoming, desk=desk, known=known)
    if told is not None:
        return told
    draft = _fresh(known.draft, desk.now())
    if draft is None:
        return None
    if fold(body) in _CANCEL:
        await desk.store.post.drop_draft_photo(consumer.who(incoming))
        return consumer.cancel(known)
    if draft.step is DraftStep.ASK and not draft.text and search.is_sure(body, desk=desk):
        return None
    if draft.step in _CONFIRMING:
        return await _at_confirmation(body, draft, incoming=incoming, desk=desk, known=known)
    return await _continue_draft(body, draft, incoming=incoming, desk=desk, known=known)


async def _continue_draft(body: str, draft: Draft, *, incoming: Incoming, desk: Context, known: Session) -> Told:
    match draft.step:
        case DraftStep.REPLY:
            return await _take_answer(body, draft.about, incoming=incoming, desk=desk, known=known)
        case DraftStep.FIX:
            return await corrections.propose(body, draft, incoming=incoming, desk=desk, known=known)
        case DraftStep.CANNED:
            return await membership.add_canned(body, incoming=incoming, desk=desk, known=known)
    return await consumer.words(body, draft, incoming=incoming, desk=desk, known=known)


async def _at_confirmation(
    body: str, draft: Draft, *, incoming: Incoming, desk: Context, known: Session
) -> Told | None:
    """Words while a draft is shown back: "gửi", a phone number, a name to look up, or more for the draft."""
    if fold(body) in _SEND:
        return await _send("", incoming=incoming, desk=desk, known=known)
    if draft.step is DraftStep.CONFIRM and (number := phone_in(body)):
        return await consumer.add_phone(number, body, draft, incoming=incoming, desk=desk, known=known)
    if search.is_sure(body, desk=desk):
        return None
    more = replace(draft, text=limits.tidy(f"{draft.text}\n{body}"))
    if draft.step is DraftStep.CONFIRM_REPLY:
        return await _reply_shown_back(more, desk=desk, known=known)
    return await consumer.shown_back(more, incoming=incoming, desk=desk, known=known)


async def _send(how: str, *, incoming: Incoming, desk: Context, known: Session) -> Told:
    draft = _fresh(known.draft, desk.now())
    if draft is not None and draft.step is DraftStep.CONFIRM_REPLY:
        return await _take_answer(draft.text, draft.about, incoming=incoming, desk=desk, known=known)
    return await consumer.send(how, incoming=incoming, desk=desk, known=known)


async def reply_to_shown(body: str, *, incoming: Incoming, desk: Context, known: Session) -> Told | None:
    """Plain words of whoever was just shown a question and may answer it: shown back as its answer before they leave.

    None if no question was shown last, if it no longer waits, or if the words are small talk.
    """
    offered = (Action.parse(each) for each in known.offered)
    ref = next((each.subject for each in offered if each is not None and each.verb is Verb.REPLY), "")
    about = await desk.store.post.inquiry(ref) if ref else None
    if about is None or about.state not in WAITING or search.is_small_talk(body, desk=desk):
        return None
    answers = await producer.answers_for(about, incoming=incoming, desk=desk)
    if not answers and not await officer.is_officer(incoming, desk):
        return None
    draft = Draft(DraftStep.CONFIRM_REPLY, ref, text=limits.tidy(body), begun_at=desk.now())
    return await _reply_shown_back(draft, desk=desk, known=known)


async def _reply_shown_back(draft: Draft, *, desk: Context, known: Session) -> Told:
    say, about = known.say, await desk.store.post.inquiry(draft.about)
    if about is None:
        return consumer.nothing_begun(known)
    name = await consumer.product_name(about, desk)
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
    return Reply("\n".join(lines), choices=choices), replace(known, draft=draft)


async def _search_instead(*, desk: Context, known: Session) -> Told:
    """The words were no answer: look them up, as if no question had been shown."""
    draft = _fresh(known.draft, desk.now())
    if draft is None or draft.step is not DraftStep.CONFIRM_REPLY:
        return consumer.nothing_begun(known)
    known = replace(known, draft=None)
    return await search.by_words(draft.text, desk=desk, known=known), known


async def _take_reply(body: str, *, incoming: Incoming, desk: Context, known: Session) -> Told | None:
    if not incoming.replies_to:
        return None
    notice = await desk.store.post.notice_sent_as(consumer.who(incoming), incoming.replies_to)
    if notice is not None and notice.kind is NoticeKind.DIGEST:
        return _of_several(known), known
    # Whoever was told twice, because we died before we learned the first message's id, may reply to either.
    ref = notice.subject if notice else consumer.ref_in(incoming.quoted)
    found = await desk.store.post.inquiry(ref) if ref else None
    if found is None:
        return None
    own = found.consumer == consumer.who(incoming)
    if notice.kind in _TO_CONSUMER if notice else own:
        origin = consumer.origin_of(incoming)
        return await consumer.add_words(found, limits.tidy(body), origin=origin, desk=desk, known=known), known
    told, _ = await _take_answer(body, found.ref, incoming=incoming, desk=desk, known=known)
    # Whatever else was begun goes on: this was about the message replied to.
    return told, known


def _of_several(known: Session) -> Reply:
    say = known.say
    text = say("That message tells of several questions. Open the one you mean and answer it there.")
    return Reply(text, choices=(Choice(say("Mailbox"), Action(Verb.MAIL)),))


async def _take_answer(body: str, ref: str, *, incoming: Incoming, desk: Context, known: Session) -> Told:
    found, side = await desk.store.post.inquiry(ref), Side.PRODUCER
    if found is None:
        return consumer.nothing_begun(known)
    if not await producer.answers_for(found, incoming=incoming, desk=desk):
        if not await officer.is_officer(incoming, desk):
            return consumer.nothing_begun(known)
        side = Side.OFFICER
    return await producer.answer(body, found, origin=consumer.origin_of(incoming), desk=desk, known=known, side=side)


async def photo(sent: Photo, *, incoming: Incoming, desk: Context, known: Session) -> Told | None:
    """A photo for what is being written or shown back; None if it is an ordinary photo.

    Before there are words, only a complaint or a caption makes it more than a label to be read.
    """
    draft = _fresh(known.draft, desk.now())
    if draft is None or draft.step not in {DraftStep.ASK, DraftStep.CONFIRM}:
        return None
    if not (draft.kind == Kind.COMPLAINT or draft.text or sent.caption.strip()):
        return None
    await desk.store.post.keep_draft_photo(consumer.who(incoming), await desk.reader.run(_PLAIN, sent.image))
    if sent.caption.strip():
        captioned = f"{draft.text}\n{sent.caption}" if draft.step is DraftStep.CONFIRM else sent.caption
        return await consumer.words(captioned, draft, incoming=incoming, desk=desk, known=known)
    if draft.step is DraftStep.CONFIRM:
        return await consumer.shown_back(draft, incoming=incoming, desk=desk, known=known)
    return Reply(known.say("I have the photo. Now write what is wrong.")), known


async def list_named(body: str, *, incoming: Incoming, desk: Context) -> Action | None:
    """The list whose button's words somebody typed who has such a list: "hộp thư", "việc đang chờ"."""
    verb = _LISTS.get(fold(body).strip())
    if verb is Verb.MAIL and await membership.memberships(incoming, desk):
        return Action(verb)
    return Action(verb) if verb is Verb.REVIEW and await officer.is_officer(incoming, desk) else None


async def invitation(code: str, *, incoming: Incoming, desk: Context, known: Session) -> Told | None:
    """An invitation typed without its command; None for mere letters that are none of ours."""
    if not code.isalpha():
        return await membership.join(code, incoming=incoming, desk=desk, known=known)
    return await membership.join_if_known(code, incoming=incoming, desk=desk, known=known)


async def contact(shared: Contact, *, incoming: Incoming, desk: Context, known: Session) -> Told | None:
    """A shared number: for a draft that asked for one, or to be recognised as a producer by."""
    draft = _fresh(known.draft, desk.now())
    if draft is not None and draft.step is DraftStep.PHONE:
        return await consumer.words(shared.phone, draft, incoming=incoming, desk=desk, known=known)
    if shared.own:
        joined = await membership.join_by_phone(shared.phone, incoming=incoming, desk=desk, known=known)
        return (joined, known) if joined is not None else None
    return None


def _fresh(draft: Draft | None, now: float) -> Draft | None:
    return draft if draft is not None and now - draft.begun_at < DRAFT_LIFE else None


def _number(text: str, *, otherwise: int = 1) -> int:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 5 else otherwise
