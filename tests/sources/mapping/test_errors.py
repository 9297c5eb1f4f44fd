"""A mapping that is wrong says where, why and what was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from revloop.agreement.problems import Problem, Severity
from revloop.sources import mapping
from revloop.sources.mapping import InvalidMapping

from ..crm.exports import engine, text_table

GOOD = """source: shop
currency: EUR
files:
  - file: deals.csv
    facts:
      - kind: opportunity
        source_id: "no"
        at: day
        fields:
          stage: phase
          amount: worth
"""
DEALS = """
no,day,phase,worth,kind
1,2024-01-02,open,10,new
2,2024-01-03,won,20,upsell
3,2024-01-04,won,30,upsell
"""


def wrong(text: str) -> tuple[Problem, ...]:
    _, problems = mapping.parse(text.encode())
    return tuple(each for each in problems if each.severity is Severity.ERROR)


def checked(text: str, **files: str) -> tuple[Problem, ...]:
    read, problems = mapping.parse(text.encode())
    assert read is not None, problems
    tables: dict[str, Any] = {}
    for name, content in files.items():
        made = text_table(content)
        tables[f"{name}.csv"] = engine().create_table(f"m_{name}", made, temp=True, overwrite=True)
    return mapping.check(read, tables)


def test_a_good_mapping_has_no_problem() -> None:
    assert wrong(GOOD) == ()
    assert checked(GOOD, deals=DEALS) == ()


@pytest.mark.parametrize(
    ("before", "after", "code", "line", "hint"),
    [
        ("kind: opportunity", "kind: oportunity", "mapping.unknown_kind", 6, "opportunity"),
        ("stage: phase", "stag: phase", "mapping.unknown_field", 10, "stage"),
        ("currency: EUR", "currency: EURO", "mapping.unknown_currency", 2, "EUR"),
        ("currency: EUR", "timezone: Europe/Berln", "mapping.unknown_timezone", 2, "Berlin"),
        ("stage: phase", "at: phase", "mapping.unknown_field", 10, "beside `fields`"),
        ("amount: worth", "amount_minor: worth", "mapping.unknown_field", 11, "amount"),
    ],
)
def test_a_wrong_word_is_shown_with_its_line_and_the_right_one(
    before: str, after: str, code: str, line: int, hint: str
) -> None:
    [problem] = wrong(GOOD.replace(before, after))
    assert (problem.code, problem.place.line) == (code, line)
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("source_id:", "sourceid:", 7),
        ("amount: worth", "amount: {column: worth, tims: 1000}", 11),
        ("amount: worth", "amount: {column: worth, constant: 3}", 11),
        ("stage: phase", "stage: {column: phase, percent: true}", 10),
        ("amount: worth", "amount: {column: worth, lookup: {file: a.csv, key: b}}", 11),
    ],
)
def test_an_option_that_has_no_sense_is_refused_at_its_line(
    before: str, after: str, line: int
) -> None:
    problems = wrong(GOOD.replace(before, after))
    assert [each.place.line for each in problems] == [line]
    # What to do is said in the sentence or after it.
    assert problems[0].hint or "say one of" in problems[0].message


def test_a_day_of_the_export_that_nobody_told_is_asked_for() -> None:
    [problem] = wrong(GOOD.replace("at: day", "at: exported_on"))
    assert "exported_on" in problem.message + problem.hint


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "source: shop\n", "source: [", "&a source: *a\n", "\x00"]
)
def test_what_is_no_mapping_is_refused_in_words(text: str) -> None:
    problems = wrong(text)
    assert problems
    assert all(each.message and each.place.line >= 1 for each in problems)


def test_loading_names_the_file_and_the_first_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace("kind: opportunity", "kind: deal"))
    with pytest.raises(InvalidMapping, match=r"mine\.yaml:6:\d+ 'deal' is no kind of fact"):
        mapping.load(file)


def test_a_column_that_the_file_lacks_is_shown_with_the_nearest() -> None:
    [problem] = checked(GOOD.replace("stage: phase", "stage: phases"), deals=DEALS)
    assert (problem.code, problem.place.line) == ("mapping.unknown_column", 10)
    assert problem.message == "deals.csv has no column 'phases'"
    assert problem.hint == "did you mean phase?"


def test_a_file_that_is_not_there_stops_nothing() -> None:
    [problem] = checked(GOOD.replace("file: deals.csv", "file: deal.csv"), deals=DEALS)
    assert (problem.code, problem.severity) == ("mapping.no_such_file", Severity.WARNING)
    assert problem.hint == "did you mean deals.csv?"


def test_a_condition_that_cannot_be_read_is_an_error() -> None:
    text = GOOD.replace("        at: day", "        when: phse = 'won'\n        at: day")
    [problem] = checked(text, deals=DEALS)
    assert problem.severity is Severity.ERROR
    assert problem.place.line == 8
    assert "phse" in problem.message


def test_a_table_to_look_up_in_has_to_be_there() -> None:
    lookup = "stage: {column: phase, lookup: {file: phases.csv, key: phase, take: name}}"
    [problem] = checked(GOOD.replace("stage: phase", lookup), deals=DEALS)
    assert problem.code == "mapping.no_such_table"
    [problem] = checked(
        GOOD.replace("stage: phase", lookup), deals=DEALS, phases="phase,title\nopen,Open"
    )
    assert problem.code == "mapping.unknown_column"
    assert "'name'" in problem.message


class TestQuestionsForAPerson:
    def test_words_without_a_meaning_are_counted(self) -> None:
        text = GOOD.replace("stage: phase", "opportunity_type: kind")
        [question] = checked(text, deals=DEALS)
        assert question.code == "mapping.words_without_meaning"
        assert question.severity is Severity.WARNING
        assert "upsell (2)" in question.message
        assert "values" in question.hint

    def test_dates_that_may_be_either_are_asked_about(self) -> None:
        either = "no,day,phase,worth\n1,03/04/2024,open,10\n2,05/06/2024,won,20"
        [question] = checked(GOOD, deals=either)
        assert question.code == "mapping.unclear_dates"
        told = GOOD.replace("currency: EUR", "currency: EUR\nday_first: true")
        assert checked(told, deals=either) == ()

    def test_numbers_that_may_be_either_are_asked_about(self) -> None:
        either = 'no,day,phase,worth\n1,2024-01-02,open,"1.234"\n2,2024-01-03,won,"2.345"'
        [question] = checked(GOOD, deals=either)
        assert question.code == "mapping.unclear_numbers"
        told = GOOD.replace("currency: EUR", "currency: EUR\ndecimal_comma: true")
        assert checked(told, deals=either) == ()
