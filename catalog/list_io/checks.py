"""What cannot be true of one line, though each of its cells reads well."""

from collections.abc import Iterator
from datetime import date

from catalog.cells.problems import CellRefused
from catalog.model import ProductRow

FIRST_YEAR = 2018
"""OCOP began on 7 May 2018 (Decision 490/QĐ-TTg)."""

FARTHEST_YEARS = 10
LEAST_POINTS = {1: 0.0, 2: 30.0, 3: 50.0, 4: 70.0, 5: 90.0}
"""Where each star begins (Decision 148/QĐ-TTg and 1048/QĐ-TTg before it)."""

_POINTS_FORGIVEN = 5.0
CERTIFIED_STARS = 3


def contradictions(row: ProductRow, *, today: date) -> Iterator[tuple[str, CellRefused]]:
    """Give each field of *row* that contradicts another, the programme's rules, or *today*."""
    yield from _dates(row, today)
    yield from _rating(row)


def _dates(row: ProductRow, today: date) -> Iterator[tuple[str, CellRefused]]:
    if row.decided and row.decided.earliest > today:
        yield "decided", CellRefused("Ngày quyết định ở tương lai.", english="The decision lies in the future.")
    if row.decided and row.decided.year < FIRST_YEAR:
        reason = f"Ngày quyết định trước năm {FIRST_YEAR}, khi chưa có chương trình OCOP."
        yield "decided", CellRefused(reason, english=f"A decision before {FIRST_YEAR}, when OCOP did not exist.")
    if row.as_of and row.as_of.earliest > today:
        yield "as_of", CellRefused("Ngày ghi nhận ở tương lai.", english="Recorded in the future.")
    if row.expires and row.decided and row.expires.latest < row.decided.earliest:
        yield "expires", CellRefused("Ngày hết hạn trước ngày quyết định.", english="It expires before its decision.")
    if row.expires and not FIRST_YEAR <= row.expires.year <= today.year + FARTHEST_YEARS:
        yield "expires", CellRefused("Năm hết hạn không hợp lý.", english="Not a likely year of expiry.")


def _rating(row: ProductRow) -> Iterator[tuple[str, CellRefused]]:
    if row.potential_five and row.stars not in (None, 4):
        reason = "“Tiềm năng 5 sao” chỉ ghi cho hạng 4 sao."
        yield "potential_five", CellRefused(reason, english="Only a four-star can be a potential five-star.")
    if row.certificate and row.stars and row.stars < CERTIFIED_STARS:
        reason = "Hạng 1–2 sao không được cấp giấy chứng nhận. Hãy xem lại hạng sao."
        yield "stars", CellRefused(reason, english="One or two stars earn no certificate.")
    if row.stars and row.score is not None and _grossly_off(row.stars, row.score):
        reason = f"Điểm không hợp với hạng {row.stars} sao (từ {LEAST_POINTS[row.stars]:.0f} điểm). Hãy xem lại cả hai."
        yield "score", CellRefused(reason, english=f"This score does not go with {row.stars} stars.")


def _grossly_off(stars: int, score: float) -> bool:
    """True when *score* misses the star's least by over 5 points, or would have earned two stars more.

    A product may fail a needed criterion and get fewer stars than its points alone would give.
    """
    return score < LEAST_POINTS[stars] - _POINTS_FORGIVEN or score >= LEAST_POINTS.get(stars + 2, 101.0)
