"""What a fork needs, whatever other tests left behind and however many cores there are."""

import os
import threading

import pytest


@pytest.fixture
def can_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1})
    monkeypatch.setattr(threading, "active_count", lambda: 1)
