"""Cells about what was decided of a certificate since: its state, the decision, from when on, and why."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from catalog.cells.certificates import FIRST_YEAR, Decision
from catalog.cells.certificates import decision as read_decision
from catalog.cells.content import at_most, words
from catalog.cells.days import day as read_day
from catalog.cells.problems import Cell, CellRefused
from catalog.dates import PartialDate
from catalog.model import Certificate, CertificateEvent, EventKind, ProductRow, Reason, Scope, Source
from catalog.text import fold

STATUS_WORDS: Mapping[EventKind, str] = {
    EventKind.WITHDRAWN: "Thu hồi",
    EventKind.ANNULLED: "Hủy công nhận",
    EventKind.RENAMED: "Đổi tên",
    EventKind.REINSTATED: "Khôi phục",
}
REASON_WORDS: Mapping[Reason, str] = {
    Reason.NOT_RE_EVALUATED: "Không tham gia đánh giá lại",
    Reason.FAILED_RE_EVALUATION: "Đánh giá lại không đạt",
    Reason.PROCESS_NOT_FOLLOWED: "Không làm đúng quy trình đã công bố",
    Reason.NOT_AS_CERTIFIED: "Chất lượng hoặc mẫu mã không đúng như đã chứng nhận",
    Reason.NO_RECORDS: "Không có hồ sơ chất lượng, truy xuất",
    Reason.PRODUCTION_STOPPED: "Ngừng sản xuất",
    Reason.FOOD_SAFETY: "Bị xử phạt về an toàn thực phẩm",
}
LONGEST_REASON = 300
_RECORDED = re.compile(r"\s*\(ghi nhận (\d{1,2}/\d{1,2}/\d{4}|\d{1,2}/\d{4}|\d{4})\)$")
_STATUS = (
    (EventKind.REINSTATED, re.compile(r"\b(?:khoi phuc|huy (?:bo )?(?:quyet dinh|qd) thu hoi|reinstated)\b")),
    (
        EventKind.WITHDRAWN,
        re.compile(r"\b(?:thu hoi|tuoc|rut (?:giay |quyet dinh )?(?:chung nhan|cong nhan|sao)|withdrawn|revoked)\b"),
    ),
    (EventKind.ANNULLED, re.compile(r"\b(?:huy(?: bo)?(?: ket qua| quyet dinh| qd)?(?: cong nhan)?|annulled)\b")),
    (EventKind.RENAMED, re.compile(r"\b(?:doi ten|renamed)\b")),
)
_NOT_YET = re.compile(r"\b(?:chua|khong|de nghi|de xuat|du kien|dang|cho|xem xet|sap|neu)\b")
_CALENDAR = re.compile(
    r"(?:da |con |dang |sap |duoc )*(?:hieu luc|han|het han|het hieu luc|cong nhan(?: lai| moi)?|cap moi|cap lai"
    r"|nang hang|hoat dong|duy tri|san xuat|co hieu luc|valid|expired|dat|moi|binh thuong)(?: .*)?"
)
_REASONS = (
    (Reason.FAILED_RE_EVALUATION, re.compile(r"danh gia(?: phan hang)? lai.*khong dat|khong dat.*danh gia.*lai")),
    (
        Reason.NOT_RE_EVALUATED,
        re.compile(
            r"(?:khong|chua) (?:tham gia|dang ky|nop|lam|de nghi|thuc hien)?.*(?:danh gia|cong nhan|ho so).*lai"
            r"|het (?:han|hieu luc)|qua (?:han|36 thang)|khong tai (?:cong nhan|danh gia)"
        ),
    ),
    (Reason.FOOD_SAFETY, re.compile(r"an toan thuc pham|attp|vsattp")),
    (
        Reason.PRODUCTION_STOPPED,
        re.compile(r"(?:ngung|dung|khong con|thoi) (?:hoat dong )?(?:san xuat|kinh doanh)|giai the|pha san"),
    ),
    (Reason.NO_RECORDS, re.compile(r"(?:khong|thieu).*(?:ho so|so sach|nhat ky|truy xuat)")),
    (Reason.PROCESS_NOT_FOLLOWED, re.compile(r"(?:khong|sai).*quy trinh")),
    (
        Reason.NOT_AS_CERTIFIED,
        re.compile(
            r"(?:chat luong|mau ma|bao bi|tieu chuan).*(?:khong|sai)|(?:khong|sai).*(?:chat luong|mau ma|bao bi)"
        ),
    ),
)


def status(cell: Cell) -> EventKind | None:
    """What happened to the certificate; None for what the dates tell by themselves ("Còn hiệu lực", "Hết hạn")."""
    text = words(cell)
    return _status(text) if text else None


@lru_cache(maxsize=1024)
def _status(text: str) -> EventKind | None:
    folded = fold(text)
    for kind, spelled in _STATUS:
        if (found := spelled.search(folded)) and not _NOT_YET.search(folded[: found.start()]):
            return kind
    if _CALENDAR.fullmatch(folded):
        return None
    choices = ", ".join(STATUS_WORDS.values())
    raise CellRefused(
        f"Không hiểu trạng thái. Chỉ ghi khi đã có quyết định: {choices}; còn lại bỏ trống.",
        english="Not a state that a decision makes: withdrawn, annulled, renamed, reinstated, or blank.",
    )


def write_status(value: EventKind | None, _row: ProductRow) -> Cell:
    """The documented word."""
    return STATUS_WORDS[value] if value else ""


def status_of(own: EventKind | None, line: Mapping[str, Any]) -> EventKind | None:
    """Its own cell; a decision of withdrawal alone says it too."""
    told: Decision | None = line.get("act")
    return own or (EventKind.WITHDRAWN if told and told.number else None)


def number_of(told: Decision | None, _line: Mapping[str, Any]) -> str:
    """The decision's number alone."""
    return told.number if told else ""


