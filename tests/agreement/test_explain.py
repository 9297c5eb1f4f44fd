from __future__ import annotations

import itertools
import re

import pytest

from revloop.agreement.contract import Contract
from revloop.agreement.explain import document, to_html, to_markdown
from revloop.agreement.explain.document import Promised, PromiseList, SideBySide
from revloop.agreement.form import parts

from .contracts import contract_with
from .other_values import Edit, contract_of, example, example_values, leaves, with_edits
from .page_outline import Outline

VERSIONS = ("1.0.0", "2.0.0", "2.1.0")
HOSTILE = (
    "<script>alert(1)</script> \"quoted\" 'single' & &lt; a|b *bold* `code` [x](http://x.y) _u_"
)


def promises_of(contract: Contract) -> dict[str, Promised]:
    both = document(contract).chapters[0].blocks[0]
    assert isinstance(both, SideBySide)
    return {each.name: each for side in (both.left, both.right) for each in side.promises}


def sides_of(contract: Contract) -> tuple[PromiseList, PromiseList]:
    both = document(contract).chapters[0].blocks[0]
    assert isinstance(both, SideBySide)
    return both.left, both.right


# The promises.


@pytest.mark.parametrize(
    ("name", "sentence", "goal"),
    [
        (
            "answer_5min",
            "Within 5 minutes of getting a lead, sales personally tries to reach the customer.",
            "90 % in time",
        ),
        (
            "answer_1day",
            (
                "Within 8 working hours of getting a lead, sales personally tries to reach the "
                "customer."
            ),
            "85 % in time",
        ),
        (
            "answer_customer",
            (
                "Within 2 working hours of getting a lead, sales personally tries to reach the "
                "customer."
            ),
            "95 % in time",
        ),
        (
            "decide",
            (
                "Within 16 working hours of being offered a lead, sales accepts the lead, or rejects "
                "it with a reason."
            ),
            "90 % in time",
        ),
        (
            "persist",
            (
                "Sales tries to reach a lead at least 6 times within 15 working days, unless they talk "
                "sooner."
            ),
            "80 % of leads",
        ),
        ("say_why", "Every rejection gives a reason of this agreement.", "100 % of rejections"),
        (
            "revisit",
            "Within 14 days of the day it is due back, sales takes up a lost opportunity again.",
            "75 % of cases",
        ),
        (
            "volume",
            "Marketing delivers qualified leads (MQLs), spread evenly over the working days.",
            "112 a month",
        ),
        (
            "value",
            (
                "Marketing delivers qualified leads (MQLs) of this expected value, spread evenly over "
                "the working days."
            ),
            "252,000 USD a month",
        ),
        ("quality", "Sales accepts the leads that marketing offers.", "70 % of leads"),
        ("complete", "Every hand-off is complete.", "98 % of hand-offs"),
        (
            "nurture_back",
            "Within 5 days of the day it is due back, marketing takes up a recycled lead again.",
            "90 % of cases",
        ),
        (
            "content_gap",
            (
                "Within 20 working days of a content gap being ranked among the top five, marketing "
                "has an asset approved that closes it."
            ),
            "80 % in time",
        ),
    ],
)
def test_every_promise_is_a_sentence_with_a_goal(name: str, sentence: str, goal: str) -> None:
    promise = promises_of(example("2.1.0"))[name]

    assert promise.sentence == sentence
    assert f"{promise.goal} {promise.goal_says}" == goal


def test_the_small_print_says_for_whom_and_who_is_told() -> None:
    promise = promises_of(example("2.1.0"))["answer_5min"]

    assert promise.small_print == (
        "For leads of the lanes “inbound call” and “demo request”.",
        (
            "Told if it drags on: the owner at 80 % of the time; the manager at the deadline; sales "
            "and marketing at 3 times the time."
        ),
        "At the deadline, somebody else gets the lead.",
    )


