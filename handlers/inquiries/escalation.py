"""Who must hear of an inquiry, and when: the producer's people first, then a second one, then the officers. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from catalog.dates import local_time
from catalog.delivery import Policy
from catalog.inquiry import WAITING, Address, Inquiry, Kind, Member, Notice, NoticeKind

HOUR = 3600.0
REMIND_AFTER = 24 * HOUR
ESCALATE_AFTER = 72 * HOUR
Ways = Sequence[tuple[Address, float]]
"""Everyone who can be reached for a producer, and from when."""


def for_new(
    inquiry: Inquiry,
    *,
    members: Sequence[Member],
    mailbox: Address | None,
    officers: Sequence[Address],
    now: float,
    authority: Address | None = None,
    hurry: bool = False,
) -> list[Notice]:
    """The notices of a new inquiry; *mailbox* is the producer's, if e-mail reaches them.

    Officers and the *authority* that a complaint concerns hear of it at once; officers hear of the rest when nobody
    answers, or at once when its writer is in a *hurry*.
    """
    way = ways(members, mailbox, now=now)
    if inquiry.kind is Kind.COMPLAINT:
        later = officers if way else ()
        complaints = _complaints(inquiry, officers, authority, now=now)
        return [*_round(inquiry, NoticeKind.NEW, ways=way, officers=later, now=now), *complaints]
    return _round(inquiry, NoticeKind.NEW, ways=way, officers=officers, now=now, hurry=hurry)


def for_more(
    inquiry: Inquiry,
    *,
    members: Sequence[Member],
    mailbox: Address | None,
    officers: Sequence[Address],
    now: float,
    authority: Address | None = None,
) -> list[Notice]:
    """The notices of a follow-up; one to an answered or closed inquiry begins a new round of waiting.

    Officers who were told of a complaint, or of what nobody receives, are told what is added to it.
    """
    way = ways(members, mailbox, now=now)
    if inquiry.kind is Kind.COMPLAINT:
        told = _complaints(inquiry, officers, authority, now=now)
    else:
        told = [] if way else [_notice(inquiry, officer, NoticeKind.ESCALATE, due_at=now) for officer in officers]
    if inquiry.state not in WAITING:
        return [*told, *_round(inquiry, NoticeKind.MORE, ways=way, officers=officers if way else (), now=now)]
    return [*told, *(_notice(inquiry, each, NoticeKind.MORE, due_at=start) for each, start in way[:1])]


def _complaints(
    inquiry: Inquiry, officers: Sequence[Address], authority: Address | None, *, now: float
) -> list[Notice]:
    told = dict.fromkeys([*officers, *([authority] if authority else [])])
    return [_notice(inquiry, each, NoticeKind.COMPLAINT, due_at=now) for each in told]


def for_new_officer(
    inquiry: Inquiry, officer: Address, *, members: Sequence[Member], mailbox: Address | None, now: float
) -> list[Notice]:
    """What an open *inquiry* tells an officer who was named after it came, as if they had been there.

    The keys are those of the first round, so that an officer who was told then is not told again.
    """
    first = replace(inquiry, messages=())
    way = ways(members, mailbox, now=now)
    fresh = []
    if inquiry.kind is Kind.COMPLAINT:
        fresh.append(_notice(first, officer, NoticeKind.COMPLAINT, due_at=now))
    if way or not fresh:
        late = max(now, inquiry.opened_at + ESCALATE_AFTER) if way else now
        fresh.append(_notice(first, officer, NoticeKind.ESCALATE, due_at=late))
    return fresh


def another_way(
    inquiry: Inquiry,
    *,
    failed: Address,
    members: Sequence[Member],
    mailbox: Address | None,
    officers: Sequence[Address],
    now: float,
) -> list[Notice]:
    """Whom to tell at once when *failed* cannot be reached: the next of the producer's, else the officers."""
    way = ways(members, mailbox, now=now)
    places = [each for each, _ in way]
    rest = way[places.index(failed) + 1 :] if failed in places else way
    if rest:
        return [_notice(inquiry, each, NoticeKind.SECOND, due_at=start, turn="way") for each, start in rest[:1]]
    return [_notice(inquiry, officer, NoticeKind.ESCALATE, due_at=now, turn="way") for officer in officers]


def for_answer(inquiry: Inquiry, *, origin: str, now: float) -> list[Notice]:
    """The answer's way to its consumer; *origin* names the message that holds it, so that each has one notice."""
    key = f"{inquiry.ref}:answer:{origin}"
    once = Policy.AT_MOST_ONCE
    return [Notice(key[:200], inquiry.consumer, NoticeKind.ANSWER, inquiry.ref, due_at=now, policy=once)]


def for_closing(inquiry: Inquiry, *, officer: bool, now: float) -> list[Notice]:
    """That it was closed, to its consumer: by its producer, or by an *officer* who says why."""
    kind = "officer-closed" if officer else "closed"
    return [_to_consumer(inquiry, NoticeKind.CLOSED, key=f"{kind}:{len(inquiry.messages)}", now=now)]


