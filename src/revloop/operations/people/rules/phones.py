"""The key of a telephone number: E.164, with the extension where there is one.

A number with an extension is another key than the number alone, which is often that of a house.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from revloop.operations.people.rules.text import clean

_PLUS_AND_DIGITS = re.compile(r"\+[1-9]\d{6,14}")
_PUNCTUATION = str.maketrans("", "", " ().-/\u00a0\u2010\u2011\u2013")
_NORTH_AMERICAN = re.compile(r"1?([2-9]\d{2}[2-9]\d{6})")
_NORTH_AMERICA = frozenset({"US", "CA", "PR"})
_LONGEST, _SAME_ENDING = 40, 7


@lru_cache(maxsize=1 << 16)
def phone_key(text: str | None, country: str | None) -> str | None:
    """The number in E.164, read as in that country (ISO 3166) where it names none itself.

    None if it cannot be a number, or is one that people make up: seven times the same digit at its
    end. Numbers that are plain already do not wait for the parser, which takes 20 us.
    """
    text = clean(text)
    if not text or len(text) > _LONGEST:
        return None
    plain = text.translate(_PUNCTUATION)
    region = country.strip().upper() if country else None
    if _PLUS_AND_DIGITS.fullmatch(plain) and _has_a_possible_length(plain):
        number = plain
    elif region in _NORTH_AMERICA and (match := _NORTH_AMERICAN.fullmatch(plain)):
        number = f"+1{match[1]}"
    else:
        number = _parsed(text, region) or ""
    digits = number.partition(";")[0]
    made_up = len(set(digits[-_SAME_ENDING:])) == 1
    return number if number and not made_up else None


def _parsed(text: str, region: str | None) -> str | None:
    # Its tables take a moment to import, which only those who have numbers to read should wait for.
    import phonenumbers  # noqa: PLC0415

    if region not in phonenumbers.SUPPORTED_REGIONS:
        region = None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain


def _has_a_possible_length(number: str) -> bool:
    """Whether `+` and these digits are a number as they stand.

    A zero or, in North America, a one after the country code is a prefix that the parser takes off.
    """
    for length in (1, 2, 3):
        lengths = _lengths(number[1 : 1 + length])
        if lengths:
            national = number[1 + length :]
            first = "01" if number[1] == "1" and length == 1 else "0"
            return len(national) in lengths and national[0] not in first
    return False


@cache
def _lengths(calling_code: str) -> frozenset[int]:
    import phonenumbers  # noqa: PLC0415

    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(calling_code), ())
    if not regions or regions[0] == "001":
        return frozenset()
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(regions[0])
    general = metadata.general_desc if metadata else None
    return frozenset(general.possible_length) if general else frozenset()
