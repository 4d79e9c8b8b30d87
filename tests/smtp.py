"""A real SMTP listener on a free loopback port, for tests: it keeps what it takes, and refuses on demand."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, slots=True)
class Caught:
    """One mail as it arrived: its envelope, its bytes, and the message read from them."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    message: EmailMessage

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    def part(self, kind: str) -> str:
        """Return the text of the part "plain" or "html"."""
        body = self.message.get_body((kind,))
        assert body is not None, f"no {kind} part"
        return str(body.get_content())


@dataclass
class Sink:
    """`start()`, then `port`, `messages`, `refuse(…)`, `stop()`. As a context manager it starts and stops itself."""

    slowness: float = 0.0  # seconds that each mail takes
    messages: list[Caught] = field(default_factory=list)
    port: int = 0
    sessions: int = 0  # connections that said hello
    before_mail: Callable[[], None] | None = None  # called when a sender begins a mail that is not kept yet
    before_answer: Callable[[], None] | None = None  # called when a mail is kept and its sender does not know yet

    def __post_init__(self) -> None:
        self._refusals: list[tuple[str, str, int]] = []
        self._lock = Lock()
        self._controller: Controller | None = None

    def start(self) -> "Sink":
        """Listen on the port it had before, or on a free one."""
        self._controller = _FreePort(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        self.port = self._controller.port
        return self

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    def __enter__(self) -> "Sink":
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def refuse(self, answer: str, *, at: str = "rcpt", times: int = 1) -> None:
        """Answer the next `times` commands ("mail", "rcpt" or "data") with `answer`, such as "451 4.3.0 later"."""
        with self._lock:
            self._refusals.append((at, answer, times))

    def settings(self) -> dict[str, Any]:
        """Return the settings of Django that send here."""
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.port,
            "EMAIL_HOST_USER": "",
            "EMAIL_HOST_PASSWORD": "",
            "EMAIL_USE_TLS": False,
            "EMAIL_USE_SSL": False,
        }

    def ids(self) -> Counter[str]:
        """Return how often each Message-ID arrived."""
        return Counter(caught.id.strip() for caught in self.messages)  # a long one comes folded

    def to(self, address: str) -> list[Caught]:
        """Return the mails that arrived for `address`, oldest first."""
        return [caught for caught in self.messages if address in caught.recipients]

    def _refusal(self, command: str) -> str | None:
        with self._lock:
            for place, (at, answer, times) in enumerate(self._refusals):
                if at == command:
                    left = [(at, answer, times - 1)] if times > 1 else []
                    self._refusals[place : place + 1] = left
                    return answer
        return None

    # What aiosmtpd calls. An answer of its own is given only where nothing is refused.
    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.before_mail is not None:
            self.before_mail()
        if refusal := self._refusal("mail"):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if refusal := self._refusal("rcpt"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if refusal := self._refusal("data"):
            return refusal
        if self.slowness:
            time.sleep(self.slowness)  # on purpose: one mail at a time, as a busy relay
        raw = envelope.original_content or b""
        read = message_from_bytes(raw, policy=policy.default)
        assert isinstance(read, EmailMessage)
        self.messages.append(Caught(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw, read))
        if self.before_answer is not None:
            self.before_answer()
        return "250 OK"


class _FreePort(Controller):
    """Port 0 is any free one; tell which it became before the first contact."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
