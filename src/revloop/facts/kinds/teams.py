"""Users, teams, their hours and absences."""

from __future__ import annotations

from revloop.facts import words
from revloop.facts.columns import Kind, day, flag, instant, key, money, private, text, texts, whole

TEAM = Kind(
    "team",
    "people who work together on one side of the agreement",
    "when it was set up",
    (
        text("name", "name of the team"),
        text("side", "the side it belongs to", words.SIDES),
        text("region", "the region it serves"),
        key("team", "the team above it", name="parent_team_id"),
    ),
    has_key=True,
)

USER = Kind(
    "user",
    "a person who works for us, or the queue that stands for nobody yet",
    "when they began",
    (
        text("role", "role in the agreement", words.ROLES),
        text("job", "role or title, as the source names it"),
        key("team", "their team"),
        key("user", "whom they report to", name="manager_user_id"),
        text("region", "region they serve"),
        text("timezone", "zone they work in (IANA)"),
        text("calendar", "name of their working hours in the agreement"),
        flag("is_active", "still works here"),
        flag("is_queue", "is a queue, not a person"),
        day("active_from", "first day"),
        day("active_to", "day after the last"),
        whole("capacity_open_leads", "open leads they can hold at once", "leads"),
        money("quota", "what they are to book in a period"),
        text("quota_period", "the period of the quota", ("month", "quarter", "year")),
        private("name", "name"),
        private("first_name", "given name"),
        private("last_name", "family name"),
        private("email", "e-mail address"),
    ),
    has_key=True,
)

USER_CALENDAR = Kind(
    "user_calendar",
    "the weekly hours of a user or of the company, from a day on",
    "when the hours begin to hold",
    (
        text("calendar", "name of the calendar", required=True),
        key("user", "whose hours; unknown for hours of everybody"),
        text("timezone", "zone of the hours (IANA)", required=True),
        texts("hours", "open windows of the week, each `mon 09:00-17:30`"),
        texts("holidays", "closed dates, each `2026-12-25`"),
    ),
)

ABSENCE = Kind(
    "absence",
    "a user is away",
    "first moment of the absence",
    (
        key("user", "who is away", required=True),
        instant("until", "first moment back", required=True),
        text("reason", "holiday, illness, training …"),
    ),
)

KINDS = (TEAM, USER, USER_CALENDAR, ABSENCE)
