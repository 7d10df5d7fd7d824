"""What the Bot API accepts: markup, lengths, keyboards, inline results. Anything else is a Refusal."""

import html
import json
import re
from typing import Any
from urllib.parse import urlsplit

_TOKENS = re.compile(r"<(/?)([a-z-]+)((?:\s[^<>]*)?)>|&(#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);|([<>&])|([^<>&]+)")
_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "tg-spoiler", "blockquote"}
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Refusal(Exception):
    """The Bot API says no: *status*, *description*, and perhaps *parameters*."""

    def __init__(self, description: str, *, status: int = 400, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def seen(marked: str) -> str:
    """What a reader sees of HTML; refuses whatever is not well-formed or not allowed."""
    text: list[str] = []
    stack: list[str] = []
    for match in _TOKENS.finditer(marked):
        closing, tag, attributes, entity, stray, words = match.groups()
        if stray:
            raise Refusal(f"Bad Request: can't parse entities: unescaped {stray!r} at {match.start()}")
        if tag:
            _turn(stack, tag=tag, closing=bool(closing), attributes=attributes)
        else:
            text.append(html.unescape(f"&{entity};") if entity else words)
    if stack:
        raise Refusal(f"Bad Request: can't parse entities: can't find end tag corresponding to start tag {stack[-1]}")
    return "".join(text).strip()


def _turn(stack: list[str], *, tag: str, closing: bool, attributes: str) -> None:
    if tag not in _TAGS:
        raise Refusal(f"Bad Request: can't parse entities: unsupported start tag {tag!r}")
    if closing:
        if not stack or stack.pop() != tag:
            raise Refusal(f"Bad Request: can't parse entities: unmatched end tag {tag!r}")
        return
    href = re.fullmatch(r'\shref="([^"<>]*)"', attributes)
    if tag == "blockquote" and "blockquote" in stack:
        raise Refusal("Bad Request: can't parse entities: blockquotes can't be nested")
    folds = tag == "blockquote" and attributes == " expandable"
    if (tag == "a") != bool(href) or (tag != "a" and attributes and not folds):
        raise Refusal(f"Bad Request: can't parse entities: attributes of {tag!r}")
    if href and urlsplit(html.unescape(href[1])).scheme not in {"http", "https", "tg", "mailto"}:
        raise Refusal("Bad Request: can't parse entities: link to nowhere")
    stack.append(tag)


def message_text(parameters: dict[str, Any], *, key: str = "text", limit: int = 4096, least: int = 1) -> str:
    marked = parameters.get(key) or ""
    mode = parameters.get("parse_mode")
    if mode not in {None, "HTML"}:
        raise Refusal("Bad Request: unsupported parse_mode")
    shown = seen(marked) if mode == "HTML" else marked.strip()
    if units(shown) < least:
        raise Refusal("Bad Request: message text is empty")
    if units(shown) > limit:
        raise Refusal(
            "Bad Request: message is too long" if key == "text" else "Bad Request: message caption is too long"
        )
    return shown


def markup(given: Any, *, private: bool, only_inline: bool = False) -> dict[str, Any] | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise Refusal("Bad Request: object expected as reply markup")
    if "inline_keyboard" in given:
        _inline(given["inline_keyboard"])
        return given
    if only_inline:
        raise Refusal("Bad Request: inline keyboard expected")
    if "keyboard" in given:
        _under(given["keyboard"], private=private)
        return given
    if given != {"remove_keyboard": True}:
        raise Refusal("Bad Request: can't parse reply keyboard markup JSON object")
    return given


def _rows(keyboard: Any) -> list[dict[str, Any]]:
    if not isinstance(keyboard, list) or not keyboard or not all(isinstance(row, list) and row for row in keyboard):
        raise Refusal('Bad Request: field "keyboard" must be an Array of non-empty Arrays')
    buttons = [button for row in keyboard for button in row]
    if len(buttons) > 100:
        raise Refusal("Bad Request: reply markup is too long")
    for button in buttons:
        if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
            raise Refusal("Bad Request: text buttons are unallowed in the inline keyboard")
    return buttons


def _inline(keyboard: Any) -> None:
    for button in _rows(keyboard):
        kinds = set(button) - {"text"}
        if kinds == {"callback_data"}:
            data = button["callback_data"]
            if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
                raise Refusal("Bad Request: BUTTON_DATA_INVALID")
        elif kinds == {"url"}:
            parts = urlsplit(button["url"])
            if parts.scheme not in {"http", "https", "tg"} or "." not in (parts.hostname or ""):
                raise Refusal(f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
        else:
            raise Refusal(f"Bad Request: can't parse inline keyboard button: {sorted(kinds)}")


def _under(keyboard: Any, *, private: bool) -> None:
    for button in _rows(keyboard):
        asks = set(button) - {"text"}
        if not asks <= {"request_location", "request_contact"} or len(asks) > 1:
            raise Refusal("Bad Request: can't parse keyboard button")
        if asks and not private:
            raise Refusal("Bad Request: location can be requested in private chats only")


def inline_results(parameters: dict[str, Any]) -> None:
    results = parameters["results"]
    if len(results) > 50:
        raise Refusal("Bad Request: RESULTS_TOO_MUCH")
    if len({result.get("id") for result in results}) != len(results):
        raise Refusal("Bad Request: RESULT_ID_DUPLICATE")
    for result in results:
        _result(result)
    if len((parameters.get("next_offset") or "").encode()) > 64:
        raise Refusal("Bad Request: NEXT_OFFSET_INVALID")
    button = parameters.get("button")
    if button is not None and not (button.get("text") and _START.fullmatch(button.get("start_parameter", ""))):
        raise Refusal("Bad Request: START_PARAM_INVALID")


def _result(result: dict[str, Any]) -> None:
    if not 1 <= len(str(result.get("id", "")).encode()) <= 64:
        raise Refusal("Bad Request: RESULT_ID_INVALID")
    if result.get("type") != "article" or not str(result.get("title", "")).strip():
        raise Refusal("Bad Request: ARTICLE_TITLE_EMPTY")
    content = result.get("input_message_content")
    if not isinstance(content, dict) or not set(content) <= {"message_text", "parse_mode", "link_preview_options"}:
        raise Refusal("Bad Request: can't parse inline query result: input message content")
    message_text({"text": content["message_text"], "parse_mode": content.get("parse_mode")})
    markup(result.get("reply_markup"), private=True, only_inline=True)


def commands(given: Any) -> None:
    if not isinstance(given, list) or len(given) > 100:
        raise Refusal("Bad Request: too many commands")
    for command in given:
        fine = re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", ""))
        if (
            not fine
            or not 1 <= len(command.get("description", "")) <= 256
            or set(command) != {"command", "description"}
        ):
            raise Refusal("Bad Request: BOT_COMMAND_INVALID")


# How each parameter is spelled, by method: a star marks the ones that must be there. ----------------------------

_SEND = {"message_thread_id": int, "parse_mode": str, "reply_markup": dict, "reply_parameters": dict}
METHODS: dict[str, dict[str, type]] = {
    "getMe": {},
    "getUpdates": {"offset": int, "limit": int, "timeout": int, "allowed_updates": list},
    "setWebhook": {
        "url*": str, "secret_token": str, "allowed_updates": list, "max_connections": int, "drop_pending_updates": bool,
    },
    "deleteWebhook": {"drop_pending_updates": bool},
    "getWebhookInfo": {},
    "setMyCommands": {"commands*": list, "language_code": str},
    "setChatMenuButton": {"menu_button*": dict, "chat_id": int},
    "getFile": {"file_id*": str},
    "sendMessage": {"chat_id*": int, "text*": str, "link_preview_options": dict, **_SEND},
    "sendPhoto": {"chat_id*": int, "photo*": str, "caption": str, **_SEND},
    "sendChatAction": {"chat_id*": int, "action*": str, "message_thread_id": int},
    "editMessageText": {
        "chat_id*": int, "message_id*": int, "text*": str, "parse_mode": str, "link_preview_options": dict,
        "reply_markup": dict,
    },
    "editMessageCaption": {
        "chat_id*": int, "message_id*": int, "caption": str, "parse_mode": str, "reply_markup": dict,
    },
    "editMessageMedia": {"chat_id*": int, "message_id*": int, "media*": dict, "reply_markup": dict},
    "answerCallbackQuery": {"callback_query_id*": str, "text": str},
    "answerInlineQuery": {
        "inline_query_id*": str, "results*": list, "cache_time": int, "is_personal": bool, "next_offset": str,
        "button": dict,
    },
}  # fmt: skip


def typed(method: str, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters of *method* in their types; refuses unknown, missing and misspelt ones."""
    if method not in METHODS:
        raise Refusal("Not Found", status=404)
    wanted = {name.rstrip("*"): kind for name, kind in METHODS[method].items()}
    if unknown := set(given) - set(wanted):
        raise Refusal(f"Bad Request: {method} has no parameter {sorted(unknown)}")
    for name in METHODS[method]:
        if name.endswith("*") and (name.rstrip("*") not in given or given[name.rstrip("*")] == ""):
            raise Refusal(f"Bad Request: parameter {name.rstrip('*')!r} is empty")
    return {name: _typed(name, value, wanted[name]) for name, value in given.items()}


def _typed(name: str, value: Any, kind: type) -> Any:
    if kind is not str and isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise Refusal(f"Bad Request: can't parse {name}") from None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Refusal(f"Bad Request: {name} must be {kind.__name__}")
    return value
