"""Pictures beside a list are taken into the catalogue with it."""

from PIL import Image

from tests.acceptance.command import Command


def test_a_picture_file_is_taken_in_and_survives_an_export(command: Command) -> None:
    """What cannot be opened is told by its line; what was taken in is the same after export and import."""
    Image.new("RGB", (40, 30), "orange").save(command.folder / "nem.png")
    rows = "Mã,Tên sản phẩm,Chủ thể,Ảnh\nx1,Nem,HTX Một,nem.png\nx2,Giò,HTX Một,khong-co.jpg\n"
    (command.folder / "list.csv").write_text(rows, encoding="utf-8")
    said = command("import", "list.csv")
    assert "dòng 3: ảnh “khong-co.jpg” không lấy được" in said.err
    assert command("export", "out.csv").status == 0
    assert "/media/" in (command.folder / "out.csv").read_text(encoding="utf-8-sig")
    assert "2 unchanged" in command("import", "out.csv").out
