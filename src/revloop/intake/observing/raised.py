"""Each inquiry, with the lane it would take and the first try of a person to answer it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from revloop.intake.observing.attempts import by_people, plausible, whole_numbers

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.engine import Facts

COLUMNS = ("kind", "form", "channel", "lead_source")
"""The columns that say where an inquiry came from."""
HOT_KINDS = ("demo_request", "callback_request")
CALL = "inbound_call"
MOST_FORMS = 12
_HOT_FORM = re.compile(
    r"\b(?:demo|demos|pricing|price quote|pricing quote|quote|call ?back|contact us|contact sales"
    r"|talk to sales)\b"
)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _./&+-]{0,59}")
"""A form whose name a condition can hold as it is."""
UNKNOWN = np.iinfo(np.int64).min
"""How an instant that is not known is written."""

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Inquiries:
    """Inquiries in columns; instants in microseconds."""

    rows: pa.Table
    attempts: int
    """Tries by people to reach anybody."""
    said_automatic: bool
    """Whether any activity says if a machine sent it."""
    until: int
    """The last of those tries: later inquiries tell nothing."""

    @property
    def count(self) -> int:
        return self.rows.num_rows

    @cached_property
    def at(self) -> Ints:
        return whole_numbers(self.rows["at"], UNKNOWN)

    @cached_property
    def answered_at(self) -> Ints:
        return whole_numbers(self.rows["timed"], UNKNOWN)

    @cached_property
    def owner(self) -> Ints:
        return whole_numbers(self.rows["owner"], -1)

    @cached_property
    def not_timed(self) -> Truths:
        """Of the first answer only the day is known."""
        dated = whole_numbers(self.rows["dated"], UNKNOWN)
        unknown = self.answered_at == UNKNOWN
        found: Truths = (dated != UNKNOWN) & (unknown | (dated < self.answered_at))
        return found

    @cached_property
    def from_customer(self) -> Truths:
        return self.flag("from_customer")

    def flag(self, name: str) -> Truths:
        """Where a column is true; what is not known is not."""
        flags: Truths = (
            self.rows[name].combine_chunks().fill_null(False).to_numpy(zero_copy_only=False)  # noqa: FBT003 - of a column
        )
        return flags

    def has(self, column: str, values: tuple[str, ...]) -> Truths:
        """Where a column has one of these values."""
        flags: Truths = pc.is_in(self._texts(column), pa.array(values, pa.string())).to_numpy(
            zero_copy_only=False
        )
        return flags

    def values(self, column: str) -> list[tuple[str, int]]:
        """The values of a column with their inquiries, the most frequent first."""
        counts = Counter(self._texts(column).drop_null().to_pylist())
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

    def _texts(self, column: str) -> Any:
        return self.rows[column].combine_chunks().cast(pa.string())

    def lanes(self) -> Mapping[str, tuple[str, Truths]]:
        """By the name of each lane, its condition and the inquiries that it would take.

        Customers, calls and those who ask for a demo, a price or a talk have lanes of their own;
        the last lane takes the others.
        """
        asks, asked = self._hand_raised()
        wanted = {
            "existing_customer": ("is_customer", self.from_customer),
            "inbound_call": (f"kind = '{CALL}'", self.has("kind", (CALL,))),
            "demo_request": (asks, asked),
            "other": ("true", np.ones(self.count, np.bool_)),
        }
        free = np.ones(self.count, np.bool_)
        found = {}
        for name, (when, matches) in wanted.items():
            found[name] = (when, matches & free)
            free = free & ~matches
        return found

    def _hand_raised(self) -> tuple[str, Truths]:
        """The condition on which somebody asks to be talked to, by what is in use here."""
        kinds = tuple(value for value, _ in self.values("kind") if value in HOT_KINDS)
        forms = tuple(value for value, _ in self.values("form") if is_hot_form(value))[:MOST_FORMS]
        wants = self.flag("wants_rep") & ~self.has("kind", (CALL,))
        clauses = [
            *(["wants_rep"] if wants.any() else []),
            *([f"kind in ({_listed(kinds)})"] if kinds else []),
            *([f"form in ({_listed(forms)})"] if forms else []),
        ]
        return " or ".join(clauses), wants | self.has("kind", kinds) | self.has("form", forms)


def is_hot_form(name: str) -> bool:
    """Whether the name of a form says that somebody wants to be talked to."""
    words = " ".join(re.findall(r"[a-z0-9]+", name.casefold()))
    return bool(_PLAIN.fullmatch(name) and _HOT_FORM.search(words))


def _listed(values: tuple[str, ...]) -> str:
    return ",".join(f"'{value}'" for value in sorted(values))


def inquiries(facts: Facts) -> Inquiries:
    """The inquiries of people, each hand once."""
    tries = _answers(facts)
    raised = _raised(facts)
    first = _first_answers(raised, tries)
    rows = raised.left_join(first, raised.inquiry_id == first.answered_id)
    rows = rows.mutate(owner=rows.owner_user_id.coalesce(rows.first_user_id))
    chosen = rows.select("at", *COLUMNS, "wants_rep", "from_customer", "owner", "timed", "dated")
    total = facts.arrow(tries.aggregate(count=tries.count(), until=tries["at"].max()))
    activities = facts["activity"]
    said = facts.arrow(activities.aggregate(count=activities.automated.count()))
    return Inquiries(
        rows=facts.arrow(chosen),
        attempts=int(total["count"][0].as_py()),
        said_automatic=bool(said["count"][0].as_py()),
        until=int(whole_numbers(total["until"], UNKNOWN)[0]),
    )


def _raised(facts: Facts) -> ir.Table:
    table = plausible(facts["inquiry"])
    table = table.filter(
        ~table.is_bot.fill_null(False),  # noqa: FBT003 - a value of a column
        table.duplicate_of_inquiry_id.isnull(),
    )
    accounts = facts["account"]
    since = accounts.group_by(customer_id="account_id").aggregate(
        since=accounts.customer_since.min()
    )
    joined = table.left_join(since, table.account_id == since.customer_id)
    return joined.mutate(from_customer=joined.since <= joined["at"].date()).select(
        "inquiry_id", "contact_id", "owner_user_id", "at", *COLUMNS, "wants_rep", "from_customer"
    )


def _answers(facts: Facts) -> ir.Table:
    """Tries by people, talks included: who talks with somebody has reached them."""
    table = by_people(facts)
    answers = table.filter(table.direction.isin(("out", "two_way")))
    return answers.select(
        "inquiry_id",
        "contact_id",
        "user_id",
        "at",
        date_only=answers.date_only.fill_null(False),  # noqa: FBT003 - a value of a column
    )


def _first_answers(raised: ir.Table, tries: ir.Table) -> ir.Table:
    """The first answer to each inquiry, timed or by its day.

    A try that names an inquiry answers that one; one that names none answers every inquiry of the
    same person before it.
    """
    hands = raised.select(answered_id="inquiry_id", person_id="contact_id", raised_at="at")
    named = tries.filter(tries.inquiry_id.notnull())
    unnamed = tries.filter(tries.inquiry_id.isnull())
    columns = ("answered_id", "raised_at", "user_id", "at", "date_only")
    by_inquiry = hands.inner_join(named, hands.answered_id == named.inquiry_id).select(columns)
    by_person = hands.inner_join(unnamed, hands.person_id == unnamed.contact_id).select(columns)
    pairs = by_inquiry.union(by_person)
    # A day begins at midnight, before the hand that was raised on it.
    since = pairs.raised_at - pairs.date_only.ifelse(ibis.interval(days=1), ibis.interval(days=0))
    pairs = pairs.filter(pairs["at"] >= since)
    return pairs.group_by("answered_id").aggregate(
        timed=pairs["at"].min(where=~pairs.date_only),
        dated=pairs["at"].min(where=pairs.date_only),
        first_user_id=pairs.user_id.argmin(
            ibis.struct({"at": pairs["at"], "user_id": pairs.user_id})
        ),
    )
