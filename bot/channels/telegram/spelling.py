"""JSON as it comes from Telegram and goes there."""

import json
from typing import Any

from pydantic import TypeAdapter

_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


def spell(said: Any) -> bytes:
    """*said* as JSON."""
    return _ANYTHING.dump_json(said)


def read(body: bytes) -> Any:
    """What *body* says. Raises ValueError, and RecursionError for what is nested without end."""
    try:
        return _ANYTHING.validate_json(body)
    except ValueError:
        # Half a letter is no reason to refuse an update: Telegram would bring it again and again.
        return json.loads(body)
