"""No page calls out while it is made: watched over by the interpreter itself in every request of the whole suite.

The database is reached by libpq, which opens no socket of Python; whatever else connects from the thread of a request,
whichever library does it, is seen here.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponseBase

#: Paths that ask whether others are there: with a deadline, before they take a connection of the database.
LET_OUT = ("/readyz",)

_request = threading.local()
_hooked = False


class CalledOut(AssertionError):
    """Something connected to another program while a page was being made."""


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    seen: list[str] | None = getattr(_request, "seen", None)
    if seen is not None and event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        seen.append(f"{event} {arguments}")


@contextmanager
def watched() -> Iterator[None]:
    """For the block, let every request of this process fail in which its thread connects to another program."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_hook)  # for good: it cannot be taken away again, and does nothing outside a request
        _hooked = True
    respond: Callable[..., HttpResponseBase] = BaseHandler.get_response

    def get_response(self: BaseHandler, request: HttpRequest) -> HttpResponseBase:
        seen: list[str] = []
        _request.seen = seen
        try:
            response = respond(self, request)
        finally:
            _request.seen = None
        # Said here, where nobody can take it for a broker or a relay that is away, and go on.
        if seen and request.path not in LET_OUT:
            raise CalledOut(f"{request.method} {request.path} called out: {seen}")
        return response

    BaseHandler.get_response = get_response  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        BaseHandler.get_response = respond  # type: ignore[method-assign]
