"""What a buyer wants and how much a producer can supply, read from words as people write them. Pure.

What nobody said is None or empty, and what cannot be read is named, so that it can be asked once.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from catalog.buyers.demand import Demand, DemandPart, PriceRange, Quantity
from catalog.cells.problems import CellRefused
from catalog.cells.seasons import YEAR, months_in
from catalog.text import fold, fold_letters
from catalog.translated_words import count_in_digits, detect_language, to_vietnamese

LONGEST = 800
"""As long as a form may be in words, each field filled to its end."""
_LARGEST = 1e15
_LONGEST_PART = 120
_MOST_KG, _LEAST_MONEY, _MOST_MONEY = 10.0**8, 500, 10**9
_KG = {
    "tan": 1000, "ton": 1000, "tons": 1000, "tonne": 1000, "tonnes": 1000, "톤": 1000, "吨": 1000, "ta": 100, "yen": 10,
    "kg": 1, "kgs": 1, "kilo": 1, "kilos": 1, "can": 1, "ky": 1, "ki": 1, "公斤": 1, "킬로": 1,
}  # fmt: skip
_COUNTED = {
    "lit": "lít", "l": "lít", "litre": "lít", "litres": "lít", "liter": "lít", "liters": "lít", "리터": "lít",
    "升": "lít", "thung": "thùng", "carton": "thùng", "cartons": "thùng", "crate": "thùng", "crates": "thùng",
    "박스": "thùng", "상자": "thùng", "箱": "thùng", "chai": "chai", "bottle": "chai", "bottles": "chai", "병": "chai",
    "瓶": "chai", "hop": "hộp", "box": "hộp", "boxes": "hộp", "盒": "hộp", "lo": "lọ", "jar": "lọ", "jars": "lọ",
    "hu": "hũ", "goi": "gói", "pack": "gói", "packs": "gói", "包": "gói", "tui": "túi", "bag": "túi", "bags": "túi",
    "봉지": "túi", "袋": "túi", "bao": "bao", "sack": "bao", "sacks": "bao", "bo": "bộ", "set": "bộ", "sets": "bộ",
    "cai": "cái", "chiec": "cái", "piece": "cái", "pieces": "cái", "pcs": "cái", "개": "cái", "件": "cái", "con": "con",
    "qua": "quả", "binh": "bình", "pot": "hũ", "pots": "hũ", "animal": "con", "animals": "con", "fruit": "quả",
    "fruits": "quả", "jug": "bình", "jugs": "bình",
}  # fmt: skip
_PACKED = {
    **{word: (kind,) for word, kind in _COUNTED.items() if kind not in {"lít", "cái", "con", "quả", "bộ"}},
    "khay": ("khay",), "tray": ("khay",), "trays": ("khay",), "hut chan khong": ("vacuum",), "vacuum": ("vacuum",),
    "진공": ("vacuum",), "真空": ("vacuum",), "thung xop": ("thùng", "foam"), "foam": ("foam",), "xop": ("foam",),
    "스티로폼": ("foam",), "泡沫": ("foam",), "hop qua": ("hộp", "gift"), "gift": ("gift",), "선물": ("gift",),
    "礼盒": ("hộp", "gift"), "bao bi": (), "dong goi": (), "goi hang": (),
}  # fmt: skip
_PACKED_WORD = re.compile(
    "|".join(
        rf"(?<![a-z]){each}(?![a-z])" if each.isascii() else each for each in sorted(_PACKED, key=len, reverse=True)
    )
)
_SIZE = re.compile(r"(\d+(?:[.,]\d+)?) ?(kg|kgs|ky|kilos?|g|gr|grams?|ml|lit|l|lit(?:re|er)s?)(?![a-z])")
_GRAMS = {"k": 1000, "g": 1, "m": 1, "l": 1000}
_UNIT = rf"(?:{'|'.join(sorted({*_KG, *_COUNTED}, key=len, reverse=True))})"
_END = r"(?![a-z])"
_NUMBER = r"([1-9]\d{0,2}(?:[.,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
_PERIODS = {
    "thang": "month", "month": "month", "월": "month", "月": "month", "vu": "season", "mua": "season",
    "season": "season", "nam": "year", "year": "year", "년": "year", "年": "year", "tuan": "week", "week": "week",
}  # fmt: skip
_PER = rf"(?:/|\bmoi\b|\bmot\b|\bhang\b|\bper\b|\ba\b|\bevery\b|每) ?({'|'.join(_PERIODS)}){_END}"
# "nửa tấn", "một tấn", and "tấn rưỡi", which is one and a half.
_SPELLED = {"nua": 0.5, "mot": 1.0, "": 1.0}
_SOME = rf"({_NUMBER[1:-1]}|\b(?:nua|mot)\b|\b(?={_UNIT} ruoi{_END}))"
_QUANTITY = re.compile(
    rf"(?<![\d.,/-])(?:{_NUMBER} ?(?:-|–|den|to) ?)?{_SOME} ?({_UNIT}){_END}( ruoi{_END})?(?: ?{_PER})?"
)
_PER_BEFORE = re.compile(rf"(?:^|[ ,;]){_PER} ?$")
_SCALE = {"k": 1000, "nghin": 1000, "ngan": 1000, "trieu": 10**6, "tr": 10**6, "": 1}
_MONEY = r"(?: ?(k|nghin|ngan|trieu|tr)(?![a-z]))?(?: ?(dong|vnd|d)(?![a-z]))?"
_EACH = rf"(?: ?(?:/|\bmot\b|\bmoi\b|\b1\b|\bper\b|\ba\b) ?({_UNIT}){_END})?"
_BETWEEN = re.compile(
    rf"(?<!thang )(?<!thg )(?:\b(?:gia|price|tu|from|khoang|tam)\b:? ?)*{_NUMBER}{_MONEY}"
    rf" ?(?:-|–|~|den|toi|to) ?{_NUMBER}{_MONEY}{_EACH}"
)
_MOST = re.compile(
    rf"(?:\bgia\b:? ?)?\b(?:duoi|toi da|khong qua|under|below|at most|up to|max)\b ?{_NUMBER}{_MONEY}{_EACH}"
)
_ABOUT = re.compile(rf"(?:\b(?:gia|price|khoang|tam|about)\b:? ?)*{_NUMBER}{_MONEY}{_EACH}")
_NAMES = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep", "october oct", "november nov", "december dec"), 1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = (
    rf"(?:(?:thang|thg|vu|mua|months?|t) ?(?P<digits>\d{{1,2}})(?!\d)(?! ?(?:{_UNIT}|sao|star){_END})"
    rf"|(?P<east>\d{{1,2}})(?= ?(?:[-–~,、到至和] ?\d{{1,2}} ?)*[월月]) ?[월月]?|(?P<name>{'|'.join(_NAMES)})(?![a-z]))"
)
_TO = re.compile(
    rf" ?(?:(?P<run>-|–|~|den|toi|to|until|부터|에서|到|至)|(?P<and>,|、|va|and|&|和)) ?(?:thang |thg |month )?"
    rf"(?:(?P<number>\d{{1,2}}) ?[월月]?(?!\d)(?! ?(?:{_UNIT}|sao|star|k|nghin){_END})"
    rf"|(?P<other>{'|'.join(_NAMES)})(?![a-z]))"
)
_MONTHS = re.compile(rf"(?<![a-z\d]){_MONTH}")
_OTHER_WORDS = re.compile(r"mua|mây|máy|mày|may (?:tre|mặc|mac)\b", re.IGNORECASE)
_ALL_YEAR = re.compile(r"\b(?:quanh|ca|suot) nam\b|\bthang nao cung\b|\ball year(?: round)?\b|연중|全年")
_THIS_MONTH, _NEXT_MONTH = (
    re.compile(r"\bthang nay\b|\bthis month\b"),
    re.compile(r"\bthang (?:sau|toi)\b|\bnext month\b"),
)
_STARS = re.compile(
    r"(?:\b(?:tu|it nhat|toi thieu|at least|from) )?([1-5]) ?(?:sao\b|stars?\b|★|성|星)(?: tro len| or more)?"
)
_PACKING = re.compile(
    r"\b(?:dong (?:goi|thung|hop|tui|chai|bao|lo|hu|khay)|hut chan khong|thung xop|hop qua|bao bi|packed in|packaging"
    r"|vacuum)\b[^,;\n|]*?(?=$|[,;\n|]| (?:thang|thg|vu|mua|giao|gia|tu|duoi|ve|months?|deliver|price|from|near)\b)"
)
_PLACE = re.compile(
    r"\b(?:giao (?:hang )?(?:tai|o|ve|den|toi|ra|vao|cho)|giao|o(?! mai\b)|(?<!\bnem )(?<!\bgio )tai|khu vuc|quanh"
    r"|gan|ve|deliver(?:ed|y)? (?:to|in)|near|in|at) (?P<place>[^,;\n|\d]{2,60})"
)
_NO_PLACE = frozenset({"ô", "ỏ", "ổ", "ồ", "ố", "vẻ", "vé", "vè", "vẽ", "gạn", "gắn", "tái", "tài", "tải", "tãi"})
_ASKED = re.compile(r"\b(?:dau|nao|gi|bao nhieu|may|where|what|which)\b")
_WHETHER = re.compile(
    r"(?: (?:có|co))? (?:được|duoc|dc)? ?(?:không|khong|ko|k|hông)(?: (?:ạ|a|vậy|vay))?[ ?]*$", re.IGNORECASE
)
_FIRST_WORDS = """
tôi toi mình minh em anh chị chi bên ben chúng chung đang dang cần can muốn muon mua tìm tim thu nhập nhap lấy lay
sỉ si buôn buon nguồn nguon hàng hang nhà cung cấp cap cho khoảng khoang tầm số so lượng luong lớn lon nhiều
nhieu trong với voi loại loai sản san pham phẩm của cua mùa giá gia công ty cty xin
đặt dat order giúp giup mỗi moi tháng i we a are is want wants need needs to buy of find looking look for
supplier suppliers wholesale bulk in from about some source sourcing please the with per month at our would
like purchase 批发 采购 购买 买 도매 도매로 구매 구입 사고 싶어요 싶습니다 에 에서 을 를
"""
_LAST_WORDS = """
cần vào trong với của vụ mùa và là thì giá khoảng tầm cho ạ nhé giúp mỗi tháng lượng lớn vao
trong cua vu mua va thi
gia khoang tam cho nhe giup moi thang want need of for in from about please the with per month and at
批发 采购 购买 买 도매 도매로 구매 구입 사고 싶어요 싶습니다 에 에서 을 를
"""
_BEFORE, _AFTER = frozenset(_FIRST_WORDS.split()), frozenset(_LAST_WORDS.split())
"""What stands before and after the name of a product."""
_DELIVERS = frozenset({"giao", "giao hang", "delivery", "delivered"})
_WHOLE_NAMES = frozenset({"can tay", "gia do", "anh dao", "rau can"})
"""Names that begin or end with such a word."""


_AROUND_EAST = re.compile(
    "批发采购|寻找货源|找货源|找供应商|批发|采购|购买|求购|订购|(?:我们?)?(?:公司)?(?:想要?|要|需要)买?|买"
    "|(?:交货|交付|到货|发货|送货|供货)"
    "|공급(?:처|업체)(?:를|을)?|찾고 있(?:어요|습니다)|찾(?:습니다|아요)"
    "|도매로|(?:도매|구매|구입|주문)(?:하(?:고|려고|려면))?"
    "|납품|납기|필요(?:해요|합니다)"
    "|(?<=[가-힣])를(?![가-힣])"
)
"""The same in languages whose words stand together."""

_LABELS = {
    "san pham": DemandPart.PRODUCT, "product": DemandPart.PRODUCT, "khoi luong": DemandPart.VOLUME,
    "so luong": DemandPart.VOLUME, "volume": DemandPart.VOLUME, "amount": DemandPart.VOLUME, "thang": DemandPart.MONTHS,
    "months": DemandPart.MONTHS, "noi giao": DemandPart.PLACE, "place": DemandPart.PLACE, "sao": DemandPart.STARS,
    "stars": DemandPart.STARS, "dong goi": DemandPart.PACKING, "packing": DemandPart.PACKING, "gia": DemandPart.PRICE,
    "price": DemandPart.PRICE,
}  # fmt: skip
LABELS: Mapping[DemandPart, str] = {part: label for label, part in reversed(_LABELS.items())}
"""How each part is labelled where words are made of a form."""


def read_demand(words: str, *, today: date) -> Demand:
    """What *words* say of a purchase: free ("2 tấn vải thiều tháng 6") or by labels ("sản phẩm: …; giá: …")."""
    text = _compose(words[:LONGEST].replace("\n", "; "))
    labelled = dict(_labelled(text))
    if not labelled:
        return _read_free(text, today=today)
    found = Demand()
    for part, said in labelled.items():
        found = read_part(part, said, found, today=today)
    return found


def _compose(text: str) -> str:
    """*text* with single blanks, and with its Chinese and Korean numbers as digits."""
    return count_in_digits(" ".join(unicodedata.normalize("NFC", text).split()))


_LEAVES_OPEN = re.compile(
    r"\b(?:gi|(?<!thang )nao|dau|may|bao nhieu|nhieu|sao|the nao) cung (?:duoc|dc|ok|oke|xong)(?: a| nhe| ha)?$"
)


def leaves_open(said: str) -> bool:
    """True for "bao nhiêu cũng được", which leaves to others what was asked."""
    return _LEAVES_OPEN.search(fold(said)) is not None


def _labelled(text: str) -> Iterator[tuple[DemandPart, str]]:
    for piece in text.split(";"):
        label, colon, said = piece.partition(":")
        # "Tìm nguồn hàng: sản phẩm: vải" begins with what it is.
        while colon and fold(label) not in _LABELS and ":" in said:
            label, colon, said = said.partition(":")
        part = _LABELS.get(fold(label)) if colon else None
        if part is not None and said.strip():
            yield part, said.strip()[:_LONGEST_PART]


def read_part(part: DemandPart, said: str, held: Demand, *, today: date) -> Demand:
    """*held* with what *said* answers when asked for one *part*; what cannot be read is unclear."""
    said = _compose(said)[:_LONGEST_PART]
    readers: dict[DemandPart, Callable[[], Any]] = {
        DemandPart.PRODUCT: lambda: _trim(said),
        DemandPart.VOLUME: lambda: read_quantity(said),
        DemandPart.MONTHS: lambda: read_months(said, today=today),
        DemandPart.PLACE: lambda: said,
        DemandPart.STARS: lambda: _stars(said),
        DemandPart.PACKING: lambda: said,
        DemandPart.PRICE: lambda: read_price(said),
    }
    value = readers[part]()
    unclear = tuple(each for each in held.unclear if each is not part)
    if not value:
        return replace(held, unclear=(*unclear, part))
    return replace(held, **{str(part): value}, unclear=unclear)


def _stars(said: str) -> int | None:
    found = _STARS.search(fold_letters(said)) or re.fullmatch(r"([1-5])", said.strip())
    return int(found[1]) if found else None


def _read_free(text: str, *, today: date) -> Demand:
    plain, found = fold_letters(text), Demand()
    rest = list(text)

    def take(start: int, end: int) -> None:
        nonlocal plain
        plain = plain[:start] + "|" * (end - start) + plain[end:]
        rest[start:end] = "|" * (end - start)

    if price := _find_price(plain):
        found = replace(found, price=price[0])
        take(*price[1])
    if packing := _PACKING.search(plain):
        found = replace(found, packing=text[packing.start() : packing.end()].strip()[:_LONGEST_PART])
        take(*packing.span())
    if stars := _STARS.search(plain):
        found = replace(found, stars=int(stars[1]))
        take(*stars.span())
    if quantity := _find_quantity(text, plain):
        found = replace(found, volume=quantity[0])
        take(*quantity[1])
    if months := _find_months(text, plain, today=today):
        found = replace(found, months=months[0])
        take(*months[1])
    return _read_rest("".join(rest), found)


def _read_rest(text: str, found: Demand) -> Demand:
    """The place and the product, of what is left."""
    plain = fold_letters(text)
    for place in _PLACE.finditer(plain):
        introduced = text[place.start() : place.start("place")].split(maxsplit=1)[0].lower()
        # Among words with marks "tai" is an ear and "gan" a liver; "ô" and "vẻ" introduce no place.
        if introduced in _NO_PLACE or (introduced in {"tai", "gan"} and not text.isascii()):
            continue
        # "Giao ở Hà Nội được không" names a place, "giao ở đâu" none.
        named = _WHETHER.sub("", text[place.start("place") : place.end("place")]).strip(" .?!")
        found = replace(found, place="" if _ASKED.search(fold_letters(named)) else named)
        text = f"{text[: place.start()]}|{text[place.end() :]}"
        break
    text = _AROUND_EAST.sub("|", text)
    pieces = [each.strip() for each in re.split(r"[|,;:.?!()，。、；：？！]+", text) if each.strip()]
    # "2 tan toi" is garlic: nobody says who they are after the amount.
    garlic = pieces[-1] if pieces and pieces[-1].lower() == "toi" else ""
    told = (_trim(each) for each in pieces if not _says_nothing(each))
    return replace(found, product=next(filter(None, told), garlic)[:_LONGEST_PART])


def _says_nothing(piece: str) -> bool:
    """True for what only stands around a name, most of all in Korean or Chinese: "giao", "我想", "싶어요"."""
    if fold(piece) in _DELIVERS:
        return True
    return detect_language(piece) != "" and not any(map(str.isalnum, to_vietnamese(piece)))


def _trim(words: str) -> str:
    """*words* without what stands around a product's name."""
    left = words.strip(" .,;:?!").split()
    while left and left[0].lower() in _BEFORE and fold(" ".join(left[:2])) not in _WHOLE_NAMES:
        del left[0]
    while left and left[-1].lower() in _AFTER and fold(" ".join(left[-2:])) not in _WHOLE_NAMES:
        del left[-1]
    return " ".join(left)


