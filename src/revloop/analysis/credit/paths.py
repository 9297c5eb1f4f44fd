"""The ways that journeys took: which channels came in, in which order, and what came of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.analysis import phrases
from revloop.analysis.credit import charts
from revloop.analysis.credit.booked import STEPS, Codes, codes, in_order, laid_end_to_end
from revloop.analysis.credit.chain import JOURNEYS
from revloop.analysis.credit.laying import TOUCH_ROWS, TOUCHES
from revloop.analysis.credit.statistics.shares import Floats, Ints
from revloop.analysis.credit.windows import BOOKING, EARNED, KNOWN, priced
from revloop.analysis.rates import Rate
from revloop.analysis.reading import Excluded, Found, Given, Headline, Reading
from revloop.analysis.revenue.laying import NUMBER, ORDERS, TEXT, WHOLE, col, described, ends, laid
from revloop.analysis.revenue.measures import LOST, WON
from revloop.analysis.revenue.money import whole_numbers
from revloop.analysis.revenue.pipeline import title_of

ARROW, _MORE = " → ", "…"
_LONGEST = 4
"""Channels that name a way: with more, hardly two journeys took the same."""
_COLUMNS = (
    col("path", "channels in the order in which they first came in", TEXT),
    col("won", "opportunities won", WHOLE, "opportunities"),
    col("n", "opportunities won or lost", WHOLE, "opportunities"),
    col("win_rate", "won of n", NUMBER, "0 to 1"),
    col("win_low", "lower end of its 95 % interval", NUMBER, "0 to 1"),
    col("win_high", "upper end of its 95 % interval", NUMBER, "0 to 1"),
    col("booked", "booked by them", WHOLE, "minor units"),
    col("share", "of all that was booked in journeys with a touch", NUMBER, "0 to 1"),
    col("touches", "median touches of those won", NUMBER, "touches"),
    col("days", "median days from opening to winning", NUMBER, "days"),
    col("example", "a journey that was won: the id of its opportunity", WHOLE),
)
_LENGTHS = (
    col("channels", "how many channels came in", WHOLE, "channels"),
    col("won", "opportunities won", WHOLE, "opportunities"),
    col("n", "opportunities won or lost", WHOLE, "opportunities"),
    col("win_rate", "won of n", NUMBER, "0 to 1"),
    col("win_low", "lower end of its 95 % interval", NUMBER, "0 to 1"),
    col("win_high", "upper end of its 95 % interval", NUMBER, "0 to 1"),
    col("touches", "median touches", NUMBER, "touches"),
)


def conclude(given: Given) -> Found:
    ended = given.sums(JOURNEYS.name)
    ended = ended.filter(pc.is_in(ended["outcome"], pa.array([WON, LOST])))
    ids = whole_numbers(ended["journey"], -1)
    touches = in_order(given.tables[STEPS.name])
    starts, place = laid_end_to_end(touches, ids)
    sizes = np.diff(starts)
    paths = _paths(codes(touches["channel"]).taken(place), starts)
    is_won = np.asarray([each == WON for each in ended["outcome"].to_pylist()], np.bool_)
    days = np.asarray(ended["days"].combine_chunks(), np.float64)
    money = _booked(given, ids)
    total = int(money.sum())
    names, of_path = np.unique(np.array(paths, object), return_inverse=True)
    rows = []
    middle_touches = _medians(sizes[is_won], of_path[is_won], names.size)
    middle_days = _medians(days[is_won], of_path[is_won], names.size)
    for number, (path, of) in enumerate(zip(names, _grouped(of_path, names.size), strict=True)):
        if not path:
            continue
        won = of[is_won[of]]
        rows.append(
            {
                "path": path,
                "won": won.size,
                "n": of.size,
                **_rate(won.size, of.size),
                "booked": int(money[of].sum()),
                "share": money[of].sum() / total if total else None,
                "touches": middle_touches[number] if won.size else None,
                "days": middle_days[number] if won.size else None,
                "example": int(ids[won][np.argmax(money[won])]) if won.size else None,
            }
        )
    rows.sort(key=lambda row: (-row["booked"], row["path"]))
    some = sizes > 0
    return Found(
        table=laid(rows, (), _COLUMNS),
        sentence=_sentence(given, rows, int((is_won & some).sum())),
        headline=Headline(
            float(np.median(sizes[is_won & some])), "touches", n=int((is_won & some).sum())
        )
        if (is_won & some).any()
        else None,
        excluded=tuple(
            each
            for each in (
                Excluded("were won or lost without a touch in their time", int((~some).sum())),
            )
            if each.n
        ),
        notes=(_FIRST, _NO_EFFECT),
        more={"lengths": laid(_lengths(paths, is_won, sizes), (), _LENGTHS)},
    )


def _paths(channel: Codes, starts: Ints) -> list[str]:
    """Of each journey its channels, each once, in the order in which they first came in: up to four."""
    found = []
    for begin, end in pairwise(starts.tolist()):
        seen = [*dict.fromkeys(channel.of[begin:end].tolist())]
        named = [channel.values[each] for each in seen[:_LONGEST]]
        found.append(ARROW.join([*named, _MORE] if len(seen) > _LONGEST else named))
    return found


def _booked(given: Given, ids: Ints) -> Ints:
    """What was booked by each of these journeys, whenever: they end in the period."""
    found = priced(given.everything(EARNED.name), given.setting.currency, KNOWN[BOOKING])
    known = np.flatnonzero(found.journey >= 0)
    order = np.argsort(ids)
    place = np.searchsorted(ids[order], found.journey[known])
    place = np.minimum(place, max(ids.size - 1, 0))
    if not ids.size:
        return np.zeros(0, np.int64)
    hits = ids[order][place] == found.journey[known]
    return np.bincount(order[place[hits]], found.amounts[known][hits], ids.size).astype(np.int64)


def _grouped(of: Ints, count: int) -> list[Ints]:
    """The rows of each group."""
    order = np.argsort(of, kind="stable")
    return np.split(order, np.cumsum(np.bincount(of, minlength=count))[:-1])


def _medians(values: Any, of: Ints, count: int) -> Floats:
    """The median of each group, all of them in one go; NaN of an empty one, and of one with a NaN."""
    ordered = values[np.lexsort((values, of))].astype(np.float64)
    sizes = np.bincount(of, minlength=count)
    begin = np.cumsum(sizes) - sizes
    found = np.full(count, np.nan)
    some = sizes > 0
    low, high = begin + (sizes - 1) // 2, begin + sizes // 2
    found[some] = (ordered[low[some]] + ordered[high[some]]) / 2
    # What is no number sorts last.
    found[some] = np.where(np.isnan(ordered[(begin + sizes - 1)[some]]), np.nan, found[some])
    return found


def _rate(won: int, n: int) -> dict[str, Any]:
    rate = Rate(won, n)
    return {"win_rate": rate.value, **ends("win_", rate.interval)}


def _lengths(paths: list[str], is_won: Any, sizes: Ints) -> list[dict[str, Any]]:
    """Whether journeys of more channels are won more often; the last row is of more than four."""
    count = np.array([len(each.split(ARROW)) if each else 0 for each in paths], np.int64)
    rows = []
    for length in np.unique(count[count > 0]).tolist():
        of = count == length
        rows.append(
            {
                "channels": length,
                "won": int((of & is_won).sum()),
                "n": int(of.sum()),
                **_rate(int((of & is_won).sum()), int(of.sum())),
                "touches": float(np.median(sizes[of])),
            }
        )
    return rows


def _sentence(given: Given, rows: list[dict[str, Any]], won: int) -> str:
    when = title_of(given.asked)
    if not rows:
        return f"No journey with a touch was won or lost {when}."
    top = rows[0]
    if not top["booked"]:
        return f"Nothing was booked by journeys that ended {when}."
    rate = Rate(top["won"], top["n"])
    return (
        f"Of {phrases.counted(won, 'opportunity', 'opportunities')} won {when} in"
        f" {phrases.counted(len(rows), 'way')}, the way worth most is {top['path']}:"
        f" {phrases.money(top['booked'], given.setting.currency)} in {top['won']:,} wins,"
        f" {phrases.rate(rate)} of those that took it."
    )


_FIRST = (
    "A way is the first four channels of a journey, in the order in which each first came in; how often"
    " each came again is in the touches."
)
_NO_EFFECT = (
    "Who is about to buy is met by more channels: that more channels win more often is no proof that"
    " they do it."
)

READING = Reading(
    name="journeys",
    title="Journeys",
    question="Which ways lead to what is booked?",
    meaning="Opportunities that were won or lost, by the channels that came in before, in their order.",
    unit="minor units of the reporting currency",
    grain="an opportunity that was won or lost",
    formula="channels of the eligible touches in the order of their first; booked by the journeys;"
    " won / (won + lost)",
    literature="Wilson, E. B. (1927), JASA 22",
    obeys=("attribution",),
    needs=(ORDERS, TOUCHES),
    columns=described(_COLUMNS),
    sums=(JOURNEYS, EARNED, STEPS),
    conclude=conclude,
    rows=TOUCH_ROWS,
    chart=charts.ways,
)
