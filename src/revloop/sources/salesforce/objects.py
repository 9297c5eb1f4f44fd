"""The objects of Salesforce that are understood, and what their columns hold.

Names are those of the API; `crm.objects.plain` makes them fit the warehouse's spelling too.
"""

from __future__ import annotations

from revloop.sources.crm.objects import Field, Object, marks
from revloop.sources.crm.readers import (
    COUNTRY,
    DAY,
    DOMAIN,
    FLAG,
    INSTANT,
    MONEY,
    NUMBER,
    PERCENT,
    TEXT,
    WHOLE,
)
from revloop.sources.salesforce.ids import ID, REFERENCE

# What every table of Salesforce has, and hardly any other.
SYSTEM = "SystemModstamp IsDeleted CreatedById LastModifiedById OwnerId _fivetran_synced"
HUBSPOT = "property_ CreateDate LifecycleStage hubspot_owner_id hs_object_id PortalId"
"""What only tables of HubSpot have, which look like accounts and contacts too."""
CURRENCY = ("CurrencyIsoCode",)

RECORD = (
    Field("source_id", ("Id",), ID, required=True),
    Field("created", ("CreatedDate",), INSTANT, when=True),
    Field("changed", ("SystemModstamp", "LastModifiedDate"), INSTANT),
    Field("synced", ("_fivetran_synced",), INSTANT),
    Field("version_from", ("_fivetran_start",), INSTANT, when=True),
    Field("deleted_there", ("IsDeleted",), FLAG),
    Field("deleted_here", ("_fivetran_deleted",), FLAG),
)
"""What every record has: its id, when it came and changed, and whether it is still there."""

CUSTOM_LOSS = ("Loss_Reason__c", "Closed_Lost_Reason__c", "Lost_Reason__c", "LossReason__c")
CUSTOM_COMPETITOR = ("MainCompetitors__c", "Competitor__c", "Primary_Competitor__c")
CUSTOM_NO_SHOW = ("No_Show__c",)
# Tools that send for a seller write into fields of their own.
SEQUENCES = ("SalesLoft1__SalesLoft_Cadence_Name__c", "Sales_Loft_Cadence_Name__c")
SEQUENCE_STEPS = ("Sales_Loft_Step_Type__c", "SalesLoft1__SalesLoft_Step_Type__c")


def _person(*, title: str = "Title") -> tuple[Field, ...]:
    return (
        Field("first_name", ("FirstName",), TEXT),
        Field("last_name", ("LastName",), TEXT),
        Field("name", ("Name",), TEXT),
        Field("email", ("Email",), TEXT),
        Field("phone", ("Phone",), TEXT),
        Field("mobile", ("MobilePhone",), TEXT),
        Field("title", (title,), TEXT),
        Field("opted_out", ("HasOptedOutOfEmail",), FLAG),
        Field("no_calls", ("DoNotCall",), FLAG),
        Field("first_source", ("LeadSource",), TEXT),
        Field("owner_user_id", ("OwnerId",), REFERENCE),
        Field("merged_into", ("MasterRecordId",), REFERENCE),
    )


ACCOUNT = Object(
    "Account",
    "account",
    (
        marks(
            "Id Name",
            some="Industry NumberOfEmployees AnnualRevenue BillingCountry BillingCity BillingStreet "
            "BillingPostalCode AccountSource AccountNumber ParentId Website Sic Ownership Site "
            "TickerSymbol MasterRecordId",
            at_least=2,
            origin=SYSTEM,
            none=f"{HUBSPOT} StageName LastName Username CampaignId BudgetedCost ProductCode "
            "IsConverted IsActive AccountId",
        ),
    ),
    (
        *RECORD,
        Field("name", ("Name",), TEXT),
        Field("domain", ("Website",), DOMAIN),
        Field("parent_account_id", ("ParentId",), REFERENCE),
        Field("industry", ("Industry",), TEXT),
        Field("sic", ("Sic",), TEXT),
        Field("naics", ("NaicsCode",), TEXT),
        Field("country", ("BillingCountryCode", "BillingCountry"), COUNTRY),
        Field("region", ("Region__c", "BillingStateCode", "BillingState"), TEXT),
        Field("employees", ("NumberOfEmployees",), WHOLE),
        Field("locations", ("NumberofLocations__c",), WHOLE),
        Field("annual_revenue", ("AnnualRevenue",), MONEY, beside=CURRENCY),
        Field("account_type", ("Type",), TEXT),
        Field("customer_since", ("Customer_Since__c",), DAY),
        Field("owner_user_id", ("OwnerId",), REFERENCE),
        Field("phone", ("Phone",), TEXT),
        Field("merged_into", ("MasterRecordId",), REFERENCE),
    ),
    makes=("account", "account_identity", "assignment"),
)