def read_quantity(said: str) -> Quantity | None:
    """Read "2 tấn", "500 kg mỗi tháng", "1.000 chai/vụ"; None for what is no amount with a unit."""
    text = _compose(said)
    found = _find_quantity(text, fold_letters(text))
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class PackingWords:
    """What a packing is: *kinds* of it, *sizes* in grams or millilitres, and all its *words*, folded."""

    kinds: frozenset[str]
    sizes: frozenset[tuple[str, float]]
    words: frozenset[str]


def read_packing(said: str) -> PackingWords:
    """Read "thùng xốp 10 kg", "túi 500 g, hút chân không"."""
    plain = fold_letters(" ".join(unicodedata.normalize("NFC", said).split()))
    kinds = frozenset(kind for found in _PACKED_WORD.finditer(plain) for kind in _PACKED[found[0]])
    sizes = frozenset(
        ("ml" if found[2][0] in "ml" else "g", round(_amount(found[1]) * _GRAMS[found[2][0]], 1))
        for found in _SIZE.finditer(plain)
    )
    return PackingWords(kinds, sizes, frozenset(fold(said).split()))


def _find_quantity(text: str, plain: str) -> tuple[Quantity, tuple[int, int]] | None:
    for found in _QUANTITY.finditer(plain):
        # Of "2-3 tấn" the larger is what must be there.
        amount, unit, period = _amount(found[2]), found[3], _PERIODS.get(found[5] or "", "")
        amount += 0.5 if found[4] else 0.0
        start = found.start()
        if not period and (before := _PER_BEFORE.search(plain[:start])):
            period, start = _PERIODS[before[1]], before.start()
        written = text[found.start(3) : found.end(3)].lower()
        if written == "tá":
            quantity = Quantity(amount * 12, "cái", period)
        elif unit in _KG:
            quantity = Quantity(amount * _KG[unit], "kg", period)
        else:
            quantity = Quantity(amount, _COUNTED[unit], period)
        if 0 < quantity.amount <= _MOST_KG:
            return quantity, (start, found.end())
    return None


