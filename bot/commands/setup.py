"""hoi-ocop settings: every setting with its meaning, as .env.example has it."""

import textwrap
from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.commands import terminal
from bot.discovery import channel_module, channel_names
from bot.settings import PREFIX, Settings, block_prefix

_WIDTH = 110
_HEAD = (
    "# Every setting of Hỏi OCOP. Copy this file to .env and change what you need; commented lines are the defaults.",
    "# hoi-ocop check says what is on, off and wrong. This file is written by: hoi-ocop settings",
)


def run() -> int:
    """Print them all."""
    terminal.write(example())
    return terminal.OK


def example() -> str:
    """The text of .env.example."""
    return "\n".join([*_HEAD, "", *_house(), *(line for name in channel_names() for line in _channel(name))]).rstrip()


def variables() -> set[str]:
    """Every variable that some settings read."""
    house = {f"{PREFIX}{name}".upper() for name, _ in _own_fields()}
    blocks = {f"{block_prefix(name)}{field}".upper() for name in channel_names() for field in _model(name).model_fields}
    return house | blocks


def _model(name: str) -> type[BaseModel]:
    return channel_module(name).Settings


def _own_fields() -> Iterator[tuple[str, FieldInfo]]:
    """The fields of the house itself; what it reads of a channel's block is explained there."""
    return ((name, field) for name, field in Settings.model_fields.items() if field.validation_alias is None)


def _house() -> Iterator[str]:
    yield "# --- The house " + "-" * 60
    for name, field in _own_fields():
        yield from _lines(f"{PREFIX}{name}".upper(), field)


def _channel(name: str) -> Iterator[str]:
    needed = [field for field in _model(name).model_fields.values() if field.is_required()]
    state = "on once its needed settings are there" if needed else "on unless it is switched off"
    yield f"# --- Channel {name}: {state} ".ljust(76, "-")
    for field_name, field in _model(name).model_fields.items():
        yield from _lines(f"{block_prefix(name)}{field_name}".upper(), field)


def _lines(variable: str, field: FieldInfo) -> Iterator[str]:
    needed = " (needed)" if field.is_required() else ""
    for line in textwrap.wrap(f"{field.description or variable}{needed}", _WIDTH):
        yield f"# {line}"
    yield f"# {variable}={'' if field.is_required() else _value_text(field.get_default(call_default_factory=True))}"
    yield ""


def _value_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
        case Enum():
            return str(value.value)
        case bool():
            return str(value).lower()
        case tuple():
            return ",".join(map(str, value))
    return str(value)
