from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.promises import views
from revloop.web.routes import Route

ROUTES = (Route("promises/", "promises", views.promises, {"GET": EVERYBODY}),)
