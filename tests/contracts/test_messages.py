"""Every sentence in the code is spoken in every language, and every button is understood."""

import ast
import re
import shutil
from collections.abc import Iterator
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from bot.commands.catalogues import PACKAGES, collect_messages, update_folder
from catalog.fields import FIELDS
from handlers import phrases
from handlers.phrases import DOMAIN, LOCALE, catalogue_file, languages, speech

ROOT = Path(__file__).parent.parent.parent
Message = tuple[str, ...]
# These are complete for all that a shopper sees; officers and producers are spoken to in Vietnamese or English.
FOR_SHOPPERS = frozenset({"ko", "zh"})
_NOT_FOR_SHOPPERS = (
    "bot/board/", "bot/commands/", "bot/figure_pages.py", "catalog/", "handlers/board/", "handlers/import_report.py",
    "handlers/open_figures.py", "handlers/programme.py", "handlers/programme_map.py", "handlers/inquiries/officer.py",
    "handlers/inquiries/membership.py", "handlers/inquiries/producer.py", "handlers/inquiries/invitations.py",
    "handlers/inquiries/corrections.py", "handlers/inquiries/sign_in_mail.py",
    "handlers/inquiries/enter_sale_points.py", "handlers/fairs/participation.py", "handlers/fairs/closing.py",
    "handlers/buyers/supplying.py", "handlers/inquiries/recall_request.py",
)  # fmt: skip
_PUBLIC_PAGES = ("bot/board/templates/public_", "catalog/fields.py")


def _speaks(function: ast.expr) -> bool:
    """True for say(…), known.say(…), say.pattern(…), and for speech(language)(…), which Babel would not find."""
    match function:
        case ast.Attribute(value=inner, attr="pattern"):
            return _speaks(inner)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name == "say"
        case ast.Call(func=ast.Name(id="speech")):
            return True
    return False


