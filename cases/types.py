"""The nine types of a case (Annexe 2): their codes. Names and definitions are reference data (`CaseType`)."""

from enum import StrEnum


class TypeCode(StrEnum):
    ISSUE = "issue"
    PRIVACY = "privacy"
    INTEGRATIONS = "integrations"
    SECURITY = "security"
    FUNCTIONAL = "functional"
    DEFECT = "defect"
    ENHANCEMENT = "enhancement"
    PERFORMANCE = "performance"
    CLOUD_OPERATIONS = "cloud_operations"
