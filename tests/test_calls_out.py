"""What answers a person calls nobody but the database: every way out of the house goes through a door with a deadline.

Read in the code here; held while every test of the suite asks for pages by `tests/calling_out.py`.
"""

import ast
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path as address

from tests.calling_out import LET_OUT, CalledOut
from tests.test_architecture import APPS, calls, modules, name, tree

# Modules that may, and why no page waits for them.
DOORS = {
    "contacts/waking.py": "hands hints to the broker in a thread of its own, with a deadline",
    "config/web/health.py": "asks Redis whether it is there, with a deadline, before it connects to the database",
    "config/celery.py": "the application that worker and beat run",
    "cases/tasks.py": "run by the worker",
    "cases/notifications/delivery.py": "speaks to the relay, in the worker",
    "config/dev/demo.py": "starts the demo; serves no page",
    "config/dev/supervisor.py": "starts the demo; serves no page",
    "config/dev/mail_catcher.py": "the relay of the demo",
}
# Programs around the portal: engines, checks, the measurements.
AROUND = (
    "config/dev/engines/",
    "config/dev/embedded.py",
    "config/dev/check.py",
    "config/dev/translations.py",
    "cases/load_test_data/",
)

LIBRARIES = {
    "aiohttp", "aiosmtpd", "amqp", "boto3", "celery", "ftplib", "grpc", "http.client", "httpx", "imaplib", "kombu",
    "ldap3", "poplib", "redis", "requests", "smtplib", "socket", "ssl", "subprocess", "telnetlib", "urllib.request",
    "urllib3", "websockets", "xmlrpc",
}  # fmt: skip
#: Names of calls that send something off, whatever they are called on.
CALLS = re.compile(
    r"\.send$|(^|\.)(send_mail|send_mass_mail|send_messages|mail_admins|mail_managers|get_connection|email_user|delay"
    r"|apply_async|send_task|urlopen|urlretrieve|create_connection|from_url|Redis|StrictRedis|SMTP|SMTP_SSL)$"
)
#: The same words for something else: which connection to the database this is; our own, which writes a mail down.
NO_CALLS_OUT = {"transaction.get_connection", "self.send_mail"}


def may(path: Path) -> bool:
    return name(path) in DOORS or name(path).startswith(AROUND)


def imported(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def ways_out(path: Path) -> list[str]:
    """Return what in this module leads out of the house."""
    found = [
        f"{name(path)}:{line} imports {module}"
        for line, module in imported(path)
        if {module, module.partition(".")[0]} & LIBRARIES
    ]
    called = [
        f"{name(path)}:{call.lineno} {what}"
        for call, what in calls(path)
        if CALLS.search(what) and what not in NO_CALLS_OUT
    ]
    return found + called


class TestTheCode:
    def test_leads_out_through_the_doors_alone(self) -> None:
        ways = [way for path in modules(*APPS) if not may(path) for way in ways_out(path)]
        assert ways == [], "\n".join(ways)

    @pytest.mark.parametrize("door", DOORS)
    def test_has_no_door_that_leads_nowhere(self, door: str) -> None:
        """A module that calls out no more leaves the list."""
        [path] = [path for path in modules(*APPS) if name(path) == door]
        assert ways_out(path)

    @pytest.mark.parametrize(
        "careless",
        [
            "from django.core.mail import send_mail\nsend_mail('a', 'b', None, ['c'])",
            "current_app.send_task('cases.tasks.sweep')",
            "deliver_outbox.delay()",
            "import requests",
            "from urllib import request\nrequest.urlopen('https://example.com')",
            "compose('welcome', 'a@example.com', None, {}).send()",
            "from redis.exceptions import RedisError",
        ],
    )
    def test_would_be_caught_where_it_is_careless(
        self, careless: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "careless.py"
        path.write_text(careless)
        monkeypatch.setattr("tests.test_calls_out.name", lambda path: path.name)
        assert ways_out(path)


def careless(_request: HttpRequest) -> HttpResponse:
    """A page that rings for somebody who is away, and makes nothing of it."""
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", 1), timeout=1)
    return HttpResponse()


urlpatterns = [address("careless/", login_not_required(careless))]


class TestEveryPage:
    """The watch that `tests/conftest.py` keeps over all pages of all tests."""

    @pytest.mark.urls(__name__)
    def test_that_calls_out_is_caught_also_where_it_goes_on(self, client: Client, db: None) -> None:
        with pytest.raises(CalledOut, match="/careless/"):
            client.get("/careless/")

    def test_that_asks_whether_others_are_there_may(self, client: Client, db: None) -> None:
        assert {client.get(where).status_code for where in LET_OUT} <= {200, 503}
