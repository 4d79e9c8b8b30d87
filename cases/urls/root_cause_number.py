"""A report in an address: RC-000012. Register by importing; the view gets the database id as `report_id`."""

import re

from django.urls import register_converter

from cases.models.root_cause import PREFIX, root_cause_id_of


class RootCauseNumber:
    """Path converter `<root_cause_number:report_id>`; reversing takes the number ("RC-000012") or the id (12)."""

    regex = rf"{re.escape(PREFIX)}[0-9]{{6,14}}"

    def to_python(self, value: str) -> int:
        report_id = root_cause_id_of(value)
        if report_id is None:
            raise ValueError(value)
        return report_id

    def to_url(self, value: str | int) -> str:
        return f"{PREFIX}{value:06d}" if isinstance(value, int) else value


register_converter(RootCauseNumber, "root_cause_number")
