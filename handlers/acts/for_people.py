"""Messages that are no questions about products: matters for people, and small talk."""

from catalog.search import Band, SmallTalk
from catalog.text import accented_syllables, fold
from catalog.translated_words import detect_language, simplify
from handlers.acts.message import ASKS_WHETHER, SpokenMessage, Understood, is_apart, name_products, says_nothing
from handlers.acts.patterns import Match, mark_word
from handlers.acts.vocabulary import vocabulary
from handlers.thread import MessageAct, SpokenThread

# What only tells people apart from machines, or the talk from the product: said alone, or of nothing we have.
_ONLY_ALONE = frozenset({"hello", "thanks", "alright", "goodbye", "menu", "who"})
# Said beside a name, or beside no name at least. The others only alone: a wish to buy is said in a search too.
_LOOSE_ASKS = frozenset({"complaint", "human", "wrong", "producer"})
_NAMELESS_ASKS = frozenset({"mine"})
# "Bị mốc không" asks whether it does; "đổi trả được không" and "hàng giả không" are matters for people all the same.
_WRONGED = frozenset({"hoan", "doi", "tra", "lua", "gia", "nhai", "dom", "rom", "fake"})
_HOW_TO_TELL = (
    "lam sao biet",
    "phan biet",
    "nhan biet",
    "nhan dien",
    "how to tell",
    "how can i tell",
    "how can i know",
    "how do i know",
    "how to know",
    "how can i be sure",
    "recognise a",
)


def find_matter(message: SpokenMessage) -> Understood | None:
    match = message.first("ask")
    if match is None or _longer(message, than=match):
        return None
    topic = match.phrase.name
    # "bị mốc, ăn đau bụng" complains twice of one thing.
    priced = _orders_at_price(match, message)
    rest = message.without(
        each for each in message.matches if _is_of(each, "ask", topic) or (priced and _is_of(each, "field", "price"))
    )
    if not priced and _only_asks(match, message):
        return None
    if says_nothing(rest, message):
        return Understood(MessageAct.ASK, topic=topic, products=_choose_one((), message.thread))
    if topic not in _LOOSE_ASKS | _NAMELESS_ASKS:
        return None
    named = name_products(message.text(rest), message.find).products
    if named and topic in _NAMELESS_ASKS:
        return None
    return Understood(MessageAct.ASK, topic=topic, products=_choose_one(named, message.thread))


def _only_asks(match: Match, message: SpokenMessage) -> bool:
    """True for a question that sounds like a complaint or an order."""
    if match.phrase.name == "complaint":
        return _asks_how_to_tell(message) or _asks_whether_so(match, message)
    return match.phrase.name == "order" and _asks_apart(match, message, plainly=True)


def _is_of(match: Match, table: str, name: str) -> bool:
    return (match.phrase.table, match.phrase.name) == (table, name)


def _orders_at_price(match: Match, message: SpokenMessage) -> bool:
    """True for "đặt 5 hộp, giá bao nhiêu": it is an order, in which the price is told."""
    counted = any(message.tokens[place].word.isdecimal() for place in range(match.start, match.end))
    asked = {each.phrase.name for each in message.matches if each.phrase.table == "field" and is_apart(each, match)}
    return match.phrase.name == "order" and counted and asked == {"price"}


def _asks_how_to_tell(message: SpokenMessage) -> bool:
    """True where somebody wants to know a fake when they see one, and complains of none."""
    said = fold(message.words)
    return any(each in said for each in _HOW_TO_TELL)


def _asks_whether_so(match: Match, message: SpokenMessage) -> bool:
    """True for "để lâu có bị mốc không", which asks before anything is wrong."""
    behind = [each.marked for each in message.tokens[match.end :] if each.marked not in vocabulary().particles]
    asks = len(behind) == 1 and behind[0] in ASKS_WHETHER
    return asks and _WRONGED.isdisjoint(match.phrase.words)


def names_illness(words: str) -> bool:
    """True where *words*, as they were typed, name an illness."""
    if detect_language(words):
        said = simplify(words)
        return any(each in said for each in vocabulary().illnesses)
    said = f" {' '.join(map(mark_word, accented_syllables(words)))} "
    return any(f" {each} " in said for each in vocabulary().illnesses)


def _choose_one(named: tuple[str, ...], thread: SpokenThread) -> tuple[str, ...]:
    """The one product that is named; where none is, the one that was spoken of."""
    if named:
        return named if len(named) == 1 else ()
    return (thread.product,) if thread.product else ()


def _longer(message: SpokenMessage, *, than: Match) -> bool:
    """True where another phrase explains more of the message, around the same words."""
    return any(
        each.length > than.length and each.start <= than.start and each.end >= than.end
        for each in message.matches
        if each.phrase.table in {"field", "chat"} - {than.phrase.table} and not each.phrase.weak
    )


def find_small_talk(message: SpokenMessage) -> Understood | None:
    match = message.first("chat")
    if match is not None and not _longer(message, than=match) and not _asks_near(message, match):
        rest = message.without([match])
        if says_nothing(rest, message) and not _asks_beside(rest, message, match):
            return Understood(MessageAct.CHAT, topic=match.phrase.name)
        if match.phrase.name not in _ONLY_ALONE and not _asks_apart(match, message) and not _names_any(rest, message):
            return Understood(MessageAct.CHAT, topic=match.phrase.name)
    if message.first("field") is not None and message.thread.product:
        return None
    talk = message.find(message.words).small_talk
    return Understood(MessageAct.CHAT, topic=str(talk)) if isinstance(talk, SmallTalk) else None


def _asks_apart(match: Match, message: SpokenMessage, *, plainly: bool = False) -> bool:
    """True where a fact is asked for beside *match*, if need be *plainly*; "trả tiền" within it asks no price."""
    asked = (each for each in message.matches if each.phrase.table == "field" and is_apart(each, match))
    return any(not (plainly and (each.phrase.weak or each.slip)) for each in asked)


def _asks_beside(rest: tuple[int, ...], message: SpokenMessage, match: Match) -> bool:
    """True where consent is part of a question about what was spoken of: "còn sao không hay hết rồi"."""
    asks = any(message.tokens[place].marked in ASKS_WHETHER for place in rest)
    asks = asks or _asks_apart(match, message, plainly=True)
    return match.phrase.name == "alright" and bool(message.thread.product) and asks


def _asks_near(message: SpokenMessage, match: Match) -> bool:
    """True where *match*, a word of praise, belongs to a question what there is close by: "ở gần đây có gì ngon"."""
    praises = match.phrase.name == "thanks" and match.end - match.start == 1
    return praises and message.find(message.words).filters.near


def _names_any(rest: tuple[int, ...], message: SpokenMessage) -> bool:
    """True where *rest* names a product or a condition; that somebody lives at a place is none by itself."""
    found = message.find(message.text(rest))
    if found.filters.place is not None and not found.rest and not found.hits:
        return False
    return found.band is not Band.NOTHING or bool(found.filters)
