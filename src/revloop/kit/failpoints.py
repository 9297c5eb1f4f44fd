"""Places at which a test may end the process, as a kill or a power cut would.

`REVLOOP_FAILPOINT=lake.append.before_commit:3` ends the process, without a word and without any
clean-up, the third time it comes to that place; without `:3`, the first time. Unset, as it is
everywhere but in tests, a failpoint costs one comparison.
"""

from __future__ import annotations

import os

EXIT_CODE = 9

_WANTED, _, _TIMES = os.environ.get("REVLOOP_FAILPOINT", "").partition(":")
_left = int(_TIMES or 1)


def failpoint(name: str) -> None:
    """End the process here if this is the place that was asked for."""
    global _left  # noqa: PLW0603 - how often the one wanted place may still be passed
    if name != _WANTED:
        return
    _left -= 1
    if _left == 0:
        os._exit(EXIT_CODE)
