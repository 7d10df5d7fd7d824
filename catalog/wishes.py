"""What people want products for: occasions, read from their words, and which products fit them. Pure.

The table is ``data/wishes.toml``: a product has a tag where its name holds the tag's words, and an occasion lists the
tags that fit it. Nothing else is concluded: what is in a product the catalogue does not tell.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path

from catalog.model import Product
from catalog.programme import CountedProduct, ProgrammeState
from catalog.search import Hit
from catalog.search.chitchat import elsewhere
from catalog.search.query import FILLERS, tokens_of
from catalog.translated_words import to_vietnamese

SHIPPED = Path(__file__).parent / "data" / "wishes.toml"
LANGUAGES = ("vi", "en", "ko", "zh")
_LONGEST = 200
_MOST_HELD = 50_000
_FIRST_EAST_ASIAN = "\u1100"
# Which come first: in force, perhaps in force, then what has lapsed or never had a star.
_STANDINGS = {ProgrammeState.IN_FORCE: 0, ProgrammeState.UNSURE: 1}
_AROUND_WORDS = """
san pham hang do mon thu gi cai nao dac thich hop phu voi lam de tang goi y nen bac ninh something anything what
products suggest suggestion a an the for to good i need want some can mua an uong qua tuoi do chut mot ti gio day
xem ban minh nha bay thi nhi di cho con ngon hay sang tet dip nay what should bring home as is here me my there any
cuoi tuan toi mai nam moi sap
do you have got is there are which that we our us show please can get find looking
family friends colleagues everyone him her them people
"""
# "Không lấy rượu", "người không uống được rượu", "without alcohol", "술 말고", "不要酒".
_EXCEPT = re.compile(
    r"\b(?:(?:không|ko|khong|đừng|dung)(?: (?:lấy|phải|thích|muốn|cần|có|chứa|dùng|uống|ăn|được|biết|nên|cho|mua|là"
    r"|lay|phai|thich|muon|can|co|chua|uong|an|duoc|biet|nen|mua|la))+|kiêng|trừ|ngoài|tru|ngoai) ([^,.!?]+?)"
    r"(?: (?:ra|nữa|nua|nhé|nhe|thôi|thoi|ạ|đi))*(?:[ .!?]*$|(?=,| (?:thì|cho|có|để|làm)\b))"
    r"|\b(?:without(?: any)?|(?:but|just|so|with|has|,) no|^no|not|except(?: for)?|other than|apart from|excluding"
    r"|nothing with|(?:do|does|ca)(?: not|n['’]?t) (?:want|drink|like|need|eat|take)|cannot (?:drink|eat|take))"
    r" (?:the |any )?([a-z]+(?: [a-z]+)??(?: (?:or|and|nor) [a-z]+)*)"
    r"(?:(?: please| thanks)?[ .!?]*$|(?=,| (?:for|but|gifts?|presents?|souvenirs?)\b))"
    r"|([가-힣]+?) ?(?:은|는|이|가|을|를)? ?(?:말고(?:는)?|빼고|제외하고|없는|안 들어간"
    r"|(?:안|못) (?:마시는|드시는|먹는))"
    r"|(?:不要|除了|不含|不想要|不能喝|不喝|不能吃|不吃|别要)([一-鿿]+?)(?:类|的|以外|之外|吧|了)*"
    r"(?=$|[，,。！？?!]|有|还|礼|送|什么|人)",
    re.IGNORECASE,
)
# "Not spicy", "매운 거 말고", "不要辣的": what no name of a product tells.
_UNTOLD = re.compile(
    r"\bnot (?:too |so |very |that )?(?!(?:sure|know|only|from|for|an?|the|my|to|be|yet|really|in|at|it)\b)[a-z]+"
    r"|[가-힣]+ ?(?:거|것|게)? ?(?:말고|빼고)|[가-힣]+지 않은(?: 거| 것)?"
    r"|(?:不要|不想要|不吃)(?:太|很)?[一-鿿]{1,3}的|不(?:太)?[辣甜咸酸苦油腻]+的?",
    re.IGNORECASE,
)
_GIFT = re.compile(r"(?:quà|qua)(?: cho)?\b", re.IGNORECASE)
_BETWEEN = re.compile(r" (?:hoặc|hay|và|với|lẫn|or|and|nor) |[和或跟、]")
_AROUND = frozenset(_AROUND_WORDS.split())
# What stands before a place or an amount tells, too.
_AT = frozenset(("o", "tai", "duoi", "tren", "tu", "hon", "gan", "dong", "nghin", "k"))


@dataclass(frozen=True, slots=True)
class Tag:
    """A kind of product: the *words* of names that tell it, those that tell another, and its *names* by language."""

    id: str
    words: Sequence[str]
    others: Sequence[str]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Occasion:
    """What products are wanted for: how it is said, the tags that fit, those *without* which it is, and why.

    *loose* are words in a row, "…" between them for any others, that say it among whatever else is said.
    A product with a tag to *keep* stays although it has one of those. *names* are what it is called, by language.
    """

    id: str
    ways: Mapping[str, Sequence[str]]
    tags: Sequence[str]
    without: frozenset[str]
    keep: frozenset[str]
    reasons: Mapping[str, str]
    notes: Mapping[str, str]
    loose: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def reason(self, language: str) -> str:
        """Why what it lists fits."""
        return _in_language(self.reasons, language)

    def note(self, language: str) -> str:
        """What one should know besides; "" where there is nothing."""
        return _in_language(self.notes, language) if self.notes else ""


@dataclass(frozen=True, slots=True)
class Wish:
    """The occasion that was said, the words that say it, and the *rest* of what was said: conditions, or a name.

    With *kinds* only what has one of those tags is wanted: a second occasion was said ("trái cây cho bé"). What has one
    of the tags that are *excluded* is not: "a gift without alcohol". What is *untold* no name tells: "not spicy".
    """

    occasion: Occasion
    words: str
    rest: str
    kinds: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    untold: str = ""
    both: tuple[Occasion, ...] = ()

    def called(self, language: str) -> str:
        """What was wished for: the words that said it, or the names of *both* occasions that were said apart."""
        names = [_in_language(each.names, language) for each in self.both]
        _, comma, left_out = self.words.rpartition(", ") if self.excluded else ("", "", "")
        return f"{', '.join(names)}{comma}{left_out}" if names else self.words


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product that fits, and the tag for which it does."""

    product: Product
    tag: Tag


