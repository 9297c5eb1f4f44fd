from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.companies import views
from revloop.web.routes import Route

_READ = {"GET": EVERYBODY}
ROUTES = (
    Route("companies/", "companies", views.overview, _READ),
    Route("companies/<int:number>/", "company", views.company, _READ),
)
