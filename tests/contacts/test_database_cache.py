"""The cache in the database: what the limits of sign-in are counted in."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from contacts.database_cache import DatabaseCache, forget_expired
from contacts.models import CacheEntry

ANYTHING = [True, 0, 1.5, 1764555555.123457, "words", "’é\n", None, [], [2.5, 1.25], {"key": ["value"]}]


def expire(key: str) -> None:
    past = timezone.now() - timedelta(seconds=1)
    assert CacheEntry.objects.filter(key=cache.make_key(key)).update(expires_at=past) == 1


@pytest.mark.django_db
class TestCache:
    def test_is_the_one_that_all_use(self) -> None:
        from allauth.core.internal import ratelimit
        from allauth.mfa.totp.internal import auth

        assert isinstance(cache._connections["default"], DatabaseCache)  # type: ignore[attr-defined]
        assert ratelimit.cache is auth.cache is cache

    @pytest.mark.parametrize("value", ANYTHING)
    def test_gives_back_what_it_was_given(self, value: object) -> None:
        cache.set("key", value)
        assert cache.get("key", "nothing") == value

    def test_keeps_versions_and_keys_apart(self) -> None:
        cache.set_many({"one": 1, "two": 2})
        cache.set("one", 3, version=2)
        assert cache.get_many(["one", "two", "three"]) == {"one": 1, "two": 2}
        assert cache.get("one", version=2) == 3

    def test_forgets_what_is_over(self) -> None:
        cache.set("key", 1, timeout=60)
        expire("key")
        assert (cache.get("key"), cache.has_key("key"), cache.touch("key")) == (None, False, False)
        cache.set("for good", 1, timeout=None)
        cache.set("still", 1, timeout=60)
        assert forget_expired() == 1
        assert cache.get_many(["for good", "still"]) == {"for good": 1, "still": 1}

    def test_times_by_the_second(self) -> None:
        cache.set("key", 1, timeout=0.2)
        assert cache.get("key") == 1
        time.sleep(0.25)
        assert cache.get("key") is None
        cache.set("key", 1, timeout=0)
        assert cache.get("key") is None

    def test_adds_only_where_nothing_holds(self) -> None:
        assert cache.add("key", 1, timeout=60)
        assert not cache.add("key", 2, timeout=60)
        assert cache.get("key") == 1
        expire("key")
        assert cache.add("key", 3, timeout=60)
        assert cache.get("key") == 3
        cache.set("for good", 1, timeout=None)
        assert not cache.add("for good", 2)

    def test_lengthens_deletes_counts_and_clears(self) -> None:
        cache.set("key", 1, timeout=60)
        assert cache.touch("key", timeout=None)
        assert CacheEntry.objects.get(key=cache.make_key("key")).expires_at is None
        assert cache.incr("key", 4) == 5
        assert (cache.delete("key"), cache.delete("key")) == (True, False)
        cache.set("key", 1)
        cache.clear()
        assert cache.get("key") is None

    @pytest.mark.parametrize("ended", [False, True])
    def test_reads_in_one_query_and_writes_in_one(self, ended: bool, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        cache.set("key", 1, timeout=60)
        if ended:
            expire("key")
        with django_assert_num_queries(3):
            cache.get("key")
            cache.add("key", 2)
            cache.set("key", 3)


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    @pytest.mark.parametrize("was_there", [False, True])
    def test_only_one_adds(self, was_there: bool) -> None:
        for turn in range(10):
            if was_there:
                cache.set(f"lock {turn}", "old", timeout=60)
                expire(f"lock {turn}")
            ready = Barrier(6)

            def add(number: int, key: str = f"lock {turn}", ready: Barrier = ready) -> bool:
                ready.wait()
                try:
                    return cache.add(key, number, timeout=60)
                finally:
                    connection.close()

            with ThreadPoolExecutor(6) as pool:
                assert sum(pool.map(add, range(6))) == 1

    def test_what_is_rolled_back_was_not_kept(self) -> None:
        with transaction.atomic():
            cache.set("key", 1)
            transaction.set_rollback(True)
        assert cache.get("key") is None