@dataclass(frozen=True, slots=True)
class WishTable:
    """The tags by id, and the occasions in the order in which they are looked for; *held* keeps what names have."""

    tags: Mapping[str, Tag]
    occasions: tuple[Occasion, ...]
    held: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def tags_of(self, product: Product | Hit) -> frozenset[str]:
        """The ids of the tags of *product*."""
        held = self.held.get(product.name)
        if held is None:
            name = _words_of(product.name)
            heard = frozenset(word for word, _ in name)
            held = frozenset(
                tag.id
                for tag in self.tags.values()
                if _holds_one(name, heard, tag.words) and not _holds_one(name, heard, tag.others)
            )
            if len(self.held) >= _MOST_HELD:
                self.held.clear()
            self.held[product.name] = held
        return held

    def with_kinds(self, wish: Wish) -> Wish:
        """*wish* for the kinds alone that its rest names, where they fit the occasion: "tea for my grandmother"."""
        said = _words_of(wish.rest)
        heard = frozenset(word for word, _ in said)
        named = (self.tags[each] for each in wish.occasion.tags)
        kinds = {
            tag.id for tag in named if _holds_one(said, heard, tag.words) and not _holds_one(said, heard, tag.others)
        }
        kept = kinds & wish.kinds if wish.kinds else kinds
        return replace(wish, kinds=frozenset(kept)) if kept else wish

    def is_kind(self, words: str) -> bool:
        """True where *words* are what names of a kind of product have: "gốm"."""
        told = words.casefold()
        return any(told in tag.words or told in tag.names.values() for tag in self.tags.values())

    def read(self, text: str) -> Wish | None:
        """The occasion that *text* names, by its longest way to say one; None where it names none."""
        excluded, rest = self.read_exclusion(text)
        wish = self._read_whole(rest) or self._read_gift(rest) if excluded else None
        if wish is None:
            wish, untold = self._read_whole(text), _UNTOLD.search(text)
            return replace(wish, untold=untold[0].strip()) if wish is not None and untold is not None else wish
        return replace(wish, excluded=excluded, words=f"{wish.words}, {self.tell_exclusion(text)}")

    def tell_exclusion(self, text: str) -> str:
        """The words of *text* that tell what it does not want: "không lấy rượu" of "thôi không lấy rượu nhé"."""
        return ", ".join(each[0].strip(" ,.!?") for each in _EXCEPT.finditer(text) if self._named_by(each))

    def _read_gift(self, rest: str) -> Wish | None:
        """A gift, where *rest* is no more than that: "quà cho người"."""
        gift = _GIFT.match(rest)
        occasion = next((each for each in self.occasions if gift and each.id == "gift"), None)
        return Wish(occasion, gift[0], rest[gift.end() :].strip()) if gift and occasion is not None else None

    def read_exclusion(self, text: str) -> tuple[frozenset[str], str]:
        """The tags of what *text* does not want ("but no alcohol"), and *text* without that; no tags for none."""
        tags: frozenset[str] = frozenset()
        rest = text
        for found in _EXCEPT.finditer(text) if len(text) <= _LONGEST else ():
            if named := self._named_by(found):
                tags |= named
                rest = rest.replace(found[0], " ", 1)
        return tags, rest.strip(" ,.") if tags else text

    def _named_by(self, found: re.Match[str]) -> frozenset[str]:
        """The tags of what *found* does not want."""
        said = [to_vietnamese(each).strip(" ,.") for each in _BETWEEN.split(next(filter(None, found.groups()), ""))]
        return frozenset(tag.id for tag in self.tags.values() if any(each and _is_called(each, tag) for each in said))

    def _read_whole(self, text: str) -> Wish | None:
        wish = self._read(text)
        other = self._read(wish.rest) if wish is not None else None
        if wish is not None and wish.occasion is self.occasions[-1]:
            # "nên mua gì" says least: "mẹ tôi bị ốm nên mua gì" is about the sick.
            special = self.read_loosely(text)
            same = special is None or special.occasion is wish.occasion or special.occasion.id in self.tags
            return wish if special is None or same else special
        if wish is None or other is None:
            return wish
        words, both = f"{wish.words}, {other.words}", (wish.occasion, other.occasion)
        named = tuple(each for each in dict.fromkeys(both) if each is not self.occasions[-1])
        return Wish(wish.occasion, words, other.rest, frozenset(other.occasion.tags), both=named)

    def read_loosely(self, text: str) -> Wish | None:
        """The occasion that *text* speaks of in any order of its words: "con tôi 2 tuổi ăn được gì"."""
        if len(text) > _LONGEST:
            return None
        tokens = tokens_of(text)
        said = [(token.word, token.marked) for token in tokens]
        # "bệnh viện" heals, and is no wish of the sick.
        strange = {pair for pair, other in zip(said, elsewhere(tokens), strict=True) if other}
        meant = (
            each
            for each in self.occasions
            if any(strange <= {*_words_of(way)} and _holds_loosely(said, way) for way in each.loose)
        )
        occasion = next(meant, None) or self._kind_named(said)
        return Wish(occasion, text, "") if occasion is not None else None

    def _kind_named(self, said: Sequence[tuple[str, str]]) -> Occasion | None:
        """A kind of product by its name of more than one word, as if wished for: "giò chả"."""
        told = frozenset(said)
        for tag in self.tags.values():
            if len(told) > 1 and any(told == frozenset(_words_of(name)) for name in tag.names.values()):
                return Occasion(tag.id, {}, (tag.id,), frozenset(), frozenset(), tag.names, {})
        return None

    def _read(self, text: str) -> Wish | None:
        if not text or len(text) > _LONGEST:
            return None
        tokens = tokens_of(text)
        found = _find_way(_ways(self.occasions), text, [(token.word, token.marked) for token in tokens])
        if found is None:
            return None
        way, start = found
        if not way.words:
            return Wish(way.occasion, way.text, " ".join(text.replace(way.text, " ", 1).split()))
        end = start + len(way.words)
        rest = [token.typed for token in (*tokens[:start], *tokens[end:])]
        return Wish(way.occasion, " ".join(token.typed for token in tokens[start:end]), " ".join(rest))

    def choose(
        self, wish: Wish, products: Iterable[CountedProduct], away: Mapping[str, float] | None = None
    ) -> list[Suggestion]:
        """The *products* that fit *wish*: stars in force first, then of each kind the best, the next, and so on.

        Where *away* tells how far they are, the nearest come first, whatever their star and kind.
        """
        occasion = wish.occasion
        fitting = [(each, tag) for each in products if (tag := self._fits(wish, each)) is not None]
        far = away or {}
        fitting.sort(key=lambda pair: _rank(pair[0], far))
        if far:
            return [Suggestion(counted.product, self.tags[tag]) for counted, tag in fitting]
        seen: Counter[tuple[int, str]] = Counter()
        turns = []
        for number, (counted, tag) in enumerate(fitting):
            standing = _STANDINGS.get(counted.state, len(_STANDINGS))
            seen[standing, tag] += 1
            turns.append((standing, seen[standing, tag], occasion.tags.index(tag), number))
        return [Suggestion(fitting[turn[-1]][0].product, self.tags[fitting[turn[-1]][1]]) for turn in sorted(turns)]

    def _fits(self, wish: Wish, counted: CountedProduct) -> str | None:
        """The first tag of the occasion that the product has; None where it has none, or lost its star."""
        if counted.state is ProgrammeState.TAKEN_AWAY:
            return None
        held, occasion = self.tags_of(counted.product), wish.occasion
        spoiled = held & wish.excluded or (held & occasion.without and not held & occasion.keep)
        if spoiled or (wish.kinds and not held & wish.kinds):
            return None
        return next((tag for tag in occasion.tags if tag in held), None)


