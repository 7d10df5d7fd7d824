"""How a passport looks, whatever is known and unknown."""

from dataclasses import replace
from datetime import date

import pytest

from bot.channels.telegram import draw as telegram
from bot.channels.zalo_oa import draw as zalo
from catalog import passport
from catalog.dates import PartialDate
from catalog.model import (
    Certificate,
    CertificateEvent,
    EventKind,
    Lot,
    Producer,
    ProducerKind,
    Product,
    Reason,
    Source,
)
from catalog.passport import Standing
from catalog.places import Places
from handlers import cards, verdict
from handlers.card_facts import View
from handlers.messages import Card, Reply, Section, Style
from handlers.phrases import speech
from handlers.plain import as_text, card_lines

TODAY = date(2026, 11, 24)
PLACES = Places.load_shipped()
BARE = Producer("m", "HTX Thử")


def view(language: str = "en") -> View:
    return View(speech(language), TODAY, PLACES, "https://ocop.test")


def card_of(*certificates: Certificate, producer: Producer = BARE, lot: Lot | None = None, **more: object) -> Card:
    product = Product("nem-1", "Nem", producer, ref="nem-1", certificates=certificates, **more)  # type: ignore[arg-type]  # as given
    return cards.whole(product, view(), lot=lot)


def section(card: Card, heading: str) -> Section:
    return next(each for each in card.sections if each.heading == heading)


def value(card: Card, label: str) -> str:
    return next((fact.value for each in card.sections for fact in each.facts if fact.label == label), "")


def dated(day: str, **more: object) -> Certificate:
    return Certificate(stars=4, decided=PartialDate.parse(day), **more)  # type: ignore[arg-type]  # as given


@pytest.mark.parametrize(
    ("certificate", "standing", "verdict"),
    [
        (dated("2024-12-20"), Standing.VALID, "Valid until 20/12/2027 (391 days left)"),
        (dated("2023-12-24"), Standing.ENDING, "Ending soon: valid until 24/12/2026 (30 days left)"),
        (dated("2023-11-25"), Standing.ENDING, "Ending soon: valid until 25/11/2026 (1 day left)"),
        (dated("2023-12"), Standing.ENDING, "Ending soon: it ends in 12/2026"),
        (dated("2024"), Standing.VALID, "Valid; it ends in 2027"),
        (
            dated("2023-11"),
            Standing.UNCERTAIN,
            "Ends some time between 01/11/2026 and 30/11/2026: no source gives the day.",
        ),
        (
            dated("2023"),
            Standing.UNCERTAIN,
            "Ends some time between 01/01/2026 and 31/12/2026: no source gives the day.",
        ),
        (
            dated("2023-11-23"),
            Standing.PRESUMED_LAPSED,
            (
                "The certificate we know of ended on 23/11/2026. "
                "None of our sources has a date: whether it was renewed is not known."
            ),
        ),
        (
            dated("2022", source=Source("a", PartialDate(2025, 3))),
            Standing.PRESUMED_LAPSED,
            "The certificate we know of ended in 2025. As of 03/2025, our newest source, no renewal is known.",
        ),
        (
            dated("2023-11-23", source=Source("a", PartialDate(2026, 11, 24))),
            Standing.LAPSED,
            "Lapsed: it ended on 23/11/2026, and as of 24/11/2026 our source names no renewal. Ask the producer.",
        ),
        (Certificate(stars=4), Standing.UNDATED, "We do not know until when the star is valid."),
        (
            Certificate(decision="1/QĐ"),
            Standing.UNRATED,
            "It is in the OCOP programme; no source tells its star.",
        ),
    ],
)
def test_the_verdict_says_how_the_star_stands(certificate: Certificate, standing: Standing, verdict: str) -> None:
    card = card_of(certificate)
    assert (card.standing, value(card, "Validity") or card.verdict) == (standing, verdict)


