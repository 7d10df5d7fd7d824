"""The first page: who is here, and what they may."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.board import wording
from handlers.board.desk import Desk


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role of the officer: what it is called, how far it reaches, until when (""  is without an end)."""

    role: str
    scope: str
    until: str


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the first page says."""

    title: str
    roles: Sequence[RoleLine]


def greet(desk: Desk) -> Greeting:
    """Greet the officer, and say which roles count today."""
    say, today = desk.say, desk.context.today()
    lines = [
        RoleLine(
            wording.role_name(each.role, say),
            wording.scope_name(each, desk.context.places, say),
            wording.day(each.until) if each.until else "",
        )
        for each in desk.officer.grants_in_force(today)
    ]
    return Greeting(say("Hello, {name}", name=desk.officer.name), lines)
