"""What people say to a bot that is no search: greetings, thanks, who are you; and words of quite other things.

Those other things (phones, football, banks, the weather) belong to no product of the countryside. They are no ban:
they weigh against a match, and a name that holds them still wins by everything else.
"""

from collections.abc import Sequence

from catalog.search.model import SmallTalk
from catalog.search.query import Token
from catalog.telex import from_telex, from_vni
from catalog.text import accented_syllables, fold, syllables, tone_last

_PHRASES = {
    SmallTalk.HELLO: """
        xin chào; chào; chào buổi sáng; chào buổi tối; hello; helo; hi; hí; hey; alo; a lô; alô; alo alo;
        good morning; có ai không; có ai ở đây không; có đó không; ai đó; lô
    """,
    SmallTalk.THANKS: """
        cảm ơn; cám ơn; cảm ơn nhiều; cám ơn nhiều; xin cảm ơn; thank; thanks; thank you; thank kiu; tks;
        thks; cảm tạ; biết ơn; ok cảm ơn; được rồi cảm ơn; tuyệt vời; tốt lắm; giỏi quá; hay quá
    """,
    SmallTalk.GOODBYE: """
        tạm biệt; bye; bye bye; bai; bái bai; goodbye; hẹn gặp lại; gặp lại sau; chúc ngủ ngon; ngủ ngon;
        good night; đi đây; chúc một ngày tốt lành; chúc mừng năm mới
    """,
    SmallTalk.WHO: """
        bạn là ai; bạn là gì; mày là ai; ai đấy; ai đây; bạn tên gì; bạn tên là gì; tên gì; tên bạn là gì;
        bạn mấy tuổi; bạn bao nhiêu tuổi; bạn là người hay máy; bạn là bot à; bạn là robot; ai tạo ra bạn;
        đây là đâu; đây là gì; bạn ở đâu; bạn có người yêu chưa; who are you
    """,
    SmallTalk.HELP: """
        giúp tôi; giúp tôi với; giúp với; giúp mình với; cứu tôi; help; hướng dẫn; hướng dẫn sử dụng; dùng
        thế nào; sử dụng thế nào; bạn làm được gì; làm được gì; bạn biết làm gì; hỏi gì được; hỏi cái này;
        hỏi chút; cho hỏi; cho mình hỏi; cho hỏi chút; làm sao bây giờ; nói chuyện với người; gặp nhân viên;
        gặp người thật; hả; hử;
        gì cơ; sao cơ; là sao; nói gì vậy; gì vậy; không hiểu; chưa hiểu; chả hiểu gì
    """,
    SmallTalk.ALRIGHT: """
        ok; oke; okie; okay; ok em; được; được rồi; vâng; dạ; ừ; ừm; uh; uhm; đúng rồi; đồng ý;
        hủy; huỷ; hủy bỏ; huỷ bỏ; hủy đi; huỷ đi; bỏ qua; không; không
        cần; không cần nữa; thôi; thôi khỏi; chưa; rồi; biết rồi; hiểu rồi; yes; no; đúng; sai; sai rồi; tốt
    """,
    SmallTalk.FEELING: """
        haha; hahaha; hihi; hehe; hihihi; huhu; hic; hichic; kk; kkk; kkkk; haizz; buồn quá; tôi buồn quá;
        buồn ghê; mệt quá; tôi mệt quá; chán quá; chán; vui quá; yêu bạn; anh yêu em; em yêu anh; yêu em; đồ
        ngốc; ngốc; bạn khỏe không; khỏe không; ăn cơm chưa; ăn gì chưa; hôm nay thế nào; hát đi; kể chuyện
        đi; kể chuyện cười đi; ngu; đồ ngu; điên; bạn ngốc quá; bạn thật tuyệt; sao chậm thế; lâu thế; chậm
        quá; dở quá; dở ẹc; trời ơi
    """,
}
_POLITE = """
ạ a à nhé nha nhỉ nghen hen hả ừ dạ ơi em anh chị ad admin shop sóp bạn bot cô chú bác mình mọi người cả nhiều lắm quá
rất thật xin và với cho tôi vậy thế z nè nhen hội oki bà ông cháu con dì cậu mợ bố mẹ má cụ tớ tui nghe luôn
"""
_AROUND_MARKED = frozenset(map(tone_last, _POLITE.split()))
# "ca chua" is a tomato.
_AROUND = frozenset(fold(word) for word in _POLITE.split()) - {"ca"}


def _table() -> dict[tuple[str, ...], tuple[SmallTalk, list[tuple[str, ...]]]]:
    """Kind and ways to put the marks of each phrase, by its folded words."""
    table: dict[tuple[str, ...], tuple[SmallTalk, list[tuple[str, ...]]]] = {}
    for kind, phrases in _PHRASES.items():
        for phrase in phrases.split(";"):
            _, ways = table.setdefault(tuple(syllables(phrase)), (kind, []))
            ways.append(tuple(map(tone_last, accented_syllables(phrase))))
    return table


_KINDS = _table()
_LONGEST_TALK = max(len(phrase) for phrase in _KINDS) + 4


