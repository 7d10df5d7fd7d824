"""Any reply as plain text, which every channel can show."""

import itertools
from collections.abc import Iterator

from handlers.messages import Card, Choice, Fact, Reply
from handlers.phrases import Speech, speech

STAR, NO_STAR = "★", "☆"


def as_text(reply: Reply) -> str:
    """Say *reply* without buttons or pictures; its choices are numbered, and the number is understood."""
    return "\n\n".join(block for block in _blocks(reply) if block)


def choices(reply: Reply) -> tuple[Choice, ...]:
    """The choices of *reply* in the order in which they are numbered: the cards' own, then its own."""
    several = len(reply.cards) > 1
    own = [choice for card in reply.cards for choice in (card.choices[:1] if several else card.choices)]
    return tuple(choice for choice in (*own, *reply.choices) if choice.action is not None)


def card_lines(card: Card, language: str) -> Iterator[str]:
    """A whole card, line by line."""
    say = speech(language)
    yield card.title
    if card.stars is not None:
        yield stars(card.stars)
    yield from filter(None, (card.verdict, "" if card.sections else card.subtitle))
    for section in card.sections:
        yield ""
        yield from filter(None, (section.heading.upper(),))
        yield from (fact_line(fact) for fact in section.facts)
    if card.note:
        yield ""
        yield card.note
    yield from _sources(card, say)
    if card.url.startswith("http"):
        yield card.url


def stars(number: int) -> str:
    """Draw *number* of five stars: ★★★★☆."""
    return STAR * number + NO_STAR * (5 - number)


def fact_line(fact: Fact) -> str:
    """One fact with the numbers of its sources."""
    marks = "".join(f" [{number}]" for number in fact.sources)
    return f"{fact.label}: {fact.value}{marks}"


def _sources(card: Card, say: Speech) -> Iterator[str]:
    if not card.sources:
        return
    yield ""
    yield say("Sources")
    for number, source in enumerate(card.sources, start=1):
        dated = f" ({source.as_of})" if source.as_of else ""
        yield f"[{number}] {source.text}{dated}"


def _blocks(reply: Reply) -> Iterator[str]:
    yield from (f"⚠ {warning}" for warning in reply.warnings)
    yield reply.text
    numbers = itertools.count(1)
    if len(reply.cards) == 1:
        yield "\n".join(card_lines(reply.cards[0], reply.language))
        rest = choices(reply)
    else:
        yield "\n\n".join(_short(card, numbers) for card in reply.cards)
        rest = tuple(choice for choice in reply.choices if choice.action is not None)
    yield "\n".join(f"{next(numbers)}. {choice.label}" for choice in rest)


def _short(card: Card, numbers: Iterator[int]) -> str:
    """A card of several; only one that a number opens has one."""
    opens = any(choice.action is not None for choice in card.choices[:1])
    mark = f"{next(numbers)}." if opens else "•"
    drawn = f" {stars(card.stars)}" if card.stars is not None else ""
    lines = (f"{mark} {card.title}{drawn}", card.subtitle, card.verdict)
    return "\n   ".join(line for line in lines if line)
