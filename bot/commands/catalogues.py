"""hoi-ocop words: collect every sentence of ours and bring the translations up to date."""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import bot
from bot.commands import terminal
from catalog.fields import FIELDS
from handlers.phrases import DOMAIN, LOCALE, SOURCE, catalogue_file

# How the code says things: say(…), say.pattern(…), say.count(one, many, …), say.patterns(one, many). Of calls named
# "count" only those whose first two arguments are texts are ours.
KEYWORDS = {"say": None, "pattern": None, "count": (1, 2), "patterns": (1, 2)}
WIDTH = 120
PACKAGES = ("bot", "handlers", "catalog")
# The pages of the chat take their words from bot/pages/words.py; those of the board say them themselves.
SOURCES = [("**.py", "python"), ("board/templates/**.html", "jinja2")]
_LICENCE = """\
# Translations for Hỏi OCOP. Copyright (C) 2026 The Hỏi OCOP founders
# This file is distributed under the same license as the Hỏi OCOP project."""
# These would change at each run, or with each version of Babel, and say nothing that the history does not.
_FLEETING = re.compile(
    rb'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report-Msgid-Bugs-To): .*\n',
    re.MULTILINE,
)


def run(languages: Sequence[str], *, folder: Path | None) -> int:
    """Update the catalogues in *folder* (ours, if None), begin those of new *languages*, say what is untranslated."""
    unknown = [each for each in languages if not re.fullmatch(r"[a-z]{2,3}", each)]
    if unknown:
        terminal.complain(f"A language is named by its code of two or three letters (ISO 639), not {unknown[0]}.")
        return terminal.WRONG_USE
    return terminal.attempt(lambda: _update(languages, folder))


def _update(languages: Sequence[str], folder: Path | None) -> int:
    where = folder or LOCALE
    for language, left in update_folder(where, languages, template=folder is None).items():
        terminal.out.print(f"{catalogue_file(where, language)}: {len(left)} sentences to translate", markup=False)
        for message in left:
            terminal.out.print(f"  {message}", markup=False)
    return terminal.OK


def update_folder(folder: Path, new: Sequence[str], *, template: bool = False) -> dict[str, list[str]]:
    """Bring every catalogue in *folder* up to date and begin those of *new* languages; what is untranslated in each.

    With *template*, the file from which other tools begin a language is written too.
    """
    messages = collect_messages()
    if template:
        _write(folder / f"{DOMAIN}.pot", messages)
    there = {path.parent.parent.name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    return {
        language: update_catalogue(catalogue_file(folder, language), language, messages)
        for language in sorted(there | set(new))
    }


@cache
def collect_messages() -> Catalog:
    """Every sentence in the code, and what the fields are called, without any translation; read once in a process."""
    root = Path(bot.__file__).parent.parent
    catalogue = Catalog(project="Hỏi OCOP", version="0.1", charset="utf-8", header_comment=_LICENCE)
    for package in PACKAGES:
        for _, _, message, _, _ in extract_from_dir(root / package, SOURCES, keywords=KEYWORDS):
            catalogue.add(message)
    for field in FIELDS:
        for shown in (field.card, field.correction):
            if shown is not None:
                catalogue.add(shown.label)
    return catalogue


def update_catalogue(file: Path, language: str, template: Catalog) -> list[str]:
    """Bring *file* up to *template*; what is still to be translated. English needs no translation: it is the code's."""
    catalogue = _read(file, language)
    catalogue.update(deepcopy(template), no_fuzzy_matching=True)
    if language == SOURCE:
        for message in catalogue:
            message.string = message.string if all(message.string or [""]) else message.id
    _write(file, catalogue)
    return list(_untranslated(catalogue))


def _read(file: Path, language: str) -> Catalog:
    if not file.exists():
        return Catalog(
            locale=language, project="Hỏi OCOP", version="0.1", charset="utf-8", header_comment=_LICENCE, fuzzy=False
        )
    with file.open("rb") as opened:
        return read_po(opened, locale=language)


def _untranslated(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        forms = (message.string,) if isinstance(message.string, str) else message.string
        if message.id and not (forms and all(forms)):
            yield message.id if isinstance(message.id, str) else message.id[0]


def _write(file: Path, catalogue: Catalog) -> None:
    """Write *catalogue* sorted and without dates: a run that changes nothing leaves no trace."""
    written = BytesIO()
    write_po(written, catalogue, width=WIDTH, no_location=True, sort_output=True, ignore_obsolete=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    text = _FLEETING.sub(b"", written.getvalue())
    if catalogue.locale_identifier and b"Plural-Forms" not in text:
        # Babel leaves the rule out where it does not know the language itself, even one that the file had.
        text = text.replace(b'"MIME-Version', f'"Plural-Forms: {catalogue.plural_forms}\\n"\n"MIME-Version'.encode(), 1)
    file.write_bytes(text)
