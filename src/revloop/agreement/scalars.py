"""The single values of an agreement: how each is read from the file, checked, and described.

Every type here reads what `source` yields (text, whole number, decimal), gives a plain-language
problem when it cannot, and carries the JSON Schema that editors show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from revloop.agreement.terms import credit_models as models_of_credit
from revloop.kit.durations import EXAMPLES, Duration
from revloop.kit.errors import InvalidInput
from revloop.kit.money import Money
from revloop.kit.spelling import did_you_mean, one_of
from revloop.kit.working_time.instants import FIRST_YEAR, LAST_YEAR


def refused(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """A problem in our own words; `check` gives it its place."""
    return PydanticCustomError(
        "revloop", "{code}", {"code": code, "message": message, "hint": hint}
    )


LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class ConditionText:
    """A condition as it stands in the file, and what it is asked about."""

    text: str
    scope: str
    """Which words it may use: see `revloop.agreement.names`."""

    def __str__(self) -> str:
        return self.text


def shown(value: object) -> str:
    """A value as somebody who writes the file would name it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case dict():
            return "a set of named values"
        case list():
            return "a list"
        case str():
            return repr(value[:60])
        case _:
            return str(value)


def _text_of(value: object, what: str, hint: str = "") -> str:
    if isinstance(value, str):
        return value
    single = value is not None and not isinstance(value, dict | list)
    quotes = f'put it in quotes: "{shown(value)}"' if single else "write a text"
    raise refused("form.needs_text", f"{what} is a text, not {shown(value)}", hint or quotes)


def _parsed(parse: Callable[[str], Any], what: str, example: str) -> Callable[[object], Any]:
    def read(value: object) -> Any:
        try:
            return parse(_text_of(value, what, f"write it like this: {example}"))
        except InvalidInput as error:
            raise refused(error.code, error.message, error.hint) from error

    return read


def _scalar(
    read: Callable[[object], Any], write: Callable[[Any], Any], **schema: Any
) -> tuple[Any, ...]:
    return (
        PlainValidator(read),
        PlainSerializer(write, return_type=Any),
        WithJsonSchema(schema),
    )


def _matching(code: str, what: str, form: str, hint: str) -> Callable[[object], str]:
    pattern = re.compile(form, re.ASCII)

    def read(value: object) -> str:
        text = _text_of(value, what, hint if isinstance(value, Decimal) else "")
        if not pattern.fullmatch(text):
            raise refused(code, f"{shown(text)} is not {what}", hint)
        return text

    return read


def _pattern(code: str, what: str, form: str, hint: str, **schema: Any) -> tuple[Any, ...]:
    read = _matching(code, what, form, hint)
    return _scalar(read, str, type="string", pattern=f"^{form}$", **schema)


_IDENTIFIER_FORM = "[a-z][a-z0-9_]{0,59}"
Identifier = Annotated[
    str,
    *_pattern(
        "form.not_an_identifier",
        "a name",
        _IDENTIFIER_FORM,
        "use small letters, digits and _; begin with a letter",
    ),
]
ModelName = Annotated[
    str,
    *_pattern(
        "form.not_an_identifier",
        "the name of a model of credit",
        f"{_IDENTIFIER_FORM}(:{_IDENTIFIER_FORM})?",
        "write w_shaped, hubspot:w_shaped, or a name of attribution.models",
        examples=[*models_of_credit.RULES, *models_of_credit.DATA_DRIVEN],
    ),
]
AgreementName = Annotated[
    str,
    *_pattern(
        "form.not_an_identifier",
        "the name of an agreement",
        "[a-z][a-z0-9-]{0,59}",
        "use small letters, digits and -: acme-revenue",
    ),
]
Version = Annotated[
    str,
    *_pattern(
        "form.not_a_version",
        "a version",
        r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})",
        'write major, minor and patch in quotes: "2.1.0"',
        examples=["2.1.0"],
    ),
]
Period = Annotated[
    str,
    *_pattern(
        "form.not_a_period",
        "a period",
        r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?",
        "write a year, quarter or month: 2026, 2026-Q3, 2026-07",
        examples=["2026-Q3"],
    ),
]


