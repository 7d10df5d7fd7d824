"""Which act a message is, from its words, what was said before it, and what the catalogue finds."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from catalog.search import Band, Filters, Found
from catalog.search.query import Token, tokens_of
from catalog.text import fold, tone_last
from handlers.acts.for_people import tell_matter, tell_small_talk
from handlers.acts.hits import all_say, choose_unbroken
from handlers.acts.message import (
    ASKING,
    LONGEST,
    SEARCH,
    Find,
    SpokenMessage,
    Understood,
    around_name,
    is_apart,
    keep_apart,
    name_products,
    pointing_in,
    says_nothing,
)
from handlers.acts.vocabulary import Match, find_phrases, guess_subject, vocabulary
from handlers.thread import MessageAct, SpokenThread

MOST_FIELDS = 2
_LEAST_SURE = 2
_WHICH = frozenset(map(tone_last, ["nào", "nao", "gì", "gi"]))
_LONGEST_PARTICLE = 3
_MOST_GUESSED = 9
_MOST_TOLD = 3
# What a thing is called that is not named: "loại vị tỏi", "cái rửa bát".
_CLASSIFIERS = frozenset(map(tone_last, ["loại", "cái", "món", "con", "em", "thằng", "hàng", "bản", "bộ", "thứ"]))
# What begins a choice from a list: "lấy của xuân trường đi".
_TAKES = frozenset(map(tone_last, ["lấy", "chọn", "của", "lay", "chon"]))
# What is a word around a name with its marks (giờ, ơi), and the head of a name with others (giò, ổi).
_SHORT_NAMES = frozenset({"gio", "oi", "che", "ca", "tra", "my", "mi", "man", "vai", "cam"})
# The same anywhere in a message, where it is not another word with its marks taken off.
_VIETNAMESE = "gì nào không ko k hông chưa mấy nhiêu nhiu bn đâu mô ai sao hay j gi nao khong chua may nhieu dau"
_ASKS_ANYWHERE = frozenset(map(tone_last, f"{_VIETNAMESE} {ASKING}".split()))


def recognise(words: str, *, thread: SpokenThread, find: Find) -> Understood:
    """Tell what *words* are, said after *thread*; *find* looks names up. Whatever may be a name is a search."""
    tokens = tokens_of(words[:LONGEST])
    if not tokens:
        if _has_emoji(words):
            return Understood(MessageAct.CHAT, topic="emoji")
        return SEARCH if _has_letters(words) else Understood(MessageAct.CHAT, topic="signs")
    if len(words) > LONGEST:
        return SEARCH
    return _tell_act(SpokenMessage(words, tokens, find_phrases(words), thread, find))


def _tell_act(message: SpokenMessage) -> Understood:
    """What *message* is by the first reading that fits; a search where none does."""
    if not message.matches and not _continues(message.thread):
        return tell_small_talk(message) or _one_of_listed(message) or _guess(message) or SEARCH
    if _is_named(message):
        return _asked_back(message) or SEARCH
    return (
        tell_matter(message)
        or tell_small_talk(message)
        or _reference(message)
        or _question(message)
        or _follow(message)
    )


def _stars_alone(message: SpokenMessage) -> Understood | None:
    """The stars of what was spoken of, where "sao" is all that is said; in a longer question it is "how"."""
    spoken_of = message.thread.product
    if not spoken_of or [each.marked for each in message.tokens] != ["sao"]:
        return None
    return Understood(MessageAct.FIELD, fields=("stars",), products=(spoken_of,))


def _continues(thread: SpokenThread) -> bool:
    """True where even a bare name may answer what we asked, or go on with a question."""
    return thread.last is not None and (thread.last.open or thread.last.act is MessageAct.FIELD)


def _has_emoji(words: str) -> bool:
    return any(unicodedata.category(letter) == "So" for letter in words)


def _has_letters(words: str) -> bool:
    return any(letter.isalnum() for letter in words)


def _is_named(message: SpokenMessage) -> bool:
    """True where all words are a product's own: a name is a name, whatever else its words may mean."""
    found = message.find(message.words)
    if found.band is not Band.ANSWER or found.filters or not found.hits:
        return False
    # "giá bột tỏi" is no name for the "Gia" of its maker's.
    own = {token.word for each in message.matches if each.phrase.table == "field" for token in message.of(each)}
    named = {fold(word) for word in found.hits[0].name.split()}
    return all_say(found.hits[:1], message.words) and own <= named and not _goes_on(message, found.hits[0].name)


