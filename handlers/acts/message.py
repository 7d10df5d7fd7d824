"""A message while it is looked at: its words, what of it points at something, and what it names."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.search import Band, Found, Hit
from catalog.search.query import MAKER_WORD, Token, tokens_of
from catalog.text import fold, tone_last
from handlers.acts.hits import all_say, choose_unbroken, tied_hits
from handlers.acts.patterns import Match
from handlers.acts.vocabulary import vocabulary
from handlers.thread import MOST_LISTED, MessageAct, SpokenThread

LONGEST = 200
Find = Callable[[str], Found]
_LONGEST_NUMBER = 3
_SHORTEST_NAME = 4
_LONG_NAME = 3
_THESE = "này nầy nay nì đó do đấy day ấy ay kia nớ no vừa"
THIS = frozenset(map(tone_last, _THESE.split()))
# "hôm nay" points at no product.
_OF_TIME = "hôm ngày tuần tháng năm mùa bữa sáng trưa chiều tối đêm dạo giờ vụ xưa hom ngay tuan thang nam mua"
TIMES = frozenset(map(tone_last, _OF_TIME.split()))
_WHAT = frozenset(map(tone_last, ["gì", "nào", "gi", "nao"]))
# "Khi nào" and "thế nào" want no product.
_NO_PRODUCT = frozenset(map(tone_last, ["khi", "lúc", "thế", "luc", "the"])) | TIMES
ASKING = """
is are does do did has have what when who whom whose how where which why can could khong ko k hong chua
"""
ASKS_WHETHER = frozenset(map(tone_last, ["không", "ko", "k", "hông", "hem", "chưa", "hay", "khong", "chua"]))
QUESTIONS = frozenset(ASKING.split())
# What is said of all that a place has: it names nothing.
_OF_A_PLACE = "nổi tiếng đặc sản made famous known from popular speciality special local all"
_GENERAL = frozenset(spelled for word in _OF_A_PLACE.split() for spelled in (tone_last(word), fold(word)))
_ASKS_LAST = frozenset(map(tone_last, ["đâu", "dau", "gì", "gi", "nào", "nao", "nhiêu", "nhieu"]))


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message is. Without an *act* it is a search, whose act is told by what is found.

    *fields* are what is asked of the *products*, which are given by id or ref; *maker* says that their producer is
    meant. *query* names what was not found. *topic* is what a chat or a matter for people is about.
    """

    act: MessageAct | None = None
    fields: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    topic: str = ""
    maker: bool = False
    sure: bool = True


SEARCH = Understood()


@dataclass(frozen=True, slots=True)
class SpokenMessage:
    """A message while it is looked at; *spoken* are the folded words of the name of what was spoken of last."""

    words: str
    tokens: tuple[Token, ...]
    matches: tuple[Match, ...]
    thread: SpokenThread
    find: Find
    spoken: tuple[str, ...] = ()

    def first(self, table: str, *names: str) -> Match | None:
        """The longest phrase of *table*, of these *names* if any."""
        return next(
            (each for each in self.matches if each.phrase.table == table and (not names or each.phrase.name in names)),
            None,
        )

    def without(self, matches: Iterable[Match]) -> tuple[int, ...]:
        """The places of the tokens that are in none of *matches*."""
        taken = {place for each in matches for place in range(each.start, each.end)}
        return tuple(place for place in range(len(self.tokens)) if place not in taken)

    def of(self, match: Match) -> tuple[Token, ...]:
        """The tokens of *match*."""
        return self.tokens[match.start : match.end]

    def text(self, places: Iterable[int]) -> str:
        """The words at *places*, as they were typed."""
        return " ".join(self.tokens[place].typed for place in places)

    @property
    def asks(self) -> bool:
        """True for what is a question, by its mark, its first word or its last."""
        return self.asks_whether or self.tokens[-1].marked in _ASKS_LAST

    @property
    def asks_whether(self) -> bool:
        """True for what is surely a question."""
        ends = self.tokens[:1] + self.tokens[-1:]
        return "?" in self.words or any(each.word in QUESTIONS for each in ends)


def name_products(words: str, find: Find, *, weak: bool = False) -> Understood:
    """The products that *words* name: one, several alike, or what a maker makes; not *sure* where it is a guess."""
    found = find(words) if words else Found(Band.NOTHING)
    if found.band is Band.NOTHING or not found.hits or found.small_talk is not None:
        return Understood(sure=False)
    if found.filters.near or found.unknown is not None or is_guessed(found, words):
        return Understood(sure=False)
    if found.band is Band.SUGGEST:
        return _take_suggestion(found, words, weak=weak)
    if found.filters:
        return Understood(products=_ids(found.hits), maker=found.filters.producer is not None and not found.rest)
    return Understood(products=tuple(hit.id for hit in tied_hits(found.hits, words))[:MOST_LISTED])


def is_guessed(found: Found, words: str) -> bool:
    """True where one short word is only like a name: "sao" is no "cao", "vơi" no "voi"."""
    if len(fold(words)) > _SHORTEST_NAME or found.filters:
        return False
    marked = tone_last(words.casefold())
    other = marked != fold(words) and marked not in map(tone_last, found.hits[0].name.casefold().split())
    return other or not all_say(found.hits[:1], words)


