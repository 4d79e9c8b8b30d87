"""The engines of one test run: PostgreSQL and Redis of its own, unless DATABASE_URL and REDIS_URL name others.

Imported by `conftest.py` before anything reads the settings. A run that is divided among processes (pytest-xdist) gives
each of them engines of its own: they would read each other's queue and empty each other's cache.
"""

import os
from contextlib import ExitStack

from config import embedded

_running = ExitStack()

_OURS = "ENGINES_OF_THE_TESTS"

_ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "known-to-everybody-for-tests-only-and-long-enough-to-be-one",
    "SECURE": "0",
    "HASHED_STATIC_FILES": "0",
    "LOG_LEVEL": "WARNING",
    "STAFF_SECOND_FACTOR_REQUIRED": "0",  # tests/contacts/test_second_factor.py asks for it
}


def start() -> None:
    """Set the environment that the settings of a test run are read from, engines included."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    for name in os.environ.get(_OURS, "").split():
        del os.environ[name]  # of the process that divides the work
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if not missing:
        return
    urls = _running.enter_context(embedded.temporary_engines())
    own = {"DATABASE_URL": urls.database, "REDIS_URL": urls.redis}
    os.environ.update({name: own[name] for name in missing}, **{_OURS: " ".join(missing)})


def stop() -> None:
    """End the engines that `start` started."""
    _running.close()