def _rank(counted: CountedProduct, away: Mapping[str, float]) -> tuple[float, int, str]:
    far = away.get(counted.product.id, float("inf")) if away else 0.0
    return far, -(counted.stars or 0), counted.product.name


def says_only_conditions(rest: str) -> bool:
    """True where *rest* holds nothing but words that people wrap around what they want."""
    return all(token.word in FILLERS or token.word in _AROUND or token.word.isdecimal() for token in tokens_of(rest))


def told_in(rest: str) -> str:
    """*rest* without the words that people wrap around what they want."""
    told = (each for each in tokens_of(rest) if each.word not in _AROUND and (each.filling == 1 or each.word in _AT))
    return " ".join(token.typed for token in told)


def read_table(path: Path = SHIPPED) -> WishTable:
    """The table in *path*. Raises OSError and tomllib.TOMLDecodeError; a tag that is nowhere is a KeyError."""
    with path.open("rb") as file:
        read = tomllib.load(file)
    tags = {
        name: Tag(name, tuple(row["name"]), tuple(row.get("not", ())), {each: row[each] for each in LANGUAGES})
        for name, row in read["tag"].items()
    }
    occasions = tuple(
        Occasion(
            row["id"],
            {language: tuple(row[language]) for language in LANGUAGES if language in row},
            tuple(tags[each].id for each in row["tags"]),
            frozenset(tags[each].id for each in row.get("without", ())),
            frozenset(tags[each].id for each in row.get("keep", ())),
            row["why"],
            row.get("note", {}),
            tuple(row.get("loose", ())),
            row["called"],
        )
        for row in read["occasion"]
    )
    return WishTable(tags, occasions)


