"""Product pages: the same passport without a script, and nothing of what is in it read as HTML."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pages import headers
from bot.pages.drawing import LinkPreview, render_missing, render_product, touchable
from catalog.passport import Standing
from handlers.messages import Card
from tests.browser.stand import NASTY, whole_card


def linked(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])


def test_the_page_says_what_the_card_says():
    card = whole_card()
    preview = LinkPreview("https://hoi.example/p/vai", "https://hoi.example/wide.png", "https://hoi.example/square.png")
    page = render_product(card, language="vi", chat_url="/?p=vai", true_on="Đúng vào ngày 24/11/2026", preview=preview)
    for section in card.sections:
        assert section.heading in page
        assert all(fact.label in page for fact in section.facts)
    assert card.verdict in page
    assert card.note in page
    assert 'aria-label="4 sao"' in page
    assert 'href="tel:+84-91-234-56-78"' in page
    assert '<a class="choice main" href="/?p=vai">Hỏi trong khung chat</a>' in page
    assert '<link rel="canonical" href="https://hoi.example/p/vai">' in page
    told = "Còn hiệu lực đến 31/08/2027 (còn 280 ngày) · HTX Hồng Xuân · Đúng vào ngày 24/11/2026"
    assert f'property="og:description" content="{told}"' in page
    pictures = re.findall(r'property="og:image(?:|:width|:height)" content="([^"]*)"', page)
    assert pictures == [preview.wide, "1200", "630", preview.square, "1080", "1080"]
    assert "Đúng vào ngày 24/11/2026." in page


def test_only_a_star_in_force_is_claimed_as_an_award():
    assert linked(render_product(whole_card(), language="vi", chat_url="/"))["award"] == "OCOP 4/5"
    lapsed = render_product(whole_card(standing=Standing.LAPSED), language="vi", chat_url="/")
    assert "award" not in linked(lapsed)
    assert "standing-lapsed" in lapsed


def test_what_is_only_presumed_is_no_plain_lapse():
    presumed = render_product(whole_card(standing=Standing.PRESUMED_LAPSED), language="vi", chat_url="/")
    assert "award" not in linked(presumed)
    assert "standing-presumed-lapsed" in presumed
    assert "standing-lapsed" not in presumed
    assert 'data-sign="?"' in presumed


@pytest.mark.parametrize("standing", [Standing.WITHDRAWN, Standing.ANNULLED])
def test_a_star_that_was_taken_away_is_no_award(standing):
    page = render_product(whole_card(standing=standing), language="vi", chat_url="/")
    assert "award" not in linked(page)
    assert f"standing-{standing}" in page
    assert 'data-sign="✕"' in page


def test_a_card_with_nothing_but_a_name_is_a_page():
    page = render_product(Card("Gà Hồ"), language="en", chat_url="/")
    assert "<h1>Gà Hồ</h1>" in page
    assert "canonical" not in page


def test_no_script_gets_through():
    page = render_product(whole_card(NASTY), language="vi", chat_url="javascript:alert(1)", true_on=NASTY)
    assert "<img src=x" not in page
    assert page.count("<script") == 1
    assert "javascript:" not in page
    assert linked(page)["name"] == NASTY


def test_a_missing_product_is_not_called_a_fake():
    page = render_missing(language="en", chat_url="/", wanted="<b>x</b>")
    assert "It does not mean that it is a fake" in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "Chưa tìm thấy" in render_missing(language="vi", chat_url="/")


@given(st.text())
def test_only_safe_addresses_can_be_touched(url):
    safe = touchable(url)
    assert safe in {"", url}
    if safe:
        assert re.match(r"(https?|tel|mailto):|/($|[^/\\])", safe, re.IGNORECASE)


def test_addresses_that_only_look_safe():
    for url in (
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " java\nscript:1",
    ):
        assert touchable(url) == ""


def test_a_product_page_runs_no_script_at_all():
    policy = headers.for_page()["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


def test_the_policy_names_the_host_only_if_it_is_one():
    assert "wss://hoi.example:8080" in headers.for_chat("hoi.example:8080")["Content-Security-Policy"]
    assert "evil" not in headers.for_chat("evil; x")["Content-Security-Policy"]
