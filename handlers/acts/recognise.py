"""Which act a message is, from its words, what was said before it, and what the catalogue finds."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from catalog.search import Band, Filters, Found, Hit, SmallTalk
from catalog.search.query import Token, tokens_of
from catalog.text import fold, tone_last
from handlers.acts.hits import all_say, choose_unbroken, tied_hits
from handlers.acts.vocabulary import Match, guess_subject, vocabulary
from handlers.thread import MOST_LISTED, MessageAct, SpokenThread

Find = Callable[[str], Found]
LONGEST = 200
MOST_FIELDS = 2
_LEAST_SURE = 2
_LONGEST_PARTICLE = 3
_MOST_GUESSED = 9
_LONGEST_NUMBER = 3
# What is a word around a name with its marks (giờ, ơi), and the head of a name with others (giò, ổi).
_SHORT_NAMES = frozenset({"gio", "oi", "che", "ca", "tra", "my", "mi", "man"})
_THESE = "này nầy nay nì đó do đấy day ấy ay kia nớ no vừa"
_THIS = frozenset(map(tone_last, _THESE.split()))
# What only tells people apart from machines, or the talk from the product: said alone, or of nothing we have.
_ONLY_ALONE = frozenset({"hello", "thanks", "alright", "goodbye", "menu", "who"})
# Said beside a name, or beside no name at least. The others only alone: a wish to buy is said in a search too.
_LOOSE_ASKS = frozenset({"complaint", "human", "wrong", "producer"})
_NAMELESS_ASKS = frozenset({"mine"})
_HOW_TO_TELL = ("lam sao biet", "phan biet", "nhan biet", "nhan dien", "how to tell", "how can i tell", "recognise a")
_ASKING = """
is are does do did has have what when who whom whose how where which why can could khong ko k hong chua
"""
_QUESTIONS = frozenset(_ASKING.split())
# The same anywhere in a message, where it is not another word with its marks taken off.
_VIETNAMESE = "gì nào không ko k hông chưa mấy nhiêu nhiu bn đâu mô ai sao hay j gi nao khong chua may nhieu dau"
_ASKS_ANYWHERE = frozenset(map(tone_last, f"{_VIETNAMESE} {_ASKING}".split()))


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
class _Message:
    """A message while it is looked at."""

    words: str
    tokens: tuple[Token, ...]
    matches: tuple[Match, ...]
    thread: SpokenThread
    find: Find

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
        """True for what is surely a question."""
        ends = self.tokens[:1] + self.tokens[-1:]
        return "?" in self.words or any(each.word in _QUESTIONS for each in ends)


def recognise(words: str, *, thread: SpokenThread, find: Find) -> Understood:
    """Tell what *words* are, said after *thread*; *find* looks names up. Whatever may be a name is a search."""
    tokens = tokens_of(words[:LONGEST])
    if not tokens:
        return Understood(MessageAct.CHAT, topic="emoji") if _has_emoji(words) else SEARCH
    if len(words) > LONGEST:
        return SEARCH
    return _tell_act(_Message(words, tokens, tuple(vocabulary().matches(tokens)), thread, find))


def _tell_act(message: _Message) -> Understood:
    """What *message* is by the first reading that fits; a search where none does."""
    if not message.matches and not _continues(message.thread):
        return _small(message) or _guess(message) or SEARCH
    if _is_named(message):
        return _asked_back(message) or SEARCH
    return _for_people(message) or _small(message) or _reference(message) or _question(message) or _follow(message)


def _continues(thread: SpokenThread) -> bool:
    """True where even a bare name may answer what we asked, or go on with a question."""
    return thread.last is not None and (thread.last.open or thread.last.act is MessageAct.FIELD)


def _has_emoji(words: str) -> bool:
    return any(unicodedata.category(letter) == "So" for letter in words)


def _is_named(message: _Message) -> bool:
    """True where all words are a product's own: a name is a name, whatever else its words may mean."""
    found = message.find(message.words)
    if found.band is not Band.ANSWER or found.filters or not found.hits:
        return False
    # "giá bột tỏi" is no name for the "Gia" of its maker's.
    own = {token.word for each in message.matches if each.phrase.table == "field" for token in message.of(each)}
    return all_say(found.hits[:1], message.words) and own <= set(fold(found.hits[0].name).split())


