"""A match over our own unions and enums names every case: what is added later is an error, not a silent default."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Matches whose default acts, because what they look at comes from outside or is open; with what it is.
OPEN = {
    "bot/channels/zalo_bot/client.py:send_error": "an error number of Zalo's",
    "bot/channels/zalo_bot/decode.py:_content": "an event name of Zalo's",
    "bot/channels/zalo_oa/decode.py:_content": "an event name of Zalo's",
    "bot/channels/zalo_oa/decode.py:_attachment": "a kind of attachment of Zalo's",
    "handlers/acts/vocabulary.py:_add_table": "a table's name in our files of words: what has no rule is phrases",
    "handlers/apologies.py:advice": "any error of the catalogue, also one of a later class",
    "handlers/catalogue/history.py:act": "words that somebody types after the command: they are looked for",
    "handlers/following.py:act": "words that somebody types after the command: the list is shown",
    "handlers/inquiries/ratings.py:act": "words that somebody types after the command: their own points are listed",
    "handlers/inquiries/personal_data.py:incoming_words": "JSON that an older version wrote",
}


def matches() -> Iterator[tuple[str, ast.Match]]:
    """Each match statement with its place: file:function."""
    for folder in ("bot", "handlers", "catalog"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for function in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    place = f"{file.relative_to(ROOT).as_posix()}:{function.name}"
                    yield from ((place, node) for node in ast.walk(function) if isinstance(node, ast.Match))


def default_of(match: ast.Match) -> ast.match_case | None:
    """The case that takes whatever is left."""
    last = match.cases[-1]
    takes_all = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
    return last if takes_all else None


def is_inert(case: ast.match_case) -> bool:
    """True if the default does nothing (it returns an empty value, or raises), or is checked by its type.

    Checked are assert_never(rest), and a call that *rest* is handed to alone: its parameter says which cases are left.
    """
    assert isinstance(case.pattern, ast.MatchAs)
    (first, *more) = case.body
    if more:
        return False
    if isinstance(first, ast.Raise | ast.Pass):
        return True
    value = first.value if isinstance(first, ast.Return | ast.Expr) else first
    value = value.value if isinstance(value, ast.Await) else value
    if isinstance(value, ast.Call) and case.pattern.name is not None:
        return any(isinstance(each, ast.Name) and each.id == case.pattern.name for each in value.args)
    if isinstance(value, ast.List | ast.Tuple):
        return not value.elts
    return value is None or (isinstance(value, ast.Constant) and not value.value)


def test_no_default_acts_on_a_value_of_ours():
    """What nobody named is never done to it what was meant for something else."""
    acting = {place for place, match in matches() if (case := default_of(match)) is not None and not is_inert(case)}
    assert acting == set(OPEN)
