"""The whole portal as processes of its own over the database of the tests: web server, Celery worker, real mail."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40  # seconds until the server must answer


class House:
    """`start()`, then `url`; `stop()` ends the processes. What they print stands in `log`."""

    def __init__(self, home: Path, smtp_port: int, *, redis_url: str = "", worker: bool = True) -> None:
        self.home = home
        self.worker = worker
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "house.log"
        self.caught_mail = home / "mail"
        self._environment = {
            **os.environ,
            "DEMO": "1",
            "DATABASE_URL": _database_of_the_tests(),
            "REDIS_URL": redis_url or os.environ["REDIS_URL"],
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "SITE_URL": self.url,
            "MEDIA_ROOT": str(home / "files"),
            "CAUGHT_MAIL_DIR": str(self.caught_mail),
            "LOG_LEVEL": "INFO",
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> "House":
        """Start them and wait until the server answers. Raises RuntimeError with what was printed, when it does not."""
        uvicorn = ["-m", "uvicorn", "config.asgi:application", "--port", str(self.port)]
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
                with urlopen(f"{self.url}/healthz", timeout=2) as answer:
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


def _database_of_the_tests() -> str:
    url = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(url._replace(path="/" + str(connection.settings_dict["NAME"])))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
