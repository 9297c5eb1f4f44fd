"""The process that links: `python -m revloop.operations.people.linking CONTACTS PAIRS PARTED SCRATCH`.

Reads contacts as `linkage` wrote them; writes pairs that may be one person, and pairs of one person
that may be two. It is a process of its own because the engine under Splink takes memory that it
does not give back.

Fellegi and Sunter's model with fixed weights. Each comparison says how much likelier its outcome is
between two records of one person (m) than between records of two (u); the products are the odds.
Where the values are the same, u is how common the value is in this very data, so that a rare name
counts for more than a common one; and how likely any pair is to be one is judged by how many pairs
share an address. Nothing else is learned: an import of a thousand rows gives no ground for
it, and the same contacts must always lead to the same pairs. The shares m are what we assume of
records kept by hand, not measured; those of u that are no frequencies are rounded from lists of
names. Where two comparisons are not independent, the weaker one is weighed down, and says so.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from revloop.operations.people.rules.domains import is_free_mail
from revloop.operations.people.rules.names import short_form_of

FLOOR = 0.5
"""Pairs that are less probable are not worth a person's time."""
_SAME_ADDRESS = 0.6
"""Of all pairs of records that are one, so many are assumed to share an address."""
_FEWEST, _MOST = 0.01, 0.5
"""Pairs that are one, for each record: no fewer and no more are believed."""
_MEMORY = "1400MB"
_RAREST = 2e-6
"""No value counts as rarer: it may be a slip of the pen, copied."""


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison; no two of one comparison may weigh the same."""

    words: str
    """What it means, in an explanation."""
    condition: str
    """In SQL, with _l and _r for the two records; "" for all that is left."""
    m: float
    """Share of the pairs of one person that come out like this."""
    u: float
    """Share of the pairs of two persons."""
    common: str = ""
    """A column: where it is the same, u is how common that value is."""

    @property
    def weight(self) -> float:
        """In bits."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Levels, of which the first that holds counts."""

    name: str
    of: tuple[str, ...]
    """The columns that it compares; if no one of them is known of both, it says nothing."""
    levels: tuple[Level, ...]


_NEAR = "(levenshtein({0}_l, {0}_r) <= 1 OR damerau_levenshtein({0}_l, {0}_r) <= 1)"
_LONG = "least(length({0}_l), length({0}_r)) >= {1}"

