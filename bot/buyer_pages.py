"""A form for buyers in bulk, without a script, and the memorandum that two sides draw from the chat.

The form becomes words of the same conversation: of the messenger that gave the link, or of the web chat's cookie.
"""

import hashlib
import logging
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from aiohttp import web

from bot.board import drawing
from bot.board.drawing import PageFrame
from bot.channel import Busy, InboxPort
from bot.channels.web.conversation import NAME
from bot.channels.web.forms import COOKIE
from bot.channels.web.forms import PATH as CHAT
from bot.channels.web.frames import BadFrame, address_of
from bot.http import CLIENT, client_network
from bot.http.forms import fields_of
from bot.http.own_site import is_own, is_secure
from bot.pages import headers, words
from catalog.buyers.demand import DemandPart
from catalog.buyers.read_demand import LABELS, read_demand
from catalog.errors import StoreError
from handlers.buyers import deals, seeking, wording
from handlers.context import Context
from handlers.limits import Allowance
from handlers.messages import Incoming, Person, Text
from handlers.phrases import Speech, languages, speech

log = logging.getLogger(__name__)

FORM_BYTES = 16 * 1024
_LONGEST = 80
_KEPT_SECONDS = 180 * 24 * 3600
_BURST, _SECONDS = 20, 30.0
_SECURED = headers.for_page() | {
    "Content-Security-Policy": headers.for_page()["Content-Security-Policy"].replace(
        "form-action 'none'", "form-action 'self'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


class BuyerPages:
    """``/chat/buy`` and ``/m/<proof>``; without an *inbox* there is no form."""

    def __init__(self, context: Context, inbox: InboxPort | None = None) -> None:
        self._context = context
        self._inbox = inbox
        self._allowance = Allowance(burst=_BURST, seconds=_SECONDS)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """What the server mounts."""
        paper = web.get(f"{wording.PAPER}/{{proof}}", self._paper)
        if self._inbox is None:
            return (paper,)
        return (paper, web.get(wording.PATH, self._show), web.post(wording.PATH, self._take))

    async def _paper(self, request: web.Request) -> web.Response:
        say = speech(_language(request))
        try:
            body = await deals.draw_paper(request.match_info["proof"][:400], context=self._context)
        except StoreError as error:
            log.warning("a memorandum could not be drawn: %s", error)
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"}) from None
        if body is None:
            return _message(
                say("This link is not good any more. Ask for the paper again in the chat."), say, status=404
            )
        named = {"Content-Disposition": 'inline; filename="bien-ban-ghi-nho.pdf"'}
        return web.Response(body=body, content_type="application/pdf", headers=_SECURED | named)

    async def _show(self, request: web.Request) -> web.Response:
        return self._page(request, speech(_language(request)), {})

    def _page(self, request: web.Request, say: Speech, entered: Mapping[str, str], wrong: str = "") -> web.Response:
        def other(code: str) -> str:
            return str(request.rel_url.update_query(lang=code))

        values = {
            "action": wording.PATH,
            "entered": {str(part): entered.get(str(part), "") for part in DemandPart},
            "proof": entered.get("for", request.query.get("for", ""))[:400],
            "fair": entered.get("fair", request.query.get("fair", ""))[:40],
            "form": entered.get("form") or secrets.token_hex(12),
            "again": bool(wrong),
            "longest": _LONGEST,
        }
        title = say("Look for goods in bulk")
        frame = PageFrame(say, title, "", wrong=wrong, languages=drawing.other_languages(say, other))
        text = drawing.render("public_buy.html", frame, values)
        return web.Response(text=text, status=422 if wrong else 200, content_type="text/html", headers=_SECURED)

    async def _take(self, request: web.Request) -> web.Response:
        """Put the form into the conversation; what cannot be read is asked once, with all that was entered kept."""
        origin = request.headers.get("Origin", "")
        if origin and not is_own(origin, host=request.host, public_url=self._context.public_url):
            raise web.HTTPForbidden
        sent = await fields_of(request, most=FORM_BYTES)
        say = speech(sent.get("lang", "") if sent.get("lang", "") in languages() else _language(request))
        line = client_network(request.get(CLIENT) or request.remote or "")
        if self._allowance.wait(line, self._context.now()):
            return self._page(request, say, sent, say("Too much at once: please send it again in a minute."))
        typed = _words(sent)
        demand = read_demand(typed, today=self._context.today())
        if not demand.product:
            return self._page(request, say, sent, say("Please write what you look for."))
        if demand.unclear and not sent.get("again"):
            unclear = ", ".join(f"“{sent.get(str(each), '')}”" for each in demand.unclear)
            text = say(
                "I could not read {words}. Write it like the examples, or send it again as it is.", words=unclear
            )
            return self._page(request, say, sent, text)
        return await self._put(request, sent, typed, say)

    async def _put(self, request: web.Request, sent: Mapping[str, str], typed: str, say: Speech) -> web.Response:
        channel, address = self._person(sent.get("for", "")[:400])
        if sent.get("for") and not channel:
            return self._page(
                request, say, sent, say("This link is not good any more. Ask for the form again in the chat.")
            )
        token = request.cookies.get(COOKIE, "")
        fresh = not _web_address(token)
        if not channel:
            token = secrets.token_hex(16) if fresh else token
            channel, address = NAME, address_of(token)
        said = "\0".join((sent.get("form", ""), typed))
        ref = f"buy-{hashlib.sha256(said.encode(errors='replace')).hexdigest()[:32]}"
        try:
            if self._inbox is not None:
                await self._inbox.put(Incoming(Person(channel, address, say.language), Text(typed), ref))
        except (StoreError, Busy):
            return self._page(request, say, sent, say("That could not be kept just now: please send it again."))
        if sent.get("for"):
            return _message(say("Sent. The answer comes in your chat."), say)
        query = urlencode({"lang": say.language, "wait": ref})
        response = web.Response(status=303, headers=headers.for_move(f"{CHAT}?{query}#newest"))
        if fresh:
            response.set_cookie(
                COOKIE, token, max_age=_KEPT_SECONDS, path=CHAT, httponly=True, samesite="Lax",
                secure=is_secure(request, self._context.public_url),
            )  # fmt: skip
        return response

    def _person(self, proof: str) -> tuple[str, str]:
        """Whose conversation *proof* names; two empty words for none."""
        signed = self._context.store.verify(proof, seconds=seeking.FORM_SECONDS) if proof else None
        kind, _, rest = (signed or "").partition(" ")
        channel, _, address = rest.partition(" ")
        return (channel, address) if kind == seeking.FORM_FOR and address else ("", "")


def _words(sent: Mapping[str, str]) -> str:
    """What was entered, as words by their labels."""
    parts = [
        f"{LABELS[part]}: {' '.join(sent.get(str(part), '').translate(_PARTING).split())[:_LONGEST]}"
        for part in DemandPart
        if sent.get(str(part), "").strip()
    ]
    fair = sent.get("fair", "")[:40]
    return "Tìm nguồn hàng: " + "; ".join([*parts, f"{seeking.FAIR_LABEL} {fair}"] if fair else parts)


_PARTING = str.maketrans(dict.fromkeys(";:\n\r", " "))


def _web_address(token: str) -> str:
    try:
        return address_of(token)
    except BadFrame:
        return ""


def _message(text: str, say: Speech, *, status: int = 200) -> web.Response:
    frame = PageFrame(say, text, "")
    drawn = drawing.render("public_message.html", frame, {"back": "/", "label": say("To the chat")})
    return web.Response(text=drawn, status=status, content_type="text/html", headers=_SECURED)


def _language(request: web.Request) -> str:
    asked = request.query.get("lang", "")
    return asked if asked in languages() else words.preferred_language(request.headers.get("Accept-Language", ""))
