"""How people wrap a name into a question, and what they ask that no catalogue of ours holds.

TRAINING goes into the weights; CHECK has other words and is only looked at.
"""

from dataclasses import dataclass

_TRAINING_QUESTIONS = """
{} bán thế nào
cho anh xin giá {}
bên mình có bán {} không vậy
{} giá nhiêu 1 ký vậy shop
nhà mình còn {} không ạ
tìm giúp tôi sản phẩm {}
{} của ai làm vậy
có ai biết {} không
xin thông tin {}
đặt 2 hộp {} giao bắc ninh
{} mua chỗ nào chuẩn
{} được mấy sao
muốn biết nguồn gốc của {}
con tôi thích {} mua thêm được không
{} có hạn dùng bao lâu
chị cần 5 cân {}
vừa thấy {} trên tivi
{} loại ngon
cửa hàng nào có {}
shop gửi mình hình {} nhé
tra cứu {}
{} do hợp tác xã nào làm
bữa trước có mua {} giờ muốn mua lại
giới thiệu cho tôi {}
{} để biếu sếp được không
em hỏi chút {} còn không ạ
{}
{} ạ
cho 1 {}
{} ngon không mọi người
hôm trước đi chợ thấy {} mà quên hỏi giá
đang ở hà nội muốn mua {} thì làm sao
có phải {} là hàng ocop không
làm thế nào để mua được {} chính hãng
mẹ em dặn mua {} mà em không biết
{} khác gì loại thường
quét mã không ra, sản phẩm là {}
{} đóng gói thế nào, có ship không
tết này cần {} làm quà
cháu hỏi {} bao tiền một cân
"""
_TRAINING_CHATS = """
ad oi con {} k
{} bn tien vay
can {} gap
cho xin gia {} vs
{} ship dc k shop
ai co {} ko
ib gia {} nha
mua {} cho nao re
{} con ko b
tim {} loai 1
"""
_TRAINING_OUTSIDE = """
điện thoại oppo reno; máy giặt electrolux; quạt điều hòa; tủ lạnh hitachi; laptop asus gaming; nồi chiên không dầu;
bàn ủi hơi nước; máy xay sinh tố philips; camera wifi; loa kéo; đèn bàn học; xe máy yamaha sirius; xe oto toyota vios;
lốp xe michelin; xăng dầu hôm nay; tỷ giá đô la; lãi suất ngân hàng; chuyển khoản vietcombank; mất thẻ atm; vay thế
chấp sổ đỏ; bảo hiểm xe máy; bao giờ có lương; thời tiết ngày mai; hà nội có mưa không; bão số 5; kết quả xổ số; tỉ số
trận việt nam; lịch bóng đá hôm nay; ronaldo; phim hay; nhạc sơn tùng; tải game pubg; facebook bị khóa; cách nấu phở;
cách giảm cân nhanh; uống thuốc gì hết ho; bệnh viện bạch mai; khám răng ở đâu; đau bụng; sốt xuất huyết; học tiếng
anh online; giải phương trình bậc hai; thủ tục làm hộ chiếu; đăng ký khai sinh; căn cước hết hạn; nộp thuế ở đâu; phạt
nguội; luật đất đai; thuê nhà nguyên căn; bán đất nền; chung cư mini; sửa ống nước; thợ điện; khách sạn hạ long; vé
xem phim; vé máy bay vietjet; tour thái lan; tôi mệt quá; bạn khỏe không; ăn cơm chưa; yêu em; mày là ai; bạn có người
yêu chưa; kể chuyện ma; ngủ ngon nhé; hello bạn; tạm biệt nhé; cảm ơn shop nhiều; ok cảm ơn; được rồi; ừ; vâng ạ;
haha; hihi; hehe; huhu; chán quá; đồ ngu; bạn ngốc quá; mấy giờ mở cửa; chỗ gửi xe; đổi trả hàng; khiếu nại ở đâu; gặp
nhân viên; nói chuyện với người; quên mật khẩu; đăng nhập không được; giày thể thao adidas; áo thun nam; váy cưới; túi
xách gucci; đồng hồ rolex; kính mát; nước hoa dior; son môi mac; kem đánh răng ps; dầu gội clear; bột giặt omo; tã bỉm
huggies; sữa ensure gold; thức ăn cho chó; mèo anh lông ngắn; cá koi; cây bonsai mai chiếu thủy; phân bón npk; thuốc
trừ sâu; hạt giống hoa hồng; xi măng; gạch ốp lát; sơn nước; tôn lạnh; cửa nhôm kính; ghế sofa; giường ngủ; nệm cao
su; rèm cửa; tủ quần áo; bàn làm việc; bia tiger; coca cola; pepsi; nước tăng lực sting; trà sữa phúc long; cà phê
starbucks; gà rán lotteria; pizza hut; burger king; mì tôm hảo hảo; bánh oreo; kẹo alpenliebe; socola ferrero; phô mai
con bò cười; bơ pháp; thịt bò wagyu; cá hồi na uy; tôm hùm alaska; cua hoàng đế; rượu vang chile; vodka; sushi;
kimbap; lẩu thái; mì ramen; cà ri ấn độ; taco; bánh mì kebab; steak; salad nga; bánh macaron pháp; bánh su kem;
tiramisu; kem tràng tiền; sinh tố bơ; trà đào cam sả; nem chua rán phố; bún chả obama; phở thìn lò đúc; iphone 13;
galaxy tab; airpods pro; tai nghe sony; pin dự phòng anker; usb kingston; máy chiếu; đàn guitar; đàn piano; vợt
tennis; bóng rổ; xe đạp martin; máy tập bụng; lều du lịch; ba lô học sinh; bút chì; sách giáo khoa lớp 1; truyện
doremon; vở ô li; trung tâm tiếng anh; gia sư toán; học lái xe; việc làm bắc ninh; tuyển công nhân samsung; lịch tàu
hỏa; xe buýt số 54; grab; shopee; lazada sale; tiktok; youtube; netflix phim; zalo không gửi được tin; hack nick; abc;
test; alo alo; xin chào ad; có ai không; giúp với; làm sao bây giờ; hỏi cái này; quà valentine; hoa sinh nhật; bánh
sinh nhật; trang trí tiệc cưới; thiệp mời; chụp ảnh kỷ yếu; phun xăm; nối mi; làm nail; cắt tóc nữ; spa; massage;
karaoke; bida; xem bói; tử vi; phong thủy nhà ở; ngày tốt; âm lịch hôm nay; giá vàng; bitcoin; chứng khoán; cổ phiếu;
forex; chính phủ; bộ trưởng y tế; nước mỹ; chiến tranh; dân số việt nam; núi cao nhất; sông dài nhất; vua quang trung;
thơ xuân quỳnh; văn tả mẹ; toán lớp 3; hóa học; vật lý
"""
_CHECK_QUESTIONS = """
dạ cho con hỏi {} bán ở chợ nào vậy ạ
hỏi thăm nhà ai làm {} ngon
{} có giấy chứng nhận không nhỉ
tôi đang cần gấp {} số lượng lớn
{} sao vàng hay sao gì đấy
vợ bảo mua {} mà chả biết mua đâu
sắp đi du lịch muốn mua {} về làm quà thì ghé đâu
đã ăn {} một lần nhớ mãi
{} bảo quản tủ lạnh được không nhỉ
gửi tôi số điện thoại chỗ làm {}
có bạn nào bán {} không inbox mình với
báo giá giúp anh {} nha em
{} hàng thật phân biệt sao
kiểm tra giùm {} có đúng ocop không
{} còn hạn chứng nhận chứ
ship {} vào sài gòn mất mấy ngày
hợp tác xã nào sản xuất {} thế
lấy cho chị chục hộp {}
nhà em thèm {} quá
muốn làm đại lý {} thì liên hệ ai
{} ăn kèm gì thì hợp
được tặng {} mà chưa biết dùng
ai có {} để lại tôi ít
{} nguyên liệu gồm những gì
{} đợt này có khuyến mãi không
cho xem ảnh {} cái nào
mình tìm hoài không thấy {}
giờ này đặt {} tối có nhận được không
{} đấy
con muốn mua {} cho bà ngoại
"""
_CHECK_CHATS = """
sop oi {} nhiu 1kg
{} nhieu tien z ad
kiem cho t {} voi
cho dat {} nhe sop
co {} hong a
lay {} thi ib ai
{} sll bao gia
e can mua {} a
{} hang co san ko z
ban {} o day fai ko
"""
_CHECK_OUTSIDE = """
màn hình dell ultrasharp; nồi áp suất sunhouse; điều hòa daikin; bếp hồng ngoại; máy hút bụi dyson; ấm siêu tốc; vivo
v30; cục phát wifi tplink; dây sạc type c; chuột gaming razer; ổ cứng ssd; máy pha cà phê delonghi dedica; xe tay ga
vision; mũ bảo hiểm fullface; rửa xe ô tô; đăng kiểm xe tải; giá dầu thế giới; đổi tiền yên; mở tài khoản techcombank;
nợ xấu là gì; lương hưu 2025; bảo hiểm thất nghiệp; ngày mai có nắng không; nhiệt độ đà lạt; động đất ở đâu; vietlott
kỳ này; world cup 2026; bảng xếp hạng v league; messi hay ronaldo; lời bài hát; diễn viên phim mai; tải minecraft;
wifi không vào được; bẻ khóa iphone; tập yoga ở nhà; mất ngủ phải làm sao; viêm họng uống gì; phòng khám mắt; lịch
tiêm vacxin; hiến máu; ôn thi đại học; soạn bài chí phèo; dịch câu này giúp; visa nhật bản; đổi bằng lái; làm sổ đỏ;
khai thuế cá nhân; mức phạt nồng độ cồn; phòng trọ sinh viên; nhà đất từ sơn; môi giới căn hộ; sửa điều hòa; thông tắc
cống; homestay sapa; vé tàu tết; đi đà nẵng mấy tiếng; buồn ghê; hôm nay bạn thế nào; bạn mấy tuổi rồi; anh yêu em;
thằng điên; hát đi; đố bạn biết; chúc mừng năm mới; good morning; bye bye; cám ơn bạn nhé; ok em cảm ơn; thôi không
cần nữa; đồng ý; không; haizz; kkk; vãi; mệt ghê; dở ẹc; giờ làm việc; bãi đỗ xe ở đâu; muốn trả hàng; tố cáo lừa đảo;
cho gặp tư vấn viên; lấy lại mật khẩu; xóa tài khoản; dép crocs; quần short nam; đầm maxi; vali kéo; nhẫn kim cương;
lens cận; nước hoa versace; phấn nền maybelline; bàn chải điện; nước xả downy; giấy vệ sinh; bình sữa pigeon; cát vệ
sinh cho mèo; chuồng chó; bể thủy sinh; cây kim tiền để bàn; phân urê; máy cắt cỏ honda; thép xây dựng; đá hoa cương;
bồn nước inox; cửa cuốn; ghế massage; chăn lông cừu; kệ tivi; bia sài gòn; 7up; red bull; trà sữa koi; highlands
coffee; mcdonald; domino pizza; mì omachi; snack lay's; kẹo chupa chups; m&m; sữa chua hy lạp; phô mai mozzarella;
thịt bò mỹ; sườn cừu úc; cá ngừ nhật; hàu sữa pháp; rượu sake; rượu soju; gin tonic; sashimi; tokbokki; lẩu kim chi;
mì udon; cơm gà hải nam; nasi goreng; pate gan ngỗng pháp; bít tết; súp bí đỏ kem; bánh waffle; bánh crepe sầu;
cheesecake; kem merino; sinh tố việt quất; trà chanh giã tay; bún đậu homemade; cơm tấm cali; bánh mì huỳnh hoa;
macbook pro; redmi note 13; ipad mini; loa marshall; tai nghe gaming; thẻ nhớ sandisk; đàn ukulele; cờ vua; bóng
chuyền; giày đá banh; máy chạy bộ kingsport; túi ngủ; balo laptop; bút lông bảng; từ điển anh việt; truyện tranh one
piece; giấy a4; khóa học excel; học bơi; thi toeic; tuyển tài xế; việc part time; xe khách đi hải phòng; be bike;
sendo; đơn hàng của tôi đâu; instagram; chat gpt; google dịch; nick bị hack; asdf; 123 123; a lô; em ơi; có đó không;
cứu tôi; chả hiểu gì; quà 8 tháng 3; hoa chúc mừng khai trương; thuê áo dài; mc đám cưới; in thiệp; quay phim; xăm
hình; uốn tóc; gội đầu dưỡng sinh; bar; net cỏ; coi bói; cung hoàng đạo; hướng nhà; lịch vạn niên; giá bạc; ethereum;
vnindex; trái phiếu; thủ tướng; đại sứ quán hàn; châu phi; thế chiến hai; diện tích nước nga; hồ gươm sâu bao nhiêu;
lý thường kiệt; thơ tố hữu; tả con mèo; bảng cửu chương; bảng tuần hoàn; định luật ôm
"""


@dataclass(frozen=True, slots=True)
class Wordings:
    """Questions and hasty chats with {} for the name, and what is asked *outside* the catalogue."""

    questions: tuple[str, ...]
    chats: tuple[str, ...]
    outside: tuple[str, ...]


def _wordings(questions: str, chats: str, outside: str) -> Wordings:
    phrases = outside.replace("\n", " ").split(";")
    return Wordings(
        tuple(questions.strip().splitlines()),
        tuple(chats.strip().splitlines()),
        tuple(phrase.strip() for phrase in phrases),
    )


TRAINING = _wordings(_TRAINING_QUESTIONS, _TRAINING_CHATS, _TRAINING_OUTSIDE)
CHECK = _wordings(_CHECK_QUESTIONS, _CHECK_CHATS, _CHECK_OUTSIDE)
