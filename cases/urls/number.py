"""Numbers in an address: /cases/CC-000042/. Register by importing; the view gets the database id."""

import re

from django.urls import register_converter

from cases.models import case, incident, root_cause
from cases.models.numbers import Numbering


class NumberConverter:
    """Path converter of one numbering; reversing takes the number ("CC-000042") or the id (42)."""

    numbering: Numbering

    def to_python(self, value: str) -> int:
        pk = self.numbering.id_of(value)
        if pk is None:
            raise ValueError(value)
        return pk

    def to_url(self, value: str | int) -> str:
        return self.numbering.number(value) if isinstance(value, int) else value


for name, numbering in {
    "case_number": case.NUMBERING,
    "incident_number": incident.NUMBERING,
    "root_cause_number": root_cause.NUMBERING,
}.items():
    regex = rf"{re.escape(numbering.prefix)}[0-9]{{6,14}}"
    register_converter(type(name, (NumberConverter,), {"numbering": numbering, "regex": regex}), name)
