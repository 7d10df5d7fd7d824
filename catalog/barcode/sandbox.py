"""Shuts a child in before it opens a stranger's picture: no network, no other program, no files but its libraries.

Landlock (Linux 5.13) guards the files, a seccomp filter the system calls; both are asked of the kernel directly, for
neither needs more than a few calls. What the kernel lacks is left out, and said: `confine` returns what holds.
`memory_limit` is how much memory the child may take: what photos need, or what there is where that is less.
"""

import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

MEMORY_WANTED = 1536 << 20
# With less, the libraries load, but large photos may not be opened.
MEMORY_ENOUGH = 1024 << 20
_GROUPS = Path("/sys/fs/cgroup")

_PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE = 38, 4
_EPERM = 1

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_EXECUTE, _READ_FILE, _READ_DIR = 1, 4, 8
_FILES = (1 << 13) - 1
# What later versions of Landlock know beside: moving between directories, truncating, device controls.
_SINCE = {2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_TCP = 3
_SIGNALS_AND_ABSTRACT_SOCKETS = 3
# What libraries look up about the machine, and the bits every program needs.
_COMMON = (
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/sys/devices/system/cpu", "/proc/cpuinfo",
    "/proc/meminfo", "/dev/null", "/dev/urandom",
)  # fmt: skip

_SECCOMP_FILTER, _TO_ALL_THREADS = 1, 1
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | _EPERM, 0x80000000
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_X32 = 0x40000000  # the other table of x86-64
# Each machine's number for seccomp, its name in a filter, and the calls no reader of pictures has to make: sockets,
# other programs, other processes' memory, descriptors and keys, mounts and namespaces, kernel modules, io_uring.
_MACHINES = {
    "x86_64": (
        317,
        0xC000003E,
        (
            *(41, 53, 59, 322, 101, 310, 311, 438, 312, 248, 249, 250, 165, 166, 155, 161, 272, 308, 304, 175, 313),
            *(176, 246, 320, 169, 298, 321, 323, 425, 426, 427),
        ),
    ),
    "aarch64": (
        277,
        0xC00000B7,
        (
            *(198, 199, 221, 281, 117, 270, 271, 438, 272, 217, 218, 219, 40, 39, 41, 51, 97, 268, 265, 105, 273),
            *(106, 104, 294, 142, 241, 280, 282, 425, 426, 427),
        ),
    ),
}


def confine() -> tuple[str, ...]:
    """Give up all that is not needed for reading pictures; what the kernel enforces: ``landlock``, ``seccomp``."""
    if sys.platform != "linux":
        return ()
    kernel = ctypes.CDLL(None, use_errno=True)
    # A process that cannot be dumped can be looked into by nobody of its own user either.
    if kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return ()
    kernel.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    held = (("landlock", _restrict_files(kernel)), ("seccomp", _restrict_calls(kernel)))
    return tuple(name for name, holds in held if holds)


def _restrict_files(kernel: ctypes.CDLL) -> bool:
    version = kernel.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _VERSION)
    if version < 1:
        return False
    files = _FILES | sum(right for since, right in _SINCE.items() if version >= since)
    scopes = _SIGNALS_AND_ABSTRACT_SOCKETS if version >= 6 else 0
    fields = (files, _TCP if version >= 4 else 0, scopes)[: 1 if version < 4 else 2 if version < 6 else 3]
    wanted = struct.pack(f"={len(fields)}Q", *fields)
    rules = kernel.syscall(_LANDLOCK_CREATE, wanted, ctypes.c_size_t(len(wanted)), 0)
    if rules < 0:
        return False
    try:
        for path, rights in _readable():
            _allow(kernel, rules, path, rights)
        return int(kernel.syscall(_LANDLOCK_RESTRICT, rules, 0)) == 0
    finally:
        os.close(rules)


def _readable() -> Iterator[tuple[Path, int]]:
    """What may be read: libraries and our packages, never what else lies beside them (settings, keys, databases)."""
    read = _EXECUTE | _READ_FILE | _READ_DIR
    for each in (*_COMMON, sys.prefix, sys.base_prefix, sys.exec_prefix):
        yield Path(each), read
    for entry in map(Path, filter(None, sys.path)):
        if entry.name in {"site-packages", "dist-packages", "lib-dynload"} or entry.suffix == ".zip":
            yield entry, read
        elif entry.is_dir():
            yield entry, _READ_DIR
            yield from ((package.parent, read) for package in entry.glob("*/__init__.py"))


def _allow(kernel: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        # A rule for a file may hold no right that only a directory has.
        fit = rights if path.is_dir() else rights & ~_READ_DIR
        kernel.syscall(_LANDLOCK_ADD, rules, _PATH_BENEATH, struct.pack("=Qi", fit, place), 0)
    finally:
        os.close(place)


def _restrict_calls(kernel: ctypes.CDLL) -> bool:
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    seccomp, name, refused = machine
    steps = [(_LOAD, 0, 0, 4), (_IF_EQUAL, 1, 0, name), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    steps += [(_IF_AT_LEAST, len(refused) + 1, 0, _X32)]
    steps += [(_IF_EQUAL, len(refused) - place, 0, call) for place, call in enumerate(refused)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(code))
    return int(kernel.syscall(seccomp, _SECCOMP_FILTER, _TO_ALL_THREADS, program)) == 0


def memory_limit() -> int:
    """Bytes of address space for one child."""
    return min(MEMORY_WANTED, *memory_ceilings())


def memory_ceilings(*, groups: Path = _GROUPS, own: Path = Path("/proc/self/cgroup")) -> Iterator[int]:
    """What bounds this process: its own hard limit and those of the control groups it is in; always one at least."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    yield MEMORY_WANTED if hard == resource.RLIM_INFINITY else hard
    try:
        lines = own.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            yield from _group_limits(groups, path, "memory.max")
        elif "memory" in controllers.split(","):
            yield from _group_limits(groups / "memory", path, "memory.limit_in_bytes")


def _group_limits(root: Path, path: str, name: str) -> Iterator[int]:
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
