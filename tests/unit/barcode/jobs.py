"""Jobs that misbehave in a child."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime

from catalog.errors import ImageTooLarge


def size(image):
    print("noise on standard output")  # noqa: T201 - it must not reach the pipe
    return len(image)


def process(image):
    return os.getpid()


def crash(image):
    os.kill(os.getpid(), signal.SIGSEGV)


def leave(image):
    os._exit(3)


def crash_once(image):
    """Crash in the first child that is asked."""
    if "/second-try" in sys.path:
        return "second try"
    os._exit(1)


def sleep(image):
    time.sleep(60)


def nap(image):
    time.sleep(0.9)
    return "rested"


def greedy(image):
    return len(bytearray(3 * 1024**3))


def refuse(image):
    raise ImageTooLarge(limit="7 MB")


def foreign(image):
    return datetime.now(UTC)


def import_path(image):
    return sys.path


def tried(image):
    """What an attacker in the child would try, by name, and what came of it."""
    attempts = {
        "internet": socket.socket,
        "unix socket": lambda: socket.socket(socket.AF_UNIX),
        "program": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
        "process": lambda: subprocess.run(["/bin/true"], check=True),
        "file": lambda: open(image.decode(), "rb").read(),  # noqa: PTH123, SIM115
        "new file": lambda: open(image.decode() + ".new", "wb").close(),  # noqa: PTH123
        "passwords": lambda: open("/etc/passwd").close(),  # noqa: PTH123
        "parent": lambda: open(f"/proc/{os.getppid()}/environ", "rb").read(),  # noqa: PTH123, SIM115
        "signal": lambda: os.kill(os.getppid(), 0),
        "debugger": lambda: _called("ptrace"),
    }
    return {name: _outcome(attempt) for name, attempt in attempts.items()}


def _outcome(attempt):
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "done"


def _called(name):
    kernel = ctypes.CDLL(None, use_errno=True)
    if getattr(kernel, name)(16, os.getppid(), 0, 0) < 0:
        raise OSError(ctypes.get_errno(), name)


def surroundings(image):
    """The environment, the open descriptors, and whether new privileges can be had."""
    kernel = ctypes.CDLL(None)
    descriptors = [each for each in range(256) if _is_open(each)]
    return dict(os.environ), descriptors, kernel.prctl(39, 0, 0, 0, 0)  # noqa: TID251


def _is_open(descriptor):
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
