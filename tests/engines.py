"""The engines of one test run: PostgreSQL and Redis of its own, unless DATABASE_URL and REDIS_URL name others.

PostgreSQL begins with a copy of files in which the template of all tests lies (`tests/template_database.py`).

Imported by `conftest.py` before anything reads the settings.
"""

import os
from contextlib import ExitStack

from config.dev import embedded
from tests import template_database

_running = ExitStack()
_given: set[str] = set()

_ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "known-to-everybody-for-tests-only-and-long-enough-to-be-one",
    "SECURE": "0",
    "HASHED_STATIC_FILES": "0",
    "LOG_LEVEL": "WARNING",
    "STAFF_SECOND_FACTOR_REQUIRED": "0",  # tests/contacts/test_second_factor.py asks for it
    # Machines and races do in a minute what people do in months; tests/cases/test_quotas.py sets what production has.
    "QUOTA_ENTRIES_PER_HOUR": "1000000",
    "QUOTA_ENTRIES_PER_HOUR_ACCOUNT": "1000000",
    "QUOTA_CASES_PER_HOUR": "1000000",
    "QUOTA_CASES_PER_HOUR_ACCOUNT": "1000000",
    "QUOTA_EXPORTS_PER_HOUR": "1000000",
    "QUOTA_EXPORTS_PER_HOUR_ACCOUNT": "1000000",
}


def start() -> None:
    """Set the environment that the settings of a test run are read from, engines included."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    _given.update(name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name))
    os.environ.update(another())


def another() -> dict[str, str]:
    """Start engines for one more process, and return the environment that leads to them; what is named is shared.

    Processes among which a run is divided would empty each other's cache and read each other's queue.
    """
    if len(_given) == 2:
        return {}
    urls = _running.enter_context(embedded.temporary_engines(template_database.begin))
    own = {"DATABASE_URL": urls.database, "REDIS_URL": urls.redis}
    return {name: url for name, url in own.items() if name not in _given}


def stop() -> None:
    """End the engines that were started."""
    _running.close()
