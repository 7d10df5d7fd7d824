"""A route through communes as files: a map as a picture, an event for a calendar, and the borders as GPX."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from aiohttp import web

from catalog.map_picture import draw_png
from catalog.villages import write_event, write_gpx
from handlers.catalogue.tour import MOST, ROUTE
from handlers.context import Context
from handlers.phrases import FIRST, speech

_HEADERS = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
_LONGEST = 80
_MARKED_LEVEL = 2


class RouteFiles:
    """``/route.png``, ``/route.ics`` and ``/route.gpx``; all of a route stands in their address, nothing is kept."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """What the server mounts."""
        return (
            web.get(f"{ROUTE}.png", self._picture),
            web.get(f"{ROUTE}.ics", self._event),
            web.get(f"{ROUTE}.gpx", self._gpx),
        )

    async def _picture(self, request: web.Request) -> web.Response:
        numbers = {code: number for number, (_, code) in enumerate(self._stops(request), 1)}
        levels = dict.fromkeys(numbers, _MARKED_LEVEL)
        drawn = await asyncio.to_thread(draw_png, levels, numbers, marked=tuple(numbers), caption=())
        return web.Response(body=drawn, content_type="image/png", headers=_HEADERS)

    async def _event(self, request: web.Request) -> web.Response:
        day = self._context.today() + timedelta(days=1)
        say = speech(request.query.get("lang", FIRST))
        title = say("Half a day out")
        text = write_event(self._stops(request), title=title, day=day, now=self._context.now())
        return web.Response(body=text, content_type="text/calendar", charset="utf-8", headers=_HEADERS)

    async def _gpx(self, request: web.Request) -> web.Response:
        named = {"Content-Disposition": 'attachment; filename="ocop.gpx"'}
        text = write_gpx(self._stops(request))
        return web.Response(body=text, content_type="application/gpx+xml", headers=_HEADERS | named)

    def _stops(self, request: web.Request) -> list[tuple[str, str]]:
        """The stops of the address, each with the code of its commune; 404 where there is none of ours."""
        pairs = (each.partition(":") for each in request.query.get("stops", "").split("~")[:MOST])
        units = ((name, self._context.places.with_code(code)) for code, _, name in pairs)
        found = [(f"{name[:_LONGEST]} ({unit})", unit.code) for name, unit in units if unit is not None and name]
        if not found:
            raise web.HTTPNotFound
        return found