CONTACT = Object(
    "Contact",
    "contact",
    (
        marks(
            "Id LastName AccountId",
            origin=SYSTEM,
            none=f"{HUBSPOT} IsConverted Username ProfileId TimeZoneSidKey",
        ),
    ),
    (
        *RECORD,
        *_person(),
        Field("account_id", ("AccountId",), REFERENCE),
        Field("country", ("MailingCountryCode", "MailingCountry"), COUNTRY),
        Field("language", ("Language__c", "Languages__c"), TEXT),
    ),
    makes=("contact",),
)

LEAD = Object(
    "Lead",
    "lead",
    (marks("Id IsConverted", some="Company ConvertedContactId LeadSource Status", at_least=2),),
    (
        *RECORD,
        *_person(),
        Field("company_name", ("Company",), TEXT),
        Field("website", ("Website",), TEXT),
        Field("country", ("CountryCode", "Country"), COUNTRY),
        Field("status", ("Status",), TEXT),
        Field("rating", ("Rating",), TEXT),
        Field("is_converted", ("IsConverted",), FLAG),
        Field("converted_on", ("ConvertedDate",), DAY),
        Field("converted_contact_id", ("ConvertedContactId",), REFERENCE),
        Field("account_id", ("ConvertedAccountId",), REFERENCE),
        Field("opportunity_id", ("ConvertedOpportunityId",), REFERENCE),
        Field("source_score", ("LeadScore__c", "Lead_Score__c", "pi__score__c"), NUMBER),
    ),
    makes=("contact", "inquiry", "lifecycle_transition", "assignment"),
)

_CHANGE = (
    Field("source_id", ("Id",), ID, required=True),
    Field("created", ("CreatedDate",), INSTANT, required=True),
    Field("field", ("Field",), TEXT, required=True),
    Field("old", ("OldValue",), TEXT),
    Field("new", ("NewValue",), TEXT),
    Field("actor_id", ("CreatedById",), REFERENCE),
    Field("deleted_there", ("IsDeleted",), FLAG),
)

LEAD_HISTORY = Object(
    "LeadHistory",
    "leadhistory",
    (marks("Id LeadId Field NewValue"),),
    (*_CHANGE, Field("subject_id", ("LeadId",), ID, required=True)),
    makes=("lifecycle_transition", "assignment"),
    passes_over="changes of other fields than Status and Owner; the twin of each change of owner "
    "that gives names instead of ids; the creation of a lead whose status nothing says",
)

ACCOUNT_HISTORY = Object(
    "AccountHistory",
    "accounthistory",
    (marks("Id AccountId Field NewValue"),),
    (*_CHANGE, Field("subject_id", ("AccountId",), ID, required=True)),
    makes=("assignment",),
    passes_over="changes of other fields than Owner, and the twins of those that give names",
)

CONTACT_HISTORY = Object(
    "ContactHistory",
    "contacthistory",
    (marks("Id ContactId Field NewValue"),),
    (*_CHANGE, Field("subject_id", ("ContactId",), ID, required=True)),
    makes=("assignment",),
    passes_over="changes of other fields than Owner, and the twins of those that give names",
)

OPPORTUNITY_FIELD_HISTORY = Object(
    "OpportunityFieldHistory",
    "opportunityfieldhistory",
    (marks("Id OpportunityId Field NewValue"),),
    (*_CHANGE, Field("subject_id", ("OpportunityId",), ID, required=True)),
    makes=("opportunity_stage", "assignment"),
    passes_over="changes of other fields than StageName and Owner; changes of stage of an "
    "opportunity that OpportunityHistory tells of; twins of changes of owner that give names",
)

