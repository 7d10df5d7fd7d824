"""Korean and Chinese words of a question put into Vietnamese, and English names of products. Pure.

The table is ``data/translated_words.csv``: common names of products, groups, places, conditions, and what people ask.
What it does not know stays as it was typed.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

SHIPPED = Path(__file__).parent / "data" / "translated_words.csv"
LANGUAGES = ("ko", "zh", "en")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_RUN = re.compile(r"[\u1100-\u11ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_UNKNOWN = 10
_LONGEST = 500
_TEN_THOUSAND = 10
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
_SPOKEN_ENGLISH = re.compile(
    r"\b(?:where|what|whats|wheres|wat|how|hows|who|whos|which|when|why|do|does|they|it|is|any|show|have|hv|looking|can|the|for|of"
    r"|this|star|stars|products?|price|plz|pls|my|me|to|u|from|near|nearby)\b",
    re.IGNORECASE,
)
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
_AMOUNT = r"(\d+) ?(?:만|万) ?(?:동|越南盾|盾|越盾)?"
_UNDER = re.compile(rf"{_AMOUNT} ?(?:이하|미만|以下|以内|之内)|(?:低于|不到|不超过) ?{_AMOUNT}")
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
    return _translate(text, language) if language else _name_in_vietnamese(text)


@lru_cache(maxsize=1024)
def _name_in_vietnamese(text: str) -> str:
    """*text* with its English names of products in Vietnamese, word by word; other text as it is."""
    if text.isascii() and _NEAREST.match(text):
        text = f"{_NEAREST.sub('', text).strip(' ?.!')} gần tôi"
    if text.isascii() and _SPOKEN_ENGLISH.search(text):
        text = _SHORT_ENGLISH.sub(lambda found: _WRITTEN_OUT[found[0].casefold()], text)
    if not text.isascii() and not text.endswith(" gần tôi"):
        return text
    return _english().sub(lambda found: read_words()["en"][found[0].casefold()], text)


@cache
def _english() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, read_words()['en']))})\b", re.IGNORECASE)


def simplify(text: str) -> str:
    """*text* with its Chinese signs as the mainland writes them."""
    return unicodedata.normalize("NFKC", text).translate(_TO_SIMPLIFIED)


@lru_cache(maxsize=2048)
def _translate(text: str, language: str) -> str:
    composed = simplify(text)
    composed = _UNDER.sub(lambda found: f" dưới {int(found[1] or found[2]) * _TEN_THOUSAND} nghìn ", composed)
    composed = _OVER.sub(lambda found: f" trên {int(found[1]) * _TEN_THOUSAND} nghìn ", composed)
    composed = _STARS_COUNTED.sub(r" \1 sao ", composed)
    composed = _STAR_NUMERAL.sub(lambda found: _NUMERALS[found[1].strip()], composed)
    table = read_words()[language]
    for whole in (each for each in table if " " in each):
        composed = composed.replace(whole, f" {table[whole]} ")
    return " ".join(_RUN.sub(lambda run: f" {' '.join(_pieces(run[0], language))} ", composed).split())


def _pieces(run: str, language: str) -> Iterator[str]:
    """*run* in Vietnamese, word by word; what is unknown stays, with the lone letters beside it."""
    table = read_words()[language]
    unknown = ""
    for piece in _cheapest(run, frozenset(table)):
        if piece not in table or (unknown and len(piece) == 1):
            unknown += piece
            continue
        if unknown:
            yield unknown
            unknown = ""
        yield table[piece]
    if unknown:
        yield unknown


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
def read_words(path: Path = SHIPPED) -> dict[str, dict[str, str]]:
    """For each language the words of the table in *path* with their Vietnamese, the longest first."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        pairs = [(word.strip(), row["vi"]) for row in rows for word in row[language].split(";") if word.strip()]
        found[language] = dict(sorted(pairs, key=lambda pair: -len(pair[0])))
    return found