def _amount(number: str) -> float:
    if number in _SPELLED:
        return _SPELLED[number]
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", number)
    # So many digits that they are infinite are no amount either.
    return min(float(re.sub(r"[.,]", "", number) if grouped else number.replace(",", ".")), _LARGEST)


def read_price(said: str) -> PriceRange | None:
    """Read "20-30k/kg", "dưới 50 nghìn", "khoảng 100.000 đ/chai"; None for what is no price."""
    found = _find_price(fold_letters(" ".join(unicodedata.normalize("NFC", said).split())))
    return found[0] if found else None


def _find_price(plain: str) -> tuple[PriceRange, tuple[int, int]] | None:
    for found in _BETWEEN.finditer(plain):
        said_money = any(found[place] for place in (2, 3, 5, 6))
        if said_money or (found[7] and _amount(found[4]) >= _LEAST_MONEY):
            # "20-30k" says the scale once.
            low = _money(found[1], found[2] or found[5])
            range_ = _range(low, _money(found[4], found[5]), found[7])
            return (range_, found.span()) if range_ else None
    return _find_one_price(_MOST, plain) or _find_one_price(_ABOUT, plain)


def _find_one_price(pattern: re.Pattern[str], plain: str) -> tuple[PriceRange, tuple[int, int]] | None:
    for found in pattern.finditer(plain):
        if found[2] or found[3] or (found[4] and _amount(found[1]) >= _LEAST_MONEY):
            amount = _money(found[1], found[2])
            range_ = _range(0 if pattern is _MOST else amount, amount, found[4])
            if range_:
                return range_, found.span()
    return None


