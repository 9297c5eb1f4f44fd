"""Places at which a test may end the process, as a kill or a power cut would.

`REVLOOP_FAILPOINT=lake.append.committed:3` ends the process, without a word and without any
clean-up, the third time it comes to that place; without `:3`, the first time. A place may say what
it is about: `lake.append.committed@touch` waits for touches. Unset, as it is everywhere but in
tests, a failpoint costs one comparison.
"""

from __future__ import annotations

import os

EXIT_CODE = 9

_wanted = _about = ""
_left = 0


def choose(asked: str) -> None:
    """From here on, end this process where `asked` says; a fork of a process chooses its own."""
    global _wanted, _about, _left  # noqa: PLW0603 - the one place that is wanted
    place, _, times = asked.partition(":")
    _wanted, _, _about = place.partition("@")
    _left = int(times or 1)


def failpoint(name: str, about: str = "") -> None:
    """End the process here if this is the place that was asked for."""
    global _left  # noqa: PLW0603 - how often the one wanted place may still be passed
    if name != _wanted or _about not in {"", about}:
        return
    _left -= 1
    if _left == 0:
        os._exit(EXIT_CODE)


choose(os.environ.get("REVLOOP_FAILPOINT", ""))
