from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.people import views
from revloop.web.routes import Route

ROUTES = (Route("people/", "people", views.overview, {"GET": EVERYBODY}),)
