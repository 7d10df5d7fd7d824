"""These tests ask whether a code is read, with eight times the budget; bench.read measures how long it takes."""

import time

import pytest

from catalog.barcode import pipeline
from catalog.barcode.qr import unwarp


@pytest.fixture(autouse=True)
def enough_time(monkeypatch):
    """A loaded machine that shares its cores gives a thread half the work for the same seconds of processor time."""
    for module in (pipeline, unwarp):
        monkeypatch.setattr(module, "clock", lambda: time.thread_time() / 8)
