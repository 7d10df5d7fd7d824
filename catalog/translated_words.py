"""Korean and Chinese words of a question put into Vietnamese, and English names of products. Pure.

The table is ``data/translated_words.csv``: common names of products, groups, places, conditions, and what people ask.
What it does not know stays as it was typed.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import normalize

from catalog.spoken_english import asks_of_what, is_spoken_english, wanted_stars

SHIPPED = Path(__file__).parent / "data" / "translated_words.csv"
LANGUAGES = ("ko", "zh", "en")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_RUN = re.compile(r"[\u1100-\u11ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_UNKNOWN = 10
_LATIN, _FILLER, _WEAK = "latin", "filler", "weak"
# Beside one of them a "company" asks nothing, and a "certificate" is what is asked about.
_ASKING = frozenset({"field", "ask", "intent", "talk", "thing"})
# "I want stronger liquor" asks for no figure.
_WANTS, _QUALITIES_OF = "want", frozenset({"mấy độ", "thành phần"})
_COMPARES, _AGREES, _WHO = "so sánh", "ok", "bạn là ai"
_PLACE, _IN, _NEAR, _NEAR_ME, _PROVINCE = "place", "ở ", "gần", "gần tôi", "ở Bắc Ninh"
_SIGHTS = re.compile(r"\b(?:see|visit|visiting|go|do|villages?|trip|sights)\b", re.IGNORECASE)
# Near the province is within it: "near Bac Ninh city" names no commune of today.
_NEAR_PROVINCE = re.compile(r"\b(?:near|nearby|close to) (?:the )?bac ninh(?: city| province| town)?\b", re.IGNORECASE)
_LONGEST_ENDING = 3
# Korean words that only end a sentence; a noun hardly ever ends so.
_VERB = re.compile(
    r"(?:나요|가요|까요|어요|아요|해요|네요|세요|데요|군요|지요|죠|거든요|니다|니까|는데|은데|던데|려고|으면|하면|해서|하고|었어|았어|했어|할게|할래|싶어)$"
)
# Phrases of the table while a text is read: signs that nobody types.
_FIRST_PHRASE, _MOST_PHRASES = 0xE000, 6399
_TOKEN = re.compile(
    r"[\ue000-\uf8ff]|[\u1100-\u11ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
    r"|[^\s\ue000-\uf8ff\u1100-\u11ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
_LONGEST = 500
_TEN_THOUSAND = 10
_DIGITS = dict(
    zip(
        "一二三四五六七八九两일이삼사오육칠팔구", (1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True
    )
)
_TENS = {"十": 10, "百": 100, "십": 10, "백": 100}
# Before "thousand", "ten thousand" and "đồng" alone: 三 is also in names.
_COUNTED = re.compile(
    rf"[{''.join((*_DIGITS, *_TENS))}]+(?=(?:千|万)(?:越南)?[盾以左块]|盾|만 ?동|천 ?동|만 ?(?:이하|미만|원))"
)
# Before months and what goods are counted in, and in a run of months: 六月, 十吨, 六到八月.
_COUNTED_GOODS = re.compile(
    rf"[{''.join((*_DIGITS, *_TENS))}]+"
    rf"(?=个?月|吨|公斤|升|箱|瓶|盒|包|袋|件|톤|[、,~到至和-] ?[{''.join((*_DIGITS, *_TENS))}]+月)"
)
_NUMERALS = {"三": "3", "四": "4", "五": "5", "세": "3", "네": "4", "다섯": "5", "삼": "3", "사": "4", "오": "5"}
_STAR_NUMERAL = re.compile(r"([三四五]|(?<![\uac00-\ud7af])(?:세|네|다섯|삼|사|오)) ?(?=星|성(?![\uac00-\ud7af])|별)")
_STARS_COUNTED = re.compile(r"별 ?([1-5])개(?:짜리)?")
# How English is written in a hurry; only beside words that no other language has.
_WRITTEN_OUT = {
    "u": "you", "ur": "your", "r": "are", "y": "why", "plz": "please", "pls": "please", "pl": "please", "thx": "thanks",
    "whats": "what is", "wheres": "where is", "hows": "how is", "whos": "who is", "n": "and", "b4": "before",
    "gimme": "give me", "wanna": "want to", "gonna": "going to", "lookin": "looking", "wat": "what", "wut": "what",
    "hv": "have", "abt": "about", "info": "information", "dis": "this", "dat": "that", "da": "the",
}  # fmt: skip
_SHORT_ENGLISH = re.compile(rf"\b(?:{'|'.join(_WRITTEN_OUT)})\b", re.IGNORECASE)
# Signs as Taiwan and Hong Kong write them, and as the table has them.
_TRADITIONAL = (
    "請問嗎電話號碼買賣價錢麼這個裡裏誰產證書過時間機關發給還聯繫係網頁圖樣顆級點開門營業貨訂單遞農場廠縣"
    "鄉鎮區陸麵麪餅畫藝禮飲飯魚雞豬鴨蝦醬蔥薑參靈蟲藥糧龍鳳棗實鮮乾濕燒鹹質幾兩萬億東寧遠離邊處從來後對說"
    "語謝歡沒會應該讓覺聽見親愛認評選頒獎續變換維護訴舉報騙壞爛員務總統計傳遊覽車運輸進圍標準鐘歲孫媽爺貴"
    "賤優獨煙燻筍韓國臺灣廣紅綠黃藍銀鐵鋼樂學習寫讀錯誤幫動靜衛潔溫熱氣長張強彈類種條塊盤壺節慶喪專賓館廳"
    "適養補齡懷嬰兒體療醫師闆稱斷繼據資訊線絡經濟協眾團組織僅雖雙聲響顯覆複製釀鹼鬆鬚連鎖頭髮糰葉蓮塗滷豐"
    "艷舊歷曆戰勝敗領確絕紙約納純終結細綱緊緩編練縮繪繳罰聖職腦臉臨與興舖鋪莊萊蘋藉蘭雜難題願顧風飛驗驚鬧"
    "鹽黨齊嘗嚐嗆圓園壓夠夥奪娛寬將導屬崗嶺幣幹廟彙徵恆慣憑戶拋掃掛採揀損搶擇擊擔攜敵數暫構歐殺殼漁漢濃灑"
    "爐爭狀猶獲現環當疊盡監窮竊競筆籃粵糞"
)
_SIMPLIFIED = (
    "请问吗电话号码买卖价钱么这个里里谁产证书过时间机关发给还联系系网页图样颗级点开门营业货订单递农场厂县"
    "乡镇区陆面面饼画艺礼饮饭鱼鸡猪鸭虾酱葱姜参灵虫药粮龙凤枣实鲜干湿烧咸质几两万亿东宁远离边处从来后对说"
    "语谢欢没会应该让觉听见亲爱认评选颁奖续变换维护诉举报骗坏烂员务总统计传游览车运输进围标准钟岁孙妈爷贵"
    "贱优独烟熏笋韩国台湾广红绿黄蓝银铁钢乐学习写读错误帮动静卫洁温热气长张强弹类种条块盘壶节庆丧专宾馆厅"
    "适养补龄怀婴儿体疗医师板称断继据资讯线络经济协众团组织仅虽双声响显复复制酿碱松须连锁头发团叶莲涂卤丰"
    "艳旧历历战胜败领确绝纸约纳纯终结细纲紧缓编练缩绘缴罚圣职脑脸临与兴铺铺庄莱苹借兰杂难题愿顾风飞验惊闹"
    "盐党齐尝尝呛圆园压够伙夺娱宽将导属岗岭币干庙汇征恒惯凭户抛扫挂采拣损抢择击担携敌数暂构欧杀壳渔汉浓洒"
    "炉争状犹获现环当叠尽监穷窃竞笔篮粤粪"
)
_TO_SIMPLIFIED = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_NEAREST = re.compile(
    r"^(?:where is |wheres |where's |what is |what's |find |show me |i need )?(?:the )?(?:nearest|closest) "
    # Those are asked for as they are; of a market only what it sells is.
    r"(?!(?:ocop |trade )?(?:fairs?|atms?)\b|markets?\W*$)"
    r"(?:(?:place|shop|store|spot|seller|market)s? )?"
    r"(?:(?:that |who )?(?:selling|sells?|makes?|making|with|has|for|to buy) )?",
    re.IGNORECASE,
)
# "Honey producers in Luc Ngan" are found by what they make there.
_MAKERS_OF = r" (?:producers?|makers?|growers?|farms?|farmers?|suppliers?|sellers?)(?= (?:in|from|near|around)\b)"
_AMOUNT = r"(\d+) ?(?:만|万) ?(?:동|越南盾|盾|越盾)?"
_UNDER = re.compile(rf"{_AMOUNT} ?(?:이하|미만|以下|以内|之内)|(?:低于|不到|不超过) ?{_AMOUNT}")
_UNDER_THOUSANDS = re.compile(r"(\d+) ?(?:千|천) ?(?:越南盾|盾|越盾|동)? ?(?:以下|以内|之内|이하|미만)")
_OVER = re.compile(rf"{_AMOUNT} ?(?:이상|以上)")


def detect_language(text: str) -> str:
    """The language that the script of *text* tells: "ko", "zh", or "" where it tells neither."""
    if _HANGUL.search(text):
        return "ko"
    return "zh" if _HAN.search(text) and not _KANA.search(text) else ""


def to_vietnamese(text: str) -> str:
    """*text* with its Korean and Chinese words in Vietnamese, as far as they are known; other text as it is."""
    language = detect_language(text)
    if len(text) > _LONGEST:
        return text
    if not language:
        return _name_in_vietnamese(text)
    return _translate(_english().sub(lambda found: read_words()["en"][found[1].casefold()], text), language)


@lru_cache(maxsize=1024)
def _name_in_vietnamese(text: str) -> str:
    """*text* with its English names of products in Vietnamese, word by word; other text as it is."""
    if text.isascii() and _NEAREST.match(text):
        text = f"{_NEAREST.sub('', text).strip(' ?.!')} gần tôi"
    if text.isascii() and (stars := wanted_stars(text)):
        return f"{stars} star products"
    if text.isascii() and is_spoken_english(text):
        text = _SHORT_ENGLISH.sub(lambda found: _WRITTEN_OUT[found[0].casefold()], text)
    if (not text.isascii() and not text.endswith(" gần tôi")) or asks_of_what(text):
        return text
    named = _english().sub(lambda found: read_words()["en"][found[1].casefold()], text)
    return named if _SIGHTS.search(text) else _NEAR_PROVINCE.sub(_PROVINCE, named)


@cache
def _english() -> re.Pattern[str]:
    names = "|".join(map(re.escape, read_words()["en"]))
    # Of letters alone: "green tea有吗" ends a word before the sign. A dragon fruit is no fruit of ours.
    alone = r"(?<!dragon )(?<!passion )(?<!grape )(?<!jack )(?<![^\W\u1100-\uffff])"
    return re.compile(rf"{alone}({names})(?![^\W\u1100-\uffff])(?:{_MAKERS_OF})?", re.IGNORECASE)


def simplify(text: str) -> str:
    """*text* with its Chinese signs as the mainland writes them."""
    return normalize("NFKC", text).translate(_TO_SIMPLIFIED)


@lru_cache(maxsize=2048)
def _translate(text: str, language: str) -> str:
    composed = _COUNTED.sub(_in_digits, simplify(text))
    composed = _UNDER.sub(lambda found: f" dưới {int(found[1] or found[2]) * _TEN_THOUSAND} nghìn ", composed)
    composed = _OVER.sub(lambda found: f" trên {int(found[1]) * _TEN_THOUSAND} nghìn ", composed)
    composed = _UNDER_THOUSANDS.sub(r" dưới \1 nghìn ", composed)
    composed = _STARS_COUNTED.sub(r" \1 sao ", composed)
    composed = _STAR_NUMERAL.sub(lambda found: _NUMERALS[found[1].strip()], composed)
    for number, whole in _phrases(language):
        composed = composed.replace(whole, f" {chr(_FIRST_PHRASE + number)} ")
    pieces = _near_places([piece for each in _TOKEN.findall(composed) for piece in _read_token(each, language)])
    return " ".join(piece.text for piece in _without_residue(pieces, language) if piece.text)


def count_in_digits(text: str) -> str:
    """*text* with Chinese and Korean numbers of months and of goods as digits: 六月 is 6月, 十吨 is 10吨."""
    return _COUNTED_GOODS.sub(_in_digits, text)


def _in_digits(found: re.Match[str]) -> str:
    """A number in Chinese or Korean signs as digits: 三百 is 300, 십 is 10."""
    whole, digit = 0, 0
    for sign in found[0]:
        if sign in _TENS:
            whole, digit = whole + (digit or 1) * _TENS[sign], 0
        else:
            digit = _DIGITS[sign]
    return str(whole + digit)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a text: what it is in Vietnamese and of which *kind*, "" for what the table does not know.

    *joined* stands right behind what the table knows, without a blank.
    """

    text: str
    kind: str
    joined: bool = False


