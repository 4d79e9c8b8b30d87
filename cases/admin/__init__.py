"""The back office of cases: rules and reference data are edited; the work and its record are read there alone."""

# Each registers its models.
from cases.admin import assignment, cases, export, incidents, integrity, relations, status_page, time_entries  # noqa: F401
