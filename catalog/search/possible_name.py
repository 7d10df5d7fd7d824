"""What of a question can be a product's name: whatever might be somebody's own words is no name."""

import re
from itertools import pairwise

from catalog.search.chitchat import elsewhere, small_talk
from catalog.search.query import MARKED_FILLERS, SURELY, Token, tokens_of
from catalog.text import fold, plain_letters, tone_last

MOST_WORDS, MOST_LETTERS, LONGEST_WORD, MOST_DIGITS = 6, 40, 10, 3
_LONGEST_QUESTION = 100
_ONLY = re.compile(r"(?:[^\W_]|[ \-–'’()&%\u0300-\u036f])+[?!.… ]*")
_HOW_MUCH = re.compile(r"\bbao nhi[êe]u\b", re.IGNORECASE)
_BUN = "bao"  # bánh bao, once bao nhiêu is gone
_MIXED = re.compile(r"[0-9]+(?:g|gr|kg|ml|l|lit)")
_NUMBER_WORDS = frozenset(
    ("khong", "mot", "hai", "ba", "bon", "tu", "nam", "lam", "sau", "bay", "tam", "chin", "muoi", "linh", "le")
)
_MOST_NUMBER_WORDS = 3
# With their marks only: xả is no xã, phở no phố, tinh dầu no tỉnh.
_MARKED_PLACES = frozenset(("xã", "quận", "tỉnh", "phố", "ngõ", "tổ", "ấp", "khu", "tầng", "toà", "tòa", "đội", "kiệt"))
_PLACES = frozenset(("thon", "xom", "phuong", "huyen", "ngach", "hem", "tp", "tx", "tt", "kdt", "kcn", "dc", "sdt"))
_TOLD = """
anh chị em ông cô chú bác tôi mình tao tui vợ chồng bố mẹ bệnh thuốc lương vay stk otp cccd cmnd hẹn gửi giao ship nhận
mai chuyển lấy báo trả đặt cọc nhà
"""
_TOLD_MARKED = frozenset(map(tone_last, _TOLD.split()))
# Without marks the others are what products are called too: nhãn, bánh bao, cỏ, lươn.
_TOLD_BARE = frozenset(("ong", "toi", "benh", "thuoc", "gui", "giao", "ship", "chuyen", "stk", "otp", "cccd", "cmnd"))
_SURNAMES = frozenset(
    {
        "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong",
        "ly", "dinh", "trinh", "dao", "luong", "mai",
    }
)  # fmt: skip
_MIDDLE_NAMES = frozenset(
    {
        "thi", "van", "duc", "huu", "dinh", "xuan", "quang", "minh", "ngoc", "thanh", "cong", "quoc", "hong", "thu",
        "kim", "anh", "tuan", "hai", "viet",
    }
)  # fmt: skip


def possible_name(question: str) -> str:
    """The words of *question* that can be a product's name, in lower case; "" when they may be anything else.

    Kept out are sentences, numbers that may be a phone's, prices, codes, addresses, people, and other topics. To miss
    a name is nothing lost: whoever else wants the product asks for it too.
    """
    asked = plain_letters(question.strip())
    if len(asked) > _LONGEST_QUESTION or not _ONLY.fullmatch(asked) or _has_numbers(asked):
        return ""
    tokens = tokens_of(_HOW_MUCH.sub(" ", asked))
    if small_talk(tokens) is not None or any(elsewhere(tokens)) or any(map(_is_place, tokens)):
        return ""
    core = _core(tokens)
    return _joined(core) if _is_name(core) else ""


def _is_name(core: tuple[Token, ...]) -> bool:
    """True for a few words, each such as names are made of, that are no sentence and no person's name."""
    words = [token.word for token in core]
    if not 0 < len(words) <= MOST_WORDS or len(_joined(core)) > MOST_LETTERS:
        return False
    return all(map(_is_word, words)) and not _is_sentence(core) and not _is_person(words)


def _joined(tokens: tuple[Token, ...]) -> str:
    return " ".join(token.typed for token in tokens)


def _has_numbers(text: str) -> bool:
    """True for more digits than a size has, or for numbers spelled out in a row."""
    if sum(letter.isdigit() for letter in text) > MOST_DIGITS:
        return True
    row = 0
    for word in fold(text).split():
        row = row + 1 if word in _NUMBER_WORDS else 0
        if row > _MOST_NUMBER_WORDS:
            return True
    return False


def _core(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """*tokens* without what people wrap around a name."""
    marked = any(token.word != token.marked for token in tokens)
    start, end = 0, len(tokens)
    while start < end and _is_around(tokens[start], marked=marked):
        start += 1
    while start < end and _is_around(tokens[end - 1], marked=marked):
        end -= 1
    return tokens[start:end]


def _is_around(token: Token, *, marked: bool) -> bool:
    """True for a word of talk; who puts marks means them where a word has none too."""
    if token.word == _BUN:
        return False
    return (MARKED_FILLERS.get(token.marked, 1.0) if marked else token.filling) <= SURELY


def _is_place(token: Token) -> bool:
    return token.word in _PLACES or token.typed in _MARKED_PLACES


def _is_sentence(core: tuple[Token, ...]) -> bool:
    """True when somebody speaks of themselves or of another between the words."""
    marked = any(token.word != token.marked for token in core)
    told = _TOLD_MARKED if marked else _TOLD_BARE
    return any(_is_around(token, marked=marked) or token.marked in told for token in core)


def _is_person(words: list[str]) -> bool:
    """True when the words hold what Vietnamese people are called by: a surname and a middle name."""
    pairs = pairwise(words)
    return any(first in _SURNAMES and second in _MIDDLE_NAMES for first, second in pairs)


def _is_word(word: str) -> bool:
    """True for what a name is made of; a code mixes letters with digits, or is longer than words are."""
    if len(word) > LONGEST_WORD:
        return False
    return word.isdigit() or word.isalpha() or _MIXED.fullmatch(word) is not None
