"""The objects of HubSpot that are understood, and what their columns hold.

Each field has the names of all dialects: properties as the API and a warehouse name them, the
names that staging models of a warehouse give them, and the headers of HubSpot's export screen.
"""

from __future__ import annotations

from revloop.sources.crm.objects import Field, Object, marks
from revloop.sources.crm.readers import (
    COUNTRY,
    DOMAIN,
    FLAG,
    FRACTION,
    MONEY,
    NAME,
    NUMBER,
    TEXT,
    TEXTS,
    WHOLE,
)
from revloop.sources.hubspot.readers import ID, INSTANT, LANGUAGE

_HISTORY = "timestamp change_timestamp timestamp_instant"
_JOINS = "deal_id contact_id company_id engagement_id ticket_id"
ORIGIN = "property_ lifecyclestage hs_object_id hs_merged_object_ids hubspot_owner_id createdate"
"""What only records of HubSpot have."""
SALESFORCE = "SystemModstamp MasterRecordId CreatedById AccountId Username"
"""What only tables of Salesforce have, which look like companies and contacts too."""
_WAREHOUSE = "_fivetran_synced _fivetran_deleted"
CURRENCY = ("deal_currency_code", "Currency")

LIFECYCLE = {
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
}
"""The lifecycle stages that every portal has, in their order, with their labels."""


def _entered(stage: str, label: str) -> Field:
    article = "an" if label[0] in "AEIOU" else "a"
    names = (
        f"hs_v2_date_entered_{stage}",
        f"hs_lifecyclestage_{stage}_date",
        f"Became {article} {label} Date",
        f"Became {article} {label} Date (Legacy)",
        f"Date entered {label} (Lifecycle Stage Pipeline)",
    )
    return Field(f"entered_{stage}", names, INSTANT)


RECORD = (
    Field(
        "changed",
        ("hs_lastmodifieddate", "lastmodifieddate", "Last Modified Date", "updated_at"),
        INSTANT,
    ),
    Field("synced", ("_fivetran_synced",), INSTANT),
    Field("deleted_there", ("is_deleted", "archived", "is_archived"), FLAG),
    Field("deleted_here", ("_fivetran_deleted",), FLAG),
)
CREATED = ("createdate", "created_date", "hs_createdate", "Create Date", "created_at")
OWNER = ("hubspot_owner_id", "owner_id")
MERGED = Field("merged_ids", ("hs_merged_object_ids", "Merged Record IDs"), TEXTS)

COMPANY = Object(
    "company",
    "company",
    (
        marks(
            "id name",
            origin=ORIGIN,
            none=f"{SALESFORCE} email firstname dealname pipeline_id hs_sku hs_lead_name guid label",
        ),
        marks("company_id company_name", none="deal_id contact_id engagement_id ticket_id"),
        marks("RecordID Companyname", none="firstname lastname email dealname"),
        marks("RecordIDCompany Companyname", none="firstname lastname email dealname"),
    ),
    (
        Field(
            "source_id",
            ("id", "company_id", "Record ID", "Record ID - Company", "hs_object_id"),
            ID,
            required=True,
        ),
        Field("created", CREATED, INSTANT, when=True),
        *RECORD,
        Field("name", ("name", "company_name"), TEXT),
        Field("domain", ("domain", "Company Domain Name", "website"), DOMAIN),
        Field("parent", ("hs_parent_company_id", "Parent Company ID"), ID),
        Field("industry", ("industry",), TEXT),
        Field("country", ("hs_country_code", "country", "Country/Region"), COUNTRY),
        Field("region", ("state", "State/Region"), TEXT),
        Field("employees", ("numberofemployees", "Number of Employees"), WHOLE),
        Field(
            "annual_revenue",
            ("annualrevenue", "Annual Revenue", "company_annual_revenue"),
            MONEY,
            beside=("hs_annual_revenue_currency_code",),
        ),
        Field("account_type", ("type",), TEXT),
        Field("is_target", ("hs_is_target_account", "Target Account"), FLAG),
        Field("owner", (*OWNER, "Company owner"), NAME),
        Field("phone", ("phone", "Phone Number"), NAME),
        Field("lifecycle", ("lifecyclestage", "Lifecycle Stage"), TEXT),
        MERGED,
        *(_entered(stage, label) for stage, label in LIFECYCLE.items()),
    ),
    makes=("account", "account_identity", "lifecycle_transition", "user"),
)