@cache
def shipped_wishes() -> WishTable:
    """The table that comes with the product."""
    return read_table()


def _is_called(said: str, tag: Tag) -> bool:
    """True where *said* is a name of *tag*, or a word of the names of products that have it."""
    return said.casefold() in {*tag.words, *tag.names.values()}


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return next(texts[each] for each in (language, "en", "vi") if each in texts)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to say an *occasion*: as *words* (folded and with marks), or as *text* of a script without blanks."""

    occasion: Occasion
    text: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Ways:
    """Every way, each with its place among all, the longest first: by its first word, and those without blanks."""

    by_first: Mapping[str, Sequence[tuple[int, _Way]]]
    unspaced: Sequence[tuple[int, _Way]]


@lru_cache(maxsize=4)
def _ways(occasions: tuple[Occasion, ...]) -> _Ways:
    """Every way to say one of *occasions*."""
    every = [
        _Way(occasion, way, () if way[0] >= _FIRST_EAST_ASIAN else tuple(_words_of(way)))
        for occasion in occasions
        for ways in occasion.ways.values()
        for way in ways
    ]
    by_first: dict[str, list[tuple[int, _Way]]] = defaultdict(list)
    unspaced: list[tuple[int, _Way]] = []
    for place, way in enumerate(sorted(every, key=lambda way: -len(way.text))):
        (by_first[way.words[0][0]] if way.words else unspaced).append((place, way))
    return _Ways(dict(by_first), unspaced)


def _find_way(ways: _Ways, text: str, said: Sequence[tuple[str, str]]) -> tuple[_Way, int] | None:
    """The longest of *ways* that is in *text*, whose words are *said*, and the word at which it begins there."""
    found: list[tuple[int, int, _Way]] = []
    for start, (word, _) in enumerate(said):
        found += [
            (place, start, way) for place, way in ways.by_first.get(word, ()) if _run(said[start:], way.words) == 0
        ]
    if any(letter >= _FIRST_EAST_ASIAN for letter in text):
        found += [(place, 0, way) for place, way in ways.unspaced if way.text in text]
    if not found:
        return None
    _, start, way = min(found, key=lambda each: each[:2])
    return way, start


@lru_cache(maxsize=4096)
def _words_of(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((token.word, token.marked) for token in tokens_of(text))


def _run(said: Sequence[tuple[str, str]], wanted: Sequence[tuple[str, str]]) -> int | None:
    """Where *wanted* stands in a row in *said*; what was typed with other marks is something else."""
    for start in range(len(said) - len(wanted) + 1):
        some = said[start : start + len(wanted)]
        if all(
            word == each and marked in (word, meant) for (word, marked), (each, meant) in zip(some, wanted, strict=True)
        ):
            return start
    return None


def _holds_loosely(said: Sequence[tuple[str, str]], way: str) -> bool:
    """Whether the parts of *way* stand in *said* one after another; a lone syllable only with its own marks."""
    start = 0
    for part in way.split("…"):
        wanted = _words_of(part.strip())
        found = _run(said[start:], wanted)
        if found is None or (len(wanted) == 1 and "…" not in way and said[start + found][1] != wanted[0][1]):
            return False
        start += found + len(wanted)
    return True


def _holds_one(name: Sequence[tuple[str, str]], heard: frozenset[str], ways: Iterable[str]) -> bool:
    """Whether one of *ways* stands in *name*, whose words are those *heard*."""
    return any(_words_of(way)[0][0] in heard and _holds(name, way) for way in ways)


def _holds(name: Sequence[tuple[str, str]], words: str) -> bool:
    """Whether *words* stand in *name*; without marks only in a name that was entered wholly without them."""
    wanted = _words_of(words)
    start = _run(name, wanted)
    if start is None:
        return False
    bare = all(word == marked for word, marked in name)
    return bare or any(
        tuple(name[place : place + len(wanted)]) == wanted for place in range(start, len(name) - len(wanted) + 1)
    )
