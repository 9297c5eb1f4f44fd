"""What templates may ask: `{% asset "tokens.css" %}` is the address of a file that ships with us."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath

from django import template
from django.utils.timezone import localtime

from revloop.web.assets import address

register = template.Library()
register.simple_tag(address, name="asset")


@register.filter
def moment(at: datetime | str | None) -> str:
    """`12 Mar 2026, 14:05` in the zone of the company; nothing for a moment that is not known."""
    if not at:
        return ""
    here = _here(at)
    return f"{here.day} {_MONTHS[here.month]} {here.year}, {here.hour:02}:{here.minute:02}"


@register.filter
def day(at: datetime | str | None) -> str:
    """`12 Mar 2026` in the zone of the company."""
    if not at:
        return ""
    here = _here(at)
    return f"{here.day} {_MONTHS[here.month]} {here.year}"


_MONTHS = (
    "",
    *["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
)


def _here(at: datetime | str) -> datetime:
    return localtime(datetime.fromisoformat(at) if isinstance(at, str) else at)


@register.filter
def last_part(path: str) -> str:
    """The name of a file or folder, without where it lay."""
    return PurePath(path).name or path


@register.filter
def words(name: object) -> str:
    """A word of the code as people write it: `in_force` is `in force`."""
    return str(name).replace("_", " ")


@register.filter
def month(at: datetime) -> str:
    """`March 2026`, under which the events of a timeline stand."""
    return f"{localtime(at):%B %Y}"
