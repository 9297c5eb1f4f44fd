"""The tables that the migrations make are those that the code knows."""

from __future__ import annotations

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState


def test_no_table_waits_for_a_migration() -> None:
    loader = MigrationLoader(None)
    written, known = loader.project_state(), ProjectState.from_apps(apps)
    missing = MigrationAutodetector(written, known).changes(loader.graph)
    assert {name: [str(each) for each in found] for name, found in missing.items()} == {}
