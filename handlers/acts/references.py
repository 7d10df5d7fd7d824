"""Messages that point at what was spoken of: "it", "the second one", "the other", more of the list."""

import re
from collections.abc import Sequence

from catalog.search.query import MAKER_WORD
from catalog.text import fold, tone_last
from handlers.acts.hits import all_say
from handlers.acts.message import SpokenMessage, Understood, around_name, bare_words, pointing_in, says_nothing
from handlers.acts.patterns import Match
from handlers.acts.questions import is_condition, questions_in
from handlers.acts.vocabulary import vocabulary
from handlers.thread import MessageAct

MOST_TOLD = 3
# What a thing is called that is not named: "loại vị tỏi", "cái rửa bát".
_CLASSIFIERS = frozenset(map(tone_last, ["loại", "cái", "món", "con", "em", "thằng", "hàng", "bản", "bộ", "thứ"]))
_MAKES = r"(?:lam|ban|trong|nau|nuoi|san xuat|che bien|nan|duc|u|dang|co)"
_ENDING = r"(?: (?:nua|khac|khong|vay|ha|a|the|nhi))*"
_MORE = re.compile(
    rf"(?:(?:the|vay|ngoai|ra|nha|ben|htx|cong|ty|co|so|cho|ho|ho|ong|ba|anh|chi|nay|do|ay|kia|ta|thi|cung) )*"
    rf"(?:con {_MAKES}(?: (?:them|ra|nhung|cac|duoc))*(?: \w+){{0,2}} (?:gi|nao)(?: nua| khac)?{_ENDING}"
    rf"|{_MAKES}(?: (?:them|ra|nhung|cac))*(?: \w+){{0,2}} (?:gi|nao)(?: khac)?(?: nua| khac){_ENDING})"
)
# What begins a choice from a list: "lấy của xuân trường đi".
_TAKES = frozenset(map(tone_last, ["lấy", "chọn", "của", "lay", "chon"]))


def find_reference(message: SpokenMessage) -> Understood | None:
    """A message that only points at what was spoken of: it is shown again, or the same is asked of another."""
    if questions_in(message):
        return None
    onwards = _stars_alone(message) or _onwards(message) or one_of_listed(message)
    pointing = pointing_in(message)
    if onwards is not None or not pointing or is_condition(message.find(message.words), (), message):
        return onwards
    if not says_nothing(message.without([*pointing, *around_name(message)]), message):
        return None
    return _pointed_at(message, pointing)


def _stars_alone(message: SpokenMessage) -> Understood | None:
    """The stars of what was spoken of, where "sao" is all that is said; in a longer question it is "how"."""
    spoken_of = message.thread.product
    if not spoken_of or [each.marked for each in message.tokens] != ["sao"]:
        return None
    return Understood(MessageAct.FIELD, fields=("stars",), products=(spoken_of,))


def _onwards(message: SpokenMessage) -> Understood | None:
    """What else the maker has, and the next page of a list."""
    thread = message.thread
    more = message.first("refer", "maker_more")
    if more is not None and thread.product and says_nothing(message.without([more, *pointing_in(message)]), message):
        return Understood(MessageAct.LIST, products=(thread.product,), maker=True)
    if more is not None and (named := _named_maker(message, more)):
        return Understood(MessageAct.LIST, products=(named,), maker=True)
    if thread.product and more is None and _asks_more(message):
        return Understood(MessageAct.LIST, products=(thread.product,), maker=True)
    page = message.first("refer", "more")
    if page is not None and thread.listed and says_nothing(message.without([page]), message):
        return Understood(MessageAct.LIST, topic="more")
    return None


def _asks_more(message: SpokenMessage) -> bool:
    """True for "htx đó còn trồng hoa gì nữa": what else the maker makes, of whatever kind."""
    return _MORE.fullmatch(" ".join(each.word for each in vocabulary().spell_out(message.tokens))) is not None


def _named_maker(message: SpokenMessage, more: Match) -> str:
    """A product of the one maker that is named beside "what do they make": "công ty vifoco làm những gì"."""
    places = message.without([more])
    if not any(message.tokens[place].filling == MAKER_WORD for place in places):
        return ""
    name = bare_words(message.text(places))
    told = set(fold(name).split())
    made = [hit for hit in message.find(name).hits if told <= set(fold(hit.producer).split())] if told else []
    return made[0].id if len({hit.producer for hit in made}) == 1 else ""


def one_of_listed(message: SpokenMessage) -> Understood | None:
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
    return message.text(told) if len(told) <= MOST_TOLD and len(told) < len(message.tokens) else ""


def _pointed_at(message: SpokenMessage, pointing: Sequence[Match]) -> Understood | None:
    thread, meant = message.thread, meant_by(message, pointing)
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


def meant_by(message: SpokenMessage, pointing: Sequence[Match]) -> tuple[str, ...]:
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
