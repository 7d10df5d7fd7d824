"""Which sites may embed the chat and open its WebSocket."""

import re
from dataclasses import dataclass
from typing import Self

_HOST = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
_ORIGIN = re.compile(rf"https?://(\*\.)?{_HOST}(:\d{{1,5}})?")


@dataclass(frozen=True, slots=True)
class Origins:
    """Sites by scheme, host and port; ``https://*.example.vn`` stands for every host below example.vn."""

    patterns: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> Self:
        """Read origins separated by blanks or commas (ValueError for what is none)."""
        patterns = tuple(each.lower().rstrip("/") for each in re.split(r"[\s,]+", text) if each)
        for pattern in patterns:
            if not _ORIGIN.fullmatch(pattern):
                raise ValueError(f"not an origin like https://example.vn: {pattern!r}")
        return cls(patterns)

    def allow(self, origin: str) -> bool:
        """True when *origin*, as a browser sends it, is one of these."""
        asked = origin.lower()
        return bool(_ORIGIN.fullmatch(asked)) and any(_matches(asked, pattern) for pattern in self.patterns)


def _matches(origin: str, pattern: str) -> bool:
    scheme, _, rest = pattern.partition("://")
    if not rest.startswith("*."):
        return origin == pattern
    return origin.startswith(f"{scheme}://") and origin.endswith(rest[1:])
