"""The platform as a real HTTP server; its clock can be moved."""

import asyncio
import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from tests.stands.faults import Faults
from tests.stands.zalo_oa import rules

HOUR = 3600.0
ACCESS_LIFE = 90_000
RETRIES = (30.0, 300.0, 900.0, 1800.0, 3600.0)
FREE_MESSAGES = 8


def webhook_signature(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """What Zalo puts into X-ZEvent-Signature."""
    digest = hashlib.sha256()
    for part in (app_id.encode(), body, timestamp.encode(), secret.encode()):
        digest.update(part)
    return f"mac={digest.hexdigest()}"


@dataclass
class Account:
    """The app and the Official Account it is linked to."""

    app_id: str = "4318905551284067735"
    app_secret: str = "app-secret-key-7Qm2"
    oa_secret: str = "oa-secret-key-93xK"
    oa_id: str = "2813091073440910336"
    verified: bool = True
    paid_quota: int = 0


@dataclass
class Follower:
    """A person as the platform sees them. *spoke_at* is in seconds of the platform's clock."""

    id: str
    follows: bool = True
    blocked: bool = False
    spoke_at: float | None = None
    free_used: int = 0
    anonymous: bool = False


@dataclass
class Webhook:
    """Where events go, and what became of them."""

    url: str = ""
    enabled: bool = True
    sends_timestamp_header: bool = True
    statuses: list[int] = field(default_factory=list)


class Platform:
    """Use as ``async with Platform().open() as zalo:``."""

    def __init__(self, account: Account | None = None) -> None:
        self.account = account or Account()
        self.faults = Faults()
        self.followers: dict[str, Follower] = {}
        self.webhook = Webhook()
        self.sent: list[dict[str, Any]] = []
        self.refusals: list[tuple[int, str]] = []
        self.forced: list[int] = []
        self.grants = 0
        self.oauth_gates: list[asyncio.Event] = []
        self.echoes = False
        self.access_life = ACCESS_LIFE
        self.anonymous_ways = {"/v2.0/oa/message"}
        self.paths: list[str] = []
        self.uploads: dict[str, bytes] = {}
        self.calls: list[float] = []
        self.url = ""
        self._ahead = 0.0
        self._access: dict[str, float] = {}
        self._refresh: dict[str, float] = {}
        self._codes: dict[str, tuple[str, float]] = {}
        self._pictures: dict[str, bytes] = {}
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self, *, port: int = 0) -> AsyncIterator["Platform"]:
        """Serve until the block ends."""
        app = web.Application(middlewares=[self.faults.middleware], client_max_size=4 * 1024 * 1024)
        app.add_routes(
            [
                web.post("/v4/oa/access_token", self._access_token),
                web.get("/v4/oa/permission", self._permission),
                web.post("/v3.0/oa/message/cs", self._message),
                web.post("/v2.0/oa/message", self._message),
                web.post("/v2.0/oa/upload/image", self._upload),
                web.get("/pictures/{name}", self._picture),
            ]
        )
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as self._session:
            try:
                yield self
            finally:
                await runner.cleanup()

    # Time ------------------------------------------------------------------------------------------------------

    def now(self) -> float:
        """The platform's clock, in seconds."""
        return time.time() + self._ahead

    def pass_time(self, seconds: float) -> None:
        """Let *seconds* go by."""
        self._ahead += seconds

    # OAuth -----------------------------------------------------------------------------------------------------

    def first_refresh_token(self) -> str:
        """A refresh token as the API Explorer hands it out."""
        token = f"refresh-{secrets.token_urlsafe(24)}"
        self._refresh[token] = self.now() + 90 * 24 * HOUR
        return token

    def revoke_access(self) -> None:
        """Let no access token be valid any more."""
        self._access.clear()

    def revoke_everything(self) -> None:
        """The administrator took the permission away."""
        self._access.clear()
        self._refresh.clear()

    async def _permission(self, request: web.Request) -> web.Response:
        query = request.query
        if query.get("app_id") != self.account.app_id or "code_challenge" not in query:
            return web.Response(status=400)
        code = secrets.token_urlsafe(16)
        self._codes[code] = (query["code_challenge"], self.now() + 600)
        back = URL(query["redirect_uri"]).update_query(
            code=code, oa_id=self.account.oa_id, state=query.get("state", "")
        )
        raise web.HTTPFound(back)

    async def _access_token(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            return _denied(-14001, "content type")
        if request.headers.get("secret_key") != self.account.app_secret:
            return _denied(-14004, "invalid secret key")
        form = {name: str(value) for name, value in (await request.post()).items()}
        if form.get("app_id") != self.account.app_id:
            return _denied(-14002, "invalid app id")
        code = self._form_refusal(form)
        answer = _denied(code, "invalid grant") if code else self._grant()
        if self.oauth_gates:
            await self.oauth_gates.pop(0).wait()
        return answer

    def _form_refusal(self, form: dict[str, str]) -> int:
        """Spend the token or the code in *form*; the error number if it is none."""
        if form.get("grant_type") == "refresh_token":
            return 0 if self._refresh.pop(form.get("refresh_token", ""), 0.0) > self.now() else -14014
        if form.get("grant_type") == "authorization_code":
            challenge, ends = self._codes.pop(form.get("code", ""), ("", 0.0))
            verifier = form.get("code_verifier", "")
            digest = hashlib.sha256(verifier.encode()).digest()
            proven = len(verifier) == 43 and urlsafe_b64encode(digest).decode().rstrip("=") == challenge
            return 0 if proven and ends > self.now() else -14003
        return -14005

    def _grant(self) -> web.Response:
        self.grants += 1
        access = f"access-{secrets.token_urlsafe(24)}"
        self._access[access] = self.now() + self.access_life
        body = {
            "access_token": access,
            "refresh_token": self.first_refresh_token(),
            "expires_in": str(self.access_life),
        }
        return web.json_response(body, content_type="text/json")

    # Messages --------------------------------------------------------------------------------------------------

    async def _message(self, request: web.Request) -> web.Response:
        self.calls.append(time.monotonic())
        self.paths.append(request.path)
        try:
            error, why = await self._refusal(request)
        except rules.Invalid as invalid:
            error, why = -201, str(invalid)
        if error:
            self.refusals.append((error, why))
            return web.json_response({"error": error, "message": why})
        body = await request.json()
        person = self._person(body["recipient"])
        assert person is not None
        self.sent.append({"to": person.id, **body["message"]})
        data: dict[str, Any] = {"message_id": f"out-{len(self.sent)}", "user_id": person.id}
        if self._is_free(person):
            person.free_used += 1
            data["quota"] = {"quota_type": "reply", "remain": str(FREE_MESSAGES - person.free_used), "total": "8"}
        else:
            self.account.paid_quota -= 1
            data["quota"] = {"quota_type": "sub_quota", "remain": str(self.account.paid_quota), "total": "500"}
        if self.echoes:
            await self.post(
                self.event("oa_send_text", person.id, {"msg_id": data["message_id"], "text": "…"}, ours=True)
            )
        return web.json_response({"error": 0, "message": "Success", "data": data})

    async def _upload(self, request: web.Request) -> web.Response:
        """A JPEG or PNG of at most 1 MB, kept for a week under a name that a message may give."""
        if self._access.get(request.headers.get("access_token", ""), 0.0) <= self.now():
            return web.json_response({"error": -216, "message": "Access token is invalid"})
        file = (await request.post()).get("file")
        image = file.file.read() if isinstance(file, web.FileField) else b""
        if not image.startswith((b"\xff\xd8\xff", b"\x89PNG")) or len(image) > 1024 * 1024:
            return web.json_response({"error": -201, "message": "file is invalid"})
        name = f"attachment-{len(self.uploads) + 1}"
        self.uploads[name] = image
        return web.json_response({"error": 0, "message": "Success", "data": {"attachment_id": name}})

    async def _refusal(self, request: web.Request) -> tuple[int, str]:
        if self.forced:
            return self.forced.pop(0), "forced"
        token = request.headers.get("access_token", "")
        if token not in self._access:
            return -216, "Access token is invalid"
        if self._access[token] <= self.now():
            return -220, "Access token has expired"
        body = await request.json()
        rules.only(body, {"recipient", "message"})
        rules.check(body.get("message"))
        if code := self._way_refusal(request.path, anonymous="anonymous_id" in body["recipient"]):
            return code, "not by this way"
        person = self._person(body["recipient"])
        return (-213, "User has not followed OA") if person is None else self._person_refusal(person)

    def _way_refusal(self, path: str, *, anonymous: bool) -> int:
        """The older API is shut down for followers; which of the two does for visitors can be chosen."""
        older = path.startswith("/v2.0")
        if not anonymous:
            return -240 if older else 0
        return 0 if path in self.anonymous_ways else (-240 if older else -213)

    def _person(self, recipient: Any) -> Follower | None:
        if "user_id" in recipient:
            rules.only(recipient, {"user_id"})
            return self.followers.get(recipient["user_id"])
        rules.only(recipient, {"anonymous_id", "conversation_id"})
        rules.words(recipient.get("conversation_id"), 200)
        return self.followers.get(recipient["anonymous_id"])

    def _person_refusal(self, person: Follower) -> tuple[int, str]:
        if person.blocked:
            return -217, "User has blocked invitation from OA"
        if not self.account.verified:
            return -221, "OA is not verified"
        if person.spoke_at is None or self.now() - person.spoke_at > 7 * 24 * HOUR:
            return -230, "User has not interacted with OA in past 7 days"
        if not self._is_free(person) and self.account.paid_quota <= 0:
            return -211, "Out of quota"
        return 0, ""

    def _is_free(self, person: Follower) -> bool:
        return (
            person.spoke_at is not None
            and self.now() - person.spoke_at < 48 * HOUR
            and person.free_used < FREE_MESSAGES
        )

    # Pictures --------------------------------------------------------------------------------------------------

    def picture(self, image: bytes) -> str:
        """Keep *image*; the address from which it can be fetched."""
        name = f"{len(self._pictures)}.jpg"
        self._pictures[name] = image
        return f"{self.url}/pictures/{name}"

    async def _picture(self, request: web.Request) -> web.Response:
        image = self._pictures.get(request.match_info["name"])
        return web.Response(status=404) if image is None else web.Response(body=image, content_type="image/jpeg")

    # Events ----------------------------------------------------------------------------------------------------

    async def says(self, user: str, text: str, *, msg_id: str = "") -> int:
        """*user* writes *text*; the status our webhook answers in the end."""
        return await self.post(self.event("user_send_text", user, {"text": text, **_id(msg_id)}))

    async def shows(self, user: str, image: bytes, *, caption: str = "", msg_id: str = "") -> int:
        """*user* sends a picture."""
        address = self.picture(image)
        attachment = {"type": "image", "payload": {"url": address, "thumbnail": address}}
        caption_ = {"text": caption} if caption else {}
        return await self.post(
            self.event("user_send_image", user, {"attachments": [attachment], **caption_, **_id(msg_id)})
        )

    async def presses(self, user: str, button: dict[str, Any]) -> int:
        """*user* touches a button or a list element of what we sent."""
        action = button.get("default_action", button)
        assert action["type"] in {"oa.query.hide", "oa.query.show"}, "this one stays on the phone"
        return await self.says(user, action["payload"])

    def event(
        self, name: str, user: str, message: dict[str, Any], *, ours: bool = False, at: float | None = None
    ) -> dict[str, Any]:
        """An event as Zalo words it; the person counts as having spoken."""
        now = self.now() if at is None else at
        if not ours:
            person = self.followers.setdefault(user, Follower(user))
            person.spoke_at, person.free_used = now, 0
        oa = {"id": self.account.oa_id}
        return {
            "app_id": self.account.app_id,
            "user_id_by_app": "552177279717587730",
            "event_name": name,
            "sender": oa if ours else {"id": user},
            "recipient": {"id": user} if ours else oa,
            "message": {"msg_id": secrets.token_hex(10), **message},
            "timestamp": str(round(now * 1000)),
        }

    async def post(self, event: dict[str, Any], *, retry_after: tuple[float, ...] = ()) -> int:
        """Post *event*, and again after each of *retry_after* (seconds) while it is not answered by 200.

        A webhook that fails all of RETRIES is switched off.
        """
        status = await self.post_raw(json.dumps(event, ensure_ascii=False).encode(), timestamp=event["timestamp"])
        for number, seconds in enumerate(retry_after, start=1):
            if status == 200:
                break
            await asyncio.sleep(seconds)
            body = json.dumps(event, ensure_ascii=False).encode()
            status = await self.post_raw(body, timestamp=event["timestamp"], retry=number)
        if status != 200 and len(retry_after) >= len(RETRIES):
            self.webhook.enabled = False
        return status

    async def post_raw(
        self, body: bytes, *, timestamp: str, retry: int = 0, headers: dict[str, str] | None = None
    ) -> int:
        """Post *body* with its signature, or with *headers* instead."""
        if not self.webhook.enabled:
            return 0
        assert self._session is not None
        given = self.signed(body, timestamp) if headers is None else headers
        if retry:
            given = {**given, "num_retry": str(retry)}
        try:
            async with self._session.post(
                self.webhook.url,
                data=body,
                headers={"Content-Type": "application/json", **given},
                timeout=aiohttp.ClientTimeout(total=2),
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError):
            status = 0
        self.webhook.statuses.append(status)
        return status

    def signed(self, body: bytes, timestamp: str) -> dict[str, str]:
        """The headers that prove *body*."""
        account = self.account
        given = {"X-ZEvent-Signature": webhook_signature(account.app_id, body, timestamp, account.oa_secret)}
        if self.webhook.sends_timestamp_header:
            given["X-ZEvent-Timestamp"] = timestamp
        return given


def _id(msg_id: str) -> dict[str, str]:
    return {"msg_id": msg_id} if msg_id else {}


def _denied(code: int, why: str) -> web.Response:
    return web.json_response({"error": code, "error_name": why, "error_description": why}, content_type="text/json")
