"""What `manage.py check --deploy` refuses beside Django's own checks: settings that nobody could be served by safely.

Production runs it before it starts (compose.yaml). Each refusal names the setting and what to put there.
"""

import os
from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

LEAST_KEY, LEAST_SIGNS = 50, 12
NEEDED = ("SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL")
# Words of keys that are published: of the demo, of the tests, of instructions, and what people put in their place.
KNOWN = ("not-a-secret", "known-to-everybody", "django-insecure", "secrets.token", "change", "example", "placeholder")
_RELAYS = ("django.core.mail.backends.smtp.EmailBackend",)


@register(Tags.security, deploy=True)
def check_settings(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Return an error for each setting that production cannot do with or without."""
    missing = [name for name in NEEDED if not os.environ.get(name, "").strip()]
    found = [*_missing(missing), *_keys(), *_place()]
    if "SITE_URL" not in missing:
        found += _site()
    if "EMAIL_URL" not in missing and settings.EMAIL_BACKEND not in _RELAYS:
        found.append(Error("EMAIL_URL names no relay: mails would leave nobody.", hint="smtp+tls://…", id="care.E007"))
    if "DEFAULT_FROM_EMAIL" not in missing and not _is_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]):
        hint = "Customer Care <care@your-domain>"
        found.append(Error("DEFAULT_FROM_EMAIL holds no mail address.", hint=hint, id="care.E008"))
    return found


def _missing(names: list[str]) -> Iterator[CheckMessage]:
    hint = "Set it in the environment or in .env; docs/settings.md says what it means."
    return (Error(f"{name} is not set.", hint=hint, id="care.E001") for name in names)


def _keys() -> Iterator[CheckMessage]:
    """Judge the key and those that were before: whoever knows one of them can sign in as anybody."""
    hint = 'Make one: python -c "import secrets; print(secrets.token_urlsafe(64))"'
    keys = [("SECRET_KEY", settings.SECRET_KEY)] + [
        ("SECRET_KEY_FALLBACKS", key) for key in settings.SECRET_KEY_FALLBACKS
    ]
    for name, key in keys:
        if any(sign.isspace() for sign in key):
            yield Error(f"{name} has a blank in it: a sentence is no key.", hint=hint, id="care.E002")
        elif any(words in key.lower() for words in KNOWN):
            yield Error(f"{name} is a key that is published.", hint=hint, id="care.E003")
        elif len(key) < LEAST_KEY or len(set(key)) < LEAST_SIGNS:
            yield Error(f"{name} is short, or too much of it is alike.", hint=hint, id="care.E004")


def _place() -> Iterator[CheckMessage]:
    if settings.DEMO:
        yield Error("DEMO is on: everybody knows its passwords.", hint="Leave DEMO unset.", id="care.E009")


def _site() -> Iterator[CheckMessage]:
    """Judge the address that mails lead to: it must be one that people reach, and that the portal answers."""
    hint = "As people type it: https://care.your-domain"
    try:
        site = urlsplit(settings.SITE_URL)
        host, port_reads = site.hostname or "", site.port is None or site.port > 0
    except ValueError:
        site, host, port_reads = urlsplit(""), "", False
    if site.scheme != "https":
        yield Error(
            "SITE_URL does not begin with https: links in mails would lead into the open.", hint=hint, id="care.E005"
        )
    if not host or not port_reads or site.path.rstrip("/") or site.query or site.fragment or site.username:
        yield Error("SITE_URL is not the address of a host alone.", hint=hint, id="care.E006")
    elif "ALLOWED_HOSTS" in os.environ and not _is_answered(host):
        yield Error(f"ALLOWED_HOSTS does not name {host}, the host of SITE_URL.", hint=host, id="care.E010")
    if "*" in settings.ALLOWED_HOSTS:
        yield Error("ALLOWED_HOSTS answers to any name.", hint="Name your hosts, with commas.", id="care.E011")


def _is_answered(host: str) -> bool:
    from django.http.request import validate_host

    return validate_host(host, settings.ALLOWED_HOSTS)


def _is_address(text: str) -> bool:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
