"""What people ask of fairs in their own words, read as what a button would ask for; also by a fair's name."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from catalog.fairs.calendar import EASTERN_FAIR, Fair, named, part_eastern, past, upcoming
from catalog.fairs.figures import read_sale
from catalog.text import fold
from catalog.translated_words import to_vietnamese
from handlers.actions import LONGEST, Action, Verb
from handlers.context import Context, Session
from handlers.fairs import booths, sellers

_LONGEST_WORDS = 120
_FAIR = (
    r"(?:cac |nhung )?(?:hoi cho|phien cho|trien lam|le hoi|hoi nghi(?: ket noi)?(?: cung cau)?|phien live|su kien)"
    r"(?: trien lam)?"
)
_COMING = re.compile(
    rf"(?:xem |co |lich |danh sach )*{_FAIR}(?: ocop)?(?: nao)?(?: sap toi| sap dien ra| sap mo| toi day| tiep theo"
    r"| dang dien ra| hom nay| ngay mai| (?:cuoi )?(?:tuan|thang|nam)(?: nay| sau| toi| [0-9]{1,4})?| gan nhat"
    r"| co gi| khi nao| bao gio| o dau| khong| nao)*"
    r"|lich(?: cac)? hoi cho(?: ocop)?"
    r"|(?:(?:is|are) there |any |what |which |when is |when are |show me |list |the )*"
    r"(?:ocop )?(?:upcoming |next |coming )?"
    r"fairs?(?: (?:coming up|are there|(?:this|next) (?:week|weekend|month|year)|today|tomorrow|now|soon))*"
    rf"|(?:gio mo cua |gio |thoi gian )?{_FAIR}(?: ocop)?(?: mo cua| dong cua| tu)* (?:may gio|gio nao|luc nao)"
    r"(?: mo cua| dong cua)*"
    rf"|(?:gio mo cua|thoi gian|gio) (?:cua )?{_FAIR}(?: ocop)?|{_FAIR} (?:thoi gian|gio mo cua|lich)"
    r"|(?:trade )?fairs? (?:opening )?(?:hours|times?|dates?|schedule)"
    r"|(?:what time|when) (?:does|is|do) (?:the )?fairs?(?: open| start)?"
)
_NEAR = re.compile(
    rf"(?:xem |co )*{_FAIR}(?: ocop)?(?: nao)?(?: o)?(?: gan| quanh)(?: toi| day| minh| em| nhat| cho toi)?"
    r"|fairs? (?:near|around|close to|nearest to|closest to) (?:me|here)"
    r"|(?:(?:where is|what is|wheres|find|show me) )?(?:the )?(?:nearest|closest) (?:ocop |trade )?fairs?"
    r"(?: to me| near me)?"
)
_AT = re.compile(rf"(?:xem |co )*{_FAIR}(?: ocop)?(?: nao)? (?:o|tai|gan) |fairs? (?:near|in|around) ")
_WHO = re.compile(
    r"(?:co )?(?:nhung )?(?:ai|don vi nao|nha nao|htx nao|gian hang nao|gom nhung ai)(?: dang| se)?"
    r" (?:ban|co mat|tham gia|du)"
    r"(?: hang| gi)?(?: o| tai| trong)? (?P<fair>(?:hoi cho|phien cho|trien lam|le hoi|hoi nghi|phien live)\b.*)"
    r"|who (?:sells|is|will be) at (?P<english>.+)"
)
_WHAT = re.compile(
    r"(?:(?:o|tai|trong|xem) )*(?P<fair>(?:hoi cho|phien cho|trien lam|le hoi)\b.*?)"
    r"(?: (?:co|ban|trung bay))+(?: nhung)?(?: gian| san pham| hang)? gi(?: vay| the| nhi| khong)*"
    r"|what (?:is|do they|can i) (?:sold|sell|there|buy|get) at (?:the )?(?P<english>.*(?:fair|festival).*)"
)
_LEADS = re.compile(
    r"(?:xem )?(?:danh sach )?khach(?: hang)?(?: cua (?:toi|minh))? (?:o |tai )?(?:hoi cho|gian hang)|(?:my )?leads"
)
_FOLLOWED = re.compile(
    r"(?P<stop>(?:bo|thoi|huy|ngung|dung) )?(?:cho )?(?:toi |minh |em )?(?:muon |xin )?"
    r"(?:theo doi|nhac(?: toi| minh)?(?: ve)?|follow|unfollow|remind me of)"
    r" (?P<fair>(?:hoi cho|phien cho|trien lam|le hoi|hoi nghi|phien live)\b.*|the fair\b.*)"
)
_ASKED_OF_ONE = re.compile(
    r"(?: (?:co|se|duoc|mo cua|dong cua|dien ra|to chuc|khai mac|be mac|bat dau|ket thuc|den|tu))*"
    r"(?: (?:may gio|khi nao|bao gio|o dau|cho nao|ngay nao|luc nao|may ngay|co gi|the nao|chua|khong|vay|nhi|a))+$"
)
_NAMED = re.compile(r"(?:hoi cho|phien cho|trien lam|le hoi|hoi nghi|phien live)\b.+")
_ENGLISH_FAIR = re.compile(r"\b(?:fairs?|festivals?|exhibitions?|expos?)\b")
# What stands around a name, and names nothing.
_AROUND = frozenset(
    (
        "a", "about", "an", "and", "any", "are", "at", "be", "can", "come", "coming", "date", "dates", "day", "days",
        "did", "directions", "do", "does", "end", "ends", "find", "follow", "following", "for", "get", "go", "has",
        "have", "held", "hours", "how", "i", "in", "info", "information", "is", "it", "last", "let", "like", "me",
        "more", "much", "my", "next", "of", "on", "open", "opening", "please", "remind", "reminder", "reminders",
        "sell", "selling", "sells", "show", "sold", "start", "starts", "stop", "take", "takes", "tell", "that", "the",
        "there", "this", "time", "to", "unfollow", "up", "want", "was", "we", "what", "when", "where", "which", "who",
        "will", "with", "would", "you", "place", "happen", "buy", "us",
    )
)  # fmt: skip
_ASKED = (
    ("stop", re.compile(r"\b(?:unfollow|stop)\b|취소|그만|取消|不再")),
    ("remind", re.compile(r"\b(?:follow|remind|reminders?)\b|팔로우|알림|알려|关注|提醒")),
    ("who", re.compile(r"\bwho\b|\bwhat\b.*\b(?:sold|sells?|buy|get|there)\b|누가|뭐|무엇|팔|谁|卖|买")),
)
_EASTERN_FAIR = re.compile(EASTERN_FAIR)


async def recognize(body: str, *, context: Context) -> Action | None:
    """What *body* asks of fairs; None where it asks for something else. Raises StoreError."""
    if len(body) > _LONGEST_WORDS:
        return None
    words = fold(to_vietnamese(body)).strip(" ?!.")
    if sold := read_sale(body):
        return Action(Verb.FAIR, " ".join(["sold", *(str(each) for each in sold if each is not None)]))
    if _NEAR.fullmatch(words):
        return Action(Verb.FAIR, "near")
    return Action(Verb.FAIR) if _COMING.fullmatch(words) else await _of_one(body, words, context=context)


async def recognize_first(body: str, *, context: Context, session: Session) -> Action | None:
    """What is surely of fairs, whatever else its words may be; None for all else. Raises StoreError.

    That is: to be reminded of one or no more, what a booth just offered, who sells something at one, a booth.
    """
    words = fold(body).strip(" ?!.")
    if (typed := booths.recognize_typed(words, session)) is not None:
        return typed
    if (there := await sellers.recognize(body, context=context)) is not None:
        return there
    followed = await _follow_named(body, context=context)
    return followed or await _named_elsewhere(body, {"remind", "stop"}, context=context)


async def recognize_stop(body: str, *, context: Context) -> Action | None:
    """Who wants to be reminded of a fair no more; None for all else. Raises StoreError."""
    asked = _FOLLOWED.fullmatch(fold(body).strip(" ?!.")) if len(body) <= _LONGEST_WORDS else None
    if asked is None or not (asked["stop"] or fold(body).startswith("unfollow")):
        return None
    return await _follow_named(body, context=context)


async def _follow_named(body: str, *, context: Context) -> Action | None:
    words = fold(body).strip(" ?!.")
    asked = _FOLLOWED.fullmatch(words) if len(body) <= _LONGEST_WORDS else None
    if asked is None:
        return None
    if not sellers.telling_words(asked["fair"]):
        return Action(Verb.FAIR)
    found = named(await context.store.fairs.list_all(), asked["fair"].removeprefix("the fair "))
    if not found:
        return Action(Verb.FAIR, "find")
    stops = asked["stop"] or words.startswith("unfollow")
    return Action(Verb.FAIR, f"{'stop' if stops else 'remind'} {_likeliest(found, context).key}")


async def _of_one(body: str, words: str, *, context: Context) -> Action | None:
    if _LEADS.fullmatch(words):
        every = await context.store.fairs.list_all()
        return Action(Verb.FAIR, f"leads {_likeliest(every, context).key}") if every else None
    if asked := _WHO.fullmatch(words) or _WHAT.fullmatch(words):
        return await _who_at(asked["fair"] or asked["english"], sure=bool(asked["fair"]), context=context)
    asked_of_one = await _place_or_name(body, words, context=context)
    return asked_of_one or await _named_elsewhere(body, {"show", "who", "remind", "stop"}, context=context)


async def _named_elsewhere(body: str, asked: Collection[str], *, context: Context) -> Action | None:
    """What is *asked* of a fair that English, Korean or Chinese words name. Raises StoreError."""
    spoken = speaks_of_fair(body)
    found = read_named(body, await context.store.fairs.list_all()) if spoken else None
    if found is None or found[0] not in asked:
        return None
    return Action(Verb.FAIR, f"{found[0]} {_likeliest(found[1], context).key}")


async def _place_or_name(body: str, words: str, *, context: Context) -> Action | None:
    if (at := _AT.match(words)) and (unit := context.places.called(_after(at[0], body))):
        return Action(Verb.FAIR, f"near {unit.code}")
    if not _NAMED.fullmatch(words):
        return None
    every = await context.store.fairs.list_all()
    found = named(every, words) or named(every, _ASKED_OF_ONE.sub("", words))
    return Action(Verb.FAIR, f"show {_likeliest(found, context).key}") if found else None


def _after(begun: str, body: str) -> str:
    return " ".join(body.strip(" ?!.").split()[len(begun.split()) :])


async def _who_at(words: str, *, sure: bool, context: Context) -> Action | None:
    found = sellers.meant_by(sellers.telling_words(words), await context.store.fairs.list_all(), context)
    if found:
        return Action(Verb.FAIR, f"who {_likeliest(found, context).key}")
    if not sure:
        return None
    verb = f"{Verb.FAIR} find "
    return Action(Verb.FAIR, f"find {words.encode()[: LONGEST - len(verb)].decode(errors='ignore')}")


def _likeliest(found: Sequence[Fair], context: Context) -> Fair:
    """The one that runs or comes next, else the latest."""
    today = context.today()
    return next(iter([*upcoming(found, today), *past(found, today), *found]))


def speaks_of_fair(body: str) -> bool:
    """Whether *body* may name a fair in English, Korean or Chinese."""
    return len(body) <= _LONGEST_WORDS and bool(_ENGLISH_FAIR.search(body.casefold()) or _EASTERN_FAIR.search(body))


def read_named(body: str, fairs: Sequence[Fair]) -> tuple[str, Sequence[Fair]] | None:
    """What *body* asks ("show", "who", "remind", "stop") and of which of *fairs*; None where it names none of them."""
    if len(body) > _LONGEST_WORDS:
        return None
    text = unicodedata.normalize("NFC", body)
    if _EASTERN_FAIR.search(text):
        name, left = part_eastern(text)
    else:
        left = fold(text)
        name = _name_in(left)
    found = named(fairs, name) if name else ()
    if not found:
        return None
    return next((what for what, pattern in _ASKED if pattern.search(left)), "show"), found


def _name_in(words: str) -> str:
    """What names a fair in English *words*; "" where they speak of none, or where nothing stands before "fair"."""
    at = _ENGLISH_FAIR.search(words)
    if at is None:
        return ""
    before, after = words[: at.start()].split(), words[at.end() :].split()
    telling = [word for word in before if word not in _AROUND]
    # A name stands right before the word: "spring rolls at the fair" names none.
    if not telling or before[-len(telling) :] != telling:
        return ""
    return " ".join([*telling, *(word for word in after if word not in _AROUND)])