# For people ------------------------------------------------------------------------------------------------------


def _for_people(message: _Message) -> Understood | None:
    match = message.first("ask")
    if match is None or _longer(message, than=match):
        return None
    topic, rest = match.phrase.name, message.without([match])
    if topic == "complaint" and _asks_how_to_tell(message):
        return None
    alone = _says_nothing(rest, message)
    if not alone and topic not in _LOOSE_ASKS | _NAMELESS_ASKS:
        return None
    named = () if alone else _products(message.text(rest), message.find).products
    if named and topic in _NAMELESS_ASKS:
        return None
    return Understood(MessageAct.ASK, topic=topic, products=_choose_one(named, message.thread))


def _asks_how_to_tell(message: _Message) -> bool:
    """True where somebody wants to know a fake when they see one, and complains of none."""
    said = fold(message.words)
    return any(each in said for each in _HOW_TO_TELL)


def _choose_one(named: tuple[str, ...], thread: SpokenThread) -> tuple[str, ...]:
    """The one product that is named; where none is, the one that was spoken of."""
    if named:
        return named if len(named) == 1 else ()
    return (thread.product,) if thread.product else ()


def _longer(message: _Message, *, than: Match) -> bool:
    """True where another phrase explains more of the message, around the same words."""
    return any(
        each.length > than.length and each.start <= than.start and each.end >= than.end
        for each in message.matches
        if each.phrase.table in {"field", "chat"} - {than.phrase.table} and not each.phrase.weak
    )


# Small talk ------------------------------------------------------------------------------------------------------


def _small(message: _Message) -> Understood | None:
    match = message.first("chat")
    if match is not None and not _longer(message, than=match) and not _asks_near(message, match):
        rest = message.without([match])
        if _says_nothing(rest, message):
            return Understood(MessageAct.CHAT, topic=match.phrase.name)
        if match.phrase.name not in _ONLY_ALONE and not message.first("field") and not _names_any(rest, message):
            return Understood(MessageAct.CHAT, topic=match.phrase.name)
    if message.first("field") is not None and message.thread.product:
        return None
    talk = message.find(message.words).small_talk
    return Understood(MessageAct.CHAT, topic=str(talk)) if isinstance(talk, SmallTalk) else None


def _asks_near(message: _Message, match: Match) -> bool:
    """True where *match*, a word of praise, belongs to a question what there is close by: "ở gần đây có gì ngon"."""
    praises = match.phrase.name == "thanks" and match.end - match.start == 1
    return praises and message.find(message.words).filters.near


def _names_any(rest: tuple[int, ...], message: _Message) -> bool:
    found = message.find(message.text(rest))
    return found.band is not Band.NOTHING or bool(found.filters)


# What was spoken of ------------------------------------------------------------------------------------------------


def _reference(message: _Message) -> Understood | None:
    """A message that only points at what was spoken of: it is shown again, or the same is asked of another."""
    if _asked(message):
        return None
    onwards = _onwards(message)
    pointing = _pointing(message)
    if onwards is not None or not pointing or _is_condition(message.find(message.words), (), message):
        return onwards
    if not _says_nothing(message.without([*pointing, *_around(message)]), message):
        return None
    return _pointed_at(message, pointing)


def _onwards(message: _Message) -> Understood | None:
    """What else the maker has, and the next page of a list."""
    thread = message.thread
    more = message.first("refer", "maker_more")
    if more is not None and thread.product and _says_nothing(message.without([more, *_pointing(message)]), message):
        return Understood(MessageAct.LIST, products=(thread.product,), maker=True)
    page = message.first("refer", "more")
    if page is not None and thread.listed and _says_nothing(message.without([page]), message):
        return Understood(MessageAct.LIST, topic="more")
    return None


