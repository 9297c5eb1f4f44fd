"""The one pass says of raw touches what the models say of journeys laid end to end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.terms.credit_models import RULES, SHAPLEY, rule
from revloop.analysis.credit.statistics import at_once, markov, out_of_core, packed_touches
from revloop.analysis.credit.statistics.at_once import Earned, Ends, earned
from revloop.analysis.credit.statistics.grams import grams
from revloop.analysis.credit.statistics.packed_touches import Ints, of_batches, of_files
from revloop.analysis.credit.statistics.shares import Steps, by_channel_set, shares
from revloop.analysis.rates import Floats

HALF_LIFE = 7.0
Name = TypeVar("Name", str, int)


class Told(NamedTuple):
    """Touches in any order, and what came of their journeys."""

    touches: pa.RecordBatch
    ends: Ends
    channels: int

    def column(self, name: str) -> Ints:
        return np.asarray(self.touches.column(name).to_numpy(), np.int64)

    def shuffled(self, seed: int) -> Told:
        order = np.random.default_rng(seed).permutation(self.touches.num_rows)
        return self._replace(touches=self.touches.take(pa.array(order.tolist(), pa.int64())))

    def batches(self, rows: int) -> list[pa.RecordBatch]:
        every = range(0, self.touches.num_rows, rows)
        return [self.touches.slice(begin, rows) for begin in every]


def drawn(seed: int, *, journeys: int, touches: int, channels: int, seconds: int) -> Told:
    draw = np.random.default_rng(seed)
    columns = {
        "journey": draw.integers(0, journeys, touches),
        "at": 1_700_000_000 + draw.integers(0, seconds, touches),
        "touch": draw.permutation(10 * touches)[:touches],
        "channel": draw.integers(1, channels + 1, touches),
    }
    converted = draw.random(journeys) < 0.3
    value = np.where(converted, draw.integers(0, 10**7, journeys), 0)
    batch = pa.record_batch(
        {name: pa.array(each.tolist(), pa.int64()) for name, each in columns.items()}
    )
    return Told(batch, Ends(converted, value), channels)


def by_the_models(told: Told) -> Earned:
    """The way that every touch has its share."""
    journey, at, touch, channel = map(told.column, ("journey", "at", "touch", "channel"))
    order = np.lexsort((touch, at, journey))
    journey, at, channel = journey[order], at[order], channel[order]
    count = told.ends.converted.size
    starts = np.searchsorted(journey, np.arange(count + 1)).astype(np.int64)
    steps = Steps(
        starts,
        (at.max(initial=0) - at) / 86_400,
        np.zeros(at.size, np.int64),
        np.ones(at.size),
    )
    converted = told.ends.converted.astype(np.float64)
    of_models = {name: shares(RULES[name], steps) for name in ("first", "last", "linear")}
    of_models["u_shaped"] = shares(rule("u_shaped"), steps)
    of_models["time_decay"] = shares(rule("time_decay", half_life=HALF_LIFE), steps)
    of_models[SHAPLEY] = by_channel_set(steps, channel, told.channels + 1)
    found: list[dict[str, Floats]] = []
    laid = grams(starts, channel, converted, 1 - converted)
    effects = {
        back: markov.fit(laid, back, told.channels).removal_effects for back in at_once.ORDERS
    }
    for worth in (converted, told.ends.value * converted):
        earns = worth[journey]
        credited: dict[str, Floats] = {
            name: np.bincount(channel, share * earns, told.channels + 1)[1:].astype(np.float64)
            for name, share in of_models.items()
        }
        for back, effect in effects.items():
            total = float(worth[np.diff(starts) > 0].sum())
            shared = markov.credits(total, effect)
            credited[f"markov_{back}"] = np.zeros(told.channels) if shared is None else shared
        found.append(credited)
    conversions, value = found
    return Earned(conversions, value, effects)


def assert_equal(got: Earned, wanted: Earned) -> None:
    assert_same(got.conversions, wanted.conversions)
    assert_same(got.value, wanted.value)
    assert_same(got.removal_effects, wanted.removal_effects)


def assert_same(got: Mapping[Name, Floats], wanted: Mapping[Name, Floats]) -> None:
    assert set(got) == set(wanted)
    for name, each in got.items():
        np.testing.assert_allclose(each, wanted[name], rtol=1e-9, atol=1e-12, err_msg=str(name))


def passed(told: Told, rows: int = 97) -> Earned:
    parts = of_batches(told.batches(rows))
    return earned(parts, told.ends, told.channels, half_life=HALF_LIFE)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(1, 60),
    st.integers(0, 300),
    st.integers(1, 6),
    st.sampled_from([1, 5, 10**6]),
)
def test_the_credits_are_those_of_every_touch(
    seed: int, journeys: int, touches: int, channels: int, seconds: int
) -> None:
    """With few seconds nearly all touches are tied; some journeys have no touches."""
    told = drawn(seed, journeys=journeys, touches=touches, channels=channels, seconds=seconds)

    assert_equal(passed(told), by_the_models(told))


@pytest.mark.parametrize("seconds", [3, 3_000_000])
def test_many_chunks_say_what_one_would(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    told = drawn(1, journeys=5_000, touches=20_000, channels=4, seconds=seconds)
    wanted = by_the_models(told)
    monkeypatch.setattr(at_once, "_CHUNK", 700)

    assert_equal(passed(told, 1_000), wanted)


def test_batches_in_any_order_and_any_split_say_the_same() -> None:
    told = drawn(2, journeys=200, touches=1_000, channels=5, seconds=20)
    one = passed(told)

    for seed, rows in ((1, 1), (2, 333), (3, 5_000)):
        assert_equal(passed(told.shuffled(seed), rows), one)


def test_files_say_what_their_batches_do(tmp_path: Path) -> None:
    told = drawn(3, journeys=300, touches=1_500, channels=12, seconds=50)
    paths = []
    for number, batch in enumerate(told.batches(800)):
        paths.append(tmp_path / f"{number}.parquet")
        pq.write_table(pa.Table.from_batches([batch]), paths[-1], row_group_size=300)

    got = earned(of_files(paths), told.ends, told.channels, half_life=HALF_LIFE)

    assert len(of_files(paths)) == 6
    assert_equal(got, passed(told))


def test_of_touches_in_the_same_second_the_lower_id_comes_first() -> None:
    batch = pa.record_batch(
        {"journey": [1, 1, 1], "at": [5, 5, 5], "touch": [30, 10, 20], "channel": [1, 3, 2]}
    )
    ends = Ends(np.array([True, True]), np.array([100, 700]))

    got = earned(of_batches([batch]), ends, 3)

    assert got.conversions["first"].tolist() == [0, 0, 1]
    assert got.value["last"].tolist() == [700, 0, 0]
    assert got.value["u_shaped"] == pytest.approx([280, 140, 280])
    assert got.conversions["markov_2"].sum() == pytest.approx(1)


def test_one_channel_earns_all() -> None:
    told = drawn(4, journeys=50, touches=200, channels=1, seconds=10)
    reached = np.unique(told.column("journey"))

    got = passed(told)

    for name in (*at_once.SHARED, "markov_1", "markov_2", "markov_3"):
        assert got.conversions[name] == pytest.approx([told.ends.converted[reached].sum()])
        assert got.value[name] == pytest.approx([told.ends.value[reached].sum()])


def test_without_touches_or_conversions_nothing_is_earned() -> None:
    told = drawn(5, journeys=20, touches=60, channels=3, seconds=10)
    none = told._replace(ends=Ends(np.zeros(20, np.bool_), told.ends.value))

    for each in (passed(none), earned([], told.ends, 3)):
        assert not any(found.any() for found in each.conversions.values())
        assert not any(found.any() for found in each.value.values())


def test_what_does_not_fit_into_a_key_is_refused() -> None:
    ends = Ends(np.array([True, True]), np.array([100, 700]))

    def refused(said: str, channels: int = 3, **changed: int | None) -> None:
        row = {"journey": 1, "at": 5, "touch": 1, "channel": 1, **changed}
        columns = {name: pa.array([each], pa.int64()) for name, each in row.items()}
        with pytest.raises(ValueError, match=said):
            earned(of_batches([pa.record_batch(columns)]), ends, channels)

    refused("journeys are numbered from 0 on, below 2", journey=2)
    refused("seconds are from 0", at=-1)
    refused("channels are numbered from 1 on, below 4", channel=0)
    refused("channels are numbered from 1 on, below 4", channel=4)
    refused("the column at has gaps", at=None)
    refused("from 1 to 60 channels", channels=61)


def test_journeys_longer_than_a_chunk_stay_whole() -> None:
    layout = packed_touches.Layout(3, 2)
    journey = np.repeat([0, 1, 2], [2, 50, 3]).astype(np.int64)
    keys = np.empty(55, np.int64)
    layout.pack(journey, np.arange(55), np.ones(55, np.int64), out=keys)

    assert [layout.journey(keys[each]).tolist() for each in layout.chunks(keys, 10)] == [
        [0, 0],
        [1] * 50 + [2] * 3,
    ]


@pytest.mark.parametrize("together", [400, 10_000])
@pytest.mark.parametrize("seconds", [2, 3_000_000])
def test_out_of_core_the_credits_are_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, together: int, seconds: int
) -> None:
    monkeypatch.setattr(out_of_core, "_TOGETHER", together)
    told = drawn(6, journeys=300, touches=2_000, channels=5, seconds=seconds)
    parts = of_batches(told.batches(150))

    got = out_of_core.earned(parts, told.ends, told.channels, tmp_path, half_life=HALF_LIFE)

    assert_equal(got, passed(told))
    assert not list(tmp_path.iterdir())


def test_out_of_core_no_touches_are_none(tmp_path: Path) -> None:
    told = drawn(7, journeys=3, touches=1, channels=2, seconds=1)

    got = out_of_core.earned([], told.ends, 2, tmp_path)

    assert not any(found.any() for found in got.value.values())
