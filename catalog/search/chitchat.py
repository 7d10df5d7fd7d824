"""What people say to a bot that is no search: greetings, thanks, goodbyes, who are you."""

from collections.abc import Sequence

from catalog.search.model import SmallTalk
from catalog.search.query import Token
from catalog.text import accented_syllables, fold, from_telex, from_vni, syllables, tone_last

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
        gặp người thật
    """,
    SmallTalk.ALRIGHT: """
        ok; oke; okie; okay; ok em; được; được rồi; vâng; dạ; ừ; ừm; uh; uhm; đúng rồi; đồng ý; không; không
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
_AROUND = frozenset(fold(word) for word in _POLITE.split())


def _table() -> dict[tuple[str, ...], tuple[SmallTalk, list[tuple[str, ...]]]]:
    """Kind and ways to put the marks of each phrase, by its folded words."""
    table: dict[tuple[str, ...], tuple[SmallTalk, list[tuple[str, ...]]]] = {}
    for kind, phrases in _PHRASES.items():
        for phrase in phrases.split(";"):
            _, ways = table.setdefault(tuple(syllables(phrase)), (kind, []))
            ways.append(tuple(map(tone_last, accented_syllables(phrase))))
    return table


_KINDS = _table()
_LONGEST = max(len(phrase) for phrase in _KINDS) + 4


def small_talk(tokens: Sequence[Token]) -> SmallTalk | None:
    """What kind of small talk *tokens* are; None when anything else is said."""
    if not tokens or len(tokens) > _LONGEST:
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
        if words[end - 1][0] in _AROUND:
            end -= 1
        elif words[start][0] in _AROUND:
            start += 1
        else:
            break
    return None


def _agree(typed: tuple[str, str], marked: str) -> bool:
    """True unless *typed* has other marks: cháo is no chào."""
    return typed[1] in (marked, typed[0])


def _token_key(token: Token) -> tuple[str, str]:
    spelled = from_telex(token.word) or from_vni(token.word)
    return (token.word, token.marked) if spelled is None else ("".join(syllables(spelled)), tone_last(spelled))
