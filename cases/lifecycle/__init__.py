"""The verbs: every change of a case is one of these. See `change.py` for what they have in common.

Exceptions are imported from the module that raises them.
"""

# ruff: noqa: F401

from cases.lifecycle.assignment import assign, await_release, hand_to_development, resume_work, take
from cases.lifecycle.auto_close import close_in_silence, count_again, keep_open
from cases.lifecycle.classification import (
    classify,
    exclude,
    include,
    judge_code_change,
    judge_code_problem,
    judge_reach,
)
from cases.lifecycle.closing import close
from cases.lifecycle.commitments import agree_date, promise_release, reinstate_breach, void_breach, withdraw_agreed_date
from cases.lifecycle.consulting import (
    agree_to_consulting,
    decline_consulting,
    record_consulting_consent,
    refer_to_consulting,
    withdraw_referral,
)
from cases.lifecycle.conversation import ask_customer, note, reply
from cases.lifecycle.dispatch import dispatch, hold_dispatch, transfer
from cases.lifecycle.followers import follow, unfollow
from cases.lifecycle.incident_links import link_case, tell_update, unlink_case
from cases.lifecycle.incidents import correct_incident, open_incident, publish_update, resolve_incident
from cases.lifecycle.links import link, unlink
from cases.lifecycle.merging import merge, say_where_it_goes_on, unmerge
from cases.lifecycle.opening import open_case, reopen
from cases.lifecycle.releases import release_fix
from cases.lifecycle.root_causes import (
    begin_report,
    correct_report,
    publish_report,
    report_root_cause,
    return_report,
    review_report,
    submit_report,
    write_report,
)
from cases.lifecycle.severity import (
    approve_severity,
    change_severity,
    decline_severity,
    request_severity,
    withdraw_severity_request,
)
from cases.lifecycle.solutions import (
    accept_solution,
    answer_review,
    provide_solution,
    reject_solution,
    restore_service,
    withdraw_restoration,
)
from cases.lifecycle.splitting import split
from cases.lifecycle.tags import merge_tags, tag, untag
from cases.lifecycle.time_entries import correct_assistance, log_assistance
from cases.lifecycle.unread_answers import keep_solution, resume_unread