def _money(number: str, scale: str | None) -> int:
    return round(_amount(number) * _SCALE[scale or ""])


def _range(low: int, high: int, unit: str | None) -> PriceRange | None:
    if not _LEAST_MONEY <= high <= _MOST_MONEY or low > high:
        return None
    # A price for a ton is told for a kilogram.
    factor = _KG.get(unit or "", 1)
    named = "kg" if unit in _KG else _COUNTED.get(unit or "", "")
    return PriceRange(round(low / factor), round(high / factor), named)


def read_months(said: str, *, today: date) -> frozenset[int]:
    """Read "6-7", "tháng 6 đến 8", "quanh năm", "tháng này"; empty for what names no months."""
    text = _compose(said)
    found = _find_months(text, fold_letters(text), today=today)
    if found:
        return found[0]
    try:
        return months_in(said)
    except CellRefused:
        return frozenset()


def _find_months(text: str, plain: str, *, today: date) -> tuple[frozenset[int], tuple[int, int]] | None:
    if found := _ALL_YEAR.search(plain):
        return frozenset(range(1, YEAR + 1)), found.span()
    for pattern, later in ((_THIS_MONTH, 0), (_NEXT_MONTH, 1)):
        if found := pattern.search(plain):
            return frozenset({(today.month - 1 + later) % YEAR + 1}), found.span()
    for found in _MONTHS.finditer(plain):
        # "mua 2 loại" (to buy) and "mây tre" (rattan) name no month.
        if _OTHER_WORDS.match(text, found.start()):
            continue
        first = int(found["digits"] or found["east"] or _NAMES.get(found["name"] or "", 0))
        if 1 <= first <= YEAR:
            months, end = _further(plain, first, found.end())
            return months, (found.start(), end)
    return None


def _further(plain: str, first: int, end: int) -> tuple[frozenset[int], int]:
    """The months of a list that begins with *first*, and where its words end."""
    months, last = {first}, first
    while found := _TO.match(plain, end):
        number = int(found["number"] or _NAMES.get(found["other"] or "", 0))
        if not 1 <= number <= YEAR:
            break
        run = range((number - last) % YEAR + 1) if found["run"] else range(0)
        months |= {(last - 1 + step) % YEAR + 1 for step in run} or {number}
        last, end = number, found.end()
    return frozenset(months), end
