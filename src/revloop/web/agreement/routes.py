from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.agreement import views
from revloop.web.routes import Route

ROUTES = (Route("agreement/", "agreement", views.overview, {"GET": EVERYBODY}),)