OPPORTUNITY = Object(
    "Opportunity",
    "opportunity",
    (
        marks(
            "Id StageName CloseDate",
            origin=f"IsClosed IsWon ForecastCategory {SYSTEM}",
            none="OpportunityId",
        ),
    ),
    (
        *RECORD,
        Field("name", ("Name",), TEXT),
        Field("account_id", ("AccountId",), REFERENCE),
        Field("said_contact_id", ("ContactId",), REFERENCE),
        Field("campaign_id", ("CampaignId",), REFERENCE),
        Field("owner_user_id", ("OwnerId",), REFERENCE),
        Field("type", ("Type",), TEXT),
        Field("stage", ("StageName",), TEXT),
        Field("amount", ("Amount",), MONEY, beside=CURRENCY),
        Field("probability", ("Probability",), PERCENT),
        Field("forecast_category", ("ForecastCategoryName", "ForecastCategory"), TEXT),
        Field("close_date", ("CloseDate",), DAY),
        Field("stage_since", ("LastStageChangeDate",), INSTANT),
        Field("is_closed", ("IsClosed",), FLAG),
        Field("won_there", ("IsWon",), FLAG),
        Field("lead_source", ("LeadSource",), TEXT),
        Field("loss_reason", CUSTOM_LOSS, TEXT),
        Field("competitor", CUSTOM_COMPETITOR, TEXT),
        Field("segment", ("Segment__c",), TEXT),
        Field("region", ("Region__c",), TEXT),
    ),
    makes=("opportunity", "opportunity_stage", "assignment"),
)

OPPORTUNITY_HISTORY = Object(
    "OpportunityHistory",
    "opportunityhistory",
    (marks("Id OpportunityId StageName", some="CreatedDate CloseDate"),),
    (
        Field("source_id", ("Id",), ID, required=True),
        Field("created", ("CreatedDate",), INSTANT, required=True),
        Field("subject_id", ("OpportunityId",), ID, required=True),
        Field("stage", ("StageName",), TEXT, required=True),
        Field("amount", ("Amount",), MONEY, beside=CURRENCY),
        Field("close_date", ("CloseDate",), DAY),
        Field("probability", ("Probability",), PERCENT),
        Field("forecast_category", ("ForecastCategory",), TEXT),
        Field("actor_id", ("CreatedById",), REFERENCE),
        Field("deleted_there", ("IsDeleted",), FLAG),
    ),
    makes=("opportunity_stage",),
    passes_over="rows that change another field and leave the opportunity in its stage",
)

TASK = Object(
    "Task",
    "task",
    (
        marks(
            "Id WhoId",
            some="CompletedDateTime TaskSubtype CallType CallDisposition CallDurationInSeconds "
            "IsHighPriority RecurrenceRegeneratedType",
            none="StartDateTime DurationInMinutes IsAllDayEvent",
        ),
        marks("Id WhoId Subject ActivityDate Status", none="StartDateTime DurationInMinutes"),
    ),
    (
        *RECORD,
        Field("who", ("WhoId",), ID),
        Field("what", ("WhatId",), ID),
        Field("account_id", ("AccountId",), REFERENCE),
        Field("user_id", ("OwnerId",), REFERENCE),
        Field("subject", ("Subject",), TEXT),
        Field("subtype", ("TaskSubtype",), TEXT),
        Field("type", ("Type",), TEXT),
        Field("call_type", ("CallType",), TEXT),
        Field("disposition", ("CallDisposition",), TEXT),
        Field("duration_seconds", ("CallDurationInSeconds",), NUMBER),
        Field("status", ("Status",), TEXT),
        Field("closed_there", ("IsClosed",), FLAG),
        Field("day", ("ActivityDate",), DAY, when=True),
        Field("completed", ("CompletedDateTime",), INSTANT, when=True),
        Field("is_series", ("IsRecurrence",), FLAG),
        Field("no_show", CUSTOM_NO_SHOW, FLAG),
        Field("cadence", SEQUENCES, TEXT),
        Field("step", SEQUENCE_STEPS, TEXT),
    ),
    makes=("activity",),
    passes_over="to-dos, whose TaskSubtype, Type and Subject name no way to reach a person; the "
    "patterns of recurring tasks",
)

EVENT = Object(
    "Event",
    "event",
    (
        marks(
            "Id WhoId",
            some="StartDateTime ActivityDateTime DurationInMinutes IsAllDayEvent EndDateTime",
            at_least=2,
        ),
    ),
    (
        *RECORD,
        Field("who", ("WhoId",), ID),
        Field("what", ("WhatId",), ID),
        Field("account_id", ("AccountId",), REFERENCE),
        Field("user_id", ("OwnerId",), REFERENCE),
        Field("type", ("Type",), TEXT),
        Field("starts", ("StartDateTime", "ActivityDateTime"), INSTANT, when=True),
        Field("ends", ("EndDateTime",), INSTANT),
        Field("day", ("ActivityDate",), DAY, when=True),
        Field("minutes", ("DurationInMinutes",), NUMBER),
        Field("all_day", ("IsAllDayEvent",), FLAG),
        Field("is_series", ("IsRecurrence",), FLAG),
        Field("is_child", ("IsChild",), FLAG),
        Field("no_show", CUSTOM_NO_SHOW, FLAG),
    ),
    makes=("activity",),
    passes_over="copies of a meeting in the calendars of colleagues; the patterns of recurring "
    "meetings",
)

