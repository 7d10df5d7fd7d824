"""hoi-ocop certificate: a withdrawal is shown before it is recorded, and told to everyone after."""

from datetime import date, timedelta

import pytest

from tests.acceptance.command import Command


def day(ago: int) -> str:
    """So many days before the day on which the test runs, as it is typed."""
    return f"{date.today() - timedelta(days=ago):%d/%m/%Y}"  # noqa: DTZ011 - the command's own day is as near as needed


@pytest.fixture
def stall(command: Command) -> Command:
    """A catalogue of one product that was recognised 200 days ago."""
    file = command.folder / "list.csv"
    heading = "Mã,Tên sản phẩm,Chủ thể,Hạng sao,Số quyết định,Ngày quyết định,Cơ quan cấp,Nguồn"
    file.write_text(f"{heading}\nnem-1,Nem Bùi Thử,HTX Thử,4,12/QĐ-UBND,{day(200)},UBND tỉnh,Sở\n", encoding="utf-8")
    assert command.here("import", str(file)).status == 0
    return command


def test_it_is_shown_first_recorded_once_told_and_can_be_undone(stall: Command) -> None:
    told = ("--decision", f"55/QĐ-UBND ngày {day(20)} của UBND tỉnh", "--date", day(20), "--lang", "vi")
    asked = stall("certificate", "withdraw", "nem-1", *told, "--reason", "ngừng sản xuất")
    assert asked.status == 1
    assert "Hiện đang báo: Còn hiệu lực đến" in asked.out
    said = f"Chứng nhận OCOP đã bị thu hồi (từ {day(20)}, quyết định 55/QĐ-UBND). Lý do: đã ngừng sản xuất."
    assert f"Sau đó sẽ báo: {said}" in asked.out
    assert "--yes" in asked.err
    assert "★★★★☆" in stall.here("ask", "nem bùi thử").out
    for answer in ("Đã ghi.", "Đã ghi từ trước."):
        done = stall.here("certificate", "withdraw", "nem-1", *told, "--reason", "production-stopped", "--yes")
        assert (done.status, done.out.splitlines()[-1]) == (0, answer)
    card = stall.here("ask", "nem bùi thử").out
    assert "★" not in card
    assert said in card
    assert "No star is on it" in stall.here("label", "nem-1", "--out", "a.svg").err
    assert stall.here("certificate", "history", "nem-1", "--lang", "vi").out.splitlines()[:2] == [
        f"{day(200)}: công nhận · 12/QĐ-UBND · UBND tỉnh",
        f"{day(20)}: thu hồi · 55/QĐ-UBND · UBND tỉnh · đã ngừng sản xuất",
    ]
    back = ("--decision", "60/QĐ-UBND", "--date", day(5), "--yes")
    assert stall.here("certificate", "reinstate", "nem-1", *back).status == 0
    assert "★★★★☆" in stall.here("ask", "nem bùi thử").out


@pytest.mark.parametrize(
    ("product", "when", "said"),
    [("nobody", day(20), "nobody"), ("nem-1", "hôm qua", "Không phải ngày"), ("nem-1", day(300), "công nhận")],
)
def test_one_that_cannot_be_is_refused(stall: Command, product: str, when: str, said: str) -> None:
    refused = stall.here("certificate", "annul", product, "--decision", "5/QĐ", "--date", when, "--yes", "--lang", "vi")
    assert refused.status
    assert said in refused.err
    assert "★★★★☆" in stall.here("ask", "nem bùi thử").out


def test_a_product_without_a_certificate_has_none_to_lose(command: Command) -> None:
    file = command.folder / "list.csv"
    file.write_text("Mã,Tên sản phẩm,Chủ thể\nnem-1,Nem,HTX\n", encoding="utf-8")
    assert command.here("import", str(file)).status == 0
    refused = command.here(
        "certificate", "annul", "nem-1", "--decision", "5/QĐ", "--date", day(5), "--yes", "--lang", "en"
    )
    assert (refused.status, "No certificate of Nem is known." in refused.err) == (1, True)


def test_the_report_of_a_commune_is_a_page_to_fill_in(stall: Command) -> None:
    written = stall.here("certificate", "report", "nem-1", "--out", "a.pdf", "--lang", "vi")
    assert (written.status, "a.pdf" in written.out) == (0, True)
    assert (stall.folder / "a.pdf").read_bytes().startswith(b"%PDF-")
    for file, said in (("a.pdf", "--force"), ("a.docx", ".pdf")):
        refused = stall.here("certificate", "report", "nem-1", "--out", file, "--lang", "vi")
        assert (refused.status, said in refused.err) == (2, True)
