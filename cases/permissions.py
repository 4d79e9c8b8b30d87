"""Who may do what to a case they can see, and who sees it. Whether a move is legal now: `cases/statuses.py`."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases import statuses
from cases.models import Case
from cases.querysets import SEE_ALL
from contacts.models import User
from contacts.roles import Role


class NotAllowed(statuses.Refusal):
    """This person may not do this to this case."""

    words = _("You may not do this to this case.")


CUSTOMER = {Role.CUSTOMER}
AGENTS = {Role.DISPATCHER, Role.CONSULTANT_1, Role.CONSULTANT_2, Role.MANAGER}
SPECIALISTS = {Role.PRODUCT_MANAGEMENT, Role.CONSULTING, Role.CLOUD_OPERATIONS}
STAFF = AGENTS | SPECIALISTS
SOLVERS = STAFF - {Role.DISPATCHER}
# Who may say what voids a promise or takes it away: not a consultant of the first level alone.
JUDGES = SOLVERS - {Role.CONSULTANT_1}
MANAGERS = {Role.MANAGER}
# Whom the house hands cases by itself: who works them, and not those who decide on them.
HANDED = SOLVERS - MANAGERS
DISPATCHING = {Role.DISPATCHER, Role.MANAGER}
RAISE_TO_CRITICAL = MANAGERS
# Who opens an incident and speaks for the house in it, and who says which cases are part of it.
LEAD_INCIDENTS = {Role.CONSULTANT_2, Role.MANAGER}
LINK_CASES = LEAD_INCIDENTS | {Role.CONSULTANT_1}
# A root-cause report is written, read by a second person, and given out.
WRITE_REPORTS = SOLVERS
REVIEW_REPORTS = JUDGES
PUBLISH_REPORTS = MANAGERS
# What the sweep does in the name of the house.
NOBODY: set[Role] = set()

MAY: dict[str, set[Role]] = {
    "open_case": CUSTOMER | AGENTS,
    "answer": CUSTOMER,
    "reply": STAFF,
    "note": STAFF,
    "take": SOLVERS,
    "assign": AGENTS,
    "dispatch": DISPATCHING,
    "hold_dispatch": NOBODY,
    "transfer": STAFF,
    "refer_to_consulting": SOLVERS,
    "agree_to_consulting": CUSTOMER,
    "decline_consulting": CUSTOMER,
    "record_consulting_consent": STAFF,
    "withdraw_referral": SOLVERS,
    "answer_review": SOLVERS,
    "ask_customer": STAFF,
    "restore_service": SOLVERS,
    "withdraw_restoration": SOLVERS,
    "hand_to_development": SOLVERS,
    "await_release": SOLVERS,
    "resume_work": SOLVERS,
    "provide_solution": SOLVERS,
    "accept_solution": CUSTOMER,
    "reject_solution": CUSTOMER,
    "close": CUSTOMER | SOLVERS,
    "reopen": CUSTOMER | SOLVERS,
    "change_severity": AGENTS,
    "request_severity": CUSTOMER | AGENTS,
    "approve_severity": MANAGERS,
    "decline_severity": MANAGERS,
    "withdraw_severity_request": CUSTOMER | AGENTS,
    "classify": STAFF,
    "exclude": JUDGES,
    "include": JUDGES,
    "judge_code_change": JUDGES,
    "judge_code_problem": JUDGES,
    "judge_reach": JUDGES,
    "promise_release": SOLVERS,
    "agree_date": SOLVERS,
    "withdraw_agreed_date": SOLVERS,
    "report_root_cause": SOLVERS,
    "void_breach": MANAGERS,
    "reinstate_breach": MANAGERS,
    "log_assistance": SOLVERS,
    "correct_assistance": SOLVERS,
    "link_case": LINK_CASES,
    "unlink_case": LINK_CASES,
    "tell_update": LEAD_INCIDENTS,
    "merge": AGENTS,
    "absorb": AGENTS,
    "unmerge": AGENTS,
    "let_go": AGENTS,
    "split": AGENTS,
    "link": STAFF,
    "unlink": STAFF,
    "tag": STAFF,
    "untag": STAFF,
    "follow": CUSTOMER | STAFF,
    "unfollow": CUSTOMER | STAFF,
    "keep_open": CUSTOMER,
    "count_again": SOLVERS,
    "keep_solution": SOLVERS,
    "remind_customer": NOBODY,
    "hold_closing": NOBODY,
    "close_in_silence": NOBODY,
    "release_fix": NOBODY,
    "resume_unread": NOBODY,
}


def may(user: User, verb: str, case: Case) -> bool:
    """Say whether `user` may do `verb` to `case`, by role and by sight; one query for a customer or specialist."""
    if not user.is_active or user.role not in MAY[verb]:
        return False
    return user.role in SEE_ALL or Case.objects.visible_to(user).filter(pk=case.pk).exists()


def verbs_for(user: User, case: Case) -> set[str]:
    """Return what can be done now by `user` to a `case` already loaded by right. No query."""
    return {
        verb
        for verb, roles in MAY.items()
        if user.role in roles and verb != "open_case" and statuses.allows(case.status, verb)
        if not case.is_merged or statuses.allows_merged(verb)
    }


def who_sees(case: Case) -> "QuerySet[User]":
    """Return the customers who see `case`: `visible_to`, read from the other side. One query."""
    membership = Q(memberships__account=case.account_id)
    sees = membership & (Q(memberships__sees_company_cases=True) | Q(pk=case.customer_id))
    return User.objects.filter(sees, role=Role.CUSTOMER, is_active=True)


def who_else_sees(case: Case, viewer: User, *, limit: int = 9) -> list[User]:
    """Return the customers other than `viewer` who see `case`, by name, at most `limit`. One query."""
    return list(who_sees(case).exclude(pk=viewer.pk).order_by("name")[:limit])
