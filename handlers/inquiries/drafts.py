"""Words, photos and contacts that belong to what somebody is writing, or that answer a message of ours."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from catalog.inquiry import TO_CONSUMER, WAITING, Inquiry, Kind, NoticeKind, Side
from catalog.text import fold
from handlers import limits
from handlers.actions import Action, Verb
from handlers.catalogue import search
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries import (
    consumer,
    corrections,
    membership,
    new_inquiry,
    officer,
    producer,
    ratings,
    recall_request,
    send_inquiry,
    update_offer,
    wording,
)
from handlers.links import phone_in
from handlers.messages import Choice, Contact, Incoming, Photo, Reply, Style

_MOST_OPEN = 5
CANCEL = frozenset({"huy", "thoi", "bo", "huy bo", "cancel", "stop"})
_GIVES_UP = re.compile(
    r"(?:(?:thoi|the|a|toi|minh|em) )*"
    r"(?:huy|bo|rut|ngung|thoat|cancel|stop|quit|exit|khong(?= (?:[a-z]+ )*nua\b| (?:khieu nai|phan anh|to cao)\b))"
    r"(?: (?:bo|gui|khieu nai|hoi|phan anh|to cao|bao|cau hoi|nua|di|nhe|nha|luon|lai|ve))*"
    r"|thoi(?: (?:nhe|nha|di|khoi|vay|a))+|never ?mind|(?:no )?(?:please )?(?:cancel|forget|drop|scrap)(?: (?:it"
    r"|that|this|about it))?(?: please)?"
    r"|취소(?:해줘|할게요|해 ?주세요|요)?|그만(?:할게요)?|안 ?(?:보낼래요|할래요)"
    r"|取消(?:吧|了)?|算了(?:吧)?|不发了|不发送|不问了"
)
_DECLINES = re.compile(
    r"no(?: it s| its)? (?:ok|okay|fine|need|thanks|thank you)"
    r"|(?:아니요?,? ?)?(?:괜찮아요|괜찮습니다|됐어요|됐습니다)"
    r"|不用了?|没事了?"
)
"""What says no where we asked, and elsewhere that all is well."""
_NO_PHONE = re.compile(
    r"no|thoi|(?:thoi |da |a )*(?:khong|khoi)(?: (?:can|co|gui|kem|cho|muon|so|dien|thoai|dau|a|nhe))*"
)
_STOP = re.compile(r"dừng(?: lại)?|ngừng(?: lại)?", re.IGNORECASE)
"""With its marks: "đúng" is a yes."""
_ANSWERS = frozenset(
    {
        DraftStep.REPLY, DraftStep.CONFIRM_REPLY, DraftStep.CANNED, DraftStep.SCORE_ANSWER, DraftStep.FIX,
        DraftStep.RECALL, DraftStep.SOURCE, DraftStep.SUPPLY,
    }
)  # fmt: skip
"""Where "không gửi nữa nhé" may be the answer itself: what a producer writes, or is asked."""
_REFUSES = frozenset({"khong", "no", "khong gui", "thoi khong", "thoi khong gui"})
"""What says no to what is shown back; where words are asked for it may be a fact: they do not deliver."""
_NO_ANSWER = frozenset({"khong phai tra loi", "khong phai cau tra loi", "khong phai", "not an answer", "not that"})
"""What says of an answer that is shown back that it is none: also the button's own words."""
_LONGEST_GIVING_UP = 60
_BARE_NO = frozenset({"khong", "no"})
"""Below a draft it may mean that name and number shall not go along."""
_DECLINED_AT = frozenset({DraftStep.ASK, DraftStep.CONFIRM})
_CONFIRMING = frozenset({DraftStep.CONFIRM, DraftStep.CONFIRM_REPLY, DraftStep.UPDATE})
_UNDER_CHANGE = frozenset({DraftStep.ASK, DraftStep.PHONE, DraftStep.UNSENT})
_PLAIN = "catalog.barcode.sanitize:plain_picture"


