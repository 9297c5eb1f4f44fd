from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.loop import views
from revloop.web.routes import Route

ROUTES = (Route("loop/", "loop", views.loop, {"GET": EVERYBODY}),)