def _take_suggestion(found: Found, words: str, *, weak: bool) -> Understood:
    """The products that the catalogue suggests, where the best of them has all the words that were said.

    Those that have the words side by side come without the others: "hoa vải" is in "Mật ong hoa vải", and "Vải sớm
    Phúc Hòa" only has both words.
    """
    if weak and not choose_unbroken(found.hits, words):
        only = _only_with_all(found.hits, words) or _all_of_maker(found, words)
        return Understood(products=only, sure=bool(only))
    if not (found.holding or all_say(found.hits[:1], found.rest)):
        return Understood(sure=False)
    unbroken = choose_unbroken(found.hits, words) or choose_unbroken(found.hits, found.rest)
    return Understood(products=_ids(unbroken or found.hits), sure=len(unbroken) == 1)


def _only_with_all(hits: Sequence[Hit], words: str) -> tuple[str, ...]:
    """The one hit that has all the words of a long name in it: "nguyễn hữu đạo làm tranh" is told by four words."""
    told = [each for each in tokens_of(words) if not vocabulary().is_glue(each)]
    if len(told) < _LONG_NAME:
        return ()
    having = [hit.id for hit in hits if all_say([hit], " ".join(each.typed for each in told))]
    return tuple(having) if len(having) == 1 else ()


def _all_of_maker(found: Found, words: str) -> tuple[str, ...]:
    """All that is found, where *words* are in the name of the one who makes it: "vifoco"."""
    makers = {hit.producer for hit in found.hits}
    named = len(makers) == 1 and found.total == len(found.hits) and len(fold(words)) >= _SHORTEST_NAME
    return _ids(found.hits) if named and set(fold(words).split()) <= set(fold(makers.pop()).split()) else ()


def _ids(hits: Sequence[Hit]) -> tuple[str, ...]:
    return tuple(hit.id for hit in hits[:MOST_LISTED])


def pointing_in(message: SpokenMessage, *, beside: Sequence[Match] = ()) -> list[Match]:
    """The phrases that point at something, each stretch of words once, and none of the words of those *beside*.

    "Cái thứ hai do ai làm" ends with no "đó".
    """
    names = {"item", "maker", "other", "ordinal"}
    some = [each for each in message.matches if each.phrase.table == "refer" and each.phrase.name in names]
    return keep_apart(each for each in some if all(is_apart(each, other) for other in beside))


def wants_now(message: SpokenMessage) -> bool:
    """True for "mùa này ăn quả gì", which wants what there is at a time; not for "mùa thu hoạch khi nào"."""
    marked = [each.marked for each in message.tokens]
    wanted = any(each in _WHAT and before not in _NO_PRODUCT for before, each in pairwise(marked[1:]))
    return marked[0] in TIMES and wanted


def _called_this(message: SpokenMessage) -> set[int]:
    """The places of nouns with "this" behind them: "bánh này" is what was spoken of."""
    this = [place for place, token in enumerate(message.tokens) if token.marked in THIS]
    return {place - 1 for place in this if place}


def around_name(message: SpokenMessage) -> list[Match]:
    """What stands around a name that is asked about now: "thế còn … thì sao"."""
    last, found = len(message.tokens), []
    for each in message.matches:
        begins = each.phrase.name == "again" and each.start == 0
        ends = each.phrase.name == "again_end" and each.end == last
        if each.phrase.table == "refer" and (begins or ends):
            found.append(each)
    return keep_apart(found)


def keep_apart(matches: Iterable[Match]) -> list[Match]:
    """Of *matches*, the longest first, those that share no word with one before."""
    kept: list[Match] = []
    for each in matches:
        if all(is_apart(each, other) for other in kept):
            kept.append(each)
    return kept


def is_apart(one: Match, other: Match) -> bool:
    return one.end <= other.start or one.start >= other.end


def says_nothing(places: Sequence[int], message: SpokenMessage) -> bool:
    """True for words that only go along with a question."""
    left = [place for place in places if not _goes_along(message.tokens[place])]
    if not left:
        return True
    pointed = {place for each in pointing_in(message) for place in range(each.start, each.end)}
    if message.thread.product:
        pointed |= _called_this(message)
    return pointed.issuperset(left)


def _goes_along(token: Token) -> bool:
    return (
        vocabulary().is_glue(token)
        or token.filling < 1
        or (token.word.isdecimal() and len(token.word) <= _LONGEST_NUMBER)
    )


def bare_name(words: str) -> str | None:
    """*words* without what people say before and after a name; None where that is all of them, or none."""
    tokens = tokens_of(words[:LONGEST])
    told = [place for place, token in enumerate(tokens) if not vocabulary().is_glue(token)]
    if not told or len(words) > LONGEST or told[-1] - told[0] + 1 == len(tokens):
        return None
    return " ".join(token.typed for token in tokens[told[0] : told[-1] + 1])


def bare_words(words: str, *, makers: bool = False) -> str:
    """*words* without all that tells nothing, wherever it stands: "có loại giò nào 4 sao" is "giò 4 sao".

    With *makers* the words for a kind of maker stay: "công ty ptk có mấy món" is "công ty ptk".
    """
    if len(words) > LONGEST:
        return ""
    tokens = vocabulary().spell_out(tokens_of(words))
    numbers = [each.word.isdecimal() for each in tokens]
    # Whoever puts marks means bees by "ong", and nobody by "ông".
    marks = any(each.marked != each.word for each in tokens)
    glue = (vocabulary().glue_with_marks if marks else vocabulary().glue) | _GENERAL
    kept = [
        each.typed
        for place, each in enumerate(tokens)
        if numbers[place]
        or (place and numbers[place - 1])
        or (makers and each.filling == MAKER_WORD)
        or (each.marked not in glue and each.filling == 1)
    ]
    return " ".join(kept)