def small_talk(tokens: Sequence[Token]) -> SmallTalk | None:
    """What kind of small talk *tokens* are; None when anything else is said."""
    if not tokens or len(tokens) > _LONGEST_TALK:
        return None
    typed = [(token.word, token.marked) for token in tokens]
    return _kind(typed) or _kind([_token_key(token) for token in tokens])


def _kind(words: list[tuple[str, str]]) -> SmallTalk | None:
    """Look *words* (folded, marked) up, with fewer and fewer polite ones around them."""
    start, end = 0, len(words)
    while start < end:
        kind, ways = _KINDS.get(tuple(word for word, _ in words[start:end]), (None, []))
        if any(all(map(_agree, words[start:end], way)) for way in ways):
            return kind
        if _is_polite(words[end - 1]):
            end -= 1
        elif _is_polite(words[start]):
            start += 1
        else:
            break
    return None


def _is_polite(typed: tuple[str, str]) -> bool:
    word, marked = typed
    return marked in _AROUND_MARKED or (word == marked and word in _AROUND)


def _agree(typed: tuple[str, str], marked: str) -> bool:
    """True unless *typed* has other marks: cháo is no chào."""
    return typed[1] in (marked, typed[0])


def _token_key(token: Token) -> tuple[str, str]:
    spelled = from_telex(token.word) or from_vni(token.word)
    return (token.word, token.marked) if spelled is None else ("".join(syllables(spelled)), tone_last(spelled))


_TOPICS = """
điện thoại; máy tính; máy giặt; máy lạnh; máy ảnh; máy in; máy bay; máy lọc; máy bơm; máy cắt; máy chạy; máy hút; máy
khoan; máy quay; máy chiếu; máy sấy tóc; tủ lạnh; tủ quần áo; điều hòa; quạt điện; nồi cơm; nồi chiên; nồi áp suất;
bếp từ; bếp ga; bếp điện; lò vi sóng; bàn phím; bàn ghế; bàn ủi; bàn chải; ấm siêu tốc; bóng đèn; đèn led; đèn bàn; ổ
cắm; ổ cứng; dây sạc; sạc dự phòng; pin; tai nghe; loa; ti vi; tivi; màn hình; laptop; macbook; iphone; ipad; samsung;
xiaomi; oppo; vivo; camera; wifi; bluetooth; usb; sim; thẻ nhớ; thẻ cào; xe máy; xe đạp; xe điện; xe hơi; xe tải; xe
khách; xe buýt; xe ôm; xe cưới; xe tay; ô tô; oto; taxi; grab; lốp xe; mũ bảo hiểm; bằng lái; xăng; dầu nhớt; biển số;
phạt nguội; đăng kiểm; honda; yamaha; toyota; vinfast; tàu hỏa; vé tàu; vé xe; vé xem; đặt vé; đặt phòng; ngân hàng;
tài khoản; chuyển khoản; thẻ tín dụng; atm; vay tiền; vay vốn; cho vay; lãi suất; tỷ giá; đô la; chứng khoán; cổ
phiếu; trái phiếu; bitcoin; forex; giá vàng; giá bạc; bảo hiểm; thuế; lương hưu; tiền lương; tiền điện; tiền nước;
tiền nhà; hóa đơn; nạp tiền; ví điện tử; momo; thời tiết; nhiệt độ; trời mưa; có mưa; nắng không; dự báo; bão; động
đất; âm lịch; lịch vạn niên; ngày tốt; tử vi; xem bói; cung hoàng đạo; phong thủy; bóng đá; bóng rổ; bóng chuyền; cầu
lông; tennis; bơi lội; yoga; gym; tỉ số; world cup; ngoại hạng; trận đấu; thi đấu; xổ số; vietlott; phim; ca sĩ; diễn
viên; bài hát; lời bài; nhạc; karaoke; game; liên quân; free fire; pubg; roblox; minecraft; truyện; tiểu thuyết; sách;
vở; facebook; zalo; tiktok; youtube; google; netflix; instagram; spotify; shopee; lazada; chatgpt; mật khẩu; đăng
nhập; đăng ký; đăng xuất; cài đặt; phần mềm; ứng dụng; website; lập trình; code; python; excel; hack; internet;
viettel; vinaphone; mobifone; email; gmail; bệnh viện; phòng khám; bác sĩ; nha khoa; thuốc; tiêm; vắc xin; vacxin;
triệu chứng; sốt; ho khan; đau bụng; đau đầu; đau răng; mất ngủ; viêm; trường học; đại học; học phí; lớp; toán; văn
mẫu; soạn văn; tả; tiếng anh; tiếng nhật; ielts; toeic; gia sư; bài tập; phương trình; công thức; thi thử; điểm thi;
ôn thi; định luật; lịch sử; địa lý; thủ đô; tổng thống; chủ tịch; bí thư; bộ trưởng; thủ tướng; chính phủ; dân số;
diện tích; chiến tranh; luật; công an; tòa án; căn cước; hộ chiếu; visa; khai sinh; kết hôn; ly hôn; sổ đỏ; thủ tục;
hồ sơ; giấy phép; ủy ban; ubnd; nhà đất; đất nền; chung cư; căn hộ; phòng trọ; nhà trọ; thuê nhà; cho thuê; khách sạn;
homestay; du học; việc làm; tuyển dụng; tuyển; part time; xi măng; sắt thép; thép; gạch men; sơn tường; sơn nước; cửa
cuốn; cửa nhôm; ống nước; bồn nước; thợ; sửa chữa; sửa máy; sửa điều; lắp đặt; sofa; giường; nệm; chăn ga; rèm; gương;
nội thất; kệ; két sắt; quần; áo; váy; đầm; giày; dép; túi xách; vali; ba lô; balo; cặp sách; đồng hồ; kính; nhẫn;
trang sức; kim cương; nước hoa; son môi; mỹ phẩm; kem chống nắng; phấn; lens; cắt tóc; làm tóc; nối mi; phun môi; xăm;
nail; spa; massage; bỉm; tã; bình sữa; xe đẩy; đồ chơi; lego; búp bê; chó; mèo; thú cưng; bể cá; cá cảnh; lồng chim;
phân bón; thuốc trừ; hạt giống; đám cưới; tiệc cưới; thiệp; chụp ảnh; quay phim; sự kiện; áo dài; valentine; sinh
nhật; du thuyền; tour; cắm trại; lều; đàn; guitar; piano; vợt; pizza; burger; hamburger; sushi; sashimi; kimbap;
tokbokki; ramen; udon; steak; bít tết; pasta; spaghetti; donut; croissant; cheesecake; tiramisu; waffle; cocktail;
whisky; vodka; sake; soju; vang pháp; bia; coca; pepsi; kfc; lotteria; starbucks; gongcha; phô mai; caviar; foie gras;
wagyu;
"""


