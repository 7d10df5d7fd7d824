"""The same conversation without a script: plain forms, and pages that the server draws.

For whoever has scripts switched off, and for browsers that cannot read ours. The person's token is in a cookie that
no script can read and no other site's form can send.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

from aiohttp import web

from bot.channel import Answered, Delivery, InboxPort
from bot.channels.web import frames
from bot.channels.web.conversation import NAME
from bot.channels.web.frames import BadFrame
from bot.channels.web.newcomers import Newcomers
from bot.http.forms import fields_of
from bot.http.own_site import is_own, is_secure
from bot.pages import headers, words
from bot.pages.assets import Assets
from bot.pages.drawing import LARGE, LOOKS, Turn, is_large, render_chat
from catalog.errors import StoreError
from handlers.actions import Action, Verb
from handlers.messages import Album, Incoming, Location, Person, Photo, Reply, Tap, Text
from handlers.phrases import closest_language

PATH = "/chat"
COOKIE = "hoi-ocop"
FORM_BYTES = 96 * 1024
SHOWN = 20
_LONGEST = 10_400
_WAIT_SECONDS = 8.0
_MOST_LOOKS = 40
_KEPT_SECONDS = 180 * 24 * 3600
_MOST_NOTED = 10_000

_Key = tuple[str, str]
_Noted = TypeVar("_Noted")


@dataclass(slots=True)
class Plain:
    """Answers ``GET /chat`` and ``POST /chat``."""

    inbox: InboxPort
    assets: Assets
    public_url: str
    newcomers: Newcomers
    _waiting: dict[_Key, asyncio.Future[Reply]] = field(default_factory=dict)
    # Whose pages look again for an answer, and which of those messages were erased instead; the oldest are dropped.
    _unanswered: dict[_Key, None] = field(default_factory=dict)
    _erased: dict[str, None] = field(default_factory=dict)

    def note_delivery(self, delivery: Delivery) -> None:
        """An answer is there: whoever waits for it here need not wait any longer."""
        self.note_reply(delivery.person.address, delivery.to.ref if delivery.to else "", delivery.reply)

    def note_reply(self, address: str, ref: str, reply: Reply) -> None:
        """The same for the answer to the message *ref*, wherever it was made."""
        key = (address, ref)
        self._unanswered.pop(key, None)
        waiting = [each for each in self._waiting if each[0] == address] if reply.erased else [key]
        for each in waiting:
            awaited = self._waiting.get(each)
            if awaited is not None and not awaited.done():
                awaited.set_result(reply)
        if reply.erased:
            self._note_erased(address)

    def is_waiting(self, address: str) -> bool:
        """Whether somebody's form waits here for an answer."""
        return any(each == address for each, _ in self._waiting)

    def _note_erased(self, address: str) -> None:
        """What this person sent and was not answered yet is gone with all else: no answer to it will come."""
        for key in [each for each in self._unanswered if each[0] == address]:
            del self._unanswered[key]
            _remember(self._erased, key[1])

    async def show(self, request: web.Request) -> web.Response:
        """The conversation as it is now, its end first on the screen."""
        language = language_of(request)
        address = _address(request)
        if request.query.get("wait", "") in self._erased:
            return self._page(request, language, trouble=words.of(language)["erased_meanwhile"])
        if not address:
            trouble = words.of(language)["no_cookie"] if "wait" in request.query else ""
            return self._page(request, language, trouble=trouble)
        before = _number(request.query.get("before", ""))
        try:
            found = await self.inbox.answers(Person(NAME, address, language), after=0, before=before, most=SHOWN + 1)
        except StoreError:
            return self._page(request, language, trouble=words.complaint("unavailable", language), status=503)
        kept = found[-SHOWN:]
        older = f"{PATH}?{urlencode({'lang': language, 'before': kept[0].seq})}" if len(found) > len(kept) else ""
        again, trouble = ("", "") if before else _awaited(request, {each.ref for each in kept}, language)
        turns = turns_of(kept, language)
        return self._page(request, language, turns=turns, older=older, again=again, trouble=trouble)

    async def take(self, request: web.Request) -> web.Response:
        """Take what a form brings, wait a little for its answer, and lead to the page that shows it."""
        language = language_of(request)
        origin = request.headers.get("Origin", "")
        if origin and not is_own(origin, host=request.host, public_url=self.public_url):
            return self._page(request, language, trouble=words.complaint("wrong_site", language), status=403)
        try:
            fields = await fields_of(request, most=FORM_BYTES)
        except web.HTTPRequestEntityTooLarge:
            return self._page(request, language, trouble=words.of(language)["too_long"], status=413)
        sent = {name: value for name, value in fields.items() if value}
        language = closest_language(sent.get("lang", language))
        if "forget" in sent:
            return self._leave(request, f"/?lang={language}")
        if "looks" in sent:
            return self._dress(request, language, large=sent["looks"] == LARGE)
        return await self._say(request, sent, language)

    async def _say(self, request: web.Request, sent: Mapping[str, str], language: str) -> web.Response:
        token = request.cookies.get(COOKIE, "") if _address(request) else secrets.token_hex(16)
        content = _content(sent)
        if content is None:
            return self._redirect_to_conversation(request, token, language, ref="")
        ref = _ref(sent)
        person, line = Person(NAME, frames.address_of(token), language), self.newcomers.line_of(request)
        if self.newcomers.must_wait(person.address, line=line, now=asyncio.get_running_loop().time()):
            return self._not_kept(request, sent, language)
        incoming = Incoming(person, content, ref, line=line)
        with self._await_reply(incoming) as reply:
            try:
                await self.inbox.put(incoming)
            except StoreError:
                return self._not_kept(request, sent, language)
            await asyncio.wait((reply,), timeout=_WAIT_SECONDS)
            if reply.done() and reply.result().erased:
                return self._erased_page(request, reply.result(), language)
            if reply.done() and isinstance(content, Tap) and content.action.verb is Verb.LANGUAGE:
                language = reply.result().language
            if not reply.done():
                _remember(self._unanswered, (person.address, ref))
        return self._redirect_to_conversation(request, token, language, ref=ref)

    @contextmanager
    def _await_reply(self, incoming: Incoming) -> Iterator[asyncio.Future[Reply]]:
        """What will be answered to *incoming*, if that happens while inside."""
        key = (incoming.person.address, incoming.ref)
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[key] = reply
        try:
            yield reply
        finally:
            if self._waiting.get(key) is reply:
                del self._waiting[key]

    def _redirect_to_conversation(self, request: web.Request, token: str, language: str, *, ref: str) -> web.Response:
        """Lead to the conversation (so that loading it again sends nothing again), and keep who it is."""
        query = urlencode({"lang": language, "wait": ref} if ref else {"lang": language})
        response = web.Response(status=303, headers=headers.for_move(f"{PATH}?{query}#newest"))
        response.set_cookie(
            COOKIE,
            token,
            max_age=_KEPT_SECONDS,
            path=PATH,
            httponly=True,
            samesite="Lax",
            secure=is_secure(request, self.public_url),
        )
        return response

    def _dress(self, request: web.Request, language: str, *, large: bool) -> web.Response:
        """Lead back to the conversation in larger type or in the usual one, also tomorrow."""
        response = web.Response(status=303, headers=headers.for_move(f"{PATH}?{urlencode({'lang': language})}#newest"))
        if not large:
            response.del_cookie(LOOKS, path="/")
            return response
        secure = is_secure(request, self.public_url)
        # Scripts of ours change it too.
        response.set_cookie(LOOKS, LARGE, max_age=_KEPT_SECONDS, path="/", samesite="Lax", secure=secure)
        return response

    def _leave(self, request: web.Request, to: str) -> web.Response:
        response = web.Response(status=303, headers=headers.for_move(to))
        response.del_cookie(COOKIE, path=PATH, httponly=True, samesite="Lax", secure=request.secure)
        return response

    def _erased_page(self, request: web.Request, reply: Reply, language: str) -> web.Response:
        """The last page of someone of whom nothing is kept any more."""
        response = self._page(request, language, turns=(Turn(reply=reply),))
        response.del_cookie(COOKIE, path=PATH, httponly=True, samesite="Lax", secure=request.secure)
        return response

    def _not_kept(self, request: web.Request, sent: Mapping[str, str], language: str) -> web.Response:
        """The page that says so, with what was typed still in it; sent again it is the same message."""
        if "tap" in sent:
            return self._page(request, language, trouble=words.complaint("plain_not_kept", language), status=503)
        again = {"typed": sent.get("text", ""), "form": sent.get("form") or secrets.token_hex(12)}
        return self._page(request, language, trouble=words.complaint("plain_typed", language), status=503, **again)

    def _page(self, request: web.Request, language: str, *, status: int = 200, **drawn: object) -> web.Response:
        drawn = {"form": secrets.token_hex(12), "large": is_large(request.cookies)} | drawn
        text = render_chat(language, assets=self.assets, plain=True, **drawn)
        return web.Response(
            text=text, status=status, content_type="text/html", headers=headers.for_plain_chat(request.host)
        )


