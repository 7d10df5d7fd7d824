"""What people want compared, read from their words: names, the best or cheapest of a kind, something alike. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalog.search.query import tokens_of
from catalog.text import fold
from handlers.acts.vocabulary import vocabulary

MOST = 3
_PAIR = 2
_COMPARES = re.compile(
    r"^(?:hay |giup |cho toi |em |minh |can you |could you |please )*(?:so sanh|doi chieu|compare)\b ?"
    r"|^(?:(?:what is|whats|what s|what are|tell me|and) )?(?:the )?differences? between "
)
_BETWEEN = frozenset(("voi", "va", "hay", "and", "with", "vs", "to"))
_WHICH = re.compile(
    r" (?:cai|loai|ben|nha|mon) nao(?: thi)? (?!gan|xa)\w+(?: \w+)? hon(?: nhi| a| vay| ha)?$"
    r"|(?: cai nao| loai nao| ben nao| nha nao)?(?: thi)? (?:ngon|tot|re|nhieu sao|cao sao|dang mua|hay|dat|xin) hon"
    r"(?: nhi| a| vay| ha)?$"
    r"|(?:^|(?: thi)?(?: co)? )(?:khac (?:gi )?(?:nhau|gi|cho nao|the nao)|khac nhau(?: gi| cho nao| the nao| o dau)?)"
    r"(?: vay| a)?$"
    r"| which (?:one |of (?:them|these|those|the two) )?(?:is|has|have|got|costs?)(?: got)?(?: the)?"
    r" (?:better|cheaper|less|more stars|higher|best)(?: rating| stars| price| one| value)?$"
    r"| (?:what is|whats|what s) the difference$"
)
# "So với mỳ Xuân Trường thì loại nào hơn": beside what was spoken of.
_BESIDE = re.compile(
    r"^(?:the |vay |con |thi )*so voi (?P<name>.+?)(?: thi)?(?: (?:cai|loai|ben|nha|mon) nao)?(?: \w+){0,2} hon"
    r"(?: nhi| a| vay| ha| khong| ko)?$"
)
_CHOOSES = re.compile(r"^(?:toi |minh |em |bac |chi )*(?:nen|thi nen) (?:mua|chon|lay|dung|tang) ")
_FIRST_FEW = re.compile(
    r"^(?:(?P<two>hai|2)|ba|3) (?:cai|loai|mon|san pham) (?:dau(?: tien)?|nay|do|kia|tren)"
    r"|^(?:(?:the|these|those|first|top) )+(?:(?P<pair>two|2)|three|3)\b"
    r"|^(?P<both>both)(?: of them)?$|^$"
)
_OF_THESE = re.compile(
    r"^(?:(?:(?P<two>hai|2)|ba|3|cac|nhung|may) )?(?:cai|loai|san pham|mon|nha)?(?: nay| do| kia| tren)*"
    r"(?: (?:voi )?nhau)?$"
    r"|^(?:cai|so|loai)? ?(?P<one>1|mot|thu nhat|dau) (?:voi|va) (?:cai|so|loai)? ?(?:2|hai|thu hai)$"
    r"|^(?:them|these|those)$"
)
_CHEAPER = re.compile(
    r"^(?:(?:co |con )?(?:cai|loai|mon|san pham|hang)?(?: nao| khac)* ?)?(?:re hon|gia mem hon|re re|cheaper)\b"
    r"|^(?:which (?:one )?is cheaper|(?:a |any |something |anything )?cheaper(?: one)?)$"
)
_SIMILAR = re.compile(
    r"^(?:(?:co |con |xem )*(?:cai|loai|mon|san pham|hang)? ?(?:nao |gi |khac )*)"
    r"(?:tuong tu|giong (?:vay|the|nhu vay|cai nay)|cung loai|na na)\b(?: nhu vay)?(?: khong| ko| k)?$"
    r"|^(?:do you have |have you got |got |is there |are there |show me )*(?:anything |something |any )?(?:else )?"
    r"similar(?: ones?| products?)?$"
)
_SUPERLATIVE = re.compile(
    r"(?P<which> ?\b(?:cai|loai|mon|san pham|sp|hang|thu|con) nao| ?\bnao)?(?: thi| la| co| duoc| ma| dang)*"
    r" ?\b(?:(?P<cheap>gia re|re)|(?P<dear>gia cao|dat|mac)"
    r"|nhieu sao|cao sao|sao cao|nhieu ngoi sao|tot|ngon|chat luong|chat luong cao|uy tin)"
    r" nhat(?P<last>(?: la| thi)* (?:cai|loai|mon|san pham|sp|hang) (?:nao|gi))?"
    r"(?: vay| a| nhi| the| ha| em| shop| day| ad| ban| co| chi| anh| o day| hien nay)*"
    r"(?P<among> (?:trong|o) (?:do|day|so (?:nay|do)|tren|may (?:cai|loai) (?:nay|do)|danh sach(?: nay| tren)?))?$"
)
_SUPERLATIVE_FIRST = re.compile(
    r"^(?:what|whats|what s|which|show me|i want|give me|and|the)?(?: (?P<which>one|ones|product|products|of these"
    r"|of them))*"
    r"(?: is| are| has| have| s| got| with| that)* ?(?:the |your )?"
    r"(?:(?P<cheap>cheapest|lowest price|least expensive)|(?P<dear>dearest|most expensive|priciest|highest price)"
    r"|best|most stars|highest rated|best rated|top rated)\b ?"
    r"(?:quality |one|ones|of these|of them|product|products|you have|here|in the list)*"
)
_SUPERLATIVE_OF = re.compile(
    r"^(?:which|what)(?: kind of)? (?P<kind>(?:\w+ ){1,4}?)(?:is|are|has|have|got|with)"
    r" (?:the )?(?:(?P<cheap>cheapest|lowest price)|(?P<dear>dearest|most expensive|priciest)"
    r"|most stars|best(?: rating)?|highest (?:rating|rated|stars))$"
)
_ASKS_OTHERWISE = frozenset(
    ("dau", "gi", "khi", "ai", "bao", "may", "gan", "nhat", "xa", "phuong", "huyen", "where", "who", "when", "how")
)


_ANYTHING = frozenset(("san", "pham", "sp", "mon", "hang", "loai", "cai", "thu", "dac", "ocop"))


@dataclass(frozen=True, slots=True)
class Superlative:
    """The best of its *kind* is asked for, or of what was shown: by its stars or, if *cheap* or *dear*, its price."""

    kind: str = ""
    cheap: bool = False
    dear: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """The *names* that are to be compared; without any, the *first* of what was shown last.

    *beside* what was spoken of, where only one is named.
    """

    names: tuple[str, ...] = ()
    first: int = MOST
    beside: bool = False


@lru_cache(maxsize=1024)
def read_comparison(words: str) -> Comparison | None:
    """What *words* want compared; None where they compare nothing."""
    typed = words.strip(" ?!.").split()
    said = " ".join(fold(each) for each in typed)
    beside = _BESIDE.match(said)
    return _with_last(beside, typed) if beside is not None else _read_between(typed, said)


def _read_between(typed: Sequence[str], said: str) -> Comparison | None:
    """What *typed*, folded *said*, names to be compared with each other."""
    opening = _COMPARES.match(said) or (_CHOOSES.match(said) if " hay " in said else None)
    if opening is None:
        ending = _WHICH.search(f" {said}")
        if ending is None:
            return None
        typed = typed[: len(f" {said}"[: ending.start()].split())]
    else:
        typed = typed[len(opening[0].split()) :]
    rest = " ".join(fold(each) for each in typed)
    shown = _FIRST_FEW.match(rest) or (_OF_THESE.match(rest) if opening is not None else None)
    if shown is not None:
        return Comparison(first=_PAIR if any(shown.groups()) else MOST)
    names = _names(typed)
    fewest = 1 if opening is not None else 2
    return Comparison(names) if fewest <= len(names) <= MOST else None


def _with_last(found: re.Match[str], typed: Sequence[str]) -> Comparison:
    start, end = (len(found.string[:place].split()) for place in found.span("name"))
    return Comparison((" ".join(typed[start:end]),), beside=True)


@lru_cache(maxsize=1024)
def read_superlative(words: str) -> Superlative | None:
    """Of what *words* want the best or the cheapest; None where they ask something else."""
    typed = words.strip(" ?!.").split()
    said = " ".join(fold(each) for each in typed)
    found = _SUPERLATIVE.search(said) or _SUPERLATIVE_OF.match(said) or _SUPERLATIVE_FIRST.match(said)
    if found is None:
        return None
    kind = _kind_in(found, typed)
    told = not all(map(_says_little, kind))
    said_all = _says_all(found)
    if not _ASKS_OTHERWISE.isdisjoint(map(fold, kind)) or not (told or said_all):
        return None
    return Superlative(" ".join(kind) if told else "", cheap=bool(found["cheap"]), dear=bool(found["dear"]))


def _says_all(found: re.Match[str]) -> bool:
    """True where what is wanted the best of needs no name: of which ones, or of those that were shown."""
    before = set(found.string[: found.start()].split())
    alone = found.end() == len(found.string) and before <= _ANYTHING and (found["cheap"] or found["dear"])
    if found.re is not _SUPERLATIVE or found["last"] or found["among"] or alone:
        return True
    return (found["which"] or "nao").strip() != "nao"


def _kind_in(found: re.Match[str], typed: Sequence[str]) -> Sequence[str]:
    """The words of *typed* that name the kind of which the best is *found* to be asked."""
    start, end = {
        _SUPERLATIVE: (0, found.start()),
        _SUPERLATIVE_FIRST: (found.end(), len(found.string)),
    }.get(found.re) or found.span("kind")
    return typed[len(found.string[:start].split()) : len(found.string[:end].split())]


def _says_little(word: str) -> bool:
    return all(vocabulary().is_glue(each) or each.filling < 1 for each in tokens_of(word))


@lru_cache(maxsize=1024)
def asks_cheaper(words: str) -> bool:
    """True where *words* want something that costs less than what was shown."""
    return _CHEAPER.match(fold(words)) is not None and not any(letter.isdigit() for letter in words)


@lru_cache(maxsize=1024)
def asks_similar(words: str) -> bool:
    """True where *words* want something like what was shown."""
    return _SIMILAR.match(fold(words)) is not None


def _names(typed: Sequence[str]) -> tuple[str, ...]:
    """The names in *typed*, separated by commas and by words like "with"."""
    names: list[list[str]] = [[]]
    for word in typed:
        if fold(word) in _BETWEEN:
            names.append([])
            continue
        names[-1].append(word.rstrip(",;"))
        if word.endswith((",", ";")):
            names.append([])
    return tuple(" ".join(each) for each in names if each)
