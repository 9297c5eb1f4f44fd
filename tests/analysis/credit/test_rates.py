"""Shapley by rates: another game, asked for by name, and said to be one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from revloop import engine
from revloop.agreement.terms.credit_models import DEFAULT, title
from revloop.analysis.credit import measures
from revloop.analysis.credit.booked import booked
from revloop.analysis.credit.credit import READING, every_model
from revloop.analysis.credit.crediting import values
from revloop.analysis.credit.rates import played
from revloop.analysis.ground import Ground
from revloop.analysis.reading import Given, Result, concluded

from .slices import Walked, given
from .story import day, earned, people, read, setting, sold, tell, touch
from .test_intervals import NAMES, world

MODEL = "shapley_rate"
TWO = [
    Walked(("ads",), "won", 100),
    Walked(("ads",)),
    Walked(("mail",), "won", 100),
    Walked(("mail",), "lost"),
    Walked(("mail", "mail")),
    Walked(("mail",)),
    Walked(("ads", "mail"), "won", 100),
    Walked(("mail", "ads", "mail"), "won", 100),
]


def asked(walked: Sequence[Walked], *by: str) -> Result:
    of = given(walked, *by, model=MODEL)
    return concluded(READING, of.setting, of.asked, of.tables, snapshot="")


def said(result: Result) -> str:
    [note] = [each for each in result.found.notes if each.startswith("Shapley by rates")]
    return note


def test_the_worth_of_a_set_is_its_share_that_was_won() -> None:
    """v(ads) = 1/2, v(mail) = 1/4, v(both) = 4/8. Ads add 1/2 or 1/4, mail 1/4 or 0: 3/8 and 1/8.

    Of 400 that were booked ads earn three quarters, whichever journeys they were booked in.
    """
    result = asked(TWO)

    assert played(given(TWO)).effects.by_channel == pytest.approx({"ads": 3 / 8, "mail": 1 / 8})
    assert earned(result, MODEL) == {"ads": 300, "mail": 100}
    assert "another game than that by revenue" in said(result)
    assert "4 won, 1 lost and 3 without an opportunity" in said(result)


def test_it_is_asked_for_by_name_and_called_what_it_is() -> None:
    assert MODEL not in DEFAULT
    assert MODEL in READING.choices["model"](setting())
    assert title(MODEL) == "Shapley (rates)"


def test_a_channel_that_journeys_fare_better_without_earns_nothing() -> None:
    """v(ads) = 0 of 2, v(mail) = 2 of 4, v(both) = 3 of 8: ads add 0 or −1/8, which is −1/16."""
    told = [
        *[Walked(("ads",))] * 2,
        *[Walked(("mail",), "won", 100)] * 2,
        *[Walked(("mail",), "lost")] * 2,
        Walked(("ads", "mail"), "won", 100),
        Walked(("ads", "mail")),
    ]
    result = asked(told)

    assert played(given(told)).effects.size == pytest.approx([-1 / 16, 7 / 16])
    assert earned(result, MODEL) == {"mail": 300}
    assert "with ads: that earns nothing" in said(result)


def test_where_no_channel_is_worth_anything_it_shares_as_the_linear_model() -> None:
    """Bookings of opportunities that are not known: of the journeys that are, none was won."""
    of = given(
        [*TWO[:3], Walked(("ads",), "lost"), Walked(("ads", "mail"), "won", 300)], model=MODEL
    )
    ended = of.tables["credit_journeys"]
    lost = ended.filter([each == "lost" for each in ended["outcome"].to_pylist()])
    result = concluded(
        READING, of.setting, of.asked, {**of.tables, "credit_journeys": lost}, snapshot=""
    )

    assert earned(result, MODEL) == {"ads": 100 + 150, "mail": 100 + 150}
    assert "it shares as the linear model" in said(result)


def test_of_more_than_twelve_channels_it_is_said_and_shared_as_the_linear_model() -> None:
    thirteen = [Walked((f"c{number:02}",), "lost") for number in range(11)]
    result = asked([*TWO, *thirteen])

    assert "up to 12 of them: here there are more" in said(result)
    # ads have one journey alone, half of the second and a third of the last, mail the rest
    assert earned(result, MODEL) == {"ads": 100 + 50 + 33, "mail": 100 + 50 + 67}


def test_a_slice_of_a_company_with_more_channels_does_not_do_without_unsold_journeys() -> None:
    """Of the company no sets are published: 3 journeys without an opportunity, and none is told."""
    of = given(TWO)
    none = {**of.tables, "unsold_sets": of.tables["unsold_sets"].slice(0, 0)}

    assert not played(Given(of.setting, of.asked, none)).is_told
    assert played(of).is_told


def test_its_interval_holds_its_value_in_19_of_20_worlds() -> None:
    """The value of the game of very many journeys, of which 100 worlds have 500 each."""
    size = np.maximum(played(given(world(20_000, 1))).effects.size, 0)
    true = size / size.sum() / 1.25
    within = []
    for seed in range(100, 200):
        of = given(world(500, seed), model=MODEL)
        found = booked(of)
        told = every_model(of, found, values(found, ()))
        places = [told.values.names.index((name,)) for name in sorted(NAMES)]
        low, high = (ends[places] for ends in told.spans[MODEL])
        within.append((low <= true) & (true <= high))

    assert 0.9 <= np.mean(within) <= 0.99


@pytest.mark.parametrize("by", ["channel", "campaign", "side", "segment"])
def test_it_reconciles(by: str) -> None:
    rows = asked(world(80, 2), by).table.to_pylist()

    assert sum(row["credit"] for row in rows) == int(
        sum(each.minor for each in world(80, 2) if each.outcome == "won")
    )


def test_from_the_lake_it_knows_the_sets_of_journeys_that_led_to_nothing(tmp_path: Path) -> None:
    """Ann's company buys after ads and mail; Ben's had mail twice and ads, Cat's mail alone."""
    made = tell(
        tmp_path,
        {
            "account": [{"source_id": name, "at": day(-100)} for name in ("acme", "bolt", "calm")],
            "contact": people(ann="acme", ben="bolt", cat="calm"),
            "opportunity": [sold("o1", 40, 60, 100_00)],
            "touch": [
                touch("a", "ann", 45, "ads"),
                touch("b", "ann", 46, "mail"),
                touch("c", "ben", 10, "mail"),
                touch("d", "ben", 11, "ads"),
                touch("e", "ben", 12, "mail"),
                touch("f", "cat", 13, "mail"),
            ],
        },
    )
    with engine.open(made.lake.path) as opened:
        sets = opened.arrow(measures.unsold_set_sums(Ground(opened, setting()))).to_pylist()
        result = read(opened, "credit", setting(), model=MODEL)

    assert sorted((row["channels"], row["n"]) for row in sets) == [("ads\nmail", 1), ("mail", 1)]
    # v(ads) = 0, v(mail) = 0, v(both) = 1/3: half each
    assert earned(result, MODEL) == {"ads": 50_00, "mail": 50_00}
    assert "1 won, 0 lost and 2 without" in said(result)
