"""The back office of cases: rules and reference data are edited; the work and its record are read there alone."""

from cases.admin import assistance, incidents, record, routing, status_page, tidying, work  # noqa: F401  they register