def _near_places(pieces: Sequence[_Piece]) -> list[_Piece]:
    """*pieces* where what is near a place is not near whoever asks: "옌퐁 근처" is "gần Yên Phong"."""
    found: list[_Piece] = []
    for each in pieces:
        if each.text == _NEAR_ME and found and found[-1].kind == _PLACE:
            place = found[-1].text
            found[-1] = found[-1] if place == _PROVINCE else _Piece(f"{_NEAR} {place.removeprefix(_IN)}", _PLACE)
        else:
            found.append(each)
    return found


def _read_token(token: str, language: str) -> Iterator[_Piece]:
    phrase = ord(token[0]) - _FIRST_PHRASE
    if 0 <= phrase <= _MOST_PHRASES:
        yield _Piece(*_entries(language)[phrase][1:])
    elif _RUN.match(token):
        yield from _pieces(token, language)
    else:
        yield _Piece(token, _LATIN)


def _pieces(run: str, language: str) -> Iterator[_Piece]:
    """*run* in Vietnamese, word by word; what is unknown stays, with the lone letters beside it."""
    table = _kinds(language)
    unknown, known = "", False
    for word in _cheapest(run, frozenset(table)):
        if word not in table or (unknown and len(word) == 1 and table[word].kind == _FILLER):
            unknown += word
            continue
        if unknown:
            yield _Piece(unknown, "", joined=known)
            unknown = ""
        yield table[word]
        known = known or table[word].kind != _FILLER
    if unknown:
        yield _Piece(unknown, "", joined=known)


