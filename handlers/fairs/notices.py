"""What is told of a fair without being asked, to who pressed the button for it, and to producers who are invited.

The day before, at its opening, when it changes or is called off; an invitation, and the number of a booth. Composed
when it is sent: a reminder of days that were changed since says nothing, nor does what is not its receiver's any more.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum

from catalog.dates import VIET_NAM
from catalog.errors import NotFound
from catalog.fairs.calendar import Booth, Fair
from catalog.fairs.participation import FairAnswer, FairInvitation
from catalog.inquiry import Address, Member, Notice, NoticeKind, Role
from catalog.places import Places
from handlers import card_facts, cards
from handlers.actions import Action, Verb
from handlers.context import Context
from handlers.fairs import wording
from handlers.inquiries import escalation
from handlers.messages import Choice, Reply, Style
from handlers.phrases import Speech, speech

_AT_HOME = 5
_CLOSES = time(20)
_ASKED_FOR = timedelta(days=7)
EVENING = time(17)
"""When people are reminded on the day before."""


class FairNews(StrEnum):
    """What a notice tells of a fair."""

    TOMORROW = "tomorrow"
    OPENS = "opens"
    CHANGED = "changed"
    INVITED = "invited"
    BOOTH = "booth"
    HOME = "home"
    CLOSING = "closing"


def evening_before(fair: Fair) -> datetime:
    """When people are told that it begins tomorrow."""
    return datetime.combine(fair.starts - timedelta(days=1), EVENING, VIET_NAM)


def reminders(fair: Fair, to: Address, *, now: float) -> list[Notice]:
    """What *to* is told of *fair* from now on. Pure."""
    due = {FairNews.TOMORROW: evening_before(fair), FairNews.OPENS: fair.opening}
    stamp = fair.opening.strftime("%Y%m%d%H%M")
    return [_notice(fair, news, stamp, to, at.timestamp()) for news, at in due.items() if at.timestamp() > now]


def changes(
    before: Fair, after: Fair, reminded: Iterable[Address], members: Iterable[Member] = (), *, now: float
) -> list[Notice]:
    """What those who are *reminded*, and *members* of invited producers, are told once it is *after*. Pure."""
    asked = ("starts", "ends", "opens", "venue", "commune", "cancelled_at")
    if all(getattr(before, name) == getattr(after, name) for name in asked):
        return []
    known = list(reminded)
    found: list[Notice] = []
    for to in known:
        found.append(_notice(after, FairNews.CHANGED, f"{now:.0f}", to, now))
        found += [] if after.is_cancelled else reminders(after, to, now=now)
    for member in {each.who: each for each in members if each.who not in known}.values():
        due = escalation.after_quiet(member, now)
        found.append(_notice(after, FairNews.CHANGED, f"{now:.0f}", member.who, due))
    return found


def invitations(fair: Fair, asked: Iterable[FairInvitation], members: Sequence[Member], *, now: float) -> list[Notice]:
    """What tells *members* that their producers are *asked* to take part, in nobody's quiet hours. Pure."""
    return [
        _notice(fair, FairNews.INVITED, f"{held.number} {now:.0f}", member.who, escalation.after_quiet(member, now))
        for held in asked
        for member in members
        if member.producer_id == held.producer
    ]


def booth_news(fair: Fair, members: Iterable[Member], *, now: float) -> list[Notice]:
    """What tells *members* that their booths are others now. Pure."""
    return [
        _notice(fair, FairNews.BOOTH, f"{now:.0f}", each.who, escalation.after_quiet(each, now)) for each in members
    ]


def closing_of(fair: Fair) -> float:
    """When *fair* closes on its last day, in UTC seconds."""
    return datetime.combine(fair.ends, fair.closes or _CLOSES, VIET_NAM).timestamp()


def closing_questions(fair: Fair, members: Iterable[Member]) -> list[Notice]:
    """What asks *members* at the closing what was sold. Pure."""
    due = closing_of(fair)
    return [
        _notice(fair, FairNews.CLOSING, fair.ends.isoformat(), each.who, escalation.after_quiet(each, due))
        for each in members
    ]