WITHDRAWN = CertificateEvent(
    EventKind.WITHDRAWN,
    "55/QĐ-UBND",
    PartialDate(2026, 11, 2),
    "UBND tỉnh",
    Reason.FOOD_SAFETY,
    source=Source("Cổng tỉnh"),
)


@pytest.mark.parametrize(
    ("event", "standing", "verdict"),
    [
        (
            WITHDRAWN,
            Standing.WITHDRAWN,
            (
                "The OCOP certificate was withdrawn (from 02/11/2026 on, decision 55/QĐ-UBND). "
                "Reason: it was fined over food safety. Its star counts no more."
            ),
        ),
        (
            CertificateEvent(EventKind.ANNULLED, reason=Reason.NOT_RE_EVALUATED),
            Standing.ANNULLED,
            (
                "The OCOP recognition was annulled because it was not renewed. "
                "Reason: it was not put forward to be evaluated again. Its star counts no more."
            ),
        ),
        (
            replace(WITHDRAWN, effective=PartialDate(2026, 12, 4), reason=Reason.OTHER, note="Chủ thể xin thôi."),
            Standing.ENDING,
            (
                "A decision withdraws the OCOP certificate (from 04/12/2026 on, decision 55/QĐ-UBND). "
                "Reason: Chủ thể xin thôi. Until then the star counts."
            ),
        ),
        (
            CertificateEvent(EventKind.ANNULLED, effective=PartialDate(2026, 12, 4)),
            Standing.ENDING,
            "A decision annuls the OCOP recognition (from 04/12/2026 on). Until then the star counts.",
        ),
    ],
)
def test_lapsed_annulled_and_withdrawn_are_three_things(
    event: CertificateEvent, standing: Standing, verdict: str
) -> None:
    card = card_of(dated("2024-12-20", events=(event,)))
    assert (card.standing, value(card, "Validity") or card.verdict) == (standing, verdict)
    assert (card.stars is None) == (standing in passport.TAKEN_AWAY), "no star is drawn that was taken away"


def test_a_star_of_an_unknown_end_that_will_be_withdrawn_says_both() -> None:
    coming = replace(WITHDRAWN, effective=PartialDate(2026, 12, 4))
    card = card_of(Certificate(stars=4, events=(coming,)))
    assert card.verdict == "OCOP certificate withdrawn from 04/12/2026 on."
    assert value(card, "Validity") == (
        "We do not know until when the star is valid. "
        "A decision withdraws the OCOP certificate (from 04/12/2026 on, decision 55/QĐ-UBND)."
    )


def test_the_card_tells_what_was_decided_with_its_source() -> None:
    held = dated("2024-12-20", source=Source("Sở"), events=(replace(WITHDRAWN, effective=PartialDate(2026, 11, 20)),))
    card = card_of(held)
    assert value(card, "Rank") == "4 stars (withdrawn)"
    assert value(card, "Valid until") == "20/11/2026 (withdrawn)"
    (decision,) = section(card, "Decisions about the certificate").facts
    assert decision.label == "Withdrawn"
    assert decision.value.split(" · ") == [
        "decision 55/QĐ-UBND",
        "of 02/11/2026",
        "UBND tỉnh",
        "in effect from 20/11/2026 on",
        "it was fined over food safety",
    ]
    assert [card.sources[mark - 1].text for mark in decision.sources] == ["Cổng tỉnh"]
    bare = card_of(dated("2024-12-20", events=(CertificateEvent(EventKind.RENAMED),)))
    assert value(bare, "Renamed") == "nothing more is known"


def test_an_earlier_one_ended_when_it_was_withdrawn() -> None:
    old = dated("2022-06-01", events=(replace(WITHDRAWN, decided=PartialDate(2023, 5, 1)),))
    lapsed = dated("2018-06-01")
    card = card_of(dated("2024-12-20"), old, lapsed)
    assert card.stars == 4
    assert [fact.value for fact in section(card, "Earlier certificates").facts] == [
        "01/06/2022 to 01/05/2023 (withdrawn)",
        "01/06/2018 to 01/06/2021",
    ]


