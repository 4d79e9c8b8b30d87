"""The cache of the house, kept in the database: what limits how often something may be tried must outlast Redis.

Django's own cache in the database counts all rows at each write and drops some once there are many, which would open
the limits to whoever fills it. Here a row goes only when its time is over (`forget_expired`, by the sweep).
"""

import json
from collections.abc import Iterable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

_PUT = """
INSERT INTO contacts_cacheentry AS kept (key, value, expires_at)
VALUES (%s, %s::jsonb, clock_timestamp() + make_interval(secs => %s::float8))
ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, expires_at = EXCLUDED.expires_at
"""
_HOLDS = "(expires_at IS NULL OR expires_at > clock_timestamp())"


class DatabaseCache(BaseCache):
    """Keeps what JSON can say. Each call is one statement, timed by the clock of the database.

    Inside a transaction it is part of it: what is rolled back was not counted.
    """

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def validate_key(self, key: str) -> None:
        """Any text is a key: no memcached is behind it."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self.get_many([key], version=version).get(key, default)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        asked = {self.make_and_validate_key(key, version=version): key for key in keys}
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT key, value::text FROM contacts_cacheentry WHERE key = ANY(%s) AND {_HOLDS}", [[*asked]]
            )
            return {asked[key]: json.loads(value) for key, value in cursor.fetchall()}

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._write(_PUT, key, value, timeout, version)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Set a key that holds no more; of several who add it at once one is told that they did."""
        return self._write(f"{_PUT} WHERE kept.expires_at <= clock_timestamp()", key, value, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE contacts_cacheentry SET expires_at = clock_timestamp() + make_interval(secs => %s::float8)"
                f" WHERE key = %s AND {_HOLDS}",
                [self._seconds(timeout), self.make_and_validate_key(key, version=version)],
            )
            return cursor.rowcount == 1

    def delete(self, key: str, version: int | None = None) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM contacts_cacheentry WHERE key = %s", [self.make_and_validate_key(key, version=version)]
            )
            return cursor.rowcount == 1

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM contacts_cacheentry")

    def _write(self, statement: str, key: str, value: Any, timeout: Any, version: int | None) -> bool:
        arguments = [self.make_and_validate_key(key, version=version), json.dumps(value), self._seconds(timeout)]
        with connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            return cursor.rowcount == 1

    def _seconds(self, timeout: Any) -> float | None:
        """Return for how long, None for good."""
        return self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout


def forget_expired() -> int:
    """Delete what holds no more, by the clock of the database; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM contacts_cacheentry WHERE expires_at <= clock_timestamp()")
        return cursor.rowcount
