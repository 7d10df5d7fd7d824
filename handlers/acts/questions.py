"""The questions about a product that a message asks, and where their words are conditions of a search instead."""

from collections.abc import Iterable, Sequence

from catalog.search import Filters, Found
from catalog.text import fold
from handlers.acts.message import SpokenMessage, is_apart, keep_apart, pointing_in
from handlers.acts.patterns import Match
from handlers.acts.vocabulary import vocabulary

MOST_FIELDS = 2
_BEFORE_HOW = frozenset({"thi", "ra", "lam", "vi", "tai", "the"})
# They are written so with all their marks.
_UNMARKED_VERBS = frozenset({"mua", "sao", "order"})


def questions_in(message: SpokenMessage) -> list[Match]:
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


def _fields_in(message: SpokenMessage) -> list[Match]:
    """What in *message* sounds like a question about a field; "giá rẻ" does not."""
    no_question = [
        each for each in message.matches if each.phrase.table == "refer" and each.phrase.name in {"plain", "table"}
    ]
    fields = (each for each in message.matches if each.phrase.table == "field")
    return [each for each in fields if all(is_apart(each, other) for other in no_question)]


def _stands_at_an_end(match: Match, message: SpokenMessage) -> bool:
    before, after = message.tokens[: match.start], message.tokens[match.end :]
    return all(map(vocabulary().is_glue, before)) or all(map(vocabulary().is_glue, after))


def _is_within(one: Match, other: Match) -> bool:
    return other.start <= one.start and one.end <= other.end and one.length < other.length


def fields_of(asked: Sequence[Match], message: SpokenMessage) -> tuple[str, ...]:
    """The fields asked for; "ở đâu" beside "mua" asks where to buy."""
    # "4 sao" is a condition, and no word of a question for stars.
    counted = {place for place in range(1, len(message.tokens)) if message.tokens[place - 1].word.isdecimal()}
    counted |= {place for place in range(1, len(message.tokens)) if _asks_how(place, message)}
    others = [place for place in message.without(asked) if place not in counted]
    fields = []
    for each in asked:
        becomes = [
            field
            for name, beside, field in vocabulary().instead
            if name == each.phrase.name and any(_stands_beside(place, beside, each, message) for place in others)
        ]
        fields.append(becomes[0] if becomes else each.phrase.name)
    return tuple(dict.fromkeys(fields))


def _asks_how(place: int, message: SpokenMessage) -> bool:
    """True for the "sao" of "thì sao", which are no stars."""
    return message.tokens[place].word == "sao" and message.tokens[place - 1].word in _BEFORE_HOW


def _stands_beside(place: int, beside: frozenset[str], asked: Match, message: SpokenMessage) -> bool:
    """True for one of the words *beside* at *place*; without marks it may be a name's, unless it is the verb.

    "Bản Ven ở đâu" is no "bán … ở đâu", and "an thinh o dau" no "ăn … ở đâu".
    """
    said = message.tokens[place]
    if said.marked in beside:
        marks = any(each.marked != each.word for each in message.tokens)
        verb = place + 1 == asked.start or all(map(vocabulary().is_glue, message.tokens[:place]))
        return said.marked != said.word or said.word in _UNMARKED_VERBS or (verb and not marks)
    return False


def is_condition(found: Found, asked: Sequence[Match], message: SpokenMessage) -> bool:
    """True where nothing but conditions is said: "sản phẩm 4 sao ở Lục Ngạn còn hạn" asks for a list."""
    if found.filters.stars and not found.rest and asked and all(each.phrase.weak for each in asked):
        # "4 star products" counts them, and asks how many of nothing.
        return True
    conditions = [words for words in condition_words(found.filters) if words]
    return bool(conditions) and not found.rest and not filters_take(conditions, asked, message)


def filters_take(said: Iterable[str], asked: Sequence[Match], message: SpokenMessage) -> bool:
    """True where a condition was read from the words of the question itself."""
    taken = {word for words in said for word in fold(words).split()}
    own = {token.word for each in asked for token in message.tokens[each.start : each.end]}
    return not own.isdisjoint(taken)


def condition_words(filters: Filters) -> tuple[str, ...]:
    """The same, of the conditions that no product is asked for by alone: stars, a place, a price."""
    named = tuple(each.words for each in (filters.place, filters.group) if each is not None)
    return (filters.star_words, filters.near_words, filters.price_words, filters.month_words, *named)
