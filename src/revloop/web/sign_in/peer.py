"""Where a request comes from. What it says of itself does not count."""

from __future__ import annotations

from django.http import HttpRequest

from revloop.web.house import house


def address(request: HttpRequest) -> str:
    """The address of the peer; behind our own proxy, of who asked the proxy.

    A proxy appends the address of its caller, so the last one is the proxy's word and whatever
    stands before it is the caller's.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    proxy = house(request).proxy
    if not proxy or peer != proxy:
        return peer
    said: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return said.rpartition(",")[2].strip() or peer
