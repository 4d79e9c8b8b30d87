"""First of all conftest files: the engines run and Django is set up before any test module is imported."""

from tests import engines

engines.start()

import django  # noqa: E402  (the settings are read from the environment that the engines completed)

django.setup()


def pytest_unconfigure() -> None:
    engines.stop()
