"""The cause, if any, for which a case starts without promised times; `lifecycle/classification.py` sets another."""

from collections.abc import Collection

from cases.models import CaseType
from cases.models.case_type import UNSUPPORTED_VERSION


def starting_exclusion(
    type: CaseType, *, version_covered: bool, has_matrix: bool = False, lifted: Collection[str] = ()
) -> str | None:
    """Return the code of the `Exclusion` with which a case of this type starts; None where times are promised.

    A type that is never promised times comes first; then a version that is not supported any more (sections on services
    out of scope, and on opening a case: it is reviewed and answered, without times). A type that `has_matrix`,
    objectives of its own in force, is promised those. Causes that somebody `lifted` exclude no more. No query.
    """
    own = None if has_matrix else type.excluded_by_default_id
    causes = (own, None if version_covered else UNSUPPORTED_VERSION)
    return next((cause for cause in causes if cause is not None and cause not in lifted), None)
