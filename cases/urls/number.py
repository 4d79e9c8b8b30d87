"""A case in an address: /cases/CC-000042/. Register by importing; the view gets the database id as `case_id`."""

import re

from django.urls import register_converter

from cases.models.case import PREFIX, id_of


class CaseNumber:
    """Path converter `<case_number:case_id>`; reversing takes the number ("CC-000042") or the id (42)."""

    regex = rf"{re.escape(PREFIX)}[0-9]{{6,14}}"

    def to_python(self, value: str) -> int:
        case_id = id_of(value)
        if case_id is None:
            raise ValueError(value)
        return case_id

    def to_url(self, value: str | int) -> str:
        return f"{PREFIX}{value:06d}" if isinstance(value, int) else value


register_converter(CaseNumber, "case_number")
