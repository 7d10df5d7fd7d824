"""The page that a booth's QR code opens in any browser: light, and what is pressed there waits for a poor network.

The browser is known by the token of the web chat, so that a producer's answer stands in that chat. A visit is counted
by the page's own script, once a booth and day; whoever fetches the page only is no visitor.
"""

import json
import logging
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from aiohttp import web

from bot.board import drawing
from bot.board.drawing import PageFrame
from bot.channel import Busy, InboxPort
from bot.channels.web.conversation import NAME
from bot.channels.web.frames import BadFrame, address_of
from bot.http import CLIENT, client_network
from bot.http.own_site import is_own
from bot.pages import headers, words
from catalog import passport
from catalog.dates import VIET_NAM
from catalog.errors import NotFound, StoreError
from catalog.fairs.visits import VisitKind
from catalog.inquiry import Address
from handlers import verdict
from handlers.actions import Action, Verb
from handlers.context import Context
from handlers.fairs import booths, wording
from handlers.fairs.booths import OpenBooth
from handlers.limits import Allowance
from handlers.links import page_url
from handlers.messages import Incoming, Person, Tap
from handlers.phrases import FIRST, Speech, languages, speech

log = logging.getLogger(__name__)

MOST_BYTES = 2048
SHOWN = 20
_PRESSES, _SECONDS = 600, 0.2
"""How much may come from one network address at once, as from a hall's, and how fast after that."""
_LATE = 3 * 24 * 3600.0
_REF = re.compile(r"[0-9a-f]{16,32}")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SECURED = headers.for_page() | {"Content-Security-Policy": _POLICY}


class BoothPages:
    """``/b/<code>``: the page, and what takes what is pressed there; without an *inbox* it just leads to chats."""

    def __init__(self, context: Context, inbox: InboxPort | None = None) -> None:
        self._context = context
        self._inbox = inbox
        self._allowance = Allowance(burst=_PRESSES, seconds=_SECONDS)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """What the server mounts."""
        return (web.get("/b/{token}", self._show), web.post("/b/{token}", self._press))

    async def _show(self, request: web.Request) -> web.Response:
        say = speech(_language(request))
        try:
            opened = await booths.find(_token(request), context=self._context, say=say)
        except NotFound:
            frame = PageFrame(say, say("That booth is not there any more."), "")
            text = drawing.render("public_message.html", frame, {"back": wording.PATH, "label": say("All fairs")})
            return web.Response(text=text, status=404, content_type="text/html", headers=_SECURED)
        except StoreError as error:
            log.warning("a booth could not be shown: %s", error)
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"}) from None

        def other(code: str) -> str:
            return str(request.rel_url.update_query(lang=code))

        title = say("Booth {code}: {name}", code=opened.booth.code, name=opened.name or opened.fair.name)
        frame = PageFrame(say, title, "", languages=drawing.other_languages(say, other))
        text = drawing.render("public_booth.html", frame, self._values(opened, say))
        return web.Response(text=text, content_type="text/html", headers=_SECURED)

    def _values(self, opened: OpenBooth, say: Speech) -> dict[str, Any]:
        context, token = self._context, opened.booth.token
        today = context.today()
        products = []
        for each in opened.products[:SHOWN]:
            held = passport.of(each.certificates, today)
            url = page_url("", each, language=say.language)
            products.append((each.name, url, held.stars, verdict.in_words(held, say)))
        bot = context.ours.telegram_bot.lstrip("@")
        return {
            "booth": opened.booth,
            "fair": opened.fair,
            "name": opened.name,
            "when": wording.when(opened.fair, say),
            "place": wording.place(opened.fair, context.places),
            "products": products,
            "more": max(len(opened.products) - SHOWN, 0),
            "presses": bool(products) and self._inbox is not None,
            "telegram": f"https://t.me/{bot}?start=b_{token}" if bot else "",
            "zalo": f"https://zalo.me/{context.ours.zalo_oa}" if context.ours.zalo_oa else "",
            "chat": f"/?b={token}",
            "fair_url": wording.page_url("", opened.fair, language=say.language),
        }

    async def _press(self, request: web.Request) -> web.Response:
        """204 once it is kept; what cannot be kept now is to be sent again."""
        origin = request.headers.get("Origin", "")
        if origin and not is_own(origin, host=request.host, public_url=self._context.public_url):
            raise web.HTTPForbidden
        line = client_network(request.get(CLIENT) or request.remote or "")
        if self._allowance.wait(line, self._context.now()):
            raise web.HTTPTooManyRequests(headers={"Retry-After": "30"})
        sent = await _read(request)
        try:
            opened = await booths.find(_token(request), context=self._context, say=speech(_language(request)))
            await self._keep(opened, sent)
        except NotFound:
            raise web.HTTPGone from None
        except (StoreError, Busy):
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"}) from None
        return web.Response(status=204, headers={"Cache-Control": "no-store"})

    async def _keep(self, opened: OpenBooth, sent: "_Press") -> None:
        address = Address(NAME, sent.address)
        if sent.kind is VisitKind.VISIT:
            day = self._day(opened, sent.at)
            if day is not None:
                at = min(sent.at, self._context.now())
                fair, booth = opened.fair.key, opened.booth.number
                await self._context.store.fair_visits.note(fair, booth, sent.kind, address, day=day, at=at)
        elif self._inbox is not None:
            person = Person(NAME, sent.address, sent.language, sent.name)
            action = Action(Verb.BOOTH, f"{opened.booth.token} {sent.kind}")
            await self._inbox.put(Incoming(person, Tap(action), f"booth-{sent.ref}"))

    def _day(self, opened: OpenBooth, at: float) -> date | None:
        """The day of the fair on which a visit was; None for one that was on none, or is told too late."""
        now = self._context.now()
        if not now - _LATE <= at <= now + 300:
            return None
        day = datetime.fromtimestamp(at, VIET_NAM).date()
        return day if opened.fair.runs_on(day) else None


class _Press:
    """What the page's script tells. Raises HTTPBadRequest for anything else."""

    def __init__(self, told: dict[str, Any]) -> None:
        try:
            self.address = address_of(str(told["token"]))
            self.kind = VisitKind(told["kind"])
            self.ref = str(told["ref"])
            self.at = float(told["at"])
        except (KeyError, ValueError, TypeError, BadFrame):
            raise web.HTTPBadRequest from None
        if not _REF.fullmatch(self.ref):
            raise web.HTTPBadRequest
        self.name = " ".join(str(told.get("name", "")).split())[:60]
        self.language = str(told.get("language", ""))
        if self.language not in languages():
            self.language = FIRST


async def _read(request: web.Request) -> _Press:
    if request.content_length is None or request.content_length > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
    try:
        told = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(told, dict):
        raise web.HTTPBadRequest
    return _Press(told)


def _token(request: web.Request) -> str:
    return request.match_info["token"][:16].upper()


def _language(request: web.Request) -> str:
    asked = request.query.get("lang", "")
    return asked if asked in languages() else words.preferred_language(request.headers.get("Accept-Language", ""))
