"""`revloop publish`: make what pages read."""

from __future__ import annotations

from revloop.cli.output import print_json, screen
from revloop.cli.workspace import Json, Workspace, opened, progress
from revloop.kit import clock


def publish(workspace: Workspace = None, as_json: Json = False) -> None:
    """Make what pages read of the facts: timelines, companies, people. Nothing new, nothing done.

    Example: revloop publish --workspace acme
    """
    from revloop.jobs.publishing import follow

    folder = opened(workspace)
    with progress(quiet=as_json) as show:
        done = follow(folder, show, at=clock.now())
    if as_json:
        print_json({"version": done.version, "new": done.is_new, "rows": done.rows})
        return
    rows = done.rows
    screen.print(
        f"{rows['company_events']:,} events of {rows['companies']:,} companies and "
        f"{rows['persons']:,} people are {'ready' if done.is_new else 'as they were'}."
    )
