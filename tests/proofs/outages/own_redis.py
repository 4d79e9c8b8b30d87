"""A Redis of a test's own, to be ended, halted and emptied while the portal runs on it."""

import signal
import subprocess
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from config.dev.engines import redis as engine
from config.dev.engines.place import end_with_parent, free_port


class OwnRedis:
    """`start()`, then `url`. `refuse`, `halt` and `empty` are the faults; `recover` ends whichever there is."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> "OwnRedis":
        command = [str(engine.program()), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        with (self.home / "redis.log").open("ab") as log:
            self._server = subprocess.Popen(
                command, cwd=self.home, stdout=log, stderr=log, preexec_fn=end_with_parent(signal.SIGKILL)
            )
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                with Redis.from_url(self.url, socket_timeout=1) as client:
                    client.ping()
                return self
            except RedisError:
                time.sleep(0.05)
        raise RuntimeError("the Redis of the test did not come up")

    def refuse(self) -> None:
        """Nobody listens on the port any more."""
        assert self._server is not None
        self._server.send_signal(signal.SIGCONT)
        self._server.kill()
        self._server.wait()
        self._server = None

    def halt(self) -> None:
        """It takes connections and never answers."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def empty(self) -> None:
        """It forgets everything."""
        with Redis.from_url(self.url, socket_timeout=5) as client:
            client.flushall()

    def recover(self) -> None:
        if self._server is None:
            self.start()
        else:
            self._server.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._server is not None:
            self.refuse()
