"""hoi-ocop settings, migrate, key --accept and zalo login: what an operator sets up."""

import textwrap
from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.channels.zalo_oa import login
from bot.channels.zalo_oa import settings as zalo_oa
from bot.channels.zalo_oa.oauth import Denied, OAuthUnreachable
from bot.commands import terminal
from bot.discovery import channel_module, channel_names
from bot.keys import seal_keys
from bot.memory import ChannelMemory
from bot.settings import PREFIX, Settings, block_prefix, read_block, read_settings
from catalog.errors import BadSetting
from catalog.store import open_store

_WIDTH = 110
_HEAD = (
    "# Every setting of Hỏi OCOP. Copy this file to .env and change what you need; commented lines are the defaults.",
    "# hoi-ocop check says what is on, off and wrong. This file is written by: hoi-ocop settings",
)


def accept_key() -> int:
    """Take the keys that are set now for those of the database."""
    return terminal.run(_accept_key())


async def _accept_key() -> int:
    settings = read_settings()
    keys = seal_keys(settings, accept=True)
    async with open_store(settings.database_url, migrate=True, keys=keys, accept=True):
        terminal.note("From now on this key seals what people write; what another one sealed cannot be read any more.")
    return terminal.OK


def log_in_to_zalo() -> int:
    """Ask an administrator of the account to let us in, and keep what Zalo grants."""
    return terminal.run(_login())


async def _login() -> int:
    settings = read_settings()
    block = read_block(zalo_oa.NAME, zalo_oa.Settings)
    if block is None:
        raise BadSetting(f"Set {block_prefix(zalo_oa.NAME)}APP_ID, …OA_SECRET and …APP_SECRET first; see .env.example.")
    page, verifier = login.begin(block)
    terminal.out.print("1. As an administrator of the Official Account, open this page within ten minutes:")
    terminal.write(page)
    terminal.out.print("2. Allow the app; then paste the address that the page leads to (or only its code).")
    code = terminal.ask("> ")
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        try:
            until = await login.finish(block, code, verifier=verifier, memory=ChannelMemory(store, zalo_oa.NAME))
        except (Denied, OAuthUnreachable, ValueError) as error:
            terminal.complain(f"Zalo did not let us in: {error}")
            return terminal.BAD
    terminal.out.print(f"Done. The account stays connected; without any use it would end on {until:%d/%m/%Y}.")
    return terminal.OK


def print_settings() -> int:
    """Print every setting with its meaning."""
    terminal.write(example())
    return terminal.OK


def example() -> str:
    """The text of .env.example."""
    return "\n".join([*_HEAD, "", *_program(), *(line for name in channel_names() for line in _channel(name))]).rstrip()


def _model(name: str) -> type[BaseModel]:
    return channel_module(name).Settings


def _own_fields() -> Iterator[tuple[str, FieldInfo]]:
    """The settings of the program itself; those of a channel are explained with the channel."""
    return ((name, field) for name, field in Settings.model_fields.items() if field.validation_alias is None)


def _program() -> Iterator[str]:
    yield "# --- The program " + "-" * 60
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


def migrate() -> int:
    """Bring the tables up to date."""
    return terminal.run(_migrate())


async def _migrate() -> int:
    async with open_store(read_settings().database_url, create=True) as store:
        if await store.is_current():
            terminal.out.print("The database is up to date.")
            return terminal.OK
        await store.migrate()
    terminal.out.print("The database has been brought up to date.")
    return terminal.OK
