"""Dispatches every verb about inquiries to its handler, and checks who may use it.

A verb that no handler takes is an error of the type checker: each match ends with the verbs that are left.
"""

import re
from typing import Literal, assert_never

from catalog.inquiry import Inquiry
from catalog.text import fold
from handlers import small_talk
from handlers.actions import Action, Verb, number_in
from handlers.apologies import not_in_public
from handlers.context import Context, Session
from handlers.inquiries import (
    consumer,
    corrections,
    drafts,
    enter_sale_points,
    invitations,
    membership,
    new_inquiry,
    officer,
    privacy,
    producer,
    ratings,
    recall_request,
    update_offer,
)
from handlers.messages import Incoming, Reply

DraftVerb = Literal[Verb.ASK, Verb.KIND, Verb.SEND, Verb.EDIT, Verb.NOT_REPLY, Verb.CANCEL, Verb.CLAIM]
PersonVerb = Literal[Verb.MINE, Verb.DATA, Verb.ERASE, Verb.SCORE]
MemberVerb = Literal[
    Verb.JOIN, Verb.MAIL, Verb.SETTINGS, Verb.LEAVE, Verb.FIX, Verb.SELL, Verb.UPDATE, Verb.SEEN, Verb.RECALL
]
OfficerVerb = Literal[Verb.REVIEW, Verb.DECIDE, Verb.INVITE]
ThreadVerb = Literal[
    Verb.INQUIRY, Verb.MORE, Verb.CLOSE, Verb.RATE, Verb.REPLY, Verb.CANNED, Verb.HAND_OVER, Verb.BLOCK, Verb.REPORT
]
InquiryVerb = DraftVerb | PersonVerb | MemberVerb | OfficerVerb | ThreadVerb

# What shows what is somebody's own: never where others read along.
_OWN = frozenset(
    {
        Verb.DATA, Verb.MINE, Verb.INQUIRY, Verb.MAIL, Verb.SETTINGS, Verb.FIX, Verb.SELL, Verb.UPDATE, Verb.REVIEW,
        Verb.DECIDE,
        Verb.INVITE, Verb.SCORE, Verb.MORE, Verb.REPLY, Verb.CANNED, Verb.HAND_OVER,
    }
)  # fmt: skip
_MINE = re.compile(
    r"(?:cac |xem |nhung )?(?:khieu nai|bao cao|phan anh|cau hoi) cua (?:toi|minh|em)(?: dau| den dau roi)?"
    r"|my (?:reports?|complaints?|questions?)"
)
_ASKED_STATE = re.compile(
    r"\b(?:den dau|the nao|toi dau|xong chua|ra sao|tra loi chua|xu ly|giai quyet|ket qua|status|how far|what about)\b"
)
_LONGEST_ASKED = 80
_LISTS = {"hop thu": Verb.MAIL, "mailbox": Verb.MAIL, "viec dang cho": Verb.REVIEW, "what waits": Verb.REVIEW}


