"""hoi-ocop talk: conversations in, acts and answers out."""

import json

from tests.acceptance.command import Command

LINES = """\
{"who": "an", "text": "mật ong rừng sơn động"}
{"who": "an", "text": "mua ở đâu?"}
{"who": "binh", "text": "mua ở đâu?"}

no json
{"who": "an"}
{"who": "", "text": "x"}
{"who": "an", "text": "\\ud800"}
[1]
"""


def test_conversations_are_answered_line_by_line(command: Command) -> None:
    (command.folder / "talk.jsonl").write_text(LINES, encoding="utf-8")
    said = command("talk", "talk.jsonl", "--json")
    first, second, other, strange = (json.loads(line) for line in said.out.splitlines())
    assert first.keys() == {"act", "field", "products", "reply"}
    assert (first["act"], first["field"], first["products"]) == ("card", "", ["mat-ong-rung-son-dong"])
    assert (second["act"], second["field"], second["products"]) == ("field", "buy", ["mat-ong-rung-son-dong"])
    assert "Đại lý, cửa hàng tân dược" in second["reply"]
    assert (other["act"], other["field"], other["products"]) == ("field", "buy", [])
    assert (strange["act"], strange["products"]) == ("chat", []), "a lone surrogate is a sign without letters"
    assert said.status == 1
    for number in (5, 6, 7, 9):
        assert f"line {number} " in said.err or f"line {number}:" in said.err
    assert '{"who": "an", "text": "nem bùi"}' in said.err


def test_what_was_looked_up_is_known_to_who_looked(command: Command) -> None:
    said = [("an", "mật ong rừng sơn động"), ("an", "đã xem"), ("binh", "đã xem")]
    lines = [json.dumps({"who": who, "text": text}, ensure_ascii=False) for who, text in said]
    (command.folder / "talk.jsonl").write_text("\n".join(lines), encoding="utf-8")
    _, mine, theirs = command.here("talk", "talk.jsonl", "--json").json
    assert "Mật ong rừng Sơn Động" in mine["reply"]
    assert "Mật ong rừng" not in theirs["reply"]


def test_a_file_that_is_not_there(command: Command) -> None:
    said = command.here("talk", "nowhere.jsonl", "--json")
    assert (said.status, said.out) == (1, "")
    assert "nowhere.jsonl cannot be read" in said.err
    assert "Traceback" not in said.err
