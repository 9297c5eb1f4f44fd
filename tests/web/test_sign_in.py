"""Coming in and going out, as browsers do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import cast

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.http import HttpResponse
from django.test import Client

from revloop.kit import clock
from revloop.kit.errors import RevloopError
from revloop.kit.folder import Folder
from revloop.operations.access import actions, queries
from revloop.operations.access.rules import Member, Role
from revloop.operations.ledger import queries as ledger
from revloop.web import headers
from revloop.web.server import application
from revloop.web.urls import ROUTES

from ..operations.access.conftest import PASSWORD, quick
from .conftest import SignedIn, browser
from .story import words
from .test_matrix import METHODS, all_rows, ask

Enter = Callable[[Role], SignedIn]
SESSION, KNOWN, FORM = "revloop", "revloop_known", "revloop_form"


@pytest.fixture
def kim(house: Folder, monkeypatch: pytest.MonkeyPatch) -> Member:
    quick(monkeypatch)
    return member("kim", Role.ADMIN)


def member(name: str, role: Role) -> Member:
    person = actions.Person(name, f"{name}@acme.example", role)
    return actions.create(person, password=PASSWORD, actor="test", at=clock.now())


def come_in(
    client: Client,
    email: str = "kim@acme.example",
    password: str = PASSWORD,
    where: str = "/sign-in",
    **meta: str,
) -> HttpResponse:
    sent = {"email": email, "password": password}
    return cast("HttpResponse", client.post(where, sent, **meta))  # type: ignore[arg-type]


def token_in(page: HttpResponse) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found
    return found[1]


# Signing in.


def test_who_signs_in_goes_where_they_wanted_to(kim: Member, nobody: Client) -> None:
    asked = nobody.get("/members/?said=role")
    assert asked.headers["Location"] == "/sign-in?next=%2Fmembers%2F%3Fsaid%3Drole"

    answer = come_in(nobody, where=asked.headers["Location"])

    assert (answer.status_code, answer.headers["Location"]) == (303, "/members/?said=role")
    assert "kim@acme.example" in nobody.get("/members/").text


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "http://localhost@evil.example",
        "https://localhost.evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/data/\r\nSet-Cookie: a=b",
        "/\n/evil.example",
        "/\u2028/evil.example",
        "data/",
        "",
    ],
)
def test_nobody_is_sent_elsewhere(kim: Member, nobody: Client, wanted: str) -> None:
    sent = {"email": kim.email, "password": PASSWORD}

    answer = nobody.post("/sign-in", sent, query_params={"next": wanted})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_wrong_password_is_said_beside_nothing_and_above_all(kim: Member, nobody: Client) -> None:
    answer = come_in(nobody, password="wrong <b>")

    assert answer.status_code == 422
    assert "Address and password do not go together" in answer.text
    assert "autofocus" in answer.text  # the list of what is wrong gets the focus
    assert 'value="kim@acme.example"' in answer.text
    assert "wrong &lt;b" not in answer.text  # a password is never sent back
    assert SESSION not in answer.cookies


def test_the_form_is_one_that_password_managers_know(house: Folder, nobody: Client) -> None:
    page = nobody.get("/sign-in").text

    for said in ('autocomplete="username"', 'autocomplete="current-password"', 'type="password"'):
        assert said in page
    labelled = set(re.findall(r'<label for="([^"]+)"', page))
    inputs = set(re.findall(r'<input[^>]* id="(field-[^"]+)"', page))
    assert inputs
    assert inputs <= labelled


def test_a_field_says_what_it_takes_before_anything_is_wrong(kim: Member, nobody: Client) -> None:
    come_in(nobody)
    page = nobody.get("/account").text

    assert 'aria-describedby="field-password-hint"' in page
    assert "At least 12 characters" in page


def test_an_unknown_address_looks_exactly_alike(kim: Member) -> None:
    known, unknown = (
        come_in(browser(), email, "wrong") for email in (kim.email, "eve@acme.example")
    )

    assert known.status_code == unknown.status_code
    assert same(known) == same(unknown).replace("eve@", "kim@")
    assert set(known.cookies) == set(unknown.cookies)


def same(page: HttpResponse) -> str:
    return re.sub(r'(value|X-CSRFToken)(=|":)"[A-Za-z0-9]{64}"', "", page.text)


def test_too_many_tries_are_told_how_long_to_wait(kim: Member, nobody: Client) -> None:
    answers = [come_in(nobody, password="wrong") for _ in range(6)]

    assert [each.status_code for each in answers] == [422] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 31
    assert "Try again in" in answers[-1].text or "try again in" in answers[-1].text


@pytest.mark.parametrize(
    "body",
    [
        "email=kim@acme.example&email=eve@evil.example&password=x",
        "email=kim@acme.example&password=x&password=y",
    ],
)
def test_an_address_or_password_that_comes_twice_is_not_understood(
    kim: Member, nobody: Client, body: str
) -> None:
    answer = nobody.post("/sign-in", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400


def test_a_list_in_place_of_an_address_is_no_address(kim: Member, nobody: Client) -> None:
    body = f"email[]=kim@acme.example&email[]=eve@evil.example&password={PASSWORD}"
    answer = nobody.post("/sign-in", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422


def test_who_is_not_signed_in_sends_nothing_large(
    kim: Member, nobody: Client, enter: Enter
) -> None:
    large = {"email": kim.email, "password": "x" * 100_000}

    assert nobody.post("/sign-in", large).status_code == 413
    assert nobody.post("/data/bring/", large).status_code == 413
    assert enter(Role.SALES).client.post("/account", large).status_code == 422


# Sessions.


def test_a_session_that_somebody_planted_is_not_the_one_that_begins(
    kim: Member, nobody: Client
) -> None:
    nobody.cookies[SESSION] = "planted"
    answer = come_in(nobody)
    token = answer.cookies[SESSION].value

    assert token != "planted"
    assert len(token) >= 43
    thief = browser()
    thief.cookies[SESSION] = "planted"
    assert thief.get("/account").status_code == 303
    first = come_in(browser()).cookies[SESSION].value
    assert first != token


def test_the_token_of_forms_changes_when_somebody_signs_in(kim: Member, nobody: Client) -> None:
    nobody.get("/sign-in")
    before = nobody.cookies[FORM].value

    come_in(nobody)

    assert nobody.cookies[FORM].value != before


def test_cookies_are_kept_from_scripts_and_other_sites(kim: Member, nobody: Client) -> None:
    nobody.get("/sign-in")
    answer = come_in(nobody)

    for name in (SESSION, KNOWN, FORM):
        cookie = answer.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        assert not cookie["domain"]
    assert not answer.cookies[SESSION]["max-age"]  # it goes when the browser is closed


def test_behind_tls_cookies_are_for_this_host_and_tls_alone(
    house: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    application(house, public_url="https://revloop.acme.example")
    member("kim", Role.ADMIN)
    site = Client(headers={"host": "revloop.acme.example"})
    site.get("/sign-in", secure=True)
    answer = come_in(site, HTTP_X_FORWARDED_PROTO="https")

    assert set(answer.cookies) == {f"__Host-{name}" for name in (SESSION, KNOWN, FORM)}
    assert all(cookie["secure"] for cookie in answer.cookies.values())
    assert site.get("/account").status_code == 301  # to TLS
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_signing_out_ends_the_session_also_for_who_copied_it(enter: Enter) -> None:
    kim = enter(Role.SALES)
    copied = browser()
    copied.cookies[SESSION] = kim.client.cookies[SESSION].value
    assert copied.get("/account").status_code == 200

    answer = kim.client.post("/sign-out")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert copied.get("/account").status_code == 303
    assert [each.kind for each in ledger.entries()][-1] == "member.signed_out"


def test_a_session_ends_by_itself(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    kim = enter(Role.SALES)
    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert kim.client.get("/account").status_code == 303
    part = kim.client.post("/account", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, "/sign-in")


def test_a_disabled_member_is_out_with_the_next_click(enter: Enter) -> None:
    enter(Role.ADMIN)
    ann = enter(Role.SALES)

    actions.disable(ann.member.id, actor="test", at=clock.now())

    assert ann.client.get("/account").status_code == 303


def test_a_session_is_no_good_in_another_workspace(kim: Member, nobody: Client) -> None:
    nobody.cookies[SESSION] = actions.digest("what stands in a stolen copy")

    assert nobody.get("/account").status_code == 303


# One's own password.


def test_who_changes_the_password_stays_in_here_and_is_out_elsewhere(
    kim: Member, nobody: Client
) -> None:
    come_in(nobody)
    elsewhere = browser()
    come_in(elsewhere)

    answer = nobody.post("/account", {"old_password": PASSWORD, "password": "another four words"})

    assert "Your password is changed" in nobody.get(answer.headers["Location"]).text
    assert elsewhere.get("/account").status_code == 303
    assert come_in(browser()).status_code == 422
    assert come_in(browser(), password="another four words").status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "said", "beside"),
    [
        ("wrong", "another four words", "not your password of today", "old_password"),
        (PASSWORD, "short", "shorter than 12", "password"),
        (PASSWORD, "password1234", "many people have", "password"),
        (PASSWORD, PASSWORD, "that you have", "password"),
    ],
)
def test_what_is_wrong_with_a_new_password_stands_beside_its_field(
    kim: Member, nobody: Client, old: str, new: str, said: str, beside: str
) -> None:
    come_in(nobody)
    answer = nobody.post("/account", {"old_password": old, "password": new})

    assert answer.status_code == 422
    error = re.search(rf'id="field-{beside}-error">(.*?)</span>', answer.text, re.DOTALL)
    assert error
    assert said in error[1]
    assert f'href="#field-{beside}"' in answer.text


# The first admin, and those who are invited.


def test_the_first_admin_needs_the_link_of_the_console(
    house: Folder, nobody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    token = actions.setup_token(at=clock.now())
    sent = {"name": "Kim", "email": "kim@acme.example", "password": PASSWORD}
    before = all_rows()
    for where in ("/set-up", "/set-up?token=", "/set-up?token=guess"):
        assert nobody.get(where).status_code == 403
        assert nobody.post(where, {**sent, "token": str(token)}).status_code == 403
    assert all_rows() == before

    page = nobody.get(f"/set-up?token={token}")
    assert page.status_code == 200
    assert str(token) not in page.text + nobody.get("/sign-in").text
    answer = nobody.post(f"/set-up?token={token}", sent)

    assert answer.status_code == 303
    assert nobody.get("/members/").status_code == 200
    assert [each.member.role for each in queries.members()] == [Role.ADMIN]
    for where in ("/set-up", f"/set-up?token={token}"):
        assert nobody.get(where).status_code == 404
        assert browser().post(where, sent).status_code == 404


def test_a_set_up_with_a_weak_password_may_be_tried_again(
    house: Folder, nobody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    where = f"/set-up?token={actions.setup_token(at=clock.now())}"
    sent = {"name": "Kim", "email": "kim@acme.example", "password": "short"}

    assert nobody.post(where, sent).status_code == 422
    assert nobody.post(where, {**sent, "password": PASSWORD}).status_code == 303


def test_looking_at_an_invitation_uses_nothing_up(kim: Member, nobody: Client) -> None:
    """Scanners of mail open every link."""
    made = actions.invite("ann@acme.example", Role.SALES, actor="test", at=clock.now())
    where = f"/invitation?token={made.token}"
    before = all_rows()
    for _ in range(2):
        page = nobody.get(where)
        assert "ann@acme.example" in page.text
        assert made.token not in page.text
    assert all_rows() == before

    answer = nobody.post(where, {"name": "Ann", "password": PASSWORD, "role": "admin"})

    assert answer.status_code == 303
    assert nobody.get("/account").status_code == 200
    assert queries.member("ann@acme.example").member.role == Role.SALES
    assert browser().get(where).status_code == 404
    assert browser().post(where, {"name": "Ann", "password": PASSWORD}).status_code == 404


def test_who_follows_a_link_chooses_another_password_and_is_in(kim: Member, nobody: Client) -> None:
    made = actions.link_for_password(kim.id, actor="test", at=clock.now())
    where = f"/new-password?token={made.token}"
    before = all_rows()
    for _ in range(2):
        page = nobody.get(where)
        assert kim.email in page.text
        assert made.token not in page.text
    weak = nobody.post(where, {"password": "short"})
    assert (weak.status_code, 'id="field-password-error"' in weak.text) == (422, True)
    assert all_rows() == before

    answer = nobody.post(where, {"password": "another four words"})

    assert answer.status_code == 303
    assert nobody.get("/account").status_code == 200
    assert come_in(browser()).status_code == 422
    assert come_in(browser(), password="another four words").status_code == 303
    for wrong in (where, "/new-password", "/new-password?token=", "/new-password?token=%00"):
        assert browser().get(wrong).status_code == 404, wrong
        assert browser().post(wrong, {"password": PASSWORD}).status_code == 404, wrong


def test_somebody_sees_where_they_are_signed_in_and_ends_it_elsewhere(
    kim: Member, nobody: Client
) -> None:
    come_in(nobody)
    assert "Sign out everywhere else" not in nobody.get("/account").text
    elsewhere = browser()
    come_in(elsewhere)
    said = words(nobody.get("/account").text)
    assert said.count("this one") == said.count("another one") == 1

    answer = nobody.post("/account/elsewhere")

    assert "another one" not in words(nobody.get(answer.headers["Location"]).text)
    assert elsewhere.get("/account").status_code == 303


# Forms of other sites.


def test_no_form_is_taken_without_the_token_of_its_page(enter: Enter) -> None:
    admin = enter(Role.ADMIN)
    strict = browser(csrf=True)
    strict.cookies[SESSION] = admin.client.cookies[SESSION].value
    strict.get("/account")
    before = all_rows()
    for route in ROUTES:
        if "POST" in route.allow:
            assert ask(strict, route, "POST") == 403, route.name
            answer = strict.post(
                f"/{route.path}" if "<" not in route.path else "/account",
                {"csrfmiddlewaretoken": "a" * 64},
                headers={"X-CSRFToken": "b" * 64},
            )
            assert answer.status_code == 403, route.name
    assert all_rows() == before


def test_the_token_of_the_page_is_taken_in_the_form_or_as_a_header(kim: Member) -> None:
    strict = browser(csrf=True)
    token = token_in(strict.get("/sign-in"))  # type: ignore[arg-type]
    sent = {"email": kim.email, "password": PASSWORD}

    assert strict.post("/sign-in", {**sent, "csrfmiddlewaretoken": token}).status_code == 303
    page = strict.get("/account").text
    found = re.search(r'hx-headers=\'{"X-CSRFToken":"([^"]+)"}\'', page)
    assert found
    by_htmx = {"X-CSRFToken": found[1], "HX-Request": "true"}
    assert strict.post("/sign-out", headers=by_htmx).status_code == 303


def test_an_old_page_is_told_to_load_again(kim: Member) -> None:
    answer = browser(csrf=True).post("/sign-in", {"email": kim.email, "password": PASSWORD})

    assert answer.status_code == 403
    assert "This page is too old" in answer.text


# What every answer says, and what none may be started with.


def test_every_answer_says_what_browsers_may_do(signed_in: Callable[[Role], Client]) -> None:
    for client in (browser(), signed_in(Role.ADMIN), signed_in(Role.SALES)):
        for path in ("/", "/sign-in", "/nowhere", "/members/", "/account", "/health", "/style/"):
            for method in METHODS:
                answer = client.generic(method, path)
                said = {name: answer.headers.get(name) for name in EXPECTED}
                assert said == EXPECTED, (path, method, answer.status_code)


EXPECTED = {
    "Content-Security-Policy": headers.POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def test_the_policy_lets_nothing_in_from_elsewhere_and_nothing_inline() -> None:
    assert "unsafe" not in headers.POLICY
    assert "http" not in headers.POLICY
    assert "*" not in headers.POLICY
    for part in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in headers.POLICY


@pytest.mark.parametrize(
    "secret",
    ["", "00" * 32, "ab" * 31, b"django-insecure-".hex() * 2, "61" * 64],
    ids=["missing", "zeros", "short", "repeated", "one letter"],
)
def test_a_secret_that_can_be_guessed_is_refused(house: Folder, secret: str) -> None:
    house.secret.chmod(0o600)
    house.secret.write_text(secret)

    with pytest.raises(RevloopError) as refused:
        application(house)
    assert refused.value.code == "serve.weak_secret"


def test_no_variable_turns_on_what_must_be_off(
    house: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DEBUG", "SECRET_KEY", "REVLOOP_SECRET_KEY", "ALLOWED_HOSTS", "DJANGO_DEBUG"):
        monkeypatch.setenv(name, "1")
    application(house)

    assert settings.DEBUG is False
    assert len(settings.SECRET_KEY) == 64
    assert house.secret.read_text().strip() != settings.SECRET_KEY
    assert "*" not in settings.ALLOWED_HOSTS
    assert Client(headers={"host": "evil.example"}).get("/health").status_code == 400


def test_django_has_nothing_to_say_against_how_it_is_served(house: Folder) -> None:
    application(house, public_url="https://revloop.acme.example")

    said = {each.id for each in run_checks(include_deployment_checks=True)}
    assert said == {
        "async.E001",  # notebooks run every cell inside an event loop
        "security.W005",  # what else is served below the host's name is not ours to decide
        "security.W021",  # likewise
    }


def test_two_workspaces_sign_with_two_keys(house: Folder) -> None:
    first = settings.SECRET_KEY
    house.secret.write_text("0123456789abcdef" * 3 + "fedcba9876543210")
    application(house)

    assert first != settings.SECRET_KEY


# The demo.


def test_whoever_is_on_this_machine_looks_at_the_demo_and_changes_nothing(house: Folder) -> None:
    application(house, is_demo=True)
    for peer in ("127.0.0.1", "::1"):
        visitor = Client(headers={"host": "localhost"}, REMOTE_ADDR=peer)
        assert "Demo visitor" in visitor.get("/style/").text
    before = all_rows()
    for route in ROUTES:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert ask(visitor, route, method) in {303, 403, 404, 405}, (route.name, method)
    assert all_rows() == before


def test_nobody_elsewhere_sees_the_demo(house: Folder) -> None:
    application(house, is_demo=True)
    for peer in ("192.0.2.1", "10.0.0.1", "2001:db8::1", "", "localhost"):
        elsewhere = Client(headers={"host": "localhost"}, REMOTE_ADDR=peer)
        for path in ("/", "/data/", "/sign-in", "/health", "/set-up", "/nowhere"):
            answer = elsewhere.get(path, headers={"X-Forwarded-For": "127.0.0.1"})
            assert answer.status_code == 403, (peer, path)


def test_there_is_nothing_to_sign_in_to_in_the_demo(house: Folder) -> None:
    token = actions.setup_token(at=clock.now())
    application(house, is_demo=True)
    visitor = browser()

    for path in ("/sign-in", "/account", "/invitation?token=x", f"/set-up?token={token}"):
        assert visitor.get(path).status_code == 404
        assert visitor.post(path, {"email": "a@b.example"}).status_code == 404
