"""What earned it: every model at once, reconciled to what was booked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from revloop.agreement.terms.credit_models import (
    BY_CHANNEL,
    LINEAR,
    MARKOV,
    SHAPLEY_RATE,
    title,
)
from revloop.analysis import phrases
from revloop.analysis.credit import charts, intervals
from revloop.analysis.credit.booked import STEPS, Booked, booked
from revloop.analysis.credit.chain import JOURNEYS, UNSOLD, Journeys, journeys
from revloop.analysis.credit.crediting import (
    MODEL,
    MODELS,
    Credits,
    Values,
    by_channel,
    credited,
    models,
    share_of_touches,
    values,
)
from revloop.analysis.credit.intervals import Effects
from revloop.analysis.credit.laying import TOUCH_ROWS, TOUCHES, UNATTRIBUTED
from revloop.analysis.credit.measures import (
    BUYING_GROUP,
    MOST_IN_SETS,
    TOUCH_CUTS,
    lookback_days,
    policy,
)
from revloop.analysis.credit.rates import UNSOLD_SETS, Played, played
from revloop.analysis.credit.windows import EARNED, OPENED, WINDOWS, window
from revloop.analysis.rates import MIN_N
from revloop.analysis.reading import Found, Given, Headline, Reading
from revloop.analysis.revenue.laying import FLAG, NUMBER, ORDERS, TEXT, WHOLE, col, described, laid
from revloop.analysis.revenue.pipeline import title_of

_COLUMNS = (
    col("model", "the model", TEXT),
    col("credit", "what it earned", WHOLE, "minor units"),
    col("low", "lower end of its 95 % interval", NUMBER, "minor units"),
    col("high", "upper end of its 95 % interval", NUMBER, "minor units"),
    col("share", "of what was booked", NUMBER, "0 to 1"),
    col("share_low", "lower end of its 95 % interval", NUMBER, "0 to 1"),
    col("share_high", "upper end of its 95 % interval", NUMBER, "0 to 1"),
    col("conversions", "bookings that it earned, in parts", NUMBER, "bookings"),
    col("influenced", "booked in journeys that it touched: not to be added up", WHOLE, "minor units"),
    col("touched", "bookings in whose journeys it touched somebody", WHOLE, "bookings"),
    col("n", "bookings of the period", WHOLE, "bookings"),
    col("is_primary", "the model of the agreement", FLAG),
)  # fmt: skip
_MODELS = (
    col("model", "the model", TEXT),
    col("title", "what it is called", TEXT),
    col("credited", "what it credits", WHOLE, "minor units"),
    col("unattributed", "what it credits to nobody", WHOLE, "minor units"),
    col("booked", "what was booked: their sum", WHOLE, "minor units"),
    col("bookings", "how many bookings that is", WHOLE, "bookings"),
)
_REASONS = (
    col("reason", "why it is credited to nobody", TEXT),
    col("n", "bookings", WHOLE, "bookings"),
    col("minor", "what was booked in them", WHOLE, "minor units"),
)
_SOURCED = (
    col("side", "the team whose touch was the first of the journey", TEXT),
    col("sourced", "booked in these journeys", WHOLE, "minor units"),
    col("influenced", "booked in journeys that the team touched at all", WHOLE, "minor units"),
    col("n", "bookings that it sourced", WHOLE, "bookings"),
)
_ROBUST = (
    col("lowest", "the least that any model gives it", NUMBER, "0 to 1"),
    col("lowest_model", "which one", TEXT),
    col("highest", "the most that any model gives it", NUMBER, "0 to 1"),
    col("highest_model", "which one", TEXT),
)


@dataclass(frozen=True)
class Told:
    """Everything that a table of credits is laid from."""

    booked: Booked
    values: Values
    credits: list[Credits]
    spans: dict[str, Any]
    """By model, the intervals of the shares; None where there is none."""
    chain: Journeys | None
    """Of all journeys, where a model is told from it."""
    game: Played | None
    """Likewise."""


def conclude(given: Given) -> Found:
    found = bookings(given)
    told = values(found, given.asked.by)
    all_told = every_model(given, found, told)
    chosen = {cut: each for cut, each in given.asked.where.items() if cut in TOUCH_CUTS}
    rows = _rows(all_told, chosen)
    return Found(
        table=laid(rows, told.by, _COLUMNS),
        sentence=_sentence(given, all_told),
        headline=_headline(given, all_told),
        excluded=found.excluded,
        notes=(*_notes(given, all_told, chosen), *_few(given, found)),
        more={
            "models": laid(_models(all_told), (), _MODELS),
            "unattributed": laid(_reasons(found), (), _REASONS),
            "sides": laid(_sides(found), (), _SOURCED),
            "spread": laid(_spread(all_told), told.by, _ROBUST),
        },
    )


def bookings(given: Given) -> Booked:
    """What was booked, once for every reading that is told of it."""
    of = window(given)
    return given.once("booked", [of.sums.name], lambda: booked(given), (of.name,))


def every_model(given: Given, found: Booked, told: Values) -> Told:
    """The credits of each model that is asked for, and its interval."""
    wanted = models(given.setting, given.asked.where.get(MODEL))
    of = window(given)
    every = [JOURNEYS.name, UNSOLD.name] if set(wanted) & set(BY_CHANNEL) else []
    sets = [UNSOLD_SETS.name] if SHAPLEY_RATE in wanted else []
    sums = [of.sums.name, *every, *sets]
    key = (told.by, wanted, of.name)
    return given.once("credits", sums, lambda: _every_model(given, found, told, wanted), key)


def _every_model(given: Given, found: Booked, told: Values, wanted: tuple[str, ...]) -> Told:
    # A model of channels is spread over touches as the linear model is.
    of_channels = set(wanted) & set(BY_CHANNEL)
    by_touches = dict.fromkeys([*wanted, *([LINEAR] if of_channels else [])])
    direct = {
        model: credited(found, share_of_touches(found, given.setting, model), model, told)
        for model in by_touches
        if model not in of_channels
    }
    chain = chain_of(given) if MARKOV in wanted else None
    game = played(given) if SHAPLEY_RATE in wanted else None
    effects: dict[str, Effects] = {}
    if chain is not None:
        effects[MARKOV] = chain.effects
    if game is not None:
        effects[SHAPLEY_RATE] = game.effects
    return Told(
        found,
        told,
        [
            by_channel(found, effects[model].by_channel, direct[LINEAR][1], told, model)
            if model in effects
            else direct[model][0]
            for model in wanted
        ],
        {
            model: intervals.of_effects(found, direct[LINEAR][1], told, effects[model])
            if model in effects
            else intervals.of_shares(found, direct[model][1], told)
            for model in wanted
        },
        chain,
        game,
    )


def chain_of(given: Given) -> Journeys:
    """The chain of channels, once for every reading that is told of it."""
    return given.once("chain", [JOURNEYS.name, UNSOLD.name], lambda: journeys(given))


def _rows(told: Told, chosen: dict[str, str]) -> list[dict[str, Any]]:
    found, total = told.booked, told.booked.total
    touched, influenced = reached(found, told.values)
    rows: list[dict[str, Any]] = []
    for place, each in enumerate(told.credits):
        span = told.spans.get(each.model)
        for number, names in enumerate(told.values.names):
            key = dict(zip(told.values.by, names, strict=True))
            if any(key.get(cut, value) != value for cut, value in chosen.items()):
                continue
            low, high = (span[0][number], span[1][number]) if span else (None, None)
            rows.append(
                {
                    **key,
                    "model": each.model,
                    "credit": int(each.minor[number]),
                    "low": None if low is None else low * total,
                    "high": None if high is None else high * total,
                    "share": each.minor[number] / total if total else None,
                    "share_low": low,
                    "share_high": high,
                    "conversions": each.conversions[number],
                    "influenced": int(influenced[number]),
                    "touched": int(touched[number]),
                    "n": int(found.amounts.size),
                    "is_primary": place == 0,
                }
            )
        if not chosen:
            rows.append(_nobody(told, each, is_primary=place == 0))
    return rows


def _nobody(told: Told, each: Credits, *, is_primary: bool) -> dict[str, Any]:
    """The row of what is credited to nobody."""
    total = told.booked.total
    return {
        **dict.fromkeys(told.values.by, UNATTRIBUTED),
        "model": each.model,
        "credit": each.unattributed,
        "share": each.unattributed / total if total else None,
        "conversions": told.booked.amounts.size - each.conversions.sum(),
        "n": int(told.booked.amounts.size),
        "is_primary": is_primary,
    }


def reached(found: Booked, told: Values) -> tuple[Any, Any]:
    """How many bookings each value touched, and what was booked in them."""
    pairs = np.unique(found.steps.journey * max(told.count, 1) + told.of)
    booking, value = np.divmod(pairs, max(told.count, 1))
    return (
        np.bincount(value, minlength=told.count),
        np.bincount(value, found.amounts[booking], told.count).astype(np.int64),
    )


def _models(told: Told) -> list[dict[str, Any]]:
    return [
        {
            "model": each.model,
            "title": title(each.model),
            "credited": int(each.minor.sum()),
            "unattributed": each.unattributed,
            "booked": told.booked.total,
            "bookings": int(told.booked.amounts.size),
        }
        for each in told.credits
    ]


def _reasons(found: Booked) -> list[dict[str, Any]]:
    return [
        {"reason": reason, "n": n, "minor": minor}
        for reason, (n, minor) in found.unattributed.items()
        if n
    ]


def _sides(found: Booked) -> list[dict[str, Any]]:
    """Whose touch was the first of each journey, and who touched it at all."""
    side = found.by_touch("side")
    first = np.flatnonzero(found.steps.is_first)
    amounts = found.amounts[found.steps.journey[first]]
    sourced = np.bincount(side.of[first], amounts, len(side.values))
    count = np.bincount(side.of[first], minlength=len(side.values))
    told = Values(("side",), [(each,) for each in side.values], side.of)
    _, influenced = reached(found, told)
    return [
        {
            "side": name,
            "sourced": int(sourced[place]),
            "influenced": int(influenced[place]),
            "n": int(count[place]),
        }
        for place, name in enumerate(side.values)
        if influenced[place] or count[place]
    ]


def _spread(told: Told) -> list[dict[str, Any]]:
    """Of each value, the least and the most that any of the models gives it."""
    total = told.booked.total
    if not total or not told.credits:
        return []
    shares = np.array([each.minor for each in told.credits]) / total
    names = [each.model for each in told.credits]
    return [
        {
            **dict(zip(told.values.by, key, strict=True)),
            "lowest": shares[:, place].min(),
            "lowest_model": names[int(shares[:, place].argmin())],
            "highest": shares[:, place].max(),
            "highest_model": names[int(shares[:, place].argmax())],
        }
        for place, key in enumerate(told.values.names)
    ]


def _headline(given: Given, told: Told) -> Headline | None:
    """The share of what was booked that has a journey to credit."""
    if given.asked.by or not told.booked.total:
        return None
    credited_ = int(told.credits[0].minor.sum())
    n = int(told.booked.amounts.size)
    return Headline(
        credited_ / told.booked.total, "0 to 1", x=int(told.booked.has_touches.sum()), n=n
    )


def _sentence(given: Given, told: Told) -> str:
    currency, found = given.setting.currency, told.booked
    of = window(given)
    if not found.amounts.size:
        return f"{of.nothing} {title_of(given.asked)}."
    first = told.credits[0]
    total = phrases.money(found.total, currency)
    count = phrases.counted(int(found.amounts.size), of.one, of.many)
    begin = f"Of {total} {of.said} {title_of(given.asked)} ({count})"
    if not found.has_touches.any():
        return f"{begin} nothing can be credited: no touch lies in the time of their journeys."
    leading = _leading(told, first)
    by_ours = f"{begin}, by the {title(first.model)} model {leading}"
    if not first.unattributed:
        return f"{by_ours}. All of it is credited, to the cent."
    nobody = phrases.money(first.unattributed, currency)
    return f"{by_ours}; {nobody} are credited to nobody. Together they are all of it, to the cent."


def _leading(told: Told, first: Credits) -> str:
    """The three that earned most: `sales earned 41.2 % (37.0 to 45.1 %)`."""
    order = np.argsort(-first.minor, kind="stable")[:3]
    span = told.spans.get(first.model)
    parts: list[str] = []
    for place in order:
        if not first.minor[place]:
            continue
        name = ", ".join(told.values.names[place]).replace("_", " ")
        between = (
            f" ({span[0][place] * 100:.1f} to {phrases.share(span[1][place])})" if span else ""
        )
        verb = " earned" if not parts else ""
        parts.append(
            f"{name}{verb} {phrases.share(first.minor[place] / told.booked.total)}{between}"
        )
    return phrases.listed(parts)


def _notes(given: Given, told: Told, chosen: dict[str, str]) -> tuple[str, ...]:
    agreed = policy(given.setting)
    scope = (
        "of those with a part in the purchase"
        if agreed and agreed.scope == BUYING_GROUP
        else "of everybody who works for the company"
    )
    notes = [ASSOCIATION, _THREE]
    notes.append(
        f"Touches {scope}, from {lookback_days(given.setting):,.0f} days before an opportunity was opened"
        " until it was won; what happened after a win belongs to the next one."
    )
    if agreed is None:
        notes.append("No agreement says how credit is shared: the models in common use are shown.")
    if note := window(given).note:
        notes.insert(0, note)
    if told.chain is not None:
        notes.append(_chain(told.chain))
    if told.game is not None:
        notes.append(_game(told.game))
    if chosen:
        notes.append(
            "Of the values that were asked for alone: their credits are a part of the whole."
        )
    return tuple(notes)


def _few(given: Given, found: Booked) -> tuple[str, ...]:
    """Resamples of few journeys are few journeys again."""
    n, of = int(found.amounts.size), window(given)
    if not 0 < n < MIN_N:
        return ()
    return (
        f"Of {phrases.counted(n, of.one, of.many)} alone: intervals are rough, and no rank is one.",
    )


def _chain(found: Journeys) -> str:
    if not found.won:
        return "No journey of the period was won: the Markov model shares as the linear one."
    return (
        f"Markov: a chain of order {found.order}, chosen by journeys it had not seen, of"
        f" {found.won:,} won, {found.lost:,} lost and {found.without:,} without an opportunity; its"
        " intervals are those of other journeys of every kind, looked back on as far."
    )


def _game(found: Played) -> str:
    if not found.is_told:
        return (
            f"Shapley by rates looks at each set of channels, of up to {MOST_IN_SETS} of them: here there"
            " are more, and it shares as the linear model."
        )
    told = (
        "Shapley by rates is another game than that by revenue: what a set of channels is worth is the"
        f" share of its journeys that was won, of {found.sold.won:,} won, {found.sold.lost:,} lost and"
        f" {found.without:,} without an opportunity."
    )
    if not (found.effects.size > 0).any():
        return f"{told} No channel is worth anything in it: it shares as the linear model."
    if found.below:
        names = phrases.listed([each.replace("_", " ") for each in found.below])
        told += f" Journeys were won less often with {names}: that earns nothing."
    return told


ASSOCIATION = (
    "Credit is association: who was touched and bought. What would have been booked without a channel"
    " is said by an experiment alone."
)
_THREE = (
    "Sourced, influenced and attributed are three numbers: attributed ones add up, influenced ones"
    " overlap, and none is added to another."
)

READING = Reading(
    name="credit",
    title="Credit",
    question="What earned what was booked?",
    meaning="What was booked, shared among the touches of its journeys, by every model at once.",
    unit="minor units of the reporting currency",
    grain="a booking; an opportunity that was won, where there are none",
    formula="rule models: parts of milestones and a rest, scaled to 1; time decay 2^(-days/half-life);"
    " Markov: conversions * RE_c / sum of RE, with RE_c = 1 - P(conversion without c)/P(conversion);"
    " Shapley: each channel of a journey alike, or by rates where that is asked for; minor units by largest remainders",
    literature="Shapley, L. S. (1953), Annals of Mathematics Studies 28; Anderl, E. et al. (2016),"
    " International Journal of Research in Marketing 33; Efron, B. (1979), Annals of Statistics 7",
    obeys=("attribution",),
    needs=(ORDERS, TOUCHES),
    columns=described(_COLUMNS),
    sums=(EARNED, OPENED, STEPS, JOURNEYS, UNSOLD, UNSOLD_SETS),
    conclude=conclude,
    rows=TOUCH_ROWS,
    chart=charts.side_by_side,
    choices={**MODELS, **WINDOWS},
)
