"""Domain research B3: addresses made to be taken for a known portal."""

import pytest

from catalog.codes import OtherLink, Surroundings, TraceLink, classify, trace_key

OFFICIAL = "check.bacninh.gov.vn"
OURS = Surroundings(frozenset({"hoi-ocop.vn", "127.0.0.1:8080"}))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://check.bacninh.gov.vn.evil.example/abc", "known_name_inside"),
        ("https://login.check.bacninh.gov.vn.evil.example/abc", "known_name_inside"),
        ("https://check-bacninh-gov.vn/abc", "same_shape"),
        ("https://check.bacninh.gov-vn.com/abc", "known_name_inside"),
        ("https://check.bacninh.gov.vn@evil.example/abc", "userinfo"),
        ("https://check.bacninh.gov.vn:443@evil.example/abc", "userinfo"),
        ("https://check.bacnınh.gov.vn/abc", "same_shape"),
        ("https://сheck.bacninh.gov.vn/abc", "same_shape"),
        ("https://chеck.bаcninh.gov.vn/abc", "same_shape"),
        ("https://xn--heck-k6d.bacninh.gov.vn/abc", "punycode"),
        ("https://check.bacninh.gov.vn./abc", "trailing_dot"),
        ("https://check.bacninh.gov.vn:8443/abc", "port"),
        ("https:\\\\check.bacninh.gov.vn\\abc", "backslash"),
        ("https://check.bacninh.gov.vn\\@evil.example/abc", "backslash"),
        ("https:/\\check.bacninh.gov.vn/abc", "backslash"),
        ("https:///check.bacninh.gov.vn/abc", "malformed"),
        ("https://check%2ebacninh.gov.vn/abc", "percent_in_host"),
        ("https://%63heck.bacninh.gov.vn/abc", "percent_in_host"),
        ("https://ｃｈｅｃｋ.bacninh.gov.vn/abc", "full_width"),
        ("https://check。bacninh。gov。vn/abc", "full_width"),
        ("https://check.bac\u200bninh.gov.vn/abc", "hidden_characters"),
        ("https://check.bacnin.gov.vn/abc", "similar_name"),
        ("https://cheeck-bacninh.gov.vn/abc", "similar_name"),
        ("https://check.bacnlnh.gov.vn/abc", "same_shape"),
        ("https://check.bacninh.vn/abc", "other_ending"),
        ("https://check.bacninh.com.vn/abc", "similar_name"),
        ("https://check.bacninh.com/abc", "other_ending"),
    ],
)
def test_an_address_that_imitates_the_province_is_named(text, reason):
    code = classify(text, ours=OURS)
    assert isinstance(code, OtherLink)
    assert code.lookalike_of == OFFICIAL
    assert reason in code.reasons


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("https://qr-icheck.vn/1", "qr.icheck.vn"),
        ("https://qrxicheck.vn/1", "qr.icheck.vn"),
        ("https://verig00ds.vn/1", "verigoods.vn"),
        ("https://verigoods.com/1", "verigoods.vn"),
        ("https://hoi-ocop.vn.evil.example/p/7", "hoi-ocop.vn"),
        ("https://hoi-ocop.com/p/7", "hoi-ocop.vn"),
        ("https://hoi-ocop.vn@evil.example/p/7", "hoi-ocop.vn"),
        ("https://faceb00k.com/nembui", "facebook.com"),
        ("https://shoрee.vn/1", "shopee.vn"),
        ("https://xcheck.net.vn/1", "check.net.vn"),
    ],
)
def test_imitations_of_other_known_hosts_are_named(text, known):
    code = classify(text, ours=OURS)
    assert isinstance(code, OtherLink)
    assert code.lookalike_of == known


@pytest.mark.parametrize(
    "text",
    [
        "https://www.bacninh.gov.vn/tin-tuc",
        "https://nembuininhxa.vn/",
        "https://bacgiang.gov.vn/x",
        "https://vnexpress.net/x",
        "https://en.wikipedia.org/wiki/Main_Page",
        "https://sotaynongsan.com/q",
        "http://www.lonelyplanet.com/",
        "https://myfacebookcompany.com.vn/",
    ],
)
def test_strangers_are_not_called_imitations(text):
    code = classify(text, ours=OURS)
    assert isinstance(code, OtherLink)
    assert code.lookalike_of is None


@pytest.mark.parametrize(
    "text",
    [
        "https://check.bacninh.gov.vn/go?url=https://evil.example/x",
        "https://check.bacninh.gov.vn/go?u=%2F%2Fevil.example/x",
        "https://check.bacninh.gov.vn/go?u=https%3A%2F%2Fevil.example",
        "https://check.bacninh.gov.vn/go?u=https%253A%252F%252Fevil.example",
        "https://check.bacninh.gov.vn/go?u=%252F%252Fevil.example",
        "https://check.bacninh.gov.vn/https://evil.example/x",
        "https://www.facebook.com/sharer.php?u=http://evil.example",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.example%2F&h=1",
        "https://www.google.com/url?q=https://evil.example/x",
    ],
)
def test_a_link_that_sends_people_on_is_not_taken_at_its_host(text):
    code = classify(text)
    assert isinstance(code, OtherLink)
    assert "redirect" in code.reasons
    assert code.redirects_to == "evil[.]example"
    assert code.key == ""


def test_a_target_that_is_no_address_is_still_a_redirect():
    code = classify("https://check.bacninh.gov.vn/go?url=javascript:alert(1)")
    assert isinstance(code, OtherLink)
    assert code.redirects_to == "?"


@pytest.mark.parametrize(
    "text", ["https://qn.check.net.vn.evil.example/1", "https://evilcheck.net.vn/1", "https://check.net.vn.vn/1"]
)
def test_only_a_name_before_the_dot_is_a_customer_of_checkvn(text):
    assert not isinstance(classify(text), TraceLink)


@pytest.mark.parametrize(
    "text",
    [
        "https://check.bacninh.gov.vn./abc",
        "https://ｃｈｅｃｋ.bacninh.gov.vn/abc",
        "https://x@check.bacninh.gov.vn/abc",
        "https:\\\\check.bacninh.gov.vn/abc",
        "https://check%2ebacninh.gov.vn/abc",
    ],
)
def test_an_imitation_never_has_the_key_of_the_true_address(text):
    assert trace_key(text) == ""
    assert trace_key("https://check.bacninh.gov.vn/abc") == "check.bacninh.gov.vn/abc"


def test_a_strange_port_keeps_a_key_of_its_own():
    assert trace_key("https://check.bacninh.gov.vn:8443/abc") == "check.bacninh.gov.vn:8443/abc"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://203.0.113.7/x", "ip_address"),
        ("http://0x7f.1/x", "ip_address"),
        ("https://[2001:db8::1]/x", "ip_address"),
        ("https://nembui.example/nembui.apk", "app_download"),
        ("https://tiếngviệt.example/x", "non_ascii_host"),
        ("https://nembui.example:99999/x", "malformed"),
        ("http://nembui.example/x", "http"),
        ("https://nembui.example:/x", ""),
        (f"https://{'a' * 300}.example/x", "malformed"),
        (f"https://{'ạ' * 80}.example/x", "malformed"),
    ],
)
def test_what_is_odd_about_a_stranger_is_told(text, reason):
    code = classify(text)
    assert isinstance(code, OtherLink)
    assert code.reasons == () if not reason else reason in code.reasons


def test_a_strangers_host_cannot_be_tapped():
    assert classify("https://evil.example/x").shown == "evil[.]example"
    assert len(classify(f"https://{'a.' * 100}example/x").shown) < 200