def for_reopening(inquiry: Inquiry, *, way: Ways, now: float) -> list[Notice]:
    """That officers opened it again, to its consumer and to the first who answers for its producer."""
    told = [_to_consumer(inquiry, NoticeKind.REOPENED, key=f"reopened:{len(inquiry.messages)}", now=now)]
    return [*told, *(_notice(inquiry, each, NoticeKind.REMIND, due_at=start, turn="re") for each, start in way[:1])]


def for_passing_on(inquiry: Inquiry, *, before: Ways, after: Ways, now: float) -> list[Notice]:
    """That officers gave it to another producer, to its consumer, to who had it *before* and to who has it *after*.

    Each passing on is told, also a second one to the same producer.
    """
    fresh = [_to_consumer(inquiry, NoticeKind.PASSED_ON, key=f"passed:{now!r}", now=now)]
    fresh += [_notice(inquiry, each, NoticeKind.TAKEN, due_at=start, turn=f"p{now!r}") for each, start in before[:1]]
    for each, start in after[:1]:
        fresh.append(_notice(inquiry, each, NoticeKind.NEW, due_at=start, turn=f"p{now!r}"))
        fresh.append(_notice(inquiry, each, NoticeKind.REMIND, due_at=start + REMIND_AFTER, turn=f"p{now!r}"))
    return fresh


def for_taking(inquiry: Inquiry, *, way: Ways) -> list[Notice]:
    """That officers answered or closed it, to the first who answers for its producer."""
    return [_notice(inquiry, each, NoticeKind.TAKEN, due_at=start) for each, start in way[:1]]


def for_desk(inquiry: Inquiry, chats: Sequence[Address], *, now: float) -> list[Notice]:
    """That an inquiry is handed to officers, in the chats where they are known."""
    return [_notice(inquiry, each, NoticeKind.HANDED, due_at=now, turn=f"h{now!r}") for each in chats]


def for_colleague(inquiry: Inquiry, member: Member, *, now: float) -> list[Notice]:
    """That somebody who answers for its producer is asked to answer it, now or when they are there again."""
    return [_notice(inquiry, member.who, NoticeKind.SECOND, due_at=after_quiet(member, now), turn=f"c{now!r}")]


def ways(members: Sequence[Member], mailbox: Address | None, *, now: float) -> Ways:
    """Everyone who can be reached for a producer and from when, the first to be told first; who pauses comes last."""
    there = [(member.who, after_quiet(member, now)) for member in members if member.paused_until <= now]
    away = [(member.who, after_quiet(member, now)) for member in members if member.paused_until > now]
    return [*there, *([(mailbox, now)] if mailbox else []), *away]


def after_quiet(member: Member, now: float) -> float:
    """The moment from which *member* may be told something: now, or when the quiet hours or the pause end."""
    start = max(now, member.paused_until)
    if member.quiet_from == member.quiet_to:
        return start
    local = local_time(start)
    if not _is_quiet(local.hour, member):
        return start
    wake = local.replace(hour=member.quiet_to % 24, minute=0, second=0, microsecond=0)
    if wake <= local:
        wake += timedelta(days=1)
    return wake.timestamp()


def _is_quiet(hour: int, member: Member) -> bool:
    if member.quiet_from < member.quiet_to:
        return member.quiet_from <= hour < member.quiet_to
    return hour >= member.quiet_from or hour < member.quiet_to


def _round(
    inquiry: Inquiry,
    first: NoticeKind,
    *,
    ways: Ways,
    officers: Sequence[Address],
    now: float,
    hurry: bool = False,
) -> list[Notice]:
    """One round of waiting: tell the first at once, remind them and tell a second after a day, then the officers."""
    fresh: list[Notice] = []
    for each, start in ways[:1]:
        fresh.append(_notice(inquiry, each, first, due_at=start))
        fresh.append(_notice(inquiry, each, NoticeKind.REMIND, due_at=start + REMIND_AFTER))
    fresh += [_notice(inquiry, each, NoticeKind.SECOND, due_at=now + REMIND_AFTER) for each, _ in ways[1:2]]
    late = now + ESCALATE_AFTER if ways and not hurry else now
    return [*fresh, *(_notice(inquiry, officer, NoticeKind.ESCALATE, due_at=late) for officer in officers)]


def _to_consumer(inquiry: Inquiry, kind: NoticeKind, *, key: str, now: float) -> Notice:
    once = Policy.AT_MOST_ONCE
    return Notice(f"{inquiry.ref}:{key}"[:200], inquiry.consumer, kind, inquiry.ref, due_at=now, policy=once)


def _notice(inquiry: Inquiry, to: Address, kind: NoticeKind, *, due_at: float, turn: str = "") -> Notice:
    # A round is the number of messages so far: a follow-up waits, is reminded of and escalates anew.
    key = f"{inquiry.ref}:{len(inquiry.messages)}{turn}:{kind}:{to.channel}:{to.address}"
    return Notice(key=key[:200], to=to, kind=kind, subject=inquiry.ref, due_at=due_at)
