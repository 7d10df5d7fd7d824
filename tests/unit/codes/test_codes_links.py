"""Links that we know, by host and path alone."""

import pytest

from catalog.codes import (
    Geo,
    Gs1,
    Level,
    OtherLink,
    OwnFair,
    OwnProduct,
    Payment,
    ShopLink,
    ShortLink,
    SocialLink,
    Surroundings,
    TelegramLink,
    TraceLink,
    UnsafeLink,
    ZaloLink,
    classify,
    trace_key,
)

OURS = Surroundings(
    frozenset({"https://Hoi-OCOP.vn/", "127.0.0.1:8080", "localhost:9000"}),
    telegram_bot="@HoiOcopBot",
    zalo_oa="1234567890123456789",
    zalo_bot="987654",
)


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("https://hoi-ocop.vn/p/nem-bui-7", OwnProduct("nem-bui-7")),
        ("HTTP://HOI-OCOP.VN/p/7", OwnProduct("7")),
        ("hoi-ocop.vn/p/7/", OwnProduct("7")),
        ("http://127.0.0.1:8080/p/7", OwnProduct("7")),
        ("http://localhost:9000/p/7", OwnProduct("7")),
        ("https://hoi-ocop.vn/p/b%C3%A1nh", OwnProduct("bánh")),
        ("https://hoi-ocop.vn/p/7?lot=L1&serial=S", OwnProduct("7", lot="L1", serial="S")),
        ("https://hoi-ocop.vn/p/7?10=L1&21=S", OwnProduct("7", lot="L1", serial="S")),
        ("https://t.me/hoiocopbot?start=p_nem-7", OwnProduct("nem-7")),
        ("tg://resolve?domain=HoiOcopBot&start=p_7", OwnProduct("7")),
        ("https://t.me/HoiOcopBot?startapp=p_7", OwnProduct("7")),
        ("Nem Bùi\nhttps://hoi-ocop.vn/p/7.", OwnProduct("7")),
    ],
)
def test_our_own_product_is_known_by_its_page_and_its_bot(text, product):
    assert classify(text, ours=OURS) == product


@pytest.mark.parametrize(
    ("text", "fair"),
    [
        ("https://hoi-ocop.vn/b/ABCD2345", OwnFair(token="ABCD2345")),
        ("HTTPS://HOI-OCOP.VN/b/abcd2345", OwnFair(token="ABCD2345")),
        ("https://t.me/HoiOcopBot?start=b_ABCD2345", OwnFair(token="ABCD2345")),
        ("https://hoi-ocop.vn/fairs/hoi-cho-ocop-2027?lang=en", OwnFair("hoi-cho-ocop-2027")),
        ("https://hoi-ocop.vn/fairs", OwnFair()),
    ],
)
def test_a_booth_and_a_fair_are_known_by_their_pages_and_our_bot(text, fair):
    assert classify(text, ours=OURS) == fair


@pytest.mark.parametrize(
    "text", ["https://hoi-ocop.vn/b/x", "https://t.me/HoiOcopBot?start=b_x", "https://a.vn/fairs/b"]
)
def test_what_only_looks_like_a_booth_is_none(text):
    assert not isinstance(classify(text, ours=OURS), OwnFair)


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8081/p/7",
        "https://hoi-ocop.vn:8443/p/7",
        "https://x@hoi-ocop.vn/p/7",
        "https://www.hoi-ocop.vn/p/7",
        "https://t.me/OtherBot?start=p_7",
    ],
)
def test_what_is_not_exactly_ours_is_not_ours(text):
    assert not isinstance(classify(text, ours=OURS), OwnProduct)


def test_another_page_of_ours_is_ours_but_no_product():
    for text in ("https://hoi-ocop.vn/", "https://hoi-ocop.vn/p/a%00b", "https://hoi-ocop.vn/p/7/8"):
        code = classify(text, ours=OURS)
        assert isinstance(code, OtherLink)
        assert (code.ours, code.key, code.shown) == (True, "", "hoi-ocop.vn")


def test_our_digital_link_is_ours():
    code = classify("https://hoi-ocop.vn/01/08938505974194/10/L1?17=261231", ours=OURS)
    assert isinstance(code, Gs1)
    assert (code.ours, code.gtin14, code.lot) == (True, "08938505974194", "L1")


