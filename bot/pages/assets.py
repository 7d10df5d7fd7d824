"""The few files a browser fetches from us, read once and named by their content."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from aiohttp import web

from bot.pages import words
from bot.pages.compressing import GZIP, accepts_gzip
from handlers.phrases import Speech, languages, speech

FOLDER = Path(__file__).parent.parent / "static"
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes (and *packed*, if that is smaller), what kind it is, and a fingerprint of its content."""

    body: bytes
    kind: str
    fingerprint: str
    packed: bytes = b""

    @classmethod
    def of(cls, body: bytes, ending: str) -> "Asset":
        """The file whose name has this *ending*."""
        kind = _KINDS[ending]
        packed = b"" if kind == "image/png" else gzip.compress(body, mtime=0)
        return cls(body, kind, hashlib.sha256(body).hexdigest()[:16], packed)


class Assets:
    """Serves files by name. An address that carries the right fingerprint is kept by browsers for good."""

    def __init__(self, files: Mapping[str, Asset]) -> None:
        self._files = files

    def url(self, name: str, *, under: str = "/static") -> str:
        """Where the file *name* is now, if the server mounts serve() under this address."""
        return f"{under}/{name}?v={self._files[name].fingerprint}"

    async def serve(self, request: web.Request) -> web.Response:
        """Answer ``GET /static/{name}``."""
        return self._answer(request, request.match_info["name"])

    async def serve_embed(self, request: web.Request) -> web.Response:
        """Answer ``GET /embed.js``, which other sites name by its plain address."""
        response = self._answer(request, "embed.js")
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        # A module, and a script with crossorigin or an integrity, must be allowed to be read.
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    def _answer(self, request: web.Request, name: str) -> web.Response:
        asset = self._files.get(name)
        if asset is None:
            raise web.HTTPNotFound
        named = request.query.get("v") == asset.fingerprint
        headers = {
            "Cache-Control": FOREVER if named else ASK_AGAIN,
            "ETag": f'"{asset.fingerprint}"',
            "X-Content-Type-Options": "nosniff",
        }
        if any(tag.value in (asset.fingerprint, "*") for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        body = asset.body
        if asset.packed:
            headers["Vary"] = "Accept-Encoding"
            if accepts_gzip(request):
                headers["Content-Encoding"], body = GZIP, asset.packed
        return web.Response(body=body, content_type=asset.kind, charset=_charset(asset.kind), headers=headers)


def _charset(kind: str) -> str | None:
    return None if kind == "image/png" else "utf-8"


def load_assets() -> Assets:
    """The files that come with us, with the words of the languages we speak."""
    return _load(tuple(speech(language) for language in languages()))


@lru_cache(maxsize=2)
def _load(spoken: tuple[Speech, ...]) -> Assets:
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in _KINDS}
    files["words.js"] = words.chat_script(spoken).encode()
    files["embed.js"] = words.fill_embed_script(files["embed.js"].decode(), spoken).encode()
    return Assets({name: Asset.of(body, Path(name).suffix) for name, body in files.items()})
