"""The one list of all routes."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from revloop.web.agreement.routes import ROUTES as AGREEMENT
from revloop.web.companies.routes import ROUTES as COMPANIES
from revloop.web.data.routes import ROUTES as DATA
from revloop.web.loop.routes import ROUTES as LOOP
from revloop.web.members.routes import ROUTES as MEMBERS
from revloop.web.money.routes import ROUTES as MONEY
from revloop.web.people.routes import ROUTES as PEOPLE
from revloop.web.promises.routes import ROUTES as PROMISES
from revloop.web.readings.routes import ROUTES as READINGS
from revloop.web.revenue.routes import ROUTES as REVENUE
from revloop.web.routes import Route, refused
from revloop.web.shell.routes import ROUTES as SHELL
from revloop.web.sign_in.routes import ROUTES as SIGN_IN
from revloop.web.styleguide.routes import ROUTES as STYLEGUIDE
from revloop.web.week.routes import ROUTES as WEEK

ROUTES: tuple[Route, ...] = (
    *SHELL,
    *SIGN_IN,
    *MEMBERS,
    *WEEK,
    *LOOP,
    *PROMISES,
    *REVENUE,
    *MONEY,
    *AGREEMENT,
    *COMPANIES,
    *PEOPLE,
    *DATA,
    *READINGS,
    *STYLEGUIDE,
)
urlpatterns = [route.pattern() for route in ROUTES]


def _answering(status: int) -> Callable[..., HttpResponseBase]:
    def answer(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
        del exception  # what went wrong is for the log, not for whoever asked
        return refused(request, status)

    return answer


handler400 = _answering(400)
handler403 = _answering(403)
handler404 = _answering(404)


def handler500(request: HttpRequest) -> HttpResponseBase:
    """Asks nothing of database and templates, which may be what broke."""
    return HttpResponse(
        "<!doctype html><html lang=en><title>Something broke · revloop</title>"
        "<h1>Something broke.</h1><p>It was written to the log. Nothing that was confirmed is lost."
        "</p><p><a href=/>Go to the start</a></p>",
        status=500,
    )