def _goes_on(message: SpokenMessage, name: str) -> bool:
    """True where the last question is asked of *name* now: "còn tượng con voi" is no name with "con" twice."""
    first, last = message.tokens[0].marked, message.thread.last
    asked = last is not None and last.act is MessageAct.FIELD and bool(around_name(message))
    return asked and first not in {tone_last(word) for word in name.casefold().split()} and first != fold(first)


# What was spoken of ------------------------------------------------------------------------------------------------


def _reference(message: SpokenMessage) -> Understood | None:
    """A message that only points at what was spoken of: it is shown again, or the same is asked of another."""
    if _asked(message):
        return None
    onwards = _stars_alone(message) or _onwards(message) or _one_of_listed(message)
    pointing = pointing_in(message)
    if onwards is not None or not pointing or _is_condition(message.find(message.words), (), message):
        return onwards
    if not says_nothing(message.without([*pointing, *around_name(message)]), message):
        return None
    return _pointed_at(message, pointing)


def _onwards(message: SpokenMessage) -> Understood | None:
    """What else the maker has, and the next page of a list."""
    thread = message.thread
    more = message.first("refer", "maker_more")
    if more is not None and thread.product and says_nothing(message.without([more, *pointing_in(message)]), message):
        return Understood(MessageAct.LIST, products=(thread.product,), maker=True)
    page = message.first("refer", "more")
    if page is not None and thread.listed and says_nothing(message.without([page]), message):
        return Understood(MessageAct.LIST, topic="more")
    return None


def _one_of_listed(message: SpokenMessage) -> Understood | None:
    """The product of the last list that is told by a word or two: "loại vị tỏi ấy", "lấy của bà Lý"."""
    listed = message.thread.listed
    if not listed or message.tokens[0].marked not in _CLASSIFIERS | _TAKES:
        return None
    words = _telling_words(message)
    hits = [hit for hit in message.find(words).hits if hit.id in listed and all_say([hit], words)] if words else []
    return Understood(MessageAct.CARD, products=(hits[0].id,)) if len(hits) == 1 else None


def _telling_words(message: SpokenMessage) -> str:
    """What *message* says beside "loại … ấy"; "" where that is too much, or all of it."""
    pointed = {place for each in pointing_in(message) for place in range(each.start, each.end)}
    told = [
        place for place, token in enumerate(message.tokens) if place not in pointed and not vocabulary().is_glue(token)
    ]
    return message.text(told) if len(told) <= _MOST_TOLD and len(told) < len(message.tokens) else ""


def _pointed_at(message: SpokenMessage, pointing: Sequence[Match]) -> Understood | None:
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


def _meant(message: SpokenMessage, pointing: Sequence[Match]) -> tuple[str, ...]:
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


def _ordinal(message: SpokenMessage, match: Match) -> int:
    said = message.tokens[match.start : match.end]
    numbers = [number for each in said if (number := vocabulary().number(each)) is not None]
    return numbers[0] if numbers else 1


# Questions about a field ---------------------------------------------------------------------------------------------


def _question(message: SpokenMessage) -> Understood | None:
    asked = _asked(message)
    if not asked or _is_looked_for(message, asked):
        return None
    pointing = [each for each in pointing_in(message) if all(is_apart(each, other) for other in asked)]
    rest = message.without([*asked, *pointing, *around_name(message)])
    if says_nothing(rest, message) and not _is_name(rest, message, asked):
        return _about_thread(message, asked, pointing)
    return _about_named(message, asked, rest) or (
        _about_thread(message, asked, pointing) if _is_particle(rest, message) else None
    )


def _is_looked_for(message: SpokenMessage, asked: Sequence[Match]) -> bool:
    """True where what sounds like a question is a condition or part of a name.

    A filter made of other words than the question's is a condition: "sản phẩm 4 sao còn hạn" wants a list.
    """
    found = message.find(message.words)
    named = found.band is Band.ANSWER and not found.filters
    if _wants_which(message, asked):
        return True
    return _is_condition(found, asked, message) or (named and all(each.slip for each in asked))


