"""What every test of a race or a kill needs."""

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def _leave_no_connection_behind() -> Iterator[None]:
    """Begin each test with a connection of its own: threads and killed workers may have left one in disorder."""
    yield
    connection.close()