CAMPAIGN = Object(
    "Campaign",
    "campaign",
    (
        marks(
            "Id Name",
            some="BudgetedCost ActualCost NumberOfLeads NumberOfContacts ExpectedRevenue "
            "NumberSent AmountWonOpportunities ExpectedResponse NumberOfResponses",
            at_least=2,
            none="StageName",
        ),
    ),
    (
        *RECORD,
        Field("name", ("Name",), TEXT),
        Field("type", ("Type",), TEXT),
        Field("status", ("Status",), TEXT),
        Field("starts_on", ("StartDate",), DAY, when=True),
        Field("ends_on", ("EndDate",), DAY),
        Field("parent_campaign_id", ("ParentId",), REFERENCE),
        Field("budget", ("BudgetedCost",), MONEY, beside=CURRENCY),
        Field("actual_cost", ("ActualCost",), MONEY, beside=CURRENCY),
        Field("leads", ("NumberOfLeads",), WHOLE),
        Field("contacts", ("NumberOfContacts",), WHOLE),
    ),
    makes=("campaign",),
)

CAMPAIGN_MEMBER = Object(
    "CampaignMember",
    "campaignmember",
    (marks("Id CampaignId", some="HasResponded FirstRespondedDate LeadId", none="StageName"),),
    (
        *RECORD,
        Field("campaign_id", ("CampaignId",), REFERENCE, required=True),
        Field("lead_id", ("LeadId",), REFERENCE),
        Field("person_id", ("ContactId",), REFERENCE),
        Field("account_id", ("AccountId",), REFERENCE),
        Field("status", ("Status",), TEXT),
        Field("has_responded", ("HasResponded",), FLAG),
        Field("responded_on", ("FirstRespondedDate",), DAY, when=True),
    ),
    makes=("touch",),
    passes_over="members who have not responded and were sent no e-mail",
)

CONTACT_ROLE = Object(
    "OpportunityContactRole",
    "opportunitycontactrole",
    (marks("Id OpportunityId ContactId", some="Role IsPrimary"),),
    (
        *RECORD,
        Field("opportunity_id", ("OpportunityId",), REFERENCE, required=True),
        Field("contact_id", ("ContactId",), REFERENCE, required=True),
        Field("role", ("Role",), TEXT),
        Field("is_primary", ("IsPrimary",), FLAG),
    ),
    makes=("buying_group_role",),
)

PRODUCT = Object(
    "Product2",
    "product",
    (
        marks(
            "Id Name ProductCode",
            some="Family IsActive StockKeepingUnit QuantityUnitOfMeasure",
            origin=SYSTEM,
            none="OpportunityId Product2Id Pricebook2Id UnitPrice",
        ),
    ),
    (
        *RECORD,
        Field("name", ("Name",), TEXT),
        Field("sku", ("ProductCode", "StockKeepingUnit"), TEXT),
        Field("family", ("Family",), TEXT),
        Field("is_active", ("IsActive",), FLAG),
    ),
    makes=("product",),
)

PRICE = Object(
    "PricebookEntry",
    "pricebookentry",
    (marks("Id Pricebook2Id Product2Id UnitPrice", none="OpportunityId OrderId QuoteId"),),
    (
        *RECORD,
        Field("product_id", ("Product2Id",), REFERENCE, required=True),
        Field("price_book", ("Pricebook2Id",), ID),
        Field("list_price", ("UnitPrice",), MONEY, beside=CURRENCY),
        Field("is_active", ("IsActive",), FLAG),
    ),
    makes=("price_book_entry",),
)

LINE = Object(
    "OpportunityLineItem",
    "opportunitylineitem",
    (marks("Id OpportunityId Quantity", some="UnitPrice TotalPrice ListPrice"),),
    (
        *RECORD,
        Field("opportunity_id", ("OpportunityId",), REFERENCE, required=True),
        Field("product_id", ("Product2Id",), REFERENCE),
        Field("sku", ("ProductCode",), TEXT),
        Field("quantity", ("Quantity",), NUMBER),
        Field("list_price", ("ListPrice",), MONEY, beside=CURRENCY),
        Field("unit_price", ("UnitPrice",), MONEY, beside=CURRENCY),
        Field("total", ("TotalPrice",), MONEY, beside=CURRENCY),
        Field("discount", ("Discount",), PERCENT),
    ),
    makes=("quote_line",),
)

