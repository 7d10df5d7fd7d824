"""The programme's public figures: a page to read, and the same as open data in CSV and JSON. Nothing to sign in to."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from aiohttp import web

from bot.board import drawing
from bot.board.drawing import PageFrame
from bot.pages import headers, words
from catalog.dates import PartialDate
from catalog.errors import StoreError
from catalog.map_picture import draw_png
from catalog.programme import Axis, ProgrammeState, count_all, count_by
from handlers import open_figures, programme
from handlers.context import Context
from handlers.phrases import Speech, languages, speech
from handlers.programme import MAP_PICTURE, Figures, load_figures
from handlers.programme_map import draw_map

log = logging.getLogger(__name__)

PATH = "/figures"
_MOST_PICTURES = 128
_FRESH = "public, max-age=300"
_OPEN = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff", "Cache-Control": _FRESH}
_PAGE = headers.for_page() | {
    "Content-Security-Policy": headers.for_page()["Content-Security-Policy"].replace(
        "form-action 'none'", "form-action 'self'"
    ),
}


class FigurePages:
    """``/figures`` with its files."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pictures: dict[tuple[int, date, str], bytes] = {}

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """What the server mounts."""
        return (
            web.get(PATH, self._whole(self._show)),
            web.get(f"{PATH}.csv", self._whole(self._csv)),
            web.get(f"{PATH}.json", self._whole(self._json)),
            web.get(open_figures.SCHEMA, self._schema),
            web.get(MAP_PICTURE, self._picture),
        )

    def _whole(
        self, answer: Callable[[web.Request, Figures], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """*answer* with the figures of the day that is asked for; 503 while they cannot be read."""

        async def give(request: web.Request) -> web.Response:
            day = programme.read_day(request.query.get("as_of", ""), self._context.today())
            try:
                return await answer(request, await load_figures(self._context, day))
            except StoreError as error:
                log.warning("the public figures could not be shown: %s", error)
                raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None

        return give

    async def _show(self, request: web.Request, figures: Figures) -> web.Response:
        say = speech(_language(request))
        frame = PageFrame(say, say("OCOP in figures"), "", languages=drawing.other_languages(say, _url_of(request)))
        text = drawing.render("figures.html", frame, self._values(say, figures))
        return web.Response(text=text, content_type="text/html", headers=_PAGE)

    def _values(self, say: Speech, figures: Figures) -> Mapping[str, object]:
        places = self._context.places
        in_force = [each for each in figures.products if each.state is ProgrammeState.IN_FORCE]
        tables = [
            (name, [(programme.value_name(axis, each.key, places, say), each) for each in count_by(in_force, axis)])
            for axis, name in programme.axis_names(say).items()
        ]
        return {
            "day": figures.day,
            "today": figures.today,
            "path": PATH,
            "asked": _same_day_query(figures.day, figures.today),
            "total": count_all(figures.products),
            "states": programme.state_names(say),
            "map": draw_map(in_force, places),
            "tables": tables,
            "commune_axis": programme.axis_names(say)[Axis.COMMUNE],
            "licence": open_figures.LICENCE,
            "licence_url": open_figures.LICENCE_URL,
            "schema": open_figures.SCHEMA,
        }

    async def _csv(self, _request: web.Request, figures: Figures) -> web.Response:
        named = {"Content-Disposition": f'attachment; filename="ocop-bac-ninh-{figures.day}.csv"'}
        # Excel takes a table for UTF-8 only if it begins so.
        text = "\ufeff" + open_figures.open_csv(figures)
        return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=_OPEN | named)

    async def _json(self, _request: web.Request, figures: Figures) -> web.Response:
        text = open_figures.open_json(figures)
        return web.Response(text=text, content_type="application/json", headers=_OPEN)

    async def _picture(self, request: web.Request) -> web.Response:
        """The map of today; a commune that is asked for by its code is marked."""
        code = request.query.get("commune", "")
        unit = self._context.places.with_code(code)
        try:
            figures = await load_figures(self._context, self._context.today())
        except StoreError:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None
        key = (self._context.programme.revision, figures.day, unit.code if unit else "")
        if key not in self._pictures:
            if len(self._pictures) >= _MOST_PICTURES:
                self._pictures.clear()
            self._pictures[key] = await asyncio.to_thread(self._draw, figures, key[2])
        headers = {"Cache-Control": _FRESH, "X-Content-Type-Options": "nosniff"}
        return web.Response(body=self._pictures[key], content_type="image/png", headers=headers)

    def _draw(self, figures: Figures, code: str) -> bytes:
        in_force = [each for each in figures.products if each.state is ProgrammeState.IN_FORCE]
        drawn = draw_map(in_force, self._context.places)
        levels = {shape.code: shape.level for shape in drawn.shapes}
        numbers = {shape.code: shape.number for shape in drawn.shapes}
        caption = [f"OCOP · {PartialDate.of(figures.day).vietnamese_text()}"]
        return draw_png(levels, numbers, marked=(code,), caption=caption)

    async def _schema(self, _request: web.Request) -> web.Response:
        return web.Response(text=open_figures.open_schema(), content_type="application/json", headers=_OPEN)


def _same_day_query(day: date, today: date) -> str:
    """What an address says so that it is about the same day."""
    return "?" + urlencode({"as_of": day.isoformat()}) if day != today else ""


def _language(request: web.Request) -> str:
    asked = request.query.get("lang", "")
    return asked if asked in languages() else words.preferred_language(request.headers.get("Accept-Language", ""))


def _url_of(request: web.Request) -> Callable[[str], str]:
    return lambda code: str(request.rel_url.update_query(lang=code))
