"""Who must hear of an inquiry, and when: the producer's people first, then a second one, then the officers. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone

from catalog.inquiry import Address, Inquiry, Kind, Member, Notice, NoticeKind

HOUR = 3600.0
REMIND_AFTER = 24 * HOUR
ESCALATE_AFTER = 72 * HOUR
MAIL = "mail"
_VIET_NAM = timezone(timedelta(hours=7))


def for_new(
    inquiry: Inquiry, *, members: Sequence[Member], mail: str, officers: Sequence[Address], now: float
) -> list[Notice]:
    """The notices of a new or newly waiting inquiry; *mail* is the producer's e-mail address or ""."""
    fresh = list(_to_producer(inquiry, members=members, mail=mail, now=now))
    reached = bool(fresh)
    late = now + ESCALATE_AFTER if reached else now
    for officer in officers:
        fresh.append(_notice(inquiry, officer, NoticeKind.ESCALATE, due_at=late))
        if inquiry.kind is Kind.COMPLAINT:
            fresh.append(_notice(inquiry, officer, NoticeKind.COMPLAINT, due_at=now))
    return fresh


def for_more(inquiry: Inquiry, *, members: Sequence[Member], mail: str, now: float) -> list[Notice]:
    """The notice of a follow-up, to whoever is reached first."""
    first = next(iter(_reachable(members, mail)), None)
    return [_notice(inquiry, first, NoticeKind.MORE, due_at=_when(members, first, now))] if first else []


def another_way(
    inquiry: Inquiry,
    *,
    failed: Address,
    members: Sequence[Member],
    mail: str,
    officers: Sequence[Address],
    now: float,
) -> list[Notice]:
    """Whom to tell at once when *failed* cannot be reached: the next of the producer's, else the officers."""
    ways = list(_reachable(members, mail))
    rest = ways[ways.index(failed) + 1 :] if failed in ways else ways
    if rest:
        return [_notice(inquiry, rest[0], NoticeKind.SECOND, due_at=_when(members, rest[0], now), turn="way")]
    return [_notice(inquiry, officer, NoticeKind.ESCALATE, due_at=now, turn="way") for officer in officers]


def for_answer(inquiry: Inquiry, *, now: float) -> list[Notice]:
    """The answer's way to its consumer."""
    return [_notice(inquiry, inquiry.consumer, NoticeKind.ANSWER, due_at=now)]


def after_quiet(member: Member, now: float) -> float:
    """The moment from which *member* may be told something: now, or when the quiet hours or the pause end."""
    start = max(now, member.paused_until)
    if member.quiet_from == member.quiet_to:
        return start
    local = datetime.fromtimestamp(start, UTC).astimezone(_VIET_NAM)
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


def _to_producer(inquiry: Inquiry, *, members: Sequence[Member], mail: str, now: float) -> Iterator[Notice]:
    reachable = list(_reachable(members, mail))
    if not reachable:
        return
    yield _notice(inquiry, reachable[0], NoticeKind.NEW, due_at=_when(members, reachable[0], now))
    yield _notice(inquiry, reachable[0], NoticeKind.REMIND, due_at=_when(members, reachable[0], now + REMIND_AFTER))
    for second in reachable[1:2]:
        yield _notice(inquiry, second, NoticeKind.SECOND, due_at=_when(members, second, now + REMIND_AFTER))


def _reachable(members: Sequence[Member], mail: str) -> Iterator[Address]:
    yield from (member.who for member in members)
    if mail:
        yield Address(MAIL, mail)


def _when(members: Sequence[Member], to: Address, now: float) -> float:
    return next((after_quiet(member, now) for member in members if member.who == to), now)


def _notice(inquiry: Inquiry, to: Address, kind: NoticeKind, *, due_at: float, turn: str = "") -> Notice:
    # A round is the number of messages so far: a follow-up waits, is reminded of and escalates anew.
    key = f"{inquiry.ref}:{len(inquiry.messages)}{turn}:{kind}:{to.channel}:{to.address}"
    return Notice(key=key[:200], to=to, kind=kind, subject=inquiry.ref, due_at=due_at)
