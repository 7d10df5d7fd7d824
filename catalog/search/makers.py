"""Whose products: the catalogue's makers by whatever people call them, with or without the word for their kind."""

from collections.abc import Container, Iterable

_KINDS = (
    "hop tac xa", "htx", "htxnn", "lien hiep hop tac xa", "lhhtx", "to hop tac", "tht", "cong ty", "cty", "co so",
    "cssx",
    "ho kinh doanh ca the", "ho kinh doanh", "hkd", "ho kd", "ho san xuat va kinh doanh", "ho san xuat kinh doanh",
    "ho sxkd", "ho sx kd", "ho san xuat", "ho sx", "ho gia dinh", "hgd", "ho", "nghe nhan uu tu", "nghe nhan nhan dan",
    "nghe nhan", "doanh nghiep tu nhan", "dntn", "doanh nghiep", "dn", "xuong san xuat", "xuong", "trang trai",
    "nha may", "nha vuon", "cua hang", "lo", "chi nhanh",
)  # fmt: skip
_FORMS = (
    "tnhh", "co phan", "cp", "mtv", "mot thanh vien", "hai thanh vien", "san xuat", "sx", "nong nghiep", "nn",
    "va kinh doanh", "kinh doanh",
)  # fmt: skip
# How people are spoken of; at the start of a maker's registered name these may be anything ("Ong mật", "Bà Lý").
_TITLES = ("ong", "ba", "anh", "chi", "co", "chu", "bac", "thay", "nha", "gia dinh")
_TRADES = frozenset(
    {
        "nong nghiep", "dich vu", "san xuat", "kinh doanh", "thuong mai", "tong hop", "che bien", "thuc pham",
        "nong san", "cong nghe", "cong nghiep", "thu cong", "my nghe", "du lich", "dau tu", "phat trien", "xuat nhap",
        "sach", "xanh", "va", "khau", "tieu thu", "sx", "kd", "tm", "dv", "nn", "cnc", "sxkd", "tmdv", "an toan", "rau",
        "duoc lieu", "thao duoc", "chan nuoi", "trong trot", "thuy san", "huu co", "lam nghiep", "san pham", "viet nam",
        "cong nghe cao", "xuat khau", "nhap khau", "van hoa", "giao duc", "xay dung", "tu van", "vn",
    }
)  # fmt: skip
BEGINNINGS = frozenset(kind.split()[0] for kind in _KINDS)
FEWEST_WORDS, FEWEST_LETTERS = 2, 4


class Makers:
    """Every maker by its name without the word for its kind, and by the end of that name where no other ends so.

    "HTX Dịch vụ nông nghiệp Hằng Hiếu" is "HTX Hằng Hiếu" and "Hằng Hiếu" too. An end that is a place or only tells
    a trade is nobody's; of a single word, it is somebody's only where *words* of names do not hold it.
    """

    def __init__(self, names: Iterable[tuple[str, str]], *, places: Container[str], words: Container[str]) -> None:
        whole: dict[str, set[str]] = {}
        ends: dict[str, set[str]] = {}
        self._named: dict[str, str] = {}
        for folded, name in names:
            self._named[folded] = name
            whole.setdefault(bare(folded), set()).add(name)
            for end in _ends(folded, places=places):
                if _tells(end, places=places, words=words):
                    ends.setdefault(end, set()).add(name)
        self._ends = _unique(ends)
        self._whole = _unique(whole)

    def with_kind(self, said: str) -> str | None:
        """Whose name *said* is, the word for the maker's kind before it; None when it has none or is nobody's."""
        if _kind(said) is None:
            return None
        told = bare(said)
        return self._named.get(said) or self._whole.get(told) or self._ends.get(told)

    def without_kind(self, said: str) -> str | None:
        """Whose name *said* is, without that word or with a title before it."""
        title = next((title for title in _TITLES if said.startswith(title + " ")), None)
        known = self._find_known(said)
        return known if known or title is None else self._find_known(said[len(title) + 1 :], fewest=FEWEST_WORDS)

    def _find_known(self, said: str, *, fewest: int = 1) -> str | None:
        words = said.count(" ") + 1
        if words < fewest:
            return None
        whole = self._named.get(said) or self._whole.get(said) if words >= FEWEST_WORDS else None
        return whole or self._ends.get(said)


def bare(folded: str) -> str:
    """The words of a maker's name that tell it from others, in order."""
    kind = _kind(folded) or next((form for form in _FORMS if folded.startswith(form + " ")), None)
    return folded if kind is None else bare(folded[len(kind) + 1 :])


def _kind(folded: str) -> str | None:
    return max((kind for kind in _KINDS if folded.startswith(kind + " ")), key=len, default=None)


def _ends(folded: str, *, places: Container[str]) -> set[str]:
    """What a name without its kind ends in, with and without the place or country that it ends in itself."""
    words = _unkind(folded).split()
    cuts = [cut for cut in (2, 3) if len(words) > cut and _is_around(" ".join(words[-cut:]), places)]
    tails = [words, *(words[:-cut] for cut in cuts)]
    return {" ".join(tail[start:]) for tail in tails for start in range(len(tail))}


def _is_around(end: str, places: Container[str]) -> bool:
    return end in places or end in _TRADES


def _unkind(folded: str) -> str:
    kind = _kind(folded)
    return folded if kind is None else folded[len(kind) + 1 :]


def _tells(end: str, *, places: Container[str], words: Container[str]) -> bool:
    parts = end.split()
    if end in places or _is_trade(parts):
        return False
    if len(parts) >= FEWEST_WORDS:
        return parts[0] != "va"
    return len(end) >= FEWEST_LETTERS and end not in words


def _is_trade(words: list[str]) -> bool:
    """True when *words* say nothing but what many makers do."""
    while words:
        length = next((each for each in (3, 2, 1) if " ".join(words[:each]) in _TRADES), 0)
        if not length:
            return False
        words = words[length:]
    return True


def _unique(called: dict[str, set[str]]) -> dict[str, str]:
    return {key: next(iter(names)) for key, names in called.items() if key and len(names) == 1}
