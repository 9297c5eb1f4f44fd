"""Who may come in, and as what. Admins alone see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from revloop.kit import clock
from revloop.kit.errors import InvalidInput
from revloop.operations.access import actions, queries, rules
from revloop.operations.access.actions import Link
from revloop.operations.access.rules import Role
from revloop.web import forms, sent
from revloop.web.forms import Field, Form
from revloop.web.pages import page
from revloop.web.routes import SeeOther, signed_in
from revloop.web.shell.components import Problem

_ROLES = (
    (Role.MARKETING, "Sees everything, and speaks for marketing."),
    (Role.SALES, "Sees everything, and speaks for sales."),
    (Role.SUCCESS, "Sees everything, and speaks for customer success."),
    (Role.REVOPS, "Keeps the data as well: imports, undoes, decides who is who."),
    (Role.EXECUTIVE, "Sees everything and changes nothing."),
    (Role.ADMIN, "Does all of it, and decides who may come in."),
)
_FIELDS = (
    Field("email", "E-mail address", type="email", autocomplete="off"),
    Field("role", "Role", type="select", choices=tuple((role, role) for role, _ in _ROLES)),
    Field(
        "reference",
        "Who they are in the CRM",
        hint="Source and id of the user, like hubspot:123. Leave it empty if they are none.",
        required=False,
    ),
)
_SAID = {
    "role": "The role is set.",
    "disabled": "They are out, everywhere and at once.",
    "enabled": "They may come in again, with the password that they had.",
    "withdrawn": "The invitation does not count any more.",
}


def overview(request: HttpRequest) -> HttpResponseBase:
    said = _SAID.get(sent.asked(request, "said"), "")
    return _page(request, {"said": said})


def invite(request: HttpRequest) -> HttpResponseBase:
    """Answers with the link itself: it is kept nowhere, so there is no page to go to for it."""
    member = signed_in(request)
    email, role, reference = (sent.text(request, field.name) for field in _FIELDS)
    try:
        made = actions.invite(
            email,
            rules.role(role),
            reference=reference,
            by=member.id,
            actor=member.actor,
            at=clock.now(),
        )
    except InvalidInput as error:
        return _page(request, form=forms.refilled(_FIELDS, request, error), status=forms.WRONG)
    shown = {"invitation": made, "invited_email": rules.as_typed(email)}
    return _page(request, {**shown, "link": _address(request, "invitation", made)})


def link_for_password(request: HttpRequest, number: int) -> HttpResponseBase:
    """Likewise, for a member who has forgotten their password."""
    admin = signed_in(request)
    try:
        made = actions.link_for_password(number, by=admin.id, actor=admin.actor, at=clock.now())
    except InvalidInput as error:
        return _refused(request, error)
    link = _address(request, "new_password", made)
    return _page(request, {"password_link": made, "link": link})


def withdraw(request: HttpRequest, number: int) -> HttpResponseBase:
    actions.withdraw(number, actor=signed_in(request).actor, at=clock.now())
    return _back("withdrawn")


def set_role(request: HttpRequest, number: int) -> HttpResponseBase:
    return _changed(
        request,
        "role",
        lambda actor: actions.set_role(
            number, rules.role(sent.text(request, "role")), actor=actor, at=clock.now()
        ),
    )


def disable(request: HttpRequest, number: int) -> HttpResponseBase:
    return _changed(
        request,
        "disabled",
        lambda actor: actions.disable(number, actor=actor, at=clock.now()),
    )


def enable(request: HttpRequest, number: int) -> HttpResponseBase:
    return _changed(
        request,
        "enabled",
        lambda actor: actions.enable(number, actor=actor, at=clock.now()),
    )


def _changed(request: HttpRequest, said: str, change: Callable[[str], None]) -> HttpResponseBase:
    try:
        change(signed_in(request).actor)
    except InvalidInput as error:
        return _refused(request, error)
    return _back(said)


def _refused(request: HttpRequest, error: InvalidInput) -> HttpResponse:
    if error.code == "access.unknown":
        raise Http404 from None
    problem = Problem(forms.sentence(error))
    return _page(request, {"problems": (problem,)}, status=forms.WRONG)


def _address(request: HttpRequest, route: str, link: Link) -> str:
    return request.build_absolute_uri(f"{reverse(route)}?{urlencode({'token': link.token})}")


def _back(said: str) -> HttpResponse:
    return SeeOther(f"{reverse('members')}?{urlencode({'said': said})}")


def _page(
    request: HttpRequest,
    context: dict[str, Any] | None = None,
    *,
    form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    members = queries.members()
    whole = {
        "title": "Who may come in?",
        "members": members,
        "active": sum(each.is_active for each in members),
        "invitations": queries.invitations(at=clock.now()),
        "roles": _ROLES,
        "form": form or forms.empty(*_FIELDS),
        **(context or {}),
    }
    return page(request, "members/overview.html", whole, status=status)
