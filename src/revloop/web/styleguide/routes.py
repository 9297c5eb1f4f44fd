from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.routes import Route
from revloop.web.styleguide import views

ROUTES = (Route("style/", "style", views.style, {"GET": EVERYBODY}),)
