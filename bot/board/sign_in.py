"""The way in: a one-time link shows a button, and only that uses it up; messengers open links by themselves."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from aiohttp import web

from bot.board import passkey_verification
from bot.board.devices import device_words
from bot.board.page import FORM_FIELD, ROOT, Screen
from bot.http import CLIENT, client_network
from catalog.officers import BoardSession, Passkey
from catalog.store import Refusal, Start
from handlers.context import Context
from handlers.inquiries import sign_in_mail
from handlers.limits import Allowance
from handlers.own_codes import invitation_in
from handlers.phrases import Speech

_TRIES, _SECONDS_EACH = 10, 30.0


@dataclass(frozen=True, slots=True)
class BoardLimits:
    """Seconds after which a session ends that nobody uses (*idle*), and after which any ends (*lasts*).

    Where *passkey_required*, a link alone opens nothing but the page on which a passkey is added or shown. Whoever asks
    for a link by mail is answered after *mail_pause* seconds: how long it takes must not tell whose an address is.
    """

    idle: float = 30 * 60.0
    lasts: float = 12 * 3600.0
    passkey_required: bool = False
    mail_pause: float = 0.3


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is in: the *token* of their session, and where they wanted to go."""

    token: str = field(repr=False)
    to: str = ROOT


@dataclass(frozen=True, slots=True)
class _ShownPasskey:
    passkey: Passkey
    count: int
    challenge: bytes


Enter = Callable[[web.Request, Mapping[str, str], Speech], Awaitable[Entered | Screen]]


class SignIn:
    """Shows what lets somebody in, and lets them in."""

    def __init__(self, context: Context, limits: BoardLimits) -> None:
        self._context = context
        self._limits = limits
        self._tries = Allowance(burst=_TRIES, seconds=_SECONDS_EACH)

    def screen(self, say: Speech, *, code: str = "", to: str = ROOT, wrong: str = "", status: int = 200) -> Screen:
        """The page with the form; with a *code* that waits, nothing but its button."""
        return Screen(
            "sign_in.html", say("Officers' board: sign in"), {"code": code, "to": to}, wrong=wrong, status=status
        )

    async def show(self, say: Speech, code: str) -> Screen:
        """The page that a link opens; the link stays as it is."""
        known = invitation_in(code)
        if not code:
            return self.screen(say)
        if known and await self._context.store.board_sessions.is_waiting(known, now=self._context.now()):
            return self.screen(say, code=known)
        return self.screen(say, wrong=_why_not(Refusal.EXPIRED, say), status=410)

    def refuse_form(self, say: Speech) -> Screen:
        """The form came from elsewhere, or without its cookie."""
        told = say("Your browser keeps no cookies, or this page has grown old. Allow cookies for us and try again.")
        return self.screen(say, wrong=told, status=403)

    async def enter(self, request: web.Request, form: Mapping[str, str], say: Speech) -> Entered | Screen:
        """Use the code in *form* up; the page again where it opens nothing."""
        now, to = self._context.now(), _own_path(form.get("to", ""))
        if self._must_wait(request):
            return self._too_often(say, to)
        code = invitation_in(form.get("code", "").strip().rsplit("/", 1)[-1])
        if not code:
            wrong = say("A code has twelve letters and digits, for example ABCD-EFGH-JKLM.")
            return self.screen(say, to=to, wrong=wrong, status=400)
        token = self._context.secret()
        entered = await self._context.store.board_sessions.sign_in(
            code,
            token,
            device=device_words(request.headers.get("User-Agent", "")),
            now=now,
            lasts=self._limits.lasts,
            today=self._context.today(),
        )
        if isinstance(entered, Refusal):
            return self.screen(say, to=to, wrong=_why_not(entered, say), status=410)
        return Entered(token, to)

    async def enter_by_passkey(self, request: web.Request, form: Mapping[str, str], say: Speech) -> Entered | Screen:
        """Let in whoever shows a passkey; the page again where it is none of ours."""
        if self._must_wait(request):
            return self._too_often(say, ROOT)
        store, site = self._context.store, passkey_verification.site_of(request, self._context.public_url)
        challenge = passkey_verification.read_challenge(form.get("proof", ""), store, visitor=form.get(FORM_FIELD, ""))
        answer = form.get("answer", "")
        passkey = await store.passkeys.find(passkey_verification.credential_in(answer))
        if site and challenge and passkey:
            count = passkey_verification.verify_shown(answer, challenge, passkey, site)
            if count is not None:
                token, shown = self._context.secret(), _ShownPasskey(passkey, count, challenge)
                entered = await self._begin(request, token, shown)
                if not isinstance(entered, Refusal):
                    return Entered(token, ROOT)
        wrong = say("That passkey does not open the board. It may have been removed, or the page was open too long.")
        return self.screen(say, wrong=wrong, status=410)

    async def _begin(self, request: web.Request, token: str, shown: _ShownPasskey) -> BoardSession | Refusal:
        device = device_words(request.headers.get("User-Agent", ""))
        start = Start(token, device, self._context.now(), self._limits.lasts, self._context.today())
        return await self._context.store.passkeys.sign_in(
            shown.passkey, sign_count=shown.count, challenge=shown.challenge, start=start
        )

    async def send_link(self, request: web.Request, form: Mapping[str, str], say: Speech) -> Screen:
        """Have a link sent to an officer's e-mail address; the answer is the same whoever's it is."""
        if self._must_wait(request):
            return self._too_often(say, ROOT)
        asking = sign_in_mail.ask(form.get("email", "")[:200], context=self._context)
        await asyncio.gather(asking, asyncio.sleep(self._limits.mail_pause))
        said = say("If this is an officer's address, a link is on its way. It counts for ten minutes and once.")
        return replace(self.screen(say), said=said)

    def _must_wait(self, request: web.Request) -> bool:
        network = client_network(request.get(CLIENT) or request.remote or "")
        return bool(self._tries.wait(network, self._context.now()))

    def _too_often(self, say: Speech, to: str) -> Screen:
        wrong = say("Too many tries from your network. Please wait a few minutes.")
        return self.screen(say, to=to, wrong=wrong, status=429)


def _why_not(refusal: Refusal, say: Speech) -> str:
    """What to do about a code that opens nothing; whether there ever was such a one is nobody's business."""
    if refusal is Refusal.USED:
        return say("This link was used already. Each opens once; ask for a new one.")
    return say("This link or code opens nothing. It counts for ten minutes and once; ask for a new one.")


def _own_path(to: str) -> str:
    """*to* if it lies on the board, else the board's first page."""
    inside = to == ROOT or to.startswith((f"{ROOT}/", f"{ROOT}?"))
    return to if inside and to.isprintable() and "\\" not in to and not to.startswith(f"{ROOT}/sign-in") else ROOT
