"""The one HTTP server: health, metrics, product pages, and what the channels mount."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from aiohttp import web

from bot.board import Board, BoardLimits
from bot.board.pages import PAGES
from bot.booth_pages import BoothPages
from bot.buyer_pages import BuyerPages
from bot.channel import Channel, Health, InboxPort
from bot.channel_supervisor import OFF, latecomers
from bot.fair_pages import FairPages
from bot.figure_pages import FigurePages
from bot.http.details import Details
from bot.http.forms import replace_unkept
from bot.http.security_headers import secure
from bot.inquiry_pages import InquiryPages
from bot.metrics import Metrics
from bot.pages import drawing, headers, words
from bot.pages.compressing import pack
from bot.pages.drawing import LinkPreview
from bot.route_files import RouteFiles
from catalog.card_picture import ComparisonWords, PictureForm, PictureWords, draw_card, draw_comparison
from catalog.codes import Gs1, Gtin, OwnProduct, classify
from catalog.errors import CatalogError, StoreError
from catalog.model import Product
from handlers import answer_habits, cards, sale_points, sharing
from handlers.card_facts import View
from handlers.catalogue.resolve import lot_of, products_of
from handlers.catalogue.search import view as product_view
from handlers.context import Context, Session
from handlers.inquiries import rating_lists
from handlers.links import page_url
from handlers.phrases import FIRST, languages

log = logging.getLogger(__name__)

BODY_BYTES = 21 * 1024 * 1024
_HTML = "text/html"
_MOST_PICTURES, _LONGEST_REFS, _FEWEST_COMPARED = 256, 300, 2
_PICTURE = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class ServerState:
    """What the server shows and counts."""

    context: Context
    metrics: Metrics
    channels: Mapping[str, Channel]
    troubles: Mapping[str, str]
    indexed: Callable[[], int]
    details: Details = field(default_factory=Details)
    board: BoardLimits = field(default_factory=BoardLimits)
    inbox: InboxPort | None = None
    """Where a booth's page puts what is pressed there; None where the web chat is off."""

    def has_mail(self) -> bool:
        """Whether links can be sent by e-mail."""
        return bool(self.context.public_url) and self.context.email_channel in self.channels


def application(state: ServerState) -> web.Application:
    """All routes: the server's own and its channels', also of those that open later."""
    app = web.Application(client_max_size=BODY_BYTES, middlewares=[pack, replace_unkept, latecomers(state.channels)])
    pages_of = ProductPages(state.context)
    app.on_response_prepare.append(secure)
    app.add_routes(
        [
            web.get("/healthz", _healthz),
            web.get("/readyz", Readiness(state).answer),
            web.get("/metrics", MetricsRoute(state).answer),
            web.get("/media/{name}", Pictures(state.context).answer),
            web.get("/p/{ref}", pages_of.by_ref),
            web.get("/p/{ref}/card.png", pages_of.card_picture),
            web.get("/compare.png", pages_of.comparison),
            web.get("/01/{gtin}{rest:.*}", pages_of.by_gtin),
            *InquiryPages(state.context).routes(),
            *FigurePages(state.context).routes(),
            *FairPages(state.context).routes(),
            *BoothPages(state.context, state.inbox).routes(),
            *BuyerPages(state.context, state.inbox).routes(),
            *RouteFiles(state.context).routes(),
            *Board(state.context, PAGES, state.board, has_mail=state.has_mail).routes(),
        ]
    )
    for channel in state.channels.values():
        app.add_routes(channel.routes())
    return app


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


