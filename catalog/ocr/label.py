"""What the lines of a label say: pure, and nothing of it is checked with anyone."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from catalog.codes import gtin
from catalog.codes.numbers import certificate, decision
from catalog.dates import PartialDate
from catalog.model import Lot
from catalog.ocr.line import Line
from catalog.text import plain_letters

# Lines of at least this share of the tallest line's height are large print.
LARGE = 0.75

# The set phrases of Vietnamese labels, over text without marks, in lower case and of the same length.
# What must be printed, and how it is headed: Decree 43/2017/ND-CP on goods labels, articles 10 to 14 and annex V.
LOOK_ALIKES = str.maketrans("OoDQIl|iSBZz", "000011115822")

_DATE = (
    r"[0-9oil]{1,2}\s?[/.\-]\s?[0-9oil]{1,2}\s?[/.\-]\s?(?:20)?[0-9]{2}(?![0-9])"
    r"|[0-9]{1,2}\s?[/.\-]\s?20[0-9]{2}(?![0-9])|[0-3][0-9][01][0-9](?:20)?[0-9]{2}(?![0-9])"
)
_TERM = (
    r"[0-9]{1,3}\s?(?:thang|nam|ngay|tuan)(?![a-z])"
    r"(?:\s?(?:\(?\s?(?:ke\s)?tu\s(?:ngay\s)?(?:nsx|sx|san\sxuat|dong\sgoi)\)?))?"
)
_MADE_HEAD = r"(?:nsx|n\.s\.x|ngay\s?(?:sx|san\s?xuat|dong\s?goi|thu\s?hoach)|mfg|mfd)(?:\s?\(?mfg\)?)?"
_END_HEAD = (
    r"(?:hsd|h\.s\.d|han\s?(?:su\s?dung|dung|sd)|su\s?dung\s?(?:tot\s?nhat\s?)?truoc(?:\s?ngay)?"
    r"|exp|best\s?before|bbd)(?:\s?\(?exp\)?)?"
)
_GAP = r"[\s:.,\-]{0,4}"
MADE = re.compile(rf"(?<![a-z]){_MADE_HEAD}{_GAP}({_DATE})")
EXPIRES = re.compile(rf"(?<![a-z]){_END_HEAD}{_GAP}({_DATE}|{_TERM})")
LOT = re.compile(
    r"(?<![a-z])(?:(?:so\s?lo|lo\s?(?:sx|san\s?xuat|so)|lot(?:\s?(?:no|number))?|batch)[\s:.#]{1,3}|lo\s?:\s?)"
    r"(?=[a-z\-/.]{0,12}[0-9])([a-z0-9](?:[a-z0-9\-/.]{0,18}[a-z0-9])?)"
)
TYPED_LOT = re.compile(
    r"(?<![a-z0-9])(?:so\s?lo|lo(?:\s(?:so|hang|sx|san\sxuat))?|lot(?:\sno)?|batch)[\s:.#]{1,3}"
    r"(?=[a-z\-/.]{0,12}[0-9])([a-z0-9](?:[a-z0-9\-/.]{0,18}[a-z0-9])?)(?![a-z0-9])"
)
WEIGHT = re.compile(
    r"(?<![a-z])(?:khoi\s?luong(?:\s?tinh)?|trong\s?luong(?:\s?tinh)?|net(?:\s?(?:weight|wt|content))?"
    r"|the\s?tich(?:\s?thuc)?|dung\s?tich|kl\s?tinh|kl|klt|tl)[\s:.]{0,3}"
    r"([0-9]{1,5}(?:[.,][0-9]{1,3})?\s?(?:kg|gram|gr|g|mg|ml|m1|mi|lit|l)(?![a-z0-9])(?:\s?(?:x|±|\+/-)\s?[0-9]{1,3}\s?[a-z%]{0,6})?)"
)
CITIZEN = re.compile(r"can\s?cuoc|citizen\s?identity|(?<![a-z])cccd(?![a-z])|chung\s?minh\s?nhan\s?dan")
TWELVE_DIGITS = re.compile(r"(?<![0-9])(?:[0-9]\s?){11}[0-9](?![0-9])")
REPUBLIC = re.compile(r"cong\s?hoa\s?xa\s?hoi|socialist\s?republic|identity\s?card")

NAMED = re.compile(r"(?:ten\s(?:san\spham|hang\shoa|sp)|san\spham)\s?[:.]\s?(?=[^\s])")
MADE_BY = re.compile(
    r"[\s\-*•]{0,3}(?:(?:nha|co\sso|don\svi|noi|chu\sthe|to\schuc)\s)?"
    r"(?:san\sxuat|sx|che\sbien|chu\sthe|san\spham\scua|nha\scung\scap|chiu\strach\snhiem)"
    r"(?:\s?(?:va|&|,|-)\s?(?:dong\s?goi|phan\sphoi|che\sbien|kinh\sdoanh|chiu\strach\snhiem))*"
    r"(?:\s(?:hang\shoa|san\spham|ve\shang\shoa))?(?:\s(?:tai|boi|ocop))?\s?(?::|(?<=tai)|(?<=boi)|(?<=cua))\s?"
)
MAKER = re.compile(
    r"(?:cong\sty|cty|htx|hop\stac\sxa|ho\skinh\sdoanh|hkd|ho\ssan\sxuat|ho\ssxkd|co\sso(?:\ssan\sxuat)?|cssx"
    r"|doanh\snghiep|to\shop\stac|lien\shiep)(?![a-z])"
)
ADDRESS = re.compile(r"[\s\-*•]{0,3}(?:dia\schi|d/c|dc|add(?:ress)?)\s?[:.]\s?")
_OTHERWISE = re.compile(
    r"(?:thanh\s?phan|huong\sdan|hdsd|cach\sdung|bao\squan|dieu\skien|nsx|hsd|ngay\s(?:sx|san\sxuat)|han\s(?:su\s)?dung"
    r"|khoi\sluong|trong\sluong|the\stich|dung\stich|kl|hotline|dt|d\st|sdt|dien\sthoai|tel|phone|lien\she|website|web|www|http|email"
    r"|e-mail|facebook|fanpage|zalo|dia\schi|san\sxuat|nha\s(?:san\sxuat|phan\sphoi|cung\scap)|phan\sphoi|chiu\strach\snhiem"
    r"|xuat\sxu|so\s(?:dkkd|cong\sbo|tcb|gcn|dk|giay|lo)|tccs|tcvn|iso|haccp|vsattp|ma\s(?:so|vach|qr|truy)|gia\stri\sdinh\sduong"
    r"|nang\sluong|chat\s(?:dam|beo|xo)|chi\stieu|cong\sdung|canh\sbao|luu\sy|thong\stin|khong\schua|khong\ssu\sdung"
    r"|su\sdung\struc\stiep|quet\sma|giay\schung\snhan|quyet\sdinh|lo\s?:|so\slo|sx\s|san\spham\s(?:dat|ocop|cua|nay|cong)"
    r"|dac\ssan|huong\svi|sach\s-|an\stoan\s-|100\s?%\stu\snhien|ocop|[1-5]\ssao|net\s|made\sin|product\sof|best\sbefore|exp|mfg)"
)

DECISION = re.compile(
    r"(?<![0-9/])(?:(?:quyết định|QĐ)\s+(?:số\s*)?:?\s*)?[0-9]{1,5}\s?/\s?(?:20[0-9]{2}\s?/\s?)?Q[ĐD]"
    r"(?:\s?[-–]\s?[A-ZĐ]{2,12}){0,2}",
    re.IGNORECASE,
)
CERTIFICATE = re.compile(
    r"(?:giấy chứng nhận|GCN)(?:\s+OCOP)?[\s:.]+(?:số[\s:.]*)?[A-ZĐ0-9]{1,12}(?:[-/._–][A-ZĐ0-9]{1,12}){0,6}"
    r"|[0-9]{1,6}\s?[-/.]\s?(?:20[0-9]{2}\s?[-/.]\s?)?(?:GCN|OCOP)(?:[-/._][A-ZĐ0-9]{1,12}){0,4}",
    re.IGNORECASE,
)
# Each of them has one.
_SOME_DIGIT = re.compile(r"[0-9]")
_TYPED = {"lot": TYPED_LOT, "made": MADE, "expires": EXPIRES}
_DIGIT = r"[0-9OoDQIl|iSBZz]"
THIRTEEN = re.compile(rf"(?<![0-9A-Za-z])[0-9](?: ?{_DIGIT}){{12}}(?![0-9A-Za-z])")
DIGITS_ONLY = re.compile(rf"[0-9](?: ?{_DIGIT}){{7,13}}")


_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5}
_STARS_SAID = re.compile(
    r"(?<![0-9a-z.,/])(?:ocop\s+|hang\s+|dat\s+)?(?P<number>[1-5]|mot|hai|ba|bon|nam)[\s-]?(?:sao|stars?|[*★⭐])(?![a-z0-9])"
    r"|(?P<drawn>[★⭐]{1,5}(?![★⭐]))|(?<![0-9])(?P<korean>[1-5])\s?[성星]"
)
_OF_CERTIFICATES = re.compile(r"ocop|(?<![a-z])(?:dat|chuan|hang|chung\snhan|cong\snhan)(?![a-z])")
_OF_REVIEWS = re.compile(r"danh\sgia|review|nhan\sxet|binh\sluan|luot|da\sban|/\s?5")
_NO_NAME = re.compile(r"(?<![a-z])(?:ocop|san\spham|dat|chuan|hang|chung\snhan|cong\snhan|tieu|duoc|la)(?![a-z])")


@dataclass(frozen=True, slots=True)
class StarClaim:
    """Some place that says a number of OCOP *stars*, and what else its line says, or the line above: a name, maybe."""

    stars: int
    around: str = ""


def read_claims(texts: Sequence[str]) -> tuple[StarClaim, ...]:
    """The stars that *texts* claim, each once; what a shop's buyers give is none."""
    whole = without_marks("\n".join(texts))
    found = []
    for place, text in enumerate(texts):
        bare = without_marks(text)
        told = "ocop" in whole or _OF_CERTIFICATES.search(bare)
        if not told or ("ocop" not in bare and _OF_REVIEWS.search(bare)):
            continue
        for said in _STARS_SAID.finditer(bare):
            rest = _name_beside(text, bare, said) or (texts[place - 1].strip() if place else "")
            found.append(StarClaim(_claimed(said), rest))
    return tuple(dict.fromkeys(found))


