"""How often the reading of leaks finds one that is there, and sees one that is not: 200 companies.

Of each seed there is a company with a planted leak and one without any; see
`tests/analysis/loop/test_leaks.py`, which holds the same for 50 of them.
"""

from __future__ import annotations

from bench.rows import Row
from tests.analysis.loop.test_leaks import company, found

from revloop.analysis.loop import leaks

SEEDS = range(200)
PLANTED = ("inquiry", "enterprise")
FOUND, ALARMED = 0.9, 0.1
"""At least so many planted ones; at most so many false alarms, which is the agreement's rate."""
_SIGMAS = 2


def measure() -> list[Row]:
    at_it, alarms = 0, 0
    for seed in SEEDS:
        seen = found(leaks.conclude(company(seed, leak=PLANTED)))
        at_it += (PLANTED[0], "segment", PLANTED[1]) in seen
        nothing = found(leaks.conclude(company(seed)))
        alarms += any(cut is None for _, cut, _ in nothing)
    n = len(SEEDS)
    by_chance = ALARMED * n + _SIGMAS * (ALARMED * (1 - ALARMED) * n) ** 0.5
    return [
        Row(
            what=f"planted leaks of 8 points that are found, of {n} companies",
            ours=str(at_it),
            bar=f">= {FOUND:.0%}",
            held=at_it >= FOUND * n,
            limit=f">= {FOUND:.0%}",
            refused=at_it < FOUND * n,
        ),
        Row(
            what=f"companies of {n} without a leak whose steps raise an alarm",
            ours=str(alarms),
            bar=f"<= {by_chance:.0f}",
            held=alarms <= by_chance,
            limit=f"<= {by_chance:.0f}",
            refused=alarms > by_chance,
        ),
    ]
