"""JSON that a vendor posts: whatever is in it, reading it raises nothing."""

import json
from datetime import UTC, datetime
from typing import Any


def parse_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in *body*, its integers kept as text because ids outgrow other readers; None if it is none."""
    try:
        read = json.loads(body, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def text_of(value: object) -> str:
    """*value* as text; "" unless it is text or a number."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def dict_of(value: object) -> dict[str, Any]:
    """*value* if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """*value* if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def moment_of(milliseconds: object) -> datetime:
    """*milliseconds* since 1970, as text or as a number, in UTC; the epoch if it is neither."""
    try:
        return datetime.fromtimestamp(int(text_of(milliseconds)) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, tz=UTC)
