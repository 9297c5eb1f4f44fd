"""Accounts, contacts, and who is the same as whom."""

from __future__ import annotations

from revloop.facts import words
from revloop.facts.columns import Kind, day, flag, instant, key, money, private, text, whole

ACCOUNT = Kind(
    "account",
    "a company that buys, may buy, or never will",
    "when the source first knew it",
    (
        text("name", "name of the company"),
        text("domain", "its main internet domain: lower case, without www"),
        key("account", "the company that owns it", name="parent_account_id"),
        text("industry", "industry, as the source names it"),
        text("sic", "SIC code, two to four digits"),
        text("naics", "NAICS code"),
        text("country", "country, two letters (ISO 3166)"),
        text("region", "region, as the source names it"),
        whole("employees", "people who work there", "people"),
        whole("locations", "its locations", "locations"),
        money("annual_revenue", "what the company earns in a year"),
        text("account_type", "customer, prospect, partner …, as the source names it"),
        flag("is_customer", "the source says that it is a customer"),
        day("customer_since", "first day as a customer"),
        flag("is_target", "is on the list of target accounts"),
        flag("onboarding_completed", "has finished onboarding"),
        key("user", "the seller who owns it", name="owner_user_id"),
        key("user", "the success manager", name="success_user_id"),
        private("phone", "its telephone number"),
    ),
    has_key=True,
)

CONTACT = Kind(
    "contact",
    "a person, as one source knows them; a Lead of Salesforce is one too",
    "when the source first knew them",
    (
        key("account", "the company they work for"),
        text("title", "job title, at most 120 characters"),
        text("seniority", "level of the title", words.SENIORITIES),
        text("function", "department of the title"),
        text("persona", "part in buying, as the source names it"),
        text("language", "language they prefer (ISO 639)"),
        text("timezone", "zone they work in (IANA)"),
        text("country", "country, two letters (ISO 3166)"),
        text("consent_email", "may we write to them", words.CONSENTS),
        text("consent_phone", "may we call them", words.CONSENTS),
        text("consent_ads", "may we show them advertising", words.CONSENTS),
        text("first_source", "where they first came from, as the source names it"),
        flag("is_internal", "works for us, or is a test"),
        instant("left_company_at", "when they left that company"),
        key("user", "the seller who owns the contact", name="owner_user_id"),
        key(
            "contact",
            "the record that this one became or was merged into",
            name="became_contact_id",
        ),
        private("first_name", "given name"),
        private("last_name", "family name"),
        private("name", "whole name, where it is not split"),
        private("email", "e-mail address"),
        private("other_emails", "further addresses, separated by semicolons"),
        private("phone", "telephone number"),
        private("mobile", "mobile number"),
        private("company_name", "company as the person wrote it"),
        private("website", "web address of the company as the person wrote it"),
    ),
    has_key=True,
)

CONTACT_IDENTITY = Kind(
    "contact_identity",
    "two contact records are one person, or are no longer taken to be",
    "when that was decided",
    (
        key("contact", "the record", required=True),
        key(
            "contact",
            "the record that stands for the person; itself after a split",
            name="same_as_contact_id",
            required=True,
        ),
        text("rule", "why: the shared key, a linkage, or a person's decision"),
    ),
)

ACCOUNT_IDENTITY = Kind(
    "account_identity",
    "two account records are one company, or are no longer taken to be",
    "when that was decided",
    (
        key("account", "the record", required=True),
        key(
            "account",
            "the record that stands for the company; itself after a split",
            name="same_as_account_id",
            required=True,
        ),
        text("rule", "why: the shared key, a linkage, or a person's decision"),
    ),
)

CONTACT_ACCOUNT = Kind(
    "contact_account",
    "a person was matched to the company they work for",
    "when that was decided",
    (
        key("contact", "the person", required=True),
        key("account", "the company; unknown when the match was withdrawn"),
        text(
            "rule",
            "how",
            ("source", "exact_domain", "parent_domain", "fuzzy_name", "by_hand", "withdrawn"),
        ),
    ),
)

KINDS = (ACCOUNT, CONTACT, CONTACT_IDENTITY, ACCOUNT_IDENTITY, CONTACT_ACCOUNT)
