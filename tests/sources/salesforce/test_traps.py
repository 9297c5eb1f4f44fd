"""The traps of Salesforce: each test is named after the one it falls into no more."""

from __future__ import annotations

import pytest

from revloop.sources.protocol import Settings
from revloop.sources.salesforce import Salesforce

from ..crm.exports import Made, at, made, only

SALESFORCE = Salesforce()

LEAD = """
Id,IsDeleted,LastName,Company,Status,IsConverted,ConvertedDate,ConvertedContactId,CreatedDate,SystemModstamp
00Q1G00000nDnM5UAK,false,Croc,Zoo,Qualified,true,2024-03-02,0031G00001QtDPlQAN,2024-03-01T08:00:00.000+0000,2024-03-09T00:00:00.000+0000
"""


def facts(files: dict[str, str], *kinds: str, timezone: str = "UTC") -> list[Made]:
    settings = Settings("salesforce", timezone, currency="USD")
    return made(SALESFORCE, files, *kinds, settings=settings)


class TestConvertedDateIsADayWithoutATime:
    def test_without_a_history_only_the_day_is_known(self) -> None:
        [converted] = facts({"Lead.csv": LEAD}, "lifecycle_transition")
        assert (converted["to_state"], at(converted["at"])) == ("Converted", "2024-03-02 00:00:00")
        assert converted["date_only"] is True
        assert converted["inquiry_id"] == "salesforce:00Q1G00000nDnM5UAK"

    def test_the_day_is_one_of_the_company(self) -> None:
        [converted] = facts({"Lead.csv": LEAD}, "lifecycle_transition", timezone="America/New_York")
        assert at(converted["at"]) == "2024-03-02 05:00:00"

    def test_the_history_of_the_lead_gives_the_time(self) -> None:
        history = """
        Id,LeadId,Field,OldValue,NewValue,CreatedDate,CreatedById
        017A,00Q1G00000nDnM5UAK,leadConverted,,,2024-03-02T15:30:00.000+0000,0051G000005MunnQAC
        """
        [converted] = facts({"Lead.csv": LEAD, "LeadHistory.csv": history}, "lifecycle_transition")
        assert (at(converted["at"]), converted["date_only"]) == ("2024-03-02 15:30:00", None)
        assert converted["user_id"] == "salesforce:0051G000005MunnQAC"

    def test_day_and_time_are_one_fact_and_the_time_is_the_later_word(self) -> None:
        history = """
        Id,LeadId,Field,OldValue,NewValue,CreatedDate
        017A,00Q1G00000nDnM5UAK,leadConverted,,,2024-03-02T15:30:00.000+0000
        """
        [day] = facts({"Lead.csv": LEAD}, "lifecycle_transition")
        [time] = facts({"LeadHistory.csv": history}, "lifecycle_transition")
        assert day["source_id"] == time["source_id"]
        assert day["updated_at"] is None
        assert time["updated_at"] is not None

    def test_the_change_into_its_last_status_gives_the_time_else(self) -> None:
        history = """
        Id,LeadId,Field,OldValue,NewValue,CreatedDate
        017A,00Q1G00000nDnM5UAK,Status,Open,Qualified,2024-03-02T11:00:00.000+0000
        """
        moved = facts({"Lead.csv": LEAD, "LeadHistory.csv": history}, "lifecycle_transition")
        by_field = {each["field"]: each for each in moved}
        assert at(by_field["IsConverted"]["at"]) == "2024-03-02 11:00:00"
        assert by_field["IsConverted"]["date_only"] is False
        assert (by_field["Status"]["from_state"], by_field["Status"]["to_state"]) == (
            "Open",
            "Qualified",
        )