class Readiness:
    """Whether this process can answer, and how each channel is."""

    def __init__(self, state: ServerState) -> None:
        self._state = state

    async def answer(self, request: web.Request) -> web.Response:
        """200 when the database answers, 503 otherwise; a channel that is down makes nothing else unready.

        The details are for those to whom they are open; everybody else hears whether we are ready, and no more.
        """
        trouble = await self._trouble()
        said: dict[str, object] = {"ready": not trouble}
        if self._state.details.open_to(request):
            said |= {"products": self._state.indexed(), "database": trouble or "up", "channels": self._channels()}
        return web.Response(
            text=json.dumps(said, ensure_ascii=False) + "\n",
            status=503 if trouble else 200,
            content_type="application/json",
        )

    async def _trouble(self) -> str:
        """What is wrong with the database; empty when it answers and takes what we write."""
        store = self._state.context.store
        try:
            await store.ping()
            if store.health.trouble:
                await store.prove()
        except StoreError as error:
            return str(error)
        return store.health.trouble and f"it takes no writes: {store.health.trouble}"

    def _channels(self) -> dict[str, str]:
        said: dict[str, str] = {}
        for name, channel in self._state.channels.items():
            condition = channel.condition()
            said[name] = str(condition.health) + (f": {condition.why}" if condition.why else "")
        return {**said, **self._state.troubles}


