"""Translators of the worked examples of experiments (see `translators`)."""

from __future__ import annotations

import math
from typing import Any

from revloop.analysis.experiments.statistics.always_valid import looks
from revloop.analysis.experiments.statistics.sample_ratio import sample_ratio
from revloop.analysis.experiments.statistics.sample_size import each_arm
from revloop.analysis.rates import Rate


def experiment_always_valid(given: dict[str, Any]) -> dict[str, Any]:
    pairs = [
        (Rate(look["xA"], look["nA"]), Rate(look["xB"], look["nB"])) for look in given["looks"]
    ]
    found = looks(pairs, given["tau2"], given["alpha"])
    decided = [number for number, look in enumerate(found, start=1) if look.is_decided]
    return {
        "looks": [
            {
                "diff": look.difference,
                "var": look.variance,
                "lambda": look.likelihood_ratio,
                "always_valid_p": look.p,
                "cs": None if look.interval is None else list(look.interval),
                "z_fixed": look.difference / math.sqrt(look.variance),
            }
            for look in found
        ],
        "stop_at_look": min(decided, default=None),
    }


def experiment_srm(given: dict[str, Any]) -> dict[str, Any]:
    found = sample_ratio(given["observed"], given["split"])
    assert found is not None
    return {"chi2": found.chi2, "df": found.df, "p": found.p, "alarm": found.is_alarm}


def experiment_sample_size(given: dict[str, Any]) -> dict[str, Any]:
    raw = each_arm(given["p1"], given["p2"], alpha=given["alpha"], power=given["power"])
    return {"n_per_arm_raw": raw, "n_per_arm": math.ceil(raw)}


ALL = {
    "experiment_always_valid": experiment_always_valid,
    "experiment_srm": experiment_srm,
    "experiment_sample_size": experiment_sample_size,
}