def language_of(request: web.Request) -> str:
    """The language that is asked for by the address, else by the browser."""
    asked = request.query.get("lang", "")
    return closest_language(asked) if asked else words.preferred_language(request.headers.get("Accept-Language", ""))


def turns_of(answers: Sequence[Answered], language: str) -> tuple[Turn, ...]:
    """What was asked and answered, as the page draws it; a button is called what it was called where it was pressed."""
    labels: dict[str, str] = {}
    turns: list[Turn] = []
    for each in answers:
        if mine := _asked_words(each, labels, words.of(language)):
            turns.append(Turn(mine=mine))
        turns.append(Turn(reply=each.reply))
        for choice in (*each.reply.choices, *(choice for card in each.reply.cards for choice in card.choices)):
            labels[str(choice.action)] = choice.label
    return tuple(turns)


def _asked_words(answered: Answered, labels: Mapping[str, str], said: Mapping[str, str]) -> str:
    match answered.asked:
        case Text(body):
            return body
        case Tap(action):
            return labels.get(str(action), "")
        case Photo() | Album():
            return f"📷 {said['photo_sent']}"
        case Location():
            return f"📍 {said['place_sent']}"
    return ""


def _content(sent: Mapping[str, str]) -> Text | Tap | None:
    """What a form says: a button that was pressed, or words."""
    if "tap" in sent:
        action = Action.parse(frames.clean_text(sent["tap"]))
        return Tap(action) if action else None
    text = frames.clean_text(sent.get("text", "")).strip()[:_LONGEST]
    return Text(text) if text else None


