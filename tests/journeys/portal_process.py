"""The whole portal as processes of its own over the database of the tests: web server, Celery worker, real mail."""

import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

from django.db import connection

from tests.journeys.tls_proxy import proxy

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40  # seconds until the server must answer


class House:
    """`start()`, then `url`; `stop()` ends the processes. What they print stands in `log`."""

    options: tuple[str, ...] = ()  # of uvicorn

    def __init__(self, home: Path, smtp_port: int, *, redis_url: str = "", worker: bool = True) -> None:
        self.home = home
        self.worker = worker
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "house.log"
        self.caught_mail = home / "mail"
        self._environment = {
            **os.environ,
            "DATABASE_URL": _database_of_the_tests(),
            "REDIS_URL": redis_url or os.environ["REDIS_URL"],
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "MEDIA_ROOT": str(home / "files"),
            "LOG_LEVEL": "INFO",
        }
        self._set_up(self._environment)
        self._processes: list[subprocess.Popen[bytes]] = []

    def _set_up(self, environment: dict[str, str]) -> None:
        environment |= {"DEMO": "1", "SITE_URL": self.url, "CAUGHT_MAIL_DIR": str(self.caught_mail)}

    def start(self) -> Self:
        """Start them and wait until the server answers. Raises RuntimeError with what was printed, when it does not."""
        uvicorn = ["-m", "uvicorn", "config.asgi:application", "--port", str(self.port), *self.options]
        worker = ["-m", "celery", "-A", "config.celery", "worker", "--concurrency", "1"]
        with self.log.open("wb") as log:
            for arguments in (uvicorn, worker) if self.worker else (uvicorn,):
                command = [sys.executable, *arguments]
                self._processes.append(
                    subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT)
                )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                alive = Request(f"http://127.0.0.1:{self.port}/healthz", headers={"X-Forwarded-Proto": "https"})
                with urlopen(alive, timeout=2) as answer:
                    if answer.status == 200:
                        return self
            except (URLError, OSError):
                time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"the portal did not come up:\n{self.log.read_text()}")

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(timeout=25)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class ProductionHouse(House):
    """The portal as the settings are where nobody says otherwise, static files collected, behind a TLS proxy."""

    # As in the Dockerfile.
    options = ("--lifespan", "off", "--no-access-log", "--no-proxy-headers", "--no-server-header")
    # What tests set for themselves; production has the defaults.
    LEFT_OUT = ("DEBUG", "DEMO", "SECURE", "HASHED_STATIC_FILES", "STAFF_SECOND_FACTOR_REQUIRED", "CAUGHT_MAIL_DIR")

    def _set_up(self, environment: dict[str, str]) -> None:
        self._front = ExitStack()
        self.outer_port = _free_port()
        self.url = f"https://localhost:{self.outer_port}"
        for name in self.LEFT_OUT:
            environment.pop(name, None)
        collected = str(self.home / "static")
        environment |= {"SITE_URL": self.url, "TRUSTED_PROXIES": "1", "STATIC_ROOT": collected}

    def start(self) -> Self:
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=self._environment, check=True, timeout=120)
        super().start()
        self._front.enter_context(proxy(self.outer_port, self.port, self.home))
        return self

    def stop(self) -> None:
        self._front.close()
        super().stop()


def _database_of_the_tests() -> str:
    url = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(url._replace(path="/" + str(connection.settings_dict["NAME"])))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
