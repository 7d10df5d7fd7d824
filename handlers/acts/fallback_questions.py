"""Questions looked for only after a search: among everyday words where it found nothing, or beside the card found."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from catalog.search import Band, Found
from catalog.search.query import MAKER_WORD, MOST_TOKENS, Token, tokens_of
from catalog.text import accented_syllables, fold
from catalog.translated_words import detect_language, read_words, simplify, to_vietnamese
from handlers.acts.for_people import find_small_talk
from handlers.acts.guesses import guess_by_topic_word, guess_stem, guess_subject
from handlers.acts.message import (
    ASKING,
    ASKS_WHETHER,
    QUESTIONS,
    THIS,
    TIMES,
    Find,
    SpokenMessage,
    Understood,
    around_name,
    is_apart,
    keep_apart,
    name_products,
    pointing_in,
    wants_now,
)
from handlers.acts.patterns import Match, mark_word
from handlers.acts.questions import fields_of, questions_in
from handlers.acts.references import meant_by
from handlers.acts.vocabulary import find_phrases, vocabulary
from handlers.thread import MessageAct, SpokenThread

_LONGEST = 500
_MOST_GUESSED = 16
_MOST_STRANGE = 2
_MOST_LOOKED_UP = 6
# One word that a name has is chance: "có hải sản không" and Thượng Hải.
_LEAST_NAMED = 2
_ASKS = frozenset(
    map(
        mark_word,
        [
            "gì",
            "nào",
            "không",
            "ko",
            "k",
            "hông",
            "hem",
            "hăm",
            "chưa",
            "mấy",
            "nhiêu",
            "đâu",
            "mô",
            "ai",
            "sao",
            "hả",
            "j",
        ],
    )
)
_BEGINS = frozenset(map(mark_word, ["xíu", "tí", "chút", "tẹo"]))
_SOLD = "cửa hàng mua bán giá ăn uống dùng đồ món hộp hũ lọ chai gói túi thùng quả zalo cua hang mua ban gia an uong"
_WANTED = frozenset(map(mark_word, _SOLD.split()))
_NO_MARKS = "gi nao khong ko k hong hem nhieu bn ai sao j"
_ASKS_WITHOUT_MARKS = frozenset(f"{_NO_MARKS} {ASKING.replace('chua', '')}".split())
# Behind a number they ask nothing: "100 k", "4 sao".
_COUNTED = frozenset(map(mark_word, ["k", "s", "sao"]))
_STARS = frozenset(map(mark_word, ["ba", "bốn", "năm"]))
# "Tháng nào cũng được" leaves it open.
_AS_WELL = frozenset({(mark_word("cũng"), mark_word("được")), ("cung", "duoc"), (mark_word("cũng"), "ok")})
_TASTES = frozenset(map(mark_word, ["ăn", "uống", "dùng", "xài", "an", "uong", "dung", "xai", "eat", "drink", "use"]))
# What is hardly ever meant by words that only sound like it.
_NEVER_GUESSED = frozenset({"alright", "thanks", "goodbye", "insult", "emoji", "signs", "menu", "medicine", "order"})


_ENGLISH_ASKS = (QUESTIONS | {"show", "tell"}) - _ASKS_WITHOUT_MARKS.difference(ASKING.split())
_DEFINITE = frozenset({"the", "its", "their", "his", "her", "your"})
_COMPLAINS = frozenset({"complaint", "wrong"})


def find_plain_question(words: str, *, thread: SpokenThread, find: Find) -> Understood | None:
    """The question that *words* ask plainly among words of every day; None where they may name something."""
    asked = (_asked_among_everyday(_message(part, thread, find)) for part in _parts(words))
    return next((each for each in asked if each is not None), None)


def guess_question(words: str, *, typed: str, thread: SpokenThread, find: Find) -> Understood | None:
    """What *words*, as they were *typed* or in Vietnamese, are likely about; None where they may name something."""
    guessed = (_guessed(_message(part, thread, find)) for part in _parts(words))
    first = next((each for each in guessed if each is not None), None)
    if first is not None or not thread.product or len(typed) > _LONGEST:
        return first
    if not detect_language(typed):
        return _of_it(_message(words, thread, find))
    return _of_stem(guess_stem(typed), thread.product)


def _of_it(message: SpokenMessage) -> Understood | None:
    """What an English question asks of "it" in words that no table has: what it is like, unless one word tells more.

    "The jar" is of what was spoken of too, where a word tells what is asked.
    """
    words = [each.word for each in message.tokens]
    if not words or _ENGLISH_ASKS.isdisjoint(words):
        return None
    head = guess_by_topic_word(message.tokens, "field")
    pointed = any(each.phrase.name in {"item", "maker"} for each in pointing_in(message))
    if not pointed and (head is None or not any(before in _DEFINITE for before in words[:-1])):
        return None
    return Understood(MessageAct.FIELD, (head[1] if head else "ingredients",), (message.thread.product,), sure=False)


def _of_stem(field: str | None, product: str) -> Understood | None:
    if field == "medicine":
        return Understood(MessageAct.CHAT, topic=field)
    return Understood(MessageAct.FIELD, (field,), (product,), sure=False) if field is not None else None


def find_question_of_found(words: str, name: str, *, typed: str, product: str, find: Find) -> Understood | None:
    """The question that *words* ask of the *product* called *name*, which a search found in them; None for none."""
    own = {each.word for each in tokens_of(name)}
    if len(own & {each.word for each in tokens_of(words)}) < _LEAST_NAMED:
        return None
    for part in _parts(words):
        left = " ".join(each.typed for each in tokens_of(part) if each.word not in own)
        understood = _asked_beside_name(_message(f"{left}?" if "?" in part else left, SpokenThread(), find), product)
        if understood is not None:
            return understood
    field = guess_stem(_without(typed, own)) if detect_language(typed) and len(typed) <= _LONGEST else None
    return _of_stem(field if field != "medicine" else None, product)


def ask_of_named(words: str, find: Find) -> Understood | None:
    """The fact that an English question asks of the one product named in it: "is the oyster mushroom organic"."""
    message = _message(words, SpokenThread(), find)
    if not message.tokens or message.tokens[0].word not in QUESTIONS or len(words) > _LONGEST:
        return None
    asked = _topic_words_of_fields(message.tokens)
    name = [each for each in message.tokens if each not in asked and _may_name(each)]
    field = guess_by_topic_word(asked, "field") if asked and name else None
    if field is None:
        return None
    named = name_products(" ".join(each.typed for each in name), find)
    return Understood(MessageAct.FIELD, (field[1],), named.products) if len(named.products) == 1 else None


def _topic_words_of_fields(tokens: Sequence[Token]) -> list[Token]:
    told = {word for (table, _), said in vocabulary().topic_words.items() if table == "field" for word in said}
    return [each for each in tokens if each.marked in told]


def _may_name(token: Token) -> bool:
    return not vocabulary().is_glue(token) and token.filling == 1 and token.word not in QUESTIONS


def _asked_beside_name(message: SpokenMessage, product: str) -> Understood | None:
    asked = [each for each in questions_in(message) if not (each.phrase.weak or each.slip)]
    if asked:
        return Understood(MessageAct.FIELD, fields_of(_last(asked, message), message), (product,))
    field = _guess_of_found(message)
    return Understood(MessageAct.FIELD, (field,), (product,), sure=False) if field is not None else None


def _without(typed: str, own: frozenset[str] | set[str]) -> str:
    """Korean or Chinese *typed* without the words that mean nothing but words of its *own* name."""
    said = simplify(typed)
    for word, meant in read_words().get(detect_language(typed), {}).items():
        if word in said and meant and set(fold(meant).split()) <= own:
            said = said.replace(word, " ")
    return said


# Many conditions: each guess is made only where the one before told nothing.
def _guess_of_found(message: SpokenMessage) -> str | None:
    """What the words beside a name most likely ask, where they say anything, and nothing strange."""
    telling = any(not vocabulary().is_glue(each) and each.filling == 1 for each in message.tokens)
    subject = _subject(message) if telling else None
    if subject is None and telling and _asks(message):
        strange = _strange_places(message)
        subject = guess_by_topic_word(message.tokens, "field") if not strange else None
        # "hút chân không không" beside a name asks what it is like.
        if subject is None and 0 < len(strange) <= _MOST_STRANGE and _asks_whether(message):
            return "ingredients"
    return subject[1] if subject is not None and subject[0] == "field" else None


def _asks_whether(message: SpokenMessage) -> bool:
    """True for what ends as a question does that wants a yes: "… không", "… hả"."""
    told = [each for each in message.tokens if each.marked not in vocabulary().particles]
    return bool(told) and vocabulary().spell_out(told[-1:])[-1].marked in ASKS_WHETHER


def _message(words: str, thread: SpokenThread, find: Find) -> SpokenMessage:
    return SpokenMessage(words, tokens_of(words), find_phrases(words), thread, find)


def _parts(words: str) -> Iterator[str]:
    """*words*; of more than are read at once their end, where people ask, and their beginning."""
    begins, ends = accented_syllables(words[:_LONGEST]), accented_syllables(words[-_LONGEST:])
    if len(begins) <= MOST_TOKENS and len(words) <= _LONGEST:
        yield words
        return
    mark = "?" if "?" in words else ""
    yield " ".join(ends[-MOST_TOKENS:]) + mark
    yield " ".join(begins[:MOST_TOKENS]) + mark


def _last(asked: Sequence[Match], message: SpokenMessage) -> Sequence[Match]:
    """In a long message the last question is the one that is meant."""
    return asked[-1:] if len(message.tokens) > _MOST_GUESSED else asked


def _asked_among_everyday(message: SpokenMessage) -> Understood | None:
    """A question that is asked plainly, of what is pointed at, or with nothing beside it that may be a name."""
    if not message.tokens:
        return None
    asked = _asked_of_facts(message)
    pointing = [each for each in pointing_in(message) if all(is_apart(each, other) for other in asked)]
    if not asked or (wants_now(message) and not pointing):
        return None
    rest = message.without([*asked, *pointing, *around_name(message)])
    pointed = message.thread.product and (pointing or _points(message))
    if not pointed and not _all_everyday(rest, message):
        return None
    return Understood(MessageAct.FIELD, fields_of(_last(asked, message), message), meant_by(message, pointing))


def _asked_of_facts(message: SpokenMessage) -> list[Match]:
    return [each for each in questions_in(message) if not _counts(each, message)] or _weak(message)


def _weak(message: SpokenMessage) -> list[Match]:
    """What may be a question, wherever it stands, after a product was spoken of."""
    if not message.thread.product:
        return []
    weak = [each for each in message.matches if each.phrase.table == "field" and not each.slip]
    return [each for each in keep_apart(weak)[:1] if not _counts(each, message)]


def _counts(match: Match, message: SpokenMessage) -> bool:
    """True for "bao nhiêu htx", which asks for no price."""
    ends = all(vocabulary().is_glue(each) and each.filling > MAKER_WORD for each in message.tokens[match.end :])
    return match.phrase.weak and match.phrase.words[-1] == "nhieu" and not ends


def _guessed(message: SpokenMessage) -> Understood | None:
    """What the words are most likely about: all of every day, or about what is pointed at."""
    spoken_of = message.thread.product
    subject = _subject(message)
    if subject is None or subject[1] in _NEVER_GUESSED or (subject[0] == "field" and not spoken_of):
        subject = _topic_of_spoken(message) if spoken_of else None
    subject = subject or _topic_of_talk(message)
    if subject is None:
        return None
    table, name = subject
    if table == "field":
        return Understood(MessageAct.FIELD, (name,), (spoken_of,), sure=False)
    act = MessageAct.ASK if table == "ask" else MessageAct.CHAT
    return Understood(act, topic=name, products=(spoken_of,) if spoken_of else ())


def _subject(message: SpokenMessage) -> tuple[str, str] | None:
    if not message.tokens or not _asks(message):
        return None
    return guess_subject(message.tokens, everyday=True)


def _topic_of_spoken(message: SpokenMessage) -> tuple[str, str] | None:
    """What one telling word asks of what was spoken of; a name would stand before it: "cà phê uống ngon không"."""
    if not message.tokens or not _asks(message):
        return None
    subject = guess_by_topic_word(message.tokens, "field", "chat")
    if subject is None or pointing_in(message) or _points(message):
        return subject
    strange = _strange_beside(subject, message)
    if not strange:
        return subject
    own = vocabulary().topic_words[subject]
    places = [place for place, each in enumerate(message.tokens) if each.marked in own]
    tasted = bool(places) and message.tokens[places[0]].marked in _TASTES
    return subject if tasted and places[0] < strange[0] and len(strange) <= _MOST_STRANGE else None


def _topic_of_talk(message: SpokenMessage) -> tuple[str, str] | None:
    """A matter for people, or what we do not do, told by one word where no other may be a name."""
    subject = guess_by_topic_word(message.tokens, "ask", "chat") if len(message.tokens) <= _MOST_GUESSED else None
    # "Có mốc không" asks, and complains of nothing.
    if subject is None or (subject[1] in _COMPLAINS and _asks(message)):
        return None
    return None if _strange_beside(subject, message) else subject


def _strange_beside(subject: tuple[str, str], message: SpokenMessage) -> list[int]:
    """Where words stand that may be a name, beside those that tell *subject*."""
    own = vocabulary().topic_words[subject]
    return [place for place in _strange_places(message) if message.tokens[place].marked not in own]


def _strange_places(message: SpokenMessage) -> list[int]:
    return [place for place in range(len(message.tokens)) if not _all_everyday([place], message)]


def _asks(message: SpokenMessage) -> bool:
    if len(message.tokens) > _MOST_GUESSED:
        return False
    marks = any(each.marked != each.word for each in message.tokens)
    asking = _ASKS if marks else _ASKS_WITHOUT_MARKS
    return "?" in message.words or not asking.isdisjoint(_may_ask(message.tokens))


def _may_ask(tokens: Sequence[Token]) -> Iterator[str]:
    """*tokens* and what they are short for, without what only counts: "100k", "4 sao"."""
    for place, each in enumerate(tokens):
        if not _only_counts(place, tokens):
            yield each.marked
            yield from (long.marked for long in vocabulary().spell_out([each]))


def _only_counts(place: int, tokens: Sequence[Token]) -> bool:
    before = tokens[place - 1] if place else None
    numbered = before is not None and (before.word.isdecimal() or before.marked in _STARS)
    return tokens[place].word[:1].isdecimal() or (numbered and tokens[place].marked in _COUNTED)


def _points(message: SpokenMessage) -> bool:
    """True for "bánh này": a noun with "this" behind it."""
    tokens = message.tokens
    return any(each.marked in THIS and before.marked not in TIMES for before, each in pairwise(tokens))


def _all_everyday(places: Sequence[int], message: SpokenMessage) -> bool:
    """True where none of the words at *places* may name a product; without its marks, one of every day may.

    Words count that the tables of questions have, where nothing is called so.
    """
    told = [
        each for each in vocabulary().spell_out([message.tokens[place] for place in places]) if not _says_nothing(each)
    ]
    return len(told) <= _MOST_LOOKED_UP and all(_names_none(each, message) for each in told)


def _says_nothing(said: Token) -> bool:
    return vocabulary().is_glue(said) or said.filling < 1 or vocabulary().number(said) is not None


def _names_none(said: Token, message: SpokenMessage) -> bool:
    """True for a word of questions or of every day; each may cost a search."""
    spoken = vocabulary()
    marked = said.marked != said.word
    if marked and said.marked in spoken.known_marked:
        return not message.find(said.typed).holding
    if any(said.word in stems for stems in spoken.stems.values()):
        return True
    return spoken.is_everyday(said) and (marked or not message.find(said.word).holding)


def asks_plainly(words: str) -> bool:
    """True where *words* end as a question does and are about a fact: they are no answer to a question of ours."""
    message = _message(words, SpokenThread(), lambda _: Found(Band.NOTHING))
    if not ("?" in words or _ends_asking(message.tokens)):
        return False
    told = [each for each in message.matches if each.phrase.table in {"field", "chat", "ask"}]
    strong = any(not (each.phrase.weak or each.slip) for each in told)
    return strong or guess_by_topic_word(message.tokens, "field", "chat") is not None


def scolds(words: str) -> bool:
    """True where *words* are an insult to us, and nothing else."""
    talk = find_small_talk(_message(to_vietnamese(words), SpokenThread(), lambda _: Found(Band.NOTHING)))
    return talk is not None and talk.topic == "insult"


def _ends_asking(tokens: Sequence[Token]) -> bool:
    """True for "… bao nhiêu ạ"; not for "200 hộp giá 100k", "4 sao" and "tháng nào cũng được"."""
    particles = vocabulary().particles
    if any((one.marked, other.marked) in _AS_WELL for one, other in pairwise(tokens)):
        return False
    told = [each for each in tokens if each.marked not in particles]
    if not told or _only_counts(len(told) - 1, told):
        return False
    return any(each.marked in _ASKS | _ASKS_WITHOUT_MARKS for each in vocabulary().spell_out(told[-1:])[-1:])


def is_preamble(words: str, find: Find) -> bool:
    """True where *words* only begin a talk, and ask nothing: nobody looks for "à mà" or "em hỏi xíu ạ"."""
    message = _message(words, SpokenThread(), find)
    fits = len(words) <= _LONGEST and any(each.word.isalpha() for each in message.tokens)
    said = vocabulary().spell_out(message.tokens)
    return fits and not _asks(message) and all(_only_begins(each) for each in said)


def _only_begins(said: Token) -> bool:
    """True for a word of greetings, and for none that is wanted: a shop, a price, to buy."""
    only = vocabulary().is_glue(said) or said.marked in vocabulary().particles or said.marked in _BEGINS
    return only and said.marked not in _WANTED and said.filling != MAKER_WORD
