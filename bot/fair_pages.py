"""Fairs for everybody: the calendar as a page and as a file, and a page for each fair with the plan of its booths."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import urlsplit

from aiohttp import web

from bot.board import drawing
from bot.board.drawing import PageFrame
from bot.pages import headers, words
from catalog.errors import NotFound, StoreError
from catalog.fairs import calendar
from catalog.fairs.calendar import Fair
from catalog.fairs.plan import draw_plan
from handlers.context import Context
from handlers.fairs import wording
from handlers.phrases import Speech, languages, speech

log = logging.getLogger(__name__)

_FRESH = "public, max-age=300"
_ICS = {"Cache-Control": _FRESH, "X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*"}
Answer = Callable[[web.Request, Speech], Awaitable[web.Response]]


class FairPages:
    """``/fairs``, ``/fairs/<key>``, ``/fairs/<key>.ics`` and ``/lich.ics``."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """What the server mounts."""
        return (
            web.get(wording.PATH, self._whole(self._list)),
            web.get(f"{wording.PATH}/{{key:[a-z0-9-]{{1,40}}}}", self._whole(self._show)),
            web.get(f"{wording.PATH}/{{key:[a-z0-9-]{{1,40}}}}.ics", self._whole(self._one_calendar)),
            web.get(wording.CALENDAR, self._whole(self._calendar)),
        )

    def _whole(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        """*answer* in the visitor's language; 404 for a fair that is not there, 503 while nothing can be read."""

        async def give(request: web.Request) -> web.Response:
            say = speech(_language(request))
            try:
                return await answer(request, say)
            except NotFound:
                frame = PageFrame(say, say("This is not here (any more)"), "")
                text = drawing.render("public_message.html", frame, {"back": wording.PATH, "label": say("All fairs")})
                return web.Response(text=text, status=404, content_type="text/html", headers=headers.for_page())
            except StoreError as error:
                log.warning("fairs could not be shown: %s", error)
                raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None

        return give

    async def _list(self, request: web.Request, say: Speech) -> web.Response:
        every, today = await self._context.store.fairs.list_all(), self._context.today()
        coming = [each for each in every if not each.is_over(today)]
        values = {
            "coming": [self._fair_values(fair, say) for fair in coming],
            "past": [self._fair_values(fair, say) for fair in calendar.past(every, today)],
            "path": wording.PATH,
            "calendar": wording.CALENDAR,
            "asked": f"?lang={request.query['lang']}" if "lang" in request.query else "",
        }
        return _page("public_fairs.html", say("Fairs"), values, request, say)

    def _fair_values(self, fair: Fair, say: Speech) -> dict[str, object]:
        return {
            "fair": fair,
            "kind": wording.kind_name(fair.kind, say),
            "when": wording.when(fair, say),
            "place": wording.place(fair, self._context.places),
            "state": wording.state(fair, self._context.today(), say),
            "booths": 0,
        }

    async def _show(self, request: web.Request, say: Speech) -> web.Response:
        store = self._context.store
        fair = await store.fairs.by_key(request.match_info["key"])
        booths = await store.fairs.booths(fair.key)
        plan = draw_plan(booths)
        makers = {
            each.id: each.name for each in await store.producers(sorted({b.producer for b in booths if b.producer}))
        }
        lines = [
            (placed.booth, wording.holder_name(placed.booth, makers, say))
            for zone in plan.zones
            for placed in zone.booths
            if placed.booth.is_taken
        ]
        values = {
            "fair": fair,
            "line": {**self._fair_values(fair, say), "booths": len(booths)},
            "plan": plan,
            "lines": lines,
            "path": wording.PATH,
            "calendar": "" if fair.is_over(self._context.today()) else wording.calendar_url("", fair),
            "directions": wording.directions_url(fair.point) if fair.point else "",
            "asked": f"?lang={request.query['lang']}" if "lang" in request.query else "",
        }
        return _page("public_fair.html", fair.name, values, request, say)

    async def _calendar(self, _request: web.Request, say: Speech) -> web.Response:
        return await self._ics(await self._context.store.fairs.list_all(), say("OCOP fairs"), "ocop")

    async def _one_calendar(self, request: web.Request, _say: Speech) -> web.Response:
        fair = await self._context.store.fairs.by_key(request.match_info["key"])
        return await self._ics([fair], fair.name, fair.key)

    async def _ics(self, fairs: Sequence[Fair], title: str, name: str) -> web.Response:
        # It takes half a second to load, which only who asks for a calendar needs.
        from catalog.fairs.calendar_file import write_calendar  # noqa: PLC0415

        base = self._context.public_url
        host = urlsplit(base).hostname or "hoi-ocop.invalid"
        body = await asyncio.to_thread(
            write_calendar, fairs, title=title, host=host, url_of=lambda fair: wording.page_url(base, fair)
        )
        named = {"Content-Disposition": f'inline; filename="{name}.ics"'}
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=_ICS | named)


def _page(template: str, title: str, values: Mapping[str, object], request: web.Request, say: Speech) -> web.Response:
    def other(code: str) -> str:
        return str(request.rel_url.update_query(lang=code))

    frame = PageFrame(say, title, "", languages=drawing.other_languages(say, other))
    text = drawing.render(template, frame, values)
    return web.Response(text=text, content_type="text/html", headers=headers.for_page())


def _language(request: web.Request) -> str:
    asked = request.query.get("lang", "")
    return asked if asked in languages() else words.preferred_language(request.headers.get("Accept-Language", ""))
