from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY, KEEPERS
from revloop.web.people import deciding, views
from revloop.web.routes import Route

_READ = {"GET": EVERYBODY}
_DECIDE = {"POST": KEEPERS}
ROUTES = (
    Route("people/", "people", views.overview, _READ),
    Route("people/<int:number>/", "person", views.person, _READ),
    Route("people/<int:number>/undo", "person_undo", deciding.undo, _DECIDE),
    Route("people/<int:number>/company", "person_company", deciding.set_company, _DECIDE),
)
