"""From exposures and outcomes to what a channel causes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from revloop import engine
from revloop.analysis.experiments.incremental import TOLD
from revloop.analysis.reading import Result

from ..credit.story import AS_OF, day, read, setting, tell

HALF = {"planned_share": 0.5}


def people(experiment: str, *arms: tuple[str, int, int], **more: Any) -> dict[str, list[Any]]:
    """An experiment on so many people of each variant, of whom the first so many did it."""
    seen, told = [], []
    for variant, n, x in arms:
        for number in range(n):
            of = {"experiment": experiment, "contact_id": f"crm:{experiment}-{variant}-{number}"}
            name = f"{experiment} {variant} {number}"
            seen.append(
                {"source_id": name, "at": day(0), "variant": variant, "channel": "display"}
                | {"is_held_back": variant == "held back", "unit_kind": "contact"}
                | of
                | more
            )
            told.append(
                {"source_id": name, "at": day(30), "measure": "bought", "value": float(number < x)}
                | of
            )
    return {"experiment_exposure": seen, "experiment_outcome": told}


def found(place: Path, *told: dict[str, list[Any]], **where: str) -> Result:
    together: dict[str, list[Any]] = {"experiment_exposure": [], "experiment_outcome": []}
    for each in told:
        for kind, rows in each.items():
            together[kind] += rows
    with engine.open(tell(place, together).lake.path) as facts:
        return read(facts, "incremental", setting(as_of=AS_OF), **where)


def test_what_was_shown_beside_what_was_held_back(tmp_path: Path) -> None:
    """40 of 200 beside 30 of 200."""
    result = found(tmp_path, people("a", ("shown", 200, 40), ("held back", 200, 30), **HALF))

    [row] = result.table.to_pylist()
    assert (row["experiment"], row["channel"], row["state"]) == ("a", "display", TOLD)
    assert (row["n_shown"], row["n_held_back"]) == (200, 200)
    assert (row["mean_shown"], row["mean_held_back"]) == (0.2, 0.15)
    assert row["ratio"] == pytest.approx(4 / 3)
    assert row["low"] < 1 < row["high"]
    assert not row["is_clear"]
    assert row["split_p"] == 1
    assert "display 1.33 times" in result.sentence
    assert result.headline is not None
    assert result.headline.n == 400


def test_a_lot_that_did_not_fall_as_planned_hides_the_result(tmp_path: Path) -> None:
    """300 and 200 where halves were planned; of three to two it is as planned."""
    arms = (("shown", 300, 40), ("held back", 200, 30))
    halves = found(tmp_path / "a", people("a", *arms, **HALF)).table.to_pylist()
    told = people("a", *arms, planned_share=0.6)
    for each in told["experiment_exposure"]:
        if each["is_held_back"]:
            each["planned_share"] = 0.4
    as_planned = found(tmp_path / "b", told).table.to_pylist()

    assert halves[0]["state"] == "the lot did not fall as planned"
    assert halves[0]["split_p"] < 0.001
    assert (halves[0]["ratio"], halves[0]["mean_shown"], halves[0]["p"]) == (None, None, None)
    assert as_planned[0]["state"] == TOLD


def test_who_measures_only_those_who_did_it_is_shown_nothing(tmp_path: Path) -> None:
    told = people("a", ("shown", 400, 200), ("held back", 400, 120), **HALF)
    told["experiment_outcome"] = [each for each in told["experiment_outcome"] if each["value"]]
    result = found(tmp_path, told)

    [row] = result.table.to_pylist()
    assert row["state"] == "more of one arm were measured than of another"
    assert result.headline is None
    assert [(each.reason, each.n) for each in result.found.excluded] == [
        ("were assigned and are not measured yet", 200 + 280)
    ]


def test_few_units_are_not_told(tmp_path: Path) -> None:
    result = found(tmp_path, people("a", ("shown", 99, 40), ("held back", 100, 30), **HALF))

    assert result.table["state"].to_pylist() == ["fewer than 100 units of an arm are measured"]
    assert "1 experiment cannot be told yet" in result.sentence


def test_a_week_has_to_be_over(tmp_path: Path) -> None:
    told = people("a", ("shown", 200, 40), ("held back", 200, 30), **HALF)
    for each in told["experiment_outcome"]:
        each["at"] = day(2)
    with engine.open(tell(tmp_path, told).lake.path) as facts:
        states = [
            read(facts, "incremental", setting(as_of=day(at))).table["state"].to_pylist()
            for at in (6, 7)
        ]

    assert states == [["it has not run for 7 days"], [TOLD]]


def test_who_was_in_both_arms_is_in_none(tmp_path: Path) -> None:
    told = people("a", ("shown", 200, 40), ("held back", 200, 30), **HALF)
    both = told["experiment_exposure"][0]
    told["experiment_exposure"].append(
        {**both, "source_id": "again", "variant": "held back", "is_held_back": True}
    )
    result = found(tmp_path, told)

    [row] = result.table.to_pylist()
    assert (row["n_shown"], row["n_held_back"], row["in_several"]) == (199, 200, 1)
    assert result.found.excluded[0].reason == "were in several variants of one experiment"


def test_what_was_measured_last_counts_and_nothing_from_before(tmp_path: Path) -> None:
    """The first of the shown did it, then gave it back; the second had done it before."""
    told = people("a", ("shown", 200, 40), ("held back", 200, 30), **HALF)
    first, second = told["experiment_outcome"][:2]
    told["experiment_outcome"].append({**first, "source_id": "later", "at": day(40), "value": 0.0})
    second["at"] = day(-1)
    [row] = found(tmp_path, told).table.to_pylist()

    assert row["n_shown"] == 199
    assert row["mean_shown"] == 38 / 199


def test_amounts_are_compared_by_their_means(tmp_path: Path) -> None:
    """Half of the shown brought 400, half of the others 300: means of 200 and 150."""
    told = people("a", ("shown", 200, 100), ("held back", 200, 100), **HALF)
    for each in told["experiment_outcome"]:
        each["value"] *= 400 if "shown" in each["source_id"] else 300
    [row] = found(tmp_path, told).table.to_pylist()

    assert (row["mean_shown"], row["mean_held_back"], row["difference"]) == (200, 150, 50)
    assert row["ratio"] == pytest.approx(4 / 3)


def test_without_an_arm_that_goes_without_nothing_is_told(tmp_path: Path) -> None:
    told = people("a", ("blue", 200, 40), ("green", 200, 30), **HALF)
    states = found(tmp_path, told).table["state"].to_pylist()

    assert states == ["no variant goes without it"] * 2


def test_regions_are_units_too(tmp_path: Path) -> None:
    told = people("a", ("shown", 100, 40), ("held back", 100, 30), **HALF)
    for rows in told.values():
        for each in rows:
            each["unit"] = each.pop("contact_id")
    for each in told["experiment_exposure"]:
        each["unit_kind"] = "region"
    [row] = found(tmp_path, told).table.to_pylist()

    assert (row["n_shown"], row["state"]) == (100, TOLD)


def test_an_experiment_of_no_channel_is_none_of_a_budget(tmp_path: Path) -> None:
    told = people("a", ("shown", 200, 40), ("held back", 200, 30), channel=None)
    other = people("b", ("shown", 200, 40), ("held back", 200, 30))
    result = found(tmp_path, told, other)

    assert result.table["experiment"].to_pylist() == ["b"]
    assert any("how the lot fell" in note for note in result.found.notes)


def test_without_experiments_it_says_what_is_lacking(tmp_path: Path) -> None:
    with engine.open(
        tell(tmp_path, {"account": [{"source_id": "a", "at": day(0)}]}).lake.path
    ) as it:
        result = read(it, "incremental", setting())

    assert "experiments with the channel or the campaign" in result.sentence
