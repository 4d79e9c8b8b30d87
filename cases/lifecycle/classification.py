"""What kind of problem it is: type, kind of defect, exclusion, and what is known of code and reach.

All of it decides which promises hold; the clocks take the new terms from the change on (sla readings on kinds,
conditions and exclusions).
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.commitments import terms
from cases.commitments.decisions import Decisions, decisions, defaults_of
from cases.commitments.exclusions import starting_exclusion
from cases.lifecycle.change import Change, changing, once
from cases.models import Case, CaseType, CaseTypeMatrix, Exclusion
from cases.statuses import IllegalMove
from contacts.models import User
from sla.editing import seal
from sla.models import Matrix


@once
def classify(
    case: Case, *, by: User, at: datetime, type: CaseType, kind: str = "", submission: UUID | None = None
) -> Case:
    """Say what the case is about and whose defect it is: `kind` one of sla's Kind, "" while not known.

    A type that starts without promised times excludes the case, one that does not takes that exclusion back. What
    somebody decided stays: an exclusion that was set, and that a cause does not exclude where times were promised again
    in spite of it. A type with objectives of its own is promised those from now. Raises NotAllowed, IllegalMove.
    """
    with changing(case, "classify", by=by, at=at, submission=submission) as change:
        matrix, decided = _matrix(change, type), decisions(change.case)
        default = _starting(change.case, type, matrix.pk, decided)
        exclusion = change.case.exclusion_id if decided.excluded else default
        other = {"matrix": matrix.pk, "matrix_was": change.case.matrix_id} if matrix.pk != change.case.matrix_id else {}
        change.set(type=type, kind=kind, exclusion_id=exclusion)
        if other:
            change.set(matrix=seal(matrix, at=at))
        change.happened("classified", type=type.pk, kind=kind, exclusion=exclusion, **other)
    return change.case


def _matrix(change: Change, type: CaseType) -> Matrix:
    """Return what the case is promised by as of this type: the versions that were in force when it reached us.

    Another one than now only where a type has objectives of its own.
    """
    case = change.case
    if case.type_id == type.pk or not CaseTypeMatrix.objects.filter(type__in=[case.type_id, type.pk]).exists():
        return case.matrix
    return terms.matrix_for(type.pk, terms.day_of(case.calendar, case.received_at))


def _starting(case: Case, type: CaseType, matrix: int, decided: Decisions) -> str | None:
    own = type.excluded_by_default_id is not None and CaseTypeMatrix.objects.filter(type=type, matrix=matrix).exists()
    covered = case.version_covered
    return starting_exclusion(type, version_covered=covered, has_matrix=own, lifted=decided.lifted)


def exclude(case: Case, *, by: User, at: datetime, exclusion: Exclusion, because: str) -> Case:
    """Promise no times, for one of the causes of the description; open clocks end, recorded breaches stay.

    `because` is for our own people. Raises NotAllowed, IllegalMove.
    """
    with changing(case, "exclude", by=by, at=at) as change:
        if change.case.exclusion_id == exclusion.pk:
            raise IllegalMove(_("The case is excluded for this cause already."))
        change.jot(because)
        change.set(exclusion=exclusion)
        change.happened("excluded", exclusion=exclusion.pk, because=because)
    return change.case


def include(case: Case, *, by: User, at: datetime, because: str) -> Case:
    """Promise times again: clocks begin now. `because` is for our own people. Raises NotAllowed, IllegalMove."""
    with changing(case, "include", by=by, at=at) as change:
        if change.case.exclusion_id is None:
            raise IllegalMove(_("The case is not excluded."))
        change.jot(because)
        # Whatever would exclude it by default is known to who decides this, and does not do so again.
        lifted = sorted({change.case.exclusion_id, *defaults_of(change.case)})
        change.set(exclusion=None)
        change.happened("included", exclusion=None, lifted=lifted, because=because)
    return change.case


@once
def judge_code_change(
    case: Case, *, by: User, at: datetime, required: bool | None, because: str, submission: UUID | None = None
) -> Case:
    """Say whether the service can be restored only by a change of code: yes voids the restoration, no binds it again.

    `required` None: not known any more, which lets the clock run. Raises NotAllowed, IllegalMove.
    """
    with changing(case, "judge_code_change", by=by, at=at, submission=submission) as change:
        change.set(code_change_required=required)
        change.happened("code_change_judged", code_change_required=required, because=because)
    return change.case


@once
def judge_code_problem(
    case: Case, *, by: User, at: datetime, identified: bool | None, because: str, submission: UUID | None = None
) -> Case:
    """Say whether a problem of code was found in what we run: yes voids the solution promised for such a problem.

    `identified` None: not known any more. Raises NotAllowed, IllegalMove.
    """
    with changing(case, "judge_code_problem", by=by, at=at, submission=submission) as change:
        change.set(code_problem_identified=identified)
        change.happened("code_problem_judged", code_problem_identified=identified, because=because)
    return change.case


def judge_reach(case: Case, *, by: User, at: datetime, is_system_wide: bool, because: str) -> Case:
    """Say whether the problem touches the whole system: a root-cause report is then owed where the matrix has one.

    Raises NotAllowed, IllegalMove.
    """
    with changing(case, "judge_reach", by=by, at=at) as change:
        _refuse_the_same(change, is_system_wide)
        change.set(is_system_wide=is_system_wide)
        change.happened("system_wide_judged", is_system_wide=is_system_wide, because=because)
    return change.case


def _refuse_the_same(change: Change, is_system_wide: bool) -> None:
    if change.case.is_system_wide == is_system_wide:
        raise IllegalMove(_("That is known already."))
