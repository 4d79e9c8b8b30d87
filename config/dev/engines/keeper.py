"""The process that keeps one engine: starts it, restarts it when it dies, ends it when nobody uses it.

Started by `lease.py`, which hands it the lock `starting`. It gives that up when the engine answers, and has `keeper`
as long as it lives. The server and its children have `server`. The kernel drops a lock however its holder ends.
"""

import os
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import ModuleType

from config.dev.engines import postgres, redis
from config.dev.engines.place import ENVIRONMENT, EngineFailed, Place, as_user, lock, remove, try_lock
from config.dev.supervisor import Ended, Interrupted, Program, Supervisor, interruptible

ENGINES: dict[str, ModuleType] = {"postgres": postgres, "redis": redis}
LINGER = 5.0  # seconds that an engine waits for its next user, so that command after command finds it warm
_READY_WITHIN = 60.0  # seconds, crash recovery included
_STEADY = 90.0  # seconds; an engine that ends earlier counts as failed
_FAILURES = 3  # in a row; then the engine is given up


def main(name: str, starting: str, folder: str, temporary: str) -> None:
    """Run as a process of its own: keep the engine `name` in `folder`."""
    interruptible()
    place = Place(Path(folder), temporary == "temporary")
    note = place.folder / "keeper.lock"
    note.write_text(str(os.getpid()))  # before it is locked: who finds it locked can rely on it
    keeping = lock(note)
    try:
        with ExitStack() as beginning:
            beginning.callback(os.close, int(starting))
            _keep(ENGINES[name], place, beginning)
    except Interrupted:
        pass
    except (Ended, EngineFailed) as failure:
        sys.exit(str(failure))
    finally:
        if place.temporary:
            remove(place.folder)
            with suppress(OSError):  # another engine lies there
                place.folder.parent.rmdir()
        os.close(keeping)


def _keep(engine: ModuleType, place: Place, beginning: ExitStack) -> None:
    """Run the engine until its last user has left; raises Ended when it ends by itself again and again."""
    failures = 0
    while True:
        began = time.monotonic()
        inherited = vacated(place)
        engine.prepare(place)
        place.choose_port()
        server = Program(
            place.folder.name,
            engine.command(place),
            place.folder / "log",
            lambda: bool(engine.is_ready(place)),
            stop_signal=engine.KILL_SIGNAL if place.temporary else engine.STOP_SIGNAL,
            options={"cwd": place.data, "pass_fds": [inherited], **as_user(engine.user())},
        )
        try:
            with Supervisor([server], ENVIRONMENT, grace=60) as supervisor:
                os.close(inherited)
                assert server.process is not None
                (place.folder / "server.lock").write_text(str(server.process.pid))
                supervisor.wait_until_ready(_READY_WITHIN)
                beginning.close()
                _wait_for_the_last_user(place, supervisor)
                return
        except Ended as failure:
            failures = failures + 1 if time.monotonic() - began < _STEADY else 1
            if failures == _FAILURES:
                raise
            sys.stderr.write(f"{failure}\n")


def _wait_for_the_last_user(place: Place, supervisor: Supervisor) -> None:
    """Return with the lock `users`: whoever comes now waits until this process has ended."""
    linger = 0.0 if place.temporary else LINGER
    seen = time.monotonic()
    while True:
        alone = try_lock(place.folder / "users.lock")
        if alone is None:
            seen = time.monotonic()
        elif time.monotonic() - seen >= linger:
            return
        else:
            os.close(alone)
        supervisor.raise_if_ended()
        time.sleep(0.2)


def vacated(place: Place) -> int:
    """Return the lock `server`, once the server and the children that a killed keeper left behind have ended."""
    note = place.folder / "server.lock"
    held = try_lock(note)
    if held is None:
        with suppress(ValueError, ProcessLookupError):  # Linux has told it already
            os.kill(int(note.read_text()), ENGINES[place.folder.name].STOP_SIGNAL)
        held = lock(note)
    note.write_text("")  # until its next holder is known
    return held


if __name__ == "__main__":
    main(*sys.argv[1:5])