CONTACT = Object(
    "contact",
    "contact",
    (
        marks(
            "id email",
            origin=f"{ORIGIN} associatedcompanyid hs_lead_status",
            none=f"{SALESFORCE} roleid primary_team_id dealname",
        ),
        marks(
            "contact_id email",
            origin=f"is_contact_deleted contact_company {_WAREHOUSE}",
            none=f"{SALESFORCE} deal_id engagement_id ticket_id vid_to_merge",
        ),
        marks("RecordID Email", none="dealname ticketname"),
        marks("RecordIDContact Email", none="dealname ticketname"),
    ),
    (
        Field(
            "source_id",
            ("id", "contact_id", "Record ID", "Record ID - Contact", "hs_object_id"),
            ID,
            required=True,
        ),
        Field("created", CREATED, INSTANT, when=True),
        *RECORD,
        Field("first_name", ("firstname", "First Name"), NAME),
        Field("last_name", ("lastname", "Last Name"), NAME),
        Field("email", ("email",), NAME),
        Field("other_emails", ("hs_additional_emails", "Additional email addresses"), NAME),
        Field("phone", ("phone", "Phone Number"), NAME),
        Field("mobile", ("mobilephone", "Mobile Phone Number"), NAME),
        Field("company_name", ("company", "Company Name", "contact_company"), NAME),
        Field("website", ("website", "Website URL"), NAME),
        Field("title", ("jobtitle", "job_title"), TEXT),
        Field("level", ("hs_seniority", "Seniority", "Employment Seniority"), TEXT),
        Field("function", ("hs_role", "job_function", "Employment Role"), TEXT),
        Field("persona", ("hs_persona",), TEXT),
        Field("language", ("hs_language", "Preferred language"), LANGUAGE),
        Field(
            "country",
            ("hs_country_region_code", "country", "Country/Region"),
            COUNTRY,
        ),
        Field(
            "first_source",
            ("hs_analytics_source", "Original Source", "Original Traffic Source"),
            TEXT,
        ),
        Field("owner", (*OWNER, "Contact owner"), NAME),
        Field(
            "companies",
            (
                "associatedcompanyid",
                "Primary Associated Company ID",
                "Associated Company IDs (Primary)",
                "Associated Company IDs",
                "Associated Company",
            ),
            TEXTS,
        ),
        Field("opted_out", ("hs_email_optout", "Unsubscribed from all email"), FLAG),
        Field("first_conversion", ("first_conversion_date", "First Conversion Date"), INSTANT),
        Field("first_form", ("first_conversion_event_name", "First Conversion"), TEXT),
        Field("last_conversion", ("recent_conversion_date", "Recent Conversion Date"), INSTANT),
        Field("last_form", ("recent_conversion_event_name", "Recent Conversion"), TEXT),
        Field("lead_status", ("hs_lead_status", "Lead Status"), TEXT),
        Field("score", ("hubspotscore", "HubSpot Score"), NUMBER),
        MERGED,
        *(_entered(stage, label) for stage, label in LIFECYCLE.items()),
    ),
    makes=("contact", "touch", "inquiry", "lifecycle_transition", "user"),
)