def test_hours_that_several_clocks_share_are_said_once() -> None:
    sales, marketing = sides_of(example("2.1.0"))
    by_name = promises_of(example("2.1.0"))

    assert sales.note == (
        "Time is counted in the working hours of whoever has the lead, unless it says otherwise."
    )
    assert by_name["persist"].small_print == ("Time is counted in the working days of US east.",)
    assert marketing.note == ""
    assert by_name["content_gap"].small_print == (
        "Time is counted in the working hours of US east.",
    )


def test_every_promise_that_the_form_allows_has_a_sentence() -> None:
    share = ("offered", "rejections", "handoffs", "lost_returns_due", "recycled_returns_due")
    promises = {
        f"with_{of}_{having}": {"share": {"of": of, "with": having}, "goal": 1, "fields": ["lane"]}
        for of in share
        for having in ("acceptance", "reason", "complete")
    } | {f"within_{of}": {"share": {"of": of, "done_within": "3 days"}, "goal": 1} for of in share}
    contract = contract_with(promises={"sales_to_marketing": promises})

    for promise in promises_of(contract).values():
        assert re.fullmatch(r"[A-Z][^{}]+\.", promise.sentence)


def test_a_side_without_promises_says_so() -> None:
    contract = contract_with()

    assert "Nothing yet." in to_html(contract)
    assert "Nothing yet." in to_markdown(contract)
    assert "Sales makes no promises, Marketing none." in re.sub(r"[*]", "", to_markdown(contract))


# The page.


@pytest.mark.parametrize("version", VERSIONS)
def test_the_page_is_well_formed(version: str) -> None:
    page = Outline(to_html(example(version)))

    assert page.faults == []
    ids = [values["id"] for _, values in page.tags if "id" in values]
    assert len(ids) == len(set(ids))
    assert [f"#{id_}" for id_ in ids] == page.attributes("a", "href")
    assert page.attributes("html", "lang") == ["en"]


