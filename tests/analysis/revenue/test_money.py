from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.revenue.money import in_reporting
from revloop.kit.money import DECIMALS


def table(*rows: tuple[int | None, str | None, float | None]) -> pa.Table:
    amounts, currencies, rates = zip(*rows, strict=True)
    return pa.table(
        {
            "amount_minor": pa.array(amounts, pa.int64()),
            "currency": pa.array(currencies, pa.string()),
            "fx_rate": pa.array(rates, pa.float64()),
        }
    )


@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from(["EUR", "JPY", "KWD", "GBP"]),
    st.sampled_from(["USD", "JPY", "TND"]),
    st.decimals("0.00001", "999", places=5),
)
def test_amounts_are_exact_as_decimals_are(
    minor: int, own: str, reporting: str, rate: Decimal
) -> None:
    places = DECIMALS[reporting] - DECIMALS[own]
    exact = Decimal(minor) * rate.scaleb(places)
    wanted = exact.quantize(Decimal(1), ROUND_HALF_UP) if own != reporting else Decimal(minor)
    amounts, known, unrated = in_reporting(table((minor, own, float(rate))), reporting)

    assert (int(amounts[0]), bool(known[0]), bool(unrated[0])) == (int(wanted), True, False)


def test_half_a_cent_is_rounded_away_from_zero_whatever_floats_say() -> None:
    # 1.005 * 100 is 100.49999999999999 in floats.
    amounts, _, _ = in_reporting(table((100, "EUR", 1.005), (-100, "EUR", 1.005)), "USD")

    assert amounts.tolist() == [101, -101]


def test_an_amount_in_the_reporting_currency_needs_no_rate() -> None:
    amounts, known, _ = in_reporting(table((1234, "USD", None), (1234, "USD", 7.0)), "USD")

    assert (amounts.tolist(), known.tolist()) == ([1234, 1234], [True, True])


@pytest.mark.parametrize("rate", [None, 0.0, -1.0, float("inf"), float("nan")])
def test_without_a_rate_it_is_not_known_and_says_so(rate: float | None) -> None:
    amounts, known, unrated = in_reporting(table((1234, "EUR", rate)), "USD")

    assert (amounts.tolist(), known.tolist(), unrated.tolist()) == ([0], [False], [True])


def test_no_amount_is_no_amount_whatever_the_rate() -> None:
    _, known, unrated = in_reporting(table((None, "EUR", 1.1), (5, None, 1.1)), "USD")

    assert (known.tolist(), unrated.tolist()) == ([False, False], [False, True])
