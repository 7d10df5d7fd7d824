"""After make demo the README's commands work on the demo's catalogue, until there is one of one's own."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.command import ROOT, Command
from tests.pictures import photo_of

NOTE = "The demo's catalogue (demo/hoi-ocop.db); hoi-ocop migrate makes one of your own."


@dataclass(frozen=True)
class Bare(Command):
    """``hoi-ocop`` where no setting names a database."""

    @property
    def environment(self) -> dict[str, str]:
        return {name: value for name, value in super().environment.items() if name != "HOI_OCOP_DATABASE_URL"}


@pytest.fixture
def tried(tmp_path: Path, shipped_file: Path) -> Bare:
    """A folder in which the demo was tried."""
    (tmp_path / "demo").mkdir()
    shutil.copy(shipped_file, tmp_path / "demo" / "hoi-ocop.db")
    return Bare(tmp_path)


def test_commands_work_on_the_demos_catalogue_until_there_is_ones_own(tried: Bare) -> None:
    example = re.search(r'hoi-ocop ask "([^"]+)"', (ROOT / "README.md").read_text())
    assert example is not None
    said = tried("ask", example[1])
    assert any("★" in line for line in said.out.splitlines())
    assert said.err.strip() == NOTE
    assert tried.here("label", "che-xanh-ban-ven-than-truong", "--out", "a.png").status == 0
    assert "For HTX Dịch vụ nông nghiệp Hằng Hiếu" in tried.here("invite", "HTX Hằng Hiếu").out
    assert not (tried.folder / "hoi-ocop.db").exists()
    assert tried("migrate").status == 0
    own = tried("ask", example[1])
    assert NOTE not in own.err
    assert "The catalogue is empty." in own.err


def test_the_status_of_the_demo_says_once_whose_it_is(tried: Bare) -> None:
    said = tried.here("status")
    assert said.err.strip() == NOTE
    assert "Số sản phẩm trong danh mục: 119" in said.out


def test_a_demos_label_is_no_lookalike_of_this_machine(tried: Bare) -> None:
    (tried.folder / "label.jpg").write_bytes(photo_of("http://127.0.0.1:8099/p/che-xanh-ban-ven-than-truong"))
    said = tried.here("scan", "label.jpg").out
    assert said.splitlines()[1] == "Chè xanh Bản Ven"
    assert "⚠" not in said


def test_a_named_database_is_the_one(tried: Bare, empty_file: Path) -> None:
    shutil.copy(empty_file, tried.folder / "catalogue.db")
    named = {"HOI_OCOP_DATABASE_URL": f"sqlite:///{tried.folder / 'catalogue.db'}"}
    assert NOTE not in tried.here("wanted", environment=named).err


def test_lists_and_what_is_wanted_speak_vietnamese_and_english(tried: Bare) -> None:
    vietnamese = tried("wanted")
    assert vietnamese.err.strip().startswith("Đang dùng danh mục của bản dùng thử (demo/hoi-ocop.db)")
    assert vietnamese.out.splitlines() == ["Tên đã tìm mà không thấy: không có", "Mã chưa thuộc sản phẩm nào: không có"]
    english = tried.here("wanted", "--lang", "en")
    assert english.err.strip() == NOTE
    assert english.out.splitlines() == ["Names that were not found: none", "Codes that belong to no product yet: none"]
    assert tried.here("template", "mau.xlsx").out.startswith("Mẫu danh sách nằm trong mau.xlsx.")
    assert tried.here("template", "mau.xlsx").err.strip().endswith("thêm --force nếu muốn ghi đè.")
    assert tried.here("template", "mau.txt", "--lang", "en").err.strip().endswith("The file's name must end in: .xlsx")
    assert " dòng vào tat-ca.csv." in tried.here("export", "tat-ca.csv").out
    assert " rows written to all.csv." in tried.here("export", "all.csv", "--force", "--lang", "en").out