class TestOpportunityHistoryHasARowForAnyChange:
    HISTORY = """
    Id,OpportunityId,StageName,Amount,Probability,CloseDate,CreatedDate,IsDeleted
    0081,0061G00000N38JZQAZ,Prospecting,100,10,2024-06-30,2024-01-01T09:00:00Z,false
    0082,0061G00000N38JZQAZ,Prospecting,250,10,2024-06-30,2024-01-02T09:00:00Z,false
    0083,0061G00000N38JZQAZ,Proposal,250,60,2024-06-30,2024-01-03T09:00:00Z,false
    0084,0061G00000N38JZQAZ,Proposal,250,60,2024-07-31,2024-01-04T09:00:00Z,false
    0085,0061G00000N38JZQAZ,Prospecting,250,10,2024-07-31,2024-01-05T09:00:00Z,false
    0086,0061G00000N38JZQAZ,Closed Lost,250,0,2024-07-31,2024-01-06T09:00:00Z,false
    """
    NOW = """
    Id,Name,StageName,CloseDate,Amount,Probability,IsClosed,IsWon,CreatedDate,SystemModstamp
    0061G00000N38JZQAZ,Deal,Closed Lost,2024-07-31,250,0,true,false,2024-01-01T09:00:00Z,2024-01-06T09:00:00Z
    """

    def test_equal_stages_in_a_row_are_one_stay(self) -> None:
        entered = facts({"OpportunityHistory.csv": self.HISTORY}, "opportunity_stage")
        assert [(each["source_id"], each["from_stage"], each["visit"]) for each in entered] == [
            ("0081", None, 1),
            ("0083", "Prospecting", 1),
            ("0085", "Proposal", 2),
            ("0086", "Prospecting", 1),
        ]
        assert entered[1]["amount_minor"] == 25_000
        assert entered[1]["probability"] == 0.6

    def test_a_stage_of_a_lower_probability_is_backward_and_a_loss_is_not(self) -> None:
        files = {"OpportunityHistory.csv": self.HISTORY, "Opportunity.csv": self.NOW}
        entered = facts(files, "opportunity_stage")
        assert [each["is_backward"] for each in entered] == [None, False, True, False]

    def test_whether_a_stage_without_probability_is_lost_nobody_knows(self) -> None:
        entered = facts({"OpportunityHistory.csv": self.HISTORY}, "opportunity_stage")
        assert entered[-1]["is_backward"] is None

    def test_the_last_entry_is_when_it_was_lost(self) -> None:
        files = {"OpportunityHistory.csv": self.HISTORY, "Opportunity.csv": self.NOW}
        lost = only(facts(files, "opportunity"), "opportunity")
        assert at(lost["closed_at"]) == "2024-01-06 09:00:00"
        assert (lost["is_closed"], lost["is_won"]) == (True, False)

    def test_without_a_history_the_moment_of_closing_is_unknown_and_the_day_is_not(self) -> None:
        lost = only(facts({"Opportunity.csv": self.NOW}, "opportunity"), "opportunity")
        assert lost["closed_at"] is None
        assert str(lost["close_date"]) == "2024-07-31"


class TestActivityDateIsADayAndCompletedDateTimeCounts:
    TASKS = """
    Id,WhoId,Subject,TaskSubtype,Status,IsClosed,ActivityDate,CompletedDateTime,CreatedDate
    00T1,00Q1,Call,Call,Completed,true,2024-03-05,2024-03-04T16:20:00Z,2024-03-04T10:00:00Z
    00T2,00Q1,Call,Call,Completed,true,2024-03-05,,2024-03-04T10:00:00Z
    00T3,00Q1,Call,Call,Not Started,false,2024-03-09,,2024-03-04T10:00:00Z
    00T4,00Q1,Call,Call,Not Started,false,,,2024-03-04T10:00:00Z
    """

    def test_the_time_of_completion_is_when_it_was_done(self) -> None:
        done, by_day, planned, undated = facts({"Task.csv": self.TASKS}, "activity")
        assert (at(done["at"]), done["date_only"]) == ("2024-03-04 16:20:00", False)
        assert (at(by_day["at"]), by_day["date_only"]) == ("2024-03-05 00:00:00", True)
        assert [each["is_planned"] for each in (done, by_day, planned, undated)] == [
            False,
            False,
            True,
            True,
        ]
        assert at(planned["at"]) == "2024-03-09 00:00:00"
        assert (at(undated["at"]), undated["date_only"]) == ("2024-03-04 10:00:00", False)