def _pointed_at(message: _Message, pointing: Sequence[Match]) -> Understood | None:
    thread, meant = message.thread, _meant(message, pointing)
    maker = all(each.phrase.name == "maker" for each in pointing)
    again = thread.last.field if thread.last is not None and not maker and meant != (thread.product,) else ""
    if not meant and not thread.listed:
        return None
    if len(meant) != 1:
        return Understood(
            MessageAct.LIST, fields=(again,) if again else (), products=meant or thread.listed, topic="which"
        )
    if again:
        return Understood(MessageAct.FIELD, fields=(again,), products=meant)
    return Understood(MessageAct.LIST if maker else MessageAct.CARD, products=meant, maker=maker)


def _pointing(message: _Message) -> list[Match]:
    """The phrases that point at something, each stretch of words once."""
    names = {"item", "maker", "other", "ordinal"}
    some = [each for each in message.matches if each.phrase.table == "refer" and each.phrase.name in names]
    return _apart(some)


def _called_this(message: _Message) -> set[int]:
    """The places of nouns with "this" behind them: "bánh này" is what was spoken of."""
    this = [place for place, token in enumerate(message.tokens) if token.marked in _THIS]
    return {place - 1 for place in this if place}


def _around(message: _Message) -> list[Match]:
    """What stands around a name that is asked about now: "thế còn … thì sao"."""
    last, found = len(message.tokens), []
    for each in message.matches:
        begins = each.phrase.name == "again" and each.start == 0
        ends = each.phrase.name == "again_end" and each.end == last
        if each.phrase.table == "refer" and (begins or ends):
            found.append(each)
    return _apart(found)


def _apart(matches: Iterable[Match]) -> list[Match]:
    """Of *matches*, the longest first, those that share no word with one before."""
    kept: list[Match] = []
    for each in matches:
        if all(each.end <= other.start or each.start >= other.end for other in kept):
            kept.append(each)
    return kept


def _meant(message: _Message, pointing: Sequence[Match]) -> tuple[str, ...]:
    """Which products of the thread are pointed at."""
    thread = message.thread
    names = {each.phrase.name for each in pointing}
    if "ordinal" in names:
        one = thread.numbered(_ordinal(message, next(each for each in pointing if each.phrase.name == "ordinal")))
        return (one,) if one else ()
    if "other" in names:
        return (thread.other,) if thread.other else ()
    if thread.product:
        return (thread.product,)
    return thread.listed if thread.last is not None else ()


def _ordinal(message: _Message, match: Match) -> int:
    said = message.tokens[match.start : match.end]
    numbers = [number for each in said if (number := vocabulary().number(each)) is not None]
    return numbers[0] if numbers else 1


# Questions about a field ---------------------------------------------------------------------------------------------


def _question(message: _Message) -> Understood | None:
    asked = _asked(message)
    # A filter that is made of other words than the question's is a condition: "sản phẩm 4 sao còn hạn" wants a list.
    if not asked or _is_condition(message.find(message.words), asked, message):
        return None
    pointing = [each for each in _pointing(message) if all(_is_apart(each, other) for other in asked)]
    rest = message.without([*asked, *pointing, *_around(message)])
    if _says_nothing(rest, message) and not _is_name(rest, message):
        return _about_thread(message, asked, pointing)
    return _about_named(message, asked, rest) or (
        _about_thread(message, asked, pointing) if _is_particle(rest, message) else None
    )


def _without_edges(places: Sequence[int], message: _Message) -> Sequence[int]:
    """*places* without the little words around a name: "of htx hằng hiếu"."""
    told = [place for place in places if not _is_little(message.tokens[place])]
    return [place for place in places if told and told[0] <= place <= told[-1]]


def _is_little(token: Token) -> bool:
    return vocabulary().is_glue(token) and token.filling == 1


def _about_named(message: _Message, asked: Sequence[Match], rest: Sequence[int]) -> Understood | None:
    """A question with a name in it."""
    weak = all(each.phrase.weak for each in asked)
    if not message.asks and _filters_take(_said(message.find(message.words).filters), asked, message):
        return None
    named = _products(message.text(message.without(asked)), message.find, weak=weak)
    for places in (rest, _without_edges(rest, message)):
        if not named.products:
            named = _products(message.text(places), message.find, weak=weak)
    if not named.products or (weak and not (named.sure and _may_be_weak(asked, message))):
        return None
    fields = _fields(asked, message)
    # "htx nào làm mỳ" is answered by a list of what they make.
    return (
        None
        if fields == ("producer",) and len(named.products) > 1
        else replace(named, act=MessageAct.FIELD, fields=fields)
    )


