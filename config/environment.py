"""The environment that the settings are read from: what is wrong in it is said in a sentence, with the name.

A file of names and values (`.env`) is read too; the environment wins. What is judged of the values themselves before
a deployment stands in `config/deployment.py`.
"""

import re
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_LINE = re.compile(r"(?:export )?([A-Za-z_][A-Za-z_0-9]*)=(.*)")
_QUOTED = re.compile(r"'.*'|\".*\"")
# Docker Compose cuts a value off where such a comment begins, django-environ keeps the comment: neither is meant.
_COMMENT_BEHIND = re.compile(r"(^|\s)#")
_NO = {"false", "off", "n", "no", "0"}


class Environment(environ.Env):
    """Reads like django-environ, but takes an empty value for none, and no word for another one."""

    def get_value(self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, **options: Any) -> Any:
        """Return the value of `var`, or `default` where it is missing or blank.

        Raises ImproperlyConfigured, naming `var`, where it is needed and missing, or is not of its kind.
        """
        given = self.ENVIRON.get(var, "").strip()
        if var in self.ENVIRON and not given:
            if default is self.NOTSET:
                raise ImproperlyConfigured(f"{var} is empty. Set it in the environment or in .env.")
            return default
        if var not in self.ENVIRON and default is self.NOTSET:
            raise ImproperlyConfigured(f"{var} is missing. Set it in the environment or in .env.")
        if cast is bool and given and given.lower() not in {*self.BOOLEAN_TRUE_STRINGS, *_NO}:
            raise ImproperlyConfigured(f"{var} is {given!r}. Say 1 or 0.")
        try:
            return super().get_value(var, cast=cast, default=default, **options)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} cannot be read: {error}") from error


def read_file(path: Path) -> None:
    """Add the names and values of a file to the environment; a name that is set there already keeps its value.

    Raises ImproperlyConfigured, naming file and line, where a line is none of these: NAME=value, blank, a comment.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise ImproperlyConfigured(f"{path.name}, line {number}: write NAME=value, or begin a comment with #.")
        if not _QUOTED.fullmatch(parts[2].strip()) and _COMMENT_BEHIND.search(parts[2]):
            raise ImproperlyConfigured(
                f"{path.name}, line {number}: a comment stands behind the value of {parts[1]}. Give it a line of its"
                " own; a value that holds a blank and # is written in single quotes."
            )
    Environment.read_env(path)