MODEL = (
    Comparison(
        "given",
        ("given",),
        (
            Level("the same given name", "given_l = given_r", 0.80, 0.01, "given"),
            Level("a short form of the given name", "long_given_l = long_given_r", 0.08, 0.004),
            Level(
                "given and family name exchanged",
                "given_l = family_r AND family_l = given_r",
                0.01,
                0.00001,
            ),
            Level(
                "the initial of the given name",
                "least(length(given_l), length(given_r)) = 1 AND given_l[1] = given_r[1]",
                0.06,
                0.005,
            ),
            Level(
                "nearly the same given name",
                f"{_LONG.format('given', 4)} AND {_NEAR.format('given')}",
                0.05,
                0.004,
            ),
            # Relatives and colleagues agree in all the rest: this must outweigh it.
            Level("another given name", "", 0.0002, 0.95),
        ),
    ),
    Comparison(
        "family",
        ("family",),
        (
            Level("the same family name", "family_l = family_r", 0.88, 0.001, "family"),
            Level(
                "nearly the same family name",
                f"{_LONG.format('family', 5)} AND {_NEAR.format('family')}",
                0.07,
                0.0003,
            ),
            # Whoever marries keeps the old address for a while.
            Level(
                "the other family name in the address",
                "(length(family_r) > 3 AND contains(local_l, family_r)) "
                "OR (length(family_l) > 3 AND contains(local_r, family_l))",
                0.01,
                0.0001,
            ),
            Level("another family name", "", 0.02, 0.998),
        ),
    ),
    Comparison(
        "address",
        ("email", "tail"),
        (
            Level("the same address", "email_l = email_r", 0.60, 0.00001, "email"),
            Level(
                "nearly the same address",
                "domain_l = domain_r AND tail_l = tail_r AND local_l[1] = local_r[1] "
                f"AND {_LONG.format('local', 5)} AND {_NEAR.format('local')}",
                0.08,
                0.008,
            ),
            Level(
                "the same word before the @, which is not their name",
                f"local_l = local_r AND {_LONG.format('local', 5)} "
                "AND NOT contains(local_l, family_l)",
                0.02,
                0.0001,
            ),
            # Ann.smith2@ has a colleague of her name, and these may be the two.
            Level("an address with a number, as namesakes get", "tail_l <> tail_r", 0.0002, 0.5),
            Level("two addresses at one company", "domain_l = domain_r", 0.1, 0.2),
            Level("another address", "", 0.2, 0.3),
        ),
    ),
    Comparison(
        "phone",
        ("phone",),
        (
            Level("the same number", "phone_l = phone_r", 0.60, 0.0001, "phone"),
            Level("another number", "", 0.40, 1.0),
        ),
    ),
    Comparison(
        "company",
        ("company", "host"),
        (
            Level("the same company", "company_l = company_r", 0.70, 0.0001, "company"),
            Level("the same domain", "host_l = host_r", 0.12, 0.0001, "host"),
            Level("the same first word of the company", "head_l = head_r", 0.08, 0.0002, "head"),
            Level(
                "nearly the same company",
                "jaro_winkler_similarity(company_l, company_r) >= 0.92",
                0.06,
                0.0005,
            ),
            Level("another company", "", 0.04, 0.999),
        ),
    ),
    Comparison(
        "title",
        ("title",),
        (
            Level("the same title", "title_l = title_r", 0.50, 0.05, "title"),
            Level("another title", "", 0.50, 0.95),
        ),
    ),
    Comparison(
        "country",
        ("country",),
        (
            Level("the same country", "country_l = country_r", 0.97, 0.5, "country"),
            Level("another country", "", 0.03, 0.5),
        ),
    ),
)
_BLOCKS = (
    ("family", "long_given"),
    ("family", "head"),
    ("family", "host"),
    ("given", "head"),
    ("given", "host"),
    ("local", "given"),
    ("phone", "family"),
    ("phone", "given"),
)
"""Two records are compared if they agree in one of these pairs of columns."""
_TWO = f"mw_given + mw_address + coalesce(mw_tf_adj_address, 0) < log2({1 - 0.99} / 0.99)"
"""Two records that share a number are two persons if given name and address say so at 99 to 1.

Relatives and colleagues with one telephone agree in family name, company and country, too: these
say nothing here.
"""


def _agree(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"l.{column} = r.{column}" for column in columns)


def link(contacts: Path, pairs: Path, parted: Path, scratch: Path) -> None:
    """Compare the contacts; write pairs that may be one, and pairs of one that may be two.

    Where no two records agree in anything, as in most small imports, nothing is written.
    """
    from splink import DuckDBAPI, Linker  # noqa: PLC0415 - an extra

    engine = DuckDBAPI(connection=":memory:")
    database = engine.duckdb_con
    database.execute(f"SET threads = 2; SET memory_limit = '{_MEMORY}'")
    database.execute(f"SET temp_directory = '{scratch}'; SET preserve_insertion_order = false")
    _read(database, contacts)
    if not any(_agreeing(database, columns) for columns in (*_BLOCKS, ("phone",))):
        return
    chance = _chance_of_a_pair(database)
    records = engine.register("contact")
    for blocks, threshold, condition, file in (
        ([f"{_agree(block)} AND l.person <> r.person" for block in _BLOCKS], FLOOR, "true", pairs),
        (["l.phone = r.phone AND l.person = r.person"], None, _TWO, parted),
    ):
        linker = Linker(records, _settings(chance, blocks))
        found = linker.inference.predict(threshold, warning_mode="never").physical_name
        database.execute(f"COPY (FROM {found} WHERE {condition}) TO '{file}' (FORMAT parquet)")


def _agreeing(database: Any, columns: tuple[str, ...]) -> bool:
    """Whether two records have the same in all of these columns."""
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    sql = (
        f"SELECT 1 FROM contact WHERE {known} "  # noqa: S608 - columns of ours
        f"GROUP BY {', '.join(columns)} HAVING count(*) > 1 LIMIT 1"
    )
    return database.execute(sql).fetchone() is not None