TierName = Annotated[
    str,
    *_pattern(
        "form.not_an_identifier",
        "the name of a tier",
        f"([A-Z]|{_IDENTIFIER_FORM})",
        "use one capital letter, or small letters, digits and _",
    ),
]


def _read_text(value: object) -> str:
    text = _text_of(value, "this").strip()
    if not text:
        raise refused("form.empty_text", "the text is empty", "write it, or remove the key")
    if len(text) > LONGEST_TEXT:
        limit = f"the text is longer than {LONGEST_TEXT:,} characters"
        raise refused("form.too_long", limit, "shorten it")
    return text


Text = Annotated[str, *_scalar(_read_text, str, type="string", minLength=1, maxLength=LONGEST_TEXT)]

DurationValue = Annotated[
    Duration,
    *_scalar(
        _parsed(Duration.parse, "a length of time", "5 minutes"),
        str,
        type="string",
        pattern=r"^\s*\d{1,6}\s+((business|working)\s+)?(minute|hour|day|week)s?\s*$",
        description=f"A length of time: {EXAMPLES}",
        examples=["5 minutes", "8 business hours", "14 days"],
    ),
]


def _more_than_nothing(text: str) -> Money:
    money = Money.parse(text)
    if money.minor <= 0:
        raise InvalidInput("form.out_of_range", f"{money} is not more than nothing")
    return money