DEAL = Object(
    "deal",
    "deal",
    (
        marks(
            "deal_id",
            origin=f"{ORIGIN} deal_pipeline_id deal_pipeline_stage_id portal_id is_deal_deleted",
            none=f"{_HISTORY} contact_id company_id engagement_id",
        ),
        marks("id dealname"),
        marks("RecordID DealName"),
        marks("RecordIDDeal DealName"),
    ),
    (
        Field(
            "source_id",
            ("deal_id", "id", "Record ID", "Record ID - Deal", "hs_object_id"),
            ID,
            required=True,
        ),
        Field("created", CREATED, INSTANT, when=True),
        *RECORD,
        Field("name", ("dealname", "deal_name"), NAME),
        Field("pipeline_id", ("deal_pipeline_id", "pipeline"), TEXT),
        Field("stage_id", ("deal_pipeline_stage_id", "dealstage", "deal_stage"), TEXT),
        Field("amount", ("amount",), MONEY, beside=CURRENCY),
        Field("closes", ("closedate", "closed_date", "Close Date"), INSTANT),
        Field("owner", (*OWNER, "Deal owner"), NAME),
        Field("type", ("dealtype", "Deal Type"), TEXT),
        Field("said_probability", ("hs_deal_stage_probability", "Deal probability"), FRACTION),
        Field(
            "forecast_category",
            ("hs_manual_forecast_category", "Forecast category"),
            TEXT,
        ),
        Field("closed_there", ("hs_is_closed", "Is Deal Closed?", "Is Closed"), FLAG),
        Field("won_there", ("hs_is_closed_won", "Is Closed Won"), FLAG),
        Field("loss_reason", ("closed_lost_reason", "Closed Lost Reason"), TEXT),
        Field(
            "lead_source",
            ("hs_analytics_source", "Original Source Type", "Original Traffic Source"),
            TEXT,
        ),
        Field(
            "contacts",
            ("Associated Contact IDs", "Associated Contact IDs (Primary)"),
            TEXTS,
        ),
        Field(
            "companies",
            (
                "Associated Company IDs (Primary)",
                "Primary Associated Company ID",
                "Associated Company IDs",
            ),
            TEXTS,
        ),
        MERGED,
    ),
    makes=("opportunity", "buying_group_role", "user"),
)

LEAD = Object(
    "lead",
    "lead",
    (marks("id hs_lead_name"), marks("RecordID LeadName"), marks("lead_id hs_lead_name")),
    (
        Field("source_id", ("id", "lead_id", "Record ID", "hs_object_id"), ID, required=True),
        Field("created", CREATED, INSTANT, when=True),
        *RECORD,
        Field("contact", ("hs_primary_contact_id", "Associated Contact IDs"), ID),
        Field("company", ("hs_primary_company_id", "Associated Company IDs"), ID),
        Field("owner", (*OWNER, "Lead owner"), NAME),
        Field("rating", ("hs_lead_label", "Lead Label"), TEXT),
        Field("segment", ("hs_lead_type", "Lead Type"), TEXT),
        Field("lead_source", ("hs_lead_source", "Lead Source"), TEXT),
        Field("pipeline_id", ("hs_pipeline", "Lead Pipeline"), TEXT),
        Field("status", ("hs_pipeline_stage", "Lead Stage"), TEXT),
    ),
    makes=("inquiry",),
)

TICKET = Object(
    "ticket",
    "ticket",
    (
        marks(
            "id hs_pipeline_stage",
            some="hs_ticket_priority hs_ticket_category first_agent_reply_date closed_date subject",
            none="hs_lead_name dealname",
        ),
        marks("ticket_id ticket_subject"),
        marks("TicketID TicketName"),
        marks("RecordID TicketName"),
    ),
    (
        Field(
            "source_id",
            ("id", "ticket_id", "Ticket ID", "Record ID", "hs_object_id"),
            ID,
            required=True,
        ),
        Field("created", CREATED, INSTANT, when=True),
        *RECORD,
        Field("pipeline_id", ("hs_pipeline", "ticket_pipeline_id", "Pipeline"), TEXT),
        Field("stage_id", ("hs_pipeline_stage", "ticket_pipeline_stage_id", "Ticket status"), TEXT),
        Field("category", ("hs_ticket_category", "ticket_category", "Category"), TEXT),
        Field("severity", ("hs_ticket_priority", "ticket_priority", "Priority"), TEXT),
        Field(
            "first_reply_at",
            (
                "first_agent_reply_date",
                "first_agent_response_at",
                "First agent email response date",
            ),
            INSTANT,
        ),
        Field("closed_at", ("closed_date", "closed_at", "Close date"), INSTANT),
        Field("owner", (*OWNER, "Ticket owner"), NAME),
        Field("subject", ("subject", "ticket_subject", "Ticket name"), NAME),
    ),
    makes=("ticket", "user"),
)

