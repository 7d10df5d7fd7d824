"""The web pages of an inquiry: a consumer reads and adds by a secret link, a producer answers by a signed one.

Beside them lies the file with all that is kept about someone, under a signed address that lives for an hour.

The address itself is the secret, so a request forged by another site has nothing to offer; each form carries an
id of its own, so that sending it twice has one effect. No script, no cookie, nothing kept by browsers or search.
"""

import secrets
from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from bot.http.forms import fields_of
from bot.pages import drawing, headers
from catalog.errors import StoreError
from catalog.inquiry import Inquiry
from handlers.context import Context
from handlers.inquiries import pages as inquiries_pages
from handlers.inquiries import personal_data
from handlers.inquiries.pages import InquiryPage

FORM_BYTES = 64 * 1024
_LONGEST_SECRET = 400

_SECURED = headers.for_page() | {
    "Content-Security-Policy": headers.for_page()["Content-Security-Policy"].replace(
        "form-action 'none'", "form-action 'self'"
    ),
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


class _Shows(Protocol):
    async def __call__(self, found: Inquiry, *, context: Context) -> InquiryPage:
        """The page of *found*."""


class _Takes(Protocol):
    async def __call__(self, found: Inquiry, text: str, *, form: str, context: Context) -> InquiryPage:
        """The page of *found* with *text* taken from the form of that id."""


class InquiryPages:
    """``/q/<secret>``, ``/a/<proof>``, ``/f/<proof>`` and ``/d/<proof>``."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """What the server mounts."""
        return (
            web.get("/q/{secret}", self._read),
            web.post("/q/{secret}", self._add),
            web.get("/a/{secret}", self._show_question),
            web.post("/a/{secret}", self._answer),
            web.get("/f/{secret}", self._photo),
            web.get("/d/{secret}", self._data),
        )

    async def _read(self, request: web.Request) -> web.Response:
        return await self._show(await self._of_consumer(request), inquiries_pages.of_consumer)

    async def _add(self, request: web.Request) -> web.Response:
        return await self._take(request, await self._of_consumer(request), inquiries_pages.add)

    async def _show_question(self, request: web.Request) -> web.Response:
        return await self._show(await self._of_producer(request), inquiries_pages.of_producer)

    async def _answer(self, request: web.Request) -> web.Response:
        return await self._take(request, await self._of_producer(request), inquiries_pages.answer)

    async def _photo(self, request: web.Request) -> web.Response:
        photo = await inquiries_pages.photo(_secret(request), context=self._context)
        if photo is None:
            return _page(inquiries_pages.closed_page(), status=404)
        return web.Response(body=photo, content_type="image/jpeg", headers=_SECURED)

    async def _data(self, request: web.Request) -> web.Response:
        text = await personal_data.file(_secret(request), context=self._context)
        if text is None:
            return _page(inquiries_pages.closed_page(), status=404)
        named = {"Content-Disposition": 'attachment; filename="hoi-ocop.json"'}
        return web.Response(text=text, content_type="application/json", headers=_SECURED | named)

    async def _of_consumer(self, request: web.Request) -> Inquiry | None:
        return await self._context.store.inquiries.by_link(_secret(request))

    async def _of_producer(self, request: web.Request) -> Inquiry | None:
        return await inquiries_pages.by_proof(_secret(request), context=self._context)

    async def _show(self, found: Inquiry | None, show: _Shows) -> web.Response:
        return (
            _page(await show(found, context=self._context))
            if found
            else _page(inquiries_pages.closed_page(), status=404)
        )

    async def _take(self, request: web.Request, found: Inquiry | None, take: _Takes) -> web.Response:
        if found is None:
            return _page(inquiries_pages.closed_page(), status=404)
        sent = await fields_of(request, most=FORM_BYTES)
        text, form = sent.get("text"), sent.get("form")
        if text is None or not form:
            raise web.HTTPBadRequest
        try:
            return _page(await take(found, text, form=form, context=self._context))
        except StoreError:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"}) from None


def _secret(request: web.Request) -> str:
    return request.match_info["secret"][:_LONGEST_SECRET]


def _page(sheet: InquiryPage, *, status: int = 200) -> web.Response:
    text = drawing.render_inquiry(sheet, form=secrets.token_urlsafe(12))
    return web.Response(text=text, status=status, content_type="text/html", headers=_SECURED)
