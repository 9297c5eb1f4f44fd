"""Credits from tables of touches are the same on every engine: shares, cents and steps of chains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from revloop.agreement.terms.credit_models import RULES, SHAPLEY
from revloop.analysis.credit.in_tables.money import with_minor_units
from revloop.analysis.credit.in_tables.shares import with_shares
from revloop.analysis.credit.in_tables.steps import as_grams, steps
from revloop.analysis.credit.statistics import shares
from revloop.analysis.credit.statistics.grams import grams
from revloop.analysis.credit.statistics.shares import Steps

from ..staging import Company
from .conftest import Open

# Ibis' way to Spark goes through pandas, and Spark leaves its sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning")

MODELS = ("first", "linear", "w_shaped", "time_decay", "hubspot:simple_decay", "dreamdata:w_shaped")
CHANNELS, JOURNEYS = 4, 60


@pytest.fixture(scope="module")
def company(place: Path) -> Company:
    return Company(place / "credit")


def touches() -> pa.Table:
    """Journeys of one to seven touches with milestones, some of them parted; ages of whole days."""
    draw = np.random.default_rng(11)
    sizes = draw.integers(1, 8, JOURNEYS)
    journey = np.repeat(np.arange(JOURNEYS), sizes)
    place = np.arange(journey.size) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1
    age = draw.integers(0, 90, journey.size)
    age = age[np.lexsort((-age, journey))].astype(np.float64)
    columns = {
        "journey": journey,
        "place": place,
        "age": age,
        "marks": draw.choice([0, 0, 0, 1, 16, 33], journey.size),
        "part": draw.choice([1.0, 1.0, 0.25], journey.size),
        "channel": draw.integers(1, CHANNELS + 1, journey.size),
        "amount": draw.integers(-500, 10**8, JOURNEYS)[journey],
    }
    return pa.table({name: pa.array(each.tolist()) for name, each in columns.items()})


def test_shares_and_cents_are_those_of_the_arrays(read: Open, company: Company) -> None:
    told = touches()
    columns = {name: np.asarray(told[name]) for name in told.column_names}
    starts = np.flatnonzero(np.diff(columns["journey"], prepend=-1, append=-1)).astype(np.int64)
    laid = Steps(starts, columns["age"], columns["marks"], columns["part"])
    wanted = {name: shares.shares(RULES[name], laid) for name in MODELS}
    wanted[SHAPLEY] = shares.by_channel_set(laid, columns["channel"], CHANNELS + 1)
    facts = read(company)

    table = with_shares(
        facts.held(told), {name: RULES[name] for name in MODELS}, by_channel_set=SHAPLEY
    )
    table = with_minor_units(table, {f"earned {name}": name for name in wanted})
    got = facts.arrow(table).sort_by([("journey", "ascending"), ("place", "ascending")])

    for name, share in wanted.items():
        np.testing.assert_allclose(got[name], share, rtol=1e-9, atol=1e-12, err_msg=name)
        minor = shares.in_minor_units(columns["amount"][starts[:-1]], share, laid)
        assert got[f"earned {name}"].to_pylist() == minor.tolist(), name


def test_steps_are_those_of_the_arrays(read: Open, company: Company) -> None:
    """Every third journey was won."""
    told = touches()
    journey = np.asarray(told["journey"])
    starts = np.flatnonzero(np.diff(journey, prepend=-1, append=-1))
    won = (np.arange(JOURNEYS) % 3 == 0).astype(np.float64)
    wanted = grams(starts, np.asarray(told["channel"]), won, 1 - won, longest=3)
    facts = read(company)
    winning = facts.held(pa.table({"journey": list(range(0, JOURNEYS, 3))}))

    table = steps(facts.held(told), winning, CHANNELS)
    got = as_grams(facts.arrow(table), CHANNELS)

    found, expected = (
        sorted(np.column_stack((of.before, of.channel, of.passes, of.won, of.lost)).tolist())
        for of in (got, wanted)
    )
    assert found == expected