class TestFirstRespondedDateIsADayAndCreatedDateOrders:
    def test_touches_of_one_day_keep_the_order_of_their_creation(self) -> None:
        members = """
        Id,CampaignId,LeadId,Status,HasResponded,FirstRespondedDate,CreatedDate
        00v1,7011,00Q1,Responded,true,2024-03-05,2024-03-01T12:00:00Z
        00v2,7012,00Q1,Responded,true,2024-03-05,2024-03-05T09:00:00Z
        00v3,7013,00Q1,Responded,true,2024-03-05,2024-03-05T17:00:00Z
        00v4,7014,00Q1,Responded,true,2024-03-05,2024-03-08T08:00:00Z
        """
        touches = facts({"CampaignMember.csv": members}, "touch")
        assert [at(each["at"]) for each in touches] == [
            "2024-03-05 00:00:00",
            "2024-03-05 09:00:00",
            "2024-03-05 17:00:00",
            "2024-03-05 23:59:59",
        ]
        in_order = sorted(touches, key=lambda each: (each["at"], each["recorded_at"]))
        assert [each["source_id"] for each in in_order] == ["00v1", "00v2", "00v3", "00v4"]


class TestFieldHistoryIsKeptFor18To24Months:
    CHANGES = """
    Id,LeadId,Field,OldValue,NewValue,CreatedDate
    017A,00Q1,Status,Working,Nurture,2024-03-02T11:00:00Z
    017B,00Q2,created,,,2024-03-01T08:00:00Z
    017C,00Q2,Status,New,Working,2024-03-03T11:00:00Z
    017D,00Q3,created,,,2024-03-01T08:00:00Z
    """
    LEADS = """
    Id,LastName,Company,Status,IsConverted,CreatedDate,SystemModstamp
    00Q1,Old,Zoo,Nurture,false,2019-01-01T08:00:00Z,2024-03-02T11:00:00Z
    00Q2,Young,Zoo,Working,false,2024-03-01T08:00:00Z,2024-03-03T11:00:00Z
    00Q3,New,Zoo,New,false,2024-03-01T08:00:00Z,2024-03-01T08:00:00Z
    """

    def test_a_lead_is_born_in_a_state_only_where_the_history_reaches_back(self) -> None:
        files = {"LeadHistory.csv": self.CHANGES, "Lead.csv": self.LEADS}
        moved = {
            each["source_id"]: (each["from_state"], each["to_state"])
            for each in facts(files, "lifecycle_transition")
        }
        assert moved == {
            "017A": ("Working", "Nurture"),
            "017B": (None, "New"),
            "017C": ("New", "Working"),
            "017D": (None, "New"),
        }

    def test_snapshots_of_a_warehouse_tell_what_the_history_forgot(self) -> None:
        versions = """
        id,last_name,company,status,is_converted,owner_id,created_date,_fivetran_start,_fivetran_end,_fivetran_active
        00Q1,Old,Zoo,New,false,0051,2019-01-01 08:00:00,2019-01-01 08:00:00,2019-02-01 10:00:00,false
        00Q1,Old,Zoo,New,false,0052,2019-01-01 08:00:00,2019-02-01 10:00:00,2019-03-01 10:00:00,false
        00Q1,Old,Zoo,Working,false,0052,2019-01-01 08:00:00,2019-03-01 10:00:00,9999-12-31 23:59:59,true
        """
        found = facts({"lead.csv": versions}, "lifecycle_transition", "assignment", "inquiry")
        [moved] = [each for each in found if each.kind == "lifecycle_transition"]
        assert (moved["from_state"], moved["to_state"]) == ("New", "Working")
        assert at(moved["at"]) == "2019-03-01 10:00:00"
        [assigned] = [each for each in found if each.kind == "assignment"]
        assert (assigned["from_user_id"], assigned["user_id"]) == (
            "salesforce:0051",
            "salesforce:0052",
        )
        assert assigned["inquiry_id"] == "salesforce:00Q1"
        inquiries = [each for each in found if each.kind == "inquiry"]
        assert [each["source_id"] for each in inquiries] == ["00Q1"] * 3
        assert [at(each["recorded_at"]) for each in inquiries] == [
            "2019-01-01 08:00:00",
            "2019-02-01 10:00:00",
            "2019-03-01 10:00:00",
        ]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("0015500000Xyy06", "0015500000Xyy06AAB"),
        ("00Q1G00000nDnM5", "00Q1G00000nDnM5UAK"),
        ("0031G00001QtDPl", "0031G00001QtDPlQAN"),
        ("0031G00001QtDPlQAN", "0031G00001QtDPlQAN"),
        ("01 1G000000bH0WQAU", "01 1G000000bH0WQAU"),
    ],
)
def test_an_id_of_15_characters_is_the_same_record(short: str, long: str) -> None:
    roles = f"""
    Id,OpportunityId,ContactId,Role,IsPrimary,CreatedDate
    00K1,0061G00000N38JZQAZ,{short},Buyer,true,2024-01-01T00:00:00Z
    """
    role = only(facts({"OpportunityContactRole.csv": roles}), "buying_group_role")
    assert role["contact_id"] == f"salesforce:{long}"