def _is_name(rest: Sequence[int], message: _Message) -> bool:
    """True for words that go along with a question with their marks, but without any are a name: "mat ong", "oi"."""
    tokens = [message.tokens[place] for place in rest]
    if not tokens or any(token.marked != token.word for token in tokens):
        return False
    found = message.find(message.text(rest))
    if tuple(rest) == (0,):
        return tokens[0].word in _SHORT_NAMES and found.holding
    return (
        len(rest) > 1
        and found.band is Band.ANSWER
        and not found.filters
        and all_say(found.hits[:1], message.text(rest))
    )


def _is_particle(rest: Sequence[int], message: _Message) -> bool:
    """True for a short last word that no name has: people end a question in many ways."""
    if tuple(rest) != (len(message.tokens) - 1,) or not message.thread.product:
        return False
    last = message.tokens[-1]
    return len(last.word) <= _LONGEST_PARTICLE and message.find(last.typed).band is Band.NOTHING


def _asked(message: _Message) -> list[Match]:
    """The questions in a message: those that say it plainly, else one that may."""
    strong = [each for each in message.matches if each.phrase.table == "field" and not each.phrase.weak]
    if strong:
        return sorted(_apart(strong), key=lambda each: each.start)[:MOST_FIELDS]
    pointing = _pointing(message)
    weak = [
        each
        for each in message.matches
        if each.phrase.table == "field" and not any(_is_within(each, other) for other in pointing)
    ]
    return [each for each in _apart(weak) if _stands_at_an_end(each, message)][:1]


def _stands_at_an_end(match: Match, message: _Message) -> bool:
    before, after = message.tokens[: match.start], message.tokens[match.end :]
    return all(map(vocabulary().is_glue, before)) or all(map(vocabulary().is_glue, after))


def _is_within(one: Match, other: Match) -> bool:
    return other.start <= one.start and one.end <= other.end and one.length < other.length


def _is_apart(one: Match, other: Match) -> bool:
    return one.end <= other.start or one.start >= other.end


def _fields(asked: Sequence[Match], message: _Message) -> tuple[str, ...]:
    """The fields asked for; "ở đâu" beside "mua" asks where to buy."""
    others = {message.tokens[place].word for place in message.without(asked)}
    fields = []
    for each in asked:
        becomes = [
            field
            for name, beside, field in vocabulary().instead
            if name == each.phrase.name and not beside.isdisjoint(others)
        ]
        fields.append(becomes[0] if becomes else each.phrase.name)
    return tuple(dict.fromkeys(fields))


def _about_thread(message: _Message, asked: Sequence[Match], pointing: Sequence[Match]) -> Understood | None:
    """A question without a name: about what was spoken of, else about we know not what."""
    fields, weak = _fields(asked, message), all(each.phrase.weak for each in asked)
    meant = _meant(message, pointing)
    if meant:
        return Understood(MessageAct.FIELD, fields=fields, products=meant)
    if weak and (message.find(message.words).filters or (message.thread.last is not None and not message.asks)):
        return None
    return Understood(MessageAct.FIELD, fields=fields)


def _said(filters: Filters) -> tuple[str, ...]:
    """The words that conditions were read from."""
    return (*_named_conditions(filters), filters.valid_words)


def _named_conditions(filters: Filters) -> tuple[str, ...]:
    """The same, of the conditions that no product is asked for by alone: stars, a place, a price."""
    named = tuple(each.words for each in (filters.place, filters.group) if each is not None)
    return (filters.star_words, filters.near_words, filters.price_words, filters.month_words, *named)


def _filters_take(said: Iterable[str], asked: Sequence[Match], message: _Message) -> bool:
    """True where a condition was read from the words of the question itself."""
    taken = {word for words in said for word in fold(words).split()}
    own = {token.word for each in asked for token in message.tokens[each.start : each.end]}
    return not own.isdisjoint(taken)


def _is_condition(found: Found, asked: Sequence[Match], message: _Message) -> bool:
    """True where nothing but conditions is said: "sản phẩm 4 sao ở Lục Ngạn còn hạn" asks for a list."""
    conditions = [words for words in _named_conditions(found.filters) if words]
    return bool(conditions) and not found.rest and not _filters_take(conditions, asked, message)


