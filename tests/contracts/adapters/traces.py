"""What a channel holds in memory, looked through for somebody's address."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

_OURS = ("bot.channels.", "bot.channel_kit.", "handlers.", "tests.")


def traces(channel: object, address: str) -> list[str]:
    """Where in *channel*, and in all that it holds, *address* stands."""
    whole = re.compile(rf"(?<![0-9A-Za-z]){re.escape(address)}(?![0-9A-Za-z])")
    return [path for path, value in _held(channel, type(channel).__name__, set()) if whole.search(value)]


def _held(value: Any, path: str, seen: set[int]) -> Iterator[tuple[str, str]]:
    """Every text and number in *value*, with the way there."""
    if isinstance(value, str | int):
        yield path, str(value)
        return
    if id(value) in seen:
        return
    seen.add(id(value))
    for name, inner in _parts(value):
        yield from _held(inner, f"{path}.{name}", seen)


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """What *value* is made of; a person's open requests and what belongs to libraries or to the house is left out."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield "key", key
            yield str(key), each
    elif isinstance(value, list | tuple | set | frozenset) or type(value).__name__ == "deque":
        yield from ((str(number), each) for number, each in enumerate(value))
    elif type(value).__module__.startswith(_OURS):
        names = {
            *getattr(value, "__dict__", {}),
            *(field.name for field in (fields(value) if is_dataclass(value) else ())),
        }
        yield from ((name, getattr(value, name)) for name in sorted(names) if hasattr(value, name))


def _slots(value: Any) -> list[str]:
    """The fields of a dataclass, which may have no __dict__."""
    return [each.name for each in fields(value)] if is_dataclass(value) else []
