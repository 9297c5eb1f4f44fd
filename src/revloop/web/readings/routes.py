from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY
from revloop.web.readings import views
from revloop.web.routes import Route

_READ = {"GET": EVERYBODY}
ROUTES = (
    Route("readings/", "readings", views.overview, _READ),
    Route("readings/<slug:name>/", "reading", views.reading, _READ),
    Route("readings/<slug:name>/rows/", "reading_rows", views.rows, _READ),
    Route("readings/<slug:name>.<slug:form>", "reading_file", views.file, _READ),
)