@pytest.mark.parametrize(
    ("text", "portal", "level"),
    [
        ("https://check.bacninh.gov.vn/abc", "bacninh", Level.PROVINCIAL),
        ("HTTPS://CHECK.BACNINH.GOV.VN/ABC", "bacninh", Level.PROVINCIAL),
        ("check.bacninh.gov.vn/abc", "bacninh", Level.PROVINCIAL),
        ("Mã truy xuất: https://check.bacninh.gov.vn/abc", "bacninh", Level.PROVINCIAL),
        ("https://txng.daknong.gov.vn/a", "daknong", Level.OTHER_PROVINCE),
        ("https://truyxuatsanphambinhthuan.vn/a", "binhthuan", Level.OTHER_PROVINCE),
        ("https://qn.check.net.vn/a", "quangninh", Level.OTHER_PROVINCE),
        ("https://abc.check.net.vn/a", "checkvn", Level.PRIVATE),
        ("https://check.net.vn/a", "checkvn", Level.PRIVATE),
        ("https://verigoods.vn/a", "verigoods", Level.NATIONAL),
        ("https://truyxuatnguongoc.gov.vn/a", "national", Level.NATIONAL),
        ("https://qr.icheck.vn/a", "icheck", Level.PRIVATE),
        ("https://mkt.icheck.vn/a", "icheck", Level.PRIVATE),
        ("https://cd.qcheck.vn/a", "icheck", Level.PRIVATE),
    ],
)
def test_a_trace_portal_is_known_by_its_exact_host(text, portal, level):
    code = classify(text)
    assert isinstance(code, TraceLink)
    assert (code.portal, code.level) == (portal, level)
    assert code.verified is (portal != "national")
    assert code.name_vi
    assert code.name_en


def test_http_where_the_portal_has_https_is_noted():
    down, fine = classify("http://check.bacninh.gov.vn/abc"), classify("https://check.bacninh.gov.vn/abc")
    assert isinstance(down, TraceLink)
    assert isinstance(fine, TraceLink)
    assert (down.downgraded, fine.downgraded) == (True, False)
    assert down.key == fine.key == fine.shown == "check.bacninh.gov.vn/abc"


def test_the_front_page_of_a_portal_stands_for_no_product():
    assert classify("https://check.bacninh.gov.vn/").key == ""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("https://Check.BacNinh.gov.vn:443/Abc/?utm_source=a&id=7&fbclid=b#top", "check.bacninh.gov.vn/Abc?id=7#top"),
        ("http://check.bacninh.gov.vn:80/%61bc%2f?x=%c3%a1", "check.bacninh.gov.vn/abc%2F?x=%C3%A1"),
        ("https://nembui.vn/á b", "nembui.vn/%C3%A1"),
        ("https://nembui.vn", "nembui.vn"),
        ("https://nembui.example", "nembui.example/"),
        ("https://nembui.vn/" + "a" * 600, ""),
        ("https://nembui.vn/" + "a" * 3_000, ""),
        ("https://203.0.113.7/x", ""),
        ("https://nembui/x", ""),
        ("https://bit.ly/Abc", "bit.ly/Abc"),
        ("https://shopee.vn/nem?utm_medium=x", "shopee.vn/nem"),
    ],
)
def test_the_key_of_a_link_is_spelled_one_way(text, key):
    assert trace_key(text) == key
    assert trace_key(key) == key


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://t.me/nembui", TelegramLink("nembui")),
        ("https://telegram.me/HoiOcopBot", TelegramLink("HoiOcopBot", ours=True)),
        ("https://t.me/+84912345678", TelegramLink(phone="0912345678")),
        ("https://t.me/+AbCdEf", TelegramLink(invite=True)),
        ("https://t.me/joinchat/abc", TelegramLink(invite=True)),
        ("tg://resolve?domain=nembui", TelegramLink("nembui")),
        ("https://t.me/n%20b", TelegramLink("n b")),
        ("https://zalo.me/1234567890123456789", ZaloLink("1234567890123456789", ours=True)),
        ("https://zalo.me/987654", ZaloLink("987654", ours=True)),
        ("https://zalo.me/0912345678", ZaloLink(phone="0912345678")),
        ("zalo.me/84912345678", ZaloLink(phone="0912345678")),
        ("https://zalo.me/g/abc123", ZaloLink(group=True)),
        ("https://zaloapp.com/qr/p/xyz", ZaloLink("xyz")),
        ("https://zalo.me/", ZaloLink()),
    ],
)
def test_messengers_are_ours_or_somebodys(text, link):
    assert classify(text, ours=OURS) == link
    assert link.shown


def test_without_our_names_nothing_is_ours():
    assert classify("https://t.me/HoiOcopBot?start=p_7") == TelegramLink("HoiOcopBot")
    assert classify("https://zalo.me/") == ZaloLink()


