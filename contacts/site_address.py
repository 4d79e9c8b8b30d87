"""The address of a page in mails and feeds: of the site that is set, never of the host that a request names."""

from django.conf import settings


def absolute(path: str) -> str:
    """Return the whole address of a path on this portal."""
    return settings.SITE_URL.rstrip("/") + path