def at_home(fair: Fair, booth: Booth, to: Address, *, language: str, due: float) -> Notice:
    """What shows *to* in the evening, in their language, the booth that they want to be reminded of. Pure."""
    return _notice(fair, FairNews.HOME, f"{booth.token} {due:.0f} {language}", to, due)


def _notice(fair: Fair, news: FairNews, stamp: str, to: Address, due: float) -> Notice:
    key = f"fair:{fair.key}:{news}:{stamp}:{to.channel}:{to.address}"[:200]
    return Notice(key, to, NoticeKind.FAIR, f"{fair.key} {news} {stamp}", due_at=due)


async def compose(notice: Notice, *, context: Context) -> Reply | None:
    """The words of *notice* for its receiver, or None if it is moot by now. Raises StoreError."""
    key, news, stamp = (*notice.subject.split(" "), "", "")[:3]
    try:
        fair = await context.store.fairs.by_key(key)
    except NotFound:
        return None
    if news == FairNews.HOME:
        return await _tell_at_home(stamp, notice.subject.rpartition(" ")[2], fair, context=context)
    if news == FairNews.CLOSING:
        return await _ask_sold(fair, notice.to, context=context)
    return None if fair.is_over(context.today()) else await _compose(news, stamp, fair, notice.to, context=context)


async def _compose(news: str, stamp: str, fair: Fair, to: Address, *, context: Context) -> Reply | None:
    roles = {each.producer_id: each for each in await context.store.members.roles_of(to) if each.role is Role.PRODUCER}
    if news == FairNews.INVITED:
        return await _invite_again(int(stamp), fair, roles, context=context)
    if news == FairNews.BOOTH:
        return await _tell_booths(fair, roles, context=context)
    language = await context.store.fairs.language_of_reminded(fair.key, to)
    if news == FairNews.CHANGED and language is None:
        invited = {each.producer for each in await context.store.fair_invitations.of_fair(fair.key)}
        language = next((each.language for name, each in roles.items() if name in invited), None)
    if language is None:
        return None
    say = speech(language)
    if news == FairNews.CHANGED:
        return _with_choices(_change_words(fair, say, context.places), fair, say)
    return _remind(news, stamp, fair, context=context, say=say)


def _remind(news: str, stamp: str, fair: Fair, *, context: Context, say: Speech) -> Reply | None:
    # What waited for its receiver while the fair was moved, called off or begun is not told any more.
    late = news == FairNews.TOMORROW and context.now() > fair.opening.timestamp()
    if fair.is_cancelled or late or fair.opening.strftime("%Y%m%d%H%M") != stamp:
        return None
    heading = (
        say("Tomorrow: {fair}", fair=fair.name)
        if news == FairNews.TOMORROW
        else say("Now open: {fair}", fair=fair.name)
    )
    return _with_choices(f"{heading}\n{_facts(fair, context.places, say)}", fair, say)


async def _invite_again(number: int, fair: Fair, roles: dict[str, Member], *, context: Context) -> Reply | None:
    try:
        held = await context.store.fair_invitations.by_number(number)
    except NotFound:
        return None
    member = roles.get(held.producer)
    if member is None or held.is_settled or fair.is_cancelled:
        return None
    return invite(held, fair, context.places, speech(member.language))


def invite(held: FairInvitation, fair: Fair, places: Places, say: Speech) -> Reply:
    """An invitation with its three answers."""
    lines = [
        say("You are invited to “{fair}”.", fair=fair.name),
        _facts(fair, places, say),
        say("Organiser: {name}", name=fair.organiser) if fair.organiser else "",
        say("Does your producer take part?"),
    ]
    labels = (
        (FairAnswer.YES, say("Yes, we take part")), (FairAnswer.NO, say("No")), (FairAnswer.LATER, say("Ask me later")),
    )  # fmt: skip
    choices = [
        Choice(
            label,
            Action(Verb.FAIR, f"in {held.number} {answer}"),
            style=Style.MAIN if answer is FairAnswer.YES else Style.PLAIN,
        )
        for answer, label in labels
    ]
    choices.append(Choice(say("About the fair"), Action(Verb.FAIR, f"show {fair.key}")))
    return Reply("\n".join(line for line in lines if line), choices=tuple(choices), language=say.language)