# histories


def _history(of: str, makes: tuple[str, ...], passes_over: str) -> Object:
    return Object(
        f"{of}_property_history",
        f"{of}propertyhistory",
        tuple(
            marks(f"{of}_id {name} {value}", some=_HISTORY, none="_fivetran_end date_entered")
            if of != "ticket"
            else marks(f"{of}_id {name} {value}", some=_HISTORY)
            for name, value in (("name", "value"), ("field_name", "new_value"))
        ),
        (
            Field("subject_id", (f"{of}_id",), ID, required=True),
            Field("field", ("name", "field_name"), TEXT, required=True),
            Field("value", ("value", "new_value"), TEXT),
            Field(
                "created",
                ("timestamp", "timestamp_instant", "change_timestamp"),
                INSTANT,
                required=True,
            ),
            Field("by", ("source", "change_source"), TEXT),
            Field("by_id", ("source_id", "change_source_id"), TEXT),
        ),
        makes,
        passes_over=passes_over,
    )


CONTACT_HISTORY = _history(
    "contact",
    ("lifecycle_transition", "assignment"),
    "changes of other properties than lifecyclestage, hs_lead_status and hubspot_owner_id; those "
    "that empty the stage or the status",
)
COMPANY_HISTORY = _history(
    "company",
    ("lifecycle_transition", "assignment"),
    "changes of other properties than lifecyclestage and hubspot_owner_id; those that empty the "
    "stage",
)
DEAL_HISTORY = _history(
    "deal",
    ("opportunity_stage", "assignment"),
    "changes of other properties than dealstage and hubspot_owner_id; changes of dealstage that "
    "the table deal_stage tells, or that change nothing",
)
TICKET_HISTORY = _history("ticket", (), "all: no kind of fact holds the history of a ticket")

DEAL_STAGE = Object(
    "deal_stage",
    "dealstage",
    (marks("deal_id value", some="date_entered _fivetran_start", none="name field_name"),),
    (
        Field("subject_id", ("deal_id",), ID, required=True),
        Field("stage", ("value", "deal_stage_name"), TEXT, required=True),
        Field("created", ("date_entered", "_fivetran_start"), INSTANT, required=True),
        Field("exits", ("_fivetran_end",), INSTANT),
        Field("is_current", ("_fivetran_active",), FLAG),
    ),
    makes=("opportunity_stage",),
    passes_over="rows that enter the stage in which the deal is already",
)

# pipelines and options


def _stages(of: str, own: str) -> Object:
    return Object(
        f"{of}_pipeline_stage",
        f"{of}pipelinestage",
        (marks(f"stage_id pipeline_id label {own}"), marks(f"{of}_pipeline_stage_id {own}")),
        (
            Field("stage_id", ("stage_id", f"{of}_pipeline_stage_id"), TEXT, required=True),
            Field("pipeline_id", ("pipeline_id", f"{of}_pipeline_id"), TEXT),
            Field("label", ("label", "pipeline_stage_label"), TEXT),
            Field("probability", ("probability",), FRACTION),
            Field("is_closed", ("is_closed",), FLAG),
            Field("is_won", ("closed_won", "is_closed_won"), FLAG),
            Field("state", ("ticket_state",), TEXT),
        ),
        serves=f"names the stages of {of}s, and says which are closed",
    )


