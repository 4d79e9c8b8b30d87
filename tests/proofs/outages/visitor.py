"""A person's browser towards a web server in a process of its own: what is sent, what came back, how long it took."""

import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from contacts.models import User

PATIENCE = 60.0  # seconds until a test gives up


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back after so many `seconds`."""

    path: str
    status: int
    location: str
    body: str
    seconds: float


class Visitor:
    """One browser: cookies of a session, where somebody is signed in, and the token of forms. Follows no redirect."""

    def __init__(self, url: str, user: User | None = None) -> None:
        self._host = urlsplit(url).netloc
        self._token = _get_new_csrf_string()
        cookies = {settings.CSRF_COOKIE_NAME: self._token}
        if user is not None:
            client = Client()
            client.force_login(user)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, "", {})

    def post(self, path: str, **fields: str) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self._token}
        return self._ask("POST", path, urlencode(fields), form)

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
        began = time.monotonic()
        line = http.client.HTTPConnection(self._host, timeout=PATIENCE)
        try:
            line.request(method, path, body=body.encode(), headers=self._headers | headers)
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        taken = time.monotonic() - began
        return Answer(path, answer.status, answer.headers.get("Location", ""), text, taken)
