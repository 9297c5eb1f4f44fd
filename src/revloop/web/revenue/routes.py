from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.revenue import views
from revloop.web.routes import Route

ROUTES = (Route("revenue/", "revenue", views.revenue, {"GET": EVERYBODY}),)
