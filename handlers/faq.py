"""Questions about the programme and about us, answered from the table of questions with who says so."""

from catalog.dates import PartialDate
from catalog.faq import FaqEntry, FaqMatch, shipped_faq
from catalog.programme import count_all
from handlers.context import Context, Session
from handlers.messages import Choice, Reply
from handlers.phrases import Speech
from handlers.programme import load_figures


def asked(words: str) -> FaqMatch | None:
    """The question of the table that *words* ask, None where they ask for anything else."""
    return shipped_faq().find(words)


async def answer(words: str, *, context: Context, session: Session) -> Reply | None:
    """The answer to *words* and its source; None where no question of the table is asked. Raises StoreError."""
    found = asked(words)
    return await tell(found.entry, context=context, session=session) if found else None


async def tell(entry: FaqEntry, *, context: Context, session: Session) -> Reply:
    """The answer of *entry*; what it counts is counted now. Raises StoreError."""
    say = session.say
    text = entry.answer(say.language)
    if "{total}" in text:
        text = text.format(**await _count(context, say))
    text = "\n".join((text, say("Source: {source}", source=entry.source)))
    choices = (Choice(say("Read the source"), url=entry.url),) if entry.url else ()
    return Reply(text, choices=choices, language=say.language)


async def _count(context: Context, say: Speech) -> dict[str, object]:
    figures = await load_figures(context, context.today())
    counted = count_all(figures.products)
    stars = {name: counted.stars.get(number, 0) for name, number in (("five", 5), ("four", 4), ("three", 3))}
    day = say.day(PartialDate.of(figures.day))
    return {"total": len(figures.products), "in_force": counted.in_force, "day": day, **stars}
