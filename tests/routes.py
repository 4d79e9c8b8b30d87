"""The path of every route of the portal, for tests that walk them all."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

VALUES = ("1", "CC-000001", "INC-000001", "RC-000001", "12345678-1234-4123-8123-123456789012")


def routes(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Yield the path of each route, with 1 or a number of ours where it takes an argument."""
    for entry in resolver.url_patterns:
        path = before + _filled(entry)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            yield path


def _filled(entry: URLPattern | URLResolver) -> str:
    example, arguments = normalize(entry.pattern.regex.pattern)[0]
    return str(example % {name: _value(entry.pattern.converters.get(name)) for name in arguments})


def _value(converter: Any) -> str:
    """Return something that the converter of an argument takes. StopIteration means: teach this module."""
    return next(value for value in VALUES if converter is None or re.fullmatch(converter.regex, value))


ROUTES = sorted({*routes(get_resolver())})
