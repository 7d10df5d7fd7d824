"""Many rows of cells held in little memory."""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence

from catalog.cells.problems import Cell

_ROWS_IN_A_PACKET = 500


class PackedRows:
    """Rows that can be gone through as often as wanted; 100,000 rows of 25 columns take about 15 MiB.

    An Excel reader holds a whole sheet unpacked; this lets it go before the first row is looked at.
    """

    def __init__(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Take in all *rows* at once."""
        self._packets: list[bytes] = []
        self._count = 0
        waiting: list[Sequence[Cell]] = []
        for row in rows:
            waiting.append(row)
            if len(waiting) == _ROWS_IN_A_PACKET:
                self._pack(waiting)
                waiting = []
        self._pack(waiting)

    def __len__(self) -> int:
        """Count the rows."""
        return self._count

    def __iter__(self) -> Iterator[list[Cell]]:
        """Give the rows in their order."""
        for packet in self._packets:
            yield from json.loads(zlib.decompress(packet))

    def _pack(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._count += len(rows)
        self._packets.append(zlib.compress(json.dumps(rows).encode(), level=1))