@pytest.mark.parametrize("version", VERSIONS)
def test_headings_go_down_one_step_at_a_time(version: str) -> None:
    levels = [int(tag[1]) for tag, _ in Outline(to_html(example(version))).tags if is_heading(tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def is_heading(tag: str) -> bool:
    return re.fullmatch(r"h[1-6]", tag) is not None


@pytest.mark.parametrize("version", VERSIONS)
def test_every_head_of_a_table_says_what_it_heads(version: str) -> None:
    page = Outline(to_html(example(version)))

    heads = [values.get("scope") for tag, values in page.tags if tag == "th"]
    assert set(heads) == {"col", "row"}
    assert heads.count("row") == sum(tag == "tr" for tag, _ in page.tags) - page_tables(page)


def page_tables(page: Outline) -> int:
    return sum(tag == "table" for tag, _ in page.tags)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_page_loads_nothing(version: str) -> None:
    page = to_html(example(version))

    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in Outline(page).tags}
    assert not re.search(r"https?://|url\(|@import|src=", page)


@pytest.mark.parametrize("version", VERSIONS)
def test_both_forms_hold_the_hash_and_a_line_for_each_signature(version: str) -> None:
    contract = example(version)
    page = Outline(to_html(contract))
    markdown = to_markdown(contract)

    assert contract.hash in page.said_in("code")
    assert page.said_in("span").count("Name and signature") == 2
    assert f"What is signed: acme-revenue {version} `{contract.hash}`" in markdown
    assert "| Marketing |  |  |\n| Sales |  |  |" in markdown


@pytest.mark.parametrize("version", VERSIONS)
def test_no_identifier_is_left_in_running_text(version: str) -> None:
    texts = [
        text
        for around, text in Outline(to_html(example(version))).texts
        if not {"code", "style"} & set(around)
    ]

    assert [text for text in texts if "_" in text] == []


def test_every_free_text_is_escaped() -> None:
    contract = with_hostile_texts()
    hostile_in_sections = sum(HOSTILE in str(value) for _, value in parts(contract.form))

    page = Outline(to_html(contract))

    assert hostile_in_sections > 5
    assert page.faults == []
    assert "script" not in {tag for tag, _ in page.tags}
    shown = " ".join(text for _, text in page.texts)
    assert shown.count("<script>alert(1)</script> \"quoted\" 'single' & &lt; a|b") >= 5


def test_every_free_text_is_escaped_in_markdown() -> None:
    markdown = to_markdown(with_hostile_texts())

    outside_of_code = re.sub(r"`[^`\n]*`", "", re.sub(r"\\[\\`*_\[\]<>|#~&]", "", markdown))
    assert "<script" not in outside_of_code
    assert "](" not in outside_of_code
    assert "&" not in outside_of_code
    assert re.sub(r"\\(.)", r"\1", markdown).count(HOSTILE) >= 5


def with_hostile_texts() -> Contract:
    """The example with the hostile text wherever it may hold free text."""
    values = example_values()
    edits = [Edit(path, f"{value} {HOSTILE}") for path, value in leaves(values) if is_text(path)]
    assert len(edits) >= 10
    return contract_of(with_edits(values, *edits))


def is_text(path: tuple[str | int, ...]) -> bool:
    return bool(
        {"means", "also_called", "why_we_win", "unique_selling_proposition", "rule"} & {*path}
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_the_tables_of_the_markdown_have_equal_rows(version: str) -> None:
    assert_tables_have_equal_rows(to_markdown(example(version)))


def test_hostile_texts_do_not_break_the_tables() -> None:
    assert_tables_have_equal_rows(to_markdown(with_hostile_texts()))


def assert_tables_have_equal_rows(markdown: str) -> None:
    tables = [part for part in markdown.split("\n\n") if part.startswith("|")]
    assert tables
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", row)) for row in table.split("\n")}
        assert len(widths) == 1, table


def test_bold_markdown_has_no_space_at_its_ends() -> None:
    markdown = to_markdown(example("2.1.0"))

    assert "**Why we win:** customers are live within 30 days" in markdown
    assert all(bold == bold.strip() for bold in re.findall(r"\*\*(.+?)\*\*", markdown))


def test_what_nobody_sees_and_a_page_obeys_is_left_out() -> None:
    turned = Edit(("vocabulary", "sal", "means"), "90 % \N{RIGHT-TO-LEFT OVERRIDE}of none\x1b[31m")
    contract = contract_of(with_edits(example_values(), turned))

    for text in (to_html(contract), to_markdown(contract)):
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text
        assert "\x1b" not in text


def test_a_sentence_that_ends_itself_gets_no_second_full_stop() -> None:
    ended = Edit(("fundamentals", "unique_selling_proposition"), "One definition.")
    asked = Edit(("meetings", "weekly", "rule"), "Who owns it?")

    markdown = to_markdown(contract_of(with_edits(example_values(), ended, asked)))

    assert "**What nobody else offers:** One definition.\n" in markdown
    assert "| Who owns it? |" in markdown


def test_the_smallest_agreement_has_the_chapters_it_needs() -> None:
    titles = [chapter.title for chapter in document(contract_with()).chapters]

    assert titles == [
        "What we promise each other",
        "The way of a lead",
        "Which lane a lead takes",
        "When a clock runs",
        "When we disagree, and when this changes",
        "Signed",
    ]


def test_the_page_changes_only_with_what_was_agreed() -> None:
    values = example_values()
    turned_around = dict(reversed(values.items()))

    assert to_html(contract_of(values)) == to_html(contract_of(turned_around))


def test_a_model_of_their_own_is_said_by_what_it_weighs() -> None:
    contract = contract_with(
        attribution={
            "primary": "as_we_agreed",
            "also": ["hubspot:w_shaped", "slow", "late"],
            "scope": "account",
            "lookback": "180 days",
            "models": {
                "as_we_agreed": {"first": 60, "opportunity": 30, "rest": 10},
                "slow": {"half_life": "30 days"},
                "late": {"from_the_end": [50, 25]},
            },
        }
    )

    text = to_markdown(contract)

    assert "**As we agreed** decides; beside it we look at w shaped of hubspot, slow" in text
    assert (
        "**As we agreed**: of 100, 60 to the first touch, 30 to the one that made the opportunity"
        " and 10 to all others, together." in text
    )
    assert "**Slow**: a touch counts half as much as one 30 days later." in text
    assert "**Late**: the last touches count 50 and 25, from the end." in text
