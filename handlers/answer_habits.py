"""How fast producers answer, as shoppers and officers are told: worked out from inquiries every ten minutes."""

from collections.abc import Mapping

from catalog import answer_times
from catalog.answer_times import AnswerFigures
from catalog.errors import StoreError
from handlers.context import Context
from handlers.phrases import Speech

_KEPT = 600.0
_HOUR = 3600.0


async def load_figures(context: Context) -> Mapping[str, AnswerFigures]:
    """The figures of each producer of whom an inquiry counts. Raises StoreError."""
    now = context.now()

    async def read() -> Mapping[str, AnswerFigures]:
        records = await context.store.inquiry_desk.answer_records(since=now - answer_times.PERIOD)
        return answer_times.figure(records, now=now)

    return await context.worked_out("answer figures", now // _KEPT, read)


async def refresh(context: Context) -> None:
    """Have what cards tell of how producers answer be of the last ten minutes. Raises StoreError.

    Whoever comes while it is worked out is told what was known before.
    """
    kept, slot = context.habits, context.now() // _KEPT
    if kept.slot == slot:
        return
    before, kept.slot = kept.slot, slot
    try:
        figures = await load_figures(context)
    except StoreError:
        kept.slot = before
        raise
    kept.usual = {producer: each.usual for producer, each in figures.items() if each.usual is not None}


def usual_words(seconds: float | None, say: Speech) -> str:
    """Within what a producer usually answers, as a shopper reads it; "" where nothing may be told."""
    if seconds is None:
        return ""
    span = span_words(seconds, say)
    return say("usually answers within {span}", span=span)


def span_words(seconds: float, say: Speech) -> str:
    """A span of time in hours, from a day on in days; rounded up, so that it promises no more than is so."""
    hours = max(1, -int(-seconds // _HOUR))
    if hours < 24:
        return say.count("{number} hour", "{number} hours", hours)
    return say.count("{number} day", "{number} days", -(-hours // 24))