def _without_residue(pieces: Sequence[_Piece], language: str) -> Iterator[_Piece]:
    """*pieces* without endings that the table does not know, what says a thing twice, and a maker beside a question."""
    told = {each.kind for each in pieces if each.text != _AGREES} - {"", _FILLER, _LATIN, _WEAK, _WANTS}
    beside, last = _said_beside(pieces, told=bool(told)), _Piece("", "")
    # What is compared comes first, and after "compare", as in Vietnamese.
    yield from [each for each in pieces if each.text == _COMPARES][:1]
    for number, each in enumerate(pieces):
        if each in beside or (told and _is_residue(number, pieces, language)):
            continue
        if each.text == last.text and each.kind != _LATIN:
            continue
        if each.kind == last.kind == "thread":
            yield _Piece("và", _FILLER)
        last = each if each.text else last
        yield each


def _said_beside(pieces: Sequence[_Piece], *, told: bool) -> Sequence[_Piece]:
    """What of *pieces* says nothing beside the others: "ok", and a maker or qualities beside what asks for more."""
    kinds = {each.kind for each in pieces}
    # "Who is the producer" asks of no program, and "ok" is said along with anything.
    beside = {_COMPARES, *([_AGREES] if told else []), *([_WHO] if _WEAK in kinds else [])}
    asks = not {each.kind for each in pieces if each.text not in beside}.isdisjoint(_ASKING)
    wants = {"product", _WANTS} <= kinds
    return [
        each
        for each in pieces
        if each.text in beside or (asks and each.kind == _WEAK) or (wants and each.text in _QUALITIES_OF)
    ]


