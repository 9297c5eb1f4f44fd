"""Who may do what: every role and nobody, every method, every route. Generated from the routes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse

from revloop.operations.access.rules import Role
from revloop.web.routes import ANYBODY, Route
from revloop.web.urls import ROUTES

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SAMPLES: Mapping[str, Mapping[str, object]] = {
    "agreement_version": {"version": "1.0.0"},
    "agreement_file": {"version": "1.0.0"},
    "company": {"number": 1},
    "person": {"number": 1},
    "person_undo": {"number": 1},
    "person_company": {"number": 1},
    "journey": {"journey": 1},
    "reading": {"name": "stage_conversion"},
    "reading_rows": {"name": "stage_conversion"},
    "reading_file": {"name": "stage_conversion", "form": "csv"},
    "data_import": {"import_id": "none"},
    "data_upload": {"upload_id": "none"},
    "data_upload_state": {"upload_id": "none"},
    "data_begin": {"upload_id": "none"},
    "data_discard": {"upload_id": "none"},
    "data_quarantine": {"key": "none"},
    "data_quarantine_file": {"key": "none"},
    "data_answer": {"number": 1},
    "data_undo": {"number": 1},
    "data_undo_import": {"import_id": "20260302T090000-0123abcd"},
    "member_withdraw": {"number": 1},
    "member_role": {"number": 999},
    "member_password": {"number": 999},
    "member_disable": {"number": 999},
    "member_enable": {"number": 999},
}
"""Arguments of every route that takes some, by its name."""


def test_every_route_with_arguments_has_a_sample() -> None:
    takes_some = {route.name for route in ROUTES if "<" in route.path}

    assert takes_some == set(SAMPLES)


def test_nothing_is_reached_but_by_a_route() -> None:
    reached = get_resolver("revloop.web.urls").url_patterns

    assert len(reached) == len(ROUTES) == len({route.name for route in ROUTES})
    for pattern, route in zip(reached, ROUTES, strict=True):
        assert pattern.callback == route._guarded
        assert str(pattern.pattern) == route.path


def test_every_method_of_a_route_says_who_may() -> None:
    for route in ROUTES:
        assert route.allow, route.name
        assert set(route.allow) <= set(METHODS), route.name


def test_nobody_gets_no_further_than_the_sign_in_page(nobody: Client) -> None:
    before = all_rows()
    for route, method, answer in walked(nobody):
        allowed = route.allow.get(method)
        if allowed is ANYBODY:
            assert answer not in {401, 405}, (route.name, method)
        elif allowed is None:
            assert answer == 405, (route.name, method)
        else:
            assert answer == (303 if method == "GET" else 401), (route.name, method)
        if allowed is not ANYBODY:
            assert all_rows() == before, (route.name, method)
        else:
            before = all_rows()


@pytest.mark.parametrize("role", Role)
def test_a_role_does_what_its_routes_name_and_nothing_else(
    role: Role, signed_in: Callable[[Role], Client]
) -> None:
    client = signed_in(role)
    before = all_rows()
    for route, method in ((route, method) for route in ROUTES for method in METHODS):
        answer = ask(client, route, method)
        allowed = route.allow.get(method)
        if allowed is not None and (allowed is ANYBODY or role in allowed):
            assert answer not in {401, 403, 405}, (route.name, method)
            assert answer < 500, (route.name, method)
            client = signed_in(role)  # it may have signed out, or changed the member
            before = all_rows()
        else:
            assert answer == (405 if allowed is None else 403), (route.name, method)
            assert all_rows() == before, (route.name, method)


def walked(client: Client) -> Iterator[tuple[Route, str, int]]:
    for route in ROUTES:
        for method in METHODS:
            yield route, method, ask(client, route, method)


def ask(client: Client, route: Route, method: str) -> int:
    where = reverse(route.name, kwargs=dict(SAMPLES.get(route.name, {})))
    return client.generic(method, where).status_code


def all_rows() -> str:
    """A hash over every row of every table."""
    digest = hashlib.sha256()
    for model in apps.get_models(include_auto_created=True):
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._base_manager.order_by("pk").values_list(*names):
            digest.update(repr((model._meta.db_table, row)).encode())
    return digest.hexdigest()