_read_money = _parsed(_more_than_nothing, "an amount of money", "30000 USD")
MoneyValue = Annotated[
    Money,
    *_scalar(
        _read_money,
        str,
        type="string",
        pattern=r"^\s*\d{1,15}(\.\d{1,3})?\s+[A-Z]{3}\s*$",
        description="An amount and its currency: 30000 USD",
        examples=["30000 USD"],
    ),
]


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many events in each block of so many UTC days; the earliest count."""

    events: int
    days: int

    @classmethod
    def parse(cls, text: str) -> Cap:
        """Read `1 per day`, `2 per 7 days`."""
        match = _CAP.fullmatch(" ".join(text.split()))
        if match is None or 0 in {int(match["events"]), int(match["days"] or 1)}:
            hint = "write 1 per day, or 2 per 7 days"
            raise InvalidInput("form.not_a_cap", f"{text[:60]!r} is not a cap", hint=hint)
        return cls(int(match["events"]), int(match["days"] or 1))

    def __str__(self) -> str:
        return f"{self.events} per {'day' if self.days == 1 else f'{self.days} days'}"


_CAP = re.compile(r"(?P<events>\d{1,6}) per (?:(?P<days>\d{1,4}) days?|day)", re.ASCII)
CapValue = Annotated[
    Cap,
    *_scalar(
        _parsed(Cap.parse, "a cap", "1 per day"),
        str,
        type="string",
        pattern=r"^\s*\d{1,6}\s+per\s+(\d{1,4}\s+days?|day)\s*$",
        examples=["1 per day", "2 per 7 days"],
    ),
]


def _read_instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or len(text) <= len("2026-07-01"):
        raise InvalidInput(
            "form.not_an_instant",
            f"{text[:60]!r} is not an instant",
            hint='write date, time and offset in quotes: "2026-07-01T00:00:00-04:00"',
        )
    if not FIRST_YEAR < at.year < LAST_YEAR:  # a day of leeway for the offset
        limits = f"between {FIRST_YEAR + 1} and {LAST_YEAR - 1}"
        raise InvalidInput("form.out_of_range", f"the year {at.year} must lie {limits}")
    return at


def _read_day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:  # no such day
        pass
    hint = "write year, month, day: 2026-07-01"
    raise InvalidInput("form.not_a_date", f"{shown(text)} is not a date", hint=hint)


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


Instant = Annotated[
    datetime,
    *_scalar(
        _parsed(_read_instant, "an instant", '"2026-07-01T00:00:00-04:00"'),
        datetime.isoformat,
        type="string",
        format="date-time",
    ),
]
Day = Annotated[
    date,
    *_scalar(
        _parsed(_read_day, "a date", "2026-07-01"), date.isoformat, type="string", format="date"
    ),
]


def number(low: str, high: str, *, whole: bool = False, hint: str = "") -> tuple[Any, ...]:
    """A number between two bounds, both included."""
    least, most = Decimal(low), Decimal(high)
    kind = "a whole number" if whole else "a number"

    def read(value: object) -> Decimal | int:
        numeric = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if not numeric or (whole and not isinstance(value, int)):
            raise refused("form.needs_number", f"{shown(value)} is not {kind}", hint)
        if not least <= Decimal(value) <= most:  # type: ignore[arg-type]
            limits = f"it must lie between {low} and {high}"
            raise refused("form.out_of_range", f"{shown(value)} is out of range: {limits}", hint)
        return int(value) if whole else Decimal(value)  # type: ignore[call-overload, arg-type]

    return _scalar(
        read,
        int if whole else _plain_number,
        type="integer" if whole else "number",
        minimum=float(low) if not whole else int(low),
        maximum=float(high) if not whole else int(high),
    )


def _plain_number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _read_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise refused("form.not_true_or_false", f"{shown(value)} is neither true nor false")
    return value


Flag = Annotated[bool, *_scalar(_read_flag, bool, type="boolean")]
Share = Annotated[Decimal, *number("0", "1", hint="write a share between 0 and 1: 0.9 is 90 %")]
Ratio = Annotated[Decimal, *number("0", "100", hint="1.0 is 100 %")]
Weight = Annotated[Decimal, *number("0", "1000")]
Points = Annotated[Decimal, *number("-1000", "1000")]
Count = Annotated[int, *number("0", "1000000000", whole=True)]
Positive = Annotated[int, *number("1", "1000000000", whole=True)]


def _read_goal(value: object) -> Money | int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 10**9:
        return value
    if not isinstance(value, str):
        hint = "write a whole number of leads, or an amount with its currency: 252000 USD"
        raise refused("form.needs_number", f"{shown(value)} is not a goal", hint)
    money: Money = _read_money(value)
    return money


GoalValue = Annotated[
    Money | int,
    *_scalar(
        _read_goal,
        lambda goal: goal if isinstance(goal, int) else str(goal),
        type=["integer", "string"],
        minimum=1,
        pattern=r"^\s*\d{1,15}(\.\d{1,3})?\s+[A-Z]{3}\s*$",
    ),
]
"""A number of things, or an amount of money."""


def one_of_words(words: Iterable[str]) -> tuple[Any, ...]:
    """One word of a closed list."""
    known = tuple(words)

    def read(value: object) -> str:
        text = _text_of(value, "this")
        if text not in known:
            hint = did_you_mean(text, known) or f"use {one_of(known)}"
            raise refused("form.unknown_word", f"{shown(text)} may not stand here", hint)
        return text

    return _scalar(read, str, type="string", enum=list(known))


def condition_over(scope: str, about: str) -> Any:
    """The type of a condition that is asked about an account, a person, a touch and so on."""

    def read(value: object) -> ConditionText:
        if isinstance(value, bool):
            value = "true" if value else "false"
        return ConditionText(
            _text_of(value, "a condition", 'put it in quotes: "employees >= 50"'), scope
        )

    return Annotated[
        ConditionText,
        *_scalar(
            read,
            str,
            type="string",
            maxLength=4_096,
            description=f"A condition on {about}: an SQL expression such as "
            "\"country in ('US','CA') and employees >= 50\"",
        ),
    ]


AccountCondition = condition_over("account", "a company")
ContactCondition = condition_over("contact", "a person and their company")
PersonCondition = condition_over("person", "a person, with tier, persona and signals")
TouchCondition = condition_over("touch", "a touch")
EventCondition = condition_over("event", "a touch or an activity")
InquiryCondition = condition_over("inquiry", "a raised hand, before it has a lane")
StageCondition = condition_over("stage", "an inquiry with all that is known of it")


def _listed(value: object) -> object:
    if value == []:
        raise refused("form.wrong_length", "the list is empty", "name at least one")
    return value if isinstance(value, list) else [value]


def one_or_more(member: Any) -> tuple[Any, ...]:
    """A list, or a single value that stands for a list of one."""
    each = TypeAdapter(member).json_schema()
    return (
        BeforeValidator(_listed),
        WithJsonSchema({"anyOf": [each, {"type": "array", "items": each, "minItems": 1}]}),
    )
