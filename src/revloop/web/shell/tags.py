"""What templates may ask: `{% asset "tokens.css" %}` is the address of a file that ships with us."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.timezone import localtime

from revloop.web.assets import address

register = template.Library()
register.simple_tag(address, name="asset")


@register.filter
def moment(at: datetime | None) -> str:
    """`12 Mar 2026, 14:05` in the zone of the company; nothing for a moment that is not known."""
    return f"{(here := localtime(at)).day} {here:%b %Y, %H:%M}" if at else ""


@register.filter
def day(at: datetime | None) -> str:
    """`12 Mar 2026` in the zone of the company."""
    return f"{(here := localtime(at)).day} {here:%b %Y}" if at else ""


@register.filter
def words(name: object) -> str:
    """A word of the code as people write it: `in_force` is `in force`."""
    return str(name).replace("_", " ")
