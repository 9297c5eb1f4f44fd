"""The traps of HubSpot: each test is named after the one it falls into no more."""

from __future__ import annotations

import pytest

from revloop.sources.hubspot import HubSpot
from revloop.sources.protocol import Settings

from ..crm.exports import Made, at, made, only

HUBSPOT = HubSpot()

HISTORY = "contact_id,name,value,timestamp,source,source_id"


def facts(files: dict[str, str], *kinds: str, timezone: str = "UTC") -> list[Made]:
    settings = Settings("hubspot", timezone, currency="USD")
    return made(HUBSPOT, files, *kinds, settings=settings)


class TestCalls:
    CALLS = """
    engagement_id,property_hs_timestamp,property_hs_call_duration,property_hs_call_disposition,property_hs_call_direction,property_hs_call_status
    11,2024-03-01 09:00:00,90500,f240bbac-87c9-4f6e-bf70-924b57d47db7,OUTBOUND,COMPLETED
    12,2024-03-01 10:00:00,,b2cf5968-551e-4856-9783-52b3da59a7d0,OUTBOUND,COMPLETED
    13,2024-03-01 11:00:00,,0f0f0f0f-1111-2222-3333-444444444444,INBOUND,COMPLETED
    14,2024-03-01 12:00:00,,,OUTBOUND,NO_ANSWER
    """
    OPTIONS = """
    property_id,label,value
    p1,Spoke to the assistant,0f0f0f0f-1111-2222-3333-444444444444
    """
    PROPERTIES = """
    _fivetran_id,name,hubspot_object,type,field_type
    p1,hs_call_disposition,call,enumeration,select
    """

    def test_the_duration_is_in_milliseconds(self) -> None:
        call, *_ = facts({"engagement_call.csv": self.CALLS}, "activity")
        assert call["duration_seconds"] == 90.5

    def test_the_outcome_is_a_guid_that_every_portal_has(self) -> None:
        calls = facts({"engagement_call.csv": self.CALLS}, "activity")
        assert [each["outcome"] for each in calls] == ["connected", "voicemail", None, "no_answer"]
        assert [each["direction"] for each in calls] == ["out", "out", "in", "out"]

    def test_the_guid_of_a_company_s_own_outcome_has_a_label(self) -> None:
        files = {
            "engagement_call.csv": self.CALLS,
            "property.csv": self.PROPERTIES,
            "property_option.csv": self.OPTIONS,
        }
        assert facts(files, "activity")[2]["outcome"] == "connected"


class TestLifecycleStagesDoNotMoveBackward:
    STATUS = (
        HISTORY
        + """
        7,lifecyclestage,lead,2024-03-01 09:00:00,CRM_UI,userId:1
        7,lifecyclestage,marketingqualifiedlead,2024-03-02 09:00:00,AUTOMATION_PLATFORM,
        7,hs_lead_status,NEW,2024-03-02 09:00:00,CRM_UI,
        7,hs_lead_status,BAD_TIMING,2024-03-09 09:00:00,CRM_UI,
        """
    )

    def test_who_goes_back_to_nurture_shows_in_the_lead_status(self) -> None:
        moved = facts({"contact_property_history.csv": self.STATUS}, "lifecycle_transition")
        by_field = [(each["field"], each["to_state"], each["stage"]) for each in moved]
        assert by_field == [
            ("hs_lead_status", "NEW", None),
            ("hs_lead_status", "BAD_TIMING", "recycled"),
            ("lifecyclestage", "lead", None),
            ("lifecyclestage", "marketingqualifiedlead", "mql"),
        ]
        assert [each["actor"] for each in moved] == ["user", "user", "user", "rule"]

    def test_a_stage_is_emptied_before_a_lower_one_is_set(self) -> None:
        history = (
            HISTORY
            + """
            7,lifecyclestage,opportunity,2024-03-01 09:00:00,CRM_UI,
            7,lifecyclestage,,2024-03-05 09:00:00,CRM_UI,
            7,lifecyclestage,lead,2024-03-05 09:00:01,CRM_UI,
            """
        )
        moved = facts({"contact_property_history.csv": history}, "lifecycle_transition")
        assert [(each["from_state"], each["to_state"]) for each in moved] == [
            (None, "opportunity"),
            ("opportunity", "lead"),
        ]
        assert moved[1]["is_backward"] is True

    def test_without_a_history_the_date_columns_tell_of_the_stages(self) -> None:
        contacts = """
        id,property_email,property_createdate,property_hs_v2_date_entered_lead,property_hs_lifecyclestage_customer_date
        7,ann@acme.example,2024-03-01 08:00:00,2024-03-01 09:00:00,2024-05-01 09:00:00
        """
        moved = facts({"contact.csv": contacts}, "lifecycle_transition")
        assert [(each["to_state"], at(each["at"])) for each in moved] == [
            ("customer", "2024-05-01 09:00:00"),
            ("lead", "2024-03-01 09:00:00"),
        ]


