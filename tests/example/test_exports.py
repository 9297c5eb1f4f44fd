"""The exports of both systems, imported without a mapping, come to what the company is made of."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from revloop.example import SIZES, make

from .acme import UNTIL, company, facts, table
from .imported import Imported, groups, run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return run(company("small"), tmp_path_factory.mktemp("exports"))


def of(imported: Imported, kind: str, source: str) -> list[dict[str, Any]]:
    return [row for row in imported.facts[kind] if row["source"] == source]


def by_seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


# what was read


def test_every_file_is_understood_by_the_system_that_wrote_it(imported: Imported) -> None:
    understood = {each.name: each.understood_as for each in imported.report.tables}

    assert understood == {name: name.split("/")[0] for name in imported.truths["files"]}
    assert not imported.report.refused
    assert not imported.report.ignored


def test_every_row_was_read(imported: Imported) -> None:
    for name, file in imported.truths["files"].items():
        about = imported.table(name)
        assert about.rows + about.unreadable == file["rows"], name


def test_broken_rows_and_no_others_are_held_back(imported: Imported) -> None:
    for name, file in imported.truths["files"].items():
        about = imported.table(name)
        planted = sum(each["rows"] for each in file["broken"] if not each["is_kept"])
        assert about.quarantined + about.unreadable == planted, name
    assert imported.report.quarantined == imported.truths["quarantined"] == 15


def test_the_reason_names_the_column_and_what_stood_there(imported: Imported) -> None:
    told = 0
    for name, file in imported.truths["files"].items():
        about = imported.table(name)
        for broken in file["broken"]:
            if broken["column"]:
                reasons = about.kept_without if broken["is_kept"] else about.reasons
                words = (broken["column"], broken["text"], broken["reason"])
                [rows] = [
                    reason.rows for reason in reasons if all(word in reason.text for word in words)
                ]
                assert rows == broken["rows"]
                told += rows
    assert told == 16


def test_an_amount_that_nobody_can_read_costs_no_opportunity(imported: Imported) -> None:
    made = facts("small").one("select count(*) from opportunity where amount_minor is null")
    unknown = [row for row in imported.facts["opportunity"] if row["amount_minor"] is None]

    assert len(unknown) == 2
    assert made == 0


def test_a_file_that_a_spreadsheet_saved_is_read_like_the_others(imported: Imported) -> None:
    companies = imported.table("hubspot/companies.csv")

    assert "16" in companies.found["encoding"]
    assert companies.found["delimiter"] == "semicolon"
    assert companies.facts["account"] == companies.rows == 84


# facts


def test_each_raised_hand_is_there_once_for_each_system_that_has_it(imported: Imported) -> None:
    planted = imported.truths["inquiries"]
    marketing, sales = (of(imported, "inquiry", name) for name in ("hubspot", "salesforce"))

    assert (len(marketing), len(sales)) == (planted["hubspot"], planted["salesforce"])
    whole = facts("small").one("select count(*) from inquiry")
    assert len(marketing) + len(sales) - planted["both"] == whole == 400


def test_a_raised_hand_keeps_its_moment(imported: Imported) -> None:
    rows = facts("small")('select "at" from inquiry')
    raised = Counter(str(at.astype("M8[s]")) for at in rows["at"])
    found = Counter(f"{row['at']:%Y-%m-%dT%H:%M:%S}" for row in imported.facts["inquiry"])
    handed_over = imported.truths["inquiries"]["both"]

    assert sum((raised - found).values()) == 0
    assert sum((found - raised).values()) <= handed_over


def test_opportunities_and_what_they_are_worth_agree_to_the_cent(imported: Imported) -> None:
    won: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in imported.facts["opportunity"]:
        if row["is_won"]:
            won[row["amount_currency"]]["opportunities"] += 1
            won[row["amount_currency"]]["minor"] += row["amount_minor"]
    told = facts("small")(
        "select amount_currency, count(*) as n, sum(amount_minor) as minor from opportunity"
        " where is_won group by all"
    )

    assert len(imported.facts["opportunity"]) == imported.truths["opportunities"] == 61
    assert {name: dict(each) for name, each in won.items()} == imported.truths["won"]
    assert imported.truths["won"] == {
        currency: {"opportunities": int(n), "minor": int(minor)}
        for currency, n, minor in zip(
            told["amount_currency"], told["n"], told["minor"], strict=True
        )
    }


def test_opportunities_close_when_they_did_and_know_their_origin(imported: Imported) -> None:
    rows = table("small", "opportunity").to_pylist()
    last = {row["source_id"]: row for row in rows}
    found = {_number(row["source_id"]): row for row in imported.facts["opportunity"]}
    inquiries = {row["inquiry_id"]: row for row in imported.facts["inquiry"]}

    for native, row in last.items():
        there = found[_number(native)]
        assert there["is_closed"] == row["is_closed"]
        assert there["is_won"] == row["is_won"]
        assert there["close_date"] == row["close_date"]
        assert there["closed_at"] == (row["closed_at"] and by_seconds(row["closed_at"]))
        assert there["loss_reason"] == row["loss_reason"]
        origin = inquiries[there["inquiry_id"]]["source_id"] if there["inquiry_id"] else None
        assert _number(origin) == _number(row["inquiry_id"])


def _number(native: str | None) -> int | None:
    """12 of `o-12`, `acme:i-12` and `0065g0000000012AAA`."""
    if native is None:
        return None
    return int(native[5:15]) if native.endswith("AA") else int(native.rpartition("-")[2])


def test_rows_that_only_change_a_price_are_no_stage(imported: Imported) -> None:
    history = table("small", "opportunity_stage").to_pylist()
    planted = Counter(
        (row["stage"], by_seconds(row["at"]), row["from_stage"], row["visit"]) for row in history
    )
    found = Counter(
        (row["stage"], row["at"], row["from_stage"], row["visit"])
        for row in imported.facts["opportunity_stage"]
    )
    rows = imported.table("salesforce/OpportunityHistory.csv").rows

    assert found == planted
    assert rows > len(history) == imported.truths["stage_entries"]


def test_stages_that_were_taken_back_are_seen(imported: Imported) -> None:
    """No lost stage ranks below another one: only steps back between open stages are planted."""
    planted = sum(row["is_backward"] for row in table("small", "opportunity_stage").to_pylist())
    found = sum(bool(row["is_backward"]) for row in imported.facts["opportunity_stage"])

    assert found == planted > 10


def test_states_of_leads_are_those_of_the_loop(imported: Imported) -> None:
    moved = of(imported, "lifecycle_transition", "salesforce")
    states = [row for row in moved if row["field"] == "Status"]
    converted = [row for row in moved if row["field"] == "IsConverted"]
    became = [row for row in imported.facts["opportunity"] if row["inquiry_id"] is not None]

    assert len(states) == imported.truths["lead_states"]
    assert len(converted) == len(became)


def test_touches_that_an_export_carries_are_there_by_kind(imported: Imported) -> None:
    for source, kinds in imported.truths["touches"].items():
        assert Counter(row["kind"] for row in of(imported, "touch", source)) == kinds
    told = facts("small")("select kind, count(*) as n from touch group by kind")
    made = dict(zip(told["kind"].tolist(), told["n"].tolist(), strict=True))
    mails = imported.truths["touches"]["hubspot"]
    for kind in ("email_sent", "email_opened", "email_clicked", "unsubscribe"):
        assert mails[kind] == made[kind]


def test_machines_are_marked_in_events_of_mails(imported: Imported) -> None:
    made = facts("small").one("select count(*) from touch where is_bot and kind = 'email_clicked'")
    found = [row for row in of(imported, "touch", "hubspot") if row["is_bot"]]
    assert len(found) == made > 0


def test_attempts_and_meetings_are_there_and_to_dos_are_not(imported: Imported) -> None:
    made = table("small", "activity")
    planted = imported.truths["activities"]
    found = Counter(row["source"] for row in imported.facts["activity"])
    rows = sum(imported.table(f"salesforce/{name}.csv").rows for name in ("Task", "Event"))

    assert found == planted
    assert sum(planted.values()) == made.num_rows
    assert rows > planted["salesforce"]
    kinds = Counter(row["kind"] for row in imported.facts["activity"])
    assert kinds == Counter(made["kind"].to_pylist())
    automated = sum(bool(row["automated"]) for row in imported.facts["activity"])
    assert automated == sum(map(bool, made["automated"].to_pylist()))


def test_the_loop_is_complete_for_the_capabilities(imported: Imported) -> None:
    lacking = {each.name: each.lacks for each in imported.report.capabilities}
    assert lacking["Response and promises"] == ()
    assert lacking["Loop and leaks"] == ()


# who is who


def test_records_that_share_a_key_are_one_person_and_no_others(imported: Imported) -> None:
    """An address, a telephone, or a system that says so joins two records."""
    planted = groups(_shared_keys(imported), (each["reference"] for each in imported.records))

    assert set(imported.persons) == set(planted)
    assert _sets(imported.persons) == _sets(planted)


def _sets(names: dict[str, str]) -> set[frozenset[str]]:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for each, name in names.items():
        members[name].add(each)
    return set(map(frozenset, members.values()))


def _shared_keys(imported: Imported) -> Iterator[tuple[str, str]]:
    first: dict[tuple[str, str], str] = {}
    for record in imported.records:
        here = record["reference"]
        if record["became"]:
            yield here, f"{record['system']}:{record['became']}"
        for kind in ("email", "phone"):
            # Several people read a mailbox of a role.
            if record[kind] and not record[kind].startswith("info@"):
                yield here, first.setdefault((kind, record[kind]), here)


def test_keys_find_nearly_everybody_and_mistake_few(imported: Imported) -> None:
    """Second records from free mailboxes stay apart; colleagues with one telephone are mistaken."""
    people = {each["reference"]: each["person"] for each in imported.records}
    clusters = _sets(imported.persons)
    mixed = [each for each in clusters if len({people[record] for record in each}) > 1]
    parted = len(clusters) - len(set(people.values())) + len(mixed)

    assert len(set(people.values())) > 350
    assert 0 < len(mixed) <= 0.03 * len(clusters)
    assert 0 < parted <= 0.05 * len(clusters)


def test_companies_are_one_in_both_systems(imported: Imported) -> None:
    names = facts("small")("select distinct domain from account")["domain"]
    assert len(set(imported.companies.values())) == len(names)


def test_facts_of_one_person_meet_under_one_key(imported: Imported) -> None:
    """A mail names an address, a lead and a contact an id of theirs: one person has all of them."""
    sources: defaultdict[int, set[str]] = defaultdict(set)
    for kind in ("inquiry", "touch", "buying_group_role"):
        for row in imported.facts[kind]:
            sources[row["contact_id"]].add(f"{row['source']} {kind}")
    complete = {"hubspot touch", "salesforce inquiry", "salesforce buying_group_role"}

    assert sum(complete <= each for each in sources.values()) > 20


# the exports themselves


def test_the_same_seed_writes_the_same_exports(tmp_path: Path) -> None:
    for name in ("a", "b"):
        company("small").write_exports(tmp_path / name)
    one, other = (
        {str(file.relative_to(tmp_path / name)): file.read_bytes()
         for file in (tmp_path / name).rglob("*.csv")}
        for name in ("a", "b")
    )  # fmt: skip
    assert len(one) == 29
    assert one == other


def test_every_kind_of_dirt_is_planted(imported: Imported) -> None:
    assert len(imported.truths["dirt"]) == 9
    assert all(count > 5 for count in imported.truths["dirt"].values())


def test_ids_of_salesforce_end_with_their_own_sum(tmp_path: Path) -> None:
    """The last three characters say which of the others are capitals."""
    company("small").write_exports(tmp_path)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    for file in sorted((tmp_path / "salesforce").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                native = row["Id"]
                chunks = [native[start : start + 5] for start in (0, 5, 10)]
                bits = [sum(2**place for place, each in enumerate(chunk) if each.isupper())
                        for chunk in chunks]  # fmt: skip
                assert native == "Id" or native[15:] == "".join(letters[bit] for bit in bits)


def test_the_exports_of_a_large_company_go_on_from_block_to_block(tmp_path: Path) -> None:
    company_of_two = make(replace(SIZES["small"], blocks=2), seed=1, until=UNTIL)
    company_of_two.write_exports(tmp_path / "exports", truth=tmp_path / "truth")
    truths = json.loads((tmp_path / "truth" / "exports.json").read_text(encoding="utf-8"))

    assert sum(truths["inquiries"].values()) - 2 * truths["inquiries"]["both"] == 800
    for name, file in truths["files"].items():
        text = (tmp_path / "exports" / name).read_text(encoding=file["encoding"])
        lines = text.removeprefix("\ufeff").splitlines()
        assert len(lines) == file["rows"] + 1, name
        assert len(set(lines)) >= len(lines) - truths["quarantined"], name
        ids = [line.split('"')[1] for line in lines if '"and more"' not in line]
        if lines[0].startswith(('"Id"', '"id"', '"Record ID"', '"engagement_id"')):
            assert len(set(ids)) >= len(ids) - 1, name
