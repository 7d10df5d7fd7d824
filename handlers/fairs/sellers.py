"""Who sells something at the fairs that run or come next, and the booth that somebody names by its code."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.fairs import calendar
from catalog.fairs.calendar import Booth, Fair
from catalog.fairs.plan import code_order
from catalog.model import Product
from catalog.search import Band, Hit
from catalog.text import as_typed, fold
from catalog.translated_words import to_vietnamese
from handlers.actions import LONGEST, Action, Verb
from handlers.acts.hits import all_say, tied_hits
from handlers.catalogue.paging import Search
from handlers.catalogue.search import clean
from handlers.context import Context, Session
from handlers.fairs import wording
from handlers.messages import Choice, Page, Reply

PER_PAGE = 10
_LONGEST = 120
_MOST = 500
_NAMED = 3
_LONGEST_ID = LONGEST - len(f"{Verb.PRODUCT} ")
FAIR_KINDS = r"(?:hoi cho|phien cho|trien lam|le hoi|hoi nghi|phien live)"
_FAIR = rf"(?P<fair>{FAIR_KINDS}\b.*?)"
_ENGLISH_FAIR = r"(?:the |a |any |this |that )?(?P<fair>(?:[\w ]+ )?(?:fair|festival|exhibition|expo)s?\b.*?)"
_WHO = r"(?:nhung )?(?:ai|dau|(?:nha|don vi|htx|hop tac xa|co so|cho|noi|gian|quay|gian hang|quay hang|sap)(?: nao)?)"
_SELL = r"(?:dang |se )?(?:co )?(?:ban|gian hang ban)"
_GO = r"(?:cho (?:toi|minh|em) hoi )?(?:(?:mai|hom nay|toi|minh|em|muon|can|di|o|tai|trong) )*+"
_STAND = r"(?:gian|quay|sap)(?: hang)?"
_WHICH = rf"{_STAND} (?:nao|so may|may|so bao nhieu)"
_END = r"(?: (?:khong|ko|vay|nhi|the|nhe|a|ha|chua))*+"
_BOOTH = r"(?:booth|stand|stall)s?"
_ANY_BOOTH = rf"(?:who|which {_BOOTH}|(?:is|are)(?: there)? (?:any(?:one|body)|a {_BOOTH})|any {_BOOTH})"
_CAN_I = r"(?:is there|are there|can i buy|where can i (?:buy|get|find)|do they sell)"
_SPEAKS_OF = re.compile(rf"\b(?:{FAIR_KINDS}|gian|quay|sap|{_BOOTH}|(?:fair|festival|exhibition|expo)s?)\b")
_SELLERS = tuple(
    map(
        re.compile,
        (
            rf"{_GO}{_FAIR}(?: thi)?(?: co)? {_WHO} (?:{_SELL}|co) (?P<what>.+?){_END}",
            rf"{_GO}(?:co )?{_WHO} (?:{_SELL}|co) (?P<what>.+?) (?:o |tai |trong |ngoai )?{_FAIR}{_END}",
            rf"{_GO}{_FAIR} (?:nao )?{_SELL} (?P<what>.+?){_END}",
            rf"{_GO}mua (?P<what>.+?) (?:o |tai |trong ){_FAIR}{_END}",
            rf"{_GO}{_FAIR} (?:thi )?mua (?P<what>.+?) (?:o )?{_WHICH}{_END}",
            rf"{_GO}(?:co )?{_STAND} nao {_SELL} (?P<what>.+?){_END}(?P<fair>)",
            rf"{_GO}{_STAND} ban (?P<what>.+?) (?:nam )?(?:o )?(?:dau|cho nao|khu nao){_END}(?P<fair>)",
            rf"{_GO}(?:(?:mua|ban|tim) )?(?P<what>.+?)(?: dung| ban)? (?:o )?{_WHICH}(?: (?:o|tai) {_FAIR})?{_END}",
            rf"{_ANY_BOOTH}(?: that)? (?:sells?|selling|has|have) (?P<what>.+?) (?:at|in) {_ENGLISH_FAIR}",
            rf"{_CAN_I}(?: any)? (?P<what>.+?) (?:at|in) {_ENGLISH_FAIR}",
            r"which (?P<fair>(?:fair|festival)s?) (?:sells?|has|have) (?P<what>.+)",
            rf"(?:which|any|what|are there any) {_BOOTH}(?: that)? (?:sells?|selling|has|have) (?P<what>.+)(?P<fair>)",
        ),
    )
)
# By language: a fair or a booth, that something is sold, and what goes along with that beside a name.
_EASTERN = (
    (
        re.compile(r"박람회|장터|전시회|축제|행사장?|부스"),
        re.compile(r"파는|팔|판매|살 ?수|사려"),
        re.compile(
            r"박람회|장터|전시회|축제|행사장?|부스|에서|에는|에|누가|어느|어디|파는|팔아요?|팔고|팔나요|판매하?는?"
            r"|살 ?수|사려면|있(?:는|나요|어요|습니까)|곳|사람|[은는을를이가]\b|[?？.!]"
        ),
    ),
    (
        re.compile(r"展会|展销会|集市|庙会|展览|展位|摊位|展台"),
        re.compile(r"[卖買买售賣]"),
        re.compile(
            r"展会|展销会|集市|庙会|展览|展位|摊位|展台|在哪里|哪里|哪个|哪家|哪些|谁|有没有|有人|可以|出售"
            r"|[在有上里能可卖買买售賣的吗嗎呢?？。！]"
        ),
    ),
)
_NOTHING = frozenset(
    (
        "gi", "hang", "nhung gi", "san pham", "san pham gi", "hang gi", "mat", "do", "at", "o", "tai", "trong",
        "tham gia", "mon gi", "ai",
    )
)  # fmt: skip
_ANY_FAIR = re.compile(
    r"\b(?:nao|nay|do|kia|toi|day|sap|dang|dien|ra|mo|hom|gan|nhat|tuan|thang|o|co|gian|thi|den|hoi|cho|phien|trien|lam|le"
    r"|nghi|live|ocop|the|a|any|this|that|next|upcoming|coming|to|come|now|today|fairs?|festivals?|exhibitions?|expo)\b"
)
_CODE = r"[a-z]{0,4} ?[0-9]{1,4}[a-z]?"
_AFTER_CODE = (
    r"(?: (?:ban|co|trung bay|gioi thieu|dang|nhung|gi|j|san pham|hang|la|cua|ai|nha|don vi|htx|thi|vay|khong|the|nhi"
    r"|nao|dau))*"
)
_BEFORE_CODE = r"(?:(?:what(?: s| is)?|who(?: s| is)?|does|do|they|sells?|at|in|show|me|open|where is|the) )*"
_BOOTH_NAMED = re.compile(
    rf"(?:(?:cho|toi|minh|xem|hoi|mo|o|tai|tim|den) )*{_STAND}(?: trung bay)?(?: so)? (?P<code>{_CODE}){_AFTER_CODE}"
    rf"(?: (?:o|tai|trong|cua))?(?: {_FAIR})?"
    r"(?: (?:dang |co )*(?:(?:ban|co|la|cua) (?:nhung )?(?:gi|j|ai)|(?:nam )?o (?:dau|cho nao|khu nao))(?: vay| the)*)?"
    rf"|{_BEFORE_CODE}{_BOOTH}(?: (?:no|number))? (?P<english>{_CODE})(?: (?:sells?|selling|have|has|offers?|there))*"
    r"(?: (?:at|in|of) (?:the )?(?P<at>.+))?"
)
_BOOTH_EASTERN = re.compile(
    r"(?:부스|展位|摊位|展台) ?(?:번호|号|號)? ?(?P<after>[a-z]{0,4}[-. ]?\d{1,4}[a-z]?).*"
    r"|(?P<before>[a-z]{0,4}[-. ]?\d{1,4}[a-z]?) ?(?:번|号|號)? ?(?:부스|展位|摊位|展台).*",
    re.IGNORECASE,
)

_OF_FAIR_EASTERN = re.compile(rf"^(?:{calendar.EASTERN_FAIR})(?:에서|의|에|上|的|里)? ?")


@dataclass(frozen=True, slots=True)
class SellerQuestion:
    """What is looked for at the fair that *fair* names; "" for those that run or come next.

    *same* says that the fair's name is all they say, so that it may be what they look for.
    """

    what: str
    fair: str
    same: bool = False


@dataclass(frozen=True, slots=True)
class BoothQuestion:
    """The booth *code* at the fair that *fair* names; "" for those that run or come next."""

    code: str
    fair: str


def read_sellers(words: str) -> SellerQuestion | None:
    """What *words* look for at which fair; None where they do not ask that."""
    asked = words.strip(" ?!.。？！")
    if len(asked) > _LONGEST:
        return None
    eastern = next((rest for place, sells, rest in _EASTERN if place.search(asked) and sells.search(asked)), None)
    if eastern is not None:
        return _read_eastern(asked, eastern)
    folded = fold(asked)
    if not _SPEAKS_OF.search(folded):
        return None
    for pattern in _SELLERS:
        found = pattern.fullmatch(folded)
        if found is not None and found["what"] not in _NOTHING and not re.match(r"(?:gi|hang|at)\b", found["what"]):
            return SellerQuestion(as_typed(asked, folded, found.span("what")), telling_words(found["fair"] or ""))
    return None


def _read_eastern(asked: str, rest: re.Pattern[str]) -> SellerQuestion | None:
    """What Korean or Chinese words look for, without the *rest* of them; what is sold may be called as the fair is."""
    fair, left = calendar.part_eastern(asked)
    beside = " ".join(rest.sub(" ", left).split())
    what = beside or " ".join(rest.sub(" ", asked).split())
    return SellerQuestion(to_vietnamese(what), fair, same=not beside) if what else None


def read_booth(words: str) -> BoothQuestion | None:
    """The booth that *words* name; None where they name none."""
    asked = words.strip(" ?!.。？！")
    if len(asked) > _LONGEST:
        return None
    fair, left = calendar.part_eastern(asked)
    eastern = _BOOTH_EASTERN.fullmatch(_OF_FAIR_EASTERN.sub("", left) if fair else asked)
    if eastern is not None:
        return BoothQuestion((eastern["after"] or eastern["before"]).strip().upper(), fair)
    found = _BOOTH_NAMED.fullmatch(fold(asked))
    if found is None:
        return None
    code = (found["code"] or found["english"]).replace(" ", "").upper()
    return BoothQuestion(code, telling_words(found["fair"] or found["at"] or ""))


def telling_words(fair: str) -> str:
    """What of *fair*, folded, names one of several."""
    return " ".join(_ANY_FAIR.sub(" ", fair).split()) if fair else ""


async def recognize(words: str, *, context: Context) -> Action | None:
    """The action for a question about who sells something at a fair, or about a booth. Raises StoreError."""
    booth = read_booth(words)
    if booth is not None:
        return Action(Verb.FAIR, f"booth {booth.code} {booth.fair}"[:60].strip())
    if read_sellers(words) is None:
        return None
    asked = Search(words[:_LONGEST], wish=True)
    await context.keep_search(asked.token, asked.serialize())
    return Action(Verb.FAIR, f"sells {asked.token}")


async def read_kept(token: str, *, context: Context) -> SellerQuestion | None:
    """The question that was kept under *token*; None where it is not any more. Raises StoreError."""
    kept = await context.store.memory.search(token)
    return read_sellers(Search.read(kept).query) if kept else None


def meant_by(words: str, every: Sequence[Fair], context: Context) -> Sequence[Fair] | None:
    """The fairs that *words* name; those that run or come next where they name none; None for one that is unknown."""
    today = context.today()
    coming = calendar.upcoming(every, today)
    if not words:
        return coming
    found = calendar.named(every, words)
    return [each for each in coming if each in found] or calendar.past(found, today)[:1] or found or None


async def show_sellers(
    what: str, fairs: Sequence[Fair], page: int, *, again: str, context: Context, session: Session
) -> Reply:
    """The booths of *fairs* whose producers make *what*, a page of them. Raises StoreError."""
    say = session.say
    hits = _hits(what, context)
    listed, rows = [], []
    for fair in fairs:
        booths = [each for each in await context.store.fairs.booths(fair.key) if each.is_taken]
        listed += [fair] if booths else []
        made = await _made(booths, hits, context=context)
        rows += [(fair, each, made[each.producer]) for each in booths if each.producer in made]
    if not rows:
        return _nobody(what, fairs, listed, hits, session)
    rows.sort(key=lambda row: (fairs.index(row[0]), code_order(row[1].code)))
    pages = -(-len(rows) // PER_PAGE)
    number = min(max(page, 1), pages)
    lines, choices = [say("“{words}” at the fairs:", words=what)], []
    told = None
    for fair, booth, products in rows[(number - 1) * PER_PAGE : number * PER_PAGE]:
        if fair != told:
            lines.append(say("At “{fair}”, {when}:", fair=fair.name, when=_when(fair, context, session)))
            told = fair
        name = products[0].producer.name
        lines.append(booth_line(booth, name, [each.name for each in products]))
        choices.append(Choice(f"{booth.code} · {name}", Action(Verb.FAIR, f"look {booth.token}")))
    turns = ((say("← Previous"), number - 1), (say("Next →"), number + 1))
    choices += [Choice(label, Action(Verb.FAIR, f"{again} {to}")) for label, to in turns if 1 <= to <= pages]
    return Reply("\n".join(lines), choices=tuple(choices), page=Page(number, pages, len(rows)), language=say.language)


def booth_line(booth: Booth, name: str, products: Sequence[str]) -> str:
    """A booth in a list: what is painted on it, who stands there, the first of what they make."""
    listed = ", ".join(products[:_NAMED]) + ("…" if len(products) > _NAMED else "")
    return f"• {booth.code}: {name}" + (f" ({listed})" if listed else "")


def _when(fair: Fair, context: Context, session: Session) -> str:
    state, days = wording.state(fair, context.today(), session.say), wording.when(fair, session.say)
    return f"{days} ({state})" if state else days


def _hits(what: str, context: Context) -> Sequence[Hit]:
    found = context.find(clean(to_vietnamese(what)), limit=_MOST)
    if found.band is Band.NOTHING or not found.hits or found.small_talk is not None:
        return ()
    return found.hits if found.filters and not found.rest else tied_hits(found.hits, found.rest or what)


async def _made(booths: Sequence[Booth], hits: Sequence[Hit], *, context: Context) -> Mapping[str, list[Product]]:
    """What of *hits* is made by those who stand at *booths*, by the ids of the producers."""
    ids = sorted({each.producer for each in booths if each.producer})
    names = {each.name for each in await context.store.producers(ids)} if hits and ids else set()
    made: dict[str, list[Product]] = {}
    for product in await context.products([each.id for each in hits if each.producer in names]):
        if product.producer.id in ids:
            made.setdefault(product.producer.id, []).append(product)
    return made


def _nobody(what: str, fairs: Sequence[Fair], listed: Sequence[Fair], hits: Sequence[Hit], session: Session) -> Reply:
    say, of = session.say, (listed or fairs)[0]
    names = "”, “".join(each.name for each in listed[:_NAMED])
    text = (
        say("The list of booths of “{fair}” has no “{words}”.", fair=names, words=what)
        if listed
        else say("Who sells at “{fair}” is not entered yet.", fair=of.name)
    )
    known = hits[:1] if hits and all_say(hits[:1], to_vietnamese(what)) and len(hits[0].id) <= _LONGEST_ID else ()
    choices = [Choice(each.name, Action(Verb.PRODUCT, each.id)) for each in known]
    choices.append(Choice(say("The fair"), Action(Verb.FAIR, f"show {of.key}")))
    return Reply(text, choices=tuple(choices), language=say.language)


async def find_booths(code: str, fairs: Sequence[Fair], *, context: Context) -> Sequence[tuple[Fair, Booth]]:
    """The booths of *fairs* on which *code* is painted; where a fair runs, only of those that do. Raises StoreError."""
    wanted = _bare(code)
    found = [
        (fair, booth)
        for fair in fairs
        for booth in await context.store.fairs.booths(fair.key)
        if _bare(booth.code) == wanted
    ]
    today = context.today()
    return [each for each in found if each[0].runs_on(today)] or found


def ask_which(code: str, found: Sequence[tuple[Fair, Booth]], *, session: Session) -> Reply:
    """Which of several fairs is meant, or that none has that booth."""
    say = session.say
    if not found:
        text = say("No fair that runs or is to come has a booth {code}.", code=code)
        return Reply(text, choices=(Choice(say("Fairs"), Action(Verb.FAIR)),), language=say.language)
    text = say("Several fairs have a booth {code}. Which fair do you mean?", code=code)
    choices = tuple(Choice(fair.name, Action(Verb.FAIR, f"look {booth.token}")) for fair, booth in found)
    return Reply(text, choices=choices, language=say.language)


def _bare(code: str) -> str:
    """*code* as people say it: A-01 is a1."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", "".join(fold(code).split()))
