"""What the cache keeps in the database. Read and written by `contacts/database_cache.py` alone."""

from django.db import models

from sla.time_bounds import within_bounds


class CacheEntry(models.Model):
    """A value under a key until an instant; without one it is kept for good."""

    key = models.TextField(primary_key=True)
    value = models.JSONField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [within_bounds("expires_at")]
        indexes = [models.Index(fields=["expires_at"], name="cache_entry_expires")]

    def __str__(self) -> str:
        return self.key
