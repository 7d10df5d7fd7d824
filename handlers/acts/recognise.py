"""Which act a message is, from its words, what was said before it, and what the catalogue finds."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from catalog.search import Band, Filters, Found
from catalog.search.query import Token, tokens_of
from catalog.text import fold, tone_last
from handlers.acts.for_people import find_matter, find_small_talk
from handlers.acts.guesses import guess_subject, is_question_word
from handlers.acts.hits import all_say, choose_unbroken
from handlers.acts.message import (
    ASKING,
    LONGEST,
    SEARCH,
    THIS,
    Find,
    SpokenMessage,
    Understood,
    around_name,
    is_guessed,
    name_products,
    pointing_in,
    says_nothing,
    wants_now,
)
from handlers.acts.patterns import Match
from handlers.acts.questions import condition_words, fields_of, filters_take, is_condition, questions_in
from handlers.acts.references import MOST_TOLD, find_reference, meant_by, one_of_listed
from handlers.acts.vocabulary import find_phrases, vocabulary
from handlers.thread import MessageAct, SpokenThread

_LEAST_SURE = 2
_OF = frozenset({"of", "for", "about", "on", "with", "cua"})
_WHICH = frozenset(map(tone_last, ["nào", "nao", "gì", "gi"]))
_WHICH_ONE = frozenset(map(tone_last, ["nào", "nao"]))
_LONGEST_PARTICLE = 3
_MOST_GUESSED = 9
_MOST_IN_NAME, _MOST_WITH_NAME = 3, 6
_MOST_BEFORE_WHICH, _MOST_AMONG = 5, 4
# What is a word around a name with its marks (giờ, ơi), and the head of a name with others (giò, ổi).
_SHORT_NAMES = frozenset({"gio", "oi", "che", "ca", "tra", "my", "mi", "man", "vai", "cam"})
# The same anywhere in a message, where it is not another word with its marks taken off.
_VIETNAMESE = "gì nào không ko k hông chưa mấy nhiêu nhiu bn đâu mô ai sao hay j gi nao khong chua may nhieu dau"
_ASKS_ANYWHERE = frozenset(map(tone_last, f"{_VIETNAMESE} {ASKING}".split()))


def recognise(words: str, *, thread: SpokenThread, find: Find, name: str = "") -> Understood:
    """Tell what *words* are, said after *thread*; *find* looks names up. Whatever may be a name is a search.

    *name* is what was spoken of last.
    """
    tokens = tokens_of(words[:LONGEST])
    if not tokens:
        if _has_emoji(words):
            return Understood(MessageAct.CHAT, topic="emoji")
        return SEARCH if _has_letters(words) else Understood(MessageAct.CHAT, topic="signs")
    if len(words) > LONGEST:
        return SEARCH
    return _find_act(SpokenMessage(words, tokens, find_phrases(words), thread, find, tuple(fold(name).split())))


def point_at(words: str, *, thread: SpokenThread) -> tuple[str, ...]:
    """The products of *thread* that *words* point at by "the second one" or "that other"; none where they do not."""
    said = words[:LONGEST]
    message = SpokenMessage(said, tokens_of(said), find_phrases(said), thread, lambda _: Found(Band.NOTHING))
    pointing = [each for each in pointing_in(message) if each.phrase.name in {"ordinal", "other"}]
    return meant_by(message, pointing) if pointing else ()


def names_something(words: str) -> bool:
    """True where a few words beside the phrases that *words* have may be a name; many are a story."""
    said = words[:LONGEST]
    message = SpokenMessage(said, tokens_of(said), find_phrases(said), SpokenThread(), lambda _: Found(Band.NOTHING))
    rest = [message.tokens[place] for place in message.without(message.matches)]
    strange = [each for each in rest if each.filling == 1 and not vocabulary().is_everyday(each)]
    return 0 < len(strange) <= _MOST_IN_NAME and len(message.tokens) <= _MOST_WITH_NAME


def _find_act(message: SpokenMessage) -> Understood:
    """What *message* is by the first reading that fits; a search where none does."""
    if not message.matches and not _continues(message.thread):
        return _read_bare(message)
    if _is_named(message):
        return _asked_back(message) or SEARCH
    return (
        find_matter(message)
        or find_small_talk(message)
        or find_reference(message)
        or _ask_around_pointer(message)
        or _question(message)
        or _follow(message)
    )


def _read_bare(message: SpokenMessage) -> Understood:
    """What *message* is that has no phrase of a question in it."""
    return find_small_talk(message) or one_of_listed(message) or _guess(message) or SEARCH


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


# Questions about a field ---------------------------------------------------------------------------------------------


def _question(message: SpokenMessage) -> Understood | None:
    asked = questions_in(message)
    if not asked or _is_looked_for(message, asked):
        return None
    pointing = pointing_in(message, beside=asked)
    rest = message.without([*asked, *pointing, *around_name(message)])
    if _names_no_other(rest, message, asked) or (pointing and _is_of_pointed(rest, asked, pointing, message)):
        return _about_thread(message, asked, pointing)
    return _about_named(message, asked, rest) or (
        _about_thread(message, asked, pointing) if _is_particle(rest, message) else None
    )


def _ask_around_pointer(message: SpokenMessage) -> Understood | None:
    """A question that is asked around what it is of: "is the certificate of the first one still in force"."""
    pointing = [each for each in pointing_in(message) if each.phrase.name in {"ordinal", "item"}]
    if not pointing or _sure(questions_in(message)) or not meant_by(message, pointing):
        return None
    words = _without_pointer(message, pointing)
    without = replace(message, words=words, tokens=tokens_of(words), matches=find_phrases(words))
    asked = _sure(questions_in(without)) if words else []
    if not asked or not says_nothing(without.without(asked), without):
        return None
    return Understood(MessageAct.FIELD, fields_of(asked, without), meant_by(message, pointing))


def _without_pointer(message: SpokenMessage, pointing: Sequence[Match]) -> str:
    """What *message* says beside what it points with, also without the "of" before that."""
    before = {each.start - 1 for each in pointing if message.tokens[each.start - 1].word in _OF}
    return message.text(place for place in message.without(pointing) if place not in before)


def _sure(asked: Sequence[Match]) -> list[Match]:
    return [each for each in asked if not (each.phrase.weak or each.slip)]


def _is_of_pointed(
    places: Sequence[int], asked: Sequence[Match], pointing: Sequence[Match], message: SpokenMessage
) -> bool:
    """True where the words at *places* go along with a question about what is pointed at."""
    if message.thread.product and _all_of_questions(places, message):
        return True
    return bool(meant_by(message, pointing)) and _names_nothing_beside(places, asked, message)


def _names_nothing_beside(places: Sequence[int], asked: Sequence[Match], message: SpokenMessage) -> bool:
    """True where a question is asked plainly of what is pointed at, and the words at *places* surely name nothing."""
    if not _sure(asked):
        return False
    found = message.find(message.text(places))
    return found.band is Band.NOTHING or not (found.filters or found.holding or all_say(found.hits[:1], found.rest))


def _names_no_other(rest: Sequence[int], message: SpokenMessage, asked: Sequence[Match]) -> bool:
    """True where nothing is named beside a question but what was spoken of."""
    return _says_the_same(rest, message) or (says_nothing(rest, message) and not _is_name(rest, message, asked))


def _says_the_same(places: Sequence[int], message: SpokenMessage) -> bool:
    """True where the beginning of the name of what was spoken of is all that is said: "bánh để được mấy hôm".

    Its whole name is looked up like any other.
    """
    told = tuple(message.tokens[each].word for each in places if not says_nothing([each], message))
    return 0 < len(told) < len(message.spoken) and message.spoken[: len(told)] == told


def _all_of_questions(places: Sequence[int], message: SpokenMessage) -> bool:
    """True where all words at *places* are marked and of every day: with "it" beside them they are no name."""
    if not message.thread.product:
        return False
    tokens = [message.tokens[place] for place in places]
    marked = any(each.marked != each.word for each in message.tokens)
    return marked and all(is_question_word(each, vocabulary(), everyday=True) for each in tokens)


def _is_looked_for(message: SpokenMessage, asked: Sequence[Match]) -> bool:
    """True where what sounds like a question is a condition or part of a name.

    A filter made of other words than the question's is a condition: "sản phẩm 4 sao còn hạn" wants a list.
    """
    found = message.find(message.words)
    named = found.band is Band.ANSWER and not found.filters
    if _wants_which(message, asked):
        return True
    return is_condition(found, asked, message) or (named and all(each.slip for each in asked))


def _wants_which(message: SpokenMessage, asked: Sequence[Match]) -> bool:
    """True for "nấm nào được chứng nhận", which wants those that meet it; no part of the question is "cơ quan nào"."""
    free, first = message.without(asked), _behind_among(message)
    which = next((place for place in free if message.tokens[place].marked in _WHICH), None)
    if which is None or not first < which <= first + MOST_TOLD or any(each.start < which for each in asked):
        return False
    kind = message.find(message.text(range(first, which)))
    return says_nothing(range(first, which), message) or kind.holding or kind.band is Band.ANSWER


def _behind_among(message: SpokenMessage) -> int:
    """Where the words behind "trong số này" begin; 0 where these do not stand at the beginning."""
    begins = message.tokens[0].marked == "trong"
    ends = (place + 1 for place, each in enumerate(message.tokens[:_MOST_AMONG]) if begins and each.marked in THIS)
    return next(ends, 0)


def _without_edges(places: Sequence[int], message: SpokenMessage) -> Sequence[int]:
    """*places* without the little words around a name: "of htx hằng hiếu"."""
    told = [place for place in places if not _is_little(message.tokens[place])]
    return [place for place in places if told and told[0] <= place <= told[-1]]


def _is_little(token: Token) -> bool:
    return vocabulary().is_glue(token) and token.filling == 1


def _about_named(message: SpokenMessage, asked: Sequence[Match], rest: Sequence[int]) -> Understood | None:
    """A question with a name in it."""
    weak = all(each.phrase.weak for each in asked)
    if not message.asks_whether and filters_take(_said(message.find(message.words).filters), asked, message):
        return None
    named = _name_beside(message, asked, rest, weak=weak)
    if not named.products or (weak and not (named.sure and _may_be_weak(asked, message))):
        return None
    fields = fields_of(asked, message)
    # "htx nào làm mỳ" is answered by a list of what they make, "có rượu nào ngon không" by one of those.
    wants_one = fields == ("producer",) and _asks_which(message)
    lists = len(named.products) > 1 and (wants_one or _is_behind_which(asked[0], message))
    return None if lists else replace(named, act=MessageAct.FIELD, fields=fields)


def _name_beside(message: SpokenMessage, asked: Sequence[Match], rest: Sequence[int], *, weak: bool) -> Understood:
    """The products that the words beside what is *asked* name: all of them first, then ever fewer."""
    for places in (message.without(asked), rest):
        named = name_products(message.text(places), message.find, weak=weak)
        if named.products:
            return named
    named = name_products(message.text(_without_edges(rest, message)), message.find, weak=weak)
    told = [place for place in rest if not says_nothing([place], message)] if weak else []
    return named if named.products or not told else name_products(message.text(told), message.find, weak=weak)


def _is_behind_which(match: Match, message: SpokenMessage) -> bool:
    return match.phrase.name == "ingredients" and message.tokens[match.start - 1].marked in _WHICH_ONE


def _asks_which(message: SpokenMessage) -> bool:
    return any(each.marked in _WHICH or each.word == "which" for each in message.tokens)


def _is_name(rest: Sequence[int], message: SpokenMessage, asked: Sequence[Match]) -> bool:
    """True for words that go along with a question with their marks, but without any are a name: "mat ong", "oi"."""
    tokens = [message.tokens[place] for place in rest]
    if not tokens or any(token.marked != token.word for token in tokens):
        return False
    found = message.find(message.text(rest))
    if tuple(rest) == (0,):
        return found.holding and _is_short_name(tokens[0].word, asked)
    if len(rest) > 1 and _names_any(found, message.text(rest)):
        return True
    # One word before it or behind it is none of the name: "is mat ong hoa nhan".
    shorter = (rest[1:], rest[:-1], rest[1:-1]) if len(rest) > _LEAST_SURE else ()
    return any(len(each) > 1 and _names_whole(message.text(each), message) for each in shorter)


def _names_whole(words: str, message: SpokenMessage) -> bool:
    hits = message.find(words).hits[:1]
    return bool(hits) and fold(hits[0].name) == fold(words)


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
    found = message.find(last.typed)
    return len(last.word) <= _LONGEST_PARTICLE and (found.band is Band.NOTHING or is_guessed(found, last.typed))


def _about_thread(message: SpokenMessage, asked: Sequence[Match], pointing: Sequence[Match]) -> Understood | None:
    """A question without a name: about what was spoken of, else about we know not what."""
    fields, weak = fields_of(asked, message), all(each.phrase.weak for each in asked)
    meant = meant_by(message, pointing)
    if weak and fields == ("season",) and wants_now(message):
        return None
    if meant:
        return Understood(MessageAct.FIELD, fields=fields, products=meant)
    if weak and (message.find(message.words).filters or (message.thread.last is not None and not message.asks)):
        return None
    return Understood(MessageAct.FIELD, fields=fields)


def _said(filters: Filters) -> tuple[str, ...]:
    """The words that conditions were read from."""
    return (*condition_words(filters), filters.valid_words)


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