def test_without_a_certificate_nothing_is_claimed() -> None:
    card = card_of()
    assert (card.stars, card.standing) == (None, Standing.NONE)
    assert card.verdict == "No OCOP certificate is known."
    assert all(each.heading != "OCOP certificate" for each in card.sections)
    assert value(card, "Not known yet").startswith("OCOP certificate, ")


def test_what_is_unknown_is_shown_as_unknown() -> None:
    card = card_of(Certificate(stars=3))
    unknown = [fact for each in card.sections for fact in each.facts if not fact.known]
    assert [(fact.label, fact.value) for fact in unknown] == [
        (
            "Not known yet",
            (
                "certificate number, decision, issued by, date of decision, valid until, address as printed, "
                "address since 1 July 2025, phone, website, where to buy, product group"
            ),
        )
    ]


def test_an_abolished_district_is_printed_as_it_signed() -> None:
    assert value(card_of(dated("2024-12-20", issuer="UBND huyện Lương Tài")), "Issued by") == "UBND huyện Lương Tài"


def test_an_end_that_we_counted_says_so_and_claims_no_source() -> None:
    counted = card_of(dated("2024-12-20", source=Source("Sở")))
    fact = next(fact for fact in section(counted, "OCOP certificate").facts if fact.label == "Valid until")
    assert (fact.value, fact.sources) == ("20/12/2027 (36 months from the decision, as the rules say)", ())
    printed = card_of(dated("2024-12-20", expires=PartialDate(2027, 6, 30), source=Source("Sở")))
    fact = next(fact for fact in section(printed, "OCOP certificate").facts if fact.label == "Valid until")
    assert (fact.value, fact.sources) == ("30/06/2027", (1,))


def test_a_renewed_one_keeps_its_history() -> None:
    card = card_of(dated("2024-12-20"), dated("2021-05", decision="9/QĐ"), Certificate())
    earlier = [(fact.label, fact.value) for fact in section(card, "Earlier certificates").facts]
    assert earlier == [("4 stars", "05/2021 to 05/2024 · 9/QĐ"), ("star unknown", "unknown day to unknown day")]


def test_a_potential_five_star_is_called_so() -> None:
    assert value(card_of(dated("2024-12-20", potential_five=True, score=92.0)), "Rank") == "4 stars (potential 5 stars)"


@pytest.mark.parametrize("kind", list(ProducerKind))
def test_each_kind_of_producer_has_a_name(kind: ProducerKind) -> None:
    said = value(card_of(producer=Producer("m", "Thử", kind)), "Producer")
    assert said == ("Thử" if kind is ProducerKind.UNKNOWN else said)
    assert said.startswith("Thử")
    assert (" — " in said) == (kind is not ProducerKind.UNKNOWN)


def test_both_addresses_are_told() -> None:
    maker = Producer("m", "Thử", address="thôn 1, huyện Thuận Thành, tỉnh Bắc Ninh", commune="xã Đình Tổ")
    card = card_of(producer=maker)
    assert value(card, "Address as printed") == "thôn 1, huyện Thuận Thành, tỉnh Bắc Ninh, xã Đình Tổ"
    assert value(card, "Address since 1 July 2025") == "Phường Trí Quả, Bắc Ninh"


@pytest.mark.parametrize(
    ("commune", "said"),
    [("phường Ninh Xá", "one of: Phường Kinh Bắc; Phường Ninh Xá"), ("Hòa Bình", ""), ("", "")],
)
def test_where_the_new_address_is_not_certain_the_candidates_are_told(commune: str, said: str) -> None:
    assert value(card_of(producer=Producer("m", "Thử", commune=commune)), "Address since 1 July 2025") == said


