"""Jobs that misbehave in a child."""

import os
import signal
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
    """Crash unless the file named by *image* is there."""
    path = image.decode()
    if os.path.exists(path):  # noqa: PTH110 - as small as can be
        return "second try"
    with open(path, "w") as mark:  # noqa: PTH123
        mark.write("crashed")
    os._exit(1)


def sleep(image):
    time.sleep(60)


def greedy(image):
    return len(bytearray(3 * 1024**3))


def refuse(image):
    raise ImageTooLarge(limit="7 MB")


def foreign(image):
    return datetime.now(UTC)


def import_path(image):
    return sys.path