def test_a_lifecycle_stage_of_the_company_s_own_is_a_number_with_a_label() -> None:
    history = HISTORY + "\n7,lifecyclestage,131071,2024-03-01 09:00:00,CRM_UI,"
    options = "property_id,label,value\np1,Evaluating,131071"
    properties = "_fivetran_id,name,hubspot_object,type,field_type\np1,lifecyclestage,contact,enumeration,radio"
    files = {"contact_property_history.csv": history}
    [bare] = facts(files, "lifecycle_transition")
    files |= {"property.csv": properties, "property_option.csv": options}
    [named] = facts(files, "lifecycle_transition")
    assert (bare["to_state"], named["to_state"]) == ("131071", "Evaluating")
    assert (named["stage"], named["is_backward"]) == (None, None)


class TestStagesOfDealsAreThoseOfAPipeline:
    DEALS = """
    deal_id,deal_pipeline_id,deal_pipeline_stage_id,property_dealname,property_createdate,property_closedate,property_amount
    1,default,closedwon,A,2024-01-01 00:00:00,2024-02-01 00:00:00,100
    2,renewals,900,B,2024-01-01 00:00:00,2024-02-01 00:00:00,100
    3,default,900,C,2024-01-01 00:00:00,2024-02-01 00:00:00,100
    """
    STAGES = """
    stage_id,pipeline_id,label,probability,is_closed,closed_won
    closedwon,default,Closed won,1.0,true,true
    900,default,Quote sent,0.4,false,false
    900,renewals,Renewed,1.0,true,true
    """
    PIPELINES = """
    pipeline_id,label,object_type_id,active,display_order
    default,New business,0-3,true,0
    renewals,Renewals,0-3,true,1
    """

    def test_one_id_is_another_stage_in_another_pipeline(self) -> None:
        files = {
            "deal.csv": self.DEALS,
            "deal_pipeline_stage.csv": self.STAGES,
            "deal_pipeline.csv": self.PIPELINES,
        }
        deals = facts(files, "opportunity")
        said = [(each["pipeline"], each["stage"], each["is_won"]) for each in deals]
        assert said == [
            ("New business", "Closed won", True),
            ("Renewals", "Renewed", True),
            ("New business", "Quote sent", None),
        ]
        assert [each["closed_at"] is not None for each in deals] == [True, True, False]
        assert deals[2]["probability"] == 0.4

    def test_without_the_stages_the_names_that_hubspot_gave_still_speak(self) -> None:
        won, renewed, _ = facts({"deal.csv": self.DEALS}, "opportunity")
        assert (won["stage"], won["is_won"]) == ("closedwon", True)
        assert (renewed["stage"], renewed["is_won"], renewed["is_closed"]) == ("900", None, None)


class TestMergedContacts:
    CONTACTS = """
    id,property_email,property_createdate,property_lastmodifieddate,property_hs_merged_object_ids
    7,ann@acme.example,2024-03-01 08:00:00,2024-04-01 08:00:00,8;9
    9,old@acme.example,2024-02-01 08:00:00,2024-02-01 08:00:00,
    """

    def test_the_list_of_those_that_went_has_semicolons(self) -> None:
        people = {each["source_id"]: each for each in facts({"contact.csv": self.CONTACTS})}
        assert people["8"]["became_contact_id"] == "hubspot:7", "it has no row of its own"
        assert people["9"]["became_contact_id"] == "hubspot:7"
        assert people["7"]["became_contact_id"] is None

    def test_the_audit_of_merges_tells_of_those_the_list_forgot(self) -> None:
        audit = """
        contact_id,vid_to_merge,timestamp,_fivetran_synced
        7,5,2024-03-20 10:00:00,2024-04-01 00:00:00
        """
        files = {"contact.csv": self.CONTACTS, "contact_merge_audit.csv": audit}
        people = {each["source_id"]: each for each in facts(files, "contact")}
        assert people["5"]["became_contact_id"] == "hubspot:7"
        assert at(people["5"]["at"]) == "2024-03-20 10:00:00"


@pytest.mark.parametrize(
    "written",
    ["1709283600000", "2024-03-01T09:00:00Z", "2024-03-01T09:00:00.000Z", "2024-03-01 09:00:00"],
)
def test_times_are_milliseconds_since_1970_or_iso(written: str) -> None:
    contacts = f"""
    id,property_email,property_createdate
    7,ann@acme.example,{written}
    """
    assert at(only(facts({"contact.csv": contacts}, "contact"), "contact")["at"]) == (
        "2024-03-01 09:00:00"
    )