def _read(database: Any, contacts: Path) -> None:
    """Make of the texts what the model compares, in the table `contact`; what is unknown is null."""
    database.execute(
        "CREATE TEMP TABLE told AS SELECT *, string_split(name, ' ') AS words, "  # noqa: S608 - ours
        "split_part(email, '@', 1) AS local, split_part(email, '@', 2) AS domain "
        f"FROM read_parquet('{contacts}')"
    )
    domains = _distinct(database, "domain")
    _tell(database, "free", [(each, "") for each in domains if is_free_mail(each)])
    given = [(each, short_form_of(each)) for each in _distinct(database, "words[1]")]
    _tell(database, "short", [(each, other) for each, other in given if each != other])
    database.execute(
        "CREATE TABLE contact AS SELECT number, person, "
        "CASE WHEN len(words) > 1 THEN words[1] END AS given, "
        "CASE WHEN len(words) > 1 THEN coalesce(short.said, words[1]) END AS long_given, "
        "nullif(words[-1], '') AS family, email, local, domain, "
        # The number that a company puts behind the name of a namesake.
        "coalesce(free.said, regexp_extract(local, '[0-9]*$')) AS tail, "
        "phone, nullif(company, '') AS company, nullif(split_part(company, ' ', 1), '') AS head, "
        "nullif(split_part(hosts, ' ', 1), '') AS host, nullif(lower(title), '') AS title, "
        "nullif(upper(country), '') AS country "
        "FROM told LEFT JOIN free ON free.word = domain LEFT JOIN short ON short.word = words[1]"
    )
    database.execute("DROP TABLE told")


def _distinct(database: Any, expression: str) -> list[str]:
    found = database.execute(f"SELECT DISTINCT {expression} AS word FROM told ORDER BY word")  # noqa: S608 - ours
    return [word for (word,) in found.fetchall() if word]


def _tell(database: Any, table: str, words: list[tuple[str, str]]) -> None:
    """What the rules say of words, as a table."""
    database.execute(f"CREATE TEMP TABLE {table} (word VARCHAR, said VARCHAR)")
    if words:
        database.executemany(f"INSERT INTO {table} VALUES (?, ?)", words)  # noqa: S608 - ours


def _chance_of_a_pair(database: Any) -> float:
    """That two records at random are one, judged by how many pairs share an address."""
    records, pairs = database.execute(
        "SELECT sum(size), sum(least(size, 10) * (least(size, 10) - 1) / 2) FILTER (known) FROM "
        "(SELECT count(*) AS size, email IS NOT NULL AS known FROM contact GROUP BY email)"
    ).fetchone()
    records = max(int(records or 0), 2)
    for_each = min(max(float(pairs or 0) / _SAME_ADDRESS / records, _FEWEST), _MOST)
    return 2 * for_each / records


def _settings(chance: float, blocks: list[str]) -> Any:
    from splink import SettingsCreator  # noqa: PLC0415
    from splink.blocking_rule_library import CustomRule  # noqa: PLC0415
    from splink.comparison_level_library import CustomLevel, ElseLevel  # noqa: PLC0415
    from splink.comparison_library import CustomComparison  # noqa: PLC0415

    comparisons: list[Any] = []
    for comparison in MODEL:
        unknown = (f"({column}_l IS NULL OR {column}_r IS NULL)" for column in comparison.of)
        levels: list[Any] = [CustomLevel(" AND ".join(unknown)).configure(is_null_level=True)]
        for level in comparison.levels:
            made = CustomLevel(level.condition) if level.condition else ElseLevel()
            options: dict[str, Any] = {"m_probability": level.m, "u_probability": level.u}
            if level.common:
                options |= {
                    "tf_adjustment_column": level.common,
                    "tf_minimum_u_value": _RAREST,
                    "disable_tf_exact_match_detection": True,
                }
            levels.append(made.configure(**options))
        comparisons.append(
            CustomComparison(output_column_name=comparison.name, comparison_levels=levels)
        )
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="number",
        probability_two_random_records_match=chance,
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[CustomRule(block) for block in blocks],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


if __name__ == "__main__":
    link(*map(Path, sys.argv[1:5]))
