from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.money import views
from revloop.web.routes import Route

_READ = {"GET": EVERYBODY}
ROUTES = (
    Route("money/", "money", views.money, _READ),
    Route("money/journeys/<int:journey>/", "journey", views.journey, _READ),
)