def _claimed(said: re.Match[str]) -> int:
    number = said["number"] or said["korean"]
    if not number:
        return len(said["drawn"])
    return _NUMBERS.get(number) or int(number)


def _name_beside(text: str, bare: str, said: re.Match[str]) -> str:
    """What the line says beside its claim and the words of certificates; "" where that is nothing."""
    gone = [(said.start(), said.end()), *((each.start(), each.end()) for each in _NO_NAME.finditer(bare))]
    letters = "".join(" " if any(a <= at < b for a, b in gone) else letter for at, letter in enumerate(text))
    left = " ".join(letters.split()).strip(" .,;:!?-–—|()[]")
    return left if sum(letter.isalpha() for letter in left) >= 3 else ""


@dataclass(frozen=True, slots=True)
class Title:
    """A line that may be (a part of) the product's name; *height* is that of its letters.

    What the label itself heads "Tên sản phẩm" counts as large as its largest line.
    """

    text: str
    height: float = 1.0


@dataclass(frozen=True, slots=True)
class LabelWords:
    """A label as read. Dates, lot and weight are its own words; *citizen* is True for an identity card."""

    titles: tuple[Title, ...] = ()
    producers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    gtins: tuple[str, ...] = ()
    made: str = ""
    expires: str = ""
    lot: str = ""
    net_weight: str = ""
    citizen: bool = False
    claims: tuple[StarClaim, ...] = ()


