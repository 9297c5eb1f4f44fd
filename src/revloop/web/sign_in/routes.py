from __future__ import annotations

from revloop.web.routes import ANYBODY, Route
from revloop.web.sign_in import views

ROUTES = (Route("sign-in", "sign_in", views.sign_in, {"GET": ANYBODY}),)
