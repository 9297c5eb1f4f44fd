from __future__ import annotations

from revloop.operations.access.rules import ADMINS
from revloop.web.members import views
from revloop.web.routes import Route

ROUTES = (Route("members/", "members", views.overview, {"GET": ADMINS}),)
