"""Requests that cannot be meant: a value that no column holds, a sign that no address has, a method that a page lacks.

Each is answered as what it is, with a page that says so; none is a fault of ours.
"""

import re

import structlog
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.web.middleware import Middleware
from contacts.fragments import is_fragment

log = structlog.get_logger()

NO_ADDRESS = re.compile(r"[\x00-\x1f\x7f]")
SAID = {400, 405}


class RefusedRequests(Middleware):
    """Refuse what no page can be asked, and give an empty refusal its page."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NO_ADDRESS.search(request.path_info):
            return refusal(request, 400)
        response = self.get_response(request)
        is_empty = response.status_code in SAID and not response.streaming and not response.content
        if not is_empty or is_fragment(request):
            return response
        page = refusal(request, response.status_code)
        for name, value in response.items():
            page.setdefault(name, value)
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 400 where PostgreSQL could not read a value as one of its column."""
        if not isinstance(exception, DataError):
            return None
        log.warning("impossible_value", path=request.path, error=str(exception))
        return refusal(request, 400)


def refusal(request: HttpRequest, status: int) -> HttpResponse:
    """Return the page of a refusal, in the language of its reader."""
    return render(request, f"{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, 400)
