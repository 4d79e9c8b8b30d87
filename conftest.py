"""First of all conftest files: the engines run and Django is set up before any test module is imported."""

from collections.abc import Iterator
from typing import Any

import pytest

from config.dev import translations
from tests import engines

translations.compile_all()
engines.start()

import django  # noqa: E402  (the settings are read from the environment that the engines completed)
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: list[Any]) -> None:
    """Give each process among which the run is divided engines of its own."""
    for spec in specs:
        spec.env.update(engines.another())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what shares a session's work, where the run is divided among processes.

    A file stays in one process, its tests that empty the tables apart, since they come after all others
    (`--no-loadscope-reorder` leaves pytest-django's order as it is). Journeys come first of their kind: begun last, the
    longest would keep one process alone at the end.
    """
    items.sort(key=lambda item: "journeys" not in item.path.parts)
    for item in items:
        file = item.nodeid.partition("::")[0]
        empties = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
        marker = item.get_closest_marker("django_db")
        empties = empties or (marker and marker.kwargs.get("transaction"))
        item.add_marker(pytest.mark.xdist_group(f"{file}, emptying" if empties else file))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """End the sessions that servers of the tests left open: the database cannot be dropped under them."""
    yield
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.fixture(autouse=True)
def _language_and_zone_of_nobody() -> Iterator[None]:
    """Begin each test in English and UTC: a page asked for leaves its reader's language behind in the thread."""
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()
    yield
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


def pytest_unconfigure() -> None:
    engines.stop()
