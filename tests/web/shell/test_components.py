"""Components as a template uses them."""

from __future__ import annotations

from typing import Any

import pytest

from revloop.operations.connection import load_django

load_django()

from django.template import engines  # noqa: E402 - once Django is loaded

from revloop.web.shell.components import (  # noqa: E402
    Choice,
    Line,
    Problem,
    Promise,
    initials,
)


def drawn(template: str, **context: object) -> str:
    return engines["django"].from_string(template).render(context)


def test_a_status_is_told_by_shape_colour_and_word() -> None:
    said = drawn('{% status "risk" %}')

    assert "<svg" in said
    assert 'class="status risk"' in said
    assert "at risk" in said


def test_a_status_can_say_it_in_its_own_words() -> None:
    assert "late by 12 min</span>" in drawn('{% status "broken" "late by 12 min" %}')


def test_a_status_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        drawn('{% status "fine" %}')


def test_a_number_wears_its_interval_and_its_n() -> None:
    said = drawn('{% number "81 %" n=1214 interval="76–86 %" %}')

    assert said.index("<b>81 %</b>") < said.index("[76–86 %, n 1,214]")


@pytest.mark.parametrize(
    ("value", "said"), [(18_204, "18,204"), (0, "0"), (None, "–")], ids=["many", "none", "unknown"]
)
def test_what_is_not_known_is_no_zero(value: int | None, said: str) -> None:
    assert drawn("{{ value|count }}", value=value) == said


def test_a_team_without_a_colour_of_its_own_is_grey() -> None:
    assert "t-other" in drawn('{% team "finance" %}')
    assert "finance" in drawn('{% team "finance" %}')


@pytest.mark.parametrize(
    ("name", "said"),
    [("Maya Ortiz", "MO"), ("Ana Maria Lima", "AL"), ("王小明", "王"), ("łucja", "Ł"), (" ", "?")],
)
def test_somebody_is_known_by_initials(name: str, said: str) -> None:
    assert initials(name) == said


def test_names_and_words_of_others_are_never_markup() -> None:
    script = "<script>alert(1)</script>"
    said = drawn(
        "{% person name %}{% status 'kept' name %}{% number name %}{% team name %}{% field name name %}"
        "{% section name %}{{ name }}{% endsection %}{% chips name choices %}{% problems wrong %}"
        "{% difference lines %}{% empty name %}{{ name }}{% endempty %}{% happened name %}x{% endhappened %}",
        name=script,
        choices=[Choice(script, "?")],
        wrong=[Problem(script, script)],
        lines=[Line(script, "added")],
    )

    assert "<script" not in said
    assert said.count("&lt;script&gt;alert(1)") >= 14


def promised(**changed: float) -> Promise:
    about: dict[str, Any] = {"share": 0.81, "goal": 0.9, "low": 0.76, "high": 0.86, **changed}
    return Promise("Answered in 5 minutes", "broken", "81 %", "n 214", "41 late", **about)


def test_a_promise_is_a_sentence_with_a_bar() -> None:
    said = drawn("{% promise each %}", each=promised())

    assert "Answered in 5 minutes" in said
    assert 'class="done" y="4" width="81.0%"' in said
    assert 'class="goal" x="90.0%"' in said
    assert 'class="doubt" x="76.0%" y="7" width="10.0%"' in said


def test_a_bar_never_leaves_its_way() -> None:
    said = drawn("{% promise each %}", each=promised(share=1.4))

    assert 'class="done" y="4" width="100.0%"' in said


def test_a_promise_that_cannot_be_counted_has_no_bar() -> None:
    unknown = Promise("Nurtured", "unknown", "–", "no data", "needs the column returned_at")

    said = drawn("{% promise each %}", each=unknown)

    assert "<rect" not in said
    assert "not known" in said


def test_a_field_is_tied_to_its_label_its_help_and_its_error() -> None:
    said = drawn('{% field "email" "E-mail" hint="Of the company." error="Missing." %}')

    assert '<label for="field-email">E-mail</label>' in said
    assert 'aria-describedby="field-email-hint field-email-error"' in said
    assert 'aria-invalid="true"' in said


def test_a_password_is_never_sent_back() -> None:
    assert "secret" not in drawn('{% field "password" "Password" type="password" value="secret" %}')


def test_errors_lead_to_their_fields() -> None:
    said = drawn("{% problems wrong %}", wrong=[Problem("Enter a name.", "name")])

    assert 'href="#field-name"' in said
    assert drawn("{% problems wrong %}", wrong=[]) == ""


def test_a_difference_is_told_by_sign_and_word() -> None:
    lines = [Line("same"), Line("old", "removed"), Line("new", "added")]

    said = drawn("{% difference lines %}", lines=lines)

    assert "<del" in said
    assert " removed: " in said
    assert "<ins" in said
    assert " added: " in said


def test_a_search_asks_while_one_types_only_if_it_has_a_target() -> None:
    assert "hx-get" not in drawn('{% search "Search" "/companies/" %}')
    assert 'hx-target="#found"' in drawn('{% search "Search" "/companies/" target="#found" %}')


def test_progress_without_a_known_end_shows_no_share() -> None:
    assert "value=" not in drawn('{% progress "Looking" 3 None %}')
    assert 'value="3" max="9"' in drawn('{% progress "Looking" 3 9 %}')