def _pipelines(of: str, *, named: bool) -> Object:
    marked = marks(
        "pipeline_id label",
        some="object_type_id active display_order",
        none="stage_id",
        named=named,
    )
    return Object(
        f"{of}_pipeline",
        f"{of}pipeline",
        (marked,),
        (
            Field("pipeline_id", ("pipeline_id",), TEXT, required=True),
            Field("label", ("label",), TEXT),
        ),
        serves=f"names the pipelines of {of}s",
    )


DEAL_PIPELINE_STAGE = _stages("deal", "probability")
TICKET_PIPELINE_STAGE = _stages("ticket", "ticket_state")
DEAL_PIPELINE = _pipelines("deal", named=False)
TICKET_PIPELINE = _pipelines("ticket", named=True)

PROPERTY = Object(
    "property",
    "property",
    (marks("name hubspot_object type field_type"),),
    (
        Field("property_id", ("_fivetran_id", "id"), TEXT, required=True),
        Field("property", ("name",), TEXT, required=True),
        Field("object", ("hubspot_object",), TEXT),
    ),
    serves="says which property the options of property_option belong to",
)
PROPERTY_OPTION = Object(
    "property_option",
    "propertyoption",
    (marks("property_id label value"),),
    (
        Field("property_id", ("property_id",), TEXT, required=True),
        Field("value", ("value",), TEXT, required=True),
        Field("label", ("label",), TEXT),
    ),
    serves="names coded values: custom lifecycle stages, outcomes of calls",
)

# associations


def _pair(one: str, other: str, *more: Field) -> Object:
    others = " ".join(name for name in _JOINS.split() if name not in (f"{one}_id", f"{other}_id"))
    return Object(
        f"{one}_{other}",
        f"{one}{other}",
        (
            marks(
                f"{one}_id {other}_id",
                some=f"type_id category association_type {_WAREHOUSE}",
                none=f"{others} form_id value email dealname merged_deal_id vid_to_merge "
                "hs_timestamp",
            ),
        ),
        (
            Field("one", (f"{one}_id",), ID, required=True),
            Field("other", (f"{other}_id",), ID, required=True),
            Field("label", ("type_id",), TEXT),
            Field("deleted_here", ("_fivetran_deleted",), FLAG),
            *more,
        ),
        serves=f"says which {other} belongs to which {one}",
    )


DEAL_COMPANY = _pair("deal", "company")
CONTACT_COMPANY = _pair("contact", "company")
ENGAGEMENT_CONTACT = _pair("engagement", "contact")
ENGAGEMENT_DEAL = _pair("engagement", "deal")
ENGAGEMENT_COMPANY = _pair("engagement", "company")
TICKET_CONTACT = _pair("ticket", "contact")
TICKET_COMPANY = _pair("ticket", "company")
TICKET_DEAL = _pair("ticket", "deal")
TICKET_ENGAGEMENT = _pair("ticket", "engagement")

DEAL_CONTACT = Object(
    "deal_contact",
    "dealcontact",
    (marks("deal_id contact_id", none="engagement_id ticket_id company_id value email dealname"),),
    (
        Field("deal", ("deal_id",), ID, required=True),
        Field("contact", ("contact_id",), ID, required=True),
        Field("label", ("type_id",), TEXT),
        Field("synced", ("_fivetran_synced",), INSTANT),
        Field("deleted_here", ("_fivetran_deleted",), FLAG),
    ),
    makes=("buying_group_role",),
)

# merges

CONTACT_MERGE = Object(
    "contact_merge_audit",
    "contactmergeaudit",
    (marks("vid_to_merge", some="canonical_vid contact_id"),),
    (
        Field("survivor", ("canonical_vid", "contact_id"), ID, required=True),
        Field("source_id", ("vid_to_merge",), ID, required=True),
        Field("merged_at", ("timestamp", "merged_at"), INSTANT, when=True),
        Field("synced", ("_fivetran_synced",), INSTANT),
    ),
    makes=("contact",),
    passes_over="merges of contacts that still have a row of their own, which then says it",
)
MERGED_DEAL = Object(
    "merged_deal",
    "mergeddeal",
    (marks("deal_id merged_deal_id"),),
    (
        Field("survivor", ("deal_id",), ID, required=True),
        Field("gone", ("merged_deal_id",), ID, required=True),
    ),
    serves="says which deals are gone because they were merged into another",
)