def test_milliseconds_that_were_taken_for_microseconds_are_put_right() -> None:
    contacts = """
    id,property_email,property_createdate
    7,ann@acme.example,1970-01-20 18:48:03.600000
    """
    person = only(facts({"contact.csv": contacts}, "contact"), "contact")
    assert at(person["at"]) == "2024-03-01 09:00:00"


class TestTheFilesOfTheExportScreen:
    CONTACTS = """
    Record ID,First Name,Last Name,Email,Phone Number,Create Date,Lead Status,Contact owner,Lifecycle Stage
    7,Ann,Lee,ann@acme.example,+1 212 555 0100,2024-03-01 09:00,Open,Bo Ray,Lead
    8,Cy,,cy@acme.example,,2024-03-02 09:00,,Bo Ray,Lead
    """
    DEALS = """
    Record ID,Deal Name,Deal Stage,Pipeline,Amount,Create Date,Close Date,Deal owner,Associated Contact IDs
    1,Big one,Closed Won,Sales Pipeline,1000,2024-01-02 10:00,2024-02-03 10:00,Bo Ray (bo@us.example),7;8
    """

    def test_headings_for_people_are_understood(self) -> None:
        files = {"hubspot-crm-exports-all-contacts-2024-03-09.csv": self.CONTACTS}
        ann, cy = facts(files, "contact")
        assert (ann["source_id"], ann["first_name"], ann["last_name"]) == ("7", "Ann", "Lee")
        assert (ann["email"], ann["phone"]) == ("ann@acme.example", "+1 212 555 0100")
        assert at(ann["at"]) == "2024-03-01 09:00:00"
        assert cy["last_name"] is None

    def test_times_are_those_of_the_portal(self) -> None:
        files = {"contacts.csv": self.CONTACTS}
        ann, _ = facts(files, "contact", timezone="Europe/Berlin")
        assert at(ann["at"]) == "2024-03-01 08:00:00"

    def test_an_owner_of_whom_only_the_name_is_told_is_one_user(self) -> None:
        found = facts({"contacts.csv": self.CONTACTS}, "user", "contact")
        owner = only(found, "user")
        owners = {each["owner_user_id"] for each in found if each.kind == "contact"}
        assert owners == {f"hubspot:{owner['source_id']}"}
        assert owner["name"] == "Bo Ray"
        assert "Ray" not in owner["source_id"]

    def test_a_deal_lists_its_contacts_in_one_cell(self) -> None:
        found = facts({"deals.csv": self.DEALS}, "opportunity", "buying_group_role")
        deal = only(found, "opportunity")
        assert (deal["stage"], deal["is_won"], deal["amount_minor"]) == (
            "Closed Won",
            True,
            100_000,
        )
        assert deal["owner_user_id"] == "email:bo@us.example"
        assert {each["contact_id"] for each in found if each.kind == "buying_group_role"} == {
            "hubspot:7",
            "hubspot:8",
        }


class TestWhatCannotBeReadLeavesTheRestStanding:
    def test_a_bad_amount_is_unknown_and_told(self) -> None:
        deals = """
        deal_id,property_dealname,property_createdate,property_amount,property_hs_deal_stage_probability
        1,A,2024-01-01 00:00:00,much,7
        """
        deal = only(facts({"deal.csv": deals}, "opportunity"), "opportunity")
        assert deal.problem is None
        assert (deal["amount_minor"], deal["probability"]) == (None, None)
        assert deal["kept_without"] == [
            "property_amount: 'much' is not a number",
            "property_hs_deal_stage_probability: '7' is not between 0 and 1",
        ]

    def test_a_row_that_does_not_say_when_is_held_back(self) -> None:
        deals = """
        deal_id,property_dealname,property_createdate
        1,A,some day
        2,B,
        """
        bad, silent = facts({"deal.csv": deals}, "opportunity")
        assert bad.problem == "property_createdate: 'some day' is not a date"
        assert silent.problem == "createdate: is empty, and nothing else says when"

    def test_of_two_columns_for_one_thing_one_that_can_be_read_is_enough(self) -> None:
        companies = """
        id,property_name,property_createdate,property_hs_country_code,property_country
        1,Acme,2024-01-01 00:00:00,??,Germany
        2,Bolt,2024-01-01 00:00:00,,Atlantis
        """
        acme, bolt = facts({"company.csv": companies}, "account")
        assert (acme["country"], acme["kept_without"]) == ("DE", None)
        assert (bolt["country"], bolt["kept_without"]) == (
            None,
            ["property_country: 'Atlantis' is not understood"],
        )


def test_the_moment_in_an_id_is_in_milliseconds() -> None:
    history = f"{HISTORY}\n7,lifecyclestage,lead,2024-03-01 09:00:00.600,CRM_UI,"
    [moved] = facts({"contact_property_history.csv": history}, "lifecycle_transition")
    assert moved["source_id"] == "7:lifecyclestage:1709283600600"
