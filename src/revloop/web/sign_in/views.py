"""Coming in and going out: sign in, sign out, set up, accept an invitation, change the password."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from revloop.kit import clock
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.operations.access import actions, entering, queries
from revloop.operations.access.entering import Try
from revloop.web import forms, sent
from revloop.web.forms import Field, Form
from revloop.web.house import house
from revloop.web.pages import page
from revloop.web.routes import SeeOther, member_of, signed_in
from revloop.web.sign_in import cookies

_OWN_PATH = re.compile(r"/(?![/\\])[^\\\s\x00-\x20\x7f]*")
_TOO_OFTEN = 429
_NAME = Field("name", "Your name", autocomplete="name")
_EMAIL = Field("email", "E-mail address", type="email", autocomplete="username")
_PASSWORD = Field("password", "Password", type="password", autocomplete="current-password")
_OLD_PASSWORD = Field(
    "old_password", "Your password of today", type="password", autocomplete="current-password"
)
_NEW_PASSWORD = Field(
    "password",
    "New password",
    type="password",
    autocomplete="new-password",
    hint="At least 12 characters, and not one that many people use. Four words do.",
)
View = Callable[[HttpRequest], HttpResponseBase]


def _not_in_the_demo(view: View) -> View:
    """The example company has no members: there is nothing to sign in to."""

    def checked(request: HttpRequest) -> HttpResponseBase:
        if house(request).is_demo:
            raise Http404
        return view(request)

    return checked


@_not_in_the_demo
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Both halves of the page; where one wanted to go is the address's, and only ever our own."""
    if member_of(request) is not None:
        return SeeOther(_wanted(request))
    fields = (_EMAIL, _PASSWORD)
    if request.method != "POST":
        return _sign_in_page(request, forms.empty(*fields))
    tried = _tried(request)
    try:
        session = entering.sign_in(tried, key=cookies.key(), at=clock.now())
    except RevloopError as error:
        form = forms.refilled(fields, request, error)
        if error.code == "access.not_let_in":
            return _sign_in_page(request, form, status=forms.WRONG)
        if error.code != "access.too_often":
            raise
        answer = _sign_in_page(request, form, status=_TOO_OFTEN)
        answer.headers["Retry-After"] = str(error.data["seconds"])
        return answer
    answer = SeeOther(_wanted(request))
    cookies.let_in(request, answer, session)
    return answer


def sign_out(request: HttpRequest) -> HttpResponseBase:
    entering.sign_out(cookies.session_token(request), at=clock.now())
    answer = SeeOther(reverse("sign_in"))
    cookies.let_out(request, answer)
    return answer


@_not_in_the_demo
def sign_out_elsewhere(request: HttpRequest) -> HttpResponseBase:
    entering.sign_out_elsewhere(cookies.session_token(request), at=clock.now())
    return SeeOther(reverse("account"))


@_not_in_the_demo
def set_up(request: HttpRequest) -> HttpResponseBase:
    """The first admin, by the link that stands on the console. Afterwards there is no such page."""
    if not queries.is_empty():
        raise Http404
    fields = (_NAME, _EMAIL, _NEW_PASSWORD)
    token = sent.asked(request, "token")
    if not queries.is_setup_open(actions.digest(token), at=clock.now()):
        context = {"title": "Who is the first admin?"}
        return page(request, "sign_in/no_set_up.html", context, status=403)
    if request.method == "POST":
        said = [sent.text(request, field.name) for field in fields]
        try:
            member = actions.set_up(token, said[0], said[1], said[2], at=clock.now())
        except InvalidInput as error:
            if error.code == "access.no_invitation":  # somebody else was first
                raise Http404 from None
            return _set_up_page(request, forms.refilled(fields, request, error), status=forms.WRONG)
        return _come_in(request, member.id)
    return _set_up_page(request, forms.empty(*fields))


