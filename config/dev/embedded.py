"""The embedded PostgreSQL and Redis: what the portal runs on where the environment names no servers.

`python -m config.dev.embedded start|stop|status|erase` keeps, ends, shows and removes them by hand.
How it works: `config/dev/engines/`.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from config.dev.engines.keeper import vacated
from config.dev.engines.lease import Lease, end
from config.dev.engines.place import EngineFailed, Place, is_locked, lasting_home, remove, stale_homes, temporary_home

__all__ = ["EngineFailed", "Urls", "database_url", "erase", "redis_url", "stop", "temporary_engines"]

_ENGINES = ("postgres", "redis")
_leases: dict[str, Lease] = {}
_guard = threading.Lock()


@dataclass(frozen=True)
class Urls:
    """Where the engines of one test run listen."""

    database: str
    redis: str


def database_url() -> str:
    """Return DATABASE_URL, or start our own PostgreSQL (or join the running one) and return its URL.

    The engine lives until the last process that asked for it has ended. Raises EngineFailed.
    """
    return os.environ.get("DATABASE_URL") or _lasting("postgres")


def redis_url() -> str:
    """Return REDIS_URL, or the URL of our own Redis, under the same terms as `database_url`."""
    return os.environ.get("REDIS_URL") or _lasting("redis")


def stop() -> None:
    """Let go of the engines this process uses, and wait until they have ended unless others use them too."""
    with _guard:
        while _leases:
            _leases.popitem()[1].release(at_once=True)


def erase() -> None:
    """Remove the lasting engines and all their data. Raises EngineFailed while somebody uses them."""
    stop()
    for place in _places():
        if not end(place):
            raise EngineFailed(f"Another process still uses the {place.folder.name} in {place.folder}.")
        remove(place.folder)


@contextmanager
def temporary_engines(begin: Callable[[Place], None] = Place.prepare) -> Iterator[Urls]:
    """Start engines of one's own in a temporary folder for the block; they go with it, also after a kill -9.

    Faster than the lasting ones and not to be trusted with data: nothing is synced to disk. `begin` may lay the files
    of a cluster into the place of PostgreSQL; otherwise an empty one is made.
    """
    _clear_stale()
    home = temporary_home()
    with ExitStack() as engines:
        leases = [Lease(name, Place(home / name, temporary=True)) for name in _ENGINES]
        for lease in leases:
            engines.callback(lease.release, at_once=True)

        def take(lease: Lease) -> str:
            if lease.engine == "postgres":
                begin(lease.place)
            return lease.take()

        with ThreadPoolExecutor(len(leases)) as pool:
            urls = list(pool.map(take, leases))
        yield Urls(*urls)
    remove(home)


def _lasting(name: str) -> str:
    with _guard:
        if name not in _leases:
            lease = Lease(name, Place(lasting_home() / name))
            lease.take()
            _leases[name] = lease
        return _leases[name].url()


def _clear_stale() -> None:
    for home in stale_homes():
        for users in home.glob("*/users.lock"):
            os.close(vacated(Place(users.parent, temporary=True)))
        remove(home)


def _places() -> Iterator[Place]:
    home = lasting_home()
    return (Place(home / name) for name in _ENGINES)


def main(verb: str = "status") -> None:
    """Start the engines and stay, stop them whoever uses them, remove them, or tell whether they run."""
    if verb not in ("start", "stop", "status", "erase"):
        sys.exit("usage: python -m config.dev.embedded start|stop|status|erase")
    if verb == "start":
        sys.stdout.write(f"export DATABASE_URL={database_url()}\nexport REDIS_URL={redis_url()}\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
        stop()
    for place in _places():
        if verb in ("stop", "erase"):
            end(place, by_force=True)
        if verb == "status":
            running = is_locked(place.folder / "keeper.lock")
            sys.stdout.write(f"{place.folder.name}: {'running' if running else 'stopped'} ({place.folder})\n")
    if verb == "erase":
        erase()


if __name__ == "__main__":
    main(*sys.argv[1:2])
