"""The engines of one test run: PostgreSQL and Redis of its own, unless DATABASE_URL and REDIS_URL name others.

Imported by `conftest.py` before anything reads the settings.
"""

import os
from contextlib import ExitStack

from config import embedded

_running = ExitStack()

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
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    urls = _running.enter_context(embedded.temporary_engines())
    os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or urls.database
    os.environ["REDIS_URL"] = os.environ.get("REDIS_URL") or urls.redis


def stop() -> None:
    """End the engines that `start` started."""
    _running.close()
