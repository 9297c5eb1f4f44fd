"""Stage conversion of the bench's company in SQL that somebody wrote by hand, for what Ibis costs.

It says no more than what this company has: leads without people, opportunities of leads alone, no
stage after the purchase. `bench.readings` checks that the rows are those of the reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

STEPS = (
    ("inquiry", "mql"),
    ("mql", "sal"),
    ("sal", "sql"),
    ("sql", "opportunity"),
    ("opportunity", "won"),
)
_PASSES = """
CREATE TEMP TABLE passes AS
WITH leads AS (
    SELECT inquiry_id AS id, "at", account_id, owner_user_id, lead_source, segment, lane, entry_point
    FROM inquiry
    WHERE "at" <= $as_of AND NOT coalesce(is_bot, false) AND duplicate_of_inquiry_id IS NULL
      AND coalesce(lane <> 'existing_customer', true)
),
told AS (
    SELECT id, 0 AS place, "at" FROM leads
    UNION ALL
    SELECT inquiry_id,
        CASE coalesce(stage, lower(to_state))
            WHEN 'mql' THEN 1 WHEN 'sal' THEN 2 WHEN 'sql' THEN 3 WHEN 'opportunity' THEN 4
            WHEN 'won' THEN 5 WHEN 'recycled' THEN 7 WHEN 'lost' THEN 8 WHEN 'disqualified' THEN 9
            WHEN 'expired' THEN 10 WHEN 'rejected' THEN 11 END,
        "at"
    FROM lifecycle_transition SEMI JOIN leads ON inquiry_id = id
    WHERE subject = 'inquiry'
    UNION ALL
    SELECT inquiry_id,
        CASE verdict WHEN 'accept' THEN 2 WHEN 'reject' THEN 11 WHEN 'recycle' THEN 7
            WHEN 'disqualify' THEN 9 END,
        "at"
    FROM qualification_decision SEMI JOIN leads ON inquiry_id = id
    UNION ALL
    SELECT inquiry_id, 4, "at" FROM opportunity SEMI JOIN leads ON inquiry_id = id
    UNION ALL
    SELECT inquiry_id, CASE WHEN is_won THEN 5 ELSE 8 END, closed_at
    FROM opportunity SEMI JOIN leads ON inquiry_id = id
    WHERE closed_at IS NOT NULL AND is_won IS NOT NULL
),
moves AS (SELECT * FROM told WHERE place IS NOT NULL AND "at" <= $as_of),
turning AS (
    SELECT *, place >= 7 AS ends,
        coalesce(lag(place >= 7) OVER (PARTITION BY id ORDER BY "at", place), false) AS after
    FROM moves
),
numbered AS (
    SELECT id, place, "at",
        sum((ends AND NOT after)::INT) OVER (
            PARTITION BY id ORDER BY "at", place ROWS UNBOUNDED PRECEDING
        ) + (NOT ends)::INT AS pass_no
    FROM turning
),
wide AS (
    SELECT id, pass_no,
        min("at") FILTER (place = 0) AS s0, min("at") FILTER (place = 1) AS s1,
        min("at") FILTER (place = 2) AS s2, min("at") FILTER (place = 3) AS s3,
        min("at") FILTER (place = 4) AS s4, min("at") FILTER (place = 5) AS s5
    FROM numbered GROUP BY id, pass_no
),
implied AS (
    SELECT id, pass_no, s0 AS t0,
        coalesce(s1, CASE WHEN s0 IS NOT NULL THEN least(s2, s3, s4, s5) END) AS t1,
        coalesce(s2, CASE WHEN coalesce(s0, s1) IS NOT NULL THEN least(s3, s4, s5) END) AS t2,
        coalesce(s3, CASE WHEN coalesce(s0, s1, s2) IS NOT NULL THEN least(s4, s5) END) AS t3,
        coalesce(s4, CASE WHEN coalesce(s0, s1, s2, s3) IS NOT NULL THEN s5 END) AS t4,
        s5 AS t5, s1, s2, s3, s4, s5
    FROM wide
)
SELECT implied.*,
    coalesce(lead_source, 'not known') AS source, coalesce(leads.segment, 'not known') AS segment,
    coalesce(account.region, "user".region, 'not known') AS region,
    coalesce("user".job, 'not known') AS team,
    coalesce(leads.lane, 'not known') AS lane, coalesce(entry_point, 'not known') AS entry_point
FROM implied JOIN leads USING (id)
LEFT JOIN account ON leads.account_id = account.account_id
LEFT JOIN "user" ON leads.owner_user_id = user_id
"""
_HORIZON = """
SELECT count(*), quantile_cont(held, 0.9) FROM (
    SELECT (epoch_us(t{later}) - epoch_us(t{stage})) / 86400e6 AS held FROM passes
    WHERE t{stage} >= $as_of - INTERVAL 365 DAY
) WHERE held > 0
"""
_STEP = """
SELECT '{name}' AS stage, strftime(t{stage} AT TIME ZONE 'America/New_York', '%Y-%m') AS month,
    source, segment, region, team, lane, entry_point, {horizon} AS horizon, count(*) AS entered,
    count(*) FILTER (t{stage} <= $as_of - INTERVAL {horizon} DAY) AS mature,
    count(*) FILTER (t{stage} <= $as_of - INTERVAL {horizon} DAY
        AND epoch_us(t{later}) - epoch_us(t{stage}) <= {horizon} * 86400000000) AS converted,
    count(t{later}) AS reached,
    {implied} AS implied,
    count(*) FILTER (pass_no > 1) AS again,
    count(*) FILTER (t{later} < t{stage}) AS backwards
FROM passes WHERE t{stage} IS NOT NULL
GROUP BY ALL
"""


def conversion(
    con: duckdb.DuckDBPyConnection, files: Mapping[str, Iterable[Path]], as_of: datetime
) -> Any:
    """The rows of `measures.step_sums` with anybody in them, as a table of Arrow."""
    for kind, paths in files.items():
        listed = ", ".join(f"'{path}'" for path in paths)
        con.execute(f'CREATE OR REPLACE TEMP VIEW "{kind}" AS FROM read_parquet([{listed}])')
    con.execute(_PASSES, {"as_of": as_of})
    steps = []
    for stage, (name, _) in enumerate(STEPS):
        places = {"name": name, "stage": stage, "later": stage + 1}
        n, days = con.execute(_HORIZON.format(**places), {"as_of": as_of}).fetchall()[0]
        horizon = min(max(-(-days // 1), 1), 365) if n >= 20 else 90  # noqa: PLR2004 - its own rule
        implied = f"count(*) FILTER (s{stage} IS NULL)" if stage else "0"
        steps.append(_STEP.format(**places, horizon=int(horizon), implied=implied))
    return con.execute(" UNION ALL ".join(steps), {"as_of": as_of}).to_arrow_table()
