"""Structured logs, without anything personal: no message, no phone number, no token ever reaches them."""

import asyncio
import logging
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import structlog

log = logging.getLogger(__name__)

_TOKENS = re.compile(r"(bot)?\d{6,12}:[A-Za-z0-9_-]{30,}")
_FRAMES = 6
_TOLD_AGAIN = 600.0
# Below a warning these tell much, and some of them what was sent or asked.
_NOISY = (
    "aiohttp", "aiosqlite", "alembic", "asyncio", "httpcore", "httpx", "PIL", "psycopg", "RapidOCR", "sqlalchemy",
    "opentelemetry", "telegram", "urllib3",
)  # fmt: skip
# These repeat a word of a request in a warning; what is wrong with it is answered to whoever sent it.
_REPEATING = ("aiohttp.websocket", "aiohttp.internal")


class LastingTrouble:
    """Something that is tried every moment and fails: said once and then every ten minutes, and that it is over."""

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = logger
        self._clock = clock
        self._since: float | None = None
        self._told = float("-inf")

    def note_failure(self, message: str, *facts: object, level: int = logging.WARNING) -> None:
        """It failed again, as *message* with its *facts* says."""
        now = self._clock()
        self._since = now if self._since is None else self._since
        is_told = now - self._told < _TOLD_AGAIN
        self._log.log(logging.DEBUG if is_told else level, message, *facts)
        self._told = self._told if is_told else now

    def note_success(self, message: str) -> None:
        """It works, as *message* says; how long it did not is said behind it."""
        if self._since is not None:
            self._log.info("%s, after %.0f s", message, self._clock() - self._since)
            self._since, self._told = None, float("-inf")


def set_up(*, level: str, machine: bool) -> None:
    """Send every log line through structlog: coloured text for people, JSON for machines."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _outline_exception,
        _without_tokens,
    ]
    drawn = structlog.processors.JSONRenderer(ensure_ascii=False) if machine else structlog.dev.ConsoleRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, drawn]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _REPEATING:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def log_loop_error(_loop: object, context: Mapping[str, Any]) -> None:
    """Log an error that the event loop reports of a task or a connection, without the words of errors and reprs."""
    error = context.get("exception")
    task = context.get("task") or context.get("future")
    name = f" in {task.get_name()}" if isinstance(task, asyncio.Task) else ""
    what = outline(error) if isinstance(error, BaseException) else "no error is known"
    log.error("the event loop reports an error%s: %s", name, what)


def outline(error: BaseException) -> str:
    """What *error* is and where it arose, without its words: they may repeat what a person wrote."""
    causes = []
    cause: BaseException | None = error
    while cause is not None:
        frames = traceback.extract_tb(cause.__traceback__)[-_FRAMES:]
        where = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))
        causes.append(f"{type(cause).__module__}.{type(cause).__qualname__} in {where}")
        cause = cause.__cause__
    return "; because of ".join(causes)


def _outline_exception(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Put in the place of an exception what it is and where it arose: its words may be a person's."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = outline(error)
    return event


def _without_tokens(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Cut out what looks like a bot's token, wherever a library may have put it."""
    for key, value in event.items():
        if isinstance(value, str) and ":" in value:
            event[key] = _TOKENS.sub("[token]", value)
    return event
