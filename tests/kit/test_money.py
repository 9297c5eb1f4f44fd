"""Money: exact amounts of one currency, as people write them and in one printed form."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.kit.errors import InvalidInput
from revloop.kit.money import DECIMALS, Money

AMOUNTS = st.builds(
    Money, st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from(sorted(DECIMALS))
)


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("30000 USD", 3_000_000, "USD"),
        ("1250.50 EUR", 125_050, "EUR"),
        ("1250.5 EUR", 125_050, "EUR"),
        ("0.01 GBP", 1, "GBP"),
        ("0 USD", 0, "USD"),
        ("-5 USD", -500, "USD"),
        ("-0.05 USD", -5, "USD"),
        ("500 JPY", 500, "JPY"),
        ("500.0 JPY", 500, "JPY"),
        ("1.234 KWD", 1_234, "KWD"),
        ("  30000   USD ", 3_000_000, "USD"),
        ("007 USD", 700, "USD"),
        ("999999999999999.99 USD", 99_999_999_999_999_999, "USD"),
    ],
)
def test_an_amount_is_kept_in_whole_minor_units(text: str, minor: int, currency: str) -> None:
    assert Money.parse(text) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    ["", "30000", "USD", "USD 30000", "30,000 USD", "30.000,00 EUR", "3e4 USD", "30000USD", "$30000",
     "30000 US", "30000 USDX", "1000000000000000 USD", ".5 USD", "5. USD", "+5 USD", "٣ USD", "1.0001 KWD"],
)  # fmt: skip
def test_what_is_no_amount_and_currency_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Money.parse(text)

    assert caught.value.code == "money.not_understood"
    assert caught.value.message == f"{text!r} is not an amount of money"
    assert "30000 USD" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("5 usd", "did you mean USD?"),
        ("5 EUX", "did you mean EUR?"),
        ("5 QQQ", "use the three letters of ISO 4217: USD, EUR, GBP"),
        ("5 DEM", ""),
    ],
)
def test_a_currency_that_is_not_in_use_is_refused(text: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Money.parse(text)

    assert caught.value.code == "money.unknown_currency"
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("0.001 USD", "USD has 2 decimals"),
        ("0.5 JPY", "JPY has 0 decimals"),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused(text: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Money.parse(text)

    assert caught.value.code == "money.too_precise"
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("money", "printed", "amount"),
    [
        (Money(3_000_000, "USD"), "30000 USD", Decimal(30_000)),
        (Money(125_050, "EUR"), "1250.50 EUR", Decimal("1250.5")),
        (Money(-5, "USD"), "-0.05 USD", Decimal("-0.05")),
        (Money(0, "USD"), "0 USD", Decimal(0)),
        (Money(500, "JPY"), "500 JPY", Decimal(500)),
        (Money(100, "JPY"), "100 JPY", Decimal(100)),
        (Money(1_234, "KWD"), "1.234 KWD", Decimal("1.234")),
        (Money(1_000, "KWD"), "1 KWD", Decimal(1)),
        (Money(1_100, "KWD"), "1.100 KWD", Decimal("1.1")),
    ],
)
def test_an_amount_is_printed_in_one_form(money: Money, printed: str, amount: Decimal) -> None:
    assert str(money) == printed
    assert money.amount == amount


@given(AMOUNTS)
def test_what_is_printed_is_read_as_the_same(money: Money) -> None:
    assert Money.parse(str(money)) == money


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_hint(text: str) -> None:
    read, refused = None, None
    try:
        read = Money.parse(text)
    except InvalidInput as error:
        refused = error

    assert read is None or Money.parse(str(read)) == read
    assert refused is None or refused.hint


def test_every_currency_has_no_two_or_three_decimals() -> None:
    assert set(DECIMALS.values()) == {0, 2, 3}
    assert all(len(code) == 3 and code.isupper() for code in DECIMALS)
    assert (DECIMALS["USD"], DECIMALS["JPY"], DECIMALS["KWD"]) == (2, 0, 3)