def test_phones_are_for_touching_and_what_is_none_is_left_out() -> None:
    maker = Producer("m", "Thử", phones=("0912345678", "+1 650 253 0000", "gọi An"), website="thu.example.vn")
    card = card_of(producer=maker)
    fact = next(fact for fact in section(card, "").facts if fact.label == "Phone")
    assert [link.url for link in fact.links] == ["tel:+84-912-345-678", "tel:+1-650-253-0000"]
    urls = [choice.url for choice in card.choices if choice.url]
    assert urls == ["tel:+84-912-345-678", "https://thu.example.vn"]


def test_sources_are_numbered_once_and_each_page_of_one_is_named() -> None:
    two = Source("Báo A: https://a.example.vn/1 · Báo B: https://b.example.vn/2", PartialDate(2025, 3))
    maker = Producer("m", "Thử", facts={"name": two})
    card = card_of(dated("2024-12-20", source=Source("https://c.example.vn/3")), producer=maker)
    assert [(line.text, line.url, line.as_of) for line in card.sources] == [
        ("https://c.example.vn/3", "https://c.example.vn/3", ""),
        ("Báo A", "https://a.example.vn/1", "as of 03/2025"),
        ("Báo B", "https://b.example.vn/2", "as of 03/2025"),
    ]
    fact = next(fact for fact in section(card, "Producer").facts if fact.label == "Producer")
    assert fact.sources == (2, 3)


def test_the_package_in_hand_is_told_where_the_code_knows_it() -> None:
    lot = Lot("L7", "S1", PartialDate(2026, 1), PartialDate(2026, 11, 23), PartialDate(2027))
    facts = [(fact.label, fact.value) for fact in section(card_of(lot=lot), "On this package, as its code says").facts]
    assert facts == [
        ("Lot", "L7"),
        ("Serial number", "S1"),
        ("Made on", "01/2026"),
        ("Use by", "23/11/2026 — this date has passed"),
        ("Best before", "2027"),
    ]
    assert [each.heading for each in card_of(lot=Lot()).sections].count("On this package, as its code says") == 0


def test_a_card_says_what_a_hit_does_not_prove() -> None:
    assert "does not prove that the item in your hand is genuine" in card_of().note


def test_a_short_card_tells_it_apart() -> None:
    product = Product("nem-1", "Nem", Producer("m", "HTX", commune="xã A"), ref="nem-1", certificates=(dated("2025"),))
    card = cards.short(product, view())
    assert (card.title, card.subtitle, card.stars, card.sections) == ("Nem", "HTX — xã A", 4, ())
    assert str(card.choices[0].action) == "p nem-1"


def test_a_whole_card_can_be_read_aloud() -> None:
    text = "\n".join(card_lines(card_of(dated("2024-12-20")), "en"))
    assert text.startswith(
        "Nem\n★★★★☆ Valid until 20/12/2027 (391 days left)\nHTX Thử\n\nOCOP CERTIFICATE\nRank: 4 stars"
    )
    assert text.endswith("https://ocop.test/p/nem-1?lang=en")


STANDS = (
    dated("2024-12-20"), dated("2023-12-24"), dated("2023-12"), dated("2023-11"), dated("2023"), dated("2023-11-23"),
    dated("2023-11-23", source=Source("a", PartialDate(2026, 11, 24))), Certificate(stars=4),
    Certificate(decision="1"),
    dated("2024-12-20", events=(WITHDRAWN,)),
    dated("2024-12-20", events=(replace(WITHDRAWN, kind=EventKind.ANNULLED),)),
)  # fmt: skip


@pytest.mark.parametrize(("language", "most"), [("vi", 56), ("en", 56), ("ko", 34), ("zh", 34)])
def test_a_verdict_is_two_lines_on_a_phone(language: str, most: int) -> None:
    say = speech(language)
    told = [verdict.in_short(passport.of(given, TODAY), say) for given in ((), *((each,) for each in STANDS))]
    assert [each for each in told if len(each) > most] == []


