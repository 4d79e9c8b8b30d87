"""How a process uses an engine: it holds a lock as long as it lives and starts a keeper if there is none."""

import atexit
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from config.dev.engines.place import PROJECT, EngineFailed, Place, is_locked, locked, try_lock

_WAIT = 100.0  # seconds for an engine to be ready, a little more than its keeper gives it


class Lease:
    """The use of one engine by this process, from `take` to `release` or the end of the process."""

    def __init__(self, engine: str, place: Place) -> None:
        self.engine, self.place = engine, place
        self._keeper: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    def take(self) -> str:
        """Start the engine or join those who use it already; return its URL. Raises EngineFailed."""
        self.place.prepare()
        with locked(self.place.folder / "starter.lock"):
            self._lock = try_lock(self.place.folder / "users.lock", fcntl.LOCK_SH, wait=True)
            try:
                return self._wait()
            except BaseException:
                self.release()
                raise

    def release(self, *, at_once: bool = False) -> None:
        """Stop using the engine; `at_once` waits until it has ended, unless others still use it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if at_once:
            ask_to_end(self.place, signal.SIGUSR1)
        if self._keeper is not None:
            self._keeper.poll()

    def _start_keeper(self) -> None:
        self.place.state.unlink(missing_ok=True)
        self.place.log.write_bytes(b"")
        kind = "temporary" if self.place.temporary else "lasting"
        with self.place.log.open("ab") as log:
            self._keeper = subprocess.Popen(
                [sys.executable, "-m", "config.dev.engines.keeper", self.engine, self.place.folder, kind],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=PROJECT,
                start_new_session=True,  # Ctrl-C in the terminal is for its users
            )
        atexit.register(self._keeper.poll)

    def _wait(self) -> str:
        """Return the URL once the engine is ready, starting a keeper when there is none or the last one left."""
        deadline = time.monotonic() + _WAIT
        while time.monotonic() < deadline:
            if is_locked(self.place.folder / "keeper.lock"):
                with suppress(FileNotFoundError):
                    return str(json.loads(self.place.state.read_text())["url"])
            elif self._keeper is None:
                self._start_keeper()
            elif self._keeper.poll() is not None:
                break
            time.sleep(0.02)
        raise EngineFailed(f"The embedded {self.engine} did not start. The end of its log:\n{self._end_of_log()}")

    def _end_of_log(self) -> str:
        lines = self.place.log.read_text(errors="replace").splitlines() if self.place.log.exists() else []
        return "\n".join(lines[-12:])


def ask_to_end(place: Place, number: int, within: float = 30.0) -> bool:
    """Signal a place's keeper and wait until it has gone; False when others use the engine and it stays."""
    lock = place.folder / "keeper.lock"
    if not is_locked(lock):
        return True
    with suppress(FileNotFoundError, ProcessLookupError):  # it is on its way out already
        os.kill(int(json.loads(place.state.read_text())["keeper"]), number)
    deadline = time.monotonic() + within
    while is_locked(lock) and time.monotonic() < deadline:
        with suppress(FileNotFoundError):  # a temporary folder goes before its keeper
            if number == signal.SIGUSR1 and _others_use(place):
                return False
        time.sleep(0.02)
    return not is_locked(lock)


def _others_use(place: Place) -> bool:
    """Tell whether a user holds the lock (shared), rather than the keeper that is leaving (exclusive)."""
    descriptor = try_lock(place.folder / "users.lock", fcntl.LOCK_SH)
    if descriptor is None:
        return False  # the keeper's
    os.close(descriptor)
    alone = try_lock(place.folder / "users.lock")
    if alone is not None:
        os.close(alone)
        return False
    return place.state.exists()
