"""A query as the search sees it: its syllables, what each may stand for, and how much each counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from catalog.search.columns import Vocabulary
from catalog.search.packed import Floats, Ints
from catalog.search.spelling import REMEMBERED, Guesses, Speller
from catalog.telex import from_telex, from_vni
from catalog.text import accented_syllables, fold, syllables, tone_last

MOST_TOKENS = 24
MOST_LETTERS = 400
KNOWN_ENOUGH = 0.9
ONE_LETTER = 2.5
NO_WORD = -2

# The words people wrap around a product's name: general spoken Vietnamese, North and South, with the short forms of
# chats. A word here is not dropped, it only weighs less, for many are also words of products (giá and Gia Bình).
_OFTEN = """
ạ à ơi ui nhé nhá nha nhỉ nghen nghe hen hén hả hở hử vậy vầy thế thì là mà và với ư ừ ờ ah oh đi nào đó đấy kìa kia
này nè nầy đây tôi tui mình mk tớ tao em e anh chị cô chú bác bạn ad admin shop sop quán nhà các mọi người ai gì chi
sao cho hỏi xin giúp giùm dùm hộ phép vui lòng làm ơn muốn cần tìm kiếm tra cứu xem coi thấy biết giới thiệu tư vấn
chỉ kể nói báo mua bán đặt lấy nhập đổi gửi giao ship sip vận chuyển order ord chốt săn thử dùng ăn uống biếu tặng
quà giá tiền bao nhiêu bn nhiu bnhiu mấy đồng đắt rẻ sỉ lẻ buôn sll sl số lượng ký kí cân kg hộp gói chai lọ thùng
túi cái chiếc loại ở đâu chỗ nơi địa chỉ đc liên hệ lh sđt sdt điện thoại zalo inbox ib hotline web trang cửa hàng
siêu thị đại lý có còn hết sẵn chưa không ko k hông hong hem khong hok hk được dc rồi luôn nữa thêm lại đang sẽ đã
bị vẫn cũng như nào ntn tn z zậy dậy vay hay hoặc nếu khi lúc bây giờ hôm nay qua mai tuần tháng năm ngày hạn sử
dụng bảo quản ngon tốt uy tín chất chính gốc xịn thật chuẩn mới nhất quá lắm ghê rất hơi khá thích mê đỉnh của từ
trong ngoài trên dưới gần xa về tại ra vào để do bởi vì nên những một vài con đạt ocop chứng nhận sản phẩm sp món
đồ thông tin tt nguồn xuất xứ xã huyện tỉnh sx dạ vâng thưa alo hi hello hey chào cảm cám thank thanks tks pls
please ok oke okie hn sg hcm tphcm
"""
_MAKERS = "htx htxnn hợp tác xã cty công ty tnhh cp cổ phần mtv dntn doanh nghiệp hkd hộ kinh doanh cssx cơ sở xưởng tổ"
_SURELY = """
ạ à ơi nhé nhá nha nhỉ hả vậy thế là thì mà tôi tui mình mk em anh chị ad admin shop ai gì cho hỏi xin giúp giùm hộ
muốn cần tìm kiếm mua bán giá bao nhiêu nhiu tiền ở đâu có còn không ko k đc dc được sll ib inbox sđt sdt ship chưa
luôn nữa lh liên hệ nào z ntn
"""
# How people call themselves and whom they speak to. They weigh in full (bà Lý is a maker), but not around a name.
_KIN = "bà ông cháu con dì cậu mợ bố mẹ má ba u bu thầy cụ mày"
OFTEN, MAKER_WORD, SURELY = 0.3, 0.35, 0.12


def _weights() -> Iterator[tuple[str, float]]:
    for words, weight in ((_OFTEN, OFTEN), (_MAKERS, MAKER_WORD), (_SURELY, SURELY)):
        yield from ((word, weight) for word in words.split())


MARKED_FILLERS = {tone_last(word): weight for word, weight in _weights()}
FILLERS = {fold(word): weight for word, weight in sorted(_weights(), key=lambda pair: -pair[1])}
KIN = frozenset(tone_last(word) for word in _KIN.split())


class Way(IntEnum):
    """How tokens were got from a query: as typed, with other spaces, with short forms written out."""

    TYPED = 0
    RESPACED = 1
    SPELLED_OUT = 2


@dataclass(frozen=True, slots=True)
class Token:
    """One typed syllable: *word* folded, *marked* with its tone last, *filling* 1 for a word that tells."""

    typed: str
    word: str
    marked: str
    filling: float


class Marks(NamedTuple):
    """A token with its marks, and the same without its tone, as numbers of the vocabulary; *typed* if it had any."""

    typed: bool
    marked: int
    toneless: int


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """Tokens side by side, and for each the words it may stand for with their likeness.

    *weights* is what each counts, *plain* the same with the words people wrap around names at full weight; *marks* is
    how each was marked, as numbers of the vocabulary.
    """

    tokens: tuple[Token, ...]
    weights: Floats
    plain: Floats
    terms: tuple[Ints, ...]
    likes: tuple[Floats, ...]
    marks: tuple[Marks, ...]
    way: Way = Way.TYPED

    @property
    def words(self) -> list[str]:
        """The folded words in order."""
        return [token.word for token in self.tokens]


@lru_cache(maxsize=1024)
def tokens_of(query: str) -> tuple[Token, ...]:
    """Split *query* (its first letters only, when it is very long) into tokens."""
    words = accented_syllables(query[:MOST_LETTERS])[:MOST_TOKENS]
    return tuple(found for found in map(token, words) if found.word)


@lru_cache(maxsize=4096)
def token(typed: str) -> Token:
    """Fold *typed*, which is one word in lower case."""
    word, marked = "".join(syllables(typed)), tone_last(typed)
    return Token(typed, word, marked, filling(word, marked))


def filling(word: str, marked: str) -> float:
    """How much of its weight a word keeps when people use it around product names; 1 for all others."""
    if word == marked:
        return FILLERS.get(word, 1.0)
    return MARKED_FILLERS.get(marked, 1.0)


def cores(tokens: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """*tokens* without what people say before and after a name: first without what is surely no name, then all of it.

    Who is spoken to may stand anywhere before a name, after it at the very end only: in "nem bà Lý" bà is a name's.
    """
    before = tuple(tokens)
    for most in (SURELY, OFTEN):
        told = [place for place, token in enumerate(tokens) if token.filling > most and token.marked not in KIN]
        last = len(tokens) - 1 if tokens and tokens[-1].marked in KIN else len(tokens)
        while last > 0 and tokens[last - 1].filling <= most:
            last -= 1
        core = tuple(tokens[told[0] : last]) if told else ()
        if core and core != before:
            yield core
        before = core


@dataclass(frozen=True, slots=True)
class _LexiconEntry:
    """What a token may stand for, how it is marked, what it counts by its rarity, and how much of that it keeps."""

    guesses: Guesses
    marks: Marks
    weight: float
    filling: float


class Lexicon:
    """Looks tokens up among the words of the catalogue; a word nobody knows counts as the rarest."""

    def __init__(self, speller: Speller, *, vocabulary: Vocabulary, rarities: Floats) -> None:
        self._speller = speller
        self._vocabulary = vocabulary
        self._rarities = rarities
        self._rarest = float(rarities.max(initial=1.0))
        self._remembered: dict[tuple[str, str], _LexiconEntry] = {}

    def read(self, tokens: Sequence[Token], *, way: Way = Way.TYPED) -> ParsedQuery:
        """Look each of *tokens* up."""
        known = [self._look_up(token) for token in tokens]
        plain = np.array([each.weight for each in known], dtype=np.float32)
        kept = np.array([each.filling for each in known], dtype=np.float32)
        return ParsedQuery(
            tuple(tokens),
            plain * kept,
            plain,
            tuple(each.guesses.terms for each in known),
            tuple(each.guesses.likes for each in known),
            tuple(each.marks for each in known),
            way,
        )

    def undo_raw_keys(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """*tokens* with raw Telex and VNI read as the marked words they spell, where only those are known words."""
        return tuple(self._read_keys(token) for token in tokens)

    def _read_keys(self, token: Token) -> Token:
        word = token.word
        if word != token.marked or word in FILLERS or word in self._vocabulary.folded.numbers:
            return token
        for spelled in (from_telex(word), from_vni(word)):
            marked = tone_last(spelled) if spelled else word
            if marked in self._vocabulary.marked.numbers or marked in MARKED_FILLERS:
                bare = "".join(syllables(marked))
                return Token(token.typed, bare, marked, filling(bare, marked))
        return token

    def _look_up(self, token: Token) -> _LexiconEntry:
        key = (token.typed, token.marked)
        known = self._remembered.get(key)
        if known is None:
            if len(self._remembered) > REMEMBERED:
                self._remembered.clear()
            guesses = self._speller.guesses(token.word)
            weight, kept = self._weight(token, guesses), filling_of(token, guesses.marked)
            known = self._remembered[key] = _LexiconEntry(guesses, self._marks(token), weight, kept)
        return known

    def _marks(self, token: Token) -> Marks:
        words = self._vocabulary
        marked = words.marked.numbers.get(token.marked, NO_WORD)
        return Marks(token.marked != token.word, marked, words.bare_number(token.marked))

    def _weight(self, token: Token, guesses: Guesses) -> float:
        near = guesses.likes >= KNOWN_ENOUGH
        most = self._rarest if len(token.word) > 1 else ONE_LETTER
        return min(most, float(self._rarities[guesses.terms[near]].min(initial=self._rarest)))


def filling_of(token: Token, keyed: str | None) -> float:
    """The filling of *token*, read through its Telex or VNI keys when that makes it a common word."""
    if keyed is None or token.filling < 1:
        return token.filling
    return MARKED_FILLERS.get(tone_last(keyed), 1.0)
