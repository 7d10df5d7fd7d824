"""The command line as an officer or a script uses it."""

import csv
import json
import sqlite3
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from pkgutil import resolve_name

import pytest
from PIL import Image

from tests import pictures
from tests.acceptance.command import ROOT, Command

HEAVY = {"sqlalchemy", "aiohttp", "numpy", "PIL", "openpyxl", "alembic", "pydantic", "structlog", "telegram"}
LIST = """Mã,Tên sản phẩm,Chủ thể,Xã/phường,Điện thoại,Hạng sao,Số quyết định,Ngày quyết định,Cơ quan cấp,GTIN,Nguồn
nem-1,Nem Bùi Thử,HTX Thử,xã Ninh Xá,0912 345 678,4,12/QĐ-UBND,20/12/2024,UBND huyện Thuận Thành,8936012345674,Sở
tuong-1,Tương Thử,HTX Thử,xã Ninh Xá,,3,13/QĐ-UBND,2025,UBND tỉnh,,Sở
"""
BAD = "sao-9,Mắm Thử,HTX Thử,xã Ninh Xá,,9,14/QĐ,hôm qua,UBND,,Sở\n"
COMMANDS = (
    "import",
    "template",
    "export",
    "ask",
    "talk",
    "scan",
    "label",
    "bind",
    "wanted",
    "officer",
    "certificate",
    "serve",
    "demo",
    "check",
    "status",
    "migrate",
)


def written(command: Command, name: str, text: str) -> Path:
    path = command.folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_command_of_the_package_is_this_one() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts.keys() == {"hoi-ocop"}
    assert callable(resolve_name(scripts["hoi-ocop"]))


def test_the_help_is_complete_and_loads_nothing_heavy(command: Command) -> None:
    said = command("--help")
    assert said.status == 0
    for word in COMMANDS:
        assert f" {word} " in said.out
    probe = "import sys, bot.__main__; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-c", probe], cwd=ROOT, env=command.environment, capture_output=True, text=True, check=True
    )
    assert set(loaded.stdout.split()) & HEAVY == set()


def test_a_list_is_imported_once_and_changes_are_told(command: Command) -> None:
    file = written(command, "list.csv", LIST)
    dry = command("import", file, "--dry-run", "--json")
    assert (dry.status, dry.json[0]["added"], dry.json[0]["dry_run"]) == (0, 2, True)
    first = command.here("import", file)
    assert first.status == 0
    assert "Thêm 2 sản phẩm, cập nhật 0, giữ nguyên 0; thêm 2 giấy chứng nhận" in first.out
    (again,) = command.here("import", file, "--json").json
    assert {name: again[name] for name in ("rows", "bad", "added", "updated", "unchanged", "certificates_added")} == {
        "rows": 2,
        "bad": 0,
        "added": 0,
        "updated": 0,
        "unchanged": 2,
        "certificates_added": 0,
    }
    written(command, "list.csv", LIST.replace("0912 345 678", "0987 654 321"))
    asked = command.here("import", file)
    assert (asked.status, asked.out) == (1, "")
    assert "điện thoại của 1 trong 1 chủ thể" in asked.err
    assert "--yes" in asked.err
    (changed,) = command.here("import", file, "--json", "--yes").json
    assert changed["updated"] == 2  # one producer, two products


def test_bad_rows_are_listed_written_down_and_mended(command: Command) -> None:
    file, mend = written(command, "list.csv", LIST + BAD), command.folder / "mend.csv"
    strict = command.here("import", file, "--strict")
    assert strict.status == 1
    assert "chưa nhập gì" in strict.err
    assert "dòng 4, cột Hạng sao: “9”" in strict.err
    said = command.here("import", file, "--bad-rows", mend, "--json")
    assert said.status == 1
    (told,) = said.json
    assert (told["added"], told["bad"]) == (2, 1)
    assert {problem["column"] for problem in told["problems"]} == {"Hạng sao", "Ngày quyết định"}
    assert all(problem["line"] == 4 and problem["reason"] for problem in told["problems"])
    mended = mend.read_text(encoding="utf-8-sig").replace('"9"', '"3"').replace("hôm qua", "20/12/2024")
    assert command.here("import", written(command, "mended.csv", mended), "--json").json[0]["added"] == 1