def _wants_which(message: SpokenMessage, asked: Sequence[Match]) -> bool:
    """True for "nấm nào được chứng nhận", which wants those that meet it; no part of the question is "cơ quan nào"."""
    free = message.without(asked)
    which = next((place for place in free if message.tokens[place].marked in _WHICH), None)
    if which is None or not 0 < which <= _MOST_TOLD or any(each.start < which for each in asked):
        return False
    kind = message.find(message.text(range(which)))
    return says_nothing(range(which), message) or kind.holding or kind.band is Band.ANSWER


def _without_edges(places: Sequence[int], message: SpokenMessage) -> Sequence[int]:
    """*places* without the little words around a name: "of htx hằng hiếu"."""
    told = [place for place in places if not _is_little(message.tokens[place])]
    return [place for place in places if told and told[0] <= place <= told[-1]]


def _is_little(token: Token) -> bool:
    return vocabulary().is_glue(token) and token.filling == 1


def _about_named(message: SpokenMessage, asked: Sequence[Match], rest: Sequence[int]) -> Understood | None:
    """A question with a name in it."""
    weak = all(each.phrase.weak for each in asked)
    if not message.asks_whether and _filters_take(_said(message.find(message.words).filters), asked, message):
        return None
    named = name_products(message.text(message.without(asked)), message.find, weak=weak)
    for places in (rest, _without_edges(rest, message)):
        if not named.products:
            named = name_products(message.text(places), message.find, weak=weak)
    if not named.products or (weak and not (named.sure and _may_be_weak(asked, message))):
        return None
    fields = _fields(asked, message)
    # "htx nào làm mỳ" is answered by a list of what they make.
    return (
        None
        if fields == ("producer",) and len(named.products) > 1
        else replace(named, act=MessageAct.FIELD, fields=fields)
    )


def _is_name(rest: Sequence[int], message: SpokenMessage, asked: Sequence[Match]) -> bool:
    """True for words that go along with a question with their marks, but without any are a name: "mat ong", "oi"."""
    tokens = [message.tokens[place] for place in rest]
    if not tokens or any(token.marked != token.word for token in tokens):
        return False
    found = message.find(message.text(rest))
    if tuple(rest) == (0,):
        return found.holding and _is_short_name(tokens[0].word, asked)
    return len(rest) > 1 and _names_any(found, message.text(rest))


def _names_any(found: Found, words: str) -> bool:
    """True where *words* are a maker's name, or surely a product's."""
    if found.filters or found.band is Band.NOTHING:
        return found.filters.producer is not None and not found.rest
    return bool(choose_unbroken(found.hits, words)) or (found.band is Band.ANSWER and all_say(found.hits[:1], words))


def _is_short_name(word: str, asked: Sequence[Match]) -> bool:
    """True for "vai"; for "toi" where its end is asked: nobody asks until when "tôi" is valid."""
    return word in _SHORT_NAMES or (word == "toi" and all(each.phrase.name == "expires" for each in asked))


def _is_particle(rest: Sequence[int], message: SpokenMessage) -> bool:
    """True for a short last word that no name has: people end a question in many ways."""
    if tuple(rest) != (len(message.tokens) - 1,) or not message.thread.product:
        return False
    last = message.tokens[-1]
    return len(last.word) <= _LONGEST_PARTICLE and message.find(last.typed).band is Band.NOTHING


def _fields_in(message: SpokenMessage) -> list[Match]:
    """What in *message* sounds like a question about a field; "giá rẻ" does not."""
    no_question = [each for each in message.matches if each.phrase.table == "refer" and each.phrase.name == "plain"]
    fields = (each for each in message.matches if each.phrase.table == "field")
    return [each for each in fields if all(is_apart(each, other) for other in no_question)]


def _asked(message: SpokenMessage) -> list[Match]:
    """The questions in a message: those that say it plainly, else one that may."""
    asked = _fields_in(message)
    strong = [each for each in asked if not each.phrase.weak]
    plain = [each for each in asked if not each.slip]
    # "thân trường ở đâu" has a name in it, and no slip of "trồng ở đâu".
    if strong and (not plain or not all(each.slip for each in strong)):
        return sorted(keep_apart(strong), key=lambda each: each.start)[:MOST_FIELDS]
    pointing = pointing_in(message)
    weak = [each for each in plain if not any(_is_within(each, other) for other in pointing)]
    return [each for each in keep_apart(weak) if _stands_at_an_end(each, message)][:1]


