"""What is told of a fair without being asked: the day before, at its opening, when it changes or is called off.

Only to who pressed the button for it, and no more once they press the other one. Composed when it is sent: a reminder
of days that were changed since says nothing.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum

from catalog.dates import VIET_NAM
from catalog.errors import NotFound
from catalog.fairs.calendar import Fair
from catalog.inquiry import Address, Notice, NoticeKind
from handlers.actions import Action, Verb
from handlers.context import Context
from handlers.fairs import wording
from handlers.messages import Choice, Reply
from handlers.phrases import Speech, speech

EVENING = time(17)
"""When people are reminded on the day before."""


class FairNews(StrEnum):
    """What a notice tells of a fair."""

    TOMORROW = "tomorrow"
    OPENS = "opens"
    CHANGED = "changed"


def evening_before(fair: Fair) -> datetime:
    """When people are told that it begins tomorrow."""
    return datetime.combine(fair.starts - timedelta(days=1), EVENING, VIET_NAM)


def reminders(fair: Fair, to: Address, *, now: float) -> list[Notice]:
    """What *to* is told of *fair* from now on. Pure."""
    due = {FairNews.TOMORROW: evening_before(fair), FairNews.OPENS: fair.opening}
    stamp = fair.opening.strftime("%Y%m%d%H%M")
    return [_notice(fair, news, stamp, to, at.timestamp()) for news, at in due.items() if at.timestamp() > now]


def changes(before: Fair, after: Fair, reminded: Iterable[Address], *, now: float) -> list[Notice]:
    """What those who are *reminded* are told once *before* has become *after*. Pure."""
    asked = ("starts", "ends", "opens", "venue", "commune", "cancelled_at")
    if all(getattr(before, name) == getattr(after, name) for name in asked):
        return []
    found: list[Notice] = []
    for to in reminded:
        found.append(_notice(after, FairNews.CHANGED, f"{now:.0f}", to, now))
        found += [] if after.is_cancelled else reminders(after, to, now=now)
    return found


def _notice(fair: Fair, news: FairNews, stamp: str, to: Address, due: float) -> Notice:
    key = f"fair:{fair.key}:{news}:{stamp}:{to.channel}:{to.address}"[:200]
    return Notice(key, to, NoticeKind.FAIR, f"{fair.key} {news} {stamp}", due_at=due)


async def compose(notice: Notice, *, context: Context) -> Reply | None:
    """The words of *notice* for its receiver, or None if it is moot by now. Raises StoreError."""
    key, news, stamp = (*notice.subject.split(" "), "", "")[:3]
    language = await context.store.fairs.language_of_reminded(key, notice.to)
    try:
        fair = await context.store.fairs.by_key(key)
    except NotFound:
        return None
    if language is None or fair.is_over(context.today()):
        return None
    say = speech(language)
    if news == FairNews.CHANGED:
        return _with_choices(_change_words(fair, say, context), fair, say)
    # What waited for its receiver while the fair was moved, called off or went by is not told any more.
    late = context.now() > fair.opening.timestamp() if news == FairNews.TOMORROW else False
    if fair.is_cancelled or late or fair.opening.strftime("%Y%m%d%H%M") != stamp:
        return None
    heading = (
        say("Tomorrow: {fair}", fair=fair.name)
        if news == FairNews.TOMORROW
        else say("Now open: {fair}", fair=fair.name)
    )
    return _with_choices(f"{heading}\n{_facts(fair, say, context)}", fair, say)


def _change_words(fair: Fair, say: Speech, context: Context) -> str:
    if fair.is_cancelled:
        why = f"\n{fair.cancelled_why}" if fair.cancelled_why else ""
        return say("Called off: {fair}", fair=fair.name) + why
    return say("Changed: {fair}", fair=fair.name) + f"\n{_facts(fair, say, context)}"


def _facts(fair: Fair, say: Speech, context: Context) -> str:
    return f"{wording.when(fair, say)}\n{wording.place(fair, context.places)}"


def _with_choices(text: str, fair: Fair, say: Speech) -> Reply:
    choices = [Choice(say("About the fair"), Action(Verb.FAIR, f"show {fair.key}"))]
    if fair.point and not fair.is_cancelled:
        choices.append(Choice(say("Directions"), url=wording.directions_url(fair.point)))
    if not fair.is_cancelled:
        choices.append(Choice(say("Stop reminding me"), Action(Verb.FAIR, f"stop {fair.key}")))
    return Reply(text, choices=tuple(choices), language=say.language)
