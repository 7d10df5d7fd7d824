"""Membership: join a producer or the officers by a code or phone number; quiet hours, pause, leaving."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, assert_never

from catalog.inquiry import Member, Notice, Role
from catalog.store import Refusal
from handlers import limits
from handlers.actions import Action, Verb
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries import escalation, wording
from handlers.inquiries.consumer import officers, pass_on_open, who
from handlers.links import phone_number
from handlers.messages import Choice, Incoming, Reply, Want

MOST_WRONG = 5
WRONG_PAUSE = 3600.0
_MOST_CANNED = 5
_PAUSE = 7 * 24 * 3600.0
_NIGHT = (21, 7)
_AT_ONCE = 100


async def join(code: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Join by a one-time *code* that was opened or typed. Guessing is slowed down."""
    say, now = session.say, context.now()
    if session.wrong_codes >= MOST_WRONG and now - session.wrong_code_at < WRONG_PAUSE:
        return Reply(say("Too many wrong codes. Please try again in an hour, or ask the programme officer.")), session
    person = incoming.person
    entered = await context.store.members.enter(
        code.strip().upper(), who=who(incoming), name=person.name, language=session.say.language, now=now
    )
    match entered:
        case Member(role=Role.OFFICER):
            if not [each for each in await officers(context) if each != who(incoming)]:
                await pass_on_open(who(incoming), context=context)
            text = say("You are an officer now. /duyet shows what waits for you.")
            return Reply(text, choices=(Choice(say("What waits"), Action(Verb.REVIEW)),)), replace(
                session, wrong_codes=0
            )
        case Member():
            return await _welcome(entered.producer_id, context=context, session=session), replace(
                session, wrong_codes=0
            )
        case Refusal.USED:
            text = say("This code has been used already. Ask the programme officer for a new one.")
        case Refusal.EXPIRED:
            text = say("This code has expired. Ask the programme officer for a new one.")
        case Refusal.UNKNOWN:
            text = say("I do not know this code. Please check each letter.")
        case _ as never:
            assert_never(never)
    wrong = session.wrong_codes + 1 if now - session.wrong_code_at < WRONG_PAUSE else 1
    return Reply(text), replace(session, wrong_codes=wrong, wrong_code_at=now)