def test_a_card_opens_with_verdict_producer_and_phone_and_folds_the_rest() -> None:
    maker = Producer("m", "HTX Thử", phones=("0912345678",), address="Số 1")
    card = card_of(dated("2024-12-20", source=Source("Sở")), producer=maker)
    reply = Reply(cards=(card,), language="en")
    shown = as_text(reply, folds=True).split("\n\n")
    assert shown[0].split("\n") == [
        "Nem", "★★★★☆ Valid until 20/12/2027 (391 days left)", "HTX Thử", "Phone: 0912 345 678"
    ]  # fmt: skip
    assert shown[1] == card.note
    assert "See all of it" in shown[2]
    assert "OCOP CERTIFICATE" in as_text(reply)
    drawn = telegram.draw(reply)
    head, _, rest = drawn.text.partition("<blockquote expandable>")
    assert len(head.strip().split("\n")) <= 5
    assert "Address" in rest
    assert not any(button.label == "See all of it" for row in drawn.buttons for button in row)
    assert "OCOP CERTIFICATE" not in zalo.draw(reply).message["text"]
    assert any(
        each["title"] == "See all of it" for each in zalo.draw(reply).message["attachment"]["payload"]["buttons"]
    )


def test_all_of_a_card_folds_nothing() -> None:
    product = Product("nem-1", "Nem", BARE, ref="nem-1", certificates=(dated("2024-12-20"),))
    card = cards.whole(product, view(), folds=False)
    assert not any(each.folds for each in card.sections)
    assert all(each.style is not Style.UNFOLD for each in card.choices)


def test_a_verdict_speaks_of_what_counts() -> None:
    held = passport.of([dated("2021-01-01"), dated("2025-01-01")], TODAY)
    assert verdict.in_words(held, speech("en")) == "Valid until 01/01/2028 (403 days left)"


def test_a_page_is_the_source_only_of_what_it_says_it_tells():
    told = Source(
        "Báo A: https://a.example.vn/1 · Báo B (địa chỉ): https://b.example.vn/2 · Nhóm: chúng tôi tự xếp",
        PartialDate(2024, 11, 20),
    )
    maker = Producer("m", "HTX Thử", address="xã Kép", facts={"name": told, "address": told})
    card = card_of(dated("2024-11", source=told), producer=maker, group="Thực phẩm", facts={"group": told})
    lines = [(line.text, line.as_of) for line in card.sources]
    assert lines == [
        ("Báo A", "as of 20/11/2024"),
        ("Báo B (địa chỉ)", "as of 20/11/2024"),
        ("Nhóm: chúng tôi tự xếp", ""),
    ]
    marks = {fact.label: fact.sources for each in card.sections for fact in each.facts if fact.sources}
    assert marks["Producer"] == marks["Date of decision"] == (1,)
    assert marks["Address as printed"] == (2,)
    assert marks["Product group"] == (3,)


def test_a_page_that_tells_of_one_thing_stands_for_all_where_it_is_the_only_one():
    card = card_of(dated("2024-11", source=Source("Báo B (địa chỉ)")))
    assert [line.text for line in card.sources] == ["Báo B (địa chỉ)"]


def test_how_soon_a_producer_answers_is_told_where_it_is_known() -> None:
    product = Product("nem-1", "Nem", BARE, ref="nem-1")
    told = cards.whole(product, replace(view(), usual={"m": 24 * 3600.0, "other": 3600.0}))
    assert value(told, "When you ask") == "usually answers within 1 day"
    silent = cards.whole(product, replace(view(), usual={"other": 3600.0}))
    assert "When you ask" not in "\n".join(card_lines(silent, "en"))
    shown = cards.whole(product, replace(view("vi"), usual={"m": 3 * 3600.0}))
    assert value(shown, "Khi bạn hỏi") == "thường trả lời trong 3 giờ"