def _is_residue(number: int, pieces: Sequence[_Piece], language: str) -> bool:
    """True for an ending that the table does not know; only what asks or wants something has one.

    A noun has none: 떡볶이 is no 떡 and 茶壶 no 茶.
    """
    piece, before = pieces[number], pieces[number - 1].kind if number else ""
    if piece.kind or (_ASKING | {_WANTS}).isdisjoint(each.kind for each in pieces):
        return False
    short = language == "ko" and len(piece.text) == 1 and before not in {"", _LATIN, _FILLER}
    return short or _is_ending(piece, pieces[number + 1 :], language)


def _is_ending(piece: _Piece, behind: Sequence[_Piece], language: str) -> bool:
    """True for what only ends a question: short, behind what the table knows, and no name stands there."""
    if language == "ko":
        return (piece.joined and len(piece.text) <= _LONGEST_ENDING) or _VERB.search(piece.text) is not None
    last = all(each.kind in {_FILLER, _LATIN, _WANTS} for each in behind)
    return len(piece.text) == 1 or (piece.joined and last and len(piece.text) < _LONGEST_ENDING)


def _cheapest(run: str, words: frozenset[str]) -> list[str]:
    """*run* cut into the fewest *words*, with the fewest letters that are in none."""
    longest = max(map(len, words))
    best: list[tuple[int, list[str]]] = [(0, [])]
    for end in range(1, len(run) + 1):
        cost, cut = best[end - 1]
        options = [(cost + _UNKNOWN, [*cut, run[end - 1]])]
        for start in range(max(0, end - longest), end):
            if run[start:end] in words:
                cost, cut = best[start]
                options.append((cost + 1, [*cut, run[start:end]]))
        best.append(min(options, key=lambda option: option[0]))
    return best[-1][1]


@cache
def _entries(language: str) -> tuple[tuple[str, str, str], ...]:
    """The words of the table in *language*, the longest first, each with its Vietnamese and its kind."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [
        (normalize("NFKC", word.strip()), row["vi"], row["kind"])
        for row in rows
        for word in row[language].split(";")
        if word.strip()
    ]
    return tuple(sorted(found, key=lambda entry: -len(entry[0])))


@cache
def _kinds(language: str) -> dict[str, _Piece]:
    return {word: _Piece(meant, kind) for word, meant, kind in _entries(language)}


@cache
def _phrases(language: str) -> tuple[tuple[int, str], ...]:
    """The words that are no single run of signs, and their numbers."""
    return tuple((number, word) for number, (word, _, _) in enumerate(_entries(language)) if not _RUN.fullmatch(word))


@cache
def read_words(path: Path = SHIPPED) -> dict[str, dict[str, str]]:
    """For each language the words of the table in *path* with their Vietnamese, the longest first."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        pairs = [(word.strip(), row["vi"]) for row in rows for word in row[language].split(";") if word.strip()]
        found[language] = dict(sorted(pairs, key=lambda pair: -len(pair[0])))
    return found
