"""For several processes behind a buffering proxy, which has to end TLS.

    granian --interface wsgi --factory revloop.web.production:application --workers 2

The workspace is that of REVLOOP_HOME, its database that of DATABASE_URL, the address that browsers
use REVLOOP_PUBLIC_URL. The proxy connects from REVLOOP_PROXY, else from this machine; what it says
of callers counts, and nobody else's word. examples/deploy has the files of a whole set-up.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from revloop.kit import folder
from revloop.kit.errors import InvalidInput
from revloop.web import server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def application() -> WSGIApplication:
    """What each worker process answers with.

    Raises:
        InvalidInput: `serve.public_url`, if it is missing or without TLS; `serve.proxy`.
    """
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers  # noqa: PLC0415 - an extra

    public_url = os.environ.get("REVLOOP_PUBLIC_URL", "")
    if not public_url:
        raise InvalidInput(
            "serve.public_url",
            "REVLOOP_PUBLIC_URL does not say by which address browsers come",
            hint="write https:// and the name of the host: https://revloop.example.com",
        )
    answering = server.application(folder.find(None), public_url=public_url)
    wrapped: WSGIApplication = wrap_wsgi_with_proxy_headers(
        answering, server.proxy_address(os.environ.get("REVLOOP_PROXY", "127.0.0.1"))
    )
    return wrapped