# marketing

FORM = Object(
    "form",
    "form",
    (marks("guid name", some="form_type submit_text portal_id action"),),
    (
        Field("form_id", ("guid",), ID, required=True),
        Field("name", ("name",), TEXT),
    ),
    serves="names the forms of submissions",
)
SUBMISSION = Object(
    "contact_form_submission",
    "contactformsubmission",
    (marks("contact_id form_id", some="conversion_id timestamp occurred_timestamp page_url"),),
    (
        Field("conversion_id", ("conversion_id",), ID),
        Field("contact", ("contact_id",), ID),
        Field("form_id", ("form_id",), ID),
        Field("created", ("timestamp", "occurred_timestamp"), INSTANT, required=True),
        Field("page", ("page_url",), TEXT),
        Field("title", ("title", "page_title"), TEXT),
    ),
    makes=("touch", "inquiry"),
)
EMAIL_CAMPAIGN = Object(
    "email_campaign",
    "emailcampaign",
    (marks("id app_id", some="content_id num_included num_queued sub_type", none="recipient"),),
    (
        Field("source_id", ("id", "email_campaign_id"), ID, required=True),
        *RECORD,
        Field("name", ("name", "email_campaign_name"), TEXT),
        Field("type", ("type", "email_campaign_type"), TEXT),
    ),
    makes=("campaign",),
)
EMAIL_EVENT = Object(
    "email_event",
    "emailevent",
    (marks("id type recipient", some="email_campaign_id sent_by_id filtered_event"),),
    (
        Field("source_id", ("id", "event_id"), ID, required=True),
        Field("created", ("created", "created_timestamp"), INSTANT, required=True),
        Field("type", ("type", "event_type"), TEXT, required=True),
        Field("recipient", ("recipient", "recipient_email_address"), NAME),
        Field("email_campaign", ("email_campaign_id",), ID),
        Field("filtered", ("filtered_event", "is_filtered_event"), FLAG),
    ),
    makes=("touch",),
    passes_over="steps of delivery (processed, delivered, deferred, bounced, dropped), printing "
    "and forwarding: nothing that a person was shown or answered",
)
STATUS_CHANGE = Object(
    "email_event_status_change",
    "emaileventstatuschange",
    (marks("id portal_subscription_status"),),
    (
        Field("event_id", ("id", "event_id"), ID, required=True),
        Field("status", ("portal_subscription_status", "subscription_status"), TEXT),
    ),
    serves="says which changes of status in email_event unsubscribe",
)
_DETAIL = "details of an event whose time and person stand in email_event"


def _detail(name: str, columns: str, *, none: str = "") -> Object:
    return Object(
        f"email_event_{name}",
        f"emailevent{name.replace('_', '')}",
        (marks(f"id _fivetran_synced {columns}", none=f"recipient contact_id {none}"),),
        (),
        serves=_DETAIL,
    )


EMAIL_DETAILS = (
    _detail("bounce", "category response"),
    _detail("click", "referer url"),
    _detail("deferred", "attempt response"),
    _detail("delivered", "response smtp_id"),
    _detail("dropped", "drop_reason"),
    _detail("forward", "ip_address user_agent location", none="duration url"),
    _detail("open", "duration user_agent"),
    _detail("print", "ip_address user_agent location", none="duration url"),
    _detail("sent", "from reply_to subject", none="drop_reason"),
    _detail("spam_report", "ip_address user_agent", none="location duration url"),
)
CONTACT_LIST = Object(
    "contact_list",
    "contactlist",
    (marks("id name", some="processing_type list_version filters_updated_at dynamic"),),
    (),
    serves="nothing: no kind of fact holds lists",
)
CONTACT_LIST_MEMBER = Object(
    "contact_list_member",
    "contactlistmember",
    (marks("contact_id contact_list_id"),),
    (),
    serves="nothing: no kind of fact holds the members of lists",
)