def test_strict_imports_nothing_where_a_cell_would_be_lost(command: Command) -> None:
    """Otherwise the product is imported without it, and the command ends well."""
    file = written(command, "list.csv", LIST.replace("0912 345 678", "12"))
    strict = command.here("import", file, "--strict")
    assert (strict.status, strict.out) == (1, "")
    assert "chưa nhập gì" in strict.err
    dry = command.here("import", file, "--strict", "--dry-run")
    assert (dry.status, dry.out) == (1, "")
    loose = command.here("import", file)
    assert loose.status == 0
    assert "Thêm 2 sản phẩm" in loose.out


@pytest.mark.parametrize("host", ["", " "])
def test_no_address_to_listen_on_is_refused(command: Command, host: str) -> None:
    """The system would take it for every address of the machine."""
    for words, environment in ((("--host", host), {}), ((), {"HOI_OCOP_HOST": host})):
        said = command.here("serve", *words, environment=environment)
        assert said.status == 1
        assert "HOI_OCOP_HOST" in said.err
        assert "must name an address" in said.err


def test_what_cannot_be_imported_is_said_in_a_line(command: Command) -> None:
    for words in (
        ("import", "gone.csv"),
        ("import", written(command, "a.csv", "%PDF-1.7")),
        ("import", written(command, "b.xlsx", "no zip")),
    ):
        said = command.here(*words)
        assert said.status == 1
        assert said.err.startswith("✕ ")
        assert "Traceback" not in said.err
    assert command.here("import").status == 2


def test_a_file_that_cannot_be_written_is_said_in_a_line(stocked: Command) -> None:
    gone = stocked.folder / "gone"
    product = stocked.here("ask", "nem bui thu", "--json").json[0]["hits"][0]["id"]
    for words in (
        ("template", gone / "a.xlsx"),
        ("template", f"{'a' * 300}.xlsx"),
        ("export", gone / "a.xlsx"),
        ("export", gone / "a.csv"),
        ("export", f"{'a' * 300}.csv"),
        ("label", product, "--out", gone / "a.png"),
        ("invite", product, "--qr", gone / "a.png"),
        ("erasures", "--out", gone / "a"),
        ("erasures", "--out", ""),
        ("backup", "b" * 300),
        ("words", "lo", "--folder", written(stocked, "file", "")),
    ):
        said = stocked.here(*words)
        assert said.status == 1, words
        assert said.err.startswith("✕ ") or "\n✕ " in said.err, words
    assert stocked.here("courier", "--retry", str(2**63)).status == 2


def test_what_the_terminal_cannot_show_is_escaped(stocked: Command) -> None:
    batch = written(stocked, "q.jsonl", '{"q": "nem \\ud800 bùi"}\n')
    for encoding in ("utf-8", "ascii"):
        said = stocked("ask", "--batch", batch, environment={"PYTHONIOENCODING": encoding})
        assert (said.status, said.err) == (0, ""), encoding
        assert "\\ud800" in said.out


def test_bad_rows_that_cannot_be_written_hold_the_import_up_before_it_begins(command: Command) -> None:
    """Nor do they overwrite the list that they come from: with --strict nothing else would hold its good rows."""
    file = written(command, "list.csv", LIST + BAD)
    for place in (command.folder / "gone" / "mend.csv", command.folder, file):
        said = command.here("import", file, "--bad-rows", place)
        assert (said.status, said.out) == (1, ""), place
        assert said.err.startswith("✕ ")
    assert file.read_text(encoding="utf-8") == LIST + BAD
    fresh = command.folder / "mend.csv"
    assert command.here("import", written(command, "good.csv", LIST), "--bad-rows", fresh).status == 0
    assert not fresh.exists()


def test_an_export_reads_back_as_it_was(stocked: Command) -> None:
    before, after = stocked.folder / "before.csv", stocked.folder / "after.csv"
    assert stocked.here("export", before).status == 0
    (again,) = stocked.here("import", before, "--json").json
    assert (again["added"], again["updated"], again["unchanged"], again["bad"]) == (0, 0, 119, 0)
    other = Command(stocked.folder / "other")
    other.folder.mkdir()
    (fresh,) = other.here("import", before, "--json").json
    assert (fresh["added"], fresh["bad"]) == (119, 0)
    assert other.here("export", after).status == 0
    with before.open(encoding="utf-8-sig") as one, after.open(encoding="utf-8-sig") as two:
        assert sorted(map(repr, csv.DictReader(one))) == sorted(map(repr, csv.DictReader(two)))
    assert stocked.here("export", before).status == 2
    assert stocked.here("export", before, "--force").status == 0


