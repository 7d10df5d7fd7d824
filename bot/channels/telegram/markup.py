"""Buttons and places in the library's own types."""

from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from bot.channels.telegram.keyboard import Row
from bot.channels.telegram.thread import Thread
from bot.channels.telegram.words import say

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup


def inline(buttons: tuple[Row, ...]) -> InlineKeyboardMarkup | None:
    """The buttons under a message; None for none."""
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(b.label, url=b.url or None, callback_data=None if b.url else b.data) for b in row]
            for row in buttons
        ]
    )


def asking(what: str, language: str) -> ReplyKeyboardMarkup:
    """One button under the text field that gives what we ask for, only when it is pressed."""
    button = KeyboardButton(
        say(f"send_{what}", language),
        request_location=True if what == "location" else None,
        request_contact=True if what == "contact" else None,
    )
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)


def place(thread: Thread) -> dict[str, Any]:
    """Where in its chat a new message goes."""
    where: dict[str, Any] = {}
    if thread.topic:
        where["message_thread_id"] = thread.topic
    if thread.quoted:
        where["reply_parameters"] = ReplyParameters(thread.quoted, allow_sending_without_reply=True)
    return where