@pytest.mark.parametrize(
    ("text", "marketplace"),
    [
        ("https://s.shopee.vn/abc", "Shopee"),
        ("https://www.lazada.vn/products/x.html", "Lazada"),
        ("https://tiki.vn/nem-p1.html", "Tiki"),
        ("https://shop.tiktok.com/view/product/1", "TikTok Shop"),
        ("https://www.tiktok.com/view/product/1", "TikTok Shop"),
        ("https://www.sendo.vn/x", "Sendo"),
        ("https://voso.vn/x", "Vỏ Sò"),
        ("https://postmart.vn/x", "Postmart"),
        ("https://nongsan.buudien.vn/x", "Nông sản Bưu điện"),
        ("https://ecombacninh.vn/x", "Sàn thương mại điện tử Bắc Ninh"),
        ("正宗铁观音茶叶 乐品乐茶 http://detail.tmall.com/item.htm?id=13996190738", "Tmall"),
    ],
)
def test_a_marketplace_is_named(text, marketplace):
    code = classify(text)
    assert isinstance(code, ShopLink)
    assert code.marketplace == marketplace
    assert marketplace in code.shown


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("https://www.facebook.com/nembui", "Facebook"),
        ("https://m.me/nembui", "Messenger"),
        ("https://vt.tiktok.com/abc", "TikTok"),
        ("https://youtu.be/abc", "YouTube"),
        ("https://www.instagram.com/lethmik/", "Instagram"),
        ("http://weixin.qq.com/r/abc", "WeChat"),
    ],
)
def test_a_social_network_is_named(text, network):
    code = classify(text)
    assert isinstance(code, SocialLink)
    assert code.network == network
    assert code.shown.startswith(network)
    assert code.key


@pytest.mark.parametrize(
    "text", ["https://bit.ly/abc", "amzn.to/socialqr", "http://q-r.to/baf6RY", "https://x.page.link/a"]
)
def test_a_shortener_hides_its_target(text):
    code = classify(text)
    assert isinstance(code, ShortLink)
    assert "[.]" in code.shown


@pytest.mark.parametrize(
    "text", ["https://maps.app.goo.gl/abc", "https://www.google.com/maps/place/x", "https://goo.gl/maps/x"]
)
def test_a_map_link_is_a_place(text):
    code = classify(text)
    assert isinstance(code, Geo)
    assert code.shown == code.host


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("https://me.momo.vn/abc", "MoMo"),
        ("https://qr.zalopay.vn/abc", "ZaloPay"),
        ("https://img.vietqr.io/image/970415-1-compact.jpg", "VietQR"),
        ("momo://app?action=pay", "MoMo"),
        ("zalopay://x", "ZaloPay"),
    ],
)
def test_a_link_to_pay_is_a_payment(text, system):
    code = classify(text)
    assert isinstance(code, Payment)
    assert code.system == code.shown == system


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("javascript:alert(1)", "javascript"),
        ("JaVaScRiPt:alert(1)", "javascript"),
        ("java\tscript:alert(1)", "javascript"),
        ("\x01javascript:alert(1)", "javascript"),
        ("ｊavascript：alert(1)", "javascript"),
        ("data:text/html;base64,PHNjcmlwdD4", "data"),
        ("data:,x", "data"),
        ("javascript: alert(1)", "javascript"),
        ("intent://scan/#Intent;scheme=zxing;end", "intent"),
        ("file:///etc/passwd", "file"),
        ("zalo://qr/1", "zalo"),
        ("otpauth://totp/x?secret=ABC", "otpauth"),
        ("tg://msg?text=x", "tg"),
    ],
)
def test_a_scheme_that_runs_or_opens_something_is_unsafe(text, scheme):
    code = classify(text)
    assert code == UnsafeLink(scheme)
    assert code.shown == f"{scheme}:"


@pytest.mark.parametrize(
    "text", ["Data: gạo nếp", "Market: chợ Lim", "File: 12", "Nem: bùi", "https://", "https:// ", "Giá: 50.000/kg"]
)
def test_words_with_a_colon_are_words(text):
    assert classify(text).kind == "just_text"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("MEBKM:TITLE:x;URL:http\\://nembui.vn/a;;", "nembui.vn/a"),
        ("URLTO:nembui.vn/a", "nembui.vn/a"),
        ("ﾃﾞｻﾞｲﾝQR\r\nhttp://d-qr.net/ex/", "d-qr.net/ex"),
        ("Website: www.nembui.vn/a", "www.nembui.vn/a"),
        ("Xem (https://nembui.vn/a).", "nembui.vn/a"),
    ],
)
def test_an_address_is_found_in_what_wraps_it(text, key):
    code = classify(text)
    assert isinstance(code, OtherLink)
    assert code.key == key


def test_a_bookmark_without_an_address_is_words():
    assert classify("URL:nem bùi").kind == "just_text"


def test_two_strange_addresses_in_a_text_leave_it_a_text():
    assert classify("https:// x https://a.example/1 https://b.example/2").kind == "just_text"
    assert classify("Xem https://a.example/1 https://check.bacninh.gov.vn/2").kind == "trace_link"