def test_a_workbook_reads_back_as_it_was(stocked: Command) -> None:
    file = stocked.folder / "all.xlsx"
    assert stocked.here("export", file).status == 0
    (again,) = stocked.here("import", file, "--json").json
    assert (again["added"], again["updated"], again["unchanged"], again["bad"]) == (0, 0, 119, 0)


def test_the_template_can_be_imported(command: Command) -> None:
    file = command.folder / "template.xlsx"
    assert command.here("template", file).status == 0
    assert command.here("template", file).status == 2
    said = command.here("import", file, "--json")
    assert said.status == 0, said.err
    assert said.json[0]["bad"] == 0


def test_a_question_is_answered_as_in_the_chat(stocked: Command) -> None:
    said = stocked("ask", "nem bui o dau ban")
    assert said.status == 0
    assert said.out.startswith("Nem Bùi Thượng Hải — nơi mua: danh mục chưa có.\n")
    said = stocked.here("ask", "nem bui thuong hai")
    assert said.out.startswith("Nem Bùi Thượng Hải\n")
    assert "Có tên trong danh mục không chứng minh" in said.out


def test_a_batch_answers_each_line_in_the_shape_that_was_promised(stocked: Command) -> None:
    questions = ["banh phu the dinh bang", "xe đạp điện", "rượu", "xin chào", "\u2028", "nem-bui-thuong-hai-ninh-xa"]
    text = "".join(json.dumps({"q": question}) + "\n" for question in questions) + "\n"
    said = stocked.here("ask", "--batch", written(stocked, "q.jsonl", text), "--json")
    assert said.status == 0, said.err
    answers = said.json
    assert [answer["q"] for answer in answers] == questions
    for answer in answers:
        assert list(answer) == ["q", "hits", "found", "ms"]
        assert isinstance(answer["ms"], float)
        assert len(answer["hits"]) <= 10
        assert all(list(hit) == ["id", "name", "producer", "score"] for hit in answer["hits"])
        scores = [hit["score"] for hit in answer["hits"]]
        assert scores == sorted(scores, reverse=True)
    assert [answer["found"] for answer in answers[:4]] == [True, False, True, False]
    assert answers[0]["hits"][0]["name"] == "Bánh phu thê Đình Bảng"


def test_a_batch_that_cannot_be_read_is_told(stocked: Command) -> None:
    said = stocked.here("ask", "--batch", written(stocked, "q.jsonl", '{"q": "nem"}\n{"x": 1}\n'), "--json")
    assert said.status == 1
    assert 'line 2 is not {"q": "…"}' in said.err
    assert stocked.here("ask", "--batch", "gone.jsonl").status == 1
    assert stocked.here("ask").status == 2


def test_photos_are_scanned_one_line_each(stocked: Command) -> None:
    label = stocked.folder / "nem-bui.png"
    drawn = stocked.here("label", "nem-bui-thuong-hai-ninh-xa", "--out", label)
    assert drawn.status == 0, drawn.err
    unread, bad = stocked.folder / "none.jpg", stocked.folder / "bad.jpg"
    unread.write_bytes(pictures.photo_of())
    bad.write_bytes(b"%PDF-1.7")
    said = stocked("scan", label, unread, bad, "gone.jpg", "--json")
    assert said.status == 1
    found, nothing, broken, gone = said.json
    for line in (found, nothing, broken, gone):
        assert {"photo", "payloads", "codes", "products", "ms"} <= line.keys()
    assert found["products"] == ["nem-bui-thuong-hai-ninh-xa"]
    assert found["payloads"][0]["format"] == "QRCode"
    assert found["codes"][0]["kind"] == "own_product"
    assert (nothing["products"], nothing["payloads"]) == ([], [])
    assert broken["error"].startswith("UnknownImage")
    assert "FileNotFoundError" in gone["error"]