def _stands_at_an_end(match: Match, message: SpokenMessage) -> bool:
    before, after = message.tokens[: match.start], message.tokens[match.end :]
    return all(map(vocabulary().is_glue, before)) or all(map(vocabulary().is_glue, after))


def _is_within(one: Match, other: Match) -> bool:
    return other.start <= one.start and one.end <= other.end and one.length < other.length


def _fields(asked: Sequence[Match], message: SpokenMessage) -> tuple[str, ...]:
    """The fields asked for; "ở đâu" beside "mua" asks where to buy."""
    # "4 sao" is a condition, and no word of a question for stars.
    counted = {place for place in range(1, len(message.tokens)) if message.tokens[place - 1].word.isdecimal()}
    others = {message.tokens[place].word for place in message.without(asked) if place not in counted}
    fields = []
    for each in asked:
        becomes = [
            field
            for name, beside, field in vocabulary().instead
            if name == each.phrase.name and not beside.isdisjoint(others)
        ]
        fields.append(becomes[0] if becomes else each.phrase.name)
    return tuple(dict.fromkeys(fields))


def _about_thread(message: SpokenMessage, asked: Sequence[Match], pointing: Sequence[Match]) -> Understood | None:
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


def _filters_take(said: Iterable[str], asked: Sequence[Match], message: SpokenMessage) -> bool:
    """True where a condition was read from the words of the question itself."""
    taken = {word for words in said for word in fold(words).split()}
    own = {token.word for each in asked for token in message.tokens[each.start : each.end]}
    return not own.isdisjoint(taken)


def _is_condition(found: Found, asked: Sequence[Match], message: SpokenMessage) -> bool:
    """True where nothing but conditions is said: "sản phẩm 4 sao ở Lục Ngạn còn hạn" asks for a list."""
    conditions = [words for words in _named_conditions(found.filters) if words]
    return bool(conditions) and not found.rest and not _filters_take(conditions, asked, message)


def _may_be_weak(asked: Sequence[Match], message: SpokenMessage) -> bool:
    """A lone word without its marks may be anything: it counts beside more than one other word."""
    said = message.tokens[asked[0].start : asked[0].end]
    lone = len(said) == 1 and said[0].marked != asked[0].phrase.marked[0]
    return not lone or message.asks or len(message.tokens) > _LEAST_SURE


# Going on --------------------------------------------------------------------------------------------------------


def _follow(message: SpokenMessage) -> Understood:
    """The last question asked of another product, "còn nem bùi thì sao"; and a name after we asked which one."""
    around, last = around_name(message), message.thread.last
    if last is not None and last.act is MessageAct.FIELD and last.field and around:
        named = name_products(message.text(message.without(around)), message.find)
        if named.products and named.sure:
            return replace(named, act=MessageAct.FIELD, fields=(last.field,))
    return _asked_back(message) or _guess(message) or SEARCH


def _guess(message: SpokenMessage) -> Understood | None:
    """A question in words of questions only, after a product was spoken of: what it is most likely about."""
    asks = "?" in message.words or not _ASKS_ANYWHERE.isdisjoint(each.marked for each in message.tokens)
    if not message.thread.product or not asks or len(message.tokens) > _MOST_GUESSED:
        return None
    if _names_some(message):
        return None
    subject = guess_subject(message.tokens)
    if subject is None:
        return None
    table, name = subject
    if table == "field":
        return Understood(MessageAct.FIELD, fields=(name,), products=(message.thread.product,), sure=False)
    return Understood(
        MessageAct.ASK if table == "ask" else MessageAct.CHAT, topic=name, products=(message.thread.product,)
    )


def _names_some(message: SpokenMessage) -> bool:
    """True where a product or a condition is named, if only by the first word: "gom nao ngon"."""
    found, first = message.find(message.words), message.tokens[0]
    if found.band is Band.ANSWER or found.holding or found.filters:
        return True
    return first.marked == first.word and first.filling == 1 and message.find(first.typed).holding


def _asked_back(message: SpokenMessage) -> Understood | None:
    last = message.thread.last
    if last is None or not (last.open and last.field):
        return None
    named = name_products(message.words, message.find)
    return replace(named, act=MessageAct.FIELD, fields=(last.field,)) if named.products and named.sure else None