async def act(
    verb: InquiryVerb, subject: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Do what a button about inquiries asks for; personal things are not shown where others read along."""
    if incoming.public and verb in _OWN:
        return not_in_public(session.say), session
    match verb:
        case Verb.ASK | Verb.KIND | Verb.SEND | Verb.EDIT | Verb.NOT_REPLY | Verb.CANCEL | Verb.CLAIM:
            return await _act_on_draft(verb, subject, incoming=incoming, context=context, session=session)
        case Verb.MINE | Verb.DATA | Verb.ERASE | Verb.SCORE:
            return await _act_for_person(verb, subject, incoming=incoming, context=context, session=session)
        case (
            Verb.JOIN
            | Verb.MAIL
            | Verb.SETTINGS
            | Verb.LEAVE
            | Verb.FIX
            | Verb.SELL
            | Verb.UPDATE
            | Verb.SEEN
            | Verb.RECALL
        ):
            return await _act_for_member(verb, subject, incoming=incoming, context=context, session=session)
        case Verb.REVIEW | Verb.DECIDE | Verb.INVITE:
            return await _act_for_officer(verb, subject, incoming=incoming, context=context, session=session), session
        case of_thread:
            return await _act_on_thread(of_thread, subject, incoming=incoming, context=context, session=session)


async def _act_on_draft(  # noqa: PLR0911 - one line a verb
    verb: DraftVerb, subject: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    first, _, rest = subject.partition(" ")
    match verb:
        case Verb.ASK:
            return await new_inquiry.begin_anew(first, field=rest, incoming=incoming, context=context, session=session)
        case Verb.CLAIM:
            return await new_inquiry.report_claim(subject, incoming=incoming, context=context, session=session)
        case Verb.KIND:
            return await new_inquiry.choose_kind(first, rest, incoming=incoming, context=context, session=session)
        case Verb.SEND:
            return await drafts.send(first, incoming=incoming, context=context, session=session)
        case Verb.EDIT:
            return await new_inquiry.edit(first, incoming=incoming, context=context, session=session)
        case Verb.NOT_REPLY:
            return await drafts.search_instead(context=context, session=session)
        case Verb.CANCEL:
            await context.store.memory.drop_draft_photo(consumer.who(incoming))
            return new_inquiry.cancel(session)
        case _ as never:
            assert_never(never)


async def _act_for_person(
    verb: PersonVerb, subject: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    first, _, rest = subject.partition(" ")
    match verb:
        case Verb.MINE:
            return await consumer.mine(_number(first), incoming=incoming, context=context, session=session), session
        case Verb.DATA:
            shown = await privacy.data(first, _number(rest), incoming=incoming, context=context, session=session)
            return shown, session
        case Verb.ERASE:
            return await privacy.erase(first, incoming=incoming, context=context, session=session)
        case Verb.SCORE:
            return await ratings.act(subject, incoming=incoming, context=context, session=session)
        case _ as never:
            assert_never(never)


async def _act_for_member(  # noqa: PLR0911 - one line a verb
    verb: MemberVerb, subject: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    first = subject.partition(" ")[0]
    match verb:
        case Verb.JOIN:
            return await membership.join(first, incoming=incoming, context=context, session=session)
        case Verb.MAIL:
            return await producer.mailbox(_number(first), incoming=incoming, context=context, session=session), session
        case Verb.SETTINGS:
            return await membership.settings(first, incoming=incoming, context=context, session=session)
        case Verb.LEAVE:
            return await membership.leave(first, incoming=incoming, context=context, session=session), session
        case Verb.FIX:
            return await corrections.begin(subject, incoming=incoming, context=context, session=session)
        case Verb.RECALL:
            return await recall_request.act(subject, incoming=incoming, context=context, session=session)
        case Verb.SELL:
            return await enter_sale_points.act(subject, incoming=incoming, context=context, session=session), session
        case Verb.UPDATE:
            return await update_offer.act(subject, incoming=incoming, context=context, session=session)
        case Verb.SEEN:
            return await membership.still_there(incoming=incoming, context=context, session=session), session
        case _ as never:
            assert_never(never)


async def _act_for_officer(
    verb: OfficerVerb, subject: str, *, incoming: Incoming, context: Context, session: Session
) -> Reply:
    if not await officer.is_officer(incoming, context):
        return officer.refuse(session)
    match verb:
        case Verb.REVIEW:
            return await officer.review(_number(subject), context=context, session=session)
        case Verb.INVITE:
            return await invitations.invite(subject, context=context, session=session)
        case Verb.DECIDE:
            return await officer.decide(subject, incoming=incoming, context=context, session=session)
        case _ as never:
            assert_never(never)


async def _act_on_thread(
    verb: ThreadVerb, subject: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Let only its consumer, its producer's people and officers act on an inquiry."""
    ref, _, rest = subject.partition(" ")
    found = await context.store.inquiries.by_ref(ref.upper().lstrip("#"))
    if found is None:
        return consumer.nothing_begun(session)
    done = None
    if found.consumer == consumer.who(incoming):
        done = await _act_as_consumer(verb, found, rest, context=context, session=session)
    if done is None and await producer.answers_for(found, incoming=incoming, context=context):
        done = await _act_as_producer(verb, found, rest, incoming=incoming, context=context, session=session)
    if done is None and await officer.is_officer(incoming, context):
        done = await _act_as_officer(verb, found, context=context, session=session)
    return done or consumer.nothing_begun(session)


async def _act_as_consumer(
    verb: ThreadVerb, found: Inquiry, rest: str, *, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """Do *verb* for the consumer; None if it is not for consumers."""
    match verb:
        case Verb.INQUIRY:
            return await consumer.show(found, context=context, session=session), session
        case Verb.MORE:
            return await consumer.add(found, session=session, context=context)
        case Verb.CLOSE:
            return await consumer.close(found, context=context, session=session), session
        case Verb.RATE:
            return await consumer.rate(found, _number(rest, otherwise=0), context=context, session=session), session
        case Verb.REPLY | Verb.CANNED | Verb.HAND_OVER | Verb.BLOCK | Verb.REPORT:
            return None
        case _ as never:
            assert_never(never)


async def _act_as_producer(  # noqa: PLR0911 - one line a verb
    verb: ThreadVerb, found: Inquiry, rest: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """Do *verb* for a member of the producer; None if it is not for producers."""
    match verb:
        case Verb.INQUIRY:
            return await producer.show(found, context=context, session=session), session
        case Verb.REPLY:
            seen = await producer.mark_seen(found, context=context)
            written = await drafts.words_for(seen.ref, context=context, session=session)
            if written is not None:
                return written
            return producer.begin_answer(seen, context=context, session=session)
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
        case Verb.MORE | Verb.RATE:
            return None
        case _ as never:
            assert_never(never)


async def _act_as_officer(
    verb: ThreadVerb, found: Inquiry, *, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """Do *verb* for an officer; None if it is not for officers."""
    match verb:
        case Verb.INQUIRY:
            return await officer.show(found, context=context, session=session), session
        case Verb.REPLY:
            written = await drafts.words_for(found.ref, context=context, session=session)
            return written or producer.begin_answer(found, context=context, session=session)
        case Verb.MORE | Verb.CLOSE | Verb.RATE | Verb.CANNED | Verb.HAND_OVER | Verb.BLOCK | Verb.REPORT:
            return None
        case _ as never:
            assert_never(never)


async def list_named(body: str, *, incoming: Incoming, context: Context) -> Action | None:
    """What of their own somebody asks for by its words, whatever they are writing: a list that they have, their data.

    "hộp thư", "việc đang chờ", "xoá dữ liệu của tôi".
    """
    own = small_talk.own_right(body)
    if own is not None:
        return own
    folded = fold(body).strip()
    if _MINE.fullmatch(folded):
        return Action(Verb.MINE)
    ref = consumer.ref_in(body.upper()) if len(folded) <= _LONGEST_ASKED and _ASKED_STATE.search(folded) else ""
    if ref:
        return Action(Verb.INQUIRY, ref)
    verb = _LISTS.get(folded)
    if verb is Verb.MAIL and await membership.memberships(incoming, context):
        return Action(verb)
    return Action(verb) if verb is Verb.REVIEW and await officer.is_officer(incoming, context) else None


async def invitation(
    code: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """An invitation code typed without its command; None for letters that are no code of ours."""
    if not code.isalpha():
        return await membership.join(code, incoming=incoming, context=context, session=session)
    return await membership.join_if_known(code, incoming=incoming, context=context, session=session)


def _number(text: str, *, otherwise: int = 1) -> int:
    return number_in(text, otherwise=otherwise, digits=4)
