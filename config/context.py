"""What every template may read beside its own context."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def place(request: HttpRequest) -> dict[str, Any]:
    """Return whether this is the demo, and the theme the reader chose ("light", "dark" or "auto")."""
    theme = request.COOKIES.get("theme", "auto")
    return {
        "is_demo": settings.DEMO,
        "has_caught_mail": bool(settings.CAUGHT_MAIL_DIR),
        "theme": theme if theme in {"light", "dark"} else "auto",
    }