def awaits_words(session: Session, *, now: float) -> bool:
    """True while the next words belong to something begun."""
    draft = session.fresh_draft(now)
    return draft is not None and draft.step not in _CONFIRMING | {DraftStep.UNSENT}


async def words(body: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """Words that belong to a draft or reply to a notice; None if they are ordinary words."""
    done = await _take_reply(body, incoming=incoming, context=context, session=session)
    if done is not None:
        return done
    draft = session.fresh_draft(context.now())
    if draft is None:
        return None
    refused = await _refuse(body, draft, incoming=incoming, context=context, session=session)
    if refused is not None:
        return refused
    if draft.step is DraftStep.ASK and not draft.text and new_inquiry.is_elsewhere(body, draft, context=context):
        return None
    return await _continue_draft(body, draft, incoming=incoming, context=context, session=session)


async def _refuse(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """A no to what we asked: back to what was written, else nothing is sent; None for other words."""
    if draft.text and _goes_back(body, draft):
        shown = replace(draft, step=DraftStep.CONFIRM)
        return await new_inquiry.show_draft(shown, incoming=incoming, context=context, session=session)
    if draft.step is DraftStep.CONFIRM and (fold(body) in _BARE_NO or _matches(_DECLINES, body)):
        return new_inquiry.leave_unsent(draft, session)
    if not _gives_up(body, draft) or ratings.is_leaving(body, draft):
        return None
    await context.store.memory.drop_draft_photo(consumer.who(incoming))
    return new_inquiry.cancel(session)


def _gives_up(body: str, draft: Draft) -> bool:
    """Whether *body* throws *draft* away."""
    if fold(body) in CANCEL or (draft.step in _CONFIRMING and fold(body) in _REFUSES):
        return True
    if draft.step is DraftStep.UNSENT:
        return False
    if len(body) > _LONGEST_GIVING_UP or draft.step in _ANSWERS:
        return False
    declines = draft.step in _DECLINED_AT and _matches(_DECLINES, body)
    return declines or _matches(_STOP, body) or _matches(_GIVES_UP, body)


def _goes_back(body: str, draft: Draft) -> bool:
    """Whether *body* wants no number of theirs to go along, or just to go on: what was written stays."""
    if draft.step is not DraftStep.PHONE:
        return False
    return fold(body) in new_inquiry.SEND or _matches(_DECLINES, body) or _matches(_NO_PHONE, body)


def _matches(pattern: re.Pattern[str], body: str) -> bool:
    """Whether all of *body* is *pattern*, as it is typed or without its marks."""
    said = body.strip(" .!。！")
    if pattern is _STOP:
        return pattern.fullmatch(said) is not None
    return pattern.fullmatch(said) is not None or pattern.fullmatch(fold(said)) is not None


def _sends(body: str, *, incoming: Incoming, context: Context, session: Session) -> bool:
    """Whether *body* says to send: "gửi", or a yes to the question that was asked last."""
    if fold(body) not in new_inquiry.AGREE:
        return fold(body) in new_inquiry.SEND
    asked = {action.verb for each in session.offered if (action := Action.parse(each)) is not None}
    is_last = context.now() < session.sure_until and not incoming.replies_to
    return is_last and bool(asked & {Verb.SEND, Verb.UPDATE})


async def _take_reply(
    body: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    if not incoming.replies_to:
        return None
    notice = await context.store.outbox.by_sent_id(consumer.who(incoming), incoming.replies_to)
    if notice is not None and notice.kind is NoticeKind.DIGEST:
        return _of_several(session), session
    # Whoever got the notice twice, because we died before we learned the first message's id, may reply to either.
    ref = notice.subject if notice else consumer.ref_in(incoming.quoted)
    found = await context.store.inquiries.by_ref(ref) if ref else None
    if found is None:
        return None
    own = found.consumer == consumer.who(incoming)
    if notice.kind in TO_CONSUMER if notice else own:
        origin = consumer.origin_of(incoming)
        return await consumer.add_words(
            found, limits.tidy(body), origin=origin, context=context, session=session
        ), session
    reply, _ = await _take_answer(body, found.ref, incoming=incoming, context=context, session=session)
    # Whatever else was begun goes on: this was about the message replied to.
    return reply, session


def _of_several(session: Session) -> Reply:
    say = session.say
    text = say("That message tells of several questions. Open the one you mean and answer it there.")
    return Reply(text, choices=(Choice(say("Mailbox"), Action(Verb.MAIL)),))


async def _continue_draft(  # noqa: PLR0911 - one line a step
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    match draft.step:
        case DraftStep.REPLY:
            return await _take_answer(body, draft.about, incoming=incoming, context=context, session=session)
        case DraftStep.FIX:
            return await corrections.propose(body, draft, incoming=incoming, context=context, session=session)
        case DraftStep.RECALL:
            return await recall_request.words(body, draft, context=context, session=session)
        case DraftStep.CANNED:
            return await membership.add_canned(body, incoming=incoming, context=context, session=session)
        case DraftStep.SCORE | DraftStep.SCORE_ANSWER:
            return await ratings.words(body, draft, incoming=incoming, context=context, session=session)
        case DraftStep.FOLLOW_UP:
            return await _follow_up(body, draft, incoming=incoming, context=context, session=session)
        case DraftStep.ASK | DraftStep.PHONE:
            return await new_inquiry.words(body, draft, incoming=incoming, context=context, session=session)
        case DraftStep.CONFIRM | DraftStep.CONFIRM_REPLY | DraftStep.UPDATE | DraftStep.UNSENT:
            return await _at_confirmation(body, draft, incoming=incoming, context=context, session=session)
        case DraftStep.SOURCE | DraftStep.SUPPLY:
            # They stand above: see handlers.buyers.
            return None
        case _ as never:
            assert_never(never)


async def _follow_up(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """More words for an inquiry that was sent; "gửi" adds none and sends what was written already."""
    more = "" if draft.text and fold(body) in new_inquiry.SEND | new_inquiry.AGREE else body
    return await consumer.follow_up(more, draft, incoming=incoming, context=context, session=session)


async def _at_confirmation(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """Words while a draft is shown back: "gửi", a phone number, a name to look up, or more for the draft."""
    if _sends(body, incoming=incoming, context=context, session=session):
        return await send("", incoming=incoming, context=context, session=session)
    if draft.step is DraftStep.CONFIRM and (number := phone_in(body)):
        return await new_inquiry.add_phone(number, body, draft, incoming=incoming, context=context, session=session)
    if draft.step in {DraftStep.UPDATE, DraftStep.UNSENT} or search.is_sure(body, context=context):
        return None
    if draft.step is DraftStep.CONFIRM_REPLY:
        return await _at_reply(body, draft, incoming=incoming, context=context, session=session)
    more = _with_more(draft, body)
    return await new_inquiry.show_draft(more, incoming=incoming, context=context, session=session)


def _with_more(draft: Draft, body: str) -> Draft:
    """*draft* with *body* behind what was written, unless that only agrees."""
    return draft if fold(body) in new_inquiry.AGREE else replace(draft, text=limits.tidy(f"{draft.text}\n{body}"))


async def _at_reply(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Words while an answer is shown back: that it is none, an answer to what was asked since, or more of it."""
    if fold(body).strip(" .!") in _NO_ANSWER:
        return await search_instead(context=context, session=session)
    offered = (Action.parse(each) for each in session.offered)
    if any(each is not None and each.verb is Verb.REPLY and each.subject != draft.about for each in offered):
        answered = await reply_to_shown(body, incoming=incoming, context=context, session=session)
        if answered is not None:
            return _tell_unsent(draft, *answered)
    more = _with_more(draft, body)
    if not draft.about:
        return await _ask_which(more.text, incoming=incoming, context=context, session=session)
    return await _show_reply(more, context=context, session=session)


def _tell_unsent(draft: Draft, reply: Reply, session: Session) -> tuple[Reply, Session]:
    """*reply* after what was shown back before and not sent."""
    say = session.say
    lines = (f"{say('Nothing was sent.')} {say('You wrote: “{text}”', text=draft.text)}", "", reply.text)
    return replace(reply, text="\n".join(lines)), session


async def reply_to_shown(
    body: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """Plain words of whoever was just shown a question and may answer it: shown back as its answer before they leave.

    None if no question was shown last, if it no longer waits, or if the words are small talk.
    """
    offered = (Action.parse(each) for each in session.offered)
    ref = next((each.subject for each in offered if each is not None and each.verb is Verb.REPLY), "")
    about = await context.store.inquiries.by_ref(ref) if ref else None
    if about is None or about.state not in WAITING or search.is_small_talk(body, context=context):
        return None
    answers = await producer.answers_for(about, incoming=incoming, context=context)
    if not answers and not await officer.is_officer(incoming, context):
        return None
    draft = Draft(DraftStep.CONFIRM_REPLY, ref, text=limits.tidy(body), begun_at=context.now())
    return await _show_reply(draft, context=context, session=session)


async def reply_to_open(
    body: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """Words that name nothing, of whoever has open questions to answer: shown back as the answer to the only one.

    Of several they say which. An officer's are those that nobody answers. None for everybody else, and where others
    read along.
    """
    if incoming.public or session.draft is not None:
        return None
    some, total = await _open_for(incoming, context)
    if not some:
        return None
    about = some[0].ref if total == 1 else ""
    draft = Draft(DraftStep.CONFIRM_REPLY, about, text=limits.tidy(body), begun_at=context.now())
    if about:
        return await _show_reply(draft, context=context, session=session)
    choices = [
        Choice(
            wording.heading(each, await consumer.product_name(each, context), session.say), Action(Verb.REPLY, each.ref)
        )
        for each in some
    ]
    return _which_question(draft, choices, session=session)


async def _open_for(incoming: Incoming, context: Context) -> tuple[list[Inquiry], int]:
    """What waits for an answer of this person, the first few, and how much that is: a producer's first."""
    mine = {member.producer_id for member in await membership.memberships(incoming, context)}
    if mine:
        return await context.store.inquiries.of_producers(mine, waiting=True, limit=_MOST_OPEN)
    return (
        await officer.list_late(context, limit=_MOST_OPEN) if await officer.is_officer(incoming, context) else ([], 0)
    )


async def _ask_which(text: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Ask once more which question *text* answers; it may have been answered by another meanwhile."""
    begun = replace(session, draft=None)
    asked = await reply_to_open(text, incoming=incoming, context=context, session=begun)
    return asked or consumer.nothing_begun(begun)


def _which_question(draft: Draft, choices: Sequence[Choice], *, session: Session) -> tuple[Reply, Session]:
    say = session.say
    lines = (say("Which question does this answer?"), say("You wrote: “{text}”", text=draft.text))
    none = Choice(say("Not an answer"), Action(Verb.NOT_REPLY))
    return Reply("\n".join(lines), choices=(*choices, none)), replace(session, draft=draft)


async def words_for(ref: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """What was written before it was known which question it answers, shown back as the answer to *ref*."""
    draft = session.fresh_draft(context.now())
    if draft is None or draft.step is not DraftStep.CONFIRM_REPLY or draft.about or not draft.text:
        return None
    return await _show_reply(replace(draft, about=ref), context=context, session=session)


async def _show_reply(draft: Draft, *, context: Context, session: Session) -> tuple[Reply, Session]:
    say, about = session.say, await context.store.inquiries.by_ref(draft.about)
    if about is None:
        return consumer.nothing_begun(replace(session, draft=None))
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


async def _take_answer(
    body: str, ref: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    found, side = await context.store.inquiries.by_ref(ref), Side.PRODUCER
    if found is None:
        return consumer.nothing_begun(replace(session, draft=None))
    if not await producer.answers_for(found, incoming=incoming, context=context):
        if not await officer.is_officer(incoming, context):
            return consumer.nothing_begun(replace(session, draft=None))
        side = Side.OFFICER
    return await producer.answer(
        body, found, origin=consumer.origin_of(incoming), context=context, session=session, side=side
    )


async def send(how: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Send what was shown back or had to wait: an answer, an addition, or a new inquiry *how* its writer wants it."""
    draft = session.fresh_draft(context.now())
    if session.draft is not None and session.draft.step is DraftStep.FOLLOW_UP and session.draft.text:
        return await consumer.follow_up("", session.draft, incoming=incoming, context=context, session=session)
    if draft is not None and draft.step is DraftStep.UPDATE:
        return await update_offer.act("ok", incoming=incoming, context=context, session=session)
    if draft is not None and draft.step is DraftStep.CONFIRM_REPLY:
        if not draft.about:
            return await _ask_which(draft.text, incoming=incoming, context=context, session=session)
        return await _take_answer(draft.text, draft.about, incoming=incoming, context=context, session=session)
    if draft is not None and draft.step in _UNDER_CHANGE and draft.text:
        # The older "Send" was pressed after "Add my phone number" or "Change the words".
        shown = replace(draft, step=DraftStep.CONFIRM)
        return await new_inquiry.show_draft(shown, incoming=incoming, context=context, session=session)
    return await send_inquiry.send(how, incoming=incoming, context=context, session=session)


async def search_instead(*, context: Context, session: Session) -> tuple[Reply, Session]:
    """The words were no answer: look them up, as if no question had been shown."""
    draft = session.fresh_draft(context.now())
    if draft is None or draft.step is not DraftStep.CONFIRM_REPLY:
        return consumer.nothing_begun(session)
    session = replace(session, draft=None)
    return await search.by_words(draft.text, context=context, session=session), session


async def photo(
    photos: tuple[Photo, ...], *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """Photos for what is being written or shown back, with their words; None if they are ordinary photos.

    One photo goes along with an inquiry; that another does not is said. Before there are words, only a complaint or a
    caption makes them more than labels to be read.
    """
    draft = session.fresh_draft(context.now())
    if draft is None or draft.step not in {DraftStep.ASK, DraftStep.CONFIRM}:
        return None
    caption = "\n".join(each.caption.strip() for each in photos if each.caption.strip())
    if not (draft.kind == Kind.COMPLAINT or draft.text or caption):
        return None
    me, memory, say = consumer.who(incoming), context.store.memory, session.say
    replaced = await memory.draft_photo(me) is not None
    await memory.keep_draft_photo(me, await context.reader.run(_PLAIN, photos[0].image))
    reply, session = await _take_caption(caption, draft, incoming=incoming, context=context, session=session)
    if len(photos) > 1:
        note = say("Only one photo can go along: I have kept the first.")
    elif replaced:
        note = say("Only one photo can go along: this one takes the place of the one before.")
    else:
        return reply, session
    return replace(reply, text=f"{note}\n{reply.text}"), session


async def _take_caption(
    caption: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    if caption:
        text = f"{draft.text}\n{caption}" if draft.step is DraftStep.CONFIRM else caption
        return await new_inquiry.words(text, draft, incoming=incoming, context=context, session=session)
    if draft.step is DraftStep.CONFIRM:
        return await new_inquiry.show_draft(draft, incoming=incoming, context=context, session=session)
    return Reply(session.say("I have the photo. Now write what is wrong.")), session


async def contact(
    shared: Contact, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """A shared number: for a draft that asked for one, or to be recognised as a producer by."""
    draft = session.fresh_draft(context.now())
    if draft is not None and draft.step is DraftStep.PHONE:
        return await new_inquiry.words(shared.phone, draft, incoming=incoming, context=context, session=session)
    if shared.own:
        joined = await membership.join_by_phone(shared.phone, incoming=incoming, context=context, session=session)
        return (joined, session) if joined is not None else None
    return None
