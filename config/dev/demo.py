"""`make demo`: the whole portal on one machine, with engines, mail, worker and beat, until Ctrl-C.

The address is http://127.0.0.1:PORT; RESET=1 begins anew. Mails are caught in `var/mail` and leave nobody.
"""

import io
import logging
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.dev import embedded
from config.dev.engines.place import PROJECT, free_port, is_free
from config.dev.supervisor import Ended, Interrupted, Program, Supervisor, interruptible, python

VAR = PROJECT / "var"
LOGINS = VAR / "logins.txt"


def main() -> None:
    """Run the demo until somebody ends it or one of its programs ends by itself."""
    port = _port()
    interruptible()
    try:
        if os.environ.get("RESET", "") not in ("", "0"):
            _forget()
        environment = _environment(port)
        _prepare(environment)
        with Supervisor(_programs(port, environment), environment) as programs:
            with _announced("Starting the web server, a worker and beat"):
                programs.wait_until_ready(within=90)
            _say(_welcome(port))
            _say(_text(LOGINS))
            _say("\nCtrl-C ends it all. Logs: var/log")
            programs.watch()
    except Interrupted:
        _say("\nEnding ...")
    except (Ended, embedded.EngineFailed) as failure:
        sys.exit(f"\n{failure}")
    finally:
        embedded.stop()


def _port() -> int:
    asked = os.environ.get("PORT") or "8000"
    if not asked.isdecimal() or not 0 < int(asked) < 65536:
        sys.exit(f"PORT={asked} is not a port number. Try: make demo PORT=8001")
    port = int(asked)
    try:
        free = is_free(port)
    except PermissionError:
        sys.exit(f"Port {port} needs special rights. Try: make demo PORT=8001")
    if not free:
        other = next((number for number in range(port + 1, min(port + 100, 65535)) if is_free(number)), 8001)
        sys.exit(f"Port {port} is taken by another program. Try: make demo PORT={other}")
    return port


def _forget() -> None:
    """Remove what earlier runs kept. A database that the environment names is never touched."""
    if os.environ.get("DATABASE_URL"):
        sys.exit("RESET=1 empties only the demo's own database. DATABASE_URL names another: empty it yourself.")
    with _announced("Beginning anew"):
        embedded.erase()
        for name in ("mail", "files"):
            shutil.rmtree(VAR / name, ignore_errors=True)


def _environment(port: int) -> dict[str, str]:
    with _announced("Starting PostgreSQL and Redis"):
        engines = {"DATABASE_URL": embedded.database_url(), "REDIS_URL": embedded.redis_url()}
    return {
        **os.environ,
        **engines,
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": f"smtp://127.0.0.1:{free_port()}",
        "CAUGHT_MAIL_DIR": str(VAR / "mail"),
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(environment: dict[str, str]) -> None:
    done = subprocess.run(python("config.dev.demo", "prepare"), check=False, env=environment, cwd=PROJECT)
    if done.returncode != 0:
        raise Ended("The database could not be prepared.")


def _programs(port: int, environment: dict[str, str]) -> list[Program]:
    smtp_port = environment["EMAIL_URL"].rpartition(":")[2]
    celery = ["celery", "--app", "config.celery", "--quiet"]
    worker = ["worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    beat = ["beat", "--loglevel", "INFO", "--schedule", str(VAR / "celerybeat"), "--pidfile", ""]
    quiet = ["--lifespan", "off", "--no-access-log", "--no-proxy-headers", "--no-server-header"]
    web = f"config.asgi:application --host 127.0.0.1 --port {port} --timeout-graceful-shutdown 3".split()
    return [
        _program("mail", python("config.dev.mail_catcher", smtp_port, str(VAR / "mail")), "Catching mails"),
        _program("worker", python(*celery, *worker), " ready."),
        _program("beat", python(*celery, *beat), "beat: Starting"),
        _program("web", python("uvicorn", *web, *quiet), lambda: _answers(f"http://127.0.0.1:{port}/accounts/login/")),
    ]


def _program(name: str, command: list[str], ready: str | Callable[[], bool]) -> Program:
    """Return a program that is ready when its log says so, or when asked."""
    log = VAR / "log" / f"{name}.log"
    return Program(name, command, log, ready if callable(ready) else lambda: ready in _text(log))


def _text(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


# --- In a process of its own, with Django --------------------------------------------------------------------


def prepare() -> None:
    """Bring the database up to date; load reference data, and the demo's people and cases where there are none."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from contacts.models import Account

    # What the verbs log of each case would run through the lines below.
    logging.getLogger().setLevel(logging.WARNING)
    with _announced("Bringing the database up to date"):
        call_command("migrate", verbosity=0)
    with _announced("Loading products, plans, calendars and desks"):
        call_command("load_reference", verbosity=0)
    if not Account.objects.exists():
        with _announced("Loading people and cases"), transaction.atomic():
            talkative = sys.stderr.isatty()  # a progress bar for a person, nothing for a log
            call_command("load_demo", verbosity=int(talkative), stdout=io.StringIO())
    logins = io.StringIO()
    call_command("load_demo", logins=True, stdout=logins)
    LOGINS.write_text(logins.getvalue().rstrip() + "\n")


# --- What the person at the terminal reads -------------------------------------------------------------------


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def _announced(what: str) -> Iterator[None]:
    """Say what is being done, and how long it took when it is done."""
    sys.stdout.write(f"{what} ... ")
    sys.stdout.flush()
    began = time.monotonic()
    try:
        yield
    except BaseException:
        _say("")
        raise
    over = f"\r{what} ... " if sys.stdout.isatty() else ""  # a progress bar may have been here meanwhile
    _say(f"{over}{time.monotonic() - began:.1f} s")


def _welcome(port: int) -> str:
    return f"\nCustomer Care is on http://127.0.0.1:{port} (its mails: http://127.0.0.1:{port}/demo/mail/)\n"


if __name__ == "__main__":
    try:
        prepare() if sys.argv[1:] == ["prepare"] else main()
    except KeyboardInterrupt:  # the process that started us tells it
        sys.exit(130)
