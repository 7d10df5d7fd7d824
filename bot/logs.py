"""Structured logs, without anything personal: no message, no phone number, no token ever reaches them."""

import logging
import re
import sys
import traceback
from typing import Any

import structlog

_TOKENS = re.compile(r"(bot)?\d{6,12}:[A-Za-z0-9_-]{30,}")
_FRAMES = 6
_NOISY = ("aiosqlite", "PIL", "httpcore", "httpx", "alembic", "asyncio", "aiohttp.access", "sqlalchemy", "RapidOCR")


def set_up(*, level: str, machine: bool) -> None:
    """Send every log line through structlog: coloured text for people, JSON for machines."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
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


def outline(error: BaseException) -> str:
    """What *error* is and where it arose, without its words: they may repeat what a person wrote."""
    told = []
    cause: BaseException | None = error
    while cause is not None:
        frames = traceback.extract_tb(cause.__traceback__)[-_FRAMES:]
        where = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))
        told.append(f"{type(cause).__module__}.{type(cause).__qualname__} in {where}")
        cause = cause.__cause__
    return "; because of ".join(told)


def _without_tokens(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Cut out what looks like a bot's token, wherever a library may have put it."""
    for key, value in event.items():
        if isinstance(value, str) and ":" in value:
            event[key] = _TOKENS.sub("[token]", value)
    return event