def read(lines: Sequence[Line]) -> LabelWords:
    """Sort what *lines* (in reading order) say; an identity card yields nothing but that it is one."""
    lines = [replace(line, text=plain_letters(line.text)) for line in lines]
    texts = [line.text for line in lines]
    whole = "\n".join(texts)
    if _is_citizen_card(without_marks(whole)):
        return LabelWords(citizen=True)
    return LabelWords(
        titles=tuple(_titles(lines)),
        producers=tuple(dict.fromkeys(_producers(texts))),
        places=tuple(dict.fromkeys(_places(texts))),
        numbers=tuple(dict.fromkeys(_numbers(texts))),
        gtins=tuple(dict.fromkeys(_gtins(texts))),
        made=_first(MADE, whole),
        expires=_first(EXPIRES, whole),
        lot=_first(LOT, whole),
        net_weight=_first(WEIGHT, whole),
        claims=read_claims(texts),
    )


def _is_citizen_card(bare: str) -> bool:
    if not CITIZEN.search(bare):
        return False
    return bool(TWELVE_DIGITS.search(bare) or REPUBLIC.search(bare))


def _first(pattern: re.Pattern[str], whole: str) -> str:
    """What *pattern* finds in the text without marks, in the letters of *whole*."""
    found = pattern.search(without_marks(whole))
    return " ".join(whole[found.start(1) : found.end(1)].split()).strip(" .,;:-") if found else ""


def _titles(lines: Sequence[Line]) -> Iterator[Title]:
    tallest = max((line.height for line in lines), default=0.0)
    for line in lines:
        if named := NAMED.match(without_marks(line.text)):
            yield Title(line.text[named.end() :].strip(), tallest)
        elif tells_a_name(line.text, large=line.height > LARGE * tallest):
            yield Title(line.text, line.height)


