"""The demo's mails: reads the folder (a Maildir) in which the SMTP catcher keeps what the portal sent."""

import mailbox
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from django.conf import settings

SHOWN = 200


class NotCaught(Exception):
    """There is no such mail."""


@dataclass(frozen=True, slots=True)
class Caught:
    """One caught mail. `at` is when the catcher took it."""

    key: str
    at: datetime
    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message.get("To", ""))

    @property
    def sender(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    def part(self, kind: str) -> str:
        """Return the text of the part "plain" or "html"; "" where there is none."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body is not None else ""


def latest() -> list[Caught]:
    """Return the newest mails, headers only, newest first, at most SHOWN."""
    parser = BytesHeaderParser(policy=policy.default)
    with _folder() as folder:
        newest = sorted(((_taken(key), key) for key in folder.iterkeys()), reverse=True)[:SHOWN]
        found = []
        for at, key in newest:
            found.append(Caught(key, at, parser.parsebytes(folder.get_bytes(key))))
    return found


def one(key: str) -> Caught:
    """Return the mail with this key, whole. Raises NotCaught."""
    with _folder() as folder:
        if key not in folder:
            raise NotCaught
        return Caught(key, _taken(key), message_from_bytes(folder.get_bytes(key), policy=policy.default))


@contextmanager
def _folder() -> Iterator[mailbox.Maildir]:
    folder = mailbox.Maildir(Path(settings.CAUGHT_MAIL_DIR), create=True)
    try:
        yield folder
    finally:
        folder.close()


def _taken(key: str) -> datetime:
    """Return when the catcher took a mail: its key begins with the second and the microsecond."""
    found = re.match(r"(\d{1,10})\.M(\d{1,6})P", key)
    second, micro = (int(found[1]), int(found[2])) if found else (0, 0)
    return datetime.fromtimestamp(second, tz=UTC).replace(microsecond=micro)
