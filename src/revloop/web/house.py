"""What every request knows of the workspace that it is served from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from revloop.kit.folder import Company, Folder

if TYPE_CHECKING:
    from django.http import HttpRequest


SETTING = "REVLOOP_HOUSE"
"""Where Django keeps it."""


@dataclass(frozen=True, slots=True)
class House:
    """One workspace, as it is served."""

    folder: Folder
    company: Company
    is_demo: bool = False
    """Whether whoever comes is signed in as a visitor who may look and change nothing."""


def house(request: HttpRequest) -> House:
    """The workspace of a request."""
    del request  # one process serves one workspace
    found: House = getattr(settings, SETTING)
    return found
