"""What wants work today, told to an officer in their own chat at half past seven, if they wish: each line a link.

The notice is made a day ahead and composed when it is sent. Its key is of the day and the chat, so that however many
processes make it, it is told once.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Protocol

from catalog.audit import Deed
from catalog.dates import next_moment
from catalog.inquiry import RECALLS, Address, Notice, NoticeKind
from catalog.officers import Act, BoardSession
from handlers import follow_news, move_chat, recalls
from handlers.actions import Action, Verb
from handlers.board import proposals, today
from handlers.board.desk import Desk
from handlers.board.worklists import Worklist
from handlers.buyers import notices as buyers_telling
from handlers.context import Context
from handlers.fairs import notices
from handlers.inquiries import notice_policy, rating_answers, rating_lists
from handlers.inquiries.notice_policy import Prepared
from handlers.messages import Choice, Reply
from handlers.phrases import speech

AT = time(7, 30)
_LEFT_OUT = frozenset({Worklist.ENDING_60, Worklist.ENDING_90})
"""What the list of thirty days, the one to work on, is part of."""


async def prepare(notice: Notice, *, context: Context) -> Prepared:
    """What to say now to the receiver of any notice; None if nobody needs it any more. Raises StoreError."""
    compose: NoticeComposer = _COMPOSERS.get(notice.kind, notice_policy.prepare)
    return await compose(notice, context=context)


async def _greet(notice: Notice, *, context: Context) -> Reply | None:
    number, _, day = notice.subject.partition(" ")
    if day != context.today().isoformat():
        return None
    return await _compose(notice.to, int(number), context=context)


class NoticeComposer(Protocol):
    """Makes the words of a notice when it is sent."""

    async def __call__(self, notice: Notice, *, context: Context) -> Prepared:
        """What to say now, None if nobody needs it any more."""


_COMPOSERS: Mapping[NoticeKind, NoticeComposer] = {
    NoticeKind.FAIR: notices.compose,
    NoticeKind.PROPOSAL: proposals.compose,
    NoticeKind.BUYER: buyers_telling.compose,
    NoticeKind.FOLLOWED: follow_news.compose,
    NoticeKind.MOVED: move_chat.compose,
    NoticeKind.RATED: rating_answers.compose,
    NoticeKind.RATING_JUDGED: rating_lists.compose_judged,
    NoticeKind.MORNING: _greet,
    **dict.fromkeys(RECALLS, recalls.compose),
}
"""Who composes a notice that belongs to no inquiry."""


async def schedule(context: Context) -> int:
    """Make the next morning's notice to every chat that wants it; how many that are. Raises StoreError."""
    fresh = mornings(await context.store.officer_chats.morning_chats(), context.now())
    if fresh:
        await context.store.outbox.add(*fresh)
    return len(fresh)


def mornings(chats: Sequence[tuple[int, Address]], now: float) -> list[Notice]:
    """The next morning's notice to each of *chats*, an officer's number with where they are known. Pure."""
    day, due = next_morning(now)
    return [
        Notice(f"morning:{day}:{to.channel}:{to.address}"[:200], to, NoticeKind.MORNING, f"{officer} {day}", due_at=due)
        for officer, to in chats
    ]


def next_morning(now: float) -> tuple[date, float]:
    """The day of the next half past seven in Việt Nam, and its moment in UTC seconds."""
    return next_moment(now, AT)


async def is_wanted(desk: Desk) -> bool:
    """Whether this officer wants to be told in the morning. Raises StoreError."""
    return await desk.context.store.officer_chats.wants_morning(desk.officer.number)


async def set_wanted(desk: Desk, *, wanted: bool) -> None:
    """Begin or end telling this officer in the morning, from the next one on. Raises StoreError."""
    entry = desk.doer.did(Deed.MORNING_SET, f"officer {desk.officer.number}", after={"wanted": wanted})
    await desk.context.store.officer_chats.set_morning(desk.officer.number, wanted=wanted, entry=entry)
    if wanted:
        await schedule(desk.context)


async def _compose(to: Address, number: int, *, context: Context) -> Reply | None:
    chats, now = context.store.officer_chats, context.now()
    officer = await context.store.officers.by_number(number)
    if officer is None or await chats.officer_of(to) != number or not await chats.wants_morning(number):
        return None
    say = speech(officer.language)
    # Nobody is signed in here: the links ask for that.
    desk = Desk(context, officer, BoardSession(0, number, now, now, now), Act.SEE_BOARD, say)
    sheets = [each for each in await today.list_all(desk) if each.number and each.which not in _LEFT_OUT]
    if not sheets:
        return None
    lines = [f"{each.title}: {each.number}" for each in sheets]
    opening = Choice(say("Open the board"), Action(Verb.BOARD))
    base = context.public_url
    links = [
        Choice(line, url=f"{base}/board/today/{each.which}") for line, each in zip(lines, sheets, strict=True) if base
    ]
    text = say("What wants work today:")
    return Reply(text if links else "\n".join([text, *lines]), choices=(*links, opening), language=say.language)
