"""No request fills the disk."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from config.asgi import application
from config.web.body_limit import TIMES, BodyLimit

KB = 1024


@pytest.fixture(autouse=True)
def _small(settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 10 * KB


def asked(pieces: list[int], **headers: str) -> tuple[int, int]:
    """Send pieces of a body through the limit; return the status, and the bytes that the application got."""
    got = 0

    async def reading(_scope: Any, receive: Any, send: Any) -> None:
        nonlocal got
        while (message := await receive())["type"] != "http.disconnect":
            got += len(message["body"])
            if not message["more_body"]:
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return

    def body() -> Iterator[dict[str, Any]]:
        for place, size in enumerate(pieces, start=1):
            yield {"type": "http.request", "body": b"x" * size, "more_body": place < len(pieces)}

    coming, sent = body(), []

    async def receive() -> Any:
        return next(coming)

    async def send(message: Any) -> None:
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    with ThreadPoolExecutor(1) as elsewhere:  # the browser of the journeys keeps an event loop in this thread
        limited = BodyLimit(reading)({"type": "http", "headers": named}, receive, send)
        elsewhere.submit(asyncio.run, limited).result()
    return sent[0]["status"], got


def test_what_forms_send_passes():
    assert asked([10 * KB, 5 * KB], content_length=str(15 * KB)) == (200, 15 * KB)


def test_what_is_announced_as_too_large_is_not_read():
    assert asked([KB], content_length=str(TIMES * 10 * KB + 1)) == (413, 0)


def test_what_grows_too_large_unannounced_is_cut_off():
    status, got = asked([10 * KB] * 100)
    assert (status, got) == (413, TIMES * 10 * KB)


def test_stands_before_the_application():
    assert isinstance(application, BodyLimit)