ORDER = Object(
    "Order",
    "order",
    (marks("Id AccountId EffectiveDate Status", some="ActivatedDate OrderNumber TotalAmount"),),
    (
        *RECORD,
        Field("account_id", ("AccountId",), REFERENCE),
        Field("opportunity_id", ("OpportunityId",), REFERENCE),
        Field("status", ("Status",), TEXT),
        Field("status_code", ("StatusCode",), TEXT),
        Field("activated", ("ActivatedDate",), INSTANT, when=True),
        Field("starts_on", ("EffectiveDate",), DAY, when=True),
        Field("last_day", ("EndDate",), DAY),
        Field("amount", ("TotalAmount",), MONEY, beside=CURRENCY),
        Field("is_reduction", ("IsReductionOrder",), FLAG),
    ),
    makes=("booking",),
    passes_over="orders that are not activated: drafts and those called off",
)

USER = Object(
    "User",
    "user",
    (marks("Id Username", some="ProfileId TimeZoneSidKey UserRoleId EmailEncodingKey UserType"),),
    (
        *RECORD,
        Field("first_name", ("FirstName",), TEXT),
        Field("last_name", ("LastName",), TEXT),
        Field("name", ("Name",), TEXT),
        Field("email", ("Email",), TEXT),
        Field("title", ("Title",), TEXT),
        Field("user_role", ("UserRoleId",), ID),
        Field("manager_user_id", ("ManagerId",), REFERENCE),
        Field("timezone", ("TimeZoneSidKey",), TEXT),
        Field("is_active", ("IsActive",), FLAG),
        Field("region", ("Region__c",), TEXT),
    ),
    makes=("user",),
)

USER_ROLE = Object(
    "UserRole",
    "userrole",
    (
        marks(
            "Id Name",
            some="ParentRoleId RollupDescription OpportunityAccessForAccountOwner "
            "CaseAccessForAccountOwner MayForecastManagerShare ForecastUserId",
            at_least=2,
        ),
    ),
    (
        Field("source_id", ("Id",), ID, required=True),
        Field("name", ("Name",), TEXT),
    ),
    serves="names the roles of users",
)

GROUP = Object(
    "Group",
    "group",
    (
        marks(
            "Id Type",
            some="DoesIncludeBosses DoesSendEmailToMembers RelatedId DeveloperName QueueRoutingConfigId",
            at_least=2,
            none="StageName AccountId",
        ),
    ),
    (
        *RECORD,
        Field("name", ("Name", "DeveloperName"), TEXT),
        Field("type", ("Type",), TEXT),
    ),
    makes=("user",),
    passes_over="groups that are not queues",
)

CASE = Object(
    "Case",
    "case",
    (marks("Id CaseNumber", some="Status Priority Origin", origin=SYSTEM),),
    (
        *RECORD,
        Field("account_id", ("AccountId",), REFERENCE),
        Field("contact_id", ("ContactId",), REFERENCE),
        Field("owner_user_id", ("OwnerId",), REFERENCE),
        Field("pipeline", ("Origin",), TEXT),
        Field("stage", ("Status",), TEXT),
        Field("category", ("Type", "Reason"), TEXT),
        Field("severity", ("Priority",), TEXT),
        Field("is_closed", ("IsClosed",), FLAG),
        Field("is_escalation", ("IsEscalated",), FLAG),
        Field("closed_at", ("ClosedDate",), INSTANT),
        Field("subject", ("Subject",), TEXT),
    ),
    makes=("ticket",),
)

OBJECTS = (
    ACCOUNT,
    CONTACT,
    LEAD,
    LEAD_HISTORY,
    ACCOUNT_HISTORY,
    CONTACT_HISTORY,
    OPPORTUNITY,
    OPPORTUNITY_HISTORY,
    OPPORTUNITY_FIELD_HISTORY,
    TASK,
    EVENT,
    CAMPAIGN,
    CAMPAIGN_MEMBER,
    CONTACT_ROLE,
    PRODUCT,
    PRICE,
    LINE,
    ORDER,
    USER,
    USER_ROLE,
    GROUP,
    CASE,
)
