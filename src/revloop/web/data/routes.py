from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.data import views
from revloop.web.routes import Route

ROUTES = (Route("data/", "data", views.overview, {"GET": EVERYBODY}),)