class MetricsRoute:
    """The counters in Prometheus' text format."""

    def __init__(self, state: ServerState) -> None:
        self._state = state

    async def answer(self, request: web.Request) -> web.Response:
        """All metrics, with the channels as they are now; for others the same as an address that is not there."""
        if not self._state.details.open_to(request):
            raise web.HTTPNotFound
        self._state.metrics.begin(self._state.channels)
        for name, channel in self._state.channels.items():
            self._state.metrics.channel_up(name, up=channel.condition().health is Health.UP)
        for name in (name for name, trouble in self._state.troubles.items() if trouble != OFF):
            self._state.metrics.channel_up(name, up=False)
        self._state.metrics.set_indexed(self._state.indexed())
        await self._count_waiting()
        return web.Response(
            body=self._state.metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    async def _count_waiting(self) -> None:
        """Set the gauges of the backlog and of the database; what cannot be read is left out."""
        store, metrics = self._state.context.store, self._state.metrics
        metrics.database(refused=store.health.refused, writable=not store.health.trouble, erasing=store.is_erasing)
        now = self._state.context.now()
        try:
            backlogs = await store.queues.list_backlogs(now=now)
            backup_at = await store.last_backup()
        except CatalogError as error:
            log.debug("what waits cannot be counted: %s", error)
            return
        metrics.set_backlogs(backlogs, channels=self._state.channels, now=now)
        metrics.set_safety(room=store.room(), backup_at=backup_at)


class Pictures:
    """Product pictures under addresses that never change, so that messengers may fetch them again and again."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def answer(self, request: web.Request) -> web.Response:
        """``/media/<fingerprint>.jpg``."""
        jpeg = await self._context.store.picture(f"/media/{request.match_info['name']}")
        if jpeg is None:
            raise web.HTTPNotFound
        return web.Response(
            body=jpeg,
            content_type="image/jpeg",
            headers={"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"},
        )


class ProductPages:
    """The passport as a plain web page, for whatever opens the code on a label."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pictures: dict[tuple[PictureWords | ComparisonWords, PictureForm], bytes] = {}
        self._drawing = asyncio.Lock()

    async def card_picture(self, request: web.Request) -> web.Response:
        """``/p/<id>/card.png``: the card as it is today, to send on; nothing of whoever sends it is in it."""
        form = PictureForm.SQUARE if request.query.get("form") == PictureForm.SQUARE else PictureForm.WIDE
        asked = request.query.get("lang", FIRST)
        session = Session(language=asked if asked in languages() else FIRST)
        try:
            found = await products_of(OwnProduct(unquote(request.match_info["ref"])), store=self._context.store)
        except StoreError:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None
        if not found:
            raise web.HTTPNotFound
        words = sharing.picture_words(found[0], product_view(self._context, session))
        return web.Response(body=await self._draw(words, form), content_type="image/png", headers=_PICTURE)

    async def comparison(self, request: web.Request) -> web.Response:
        """``/compare.png?of=…``: two or three products side by side as they are today; no person is in it."""
        refs = request.query.get("of", "")[:_LONGEST_REFS].split(",")[:3]
        asked = request.query.get("lang", FIRST)
        session = Session(language=asked if asked in languages() else FIRST)
        try:
            found = await self._context.store.products(refs) if "\0" not in "".join(refs) else []
        except StoreError:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None
        if len(found) < _FEWEST_COMPARED:
            raise web.HTTPNotFound
        far = request.query.get("km", "").split(",")
        kilometres = far if all(each.isascii() and each.isdecimal() and len(each) < 5 for each in far) else []
        words = sharing.comparison_words(found, kilometres, product_view(self._context, session))
        return web.Response(body=await self._draw(words), content_type="image/png", headers=_PICTURE)

    async def _draw(self, words: PictureWords | ComparisonWords, form: PictureForm = PictureForm.SQUARE) -> bytes:
        """The picture of *words*, drawn once and one after another, so that drawing leaves a core for the chats."""
        async with self._drawing:
            if (words, form) not in self._pictures:
                if len(self._pictures) >= _MOST_PICTURES:
                    self._pictures.clear()
                self._pictures[words, form] = await asyncio.to_thread(_picture_of, words, form)
            return self._pictures[words, form]

    async def by_ref(self, request: web.Request) -> web.Response:
        """``/p/<id>``: one product."""
        return await self._page(OwnProduct(unquote(request.match_info["ref"])), request)

    async def by_gtin(self, request: web.Request) -> web.Response:
        """``/01/<GTIN>…``: GS1 Digital Link, with lot and dates in the path or the query."""
        code = classify(f"https://{request.host}{request.path_qs}", ours=self._context.ours)
        return await self._page(code, request)

    async def _page(self, code: object, request: web.Request) -> web.Response:
        session = Session(language=_language(request))
        if not isinstance(code, OwnProduct | Gs1 | Gtin):
            return _missing(session.language, chat_url=f"/{_spoken(request, '?')}")
        try:
            found = await products_of(code, store=self._context.store)
            await answer_habits.refresh(self._context)
            await sale_points.refresh(self._context)
            told = (
                await rating_lists.read_page(found[0], _page_number(request), context=self._context, session=session)
                if found
                else None
            )
        except StoreError as error:
            log.warning("a product page could not be shown: %s", error)
            return _unavailable(session)
        if not found:
            return _missing(session.language, chat_url=f"/{_spoken(request, '?')}")
        view = product_view(self._context, session)
        card = cards.whole(found[0], view, lot=lot_of(code))
        text = drawing.render_product(
            card,
            language=session.language,
            chat_url=f"/?p={quote(found[0].ref, safe='~')}{_spoken(request, '&')}",
            true_on=sharing.true_on(view),
            preview=self._preview(found[0], view),
            rated=told,
            large=drawing.is_large(request.cookies),
        )
        return web.Response(text=text, content_type=_HTML, headers=headers.for_page())

    def _preview(self, product: Product, view: View) -> LinkPreview | None:
        base = self._context.public_url
        wide, square = (sharing.picture_address(base, product, view, form) for form in PictureForm)
        return LinkPreview(page_url(base, product), wide, square) if base else None


def _page_number(request: web.Request) -> int:
    """Which page of what buyers wrote is asked for."""
    asked = request.query.get("buyers", "1")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 1


def _picture_of(words: PictureWords | ComparisonWords, form: PictureForm) -> bytes:
    return draw_comparison(words) if isinstance(words, ComparisonWords) else draw_card(words, form)


def _missing(language: str, *, chat_url: str) -> web.Response:
    text = drawing.render_missing(language=language, chat_url=chat_url)
    return web.Response(text=text, status=404, content_type=_HTML, headers=headers.for_page())


def _unavailable(session: Session) -> web.Response:
    text = session.say("That did not work. Please try again, or type the name of the product.")
    return web.Response(text=text, status=503, headers=headers.for_page() | {"Retry-After": "30"})


def _spoken(request: web.Request, mark: str) -> str:
    """What a link adds so that it opens in this page's language too; nothing where a browser gets it anyhow."""
    language = _language(request)
    liked = words.preferred_language(request.headers.get("Accept-Language", ""))
    return "" if language == liked == FIRST else f"{mark}lang={language}"


def _language(request: web.Request) -> str:
    asked = request.query.get("lang", "")
    return asked if asked in languages() else words.preferred_language(request.headers.get("Accept-Language", ""))
