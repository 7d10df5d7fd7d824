"""Any reply as plain text, which every channel can show."""

import itertools
from collections.abc import Iterator

from handlers.messages import Card, Choice, Fact, Reply, Style
from handlers.phrases import Speech, speech

STAR, NO_STAR = "★", "☆"


def as_text(reply: Reply, *, folds: bool = False) -> str:
    """Say *reply* without buttons or pictures; its choices are numbered, and the number is understood.

    Where it *folds*, what a card folds is left to the choice that shows it.
    """
    return "\n\n".join(block for block in _blocks(reply, folds=folds) if block)


def choices(reply: Reply) -> tuple[Choice, ...]:
    """The choices of *reply* in the order in which they are numbered: the cards' own, then its own."""
    several = len(reply.cards) > 1
    own = [choice for card in reply.cards for choice in (card.choices[:1] if several else card.choices)]
    return tuple(choice for choice in (*own, *reply.choices) if choice.action is not None)


def onwards(reply: Reply) -> str:
    """The action that turns to the next page of *reply*; "" where there is none."""
    label = speech(reply.language)("Next →")
    return next((str(each.action) for each in choices(reply) if each.label == label), "")


def is_foldable(card: Card) -> bool:
    """True for a card of which a part opens when it is touched."""
    return any(section.folds for section in card.sections)


def card_lines(card: Card, language: str, *, folds: bool = False) -> Iterator[str]:
    """A whole card, line by line, without what it *folds*; the answer is in its first two."""
    say, foldable = speech(language), is_foldable(card)
    folds = folds and foldable
    yield from _opening_lines(card, foldable=foldable)
    for section in (each for each in card.sections if not (folds and each.folds)):
        yield from () if foldable and not section.folds and not section.heading else ("",)
        yield from filter(None, (section.heading.upper(),))
        yield from (fact_line(fact, marks=not folds) for fact in section.facts)
    if card.note:
        yield ""
        yield card.note
    if folds:
        return
    yield from _sources(card, say)
    if card.url.startswith("http"):
        yield card.url


def _opening_lines(card: Card, *, foldable: bool) -> Iterator[str]:
    """The name, the star with its verdict, and who makes it."""
    drawn = stars(card.stars) if card.stars is not None else ""
    subtitle = card.subtitle if foldable or not card.sections else ""
    yield card.title
    yield from filter(None, (f"{drawn} {card.verdict}".strip(), subtitle))


def stars(number: int) -> str:
    """Draw *number* of five stars: ★★★★☆."""
    return STAR * number + NO_STAR * (5 - number)


def fact_line(fact: Fact, *, marks: bool = True) -> str:
    """One fact with the *marks* of its sources."""
    numbers = "".join(f" [{number}]" for number in fact.sources) if marks else ""
    return f"{fact.label}: {fact.value}{numbers}"


def _sources(card: Card, say: Speech) -> Iterator[str]:
    if not card.sources:
        return
    yield ""
    yield say("Sources")
    for number, source in enumerate(card.sources, start=1):
        dated = f" ({source.as_of})" if source.as_of else ""
        yield f"[{number}] {source.text}{dated}"


def _blocks(reply: Reply, *, folds: bool) -> Iterator[str]:
    yield from (f"⚠ {warning}" for warning in reply.warnings)
    yield reply.text
    numbers = itertools.count(1)
    if len(reply.cards) == 1:
        yield "\n".join(card_lines(reply.cards[0], reply.language, folds=folds))
        rest = choices(reply)
    else:
        yield "\n\n".join(_short(card, numbers) for card in reply.cards)
        rest = tuple(choice for choice in reply.choices if choice.action is not None)
    numbered = zip(numbers, rest, strict=False)
    yield "\n".join(f"{number}. {one.label}" for number, one in numbered if folds or one.style is not Style.UNFOLD)


def _short(card: Card, numbers: Iterator[int]) -> str:
    """A card of several; only one that a number opens has one."""
    opens = any(choice.action is not None for choice in card.choices[:1])
    mark = f"{next(numbers)}." if opens else "•"
    drawn = f" {stars(card.stars)}" if card.stars is not None else ""
    lines = (f"{mark} {card.title}{drawn}", card.subtitle, card.verdict)
    return "\n   ".join(line for line in lines if line)
