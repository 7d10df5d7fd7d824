"""Choices as buttons under a message, and buttons as the Bot API takes them; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channel_kit.utf16 import utf16_length
from bot.channels.telegram import html
from handlers.messages import Card, Choice, Reply, Style
from handlers.phrases import speech

_LABEL = 64
_NUMBERS_PER_ROW = 5
_CHIPS_PER_ROW, _CHIP = 3, 14
_PAIR, _HALF = 2, 18
_MOST = 100


@dataclass(frozen=True, slots=True)
class Button:
    """A button that either sends *data* (1 to 64 bytes) back to us or opens *url*."""

    label: str
    data: str = ""
    url: str = ""


Row = tuple[Button, ...]
Markup = dict[str, Any]


def rows(reply: Reply) -> tuple[Row, ...]:
    """The buttons of *reply*: numbers that open the cards of a list, then choices, short ones side by side."""
    several = len(reply.cards) > 1
    found = list(_numbers(reply.cards)) if several else []
    own = () if several else tuple(choice for card in reply.cards for choice in card.choices)
    found += list(_choices([each for each in (*own, *reply.choices) if each.style is not Style.UNFOLD]))
    while sum(map(len, found)) > _MOST:
        found.pop()
    return tuple(found)


def _numbers(cards: Sequence[Card]) -> Iterator[Row]:
    numbered = [
        Button(str(number), data=str(choice.action))
        for number, card in enumerate(cards, start=1)
        for choice in card.choices[:1]
        if choice.action is not None
    ]
    for start in range(0, len(numbered), _NUMBERS_PER_ROW):
        yield tuple(numbered[start : start + _NUMBERS_PER_ROW])


def _choices(choices: Sequence[Choice]) -> Iterator[Row]:
    row: list[Button] = []
    room = 0
    for choice in choices:
        button = _button(choice)
        if button is None:
            continue
        fits = _side_by_side(choice, button)
        if row and (fits != room or len(row) == room):
            yield tuple(row)
            row = []
        row.append(button)
        room = fits
    if row:
        yield tuple(row)


def _side_by_side(choice: Choice, button: Button) -> int:
    """How many buttons like this one share a row."""
    if choice.style is Style.MAIN:
        return 1
    if choice.style is Style.CHIP and utf16_length(button.label) <= _CHIP:
        return _CHIPS_PER_ROW
    return _PAIR if utf16_length(button.label) <= _HALF else 1


def _button(choice: Choice) -> Button | None:
    label = html.shorten(html.clean(choice.label).replace("\n", " ").strip(), _LABEL)
    if not label:
        return None
    if choice.action is not None:
        return Button(label, data=str(choice.action))
    return Button(label, url=choice.url) if html.web(choice.url) else None


def inline(buttons: tuple[Row, ...]) -> Markup | None:
    """The buttons under a message; None for none."""
    if not buttons:
        return None
    return {
        "inline_keyboard": [
            [{"text": b.label, "url": b.url} if b.url else {"text": b.label, "callback_data": b.data} for b in row]
            for row in buttons
        ]
    }


def asking(what: str, language: str) -> Markup:
    """One button under the text field that gives what we ask for, only when it is pressed."""
    say = speech(language)
    words = {"location": say("📍 Send my location"), "contact": say("📱 Send my phone number")}
    button: dict[str, Any] = {"text": words[what]}
    if what in {"location", "contact"}:
        button[f"request_{what}"] = True
    return {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}
