"""The words people wrap around a product's name: greetings, questions, prices, places to buy, particles.

General spoken Vietnamese, North and South, with the short forms of chats. A word here is not dropped, it only
weighs less, for many are also words of products (giá and Gia Bình, bán and Bản Ven, chợ and cho).
"""

from collections.abc import Iterator

from catalog.text import fold, tone_last

_OFTEN = """
ạ à ơi ui nhé nhá nha nhỉ nghen nghe hen hén hả hở hử vậy vầy thế thì là mà và với ư ừ ờ ah oh đi nào đó đấy kìa kia
này nè nầy đây tôi tui mình mk tớ tao em e anh chị cô chú bác bạn ad admin shop sop quán nhà các mọi người ai gì chi
sao cho hỏi xin giúp giùm dùm hộ phép vui lòng làm ơn muốn cần tìm kiếm tra cứu xem coi thấy biết giới thiệu tư vấn
chỉ kể nói báo mua bán đặt lấy nhập đổi gửi giao ship sip vận chuyển order ord chốt săn thử dùng ăn uống biếu tặng
quà giá tiền bao nhiêu bn nhiu bnhiu mấy đồng đắt rẻ sỉ lẻ buôn sll sl số lượng ký kí cân kg hộp gói chai lọ thùng
túi cái chiếc loại ở đâu chỗ nơi địa chỉ đc liên hệ lh sđt sdt điện thoại zalo inbox ib hotline web trang cửa hàng
siêu thị đại lý có còn hết sẵn chưa không ko k hông hong hem khong hok hk được dc rồi luôn nữa thêm lại đang sẽ đã
bị vẫn cũng như nào ntn tn z zậy dậy vay hay hoặc nếu khi lúc bây giờ hôm nay qua mai tuần tháng năm ngày hạn sử
dụng bảo quản ngon tốt uy tín chất chính gốc xịn thật chuẩn mới nhất quá lắm ghê rất hơi khá thích mê đỉnh của từ
trong ngoài trên dưới gần xa về tại ra vào để do bởi vì nên những một vài con đạt ocop chứng nhận sản phẩm sp món
đồ thông tin tt nguồn xuất xứ xã huyện tỉnh sx dạ vâng thưa alo hi hello hey chào cảm cám thank thanks tks pls
please ok oke okie hn sg hcm tphcm
"""
_MAKERS = "htx htxnn hợp tác xã cty công ty tnhh cp cổ phần mtv dntn doanh nghiệp hkd hộ kinh doanh cssx cơ sở xưởng tổ"
_SURELY = """
ạ à ơi nhé nhá nha nhỉ hả vậy thế là thì mà tôi tui mình mk em anh chị ad admin shop ai gì cho hỏi xin giúp giùm hộ
muốn cần tìm kiếm mua bán giá bao nhiêu nhiu tiền ở đâu có còn không ko k đc dc được sll ib inbox sđt sdt ship chưa
luôn nữa lh liên hệ nào z ntn
"""
# How people call themselves and whom they speak to. They weigh in full (bà Lý is a maker), but not around a name.
_KIN = "bà ông cháu con dì cậu mợ bố mẹ má ba u bu thầy cụ mày"
OFTEN, MAKER_WORD, SURELY = 0.3, 0.35, 0.12


def _weights() -> Iterator[tuple[str, float]]:
    for words, weight in ((_OFTEN, OFTEN), (_MAKERS, MAKER_WORD), (_SURELY, SURELY)):
        yield from ((word, weight) for word in words.split())


MARKED_FILLERS = {tone_last(word): weight for word, weight in _weights()}
FILLERS = {fold(word): weight for word, weight in sorted(_weights(), key=lambda pair: -pair[1])}
KIN = frozenset(tone_last(word) for word in _KIN.split())