# engagements

ENGAGEMENT = Object(
    "engagement",
    "engagement",
    (marks("id type portal_id", none="recipient created email guid"),),
    (
        Field("engagement", ("id", "engagement_id"), ID, required=True),
        Field("type", ("type", "engagement_type"), TEXT),
        Field("timestamp", ("timestamp", "occurred_timestamp"), INSTANT, when=True),
        Field("owner", ("owner_id",), NAME),
        Field("created", ("created_at", "created_timestamp"), INSTANT, when=True),
    ),
    serves="says type, time and owner of engagements whose own table does not",
)

_DETAILS = (
    Field("source_id", ("engagement_id", "id", "hs_object_id"), ID, required=True),
    Field("said_type", ("type", "engagement_type"), TEXT),
    Field("created", ("hs_createdate", "created_at", "created_timestamp"), INSTANT, when=True),
    *RECORD,
    Field("timestamp", ("hs_timestamp", "occurred_timestamp"), INSTANT, when=True),
    Field("owner", ("hubspot_owner_id", "owner_id"), NAME),
    Field("call_direction", ("hs_call_direction",), TEXT),
    Field("disposition", ("hs_call_disposition", "disposition"), TEXT),
    Field("call_status", ("hs_call_status",), TEXT),
    Field("milliseconds", ("hs_call_duration", "duration_milliseconds", "duration"), NUMBER),
    Field("email_direction", ("hs_email_direction",), TEXT),
    Field("email_status", ("hs_email_status",), TEXT),
    Field("sequence", ("hs_sequence_id", "hs_email_sequence_id"), TEXT),
    Field("starts", ("hs_meeting_start_time", "start_time"), INSTANT, when=True),
    Field("ends", ("hs_meeting_end_time", "end_time"), INSTANT),
    Field("meeting_outcome", ("hs_meeting_outcome", "meeting_outcome"), TEXT),
    Field("task_type", ("hs_task_type", "task_type"), TEXT),
    Field("task_status", ("hs_task_status", "status"), TEXT),
    Field("completed", ("hs_task_completion_date", "completion_date"), INSTANT, when=True),
    Field("messages", ("hs_communication_channel_type", "channel_type"), TEXT),
    Field("origin", ("hs_engagement_source", "hs_object_source", "source"), TEXT),
)


def _engagement(name: str, own: str, passes_over: str = "") -> Object:
    """Their tables may have no column of their own: then the name of the file decides."""
    none = "contact_id deal_id company_id ticket_id"
    return Object(
        f"engagement_{name}",
        f"engagement{name}",
        (
            marks("engagement_id", some=own, none=none),
            marks("engagement_id", some="hs_timestamp hs_createdate type", none=none, named=True),
        ),
        _DETAILS,
        makes=("activity",) if name != "note" else (),
        passes_over=passes_over,
    )


CALL = _engagement(
    "call", "hs_call_direction hs_call_disposition hs_call_duration hs_call_status disposition"
)
EMAIL = _engagement("email", "hs_email_direction hs_email_status hs_email_subject from_email")
MEETING = _engagement(
    "meeting", "hs_meeting_start_time hs_meeting_outcome start_time meeting_outcome"
)
TASK = _engagement(
    "task",
    "hs_task_type hs_task_status task_type",
    "to-dos, which name no way to reach a person",
)
NOTE = _engagement("note", "hs_note_body hs_body_preview", "all: a note reaches nobody")
MESSAGE = _engagement(
    "communication", "hs_communication_channel_type hs_communication_body", "letters on paper"
)

# teams

