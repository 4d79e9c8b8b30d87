"""The process that runs one engine: starts it, restarts it when it dies, stops it when nobody uses it.

Whoever uses an engine holds a shared lock on `users.lock`; the kernel drops that lock however the user ends,
so the keeper needs no list of process ids and nothing is left behind by a `kill -9`. Started by `lease.py`.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType, ModuleType

from config.dev.engines import postgres, redis
from config.dev.engines.place import EngineFailed, Place, remove, try_lock

ENGINES: dict[str, ModuleType] = {postgres.NAME: postgres, redis.NAME: redis}
LINGER = 5.0  # seconds that an engine waits for its next user, so that command after command finds it warm
_START_WITHIN = 90.0  # seconds, crash recovery included
_LOOK_EVERY = 0.2
_RESTARTS = 5  # within one minute; then the engine is given up


class Keeper:
    """One engine in one place, from its start to its end."""

    def __init__(self, engine: ModuleType, place: Place) -> None:
        self.engine, self.place = engine, place
        self.linger = 0.0 if place.temporary else LINGER
        self.leave = threading.Event()
        self.port = 0
        self.server: subprocess.Popen[bytes] | None = None
        self.users: int | None = None  # descriptor of users.lock once it is ours alone

    def run(self) -> None:
        """Keep the engine until its last user has left or somebody asks for its end."""
        signal.signal(signal.SIGTERM, lambda _number, _frame: self.leave.set())
        signal.signal(signal.SIGUSR1, self._hurry)
        try:
            self.engine.prepare(self.place)
            self.port = self.place.port()
            self._start()
            self._publish()
            self._watch()
        finally:
            self.place.state.unlink(missing_ok=True)
            self._stop()

    def _hurry(self, _number: int, _frame: FrameType | None) -> None:
        self.linger = 0.0

    def _start(self, *, same_port: bool = False) -> None:
        deadline = time.monotonic() + _START_WITHIN
        while True:
            self.server = self.engine.start(self.place, self.port)
            while self.server.poll() is None and not self.leave.is_set():
                if self.engine.is_ready(self.place, self.port):
                    return
                if time.monotonic() > deadline:
                    raise EngineFailed(f"{self.engine.NAME} did not answer within {_START_WITHIN:.0f} seconds.")
                time.sleep(0.03)
            if self.leave.is_set() or time.monotonic() > deadline - _START_WITHIN + 15:
                raise EngineFailed(f"{self.engine.NAME} did not start.")
            time.sleep(0.2)  # children of the server before it may still be leaving
            if not same_port:
                self.port = self.place.port(another=True)

    def _publish(self) -> None:
        draft = self.place.state.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps({"url": self.engine.url(self.place, self.port), "keeper": os.getpid()}))
        draft.replace(self.place.state)

    def _watch(self) -> None:
        idle_since: float | None = None
        restarts: list[float] = []
        while not self.leave.wait(_LOOK_EVERY):
            assert self.server is not None
            now = time.monotonic()
            if self.server.poll() is not None:
                restarts = [at for at in restarts if now - at < 60] + [now]
                if len(restarts) > _RESTARTS:
                    raise EngineFailed(f"{self.engine.NAME} keeps ending by itself.")
                self._start(same_port=True)  # those who use it know this address
            self.users = try_lock(self.place.folder / "users.lock")
            if self.users is None:
                idle_since = None
                continue
            idle_since = idle_since or now
            if now - idle_since >= self.linger:
                return  # with the lock: whoever comes now waits until we have gone
            os.close(self.users)

    def _stop(self) -> None:
        if self.server is not None and self.server.poll() is None:
            signals = [self.engine.STOP_SIGNAL, self.engine.KILL_SIGNAL, signal.SIGKILL]
            for number in signals[1:] if self.place.temporary else signals:
                self.server.send_signal(number)
                try:
                    self.server.wait(20)
                    break
                except subprocess.TimeoutExpired:
                    continue
        if self.place.temporary:
            remove(self.place.folder.parent if _is_last(self.place) else self.place.folder)


def _is_last(place: Place) -> bool:
    """Tell whether no other engine lies in the same temporary folder."""
    return all(path == place.folder for path in place.folder.parent.iterdir())


def main(name: str, folder: str, temporary: str) -> None:
    """Run as a process of its own: keep the engine `name` in `folder`."""
    place = Place(Path(folder), temporary == "temporary")
    keeping = try_lock(place.folder / "keeper.lock", fcntl.LOCK_EX)
    if keeping is None:
        return  # somebody else keeps it already
    try:
        Keeper(ENGINES[name], place).run()
    except EngineFailed as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main(*sys.argv[1:4])