def day_of(own: PartialDate | None, line: Mapping[str, Any]) -> PartialDate | None:
    """The day in its own cell, else the one that the decision's cell gives."""
    told: Decision | None = line.get("act")
    return own or (told.decided if told else None)


def issuer_of(own: str | None, line: Mapping[str, Any]) -> str:
    """The issuer in its own cell, else in the decision's."""
    told: Decision | None = line.get("act")
    return own or (told.issuer if told else "")


def reason(cell: Cell) -> str:
    """The documented words of a reason that we know, else what the officer wrote."""
    text = at_most(LONGEST_REASON, words(cell))
    known = reason_in(text) if text else None
    return REASON_WORDS[known] if known else text


@lru_cache(maxsize=1024)
def reason_in(text: str) -> Reason | None:
    """The code of what *text* gives as a reason, itself a code or words; None where it has none."""
    folded = fold(text)
    exact = {**{str(each): each for each in REASON_WORDS}, **{fold(said): each for each, said in REASON_WORDS.items()}}
    if text in exact or folded in exact:
        return exact.get(text) or exact[folded]
    return next((each for each, spelled in _REASONS if spelled.search(folded)), None)


def event_in(row: ProductRow) -> CertificateEvent | None:
    """What *row* tells of its certificate's fate."""
    if row.status is None:
        return None
    known = reason_in(row.reason) if row.reason else None
    other = Reason.OTHER if row.reason else None
    return CertificateEvent(
        kind=row.status,
        decision=row.act,
        decided=row.act_decided,
        issuer=row.act_issuer,
        reason=known or other,
        note="" if known else row.reason,
        effective=row.effective,
        source=_source_in(row),
    )


def _source_in(row: ProductRow) -> Source:
    if not row.act_source:
        return Source(row.source, row.as_of)
    recorded = _RECORDED.search(row.act_source)
    if recorded is None:
        return Source(row.act_source, row.as_of)
    return Source(row.act_source[: recorded.start()], PartialDate.parse(recorded[1]))


