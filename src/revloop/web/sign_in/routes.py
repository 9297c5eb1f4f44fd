from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.routes import ANYBODY, Route
from revloop.web.sign_in import views

ROUTES = (
    Route("sign-in", "sign_in", views.sign_in, {"GET": ANYBODY, "POST": ANYBODY}),
    Route("sign-out", "sign_out", views.sign_out, {"POST": EVERYBODY}),
    Route("set-up", "set_up", views.set_up, {"GET": ANYBODY, "POST": ANYBODY}),
    Route("invitation", "invitation", views.accept, {"GET": ANYBODY, "POST": ANYBODY}),
    Route("new-password", "new_password", views.choose, {"GET": ANYBODY, "POST": ANYBODY}),
    Route("account/elsewhere", "sign_out_elsewhere", views.sign_out_elsewhere, {"POST": EVERYBODY}),
    Route("account", "account", views.account, {"GET": EVERYBODY, "POST": EVERYBODY}),
)
