"""What every template may read beside its own context."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.web.navigation import navigation


def place(request: HttpRequest) -> dict[str, Any]:
    """Return whether this is the demo, the theme the reader chose ("light", "dark", "auto"), and the navigation."""
    theme = request.COOKIES.get("theme", "auto")
    return navigation(request) | {
        "is_demo": settings.DEMO,
        "has_caught_mail": bool(settings.CAUGHT_MAIL_DIR),
        "theme": theme if theme in {"light", "dark"} else "auto",
    }