def _ref(sent: Mapping[str, str]) -> str:
    """The same for a form that is sent twice, another for another button of the same page."""
    said = "\0".join((sent.get("form", secrets.token_hex(12)), sent.get("tap", ""), sent.get("text", "")))
    return f"plain-{hashlib.sha256(said.encode(errors='replace')).hexdigest()[:32]}"


def _awaited(request: web.Request, answered: set[str], language: str) -> tuple[str, str]:
    """Where to look again for an answer that is not there yet, or after many looks, in words, that there is none."""
    ref, looks = request.query.get("wait", ""), _number(request.query.get("n", ""))
    if not ref or ref in answered:
        return "", ""
    if looks >= _MOST_LOOKS:
        return "", words.of(language)["no_answer"]
    return f"{PATH}?{urlencode({'lang': language, 'wait': ref, 'n': looks + 1})}#newest", ""


def _remember(noted: dict[_Noted, None], one: _Noted) -> None:
    """Add *one* to what is *noted*, whose oldest are dropped when it is much."""
    noted[one] = None
    if len(noted) > _MOST_NOTED:
        del noted[next(iter(noted))]


def _address(request: web.Request) -> str:
    try:
        return frames.address_of(request.cookies.get(COOKIE, ""))
    except BadFrame:
        return ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