@_not_in_the_demo
def accept(request: HttpRequest) -> HttpResponseBase:
    """An invited person becomes a member; looking at the page alone uses nothing up."""
    fields = (_NAME, _NEW_PASSWORD)
    token = sent.asked(request, "token")
    invited = queries.invitation(actions.digest(token), at=clock.now())
    if invited is None:
        context = {"title": "This link does not count any more."}
        return page(request, "sign_in/no_invitation.html", context, status=404)
    form, status = forms.empty(*fields), 200
    if request.method == "POST":
        name, password = (sent.text(request, field.name) for field in fields)
        try:
            member = actions.accept(token, name, password, at=clock.now())
        except InvalidInput as error:
            form, status = forms.refilled(fields, request, error), forms.WRONG
        else:
            return _come_in(request, member.id)
    return page(
        request,
        "sign_in/accept.html",
        {"title": "Come in", "form": form, "invited": invited},
        status=status,
    )


@_not_in_the_demo
def choose(request: HttpRequest) -> HttpResponseBase:
    """A member who has forgotten their password; looking at the page alone uses nothing up."""
    token = sent.asked(request, "token")
    whose = queries.whose_link(actions.digest(token), at=clock.now())
    if whose is None:
        context = {"title": "This link does not count any more."}
        return page(request, "sign_in/no_link.html", context, status=404)
    form, status = forms.empty(_NEW_PASSWORD), 200
    if request.method == "POST":
        password = sent.text(request, _NEW_PASSWORD.name)
        try:
            member = actions.choose_password(token, password, at=clock.now())
        except InvalidInput as error:
            form, status = forms.refilled((_NEW_PASSWORD,), request, error), forms.WRONG
        else:
            return _come_in(request, member.id)
    return page(
        request,
        "sign_in/choose.html",
        {"title": "Choose a new password", "form": form, "whose": whose},
        status=status,
    )


@_not_in_the_demo
def account(request: HttpRequest) -> HttpResponseBase:
    """Who one is here, another password, and where one is signed in."""
    fields = (_OLD_PASSWORD, _NEW_PASSWORD)
    form, status = forms.empty(*fields), 200
    if request.method == "POST":
        member, now = signed_in(request), clock.now()
        old, new = (sent.text(request, field.name) for field in fields)
        try:
            actions.change_password(member.id, old, new, key=cookies.key(), at=now)
        except RevloopError as error:
            form, status = forms.refilled(fields, request, error), forms.WRONG
        else:
            return _come_in(request, member.id, to=f"{reverse('account')}?changed=1")
    context = {
        "title": "Your account",
        "form": form,
        "changed": sent.asked(request, "changed") == "1",
        "here": actions.digest(cookies.session_token(request)),
        "sessions": queries.sessions(signed_in(request).id, at=clock.now()),
    }
    return page(request, "sign_in/account.html", context, status=status)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form without the token of its page: an old page, or a form of somebody else."""
    context = {
        "title": "This page is too old.",
        "instead": "Load it again, and send it once more. It needs cookies.",
    }
    return page(request, "shell/error.html", context, status=403)


def _tried(request: HttpRequest) -> Try:
    """The peer is the server's word, which puts in its place what our own proxy says, and no other."""
    email, password = sent.text(request, "email"), sent.text(request, "password")
    peer = request.META.get("REMOTE_ADDR", "")
    return Try(email, password, peer, cookies.known_browser(request, email))


def _come_in(request: HttpRequest, member: int, *, to: str = "") -> HttpResponseBase:
    """Somebody has just proven who they are."""
    answer = SeeOther(to or reverse("start"))
    cookies.let_in(request, answer, entering.begin(member, at=clock.now()))
    return answer


def _wanted(request: HttpRequest) -> str:
    """Where somebody wanted to go: a path of ours, or the start."""
    wanted = sent.asked(request, "next")
    return wanted if _OWN_PATH.fullmatch(wanted) else reverse("start")


def _sign_in_page(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    context = {"title": "Sign in", "form": form, "is_new": queries.is_empty()}
    return page(request, "sign_in/sign_in.html", context, status=status)


def _set_up_page(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    context = {"title": "You are the first admin", "form": form}
    return page(request, "sign_in/set_up.html", context, status=status)
