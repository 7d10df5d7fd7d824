"""Passkeys as browsers speak of them (WebAuthn): what they are asked, and whether what they answer is true.

A challenge is ours by a proof that goes along in the form, and counts for this visitor only, for some minutes.
The library takes 7 MiB of memory, so it is imported by whoever first asks for a passkey, and not at the start.
"""
# ruff: noqa: PLC0415 - see above

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.http.own_site import is_secure
from catalog.officers import Officer, Passkey
from catalog.store import Store

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

_SECONDS = 600
_NAME = "Hỏi OCOP"
_BROKEN = (ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class PasskeySite:
    """For whom browsers keep passkeys: a host by name, and its address as they say it."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a browser is asked: *options* for its script, and the *proof* that the challenge is ours."""

    options: str
    proof: str


def site_of(request: web.Request, public_url: str) -> PasskeySite | None:
    """The site that was asked for; None where browsers keep no passkeys (no name, no https)."""
    scheme = "https" if is_secure(request, public_url) else "http"
    origin = f"{scheme}://{request.host}"
    try:
        host = urlsplit(origin).hostname or ""
    except ValueError:
        return None
    if _is_address(host) or (scheme == "http" and host != "localhost"):
        return None
    return PasskeySite(host, origin)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return not host
    return True


def ask_for_new(
    officer: Officer, known: Sequence[Passkey], site: PasskeySite, store: Store, *, visitor: str
) -> Question:
    """Ask for a new passkey of *officer*, on a device that has none yet."""
    import webauthn
    from webauthn.helpers import structs

    challenge = secrets.token_bytes(32)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=_NAME,
        user_id=f"officer {officer.number}".encode(),
        user_name=officer.name,
        challenge=challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return Question(webauthn.options_to_json(options), _prove(challenge, store, visitor))


def ask_to_show(known: Sequence[Passkey], site: PasskeySite, store: Store, *, visitor: str) -> Question:
    """Ask for one of the *known* passkeys; for any of ours where none is named."""
    import webauthn
    from webauthn.helpers import structs

    challenge = secrets.token_bytes(32)
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=_descriptors(known),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return Question(webauthn.options_to_json(options), _prove(challenge, store, visitor))


def read_challenge(proof: str, store: Store, *, visitor: str) -> bytes | None:
    """The challenge that *proof* says we asked this visitor; None for anybody else's and for an old one."""
    told = store.verify(proof, seconds=_SECONDS) or ""
    mark, _, rest = told.partition(" ")
    whose, _, spelled = rest.partition(" ")
    if mark != "passkey" or not secrets.compare_digest(whose.encode(), visitor.encode()):
        return None
    return bytes.fromhex(spelled)


def verify_new(answer: str, challenge: bytes, site: PasskeySite) -> Passkey | None:
    """The passkey that was made for us; None where *answer* does not say so."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, *_BROKEN):
        return None
    return Passkey(_encode(made.credential_id), made.credential_public_key, made.sign_count)


def credential_in(answer: str) -> str:
    """Which passkey *answer* says it is, as we keep its id; "" where it says nothing readable."""
    try:
        read: Any = json.loads(answer)
        return _encode(_read(read["rawId"]))
    except (*_BROKEN, RecursionError, AttributeError):
        return ""


def verify_shown(answer: str, challenge: bytes, passkey: Passkey, site: PasskeySite) -> int | None:
    """How often the device says *passkey* was used; None where *answer* does not show it."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, *_BROKEN):
        return None
    return shown.new_sign_count


def _prove(challenge: bytes, store: Store, visitor: str) -> str:
    return store.sign(f"passkey {visitor} {challenge.hex()}")


def _descriptors(known: Sequence[Passkey]) -> list["PublicKeyCredentialDescriptor"]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=_read(each.credential)) for each in known]


def _encode(credential: bytes) -> str:
    return urlsafe_b64encode(credential).decode().rstrip("=")


def _read(spelled: str) -> bytes:
    return urlsafe_b64decode(f"{spelled}===")
