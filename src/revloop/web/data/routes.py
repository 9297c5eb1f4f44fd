from __future__ import annotations

from revloop.operations.access.rules import EVERYBODY, KEEPERS
from revloop.web.data import bringing, deciding, taking_back, views
from revloop.web.routes import Route

_READ = {"GET": EVERYBODY}
_DECIDE = {"POST": KEEPERS}
_KEEP = {"GET": KEEPERS}
ROUTES = (
    Route("data/", "data", views.overview, _READ),
    Route("data/bring", "data_bring", bringing.bring, _DECIDE),
    Route("data/bring/<str:upload_id>/", "data_upload", bringing.upload, _KEEP),
    Route("data/bring/<str:upload_id>/state", "data_upload_state", bringing.upload_state, _KEEP),
    Route("data/bring/<str:upload_id>/begin", "data_begin", bringing.begin, _DECIDE),
    Route("data/bring/<str:upload_id>/discard", "data_discard", bringing.discard, _DECIDE),
    Route("data/imports/<str:import_id>/", "data_import", views.one_import, _READ),
    Route("data/imports/<str:import_id>/undo", "data_undo_import", taking_back.take_back, _DECIDE),
    Route("data/quarantine/<str:key>/", "data_quarantine", views.quarantine, _READ),
    Route("data/quarantine/<str:key>/file", "data_quarantine_file", views.quarantine_file, _READ),
    Route("data/unmatched/", "data_unmatched", views.unmatched, _READ),
    Route("data/proposals/", "data_proposals", deciding.proposals, _READ),
    Route("data/proposals/<int:number>/", "data_answer", deciding.answer, _DECIDE),
    Route("data/decisions/", "data_decisions", deciding.decisions, _READ),
    Route("data/decisions/<int:number>/undo", "data_undo", deciding.undo, _DECIDE),
)