def _producers(texts: Sequence[str]) -> Iterator[str]:
    """What stands behind "Nhà sản xuất:" (or below it), and lines that start as a maker's name does."""
    for place, text in enumerate(texts):
        bare = without_marks(text)
        label = MADE_BY.match(bare)
        said = text[label.end() :].strip() if label else ""
        if said:
            yield said
        elif label and may_be_maker("".join(texts[place + 1 : place + 2])):
            yield texts[place + 1]
        elif not label and MAKER.match(bare):
            yield text


def _places(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if label := ADDRESS.match(without_marks(text)):
            yield text[label.end() :].strip()


def _numbers(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for found in DECISION.finditer(text):
            if said := decision(found[0].strip(" .,;")):
                yield said.number
        for found in CERTIFICATE.finditer(text):
            if marked := certificate(found[0].strip(" .,;")):
                yield marked.number


def _gtins(texts: Iterable[str]) -> Iterator[str]:
    """Thirteen digits anywhere; fewer or more only where they fill the line, for other numbers are as long."""
    for text in texts:
        for found in THIRTEEN.finditer(text):
            if said := read_gtin(found[0]):
                yield said
        if DIGITS_ONLY.fullmatch(text.strip()) and (said := read_gtin(text)):
            yield said


def read_gtin(text: str) -> str:
    """The GTIN that *text* shows; a letter is read as the digit it looks like only if the check digit then fits."""
    digits = "".join(text.split()).translate(LOOK_ALIKES)
    return digits if gtin.is_valid(digits) else ""


def date_in(text: str) -> PartialDate | None:
    """The date that *text* (`Words.made`, `Words.expires`) is; None for a term such as "12 tháng"."""
    tight = re.sub(r"\s", "", text).translate(LOOK_ALIKES)
    if short := re.fullmatch(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{2})", tight):
        tight = "{}/{}/20{}".format(*short.groups())
    elif packed := re.fullmatch(r"([0-9]{2})([0-9]{2})(?:20)?([0-9]{2})", tight):
        tight = "{}/{}/20{}".format(*packed.groups())
    try:
        return PartialDate.parse(tight)
    except ValueError:
        return None


def package_on(words: LabelWords) -> Lot | None:
    """What *words* say of the very package; None if nothing."""
    lot = Lot(words.lot, made=date_in(words.made), expires=date_in(words.expires))
    return lot if lot != Lot() else None


def package_in(text: str) -> tuple[Lot, str] | None:
    """The package that *text* tells of ("lô L123, HSD 12/2026"), and the words around that; None if none."""
    if not _SOME_DIGIT.search(text):
        return None
    whole = unicodedata.normalize("NFC", text)
    bare = without_marks(whole)
    found = {name: pattern.search(bare) for name, pattern in _TYPED.items()}
    said = {name: whole[each.start(1) : each.end(1)] for name, each in found.items() if each}
    lot = Lot(said.get("lot", ""), made=date_in(said.get("made", "")), expires=date_in(said.get("expires", "")))
    if lot == Lot():
        return None
    taken = [range(each.start(), each.end()) for each in found.values() if each]
    around = "".join(" " if any(at in each for each in taken) else letter for at, letter in enumerate(whole))
    return lot, " ".join(around.split()).strip(" ,.;:?!-")


def without_marks(text: str) -> str:
    """Lower *text* and take its marks off letter by letter, so that places in it stay where they are."""
    return "".join(_bare(letter) for letter in unicodedata.normalize("NFC", text))


def tells_a_name(text: str, *, large: bool = False) -> bool:
    """True unless *text* is what every label says, an address or a number; a maker's name only in *large* print."""
    bare = without_marks(text).strip(" -*•·:")
    letters = sum(letter.isalpha() for letter in bare)
    if letters < 3 or letters * 4 < len(bare.replace(" ", "")):
        return False
    if _OTHERWISE.match(bare) or MADE_BY.match(bare) or ADDRESS.match(bare):
        return False
    return large or not MAKER.match(bare)


def may_be_maker(text: str) -> bool:
    """True when *text*, below "Nhà sản xuất:", may be that maker's name."""
    return tells_a_name(text, large=True)


def _bare(letter: str) -> str:
    lowered = letter.lower()
    if lowered == "đ":
        return "d"
    return unicodedata.normalize("NFD", lowered)[0] if len(lowered) == 1 else letter
