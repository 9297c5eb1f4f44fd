from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.routes import ANYBODY, Route
from revloop.web.shell import views

ROUTES = (
    Route("", "start", views.start, {"GET": EVERYBODY}),
    Route("health", "health", views.health, {"GET": ANYBODY}),
)