def _phrases() -> dict[tuple[str, ...], tuple[str, ...]]:
    phrases = (phrase.strip() for phrase in _TOPICS.replace("\n", " ").split(";"))
    return {tuple(syllables(phrase)): tuple(map(tone_last, accented_syllables(phrase))) for phrase in phrases if phrase}


_KNOWN = _phrases()
_BEGINNINGS = frozenset(phrase[0] for phrase in _KNOWN)
FEWEST_LETTERS_UNMARKED = 4
_LONGEST_TOPIC = max(map(len, _KNOWN))


def elsewhere(tokens: Sequence[Token]) -> list[bool]:
    """Which of *tokens* speak of such a thing; a word with other marks does not."""
    flags = [False] * len(tokens)
    for start, first in enumerate(tokens):
        if first.word not in _BEGINNINGS:
            continue
        for length in range(1, min(_LONGEST_TOPIC, len(tokens) - start) + 1):
            some = tokens[start : start + length]
            marked = _KNOWN.get(tuple(token.word for token in some))
            if marked and all(map(_agrees, some, marked)) and _long_enough(some, marked):
                flags[start : start + length] = [True] * length
    return flags


def _agrees(token: Token, marked: str) -> bool:
    return token.marked in (token.word, marked)


def _long_enough(tokens: Sequence[Token], marked: Sequence[str]) -> bool:
    """A lone syllable typed without its marks says little: nem is no nệm."""
    lone = len(tokens) == 1 and tokens[0].marked != marked[0]
    return not lone or len(marked[0]) >= FEWEST_LETTERS_UNMARKED


_PROVINCES = """
An Giang; Bà Rịa Vũng Tàu; Vũng Tàu; Bạc Liêu; Bắc Kạn; Bến Tre; Bình Dương; Bình Định; Bình Phước; Bình Thuận; Cà Mau;
Cao Bằng; Cần Thơ; Đà Nẵng; Đắk Lắk; Đắk Nông; Điện Biên; Đồng Nai; Đồng Tháp; Gia Lai; Hà Giang; Hà Nam; Hà Nội;
Hà Tĩnh; Hải Dương; Hải Phòng; Hậu Giang; Hòa Bình; Hồ Chí Minh; Sài Gòn; Hưng Yên; Khánh Hòa; Nha Trang; Kiên Giang;
Kon Tum; Lai Châu; Lạng Sơn; Lào Cai; Sa Pa; Lâm Đồng; Đà Lạt; Long An; Nam Định; Nghệ An; Ninh Bình; Ninh Thuận;
Phú Thọ; Phú Yên; Quảng Bình; Quảng Nam; Quảng Ngãi; Quảng Ninh; Hạ Long; Quảng Trị; Sóc Trăng; Sơn La; Tây Ninh;
Thái Bình; Thái Nguyên; Thanh Hóa; Thừa Thiên Huế; Huế; Tiền Giang; Trà Vinh; Tuyên Quang; Vĩnh Long; Vĩnh Phúc;
Yên Bái
"""
_BY_KEY = {fold(name): name for each in _PROVINCES.split(";") if (name := " ".join(each.split()))}


def other_province(name: str) -> str:
    """The province or city elsewhere that *name* calls, as it is written; "" for none."""
    return _BY_KEY.get(fold(name), "")
