"""Buttons and places as the Bot API spells them: plain values, for every answer carries them."""

from typing import Any

from bot.channels.telegram.keyboard import Row
from bot.channels.telegram.strings import say
from bot.channels.telegram.thread import Thread

NO_PREVIEW = {"is_disabled": True}
Markup = dict[str, Any]


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
    button: dict[str, Any] = {"text": say(f"send_{what}", language)}
    if what in {"location", "contact"}:
        button[f"request_{what}"] = True
    return {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}


def place(thread: Thread) -> dict[str, Any]:
    """Where in its chat a new message goes."""
    where: dict[str, Any] = {}
    if thread.topic:
        where["message_thread_id"] = thread.topic
    if thread.quoted:
        where["reply_parameters"] = {"message_id": thread.quoted, "allow_sending_without_reply": True}
    return where