def _may_be_weak(asked: Sequence[Match], message: _Message) -> bool:
    """A lone word without its marks may be anything: it counts beside more than one other word."""
    said = message.tokens[asked[0].start : asked[0].end]
    lone = len(said) == 1 and said[0].marked != asked[0].phrase.marked[0]
    return not lone or message.asks or len(message.tokens) > _LEAST_SURE


# What is named ---------------------------------------------------------------------------------------------------


def _products(words: str, find: Find, *, weak: bool = False) -> Understood:
    """The products that *words* name: one, several alike, or what a maker makes; not *sure* where it is a guess."""
    found = find(words) if words else Found(Band.NOTHING)
    if found.band is Band.NOTHING or not found.hits or found.small_talk is not None:
        return Understood(sure=False)
    if found.filters.near or found.unknown is not None:
        return Understood(sure=False)
    if found.band is Band.SUGGEST:
        return Understood(sure=False) if weak else _take_suggestion(found)
    if found.filters:
        return Understood(products=_ids(found.hits), maker=found.filters.producer is not None and not found.rest)
    return Understood(products=tuple(hit.id for hit in tied_hits(found.hits, words))[:MOST_LISTED])


def _take_suggestion(found: Found) -> Understood:
    """The products that the catalogue suggests, where the best of them has all the words that were said.

    Those that have the words side by side come without the others: "hoa vải" is in "Mật ong hoa vải", and "Vải sớm
    Phúc Hòa" only has both words.
    """
    if not (found.holding or all_say(found.hits[:1], found.rest)):
        return Understood(sure=False)
    return Understood(products=_ids(choose_unbroken(found.hits, found.rest) or found.hits), sure=False)


def _ids(hits: Sequence[Hit]) -> tuple[str, ...]:
    return tuple(hit.id for hit in hits[:MOST_LISTED])


def _says_nothing(places: Sequence[int], message: _Message) -> bool:
    """True for words that only go along with a question."""
    left = [place for place in places if not _goes_along(message.tokens[place])]
    if not left:
        return True
    pointed = {place for each in _pointing(message) for place in range(each.start, each.end)}
    if message.thread.product:
        pointed |= _called_this(message)
    return pointed.issuperset(left)


def _goes_along(token: Token) -> bool:
    return (
        vocabulary().is_glue(token)
        or token.filling < 1
        or (token.word.isdecimal() and len(token.word) <= _LONGEST_NUMBER)
    )


# Going on --------------------------------------------------------------------------------------------------------


def _follow(message: _Message) -> Understood:
    """The last question asked of another product, "còn nem bùi thì sao"; and a name after we asked which one."""
    around, last = _around(message), message.thread.last
    if last is not None and last.act is MessageAct.FIELD and last.field and around:
        named = _products(message.text(message.without(around)), message.find)
        if named.products and named.sure:
            return replace(named, act=MessageAct.FIELD, fields=(last.field,))
    return _asked_back(message) or _guess(message) or SEARCH


def _guess(message: _Message) -> Understood | None:
    """A question in words of questions only, after a product was spoken of: what it is most likely about."""
    asks = "?" in message.words or not _ASKS_ANYWHERE.isdisjoint(each.marked for each in message.tokens)
    if not message.thread.product or not asks or len(message.tokens) > _MOST_GUESSED:
        return None
    found = message.find(message.words)
    if found.band is Band.ANSWER or found.holding or found.filters:
        return None
    subject = guess_subject(message.tokens)
    if subject is None:
        return None
    table, name = subject
    if table == "field":
        return Understood(MessageAct.FIELD, fields=(name,), products=(message.thread.product,))
    return Understood(
        MessageAct.ASK if table == "ask" else MessageAct.CHAT, topic=name, products=(message.thread.product,)
    )


def _asked_back(message: _Message) -> Understood | None:
    last = message.thread.last
    if last is None or not (last.open and last.field):
        return None
    named = _products(message.words, message.find)
    return replace(named, act=MessageAct.FIELD, fields=(last.field,)) if named.products and named.sure else None
