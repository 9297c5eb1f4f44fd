from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.agreement import views
from revloop.web.routes import Route

_READ = {"GET": EVERYBODY}
ROUTES = (
    Route("agreement/", "agreement", views.in_force, _READ),
    Route("agreement/history/", "agreement_history", views.history, _READ),
    Route("agreement/compare/", "agreement_compare", views.compare, _READ),
    Route("agreement/<str:version>/", "agreement_version", views.one_version, _READ),
    Route("agreement/<str:version>/file", "agreement_file", views.file, _READ),
)
