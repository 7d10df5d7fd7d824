"""The chain of visits: whole as it grows, broken by whatever is changed, moved or taken out; papers of booths."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.audit import Break
from catalog.fairs import papers
from catalog.fairs.calendar import Booth
from catalog.fairs.papers import CardWords, PrintedBooth, draw_cards, draw_plates
from catalog.fairs.visits import FairVisit, VisitKind, chain, find_break, mark_of
from tests.fairs import SPRING

DAY = date(2027, 3, 1)


def rows(number: int) -> list[FairVisit]:
    found: list[FairVisit] = []
    for at in range(number):
        mark = mark_of(f"p{at}", "salt", booth=1, day=DAY, kind=VisitKind.VISIT)
        visit = FairVisit("f", 0, 1, DAY, VisitKind.VISIT, float(at), False, mark, "", "")
        found.append(chain(visit, place=at, previous=found[-1].hash) if found else chain(visit))
    return found


def test_a_whole_chain() -> None:
    assert find_break([]) is None
    assert find_break(rows(5)) is None
    assert [each.place for each in rows(3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        (lambda found: found[1:], Break(1, "missing")),
        (lambda found: [found[0], *found[2:]], Break(2, "missing")),
        (lambda found: [found[0], replace(found[1], at=9.0), *found[2:]], Break(2, "changed")),
        (lambda found: [found[0], replace(found[1], crowd=True), *found[2:]], Break(2, "changed")),
        (lambda found: [found[0], replace(found[1], place=3), *found[2:]], Break(2, "missing")),
    ],
)
def test_what_was_touched_is_found(changed: object, broken: Break) -> None:
    assert find_break(changed(rows(4))) == broken  # type: ignore[operator]  # a function


def test_a_row_that_was_made_anew_does_not_fit_what_follows() -> None:
    found = rows(3)
    forged = replace(found[1], at=9.0)
    forged = replace(forged, hash=forged.computed())
    assert find_break([found[0], forged, found[2]]) == Break(3, "unchained")


def test_a_mark_leads_to_nobody_without_its_salt() -> None:
    one = mark_of("p", "a", booth=1, day=DAY, kind=VisitKind.VISIT)
    assert one != mark_of("p", "b", booth=1, day=DAY, kind=VisitKind.VISIT)
    assert one != mark_of("p", "a", booth=2, day=DAY, kind=VisitKind.VISIT)


@pytest.mark.parametrize("times", [1, 3, 6, 12])
def test_a_long_name_stays_on_its_card(times: int) -> None:
    page, width = papers._begin("QR", "P", SPRING), 89.0
    size, lines = papers._fit_name(page, " ".join(["Trung tâm xúc tiến thương mại"] * times), width)
    page.set_font("BeVietnamPro", style="B", size=size)
    assert len(lines) * size <= 32
    assert all(page.get_string_width(line.rstrip("…")) <= width for line in lines)
    assert lines[-1].endswith("…") is (times == 12)
    page.output()  # lets the typefaces go


def test_papers_are_drawn_for_long_names_too() -> None:
    words = CardWords("Quét bằng camera", lambda token: f"Gửi b {token}")
    name = "Hợp tác xã nông nghiệp sản xuất, kinh doanh và dịch vụ tổng hợp Hồng Xuân 🎪"
    printed = [
        PrintedBooth(Booth(f"A{at}", "Các xã", token="ABCD2345"), name, "https://ocop.test/b/ABCD2345")
        for at in range(5)
    ]
    cards, plates = draw_cards(SPRING, printed, words), draw_plates(SPRING, printed)
    assert cards.startswith(b"%PDF")
    assert cards.count(b"/Type /Page\n") == 2
    assert plates.count(b"/Type /Page\n") == 5
    assert draw_cards(SPRING, printed, words) == cards
