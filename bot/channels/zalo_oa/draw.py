"""A reply as one Zalo message, for one answer is one of the eight that are free.

Several cards become a list, choices become buttons, a picture rides along; what does not fit a template is said in
words, shortened by what matters least.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.channel_kit.utf16 import utf16_length
from bot.channels.zalo_oa.decode import HIDDEN
from handlers import attachments, plain
from handlers.messages import Card, Choice, Reply, Style

TEXT = 2000
TITLE = 100
SUBTITLE = 500
ELEMENTS = 5
BUTTONS = 5
BUTTON_TITLE = 100

_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What to send, and the same in words if Zalo refuses the template (*plain* is None where there is none)."""

    message: dict[str, Any]
    plain: dict[str, Any] | None = None


def draw(reply: Reply, *, public_url: str = "", uploaded: str = "") -> Drawn:
    """Draw *reply* as one message; *uploaded* is Zalo's name of the photo that goes along."""
    reply, _ = attachments.split_photo(reply)
    message = _list(reply, public_url) if len(reply.cards) > 1 else None
    if message is None:
        message = _draw_text(reply, public_url, uploaded)
    return Drawn(message, {"text": condense(reply)} if "attachment" in message else None)


def condense(reply: Reply, *, limit: int = TEXT) -> str:
    """*reply* in words, in at most *limit* units; the least important goes first, a warning or a verdict never."""
    text = ""
    for shorter in _ever_shorter(reply):
        text = plain.as_text(shorter, folds=True)
        if utf16_length(text) <= limit:
            return text
    return _cut(text, limit)


def _ever_shorter(reply: Reply) -> Iterator[Reply]:
    yield reply
    reply = replace(reply, cards=tuple(replace(card, sources=()) for card in reply.cards))
    yield reply
    for kept in range(max((len(card.sections) for card in reply.cards), default=0), 0, -1):
        reply = replace(reply, cards=tuple(replace(card, sections=card.sections[:kept]) for card in reply.cards))
        yield reply


def _cut(text: str, limit: int) -> str:
    """As many whole lines of *text* as fit, else as many whole words, else as many letters."""
    for mark in ("\n", " ", ""):
        parts = text.split(mark) if mark else list(text)
        kept, room = 0, limit - 2
        while kept < len(parts) and (room := room - utf16_length(parts[kept]) - len(mark)) >= 0:
            kept += 1
        if kept and utf16_length(mark.join(parts[:kept])) * 2 > limit:
            return f"{mark.join(parts[:kept])}{mark or ''}…"
    return ""


def _draw_text(reply: Reply, public_url: str, uploaded: str) -> dict[str, Any]:
    """*reply* as text, with its choices as buttons and its picture above."""
    offered = _buttons(reply)
    text = condense(reply if len(offered) > BUTTONS or len(reply.cards) > 1 else _without_choices(reply))
    payload: dict[str, Any] = {}
    picture = _picture(reply.cards[0], public_url) if len(reply.cards) == 1 else ""
    if picture or uploaded:
        where = {"attachment_id": uploaded} if uploaded else {"url": picture}
        payload |= {"template_type": "media", "elements": [{"media_type": "image", **where}]}
    if offered:
        payload["buttons"] = offered[:BUTTONS]
    return {"text": text} | ({"attachment": {"type": "template", "payload": payload}} if payload else {})


def _list(reply: Reply, public_url: str) -> dict[str, Any] | None:
    """*reply* as a list, or None where one of its words would be lost: a list is whole or it is none."""
    if len(reply.cards) > ELEMENTS or any(utf16_length(_numbered_title(card, 99)) > TITLE for card in reply.cards):
        return None
    elements = _elements(reply, public_url)
    offered = [_button(choice) for choice in reply.choices if _fits(choice)]
    if len(offered) > BUTTONS or any(utf16_length(one["subtitle"]) > SUBTITLE for one in elements):
        return None
    payload: dict[str, Any] = {"template_type": "list", "elements": elements}
    if offered:
        payload["buttons"] = offered
    return {"attachment": {"type": "template", "payload": payload}}


def _elements(reply: Reply, public_url: str) -> list[dict[str, Any]]:
    """The cards of *reply* below what it says, or with that in the first of them where there is no room above."""
    elements = [_element(card, number, public_url) for number, card in enumerate(reply.cards, start=1)]
    said = "\n".join([*(f"⚠ {warning}" for warning in reply.warnings), *filter(None, [reply.text])])
    if said.strip() and len(elements) < ELEMENTS:
        elements.insert(0, _headline(said))
    elif said.strip():
        elements[0]["subtitle"] = f"{said}\n{elements[0]['subtitle']}".strip()
    return elements


def _headline(said: str) -> dict[str, Any]:
    """The first element of a list, which must have a subtitle."""
    first, _, rest = said.partition("\n")
    if utf16_length(first) > TITLE or not first.strip() or not rest.strip():
        return {"title": "Hỏi OCOP", "subtitle": said}
    return {"title": first, "subtitle": rest}


def _element(card: Card, number: int, public_url: str) -> dict[str, Any]:
    stars = plain.stars(card.stars) if card.stars is not None else ""
    lines = (f"{stars} {card.subtitle}".strip(), card.verdict.strip())
    subtitle = "\n".join(filter(None, lines)) or card.title
    element: dict[str, Any] = {"title": _numbered_title(card, number), "subtitle": subtitle}
    if picture := _picture(card, public_url):
        element["image_url"] = picture
    opened = next((choice.action for choice in card.choices if choice.action is not None), None)
    if opened is not None:
        element["default_action"] = {"type": "oa.query.hide", "payload": f"{HIDDEN}{opened}"}
    elif card.url.startswith("https://"):
        element["default_action"] = {"type": "oa.open.url", "url": card.url}
    return element


def _numbered_title(card: Card, number: int) -> str:
    return f"{number}. {card.title}"


def _buttons(reply: Reply) -> list[dict[str, Any]]:
    """All choices as buttons, those that matter most first."""
    card = reply.cards[0].choices if len(reply.cards) == 1 else ()
    return [_button(one) for one in sorted((*card, *reply.choices), key=_rank) if _fits(one)]


def _rank(choice: Choice) -> int:
    return {Style.MAIN: 0, Style.UNFOLD: 1}.get(choice.style, 2)


def _fits(choice: Choice) -> bool:
    """True if a Zalo button can do what *choice* does: mail it cannot."""
    return choice.action is not None or choice.url.startswith((*_WEB, "tel:"))


def _button(choice: Choice) -> dict[str, Any]:
    title = choice.label if utf16_length(choice.label) <= BUTTON_TITLE else _cut(choice.label, BUTTON_TITLE)
    if choice.url.startswith("tel:"):
        phone = choice.url.removeprefix("tel:").partition(";")[0].replace("-", "")
        return {"title": title, "type": "oa.open.phone", "payload": {"phone_code": phone}}
    if choice.url.startswith(_WEB):
        return {"title": title, "type": "oa.open.url", "payload": {"url": choice.url}}
    return {"title": title, "type": "oa.query.hide", "payload": f"{HIDDEN}{choice.action}"}


def _without_choices(reply: Reply) -> Reply:
    """*reply* without what its buttons already say."""
    return replace(reply, choices=(), cards=tuple(replace(card, choices=()) for card in reply.cards))


def _picture(card: Card, public_url: str) -> str:
    """The card's picture where Zalo can fetch it; "" if it cannot."""
    if card.picture.startswith("/") and public_url:
        return f"{public_url}{card.picture}"
    return card.picture if card.picture.startswith("https://") else ""