def test_a_change_of_owner_is_written_twice_with_names_and_with_ids() -> None:
    history = """
    Id,LeadId,Field,OldValue,NewValue,CreatedDate
    017A,00Q1,Owner,Ann Lee,Bo Ray,2024-03-02T11:00:00Z
    017B,00Q1,Owner,0051G000005Mumu,0051G000005MunnQAC,2024-03-02T11:00:00Z
    """
    [assigned] = facts({"LeadHistory.csv": history})
    assert assigned["from_user_id"] == "salesforce:0051G000005MumuQAC"
    assert assigned["user_id"] == "salesforce:0051G000005MunnQAC"


def test_a_lead_and_the_contact_it_became_are_one_person() -> None:
    person = only(facts({"Lead.csv": LEAD}, "contact"), "contact")
    assert person["became_contact_id"] == "salesforce:0031G00001QtDPlQAN"


def test_tasks_of_a_lead_move_to_the_contact_at_its_conversion() -> None:
    tasks = """
    Id,WhoId,WhatId,Subject,TaskSubtype,Status,CompletedDateTime,CreatedDate
    00T1,0031G00001QtDPlQAN,0061G00000N38JZQAZ,Call,Call,Completed,2024-03-01T09:00:00Z,2024-03-01T09:00:00Z
    """
    call = only(facts({"Lead.csv": LEAD, "Task.csv": tasks}, "activity"), "activity")
    assert call["inquiry_id"] == "salesforce:00Q1G00000nDnM5UAK"
    assert call["contact_id"] == "salesforce:0031G00001QtDPlQAN"
    assert call["opportunity_id"] == "salesforce:0061G00000N38JZQAZ"


def test_a_merged_record_says_which_one_stayed() -> None:
    contacts = """
    Id,IsDeleted,MasterRecordId,AccountId,LastName,CreatedDate,SystemModstamp
    0031,true,0032,0011,Croc,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z
    """
    gone = only(facts({"Contact.csv": contacts}), "contact")
    assert (gone["became_contact_id"], gone["is_deleted"]) == ("salesforce:0032", True)
    accounts = """
    Id,IsDeleted,MasterRecordId,Name,BillingCity,CreatedDate,SystemModstamp
    0011,true,0012,Zoo,Berlin,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z
    """
    merged = only(facts({"Account.csv": accounts}, "account_identity"), "account_identity")
    assert (merged["account_id"], merged["same_as_account_id"]) == (
        "salesforce:0011",
        "salesforce:0012",
    )


def test_times_are_utc_and_days_are_those_of_the_company() -> None:
    tasks = """
    Id,WhoId,Subject,TaskSubtype,Status,ActivityDate,CompletedDateTime,CreatedDate
    00T1,00Q1,Call,Call,Completed,,2024-03-01 09:00:00,2024-03-01 09:00:00
    00T2,00Q1,Call,Call,Completed,2024-03-01,,2024-03-01 09:00:00
    """
    done, by_day = facts({"Task.csv": tasks}, timezone="Europe/Berlin")
    assert at(done["at"]) == "2024-03-01 09:00:00"
    assert at(by_day["at"]) == "2024-02-29 23:00:00"
