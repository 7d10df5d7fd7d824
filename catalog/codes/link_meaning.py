"""What a link means, from its scheme, host and path alone: nothing is ever fetched."""

import re
import unicodedata
from dataclasses import replace
from itertools import chain
from urllib.parse import parse_qsl, unquote

from catalog.codes import address as addresses
from catalog.codes import contact, gs1, hosts, lookalike, printable
from catalog.codes.address import Flaw, WebAddress
from catalog.codes.everyday import Geo
from catalog.codes.gs1 import Gs1
from catalog.codes.links import (
    OtherLink,
    OwnFair,
    OwnProduct,
    ShopLink,
    ShortLink,
    SocialLink,
    TelegramLink,
    TraceLink,
    UnsafeLink,
    ZaloLink,
)
from catalog.codes.own_links import LOOPBACK, Surroundings
from catalog.codes.payment import Payment

Link = (
    OwnProduct
    | OwnFair
    | Gs1
    | TraceLink
    | TelegramLink
    | ZaloLink
    | ShopLink
    | SocialLink
    | ShortLink
    | OtherLink
    | Payment
    | Geo
    | UnsafeLink
)
_PRODUCT_ID = re.compile(r"[^\s/\\<>\"'\x00-\x1f]{1,64}")
_START = re.compile(r"p_([A-Za-z0-9_-]{1,62})")
_BOOTH = re.compile(r"[A-Z2-9]{8}", re.IGNORECASE)
_FAIR = re.compile(r"[a-z0-9-]{1,40}")
_NAME = re.compile(r"[A-Za-z0-9_]{2,64}")
_ZALO_NAME = re.compile(r"[A-Za-z0-9._-]{2,64}")
_AWAY = re.compile(r"(?:https?:)?(?:[/\\]{2}|%2f%2f)|https?%3a|javascript:|data:", re.IGNORECASE)
_HTTP = re.compile(r"https?(?::|%3a)", re.IGNORECASE | re.ASCII)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,30}):", re.IGNORECASE | re.ASCII)
_UNSAFE = frozenset(
    {
        "javascript",
        "vbscript",
        "livescript",
        "data",
        "file",
        "blob",
        "intent",
        "about",
        "content",
        "view-source",
        "jar",
        "chrome",
        "resource",
        "android-app",
        "otpauth",
        "otpauth-migration",
        "bitcoin",
        "ethereum",
        "ms-msdt",
        "ms-settings",
        "search-ms",
        "market",
        "itms-services",
    }
)
_MISTAKEN = {
    "data": re.compile(r"data:(?:[a-z]+/|[;,])", re.IGNORECASE),
    "file": re.compile(r"file:[/\\]", re.IGNORECASE),
}
_WALLETS = {"momo": "MoMo", "zalopay": "ZaloPay", "vnpay": "VNPay", "viettelpay": "Viettel Money", "paypal": "PayPal"}
_EMBEDDED = re.compile(r"(?:https?:[/\\]{1,4}|(?<![\w./])www\.)[^\s<>\"']+", re.IGNORECASE | re.ASCII)
_WRAPPED = re.compile(r"(?:URL(?:TO)?:|MEBKM:(?:.*?;)?URL:)", re.IGNORECASE | re.DOTALL)
_APP = re.compile(r"\.(?:apk|apks|xapk|exe|msi|dmg|ipa|mobileconfig|scr|bat)\Z", re.IGNORECASE)


def read_text(text: str, *, ours: Surroundings) -> Link | None:
    """Read *text* as a web address, an app's address, or one that would run something."""
    plain = unicodedata.normalize("NFKC", printable.HIDDEN.sub("", text[:64])).lstrip()
    scheme = _SCHEME.match(plain)
    name = scheme[1].lower() if scheme else ""
    if name in {"http", "https"}:
        found = addresses.parse(text) or addresses.parse(plain + text[64:])
        return read(found, ours=ours) if found else None
    if wrapped := _WRAPPED.match(text):
        return _read_wrapped(text[wrapped.end() :], ours=ours)
    if name and (called := _read_scheme(name, plain, text, ours=ours)):
        return called
    found = addresses.parse(text) if not name or "." in name else None
    return read(found, ours=ours) if found and not contact.is_mail(text) else None


def _read_wrapped(rest: str, *, ours: Surroundings) -> Link | None:
    """The address in ``URL:…`` or ``MEBKM:…URL:…;``."""
    inner = re.split(r"(?<!\\);", rest, maxsplit=1)[0]
    found = addresses.parse(inner.replace("\\:", ":").strip())
    return read(found, ours=ours) if found else None


