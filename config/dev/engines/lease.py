"""How a process uses an engine: it holds a shared lock as long as it lives, and starts a keeper if there is none."""

import atexit
import fcntl
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress

from config.dev.engines import keeper
from config.dev.engines.place import PROJECT, EngineFailed, Place, is_locked, lock, locked, try_lock


class Lease:
    """The use of one engine by this process, from `take` to `release` or the end of the process."""

    def __init__(self, engine: str, place: Place) -> None:
        self.engine, self.place = engine, place
        self._held = ExitStack()

    def take(self) -> str:
        """Start the engine or join those who use it already; return its URL. Raises EngineFailed."""
        self.place.prepare()
        folder = self.place.folder
        with ExitStack() as held:
            with locked(folder / "starting.lock") as starting:
                held.enter_context(locked(folder / "users.lock", fcntl.LOCK_SH))  # waits for a keeper that is leaving
                if not is_locked(folder / "keeper.lock"):
                    self._start_keeper(starting)
            with locked(folder / "starting.lock"):  # the keeper's until the engine answers
                if not is_locked(folder / "keeper.lock"):
                    log = (folder / "keeper.log").read_text(errors="replace").strip()
                    raise EngineFailed(f"The embedded {self.engine} did not start. The end of its log:\n{log}")
            self._held = held.pop_all()
        return self.url()

    def url(self) -> str:
        """Return the address of the engine while it is used."""
        return str(keeper.ENGINES[self.engine].url(self.place))

    def release(self, *, at_once: bool = False) -> None:
        """Stop using the engine; `at_once` waits until it has ended, unless others still use it."""
        self._held.close()
        if at_once:
            end(self.place)

    def _start_keeper(self, starting: int) -> None:
        kind = "temporary" if self.place.temporary else "lasting"
        with (self.place.folder / "keeper.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", keeper.__name__, self.engine, str(starting), self.place.folder, kind],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=PROJECT,
                start_new_session=True,  # Ctrl-C in the terminal is for its users
                pass_fds=[starting],
            )
        atexit.register(process.poll)


def end(place: Place, *, by_force: bool = False) -> bool:
    """End the engine and wait until it has; False, and it goes on, while others use it and that matters."""
    with suppress(FileNotFoundError), ExitStack() as held:  # a temporary folder goes before its keeper
        if not by_force:
            users = place.folder / "users.lock"
            os.close(lock(users, fcntl.LOCK_SH))  # waits for a keeper that is leaving
            alone = try_lock(users, within=0.5)  # the keeper looks for a moment now and then
            if alone is None:
                return False
            held.callback(os.close, alone)
        note = place.folder / "keeper.lock"
        if is_locked(note):
            with suppress(ProcessLookupError):
                os.kill(int(note.read_text()), signal.SIGTERM)
            os.close(lock(note, fcntl.LOCK_SH))
    return True
