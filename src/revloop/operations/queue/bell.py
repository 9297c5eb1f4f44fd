"""Wakes the worker of this process; a worker elsewhere looks every second."""

from __future__ import annotations

from threading import Condition

_rung = Condition()
_times = 0


def ring() -> None:
    """Something may be due."""
    global _times  # noqa: PLW0603 - one bell for the whole process
    with _rung:
        _times += 1
        _rung.notify_all()


def times() -> int:
    """How often it rang; to be asked before looking for work, so that no ring is missed."""
    return _times


def wait(heard: int, seconds: float) -> None:
    """Until it has rung more often than `heard`, or so long."""
    with _rung:
        _rung.wait_for(lambda: _times != heard, timeout=seconds)
