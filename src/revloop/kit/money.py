"""Money as people write it, `1080000 USD`, kept as whole minor units of one currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean

# ISO 4217, the currencies in use; all have two decimals but those named below.
_TWO_DECIMALS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG
HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED
VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
DECIMALS: dict[str, int] = {
    **dict.fromkeys(_TWO_DECIMALS.split(), 2),
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
}
_FORM = re.compile(r"(?P<amount>-?\d{1,15}(?:\.\d{1,3})?) +(?P<currency>[A-Za-z]{3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units (cents) of one ISO 4217 currency."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read `<amount> <currency>`; the amount has no thousands separators."""
        match = _FORM.fullmatch(" ".join(text.split()))
        if match is None:
            raise InvalidInput(
                "money.not_understood",
                f"{text[:60]!r} is not an amount of money",
                hint="write the amount and the currency: 30000 USD, 1250.50 EUR",
            )
        currency = match["currency"]
        if currency not in DECIMALS:
            nearest = did_you_mean(currency.upper(), DECIMALS)
            raise InvalidInput(
                "money.unknown_currency",
                f"{currency!r} is not a currency in use",
                hint=nearest or "use the three letters of ISO 4217: USD, EUR, GBP",
            )
        minor = Decimal(match["amount"]).scaleb(DECIMALS[currency])
        if minor != minor.to_integral_value():
            raise InvalidInput(
                "money.too_precise",
                f"{text[:60]!r} has more decimals than {currency} has",
                hint=f"{currency} has {DECIMALS[currency]} decimals",
            )
        return cls(int(minor), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-DECIMALS[self.currency])

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}".replace(".00 ", " ").replace(".000 ", " ")
