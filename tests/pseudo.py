"""A language that nobody speaks, made of ours: every sentence in «», so that one that is not translated stands out.

It has three forms of what is counted, chosen by the Polish rule.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po, write_po

from bot.commands.catalogues import update_folder
from handlers import phrases
from handlers.phrases import catalogue_file

LANGUAGE = "xx"
RULE = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
NAMES = {"Hỏi", "OCOP", "English", "Tiếng", "Việt", "VI", "EN", "KO", "XX", "ZH", "한국어", "中文"}
"""What is the same in every language: our name, and the languages' own names."""
_SHOWN = {"title", "placeholder", "aria-label", "alt", "content"}


def make_language(folder: Path) -> Path:
    """Put the language into *folder*, as docs/add-a-language.md says; *folder*."""
    update_folder(folder, [LANGUAGE])
    file = catalogue_file(folder, LANGUAGE)
    begun = re.sub('"Plural-Forms: .*"', lambda _: f'"Plural-Forms: {RULE}\\n"', file.read_text(encoding="utf-8"))
    file.write_text(begun, encoding="utf-8")
    with file.open("rb") as opened:
        catalogue = read_po(opened, locale=LANGUAGE)
    for entry in catalogue:
        if isinstance(entry.id, str):
            entry.string = _marked(entry.id) if entry.id else entry.string
        else:
            entry.string = tuple(_marked(f"{form}|{entry.id[1]}") for form in ("one", "few", "many"))
    written = BytesIO()
    write_po(written, catalogue)
    head, mark, rest = written.getvalue().decode().partition('"MIME-Version')
    file.write_text(f'{head}"Plural-Forms: {RULE}\\n"\n{mark}{rest}', encoding="utf-8")
    return folder


@contextmanager
def spoken(folder: Path) -> Iterator[None]:
    """The language is spoken inside."""
    phrases.use_folder(make_language(folder))
    try:
        yield
    finally:
        phrases.use_folder(None)


def _marked(message: str) -> str:
    """*message* between the marks; the blanks that join it to others stay outside."""
    core = message.strip()
    return message.replace(core, f"«{core}»")


def words_outside(text: str, known: Collection[str] = ()) -> set[str]:
    """The words of *text* that no translated sentence holds, without our names and *known* ones (a product's data)."""
    depth, outside = 0, []
    for letter in text:
        depth += (letter == "«") - (letter == "»")
        outside.append(" " if depth or letter == "»" else letter)
    words = set(re.findall(r"[^\W\d_]{2,}", "".join(outside)))
    return words - NAMES - {word for each in known for word in re.findall(r"[^\W\d_]{2,}", each)}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        given = {name: value or "" for name, value in attrs}
        if tag != "meta" or given.get("name") == "description" or given.get("property", "").startswith("og:t"):
            self.said += [value for name, value in given.items() if name in _SHOWN]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def said_in(html: str) -> str:
    """All that a page says: its text, and the attributes that people see or hear."""
    page = _Page()
    page.feed(html)
    return "\n".join(page.said)