def _counts(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr in {"count", "patterns"} and _speaks(function.value)


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _said_in(path: Path) -> Iterator[tuple[Message, frozenset[str], str]]:
    """Each message of *path*, the names it is given ("*" for those that a ** may hold), and where it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not (_speaks(node.func) or _counts(node.func)) or not node.args:
            continue
        raw = isinstance(node.func, ast.Attribute) and node.func.attr in {"pattern", "patterns"}
        given = frozenset(keyword.arg or "*" for keyword in node.keywords) | ({"*"} if raw else set())
        many = 2 if _counts(node.func) else 1
        words = tuple(_literal(each) for each in node.args[:many])
        where = f"{path.relative_to(ROOT)}:{node.lineno}"
        assert all(word is not None for word in words), f"{where}: a message must be a literal, or no catalogue has it"
        yield tuple(word for word in words if word is not None), given | ({"number"} if many == 2 else set()), where


@cache
def _said() -> list[tuple[Message, frozenset[str], str]]:
    """What the code says, and what fields are called."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    said = [each for path in paths for each in _said_in(path)]
    labels = [line.label for field in FIELDS for line in (field.card, field.correction) if line is not None]
    said += [each for path in sorted((ROOT / "bot/board/templates").glob("*.html")) for each in _said_on(path)]
    return [*said, *(((label,), frozenset[str](), f"catalog/fields.py: {label}") for label in labels)]


def _said_on(page: Path) -> Iterator[tuple[Message, frozenset[str], str]]:
    """The same of a template of the board, which says its words itself: say("…"), count("…", "…", number)."""
    for call in Environment(autoescape=True).parse(page.read_text(encoding="utf-8")).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in {"say", "count"}:
            many = 2 if call.node.name == "count" else 1
            where = f"{page.relative_to(ROOT)}:{call.lineno}"
            words = tuple(each.value if isinstance(each, nodes.Const) else None for each in call.args[:many])
            assert all(isinstance(word, str) for word in words), f"{where}: a message must be a literal"
            given = frozenset(keyword.key for keyword in call.kwargs)
            yield words, given | ({"number"} if many == 2 else set()), where


def _spoken(language: str) -> dict[Message, tuple[str, ...]]:
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    entries = [entry for entry in catalogue if entry.id]
    return {
        (entry.id,) if isinstance(entry.id, str) else tuple(entry.id): (entry.string,)
        if isinstance(entry.string, str)
        else tuple(entry.string or ())
        for entry in entries
    }


def _fields(pattern: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(pattern) if name is not None)


def test_the_extraction_finds_what_the_code_says() -> None:
    """Babel reads names and brackets, this test reads the syntax tree: both find the same sentences, and many."""
    found = {(entry.id,) if isinstance(entry.id, str) else tuple(entry.id) for entry in collect_messages() if entry.id}
    assert found == {message for message, _, _ in _said()}
    assert len(found) > 500


def test_the_template_has_every_message() -> None:
    """If not: `make words`."""
    with (LOCALE / f"{DOMAIN}.pot").open("rb") as file:
        assert [entry.id for entry in read_po(file)][1:] == [entry.id for entry in sorted(collect_messages())][1:]


def test_updating_again_changes_nothing(tmp_path: Path) -> None:
    """Nothing in a catalogue says when or by what it was written."""
    folder = Path(shutil.copytree(LOCALE, tmp_path / "locale", ignore=shutil.ignore_patterns("__pycache__")))
    left = update_folder(folder, [], template=True)
    assert {language: left[language] for language in ("en", "vi")} == {"en": [], "vi": []}
    once = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.po*")}
    update_folder(folder, [], template=True)
    assert {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.po*")} == once


def test_a_new_language_begins_untranslated_and_what_is_done_stays(tmp_path: Path) -> None:
    assert len(update_folder(tmp_path, ["pl"])["pl"]) > 500
    file = catalogue_file(tmp_path, "pl")
    text = file.read_text(encoding="utf-8")
    assert "nplurals=3" in text
    file.write_text(
        text.replace('msgid "You"\nmsgstr ""', 'msgid "You"\nmsgstr "Ty"') + '\nmsgid "Gone"\nmsgstr "Nie"\n'
    )
    assert "You" not in update_folder(tmp_path, [])["pl"]
    assert 'msgstr "Ty"' in file.read_text(encoding="utf-8")
    assert "Gone" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", languages())
def test_every_message_is_spoken(language: str) -> None:
    spoken = _spoken(language)
    said = [each for each in _said() if language not in FOR_SHOPPERS or _is_for_shoppers(each[2])]
    missing = {where: message for message, _, where in said if not all(spoken.get(message, ("",)))}
    assert missing == {}


def _is_for_shoppers(where: str) -> bool:
    return where.startswith(_PUBLIC_PAGES) or not where.startswith(_NOT_FOR_SHOPPERS)


@pytest.mark.parametrize("language", languages())
def test_nothing_is_spoken_that_nobody_says(language: str) -> None:
    assert set(_spoken(language)) - {message for message, _, _ in _said()} == set()


@pytest.mark.parametrize("language", languages())
def test_a_translation_has_the_fields_of_its_message(language: str) -> None:
    """A count may leave its number out ("one day left"); nothing else may be lost or invented."""
    for message, forms in _spoken(language).items():
        wanted = _fields(message[-1])
        for form in filter(None, forms):
            assert _fields(form) <= wanted, message
            assert wanted - _fields(form) <= ({"number"} if len(message) > 1 else set()), message


def test_every_message_is_given_the_fields_it_names() -> None:
    wrong = {
        where: message
        for message, given, where in _said()
        if given - {"*"} - _fields(message[-1]) or (_fields(message[-1]) - given and "*" not in given)
    }
    assert wrong == {}


def test_every_language_counts_as_it_should() -> None:
    for language in languages():
        for message, forms in _spoken(language).items():
            assert len(forms) == (2 if len(message) == 2 and language == "en" else 1), message


def test_a_language_of_three_forms_counts_by_its_own_rule(tmp_path: Path) -> None:
    """Polish has one form for 1, one for 2-4, 22-24 …, one for the rest; Vietnamese has one for all."""
    update_folder(tmp_path, ["pl"])
    file = catalogue_file(tmp_path, "pl")
    entry = 'msgid_plural "{number} products"\nmsgstr[0] "'
    forms = '{number} produkt"\nmsgstr[1] "{number} produkty"\nmsgstr[2] "{number} produktów"'
    text = file.read_text(encoding="utf-8").replace(f'{entry}"\nmsgstr[1] ""\nmsgstr[2] ""', entry + forms)
    file.write_text(text, encoding="utf-8")
    phrases.use_folder(tmp_path)
    try:
        polish = [speech("pl").count("{number} product", "{number} products", n) for n in (0, 1, 2, 5, 12, 22, 25, 101)]
    finally:
        phrases.use_folder(None)
    assert polish == [
        "0 produktów",
        "1 produkt",
        "2 produkty",
        "5 produktów",
        "12 produktów",
        "22 produkty",
        "25 produktów",
        "101 produktów",
    ]
    assert [speech("vi").count("{number} product", "{number} products", n) for n in (1, 2)] == [
        "1 sản phẩm",
        "2 sản phẩm",
    ]
    assert [speech("en").count("{number} product", "{number} products", n) for n in (0, 1)] == [
        "0 products",
        "1 product",
    ]


def test_vietnamese_is_the_first_language_and_serves_whoever_speaks_none_of_ours() -> None:
    assert languages()[0] == "vi"
    asked = ("vi", "vi-VN", "en_GB", "EN", "ko-KR", "zh-Hant-TW", "fr", "", "x" * 99)
    assert [speech(each).language for each in asked] == [
        "vi",
        "vi",
        "en",
        "en",
        "ko",
        "zh",
        "vi",
        "vi",
        "vi",
    ]


def test_values_are_never_read_as_patterns() -> None:
    say = speech("en")
    assert "{words}" in say("We do not have “{words}” in the catalogue.", words="{words}")
    assert phrases.Speech("en", NullTranslations())("no {such} thing", such="{x.__class__}") == "no {x.__class__} thing"


def test_every_sentence_ends_as_it_begins() -> None:
    """A translation keeps the blank at either end that joins it to what stands beside it."""
    for language in languages():
        for message, forms in _spoken(language).items():
            for form in filter(None, forms):
                assert re.match(r"\s*", form)[0] == re.match(r"\s*", message[-1])[0], message  # type: ignore[index]  # \s* always matches
                assert re.search(r"\s*$", form)[0] == re.search(r"\s*$", message[-1])[0], message  # type: ignore[index]  # as above