def source_text(event: CertificateEvent, of_row: Source) -> str:
    """The cell that reads back as the source of *event*: blank where it is that of its line."""
    if event.source in {Source(), of_row}:
        return ""
    day = event.source.as_of
    return f"{event.source.name} (ghi nhận {day.vietnamese_text()})" if day else event.source.name


def reason_text(event: CertificateEvent) -> str:
    """The cell that reads back as the reason of *event*."""
    return REASON_WORDS.get(event.reason, event.note) if event.reason else event.note


def check_status(row: ProductRow, _today: date) -> Iterator[CellRefused]:
    """What was decided is decided about a certificate that the line names."""
    if row.status and row.stars is None and not (row.decision or row.certificate or row.decided):
        reason = "Dòng này không cho biết giấy chứng nhận nào: hãy ghi hạng sao và số hay ngày quyết định công nhận."
        yield CellRefused(reason, english="Which certificate? Give its stars and the decision that recognised it.")


def check_act(row: ProductRow, today: date) -> Iterator[CellRefused]:
    """The decision lies between the one that recognised and *today*; it may take effect later."""
    if row.act_decided and row.act_decided.earliest > today:
        yield CellRefused("Ngày quyết định ở tương lai.", english="The decision lies in the future.")
    if row.act_decided and row.act_decided.year < FIRST_YEAR:
        yield CellRefused(f"Ngày quyết định trước năm {FIRST_YEAR}.", english=f"A decision before {FIRST_YEAR}.")
    if row.act_decided and row.decided and row.act_decided.latest < row.decided.earliest:
        yield CellRefused(
            "Quyết định này có trước quyết định công nhận.", english="It was decided before the recognition."
        )


def check_effective(row: ProductRow, _today: date) -> Iterator[CellRefused]:
    """Nothing takes effect long before it is decided."""
    if row.effective and row.act_decided and row.effective.year < row.act_decided.year - 1:
        yield CellRefused("Ngày có hiệu lực trước quyết định quá lâu.", english="In effect long before its decision.")


@dataclass(frozen=True, slots=True)
class TypedDecision:
    """A decision about a certificate as somebody typed it, at a prompt or into a form."""

    decision: str
    day: str
    reason: str = ""
    issuer: str = ""
    begins: str = ""
    source: str = ""
    lots: str = ""
    made_from: str = ""
    made_until: str = ""


def read_decided(kind: EventKind, typed: TypedDecision, about: Certificate, today: date) -> CertificateEvent:
    """The event that was *typed*, read as a list's cells are. Raises CellRefused."""
    decided = read_decision(typed.decision)
    row = ProductRow(
        name="",
        producer="",
        stars=about.stars,
        decided=about.decided,
        status=kind,
        act=decided.number,
        act_decided=read_day(typed.day) or decided.decided,
        act_issuer=at_most(200, words(typed.issuer)) or decided.issuer,
        effective=read_day(typed.begins),
        reason=at_most(LONGEST_REASON, words(typed.reason)),
        source=at_most(1000, words(typed.source)) or f"Quyết định {decided.number}",
        as_of=PartialDate.of(today),
    )
    for refused in (*check_act(row, today), *check_effective(row, today)):
        raise refused
    event = event_in(row)
    if event is None or not event.decision or not event.decided:
        raise CellRefused("Hãy ghi số và ngày quyết định.", english="Give the decision's number and its day.")
    return replace(event, scope=_scope(typed))


def _scope(typed: TypedDecision) -> Scope:
    lots = tuple(filter(None, (at_most(60, words(each)) for each in re.split(r"[,;\n]", typed.lots[:2000]))))
    scope = Scope(lots, read_day(typed.made_from), read_day(typed.made_until))
    if scope.made_from and scope.made_until and scope.made_until.latest < scope.made_from.earliest:
        raise CellRefused("Ngày sản xuất cuối trước ngày đầu.", english="Made until a day before the first one.")
    return scope
