"""Every touch that may have earned something: with whom, when, and what it earned by the agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from revloop.agreement.terms.credit_models import BY_CHANNEL
from revloop.analysis.credit import measures
from revloop.analysis.credit.booked import STEPS, booked, in_order
from revloop.analysis.credit.crediting import models, share_of_touches
from revloop.analysis.credit.statistics.shares import in_minor_units
from revloop.analysis.credit.windows import EARNED
from revloop.analysis.reading import Asked, Given
from revloop.analysis.revenue import measures as revenue

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

_OF_TOUCH = (
    "touched_at",
    "kind",
    "contact_id",
    "account_id",
    "owner_user_id",
    "place",
    "age",
    "marks",
    "part",
)


def touch_rows(ground: Ground) -> ir.Table:
    """One row for each touch of each booking: cuts, keys, `touched_at`, `place`, `credit`.

    `month` is that of the booking; `credit` is what the touch earned by the first model of the
    agreement in minor units of the reporting currency, null where that knows channels alone.
    """
    steps = measures.steps(ground)
    told = steps.select("journey", *measures.TOUCH_CUTS, *_OF_TOUCH)
    tables = {
        EARNED.name: ground.facts.arrow(measures.earned_sums(ground)),
        STEPS.name: in_order(ground.facts.arrow(told)),
    }
    found = booked(Given(ground.setting, Asked(), tables))
    # A booking that is drawn on its own has all that one journey needs: its touches and its money.
    model = models(ground.setting)[0]
    touches = tables[STEPS.name].take(found.rows)
    columns: dict[str, Any] = {name: touches[name] for name in (*measures.TOUCH_CUTS, *_OF_TOUCH)}
    columns |= {cut: found.by_touch(cut).texts().cast(pa.string()) for cut in revenue.CUTS}
    months: Any = pa.array(found.month, pa.string())
    columns |= {
        "month": months.take(pa.array(found.steps.journey, pa.int64())),
        "opportunity_id": touches["journey"],
        "journey": touches["journey"].cast(pa.string()),
        "booked": pa.array(found.amounts[found.steps.journey]),
        "of_touches": pa.array(found.steps.sizes[found.steps.journey]),
        "credit": pa.nulls(touches.num_rows, pa.int64())
        if model in BY_CHANNEL
        else pa.array(
            in_minor_units(
                found.amounts, share_of_touches(found, ground.setting, model), found.steps
            )
        ),
    }
    return ground.facts.held(pa.table(columns))
