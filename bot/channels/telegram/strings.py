"""The few sentences that only Telegram needs: its command menu, and what its limits make us say."""

from collections.abc import Mapping

_VIETNAMESE: Mapping[str, str] = {
    "more": "… xem đủ trên trang",
    "page": "Trang {number}/{pages} · {total} sản phẩm",
    "sources": "Nguồn",
    "send_location": "📍 Gửi vị trí của tôi",
    "send_contact": "📱 Gửi số điện thoại của tôi",
    "press_below": "Bấm nút bên dưới bàn phím để gửi.",
    "ask_photo": "📷 Hỏi bằng ảnh chụp nhãn",
    "open": "Xem hộ chiếu sản phẩm",
    "page_of": "Trang sản phẩm",
    "start": "Bắt đầu",
    "tim": "Tìm sản phẩm theo tên",
    "huongdan": "Hướng dẫn sử dụng",
    "ngonngu": "Đổi ngôn ngữ (vi, en)",
    "cauhoi": "Câu hỏi của tôi gửi nhà sản xuất",
    "dulieu": "Dữ liệu của tôi: xem, xóa",
}
_ENGLISH: Mapping[str, str] = {
    "more": "… see all of it on the page",
    "page": "Page {number}/{pages} · {total} products",
    "sources": "Sources",
    "send_location": "📍 Send my location",
    "send_contact": "📱 Send my phone number",
    "press_below": "Press the button under the keyboard to send it.",
    "ask_photo": "📷 Ask with a photo of the label",
    "open": "See the product passport",
    "page_of": "Product page",
    "start": "Start",
    "tim": "Find a product by name",
    "huongdan": "How to use this bot",
    "ngonngu": "Change the language (vi, en)",
    "cauhoi": "My questions to producers",
    "dulieu": "My data: see it, erase it",
}
COMMANDS = ("start", "tim", "huongdan", "cauhoi", "ngonngu", "dulieu")
LANGUAGES = ("vi", "en")


def say(key: str, language: str, **values: object) -> str:
    """The sentence *key* in *language*, in Vietnamese if we do not speak that here."""
    spoken = _ENGLISH if language.startswith("en") else _VIETNAMESE
    return spoken[key].format(**values)
