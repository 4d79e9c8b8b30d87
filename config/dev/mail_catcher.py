"""The demo's SMTP server: takes every mail and keeps it in a Maildir instead of sending it on.

`python -m config.dev.mail_catcher PORT DIRECTORY`, on the loopback only, until a signal ends it.
"""

import signal
import sys
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox


def main(port: str, directory: str) -> None:
    """Catch mails until SIGTERM or SIGINT."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})  # before the server's thread exists
    Path(directory).parent.mkdir(parents=True, exist_ok=True)
    catcher = Controller(Mailbox(Path(directory)), hostname="127.0.0.1", port=int(port), ready_timeout=20)
    catcher.start()
    sys.stdout.write("Catching mails.\n")
    sys.stdout.flush()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    catcher.stop()


if __name__ == "__main__":
    main(*sys.argv[1:3])