def _read_scheme(name: str, plain: str, text: str, *, ours: Surroundings) -> Link | None:
    """What the scheme *name* opens: a wallet, Telegram, or something that no label should."""
    if name in _WALLETS and "://" in plain:
        return Payment(_WALLETS[name])
    if name == "tg":
        return _telegram_app(text, ours=ours)
    return UnsafeLink(name) if _is_unsafe(name, plain) else None


def _is_unsafe(name: str, text: str) -> bool:
    if name in _MISTAKEN:
        return bool(_MISTAKEN[name].match(text))
    if name in _UNSAFE:
        # "Market: chợ Lim" is a sentence; javascript runs with or without the space.
        return name.endswith("script") or not text[len(name) + 1 : len(name) + 2].isspace()
    return text[len(name) : len(name) + 3] == "://" and "." not in name


def _telegram_app(text: str, *, ours: Surroundings) -> Link:
    asked = dict(parse_qsl(text.partition("?")[2][:500]))
    if domain := asked.get("domain", ""):
        return telegram(domain, start=asked, ours=ours)
    return UnsafeLink("tg")


def read_within(text: str, *, ours: Surroundings) -> Link | None:
    """A label's sentence with one address in it means that address, when we know what it is."""
    found = list(_EMBEDDED.finditer(text[:4_000]))[:4]
    inner = [addresses.parse(each[0].rstrip(".,;)")) for each in found]
    links = {read(each, ours=ours) for each in inner if each}
    known = [link for link in links if not isinstance(link, OtherLink)]
    if len(known) == 1:
        return known[0]
    return next(iter(links)) if len(links) == 1 else None


def read(address: WebAddress, *, ours: Surroundings) -> Link:
    """Say what *address* is, first what is ours, then what we know, then what it pretends to be."""
    if not address.trusted:
        return _other(address, ours=ours)
    return (
        _own(address, ours=ours)
        or _redirecting_link(address, ours=ours)
        or _telegram(address, ours=ours)
        or _zalo(address, ours=ours)
        or _digital_link(address, ours=ours)
        or _trace(address)
        or _familiar(address)
        or _other(address, ours=ours)
    )


def _own(address: WebAddress, *, ours: Surroundings) -> Link | None:
    if not ours.has_host(address.netloc):
        return None
    match address.segments:
        case ["p", product_id] if _PRODUCT_ID.fullmatch(product_id) and not printable.HIDDEN.search(product_id):
            asked = dict(address.parameters())
            lot, serial = asked.get("lot") or asked.get("10", ""), asked.get("serial") or asked.get("21", "")
            return OwnProduct(product_id, printable.line(lot, limit=40), printable.line(serial, limit=40))
    if said := gs1.read_link(address):
        return replace(said, ours=True)
    return _own_fair(address) or OtherLink(address.host, address.key, address.host, ours=True)


def _own_fair(address: WebAddress) -> OwnFair | None:
    match address.segments:
        case ["b", token] if _BOOTH.fullmatch(token):
            return OwnFair(token=token.upper())
        case ["fairs"]:
            return OwnFair()
        case ["fairs", fair] if _FAIR.fullmatch(fair):
            return OwnFair(fair)
    return None


def _redirecting_link(address: WebAddress, *, ours: Surroundings) -> Link | None:
    """A known host behind a strange port, or one that is told to send people on, is not taken at its name."""
    if address.port is not None and _is_known(address.host):
        return _other(address, ours=ours)
    away = _target(address) if _is_known(address.host) else ""
    return _other(address, ours=ours) if away else None


def _is_known(host: str) -> bool:
    return bool(hosts.portal(host) or hosts.family(host, hosts.NETWORKS) or host in hosts.REDIRECTORS | hosts.ZALO)


def _target(address: WebAddress) -> str:
    """The host to which a parameter of *address* points, not clickable; empty when none does."""
    values = chain((value for _, value in address.parameters()), [address.path.lstrip("/")])
    away = next((value for value in values if _AWAY.match(value)), "")
    if not away:
        return ""
    web = away if _HTTP.match(away) else "https:" + away
    target = addresses.parse(unquote(web)) if _HTTP.match(away) or away[0] in "/\\%" else None
    return printable.host(target.host) if target else "?"