def test_a_label_comes_in_three_kinds(stocked: Command) -> None:
    beginnings = {"png": b"\x89PNG", "svg": b"<", "pdf": b"%PDF-"}
    for kind, begins in beginnings.items():
        file = stocked.folder / f"label.{kind}"
        assert stocked.here("label", "nem-bui-thuong-hai-ninh-xa", "--out", file).status == 0
        assert file.read_bytes().startswith(begins)
    with Image.open(stocked.folder / "label.png") as label:
        assert min(label.size) >= 300
    assert stocked.here("label", "gone").status == 1
    assert stocked.here("label", "gone", "--out", "a.gif").status == 2


def test_a_code_that_was_looked_for_in_vain_is_bound_and_then_found(stocked: Command) -> None:
    code = "https://check.bacninh.gov.vn/t/NEU1"
    assert "Khi có vài người cùng hỏi, cán bộ chương trình sẽ thấy mã này." in stocked.here("ask", code).out
    assert stocked.here("wanted", "--json").out == ""
    assert stocked.here("bind", code, "gone").status == 1
    assert "8938505970126 has a wrong check digit" in stocked.here("bind", "8938505970126", "gone").err
    assert stocked.here("bind", code, "nem-bui-thuong-hai-ninh-xa").out.startswith("Bound: ")
    assert stocked.here("bind", code, "nem-bui-thuong-hai-ninh-xa").out.startswith("Was bound already: ")
    assert stocked.here("ask", code).out.startswith("Nem Bùi Thượng Hải\n")
    assert "Mã chưa thuộc sản phẩm nào" in stocked.here("wanted").out


def test_a_payment_code_cannot_be_bound(stocked: Command) -> None:
    code = "00020101021138540010A00000072701240006970436011012345678900208QRIBFTTA53037045802VN63041A7B"
    assert stocked.here("bind", code, "nem-bui-thuong-hai-ninh-xa").status == 1


def test_the_check_says_what_is_on_off_and_wrong(stocked: Command) -> None:
    said = stocked("check", "--json")
    assert said.status == 0, said.out
    found = {line["what"]: line["state"] for line in said.json}
    assert (found["settings"], found["database"], found["channel telegram"]) == ("on", "on", "off")
    wrong = stocked.here(
        "check", environment={"HOI_OCOP_TELEGRAM__TOKEN": "geheim-4711", "HOI_OCOP_ZALO_OA__APP_ID": "1"}
    )
    assert wrong.status == 1
    assert "HOI_OCOP_TELEGRAM__TOKEN" in wrong.out
    assert "HOI_OCOP_ZALO_OA__OA_SECRET" in wrong.out
    assert "geheim-4711" not in wrong.out + wrong.err
    settings = stocked.here("check", environment={"HOI_OCOP_PORT": "viele"})
    assert settings.status == 1
    assert "HOI_OCOP_PORT" in settings.out


def test_the_check_says_what_waits_and_why(stocked: Command) -> None:
    with sqlite3.connect(stocked.folder / "catalogue.db") as database:
        database.executemany(
            "INSERT INTO inbox (channel, address, ref, received_at, body, state, leased_until, trouble)"
            " VALUES (?, 'an', ?, ?, '', 'waiting', 0, '')",
            [
                ("telegram", "2", time.time() - 60),
                ("web", "1", time.time() - 5),
                ("zalo_bot", "1", time.time() - 3 * 86400),
            ],
        )
        database.execute(
            "INSERT INTO outbox (channel, address, kind, message, seq, body, policy, state, due_at, owner,"
            " leased_until, attempts, created_at, sent_id, trouble)"
            " VALUES ('telegram', 'an', 'reply', 0, 99, '', 'at_most_once', 'waiting', 0, '', 0, 1, ?, '', ?)",
            (time.time() - 3 * 3600 - 300, "the Bot API cannot be reached"),
        )
    database.close()
    said = stocked.here("check", "--json")
    assert said.status == 1
    told = {line["what"]: line["told"] for line in said.json if " for " in line["what"]}
    assert told == {
        "answers for telegram": "1 wait, the oldest for 3 h 5 min: the Bot API cannot be reached",
        "messages for zalo_bot": "1 wait, the oldest for 3 days: hoi-ocop serve is not running, or this channel is off",
    }
