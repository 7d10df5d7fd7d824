"""What people ask when they want to buy something close by, or online: what, and near which place. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache

from catalog.text import as_typed, fold

LONGEST = 120
_ME = re.compile(
    r"(?:(?:cho |nha )?(?:toi|day|minh|em|nha|anh|chi|tao)(?: o)?(?: nhat)?|nhat(?: voi (?:toi|minh|day))?"
    r"|me|here|us|my (?:place|home|house))?"
)
_SHOP = r"(?:cua hang|diem ban(?: hang)?|noi|cho|quay(?: hang)?|sieu thi|dai ly|shop|tiem)"
_VI = r"(?:o )?(?:gan|quanh)(?: khu vuc)?"
_EN = r"(?:near|close to|around|nearby|next to)(?: (?P<near>.+))?"
_SHOP_EN = r"(?:is |are )?(?:the |a )?(?:shop|store|place)s?"
_GO = r"(?:(?:toi|minh|em|muon|can|tim|cho) )*"
_WHERE = r"(?:duoc )?(?:(?:o|cho|noi) )+(?:dau|nao)"
_SHOPS = r"(?:cua hang|diem ban(?: hang)?|sieu thi|dai ly|shop)(?P<what>(?: dac san| ocop)?)(?: nao)?"
_OPEN = r"(?: (?:con |dang )?(?:mo cua|ban)(?: (?:bay gio|luc nay|gio nay|hom nay))?)?"
_ANY_SHOPS = re.compile(
    rf"(?:(?:xem|tim|co|cac|danh sach|toi|minh|muon|cho|hoi) )*{_SHOPS}{_OPEN}(?: (?:ban|co))?"
    r"(?: (?:do|hang|san pham|dac san|ocop|bac ninh|cua|o|dau|nao|khong|ko|vay|nhi|the|day))*"
)
_ONLINE_SHOPS = r"(?:online|(?:(?:o )?tren|qua) mang|(?:tren |o |qua )?(?:shopee|lazada|tiktok|tiki|sendo)(?: shop)?)"
_ASKED_ONLINE = re.compile(
    rf"{_GO}(?:mua|dat mua|dat hang|dat|tim|co ban|ban)(?P<what>.*?) {_ONLINE_SHOPS}"
    r"(?: (?:o dau|cho nao|duoc khong|duoc|khong|ko|vay|the nao))*"
    rf"|(?P<named>.+?) (?:co )?(?:ban|mua|dat) {_ONLINE_SHOPS}(?: (?:o dau|cho nao|khong|ko|chua|vay))*"
    r"|(?:where )?(?:can i |do they |to )?(?:buy|order|sell)(?P<english>.*?) online"
)
_ASKED = tuple(
    map(
        re.compile,
        (
            rf"{_GO}mua(?P<what>.*?) {_WHERE} {_VI} (?P<near>.+)",
            rf"(?P<what>.*?) ?(?:mua|ban) {_WHERE} {_VI} (?P<near>.+)",
            rf"(?:o |co )?(?:{_SHOP}|ai|nha|dau)(?: nao)?(?: co)? ban(?P<what>.*?) (?:{_VI}|o|tai) (?P<near>.+)",
            rf"{_VI} (?P<near>toi|day|minh|em|nha)(?: toi)?(?: co)? {_SHOP}(?: nao)?(?: co)? ban(?P<what>.*)",
            rf"(?:xem |tim |co |cac )*{_SHOPS}{_OPEN} {_VI} (?P<near>.+)",
            rf"{_VI} (?P<near>toi|day|minh|em|nha)(?: toi)?(?: co)? {_SHOPS}(?: khong| ko)?",
            rf"where (?:can|could|do|to|should)(?: i| we)? ?(?:buy|get|find|order|purchase)(?P<what>.*?) {_EN}",
            rf"where {_SHOP_EN}(?: (?:that )?(?:sells?|selling|has|have))?(?P<what>.*?) {_EN}",
            rf"(?:(?:i|we|want|would|like|need|to|looking) )*(?:buy|get|find|order|purchase)(?P<what>.*?) {_EN}",
            rf"(?:who|(?:which |any )?(?:shop|store|market|place)s?)(?: that)? (?:sells?|selling)(?P<what>.*?) {_EN}",
            rf"(?:ocop )?(?:shop|store|point of sale)s?(?P<what>) {_EN}",
        ),
    )
)
# By language: that something is close by, that it is bought, and what goes along with that beside a name.
_EAST_ASIAN = (
    (
        re.compile(r"(?:(?:내|제|저희|우리) ?)?(?:근처|주변|가까운|가까이)(?:에서|에|의)?|내 위치(?:에서)?"),
        re.compile(r"살 ?수|사고|사려|사나|구매|파는|판매|매장|가게|상점"),
        re.compile(
            r"(?:살|사고|사려면|사나요|구매|판매하는|판매|파는) ?수? ?(?:있(?:는|나요|어요|을까요|습니까)|나요|어요)?"
            r"|어디(?:에서|서|에)?|곳(?:이|은)?|매장|가게|상점|있나요|있어요|있습니까|[?？.!]"
        ),
    ),
    (
        re.compile(r"我?(?:附近|最近|周边|周邊|旁边|旁邊)的?|离我(?:最)?近的?"),
        re.compile(r"[买卖買賣店购購]"),
        re.compile(r"(?:哪|什么|什麼)(?:里|裡|儿|兒|地方)?|可以|商店|地方|[能有在到买卖買賣的店呢吗嗎我想要去?？。！]"),
    ),
)
_FAIRS = re.compile(r"\b(?:hoi cho|phien cho|trien lam|le hoi|hoi nghi|fairs?|festivals?)\b")


@dataclass(frozen=True, slots=True)
class BuyingQuestion:
    """What is to be bought (words of theirs, "" for what was spoken of) near which place ("" for where they are)."""

    what: str
    near: str
    online: bool = False


@lru_cache(maxsize=1024)
def read_question(words: str) -> BuyingQuestion | None:
    """What *words* want to buy close to which place; None where they do not ask that."""
    if len(words) > LONGEST:
        return None
    asked = " ".join(words.split()).strip(" ?!.")
    for place, goods, rest in _EAST_ASIAN:
        if place.search(asked) and goods.search(asked):
            return BuyingQuestion(rest.sub("", place.sub("", asked)).strip(" ,，을를은는"), "")
    folded = fold(asked)
    if _FAIRS.search(folded):
        return None
    online = _ASKED_ONLINE.fullmatch(folded)
    if online is not None:
        return BuyingQuestion(_what_online(online, asked, folded), "", online=True)
    found = next((match for each in _ASKED if (match := each.fullmatch(folded))), None)
    if found is None:
        return None
    near = (found["near"] or "").strip()
    # Folding keeps the words apart: what stood there is taken as it was typed.
    what = as_typed(asked, folded, found.span("what"))
    return BuyingQuestion(what, "" if _ME.fullmatch(near) else as_typed(asked, folded, found.span("near")))


def read_shops(words: str) -> BuyingQuestion | None:
    """Shops close by, where *words* ask for no more than shops: "siêu thị", "có cửa hàng nào không"."""
    asked = _ANY_SHOPS.fullmatch(fold(words).strip(" ?!.")) if len(words) <= LONGEST else None
    return BuyingQuestion("ocop", "") if asked is not None else None


def _what_online(found: re.Match[str], asked: str, folded: str) -> str:
    """What is bought online, as it was typed; "" for what was spoken of."""
    group = next((each for each in ("what", "named", "english") if (found[each] or "").strip()), "")
    return as_typed(asked, folded, found.span(group)) if group else ""
