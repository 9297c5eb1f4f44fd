"""What the facts at hand can show, and what each capability still lacks (domain model §2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from revloop.analysis.needs import Need, filled, lacking

if TYPE_CHECKING:
    from revloop.engine import Facts


@dataclass(frozen=True, slots=True)
class Capability:
    name: str
    shows: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A capability, and what it lacks in this workspace; nothing lacking means that it works."""

    name: str
    shows: str
    lacks: tuple[str, ...]

    @property
    def works(self) -> bool:
        return not self.lacks


CAPABILITIES = (
    Capability(
        "Response and promises",
        "how fast each lead is answered, and whether both sides keep their promises",
        (
            Need("inquiry", ("at",), "leads, with the time they came in"),
            Need("inquiry", ("lane", "lead_source", "channel"), "the source or lane of a lead"),
            Need("inquiry", ("owner_user_id",), "who owns a lead"),
            Need(
                "activity", ("inquiry_id", "contact_id"), "calls, e-mails and meetings with a lead"
            ),
            Need("activity", ("automated",), "which e-mails were sent by a machine"),
        ),
    ),
    Capability(
        "Loop and leaks",
        "how leads move from stage to stage, come back, and where they are lost",
        (
            Need(
                "lifecycle_transition",
                ("to_state",),
                "the history of stages, or one date column for each stage",
            ),
            Need("inquiry", ("lead_source", "segment", "channel"), "a column to compare leads by"),
        ),
    ),
    Capability(
        "Revenue equation",
        "revenue as opportunities, deal size, win rate and cycle, for each seller",
        (
            Need("opportunity", ("at",), "opportunities, with the day they were created"),
            Need("opportunity", ("owner_user_id",), "who owns an opportunity"),
            Need("opportunity", ("amount_minor",), "amounts"),
            Need("opportunity", ("closed_at", "close_date"), "when an opportunity closed"),
            Need("opportunity", ("is_won",), "which ones were won"),
            Need("user", ("active_from", "is_active"), "the list of sellers, with their dates"),
        ),
    ),
    Capability(
        "Credit and return",
        "what earned the revenue, and what it cost",
        (
            Need("touch", ("contact_id", "account_id"), "touches that name a person or a company"),
            Need("touch", ("channel",), "the channel of a touch"),
            Need("opportunity", ("amount_minor",), "opportunities with amounts"),
            Need("opportunity", ("closed_at", "close_date"), "when they were won"),
            Need("spend", ("amount_minor",), "spend by channel and month"),
        ),
    ),
    Capability(
        "Content",
        "which content is used, and what it is worth",
        (
            Need(
                "content_asset",
                ("personas", "stages"),
                "the list of content, with persona or stage",
            ),
            Need("content_use", ("content_asset_id",), "which content was used, when and by whom"),
        ),
    ),
    Capability(
        "Plan and forecast",
        "how many leads the bookings goal needs, and where the quarter will end",
        (
            Need("lifecycle_transition", ("to_state",), "twelve months of stages"),
            Need("opportunity", ("stage",), "open opportunities, with their stage"),
            Need("booking", ("amount_minor",), "bookings by month"),
        ),
    ),
    Capability(
        "Prices",
        "what discounts win and cost",
        (
            Need("quote_line", ("list_price_minor",), "quotes with list price"),
            Need("quote_line", ("unit_price_minor",), "the price that was sold"),
            Need(
                "discount_request", ("decided_at",), "requests for discounts, with their decision"
            ),
        ),
    ),
    Capability(
        "Customer value",
        "what customers are worth, stay and grow",
        (
            Need("booking", ("account_id",), "revenue by customer and month"),
            Need("booking", ("cost_of_goods_minor",), "what the goods cost"),
        ),
    ),
    Capability(
        "Buying group and process",
        "who takes part in a purchase, and how far they got without us",
        (
            Need("buying_group_role", ("role",), "the people of an opportunity, with their roles"),
            Need("touch", ("kind",), "touches, with what happened"),
        ),
    ),
    Capability(
        "Alignment",
        "how each side sees the other",
        (Need("survey_response", ("value",), "answers of a survey, by team and question"),),
    ),
)


def standing(facts: Facts) -> tuple[Standing, ...]:
    """Every capability with what it lacks, from one pass over each table that any of them needs."""
    there = filled(facts, (need for capability in CAPABILITIES for need in capability.needs))
    return tuple(
        Standing(capability.name, capability.shows, lacking(capability.needs, there))
        for capability in CAPABILITIES
    )
