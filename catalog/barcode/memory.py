"""How much memory a child may take: what photos need, or what there is where that is less."""

import resource
from collections.abc import Iterator
from pathlib import Path

MEBIBYTE = 1024 * 1024
WANTED = 1536 * MEBIBYTE
# With less, the libraries load, but large photos may not be opened.
ENOUGH = 1024 * MEBIBYTE
_GROUPS = Path("/sys/fs/cgroup")


def limit() -> int:
    """Bytes of address space for one child."""
    return min(WANTED, *ceilings())


def ceilings(*, groups: Path = _GROUPS, own: Path = Path("/proc/self/cgroup")) -> Iterator[int]:
    """What bounds this process: its own hard limit and those of the control groups it is in; always one at least."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    yield WANTED if hard == resource.RLIM_INFINITY else hard
    try:
        lines = own.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            yield from _bounds(groups, path, "memory.max")
        elif "memory" in controllers.split(","):
            yield from _bounds(groups / "memory", path, "memory.limit_in_bytes")


def _bounds(root: Path, path: str, name: str) -> Iterator[int]:
    """The limits of the group at *path* and of all above it; inside a container its own group is the root."""
    below = root / path.strip("/")
    for group in (below, *below.parents):
        if group == root or root in group.parents:
            try:
                said = (group / name).read_text(encoding="ascii").strip()
            except OSError:
                continue
            if said.isdigit():
                yield int(said)
