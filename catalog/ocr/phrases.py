"""The set phrases of Vietnamese labels, as patterns over levelled text (no marks, lower case, same length).

What must be printed, and how it is headed: Decree 43/2017/ND-CP on goods labels, articles 10 to 14 and annex V.
"""

import re
import unicodedata

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
_DIGIT = r"[0-9OoDQIl|iSBZz]"
THIRTEEN = re.compile(rf"(?<![0-9A-Za-z])[0-9](?: ?{_DIGIT}){{12}}(?![0-9A-Za-z])")
DIGITS_ONLY = re.compile(rf"[0-9](?: ?{_DIGIT}){{7,13}}")


def level(text: str) -> str:
    """Lower *text* and take its marks off letter by letter, so that places in it stay where they are."""
    return "".join(_bare(letter) for letter in unicodedata.normalize("NFC", text))


def tells_a_name(text: str, *, large: bool = False) -> bool:
    """True unless *text* is what every label says, an address or a number; a maker's name only in *large* print."""
    bare = level(text).strip(" -*•·:")
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
