"""The picture files that a list names beside it: each made small once, however many lines name it and ask for it."""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.commands import terminal
from catalog.errors import BadImage
from handlers import import_report
from handlers.phrases import Speech

_LARGEST = 20 * 1024 * 1024


class ListPictures:
    """The pictures in *folder*. What was made small lies in a file without a name until this is left."""

    def __init__(self, folder: Path, say: Speech) -> None:
        self._folder = folder
        self._say = say
        self._small = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._places: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        """Begin with none."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget them."""
        self._small.close()

    def read(self, line: int, image: str) -> bytes | None:
        """The picture in the file *image* that *line* names, made small; None, and said, where there is none."""
        if image not in self._places:
            picture = self._make_small(line, image)
            if picture is None:
                return None
            begin = self._small.seek(0, 2)
            self._small.write(picture)
            self._places[image] = (begin, len(picture))
        begin, size = self._places[image]
        self._small.seek(begin)
        return self._small.read(size)

    def _make_small(self, line: int, image: str) -> bytes | None:
        from catalog.barcode.sanitize import thumbnail

        try:
            return thumbnail(_read_beside(self._folder, image))
        except (OSError, ValueError):
            terminal.note(import_report.no_picture(line, image, self._say))
        except BadImage:
            terminal.note(import_report.bad_picture(line, image, self._say))
        return None


def _read_beside(folder: Path, name: str) -> bytes:
    """The file *name* in *folder*, or in a folder of it. Raises OSError or ValueError.

    Whoever wrote the list says nothing about other files of ours, nor about devices that never end.
    """
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise FileNotFoundError(name)
    with file.open("rb") as opened:
        return opened.read(_LARGEST + 1)