async def _tell_booths(fair: Fair, roles: dict[str, Member], *, context: Context) -> Reply | None:
    if not roles or fair.is_cancelled:
        return None
    say = speech(next(iter(roles.values())).language)
    booths = [each for each in await context.store.fairs.booths(fair.key) if each.producer in roles]
    if not booths:
        text = say("You have no booth at “{fair}” at the moment. Ask the organiser.", fair=fair.name)
    else:
        codes = ", ".join(f"{each.code} ({each.zone})" if each.zone else each.code for each in booths)
        text = say("Your booth at “{fair}”: {codes}", fair=fair.name, codes=codes)
    about = Choice(say("About the fair"), Action(Verb.FAIR, f"show {fair.key}"))
    return Reply(text, choices=(about,), language=say.language)


async def _ask_sold(fair: Fair, to: Address, *, context: Context) -> Reply | None:
    """The question what was sold; None once it is answered, or a week is past."""
    roles = {each.producer_id: each for each in await context.store.members.roles_of(to) if each.producer_id}
    sold = {each.producer for each in (await context.store.fair_sales.figures(fair.key)).sales}
    here = [each.producer for each in await context.store.fairs.booths(fair.key) if each.producer in roles]
    open_ = next((each for each in here if each not in sold), None)
    if open_ is None or fair.is_cancelled or context.today() > fair.ends + _ASKED_FOR:
        return None
    say = speech(roles[open_].language)
    text = say(
        "“{fair}” closes. How much did you sell there, and what sold best? Write one line: doanh thu 25 triệu, OCOP "
        "18 triệu, bán chạy: nem. Only the organiser and the programme's officers see it.",
        fair=fair.name,
    )
    leads = Choice(say("My visitors and leads"), Action(Verb.FAIR, f"leads {fair.key}"))
    return Reply(text, choices=(leads,), language=say.language)


async def _tell_at_home(token: str, language: str, fair: Fair, *, context: Context) -> Reply | None:
    say = speech(language)
    try:
        _, booth = await context.store.fairs.booth_by_token(token)
    except NotFound:
        return None
    products = await context.store.of_producer(booth.producer) if booth.producer else []
    if not products:
        return None
    text = say(
        "You were at booth {code} of “{fair}”: {name}", code=booth.code, fair=fair.name, name=products[0].producer.name
    )
    drawn = card_facts.View(say, context.today(), context.places, context.public_url)
    shown = tuple(cards.short(each, drawn) for each in products[:_AT_HOME])
    choices = (
        Choice(say("Send me a quote"), Action(Verb.BOOTH, f"{token} quote")),
        Choice(say("All of its products"), Action(Verb.MAKER, products[0].ref)),
    )
    return Reply(text, cards=shown, choices=choices, language=say.language)


def _change_words(fair: Fair, say: Speech, places: Places) -> str:
    if fair.is_cancelled:
        why = f"\n{fair.cancelled_why}" if fair.cancelled_why else ""
        return say("Called off: {fair}", fair=fair.name) + why
    return say("Changed: {fair}", fair=fair.name) + f"\n{_facts(fair, places, say)}"


def _facts(fair: Fair, places: Places, say: Speech) -> str:
    return f"{wording.when(fair, say)}\n{wording.place(fair, places)}"


def _with_choices(text: str, fair: Fair, say: Speech) -> Reply:
    choices = [Choice(say("About the fair"), Action(Verb.FAIR, f"show {fair.key}"))]
    if fair.point and not fair.is_cancelled:
        choices.append(Choice(say("Directions"), url=wording.directions_url(fair.point)))
    if not fair.is_cancelled:
        choices.append(Choice(say("Stop reminding me"), Action(Verb.FAIR, f"stop {fair.key}")))
    return Reply(text, choices=tuple(choices), language=say.language)
