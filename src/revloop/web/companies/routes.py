from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.companies import views
from revloop.web.routes import Route

ROUTES = (Route("companies/", "companies", views.overview, {"GET": EVERYBODY}),)
