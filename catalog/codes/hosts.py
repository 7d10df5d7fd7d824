"""The hosts we know, as dated data: whose they are and what a code on them stands for.

Portals: domain research of 2026-11-24 (section B1), each with the page that showed its host. They are compared
exactly, save that *check.net.vn* gives each customer a name before it. Shops and networks own every name under theirs.
"""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Who stands behind a trace portal."""

    PROVINCIAL = "provincial"
    NATIONAL = "national"
    OTHER_PROVINCE = "other_province"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Portal:
    """One traceability portal. *verified* is false when no public page showed its host as of *as_of*."""

    key: str
    host: str
    name_vi: str
    name_en: str
    level: Level
    source: str
    as_of: str = "2026-11-24"
    verified: bool = True
    tenants: bool = False


PORTALS = (
    Portal(
        "bacninh",
        "check.bacninh.gov.vn",
        "Cổng truy xuất nguồn gốc tỉnh Bắc Ninh",
        "Bắc Ninh province's traceability portal",
        Level.PROVINCIAL,
        "the province's brief",
    ),
    Portal(
        "national",
        "truyxuatnguongoc.gov.vn",
        "Cổng truy xuất nguồn gốc quốc gia",
        "National traceability portal",
        Level.NATIONAL,
        "the province's brief",
        verified=False,
    ),
    Portal(
        "verigoods",
        "verigoods.vn",
        "Hệ thống truy xuất nguồn gốc của Bộ Công Thương",
        "Traceability system of the Ministry of Industry and Trade",
        Level.NATIONAL,
        "dantri.com.vn, 2025-12-22",
    ),
    Portal(
        "daknong",
        "txng.daknong.gov.vn",
        "Hệ thống truy xuất nguồn gốc tỉnh Đắk Nông",
        "Đắk Nông province's traceability system",
        Level.OTHER_PROVINCE,
        "txng.daknong.gov.vn",
    ),
    Portal(
        "binhthuan",
        "truyxuatsanphambinhthuan.vn",
        "Hệ thống truy xuất sản phẩm tỉnh Bình Thuận",
        "Bình Thuận province's product traceability system",
        Level.OTHER_PROVINCE,
        "truyxuatsanphambinhthuan.vn",
    ),
    Portal(
        "quangninh",
        "qn.check.net.vn",
        "Hệ thống truy xuất nguồn gốc tỉnh Quảng Ninh",
        "Quảng Ninh province's traceability system",
        Level.OTHER_PROVINCE,
        "etime.danviet.vn, 2020-06-12",
    ),
    Portal(
        "checkvn",
        "check.net.vn",
        "CheckVN (đơn vị tư nhân)",
        "CheckVN (private provider)",
        Level.PRIVATE,
        "txng.daknong.gov.vn, guide to CheckVN",
        tenants=True,
    ),
    *(
        Portal(
            "icheck",
            host,
            "iCheck (đơn vị tư nhân)",
            "iCheck (private provider)",
            Level.PRIVATE,
            "host list of iCheck's public Android client",
        )
        for host in ("qr.icheck.vn", "mkt.icheck.vn", "cd.qcheck.vn")
    ),
)
_PORTAL_AT = {portal.host: portal for portal in PORTALS}

SHOPS = {
    "shopee.vn": "Shopee",
    "shope.ee": "Shopee",
    "shp.ee": "Shopee",
    "lazada.vn": "Lazada",
    "lzd.co": "Lazada",
    "tiki.vn": "Tiki",
    "ti.ki": "Tiki",
    "shop.tiktok.com": "TikTok Shop",
    "shop-vn.tiktok.com": "TikTok Shop",
    "sendo.vn": "Sendo",
    "voso.vn": "Vỏ Sò",
    "postmart.vn": "Postmart",
    "buudien.vn": "Nông sản Bưu điện",
    "ecombacninh.vn": "Sàn thương mại điện tử Bắc Ninh",
    "chotot.com": "Chợ Tốt",
    "1688.com": "1688",
    "taobao.com": "Taobao",
    "tmall.com": "Tmall",
    "alibaba.com": "Alibaba",
    "amazon.com": "Amazon",
}
NETWORKS = {
    "facebook.com": "Facebook",
    "fb.com": "Facebook",
    "fb.me": "Facebook",
    "fb.watch": "Facebook",
    "m.me": "Messenger",
    "messenger.com": "Messenger",
    "tiktok.com": "TikTok",
    "youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "instagram.com": "Instagram",
    "threads.net": "Threads",
    "threads.com": "Threads",
    "x.com": "X",
    "twitter.com": "X",
    "linkedin.com": "LinkedIn",
    "pinterest.com": "Pinterest",
    "wa.me": "WhatsApp",
    "whatsapp.com": "WhatsApp",
    "line.me": "LINE",
    "viber.com": "Viber",
    "weixin.qq.com": "WeChat",
}
PAYMENTS = {
    "momo.vn": "MoMo",
    "zalopay.vn": "ZaloPay",
    "vnpay.vn": "VNPay",
    "vnpayment.vn": "VNPay",
    "vietqr.io": "VietQR",
    "vietqr.net": "VietQR",
    "vietqr.vn": "VietQR",
    "qr.sepay.vn": "SePay",
    "pay.payos.vn": "payOS",
    "paypal.com": "PayPal",
    "paypal.me": "PayPal",
    "qr.alipay.com": "Alipay",
}
SHORTENERS = frozenset(
    {
        "bit.ly",
        "goo.gl",
        "tinyurl.com",
        "t.co",
        "is.gd",
        "cutt.ly",
        "rebrand.ly",
        "ow.ly",
        "q-r.to",
        "qrco.de",
        "me-qr.com",
        "l.ead.me",
        "qrs.ly",
        "qr1.be",
        "amzn.to",
        "lnkd.in",
        "tiny.cc",
        "rb.gy",
        "t.ly",
        "shorturl.at",
        "buff.ly",
        "bom.so",
        "v.gd",
        "s.id",
        "qr.ae",
        "qr.link",
        "uqr.me",
        "app.link",
        "onelink.me",
        "page.link",
        "linktr.ee",
    }
)
# A link through one of these shows its true target only in a parameter.
REDIRECTORS = frozenset({"l.facebook.com", "lm.facebook.com", "l.instagram.com", "l.messenger.com", "out.reddit.com"})
MAPS = frozenset({"maps.app.goo.gl", "maps.google.com", "goo.gl/maps", "google.com/maps", "google.com.vn/maps"})
TELEGRAM = frozenset({"t.me", "telegram.me", "telegram.dog", "www.t.me", "www.telegram.me"})
ZALO = frozenset({"zalo.me", "www.zalo.me", "chat.zalo.me", "oa.zalo.me", "zaloapp.com", "www.zaloapp.com"})
# Names that a trickster would borrow, besides the portals.
FAMOUS = frozenset(
    {
        "shopee.vn",
        "lazada.vn",
        "tiki.vn",
        "sendo.vn",
        "postmart.vn",
        "ecombacninh.vn",
        "bacninh.gov.vn",
        "facebook.com",
        "youtube.com",
        "tiktok.com",
        "instagram.com",
        "zalo.me",
        "vietqr.net",
        "id.gs1.org",
    }
)


def portal(host: str) -> Portal | None:
    """The portal at *host*, by exact name, or by a customer's name before ``.check.net.vn``."""
    if found := _PORTAL_AT.get(host):
        return found
    return next((each for each in PORTALS if each.tenants and host.endswith("." + each.host)), None)


def family(host: str, names: dict[str, str]) -> str:
    """Whose *host* is, when it is one of *names* or a name under it; the longest name counts."""
    labels = host.split(".")
    tails = (".".join(labels[start:]) for start in range(max(0, len(labels) - 6), len(labels)))
    return next((names[tail] for tail in tails if tail in names), "")
