from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.routes import Route
from revloop.web.week import views

ROUTES = (Route("week/", "week", views.week, {"GET": EVERYBODY}),)
