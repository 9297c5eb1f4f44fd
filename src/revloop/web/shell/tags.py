"""What templates may ask: `{% asset "tokens.css" %}` is the address of a file that ships with us."""

from __future__ import annotations

from django import template

from revloop.web.assets import address

register = template.Library()
register.simple_tag(address, name="asset")