def _telegram(address: WebAddress, *, ours: Surroundings) -> Link | None:
    if address.host not in hosts.TELEGRAM or not address.segments:
        return None
    first = address.segments[0].removeprefix("@")
    if first.startswith("+"):
        phone = contact.phone_number(first)
        return TelegramLink(phone=phone) if contact.is_phone(first) else TelegramLink(invite=True)
    if first in {"joinchat", "addlist"}:
        return TelegramLink(invite=True)
    return telegram(first, start=dict(address.parameters()), ours=ours)


def telegram(name: str, *, start: dict[str, str], ours: Surroundings) -> OwnProduct | OwnFair | TelegramLink:
    """A bot or account by *name*; our own bot with ``start=p_<id>`` is a product, with ``start=b_<code>`` a booth."""
    mine = ours.is_bot(name)
    started = start.get("start") or start.get("startapp", "")
    product = _START.fullmatch(started)
    if mine and product:
        return OwnProduct(product[1])
    if mine and started.startswith("b_") and _BOOTH.fullmatch(started[2:]):
        return OwnFair(token=started[2:].upper())
    return TelegramLink(name if _NAME.fullmatch(name) else printable.line(name, limit=40), ours=mine)


def _zalo(address: WebAddress, *, ours: Surroundings) -> Link | None:
    if address.host not in hosts.ZALO:
        return None
    names = [each for each in address.segments if each not in {"pc", "s", "qr", "p"}]
    if names[:1] == ["g"]:
        return ZaloLink(group=True)
    name = names[0] if names and _ZALO_NAME.fullmatch(names[0]) else ""
    if contact.is_phone(name):
        return ZaloLink(phone=contact.phone_number(name))
    return ZaloLink(name, ours=ours.is_zalo(name))


def _digital_link(address: WebAddress, *, ours: Surroundings) -> Link | None:
    said = gs1.read_link(address)
    if said is None:
        return None
    alike = lookalike.find(address.host, own=lookalike.own_names(ours.hosts))
    return replace(said, lookalike_of=alike[0]) if alike else said


def _trace(address: WebAddress) -> TraceLink | None:
    portal = hosts.portal(address.host)
    if portal is None:
        return None
    return TraceLink(
        portal.key,
        portal.name_vi,
        portal.name_en,
        portal.level,
        address.host,
        address.key,
        downgraded=Flaw.HTTP in address.flaws,
        verified=portal.verified,
    )


def _familiar(address: WebAddress) -> Link | None:
    host = address.host.removeprefix("www.")
    first = f"{host}/{(address.segments or [''])[0]}"
    if host in hosts.MAPS or first in hosts.MAPS:
        return Geo(host=address.host)
    if host in hosts.SHORTENERS or hosts.family(host, dict.fromkeys(hosts.SHORTENERS, "short")):
        return ShortLink(address.host, address.key)
    if system := hosts.family(host, hosts.PAYMENTS):
        return Payment(system, host=address.host)
    if shop := _shop(address, host=host):
        return ShopLink(shop, address.host, address.key)
    network = hosts.family(host, hosts.NETWORKS)
    return SocialLink(network, address.host, address.key) if network else None


def _shop(address: WebAddress, *, host: str) -> str:
    if hosts.family(host, {"tiktok.com": "TikTok"}) and address.segments[:2] == ["view", "product"]:
        return "TikTok Shop"
    return hosts.family(host, hosts.SHOPS)


def _other(address: WebAddress, *, ours: Surroundings) -> OtherLink:
    own = lookalike.own_names(ours.hosts)
    alike = _pretence(address, own=own)
    target = _target(address)
    reasons = [str(flaw) for flaw in sorted(address.flaws)]
    reasons += [alike[1]] if alike and alike[1] else []
    reasons += ["redirect"] if target else []
    reasons += ["app_download"] if _APP.search(address.path) else []
    return OtherLink(
        address.host[:253],
        address.key,
        printable.host(address.host),
        lookalike_of=alike[0] if alike else None,
        reasons=tuple(reasons),
        redirects_to=target,
    )


def _pretence(address: WebAddress, *, own: frozenset[str]) -> tuple[str, str] | None:
    """The known host that the address shows, by its host, by what stands before an @, or by letters made plain."""
    if found := lookalike.find(address.host, own=own):
        return found[0], str(found[1])
    if address.user and (named := addresses.parse("https://" + address.user.partition(":")[0])):
        before = named.host
        if hosts.portal(before) or before in own or before in hosts.FAMOUS:
            return before, ""
    # This machine pretends to be nobody, whatever its port.
    known = hosts.portal(address.host) is not None or address.host in (own | hosts.FAMOUS) - LOOPBACK
    return (address.host, "") if known and (address.port is not None or not address.trusted) else None
