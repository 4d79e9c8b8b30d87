"""First of all conftest files: the engines run and Django is set up before any test module is imported."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from config.dev import translations
from tests import engines, restore, samples, template_database

samples.seed()
translations.compile_all()
engines.start()

import django  # noqa: E402  (the settings are read from the environment that the engines completed)
from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: list[Any]) -> None:
    """Give each process among which the run is divided engines of its own; the first has those of this process."""
    for spec in specs[1:]:
        spec.env.update(engines.another())


def pytest_configure(config: pytest.Config) -> None:
    words = "rotating(parts): of such tests in a file, a run of the whole suite takes one in so many, another each time"
    config.addinivalue_line("markers", words)
    config.addinivalue_line("markers", "failing_requests: a journey that lets requests of its pages fail on purpose")


def pytest_report_header() -> str:
    return f"seed: {samples.seed()} (SEED={samples.seed()} tries the same samples again)"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["is_whole"] = samples.is_whole(node.config)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep together what shares a session's work, where the run is divided among processes.

    A file stays in one process, its tests that empty the tables apart, since they come after all others
    (`--no-loadscope-reorder` leaves pytest-django's order as it is). Journeys come first of their kind: begun last, the
    longest would keep one process alone at the end.
    """
    samples.leave_out(config, items)
    items.sort(key=lambda item: "journeys" not in item.path.parts)
    for item in items:
        file = item.nodeid.partition("::")[0]
        empties = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
        marker = item.get_closest_marker("django_db")
        empties = empties or (marker and marker.kwargs.get("transaction"))
        item.add_marker(pytest.mark.xdist_group(f"{file}, emptying" if empties else file))


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """Copy the template: reference data are loaded in it, and tests roll back to them."""
    server, ours = os.environ["DATABASE_URL"], connection.settings_dict
    name = ours["TEST"]["NAME"] or f"test_{ours['NAME']}"
    template_database.copy(server, name)
    ours["NAME"] = name
    with django_db_blocker.unblock():
        restore.remember()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    template_database.drop(server, name)


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
