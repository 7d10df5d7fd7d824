"""Words that narrow the list just shown: "loại 3 sao thôi", "chỉ lấy ở Gia Bình"; and all that is in that list."""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from catalog.search import Band, Filters, Found, Hit
from catalog.text import fold
from catalog.translated_words import detect_language, to_vietnamese
from catalog.wishes import shipped_wishes
from handlers import cards
from handlers.actions import Action, Verb
from handlers.acts import bare_words
from handlers.acts.hits import all_say
from handlers.catalogue import search
from handlers.catalogue.paging import Search, without
from handlers.context import Context, Session
from handlers.messages import Choice, Reply
from handlers.thread import MessageAct, SpokenTurn

Wishing = Callable[[str], Awaitable[Reply | None]]
_MOST = 1000
_MOST_WORDS = 4
_MOST_LEFT = 100
_LISTS = frozenset((MessageAct.LIST, MessageAct.WISH, MessageAct.NEAR, MessageAct.COMPARE))
_ONLY = frozenset(("chi", "rieng", "loc", "only", "just"))
_KINDS = frozenset(("loai", "cai", "hang", "mon", "thu", "dong"))
_LEADING = """
the vay thi nhung ma toi tui minh em cho xem lay chon muon can tim hien mua cac may nao co la ra theo
i want show me give ones one with that which are is there do you have any of them these those has got
"""
# "Do you have …", "is there any …" begin anew, unless they speak of ones of these.
_HAVE = frozenset(("do", "you", "have", "is", "are", "there", "any", "i", "want", "got", "u"))
_OF_LIST = frozenset(("ones", "one", "them", "these", "those", "which", "with"))
_LEADS = frozenset(_LEADING.split())
_ENDS = frozenset(("thoi", "thui", "only"))
_TRAILING = "nhe nha nhen di a ha nhi ay voi giup duoc nao vay co khong ko k hong hok hem khum please pls ones one"
_TRAILS = frozenset(_TRAILING.split())
_THESE = frozenset(("nay", "do", "kia", "day", "this", "that", "it"))
_AMONG = re.compile(
    r"trong (?:so |may |nhung |cac |danh sach )?(?:cai |loai |mon |san pham )?(?:nay|do|tren|kia|day)\b"
)
_ALL = ("san pham", "sp", "dac san", "products", "product", "hang ocop")
_AT = frozenset(("o", "tai", "thuoc", "vung", "in", "from"))
# What stands around nothing but a wish to leave something out.
_AROUND_WORDS = "something anything else other another just only but can we please thanks khac"
_AROUND_EXCEPTION = frozenset(_AROUND_WORDS.split())
_ASKS = frozenset(("khong", "ko", "k", "hong", "hok", "hem", "khum"))
_ONLY_EASTERN = re.compile(r"만(?=$|\s|요)|^\s*(?:就|只)(?:要|看|想要|想看|有|买|选)?|^仅(?:限|看)?")
_QUALITIES = {
    "dried": "khô", "dry": "khô", "fresh": "tươi", "spicy": "cay", "sweet": "ngọt", "red": "đỏ", "white": "trắng",
    "black": "đen", "organic": "hữu cơ", "smoked": "hun khói", "garlic": "tỏi", "sticky": "nếp",
    "말린": "khô", "건조": "khô", "매운": "cay", "빨간": "đỏ", "흰": "trắng", "유기농": "hữu cơ", "마늘": "tỏi",
    "干的": "khô", "辣的": "cay", "红的": "đỏ", "白的": "trắng", "有机的": "hữu cơ", "蒜味": "tỏi",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What of a list is *wanted*; *plainly* where the words say that nothing else is.

    *among* is False for "do you have tofu": whatever that is, nobody asks for a kind of what was shown.
    """

    wanted: str
    plainly: bool
    among: bool = True


@lru_cache(maxsize=1024)
# Many conditions, all of the same few words: apart, they would hand most of these values on.
def read_narrowing(words: str) -> Narrowing | None:
    """What *words* want of what was shown; None where they say nothing that narrows."""
    eastern = _ONLY_EASTERN.search(words) is not None
    typed = to_vietnamese(_in_qualities(_ONLY_EASTERN.sub(" ", words))).strip(" ?!.,").split()
    folded = ["" if each.casefold() == "chị" else fold(each) for each in typed]
    among = _AMONG.match(" ".join(folded))
    start = len(among[0].split()) if among else 0
    start += _skip_lead(folded[start:])
    end = _drop_trail(folded, start)
    before, after = folded[:start], folded[end:]
    if end == start or not _THESE.isdisjoint(folded[start:end]):
        return None
    only = eastern or among is not None or not _ONLY.union(_KINDS).isdisjoint(before) or not _ENDS.isdisjoint(after)
    asks = bool(before) and ("?" in words or not _ASKS.isdisjoint(after))
    return Narrowing(" ".join(typed[start:end]), plainly=only or asks, among=only or not _begins_anew(before))


def _begins_anew(before: Sequence[str]) -> bool:
    return bool(before) and _HAVE.issuperset(before[:3]) and _OF_LIST.isdisjoint(before)


def _skip_lead(folded: Sequence[str]) -> int:
    """Where what is wanted begins: "còn loại nào ở Gia Bình", but "còn hạn"."""
    start = int(folded[:1] == ["con"] and not _KINDS.isdisjoint(folded[1:2]))
    while start < len(folded) and folded[start] in _ONLY | _KINDS | _LEADS:
        start += 1
    return start


def _drop_trail(folded: Sequence[str], start: int) -> int:
    """Where what is wanted ends."""
    end = len(folded)
    while end > start and folded[end - 1] in _ENDS | _TRAILS:
        end -= 1
    return end


def _in_qualities(words: str) -> str:
    """*words* with what is said of kinds in other languages in Vietnamese: "dried", "干的"."""
    for word, vietnamese in _QUALITIES.items():
        if word.isascii():
            words = re.sub(rf"\b{word}\b", vietnamese, words, flags=re.IGNORECASE)
        else:
            words = words.replace(word, f" {vietnamese} ")
    return words


def last_list(session: Session) -> SpokenTurn | None:
    """The list that was shown last, where nothing was listed since."""
    return next((each for each in reversed(session.thread.turns) if each.act in _LISTS and each.products), None)


def words_behind(session: Session) -> str:
    """The search or wish behind the list shown last; "" where that is not known."""
    turn = last_list(session)
    return turn.words if turn is not None else ""


def _is_wish(turn: SpokenTurn, *, context: Context, session: Session) -> bool:
    """True where the words of *turn* name a wish: a search for them does not find what was shown."""
    if not turn.words:
        return False
    found = context.find(turn.words, limit=_MOST, here=session.here)
    return found.band is Band.NOTHING or not set(turn.products) <= {hit.id for hit in found.hits}


def listed_ids(session: Session, *, context: Context) -> tuple[str, ...]:
    """All that is in the list shown last, also on the pages that were not."""
    turn = last_list(session)
    if turn is None:
        return ()
    unwanted, words = shipped_wishes().read_exclusion(turn.words)
    found = context.find(words, limit=_MOST, here=session.here) if words else Found(Band.NOTHING)
    every = tuple(hit.id for hit in found.hits if not shipped_wishes().tags_of(hit) & unwanted)
    return every if set(turn.products) <= set(every) else session.thread.listed


async def answer(
    words: str, *, act: MessageAct | None, wish: Wishing, context: Context, session: Session
) -> tuple[Reply, str] | None:
    """What of the last list meets *words*, and the search that it is; None where they do not narrow it.

    Where they may be another *act*, only a plain condition counts. *wish* gives what fits a wish, for lists that are no
    search by name.
    """
    turn, narrowing = last_list(session), read_narrowing(words)
    if turn is not None and act is not MessageAct.ASK and _only_excludes(words):
        return await _leave_out(words, turn, wish, context=context, session=session)
    return await _narrow(turn, narrowing, act, wish, context=context, session=session)


def _only_excludes(words: str) -> bool:
    """True where *words* leave something out and say nothing else: "I was cheated, it is not tea" tells of one."""
    unwanted, rest = shipped_wishes().read_exclusion(words)
    around = _ONLY | _KINDS | _LEADS | _ENDS | _TRAILS | _AROUND_EXCEPTION
    told = fold(rest).replace(",", " ").split()
    return bool(unwanted) and (detect_language(rest) != "" or all(each in around - _THESE for each in told))


async def _narrow(
    turn: SpokenTurn | None,
    narrowing: Narrowing | None,
    act: MessageAct | None,
    wish: Wishing,
    *,
    context: Context,
    session: Session,
) -> tuple[Reply, str] | None:
    if turn is None or narrowing is None or not _may_narrow(narrowing, turn, act, session):
        return None
    condition = context.find(narrowing.wanted, limit=_MOST, here=session.here)
    if condition.filters.near:
        return None
    if condition.filters and not condition.rest:
        # "loại còn hạn không" asks of each, "loại 4 sao" does not.
        if act is MessageAct.FIELD and not replace(condition.filters, valid=frozenset()):
            return None
        wished = await _by_wish(narrowing, turn, wish, context=context, session=session)
        return wished or await _by_condition(narrowing, condition, turn, context=context, session=session)
    if act is MessageAct.FIELD or not narrowing.plainly:
        return None
    return await _by_words(narrowing.wanted, turn, context=context, session=session)


async def _leave_out(
    words: str, turn: SpokenTurn, wish: Wishing, *, context: Context, session: Session
) -> tuple[Reply, str] | None:
    """The list without what *words* do not want: "no alcohol please"; None where nothing is left of it."""
    query = f"{turn.words}, {shipped_wishes().tell_exclusion(words)}" if turn.words else ""
    wished = await wish(query) if _is_wish(turn, context=context, session=session) else None
    if wished is not None and wished.cards:
        return wished, query
    unwanted, _ = shipped_wishes().read_exclusion(words)
    listed = await context.products(listed_ids(session, context=context)[:_MOST_LEFT])
    left = [each for each in listed if not shipped_wishes().tags_of(each) & unwanted]
    hits = [Hit(each.ref, each.name, each.producer.name, 1.0) for each in left]
    return (await _show(hits, context=context, session=session), query) if hits else None


def _may_narrow(narrowing: Narrowing, turn: SpokenTurn, act: MessageAct | None, session: Session) -> bool:
    """True where "only" or the like is said, or a bare condition; "sản phẩm 4 sao" begins anew."""
    if narrowing.plainly:
        return True
    anew = any(f" {each} " in f" {fold(narrowing.wanted)} " for each in _ALL)
    return act in {None, MessageAct.LIST} and turn is session.thread.last and not anew


async def _by_wish(
    narrowing: Narrowing, turn: SpokenTurn, wish: Wishing, *, context: Context, session: Session
) -> tuple[Reply, str] | None:
    """What fits the wish that the list was shown for, and meets the condition too."""
    if not _is_wish(turn, context=context, session=session):
        return None
    words = f"{turn.words}, {narrowing.wanted}"
    reply = await wish(words)
    return (reply, words) if reply is not None and reply.cards else None


async def _by_condition(
    narrowing: Narrowing, condition: Found, turn: SpokenTurn, *, context: Context, session: Session
) -> tuple[Reply, str] | None:
    """The products of the list that meet a condition that every search knows."""
    held = {*listed_ids(session, context=context), *turn.products}
    for query, wider in _queries(turn.words, narrowing.wanted, condition.filters, context=context):
        found = context.find(query, limit=_MOST, here=session.here)
        if _is_part(found) and (wider or held >= {hit.id for hit in found.hits}):
            reply = await search.look(Search(query, listed=True), page=1, context=context, session=session)
            return reply, query
    meeting = [hit for hit in condition.hits if hit.id in held]
    if meeting and condition.unknown is None:
        return await _show(meeting, context=context, session=session), ""
    if not narrowing.plainly:
        return None
    return await none_of_list(narrowing.wanted, context=context, session=session), turn.words


def _is_part(found: Found) -> bool:
    """True where a condition was understood, and something meets it or it is not known what does."""
    return bool(found.hits) and found.band is Band.ANSWER and (bool(found.filters) or found.unknown is not None)


def _queries(listed: str, wanted: str, conditions: Filters, *, context: Context) -> Iterator[tuple[str, bool]]:
    """The search behind the list with what is *wanted* besides; True for one that lacks an older condition.

    That is one of the same kind: "chỉ 3 sao thôi" after "rượu 4 sao".
    """
    if not listed:
        return
    before = context.find(listed, limit=1).filters
    pairs = (
        (conditions.star_words, before.star_words),
        (conditions.price_words, before.price_words),
        (conditions.place.words if conditions.place else "", before.place.words if before.place else ""),
    )
    kept = listed
    for new, old in pairs:
        kept = without(old, kept) if new and old else kept
    yield f"{kept} {wanted}", kept != listed
    yield f"{bare_words(kept)} {wanted}", kept != listed


async def _by_words(wanted: str, turn: SpokenTurn, *, context: Context, session: Session) -> tuple[Reply, str] | None:
    """The products of the list in whose names all that is *wanted* stands; that none is, for a place unknown to it."""
    if fold(wanted).split()[0] in _AT:
        return await none_of_list(wanted, context=context, session=session), turn.words
    if len(wanted.split()) > _MOST_WORDS:
        return None
    found = context.find(turn.words, limit=_MOST, here=session.here) if turn.words else Found(Band.NOTHING)
    held = listed_ids(session, context=context)
    hits = [hit for hit in found.hits if hit.id in held] or await _hits_of(held, context)
    meeting = [hit for hit in hits if all_say([hit], wanted)]
    return (await _show(meeting, context=context, session=session), "") if meeting else None


async def _hits_of(ids: Sequence[str], context: Context) -> list[Hit]:
    return [Hit(each.ref, each.name, each.producer.name, 1.0) for each in await context.products(ids)]


async def _show(hits: Sequence[Hit], *, context: Context, session: Session) -> Reply:
    """The first of *hits*, and how many there are."""
    products = await context.products([hit.id for hit in hits[: search.PER_PAGE]])
    view, say = search.view(context, session), session.say
    if len(products) == 1:
        return Reply(cards=(cards.whole(products[0], view),), language=say.language)
    text = say.count("{number} product of the list just shown:", "{number} products of the list just shown:", len(hits))
    return Reply(text, cards=tuple(cards.short(each, view) for each in products), language=say.language)


async def none_of_list(wanted: str, *, context: Context, session: Session) -> Reply:
    """That nothing of the list is said to be what is *wanted*; the list again, and that wish among all products."""
    say, turn = session.say, last_list(session)
    products = await context.products(turn.products if turn is not None else ())
    view = search.view(context, session)
    found = context.find(wanted, limit=1, here=session.here)
    text = say("Of the list just shown, the catalogue says of none that it is “{words}”.", words=wanted)
    if found.filters and not found.rest:
        text = say("By what the catalogue knows, none of the list just shown is “{words}”.", words=wanted)
    choices: tuple[Choice, ...] = ()
    if found.band is Band.ANSWER and found.hits and found.filters:
        every = Search(wanted, listed=True)
        await context.keep_search(every.token, every.serialize())
        choices = (Choice(say("“{words}” among all products", words=wanted), Action(Verb.PAGE, f"{every.token} 1")),)
    shown = tuple(cards.short(each, view) for each in products)
    return Reply(text, cards=shown, choices=choices, language=say.language)


async def tell_none(words: str, *, context: Context, session: Session) -> Reply | None:
    """The same of *words* that name nothing at all: "loại khô thôi"; None where they are about no list."""
    narrowing = read_narrowing(words)
    if (
        last_list(session) is None
        or session.thread.product
        or narrowing is None
        or not (narrowing.plainly and narrowing.among)
    ):
        return None
    if len(narrowing.wanted.split()) > _MOST_WORDS:
        return None
    return await none_of_list(narrowing.wanted, context=context, session=session)
