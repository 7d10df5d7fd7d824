"""Misbehaviour on demand for the stand-ins: errors, silence, cut lines, repeats and disorder."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.typedefs import Middleware

Event = TypeVar("Event")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer *status* with *body* as JSON (or *raw* as it is) instead of doing anything."""

    status: int
    body: Any = None
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = ""


@dataclass(frozen=True, slots=True)
class Hang:
    """Say nothing for *seconds*; then cut the line. *done* True does the work first: the answer alone is lost."""

    seconds: float = 3600.0
    done: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """Close the connection without an answer. *done* True does the work first: the answer alone is lost."""

    done: bool = False
    path: str = ""


Fault = Answer | Hang | Cut


class Faults:
    """Faults waiting for requests: each is spent on the first request whose path ends with its *path* ("" = any)."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.spent: list[tuple[str, Fault]] = []

    def add(self, *faults: Fault, times: int = 1) -> None:
        """Queue *faults*, the whole row *times* over."""
        self.waiting.extend(faults * times)

    def clear(self) -> None:
        """Behave from now on."""
        self.waiting.clear()

    def take(self, path: str) -> Fault | None:
        """The fault meant for a request to *path*, if one waits; it is spent."""
        for fault in self.waiting:
            if path.endswith(fault.path):
                self.waiting.remove(fault)
                self.spent.append((path, fault))
                return fault
        return None

    @property
    def middleware(self) -> Middleware:
        """What an aiohttp application puts first in its middlewares."""

        @web.middleware
        async def misbehave(request: web.Request, handler: Handler) -> web.StreamResponse:
            fault = self.take(request.path)
            return await (handler(request) if fault is None else _commit(fault, request=request, handler=handler))

        return misbehave


async def _commit(fault: Fault, *, request: web.Request, handler: Handler) -> web.StreamResponse:
    if isinstance(fault, Answer):
        await request.read()
        if fault.raw is not None:
            return web.Response(status=fault.status, body=fault.raw, headers=fault.headers)
        return web.json_response(fault.body, status=fault.status, headers=fault.headers)
    if fault.done:
        await handler(request)
    if isinstance(fault, Hang):
        await asyncio.sleep(fault.seconds)
    return _cut(request)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def repeated(events: Iterable[Event], *, chance: Random, most: int = 3) -> list[Event]:
    """Each of *events* one to *most* times, repeats right behind one another."""
    return [event for event in events for _ in range(chance.randint(1, most))]


def disordered(events: Sequence[Event], *, chance: Random) -> list[Event]:
    """All of *events* in another order."""
    return chance.sample(events, len(events))