OWNER_TABLE = Object(
    "owner",
    "owner",
    (
        marks(
            "owner_id email",
            some=f"active_user_id portal_id {_WAREHOUSE}",
            none="deal_id team_id dealname id",
        ),
    ),
    (
        Field("source_id", ("owner_id",), ID, required=True),
        Field("created", ("created_at", "created_timestamp"), INSTANT, when=True),
        *RECORD,
        Field("type", ("type", "owner_type"), TEXT),
        Field("email", ("email", "owner_email_address"), NAME),
        Field("first_name", ("first_name",), NAME),
        Field("last_name", ("last_name",), NAME),
        Field("user", ("active_user_id", "user_id"), ID),
    ),
    makes=("user",),
)
USERS = Object(
    "users",
    "user",
    (marks("id email", some="primary_team_id super_admin"),),
    (
        Field("source_id", ("id", "user_id"), ID, required=True),
        *RECORD,
        Field("email", ("email",), NAME),
        Field("first_name", ("first_name",), NAME),
        Field("last_name", ("last_name",), NAME),
        Field("team", ("primary_team_id",), ID),
        Field("user_role", ("role_id",), ID),
    ),
    makes=("user",),
    passes_over="users who are owners too, and are known by that",
)
TEAM = Object(
    "team",
    "team",
    (marks("id name _fivetran_synced", named=True), marks("team_id team_name")),
    (
        Field("source_id", ("id", "team_id"), ID, required=True),
        *RECORD,
        Field("name", ("name", "team_name"), TEXT),
    ),
    makes=("team",),
)
ROLE = Object(
    "role",
    "role",
    (marks("id name requires_billing_write"), marks("role_id role_name")),
    (
        Field("role", ("id", "role_id"), ID, required=True),
        Field("name", ("name", "role_name"), TEXT),
    ),
    serves="names the roles of users",
)
OWNER_TEAM = Object(
    "owner_team",
    "ownerteam",
    (marks("owner_id team_id"),),
    (
        Field("owner", ("owner_id",), ID, required=True),
        Field("team", ("team_id",), ID, required=True),
        Field("is_primary", ("is_team_primary",), FLAG),
    ),
    serves="says which team an owner is in",
)
TEAM_USER = Object(
    "team_user",
    "teamuser",
    (marks("user_id team_id"),),
    (
        Field("user", ("user_id",), ID, required=True),
        Field("team", ("team_id",), ID, required=True),
        Field("is_secondary", ("is_secondary_user",), FLAG),
    ),
    serves="says which team a user is in",
)

OBJECTS = (
    COMPANY,
    CONTACT,
    DEAL,
    LEAD,
    TICKET,
    CONTACT_HISTORY,
    COMPANY_HISTORY,
    DEAL_HISTORY,
    TICKET_HISTORY,
    DEAL_STAGE,
    DEAL_PIPELINE_STAGE,
    TICKET_PIPELINE_STAGE,
    DEAL_PIPELINE,
    TICKET_PIPELINE,
    PROPERTY,
    PROPERTY_OPTION,
    DEAL_CONTACT,
    DEAL_COMPANY,
    CONTACT_COMPANY,
    ENGAGEMENT_CONTACT,
    ENGAGEMENT_DEAL,
    ENGAGEMENT_COMPANY,
    TICKET_CONTACT,
    TICKET_COMPANY,
    TICKET_DEAL,
    TICKET_ENGAGEMENT,
    CONTACT_MERGE,
    MERGED_DEAL,
    FORM,
    SUBMISSION,
    EMAIL_CAMPAIGN,
    EMAIL_EVENT,
    STATUS_CHANGE,
    *EMAIL_DETAILS,
    CONTACT_LIST,
    CONTACT_LIST_MEMBER,
    ENGAGEMENT,
    CALL,
    EMAIL,
    MEETING,
    TASK,
    NOTE,
    MESSAGE,
    OWNER_TABLE,
    USERS,
    TEAM,
    ROLE,
    OWNER_TEAM,
    TEAM_USER,
)
