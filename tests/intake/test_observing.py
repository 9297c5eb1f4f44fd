"""What facts made by hand show; every number can be counted in the rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq
import pytest

from revloop import engine
from revloop.agreement.check import check
from revloop.agreement.starting import starting_file, usual_answers
from revloop.agreement.starting.observed import Observed, Response
from revloop.example import make
from revloop.example.company import KINDS
from revloop.example.selling import LOSS_REASONS, RETURN_DAYS, STAGES
from revloop.facts.stage_names import meaning
from revloop.intake.observing import Given, observe
from revloop.intake.observing.raised import is_hot_form
from revloop.intake.observing.waiting import response
from revloop.kit.money import Money

from ..cli.running import revloop
from ..engine.staging import IMPORTED, Company

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
GIVEN = Given("Europe/Berlin", "09:00-17:00")
NINE_TO_FIVE = Given("UTC", "08:00-12:00", "Europe/Berlin", "09:00-17:00")
MONDAY = date(2026, 3, 2)
HOUR = 3_600_000_000


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def seen(
    company: Company, given: Given = GIVEN, names: Mapping[str, str] | None = None
) -> Observed:
    with engine.open(company.lake.path) as facts:
        return observe(facts, given, names)


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = BERLIN) -> datetime:
    """A time of day, so many days after the first Monday of March."""
    moment = MONDAY + timedelta(days=day)
    return datetime(moment.year, moment.month, moment.day, hour, minute, tzinfo=zone)


def rows(prefix: str, facts: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, fact in enumerate(facts):
        moment = {**fact, "at": fact["at"].astimezone(UTC)}
        yield {"source_id": f"{prefix}{number}", **moment}


def call(moment: datetime, **more: Any) -> dict[str, Any]:
    return {"at": moment, "kind": "call", "direction": "out", "automated": False, **more}


# How long inquiries wait.


def waited(hours: Sequence[float], unanswered: Sequence[float] = ()) -> Response:
    lengths = np.array([*hours, *unanswered]) * HOUR
    answered = np.arange(lengths.size) < len(hours)
    return response(lengths.astype(np.int64), answered)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_the_median_is_the_time_within_which_half_were_answered() -> None:
    found = waited(range(1, 11))

    assert (found.inquiries, found.answered) == (10, 10)
    assert (found.median, found.eight_of_ten, found.nine_of_ten) == (hours(5), hours(8), hours(9))


def test_those_who_were_never_answered_waited_longer_than_everybody() -> None:
    found = waited(range(1, 9), unanswered=[100, 100])

    assert (found.answered, found.never_answered) == (8, 2)
    assert (found.median, found.eight_of_ten) == (hours(5), hours(8))
    assert found.nine_of_ten is None


def test_an_inquiry_of_today_says_only_that_it_has_waited_since_today() -> None:
    found = waited([2, 3], unanswered=[1])

    # Of the two that waited longer than 1 hour, half were answered within 2.
    assert found.median == hours(2)


def test_the_promise_is_the_round_number_that_eight_of_ten_keep() -> None:
    found = waited([50 / 60] * 16 + [5] * 3, unanswered=[90])

    assert found.proposal is not None
    assert str(found.proposal.within) == "1 business hour"
    assert (found.proposal.kept, found.proposal.of) == (16, 20)


def test_where_fewer_were_answered_at_all_the_promise_is_what_most_of_these_keep() -> None:
    found = waited([0.1] * 8 + [0.4] * 2, unanswered=[90] * 10)

    # Eight of ten answers came within 6 minutes, so within 10: 8 of 20 inquiries.
    assert found.eight_of_ten is None
    assert found.proposal is not None
    assert str(found.proposal.within) == "10 minutes"
    assert (found.proposal.kept, found.proposal.of) == (8, 20)


def test_an_inquiry_that_is_too_young_to_keep_or_break_the_promise_is_not_counted() -> None:
    found = waited([5] * 20, unanswered=[1, 7])

    assert found.proposal is not None
    assert str(found.proposal.within) == "6 business hours"
    assert (found.proposal.kept, found.proposal.of) == (20, 21)


@pytest.mark.parametrize("count", [0, 1, 19])
def test_of_few_inquiries_no_promise_is_read(count: int) -> None:
    assert waited([1.0] * count).proposal is None


def test_of_inquiries_that_nobody_answered_no_promise_is_read() -> None:
    found = waited([], unanswered=[5] * 30)

    assert (found.answered, found.median, found.proposal) == (0, None, None)


def test_the_clock_stands_still_over_the_weekend(company: Company) -> None:
    company.append("inquiry", *rows("i", [{"at": at(4, 16), "contact_id": "crm:c"}]))
    company.append("activity", *rows("a", [call(at(7, 10), contact_id="crm:c")]))

    [other] = seen(company, NINE_TO_FIVE).lanes

    # Friday from 16:00 to 17:00, and Monday from 9:00 to 10:00.
    assert other.response.median == hours(2)


def test_public_holidays_of_the_past_are_no_working_time(company: Company) -> None:
    # 3 April 2026 is Good Friday, 6 April Easter Monday.
    company.append("inquiry", *rows("i", [{"at": at(31, 16), "contact_id": "crm:c"}]))
    company.append("activity", *rows("a", [call(at(36, 10), contact_id="crm:c")]))

    [other] = seen(company, NINE_TO_FIVE).lanes

    # Thursday 2 April from 16:00 to 17:00, and Tuesday 7 April from 9:00 to 10:00.
    assert other.response.median == hours(2)


def test_only_the_first_try_of_a_person_is_an_answer(company: Company) -> None:
    company.append(
        "inquiry",
        {"source_id": "i", "at": at(0, 10).astimezone(UTC), "contact_id": "crm:c"},
        {"source_id": "other", "at": at(0, 9).astimezone(UTC), "contact_id": "crm:d"},
    )
    tries = [
        call(at(0, 9), contact_id="crm:c"),  # before the hand was raised
        call(at(0, 11), inquiry_id="crm:other", contact_id="crm:c"),
        call(at(0, 12), contact_id="crm:c", automated=True),
        call(at(0, 13), contact_id="crm:c", is_planned=True),
        call(at(0, 14), contact_id="crm:c", direction="in"),
        call(at(0, 15), inquiry_id="crm:i"),
        call(at(0, 16), contact_id="crm:c"),
    ]
    company.append("activity", *rows("a", tries))

    [other] = seen(company, NINE_TO_FIVE).lanes

    # 10:00 to 15:00, and 9:00 to 11:00: half of the two within 2 hours.
    assert (other.response.answered, other.response.median) == (2, hours(2))
    assert other.response.nine_of_ten == hours(5)


def test_an_inquiry_whose_answer_has_no_time_of_day_is_left_out_and_counted(
    company: Company,
) -> None:
    raised = [{"at": at(0, 10), "contact_id": f"crm:c{number}"} for number in range(3)]
    company.append("inquiry", *rows("i", raised))
    day = datetime(2026, 3, 2, tzinfo=UTC)
    tries = [
        call(day, contact_id="crm:c0", date_only=True),
        call(at(0, 12), contact_id="crm:c1"),
        call(at(0, 13), contact_id="crm:c2"),
    ]
    company.append("activity", *rows("a", tries))

    found = seen(company, NINE_TO_FIVE)

    assert found.lanes[0].inquiries == 3
    assert (found.lanes[0].response.inquiries, found.lanes[0].response.not_timed) == (2, 1)
    assert any(each.endswith("so left out are 1 inquiry") for each in found.missing)


def test_machines_and_repeated_hands_are_no_inquiries(company: Company) -> None:
    raised: list[dict[str, Any]]
    raised = [
        {"at": at(0, 10)},
        {"at": at(0, 10), "is_bot": True},
        {"at": at(0, 11), "duplicate_of_inquiry_id": "crm:i0"},
        {"at": datetime(1900, 1, 1, tzinfo=UTC)},
    ]
    company.append("inquiry", *rows("i", raised))

    assert seen(company).inquiries == 1


def test_the_hours_of_the_owner_count(company: Company) -> None:
    users = [
        {"at": at(0, 0), "region": "Berlin", "timezone": "Europe/Berlin"},
        {"at": at(0, 0), "region": "New York", "timezone": "America/New_York"},
    ]
    company.append("user", *rows("u", users))
    company.append(
        "inquiry",
        *rows("i", [{"at": at(0, 9), "owner_user_id": "crm:u1", "contact_id": "crm:c"}]),
    )
    tries = [
        *(call(at(n % 5, 9 + n % 9), user_id="crm:u0") for n in range(180)),
        *(call(at(n % 5, 9 + n % 9, zone=NEW_YORK), user_id="crm:u1") for n in range(170)),
        call(at(0, 10, zone=NEW_YORK), user_id="crm:u1", inquiry_id="crm:i0"),
    ]
    company.append("activity", *rows("a", tries))

    found = seen(company)

    assert [(each.name, each.timezone, each.people) for each in found.hours] == [
        ("berlin", "Europe/Berlin", 1),
        ("new_york", "America/New_York", 1),
    ]
    # 9:00 in Berlin is 3:00 in New York; its day begins at 9:00 there.
    assert found.lanes[0].response.median == hours(1)


# When people work.


def test_hours_hold_nine_of_ten_activities_in_half_hours(company: Company) -> None:
    times = [(7, 10)] * 5 + [(9, 40)] * 45 + [(16, 50)] * 45 + [(21, 0)] * 5
    tries = [call(at(n % 5, *time)) for n, time in enumerate(times)]
    company.append("activity", *rows("a", tries))

    [office] = seen(company).hours

    assert office.hours == {"mon-fri": ("09:30-17:00",)}
    assert (office.activities, office.inside) == (100, 90)


def test_a_weekday_with_hours_of_its_own_has_them(company: Company) -> None:
    week = [call(at(day, hour)) for day in range(4) for hour in range(9, 17) for _ in range(6)]
    friday = [call(at(4, hour)) for hour in range(9, 13) for _ in range(8)]
    saturday = [call(at(5, 11))] * 3
    company.append("activity", *rows("a", [*week, *friday, *saturday]))

    [office] = seen(company).hours

    # The last call begins at 16:00 and at 12:00; three of 227 make no working day.
    assert office.hours == {"mon-thu": ("09:00-16:30",), "fri": ("09:00-12:30",)}
    assert (office.activities, office.inside) == (227, 224)


def test_the_clock_on_the_wall_counts_in_summer_and_winter(company: Company) -> None:
    tries = [call(at(n % 5 + 7 * (n % 40), 9 + n % 8)) for n in range(400)]
    company.append("activity", *rows("a", tries))

    [office] = seen(company).hours

    assert office.hours == {"mon-fri": ("09:00-16:30",)}
    assert office.inside == 400


def test_machines_plans_answers_and_bare_days_tell_no_hours(company: Company) -> None:
    tries = [
        call(at(0, 3), automated=True),
        call(at(0, 3), is_planned=True),
        call(at(0, 3), direction="in"),
        call(at(0, 3), date_only=True),
    ]
    company.append("activity", *rows("a", tries * 50))

    found = seen(company)

    assert (found.hours[0].activities, found.hours[0].hours) == (0, {})
    assert any(each.startswith("working hours: 0 calls") for each in found.missing)


def test_few_activities_tell_no_hours(company: Company) -> None:
    company.append("activity", *rows("a", [call(at(0, 10))] * 99))

    assert seen(company).hours[0].hours == {}


def test_a_zone_is_the_users_own_then_their_calendars_then_the_workspaces(
    company: Company,
) -> None:
    users = [
        {"at": at(0, 0), "calendar": "east", "timezone": "America/New_York"},
        {"at": at(0, 0), "calendar": "tokyo", "timezone": "Mars/Olympus"},
        {"at": at(0, 0), "calendar": "home"},
    ]
    company.append("user", *rows("u", users))
    calendar = {"at": at(0, 0), "calendar": "tokyo", "timezone": "Asia/Tokyo"}
    company.append("user_calendar", *rows("c", [calendar]))
    tries = [call(at(n % 5, 10), user_id=f"crm:u{n % 3}") for n in range(330)]
    company.append("activity", *rows("a", tries))

    found = seen(company)

    assert {each.name: each.timezone for each in found.hours} == {
        "east": "America/New_York",
        "home": "Europe/Berlin",
        "tokyo": "Asia/Tokyo",
    }
    assert found.zone_from == "users"


def test_what_an_option_says_of_hours_goes_before_what_the_facts_show(company: Company) -> None:
    company.append("activity", *rows("a", [call(at(n % 5, 11 + n % 10)) for n in range(200)]))

    [office] = seen(company, NINE_TO_FIVE).hours

    assert office.hours == {"mon-fri": ("09:00-17:00",)}
    assert (office.activities, office.inside) == (200, 120)  # 11:00 to 16:00 of 11:00 to 20:00


# Stages, lanes, reasons, people and money.


def test_stages_stand_in_the_order_in_which_leads_pass_them(company: Company) -> None:
    steps = [
        (f"crm:i{lead}", at(day, 9), name)
        for lead in range(3)
        for day, name in enumerate(("New", "Marketing Qualified", "Sales Accepted", "Parked"))
    ]
    steps.append(("crm:i9", at(0, 9), "New"))
    company.append(
        "lifecycle_transition",
        *rows(
            "t",
            [
                {"at": moment, "subject": "inquiry", "inquiry_id": lead, "to_state": name}
                for lead, moment, name in steps
            ],
        ),
    )
    stages = [("Won", 20), ("Demo", 0), ("Offer", 9)]
    company.append(
        "opportunity_stage",
        *rows(
            "s",
            [{"at": at(day, 9), "opportunity_id": "crm:o", "stage": name} for name, day in stages],
        ),
    )

    found = seen(company).stages

    assert [(each.subject, each.name, each.entered, each.means) for each in found] == [
        ("inquiry", "New", 4, ""),
        ("inquiry", "Marketing Qualified", 3, "mql"),
        ("inquiry", "Sales Accepted", 3, "sal"),
        ("inquiry", "Parked", 3, ""),
        ("opportunity", "Demo", 1, ""),
        ("opportunity", "Offer", 1, ""),
        ("opportunity", "Won", 1, "won"),
    ]


def test_what_the_source_says_of_a_stage_goes_before_its_name(company: Company) -> None:
    step = {"at": at(0, 9), "subject": "contact", "contact_id": "crm:c"}
    company.append(
        "lifecycle_transition",
        *rows("t", [{**step, "to_state": "customer", "stage": "won"}]),
        *rows("u", [{**step, "to_state": "opportunity", "stage": "opp"}]),
    )

    assert {each.name: each.means for each in seen(company).stages} == {
        "customer": "won",
        "opportunity": "opportunity",
    }


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("MQL", "mql"),
        ("Marketing-Qualified Lead", "mql"),
        ("salesqualifiedlead", "sql"),
        ("Closed Won", "won"),
        ("Qualified", ""),  # by whom?
        ("Open", ""),
        ("日本", ""),
    ],
)
def test_only_certain_names_of_stages_are_understood(name: str, means: str) -> None:
    assert meaning(name) == means


@pytest.mark.parametrize(
    ("name", "hot"),
    [
        ("demo", True),
        ("Contact-Us form", True),
        ("pricing_quote", True),
        ("request a call back", True),
        ("democracy report", False),
        ("newsletter", False),
        ("demo' or true", False),  # no condition can hold it as it is
    ],
)
def test_a_form_is_hot_where_its_name_asks_for_a_talk(name: str, *, hot: bool) -> None:
    assert is_hot_form(name) == hot


def test_each_inquiry_is_in_the_first_lane_that_takes_it(company: Company) -> None:
    company.append(
        "account",
        {"source_id": "old", "at": at(0, 0).astimezone(UTC), "customer_since": date(2026, 3, 2)},
        {"source_id": "new", "at": at(0, 0).astimezone(UTC), "customer_since": date(2026, 3, 4)},
    )
    raised: list[dict[str, Any]]
    raised = [
        {"at": at(1, 9), "kind": "inbound_call", "account_id": "crm:old", "wants_rep": True},
        {"at": at(1, 9), "kind": "inbound_call", "account_id": "crm:new", "wants_rep": True},
        {"at": at(1, 9), "kind": "form_submit", "form": "demo"},
        {"at": at(1, 9), "kind": "callback_request"},
        {"at": at(1, 9), "kind": "form_submit", "form": "newsletter"},
        {"at": at(1, 9)},
    ]
    company.append("inquiry", *rows("i", raised))

    found = seen(company)

    assert [(each.id, each.when, each.inquiries) for each in found.lanes] == [
        ("existing_customer", "is_customer", 1),
        ("inbound_call", "kind = 'inbound_call'", 1),
        ("demo_request", "kind in ('callback_request') or form in ('demo')", 2),
        ("other", "true", 2),
    ]
    assert [(each.column, each.value, each.inquiries) for each in found.sources] == [
        ("kind", "form_submit", 2),
        ("kind", "inbound_call", 2),
        ("kind", "callback_request", 1),
        ("form", "demo", 1),
        ("form", "newsletter", 1),
    ]


def test_reasons_come_with_the_usual_days_until_the_return(company: Company) -> None:
    said: list[tuple[str, str, int | None]]
    said = [("recycle", "not_now", 30), ("recycle", "not_now", 40), ("recycle", "not_now", 90)]
    said += [("disqualify", "spam", None), ("accept", "fits", None)]
    decisions = [
        {
            "at": at(0, 9),
            "inquiry_id": "crm:i",
            "verdict": verdict,
            "reason": reason,
            "return_on": MONDAY + timedelta(days=days) if days else None,
        }
        for verdict, reason, days in said
    ]
    company.append("qualification_decision", *rows("d", decisions))
    lost = {"is_won": False, "loss_reason": "price", "close_date": date(2026, 3, 1)}
    company.append(
        "opportunity",
        *rows("o", [{"at": at(0, 9), **lost, "return_on": date(2026, 8, 28)}]),
    )

    found = seen(company).reasons

    assert [(each.verdict, each.reason, each.count, each.return_days) for each in found] == [
        ("disqualify", "spam", 1, None),
        ("lost", "price", 1, 180),  # from 1 March to 28 August
        ("recycle", "not_now", 3, 40),
    ]


def test_people_are_counted_by_role_and_sellers_by_their_inquiries(company: Company) -> None:
    users = [
        {"at": at(0, 0), "role": "sales"},
        {"at": at(0, 0), "role": "sales"},
        {"at": at(0, 0), "role": "marketing"},
        {"at": at(0, 0), "role": "sales", "is_active": False},
        {"at": at(0, 0), "role": "sales", "is_queue": True},
    ]
    company.append("user", *rows("u", users))
    owners = ["u0", "u1", "u1", "u2", "u3", "u4"]
    company.append(
        "inquiry", *rows("i", [{"at": at(0, 9), "owner_user_id": f"crm:{o}"} for o in owners])
    )

    found = seen(company, names={"crm:u1": "Ana Kovač"})

    assert dict(found.roles) == {"sales": 2, "marketing": 1}
    assert list(found.sellers.items()) == [("Ana Kovač", 2), ("u0", 1)]


def test_money_is_in_the_currency_of_most_opportunities(company: Company) -> None:
    def won(day: date, minor: int, currency: str = "EUR") -> dict[str, Any]:
        return {
            "at": at(0, 9),
            "amount_minor": minor,
            "amount_currency": currency,
            "is_won": True,
            "close_date": day,
        }

    deals = [
        won(date(2025, 11, 3), 1_000_000),
        won(date(2026, 1, 9), 2_000_000),
        won(date(2026, 3, 9), 3_000_000),
        won(date(2026, 4, 9), 6_000_000),
        won(date(2026, 4, 9), 9_000_000, "USD"),
        {"at": at(0, 9), "amount_minor": 5, "amount_currency": "EUR"},
    ]
    company.append("opportunity", *rows("o", deals))

    found = seen(company).money

    assert list(found.currencies.items()) == [("EUR", 5), ("USD", 1)]
    assert (found.won, found.average_deal) == (4, Money(3_000_000, "EUR"))
    # The last quarter of 2025 brought 10,000 and the first of 2026 50,000; the second goes on.
    assert (found.quarters, found.bookings) == (2, Money(3_000_000, "EUR"))


# Whole companies.


def test_an_empty_workspace_says_what_is_missing(company: Company) -> None:
    with company.lake.writer():
        pass

    found = seen(company)

    assert (found.inquiries, found.stages, found.lanes, found.sources) == (0, (), (), ())
    assert {each.partition(":")[0] for each in found.missing} == {
        "working hours",
        "time zone",
        "inquiries",
        "stages",
        "reasons",
        "money",
    }


def test_the_command_writes_the_plain_file_for_an_empty_workspace(tmp_path: Path) -> None:
    revloop("init", "acme", "--company", "Acme", "--timezone", "Europe/Berlin", folder=tmp_path)

    ended = revloop(
        *("agreement", "new", "a.yaml", "--from-data", "--workspace", "acme"), folder=tmp_path
    )

    assert (ended.code, ended.err) == (0, "")
    assert "missing: stages: nothing says" in ended.out
    form = check((tmp_path / "a.yaml").read_bytes()).required().form
    assert form.agreement == "acme-revenue"
    assert form.calendars["office"].timezone == "Europe/Berlin"
    assert date(2027, 3, 26) in form.calendars["office"].holidays  # Good Friday, in Germany
    assert [lane.id for lane in form.lanes] == [
        "existing_customer",
        "hand_raised",
        "low_value",
        "other",
    ]


def test_the_command_prints_what_it_saw_as_a_document(tmp_path: Path) -> None:
    revloop("init", "acme", folder=tmp_path)
    raised = [{"at": at(0, 9), "kind": "inbound_call"}]
    Company(tmp_path / "acme").append("inquiry", *rows("i", raised))

    ended = revloop(
        *("agreement", "new", "a.yaml", "--from-data", "--workspace", "acme", "--json"),
        *("--hours", "08:00-12:00"),
        folder=tmp_path,
    )

    document = json.loads(ended.out)
    assert document["file"] == "a.yaml"
    assert document["observed"]["inquiries"] == 1
    assert [each["lane"] for each in document["observed"]["lanes"]] == ["inbound_call"]
    assert document["observed"]["working_hours"][0]["hours"] == {"mon-fri": ["08:00-12:00"]}
    assert check((tmp_path / "a.yaml").read_bytes()).problems == ()


def test_a_folder_that_is_no_workspace_is_refused(tmp_path: Path) -> None:
    ended = revloop("agreement", "new", "--from-data", folder=tmp_path)

    assert ended.code == 2
    assert "is not a workspace" in ended.err
    assert not (tmp_path / "agreement.yaml").exists()


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Observed:
    company = Company(tmp_path_factory.mktemp("acme"))
    made = make("small", until=date(2026, 10, 1))
    with company.workbench() as bench, company.lake.writer() as writer:
        for number, kind in enumerate(KINDS):
            file = company.place / "temp" / f"{kind}.parquet"
            pq.write_table(made.table(kind), file)
            writer.append(
                kind,
                bench.read(file),
                source="acme",
                import_id="import-1",
                recorded_at=IMPORTED,
                transaction=("test", number),
            )
    return seen(company, Given("UTC", "08:00-12:00"))


@pytest.mark.slow
def test_the_example_company_works_when_and_where_it_says(acme: Observed) -> None:
    assert {each.name: each.timezone for each in acme.hours} == {
        "us_east": "America/New_York",
        "dach": "Europe/Berlin",
    }
    for place in acme.hours:
        [(days, [window])] = place.hours.items()
        opens, closes = window.split("-")
        # Its agreement says 9:00 to 18:00; few calls begin in the last minutes of the day.
        assert days == "mon-fri"
        assert opens == "09:00"
        assert "17:00" <= closes <= "18:00"
        assert place.inside >= 0.9 * place.activities


@pytest.mark.slow
def test_the_stages_and_returns_of_the_example_company_are_found(acme: Observed) -> None:
    of_leads = [each.name for each in acme.stages if each.subject == "inquiry"]
    way = ["captured", "mql", "offered", "sal", "sql", "opportunity", "won"]
    assert [name for name in of_leads if name in way] == way

    of_deals = [each.name for each in acme.stages if each.subject == "opportunity"]
    on_the_way = STAGES[:4]
    assert tuple(name for name in of_deals if name in on_the_way) == on_the_way

    returns = {each.reason: each.return_days for each in acme.reasons if each.verdict == "lost"}
    assert returns == dict(zip(LOSS_REASONS, RETURN_DAYS, strict=True))


@pytest.mark.slow
def test_the_first_agreement_of_the_example_company_passes_its_check(acme: Observed) -> None:
    answers = usual_answers(acme, "Acme")

    text = starting_file(answers, date(2026, 10, 1), "acme.yaml", acme)
    checked = check(text.encode())

    assert checked.errors == ()
    form = checked.required().form
    assert [lane.id for lane in form.lanes] == [
        "existing_customer",
        "inbound_call",
        "demo_request",
        "low_value",
        "other",
    ]
    assert list(form.routing.weights) == ["cy", "ana", "bo"]  # type: ignore[union-attr]
    assert text == starting_file(answers, date(2026, 10, 1), "acme.yaml", acme)