async def join_if_known(
    code: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """Join by letters that may be a code; None if they are none, so that the search has them."""
    return (
        await join(code, incoming=incoming, context=context, session=session)
        if await context.store.members.is_invited(code)
        else None
    )


async def join_by_phone(phone: str, *, incoming: Incoming, context: Context, session: Session) -> Reply | None:
    """Join the producer with this *phone* number, which the channel has verified to be the sender's."""
    number = phone_number(phone)
    if number is None:
        return None
    theirs = await context.store.producers_with_phone(number)
    for producer_id in theirs:
        member = Member(
            who(incoming), Role.PRODUCER, producer_id, name=incoming.person.name, language=session.say.language
        )
        await context.store.members.join(member, at=context.now())
    return await _welcome(*theirs, context=context, session=session) if theirs else None


async def _welcome(*producer_ids: str, context: Context, session: Session) -> Reply:
    say = session.say
    _, waiting = await context.store.inquiries.of_producers(producer_ids, waiting=True, limit=1, offset=0)
    lines = [
        *[say("You answer for {producer} now.", producer=await _name(each, context)) for each in producer_ids],
        say("Customers' questions come here. Reply to a message, or press its button."),
        say("/homthu shows what is open."),
        say("Write here what changes: “còn 200 hộp”, “hết hàng đến tháng 3”, “giá nem 120k/hộp”, “mở cửa 8h-17h”."),
    ]
    if waiting:
        lines.append(say.count("{number} question waits for you.", "{number} questions wait for you.", waiting))
    choices = (
        Choice(say("Mailbox"), Action(Verb.MAIL)),
        Choice(say("Quiet hours, pause, leave"), Action(Verb.SETTINGS)),
    )
    return Reply("\n".join(lines), choices=choices)


async def _name(producer_id: str, context: Context) -> str:
    made = await context.store.of_producer(producer_id)
    return made[0].producer.name if made else producer_id


async def settings(change: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Quiet hours, a pause, ready answers, leaving."""
    say, mine = session.say, await memberships(incoming, context)
    if not mine:
        return not_a_member(session), session
    if change == "canned":
        cancelling = (Choice(say("Cancel"), Action(Verb.CANCEL)),)
        draft = Draft(DraftStep.CANNED, "", begun_at=context.now())
        return Reply(say("Write the ready answer."), choices=cancelling, wants=Want.TEXT), replace(session, draft=draft)
    for member in mine:
        ranks = [
            each.rank for each in await context.store.members.of_producer(member.producer_id) if each.who != member.who
        ]
        await context.store.members.change(_change_member(member, change, ranks=ranks, now=context.now()))
    mine = await memberships(incoming, context)
    first = (await context.store.members.of_producer(mine[0].producer_id))[0].who == mine[0].who
    return Reply(
        _settings_text(mine[0], session, first=first, now=context.now()),
        choices=tuple(_settings_choices(mine[0], session, first=first, now=context.now())),
    ), session


def _change_member(member: Member, change: str, *, ranks: Sequence[int], now: float) -> Member:
    """*member* with one thing changed; *ranks* are the colleagues' places."""
    changes: dict[str, dict[str, Any]] = {
        "quiet": {"quiet_from": _NIGHT[0], "quiet_to": _NIGHT[1]},
        "loud": {"quiet_from": 0, "quiet_to": 0},
        "pause": {"paused_until": now + _PAUSE},
        "resume": {"paused_until": 0.0},
        "first": {"rank": min((*ranks, 1)) - 1},
        "second": {"rank": max((*ranks, 0)) + 1},
        "uncanned": {"canned": ()},
    }
    return replace(member, **changes.get(change, {}))


def _settings_text(member: Member, session: Session, *, first: bool, now: float) -> str:
    say = session.say
    quiet = member.quiet_from != member.quiet_to
    lines = (
        say("Quiet from {start} to {end} o'clock.", start=member.quiet_from, end=member.quiet_to)
        if quiet
        else say("No quiet hours."),
        say("Paused until {moment}.", moment=wording.moment(member.paused_until, say))
        if member.paused_until > now
        else say("Not paused."),
        say("You are reached first.") if first else say("You are reached when nobody else answers."),
        say.count("{number} ready answer.", "{number} ready answers.", len(member.canned)),
    )
    return "\n".join(lines)


def _settings_choices(member: Member, session: Session, *, first: bool, now: float) -> list[Choice]:
    say = session.say
    offers = [
        (say("No quiet hours"), "loud")
        if member.quiet_from != member.quiet_to
        else (say("Quiet at night (21–7)"), "quiet"),
        (say("Go on again"), "resume") if member.paused_until > now else (say("Pause for a week"), "pause"),
        (say("Reach me later"), "second") if first else (say("Reach me first"), "first"),
        (say("Add a ready answer"), "canned"),
    ]
    if member.canned:
        offers.append((say("Drop the ready answers"), "uncanned"))
    return [
        *(Choice(label, Action(Verb.SETTINGS, change)) for label, change in offers),
        Choice(say("Leave"), Action(Verb.LEAVE)),
    ]


async def add_canned(text: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Keep a ready answer."""
    for member in await memberships(incoming, context):
        # The same text once: a message may be worked on twice.
        kept = tuple(dict.fromkeys((*member.canned, limits.tidy(text)[:300])))[-_MOST_CANNED:]
        await context.store.members.change(replace(member, canned=kept))
    return await settings("", incoming=incoming, context=context, session=replace(session, draft=None))


async def leave(sure: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """Stop answering for producers, or being an officer, after asking once more; whoever has no role learns that."""
    say = session.say
    roles = await context.store.members.roles_of(who(incoming))
    if not roles:
        return _no_role(incoming, context=context, session=session)
    if sure != "yes":
        return await _asking_to_leave(roles, context=context, session=session)
    for member in roles:
        await context.store.members.leave(member.who, role=member.role, producer_id=member.producer_id)
        if member.role is Role.PRODUCER:
            await pass_on(member, context=context)
    return Reply(say("You have left. A new code from the officer brings you back."))


async def _asking_to_leave(roles: Sequence[Member], *, context: Context, session: Session) -> Reply:
    say = session.say
    remain = [each for each in await officers(context) if each not in {role.who for role in roles}]
    if any(each.role is Role.PRODUCER for each in roles):
        asking, back = say("Leave? Questions will reach your colleagues or the officer instead."), Verb.MAIL
        if not remain and not await _has_colleagues(roles, context=context):
            asking = say("Leave? Nobody else receives the questions then: they are kept until somebody does.")
    else:
        asking = say("You are an officer. Leave? What waits reaches the other officers; a new code brings you back.")
        if not remain:
            asking = say("You are the last officer. Leave? What waits is kept for the next one who is named.")
        back = Verb.REVIEW
    return Reply(
        asking, choices=(Choice(say("Yes, leave"), Action(Verb.LEAVE, "yes")), Choice(say("No"), Action(back)))
    )


async def _has_colleagues(roles: Sequence[Member], *, context: Context) -> bool:
    """True if each producer that these roles answer for can still be reached without them."""
    for role in roles:
        if role.role is not Role.PRODUCER:
            continue
        others = [each for each in await context.store.members.of_producer(role.producer_id) if each.who != role.who]
        mail = any(each.producer.email for each in await context.store.of_producer(role.producer_id))
        if not others and not mail:
            return False
    return True


def _no_role(incoming: Incoming, *, context: Context, session: Session) -> Reply:
    say = session.say
    if who(incoming) in context.officers:
        return Reply(say("You are an officer by the operator's settings; only the operator can change that."))
    return Reply(say("You have no role here that you could leave: you answer for no producer and are no officer."))


async def pass_on(gone: Member, *, context: Context) -> None:
    """Send what waits for an answer to somebody else now that *gone* answers no more."""
    store, seen, total = context.store, 0, 1
    mailbox = context.mailbox_of(next(iter(await context.store.of_producer(gone.producer_id)), None))
    members, officials = await store.members.of_producer(gone.producer_id), await officers(context)
    while seen < total:
        found, total = await store.inquiries.of_producers([gone.producer_id], waiting=True, limit=_AT_ONCE, offset=seen)
        seen += _AT_ONCE
        fresh: list[Notice] = []
        for waiting in found:
            fresh += escalation.another_way(
                waiting, failed=gone.who, members=members, mailbox=mailbox, officers=officials, now=context.now()
            )
        await store.outbox.add(*fresh)


def not_a_member(session: Session) -> Reply:
    """The reply to a producer's button pressed by somebody who answers for no producer."""
    say = session.say
    return Reply(say("You answer for no producer. If you make OCOP products, ask the programme officer for a code."))


async def still_there(*, incoming: Incoming, context: Context, session: Session) -> Reply:
    """The reply to the button that keeps the chat's messaging window open."""
    if not await memberships(incoming, context):
        return not_a_member(session)
    return Reply(session.say("Thank you. Customers' questions will reach you here."))


async def memberships(incoming: Incoming, context: Context) -> list[Member]:
    """The producers that someone answers for."""
    return [each for each in await context.store.members.roles_of(who(incoming)) if each.role is Role.PRODUCER]
