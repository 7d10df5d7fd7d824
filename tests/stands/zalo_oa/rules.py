"""What the message API accepts; anything else is error -201 with the reason."""

from typing import Any
from urllib.parse import urlsplit

TEXT, TITLE, SUBTITLE, BUTTON, PAYLOAD = 2000, 100, 500, 100, 1000
ELEMENTS = BUTTONS = 5


class Invalid(Exception):
    """The message breaks a rule."""


def check(message: Any) -> None:
    """Raise Invalid unless *message* is a text, a text with buttons, a picture, or a list."""
    only(message, {"text", "attachment", "quote_message_id"})
    if not message.keys() & {"text", "attachment"}:
        raise Invalid("nothing to say")
    if "text" in message:
        words(message["text"], TEXT)
    if "attachment" in message:
        _attachment(message["attachment"], has_text="text" in message)


def _attachment(attachment: Any, *, has_text: bool) -> None:
    only(attachment, {"type", "payload"})
    if attachment.get("type") != "template":
        raise Invalid("attachment.type")
    payload = attachment.get("payload")
    only(payload, {"template_type", "elements", "buttons"})
    kind = payload.get("template_type")
    if kind is None and not (has_text and payload.get("buttons")):
        raise Invalid("buttons need a text")
    if kind not in {None, "media", "list"}:
        raise Invalid("template_type")
    if kind is None and "elements" in payload:
        raise Invalid("elements without template_type")
    if kind is not None:
        _elements(payload.get("elements"), kind)
    if "buttons" in payload:
        _buttons(payload["buttons"])


def _elements(elements: Any, kind: str) -> None:
    most = 1 if kind == "media" else ELEMENTS
    if not isinstance(elements, list) or not 1 <= len(elements) <= most:
        raise Invalid("elements")
    for place, element in enumerate(elements):
        if kind == "media":
            only(element, {"media_type", "url", "attachment_id"})
            if element.get("media_type") != "image":
                raise Invalid("media_type")
            if "attachment_id" in element:
                words(element["attachment_id"], 200)
            else:
                address(element.get("url"))
        else:
            _listed(element, first=place == 0)


def _listed(element: Any, *, first: bool) -> None:
    only(element, {"title", "subtitle", "image_url", "default_action"})
    words(element.get("title"), TITLE)
    if first or "subtitle" in element:
        words(element.get("subtitle"), SUBTITLE)
    if "image_url" in element:
        address(element["image_url"])
    if "default_action" in element:
        action = element["default_action"]
        only(action, {"type", "url", "payload"})
        if action.get("type") == "oa.open.url":
            address(action.get("url"))
        elif action.get("type") in {"oa.query.hide", "oa.query.show"}:
            words(action.get("payload"), PAYLOAD)
        else:
            raise Invalid("default_action.type")


def _buttons(buttons: Any) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= BUTTONS:
        raise Invalid("buttons")
    for button in buttons:
        only(button, {"title", "type", "payload", "image_icon"})
        words(button.get("title"), BUTTON)
        payload = button.get("payload")
        match button.get("type"):
            case "oa.query.hide" | "oa.query.show":
                words(payload, PAYLOAD)
            case "oa.open.url":
                only(payload, {"url"})
                address(payload.get("url"))
            case "oa.open.phone":
                only(payload, {"phone_code"})
                digits = str(payload.get("phone_code", "")).removeprefix("+")
                if not (digits.isdecimal() and 8 <= len(digits) <= 15):
                    raise Invalid("phone_code")
            case _:
                raise Invalid("button.type")


def only(value: Any, fields: set[str]) -> None:
    """Raise Invalid unless *value* is an object with no other fields."""
    if not isinstance(value, dict) or value.keys() - fields:
        raise Invalid(f"unexpected {sorted(set(value) - fields) if isinstance(value, dict) else value!r}")


def words(value: Any, most: int) -> None:
    """Raise Invalid unless *value* is text of 1 to *most* UTF-16 units."""
    if not isinstance(value, str) or not value.strip() or len(value.encode("utf-16-le")) > 2 * most:
        raise Invalid(f"text of 1 to {most} characters wanted")


def address(value: Any) -> None:
    """Raise Invalid unless *value* is a web address."""
    if not isinstance(value, str) or urlsplit(value).scheme not in {"https", "http"} or not urlsplit(value).hostname:
        raise Invalid("web address wanted")
