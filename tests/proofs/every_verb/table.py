"""Who may do what to a case, and where it leads: written here a second time, so that a slip in the house is seen.

One row a verb. `who`: c customer, d dispatcher, 1 and 2 consultants, m manager, p Product Management, k Consulting,
o Cloud Operations; `-` nobody, the house alone does it. A column a status: `=` the case stays as it is, `.` refused,
else where it goes. What a verb refuses besides stands beside what it does, in `actions.py` and its neighbours.
"""

from collections.abc import Iterator
from dataclasses import dataclass

SHORT = {
    "new": "new",
    "prog": "in_progress",
    "reop": "reopened",
    "wait": "waiting",
    "dev": "development",
    "rel": "awaiting_release",
    "sol": "solution_provided",
    "ans": "solution_answered",
    "clo": "closed",
}
LETTERS = {
    "c": "customer",
    "d": "dispatcher",
    "1": "consultant_1",
    "2": "consultant_2",
    "m": "manager",
    "p": "product_management",
    "k": "consulting",
    "o": "cloud_operations",
}
TABLE = """
verb                      who       new  prog reop wait dev  rel  sol  ans  clo
answer                    c         =    =    =    prog =    =    ans  =    .
reply                     d12mpko   prog =    prog =    =    =    =    sol  .
note                      d12mpko   =    =    =    =    =    =    =    =    =
take                      12mpko    prog =    prog =    =    =    =    =    .
assign                    d12m      =    =    =    =    =    =    =    =    .
ask_customer              d12mpko   wait wait wait wait wait wait .    .    .
restore_service           12mpko    prog =    prog =    =    =    .    .    .
withdraw_restoration      12mpko    =    =    =    =    =    =    .    .    .
hand_to_development       12mpko    dev  dev  dev  dev  dev  dev  .    .    .
await_release             12mpko    rel  rel  rel  rel  rel  rel  .    .    .
resume_work               12mpko    .    .    .    prog prog prog prog prog .
provide_solution          12mpko    sol  sol  sol  sol  sol  sol  .    sol  .
accept_solution           c         .    .    .    .    .    .    clo  clo  .
reject_solution           c         .    .    .    .    .    .    prog prog .
close                     c12mpko   clo  clo  clo  clo  clo  clo  clo  clo  .
reopen                    c12mpko   .    .    .    .    .    .    .    .    reop
change_severity           d12m      =    =    =    =    =    =    =    =    .
request_severity          cd12m     =    =    =    prog =    =    ans  =    .
approve_severity          m         =    =    =    =    =    =    =    =    .
decline_severity          m         =    =    =    =    =    =    =    =    .
withdraw_severity_request cd12m     =    =    =    =    =    =    =    =    .
classify                  d12mpko   =    =    =    =    =    =    =    =    .
exclude                   2mpko     =    =    =    =    =    =    =    =    .
include                   2mpko     =    =    =    =    =    =    =    =    .
judge_code_change         2mpko     =    =    =    =    =    =    =    =    .
judge_code_problem        2mpko     =    =    =    =    =    =    =    =    .
judge_reach               2mpko     =    =    =    =    =    =    =    =    =
promise_release           12mpko    =    =    =    =    =    =    .    .    .
agree_date                12mpko    =    =    =    =    =    =    .    .    .
withdraw_agreed_date      12mpko    =    =    =    =    =    =    .    .    .
report_root_cause         12mpko    =    =    =    =    =    =    =    =    =
void_breach               m         =    =    =    =    =    =    =    =    =
reinstate_breach          m         =    =    =    =    =    =    =    =    =
keep_open                 c         .    .    .    .    .    .    =    .    .
count_again               12mpko    .    .    .    .    .    .    =    .    .
keep_solution             12mpko    .    .    .    .    .    .    .    sol  .
resume_unread             -         .    .    .    .    .    .    .    prog .
remind_customer           -         .    .    .    .    .    .    =    .    .
hold_closing              -         .    .    .    .    .    .    =    .    .
close_in_silence          -         .    .    .    .    .    .    clo  .    .
dispatch                  dm        =    =    =    =    =    =    .    .    .
hold_dispatch             -         =    =    =    =    =    =    .    .    .
transfer                  d12mpko   =    =    =    =    =    =    =    =    .
refer_to_consulting       12mpko    wait wait wait =    wait wait .    .    .
agree_to_consulting       c         =    =    =    prog =    =    .    .    .
decline_consulting        c         =    =    =    prog =    =    .    .    .
record_consulting_consent d12mpko   =    =    =    prog =    =    .    .    .
withdraw_referral         12mpko    =    =    =    prog =    =    .    .    .
answer_review             12mpko    prog =    prog =    =    =    .    .    .
log_assistance            12mpko    =    =    =    =    =    =    =    =    =
correct_assistance        12mpko    =    =    =    =    =    =    =    =    =
release_fix               -         .    .    .    .    .    sol  .    .    .
link_case                 12m       =    =    =    =    =    =    =    =    .
unlink_case               12m       =    =    =    =    =    =    =    =    =
tell_update               2m        prog =    prog =    =    =    =    =    .
merge                     d12m      clo  clo  clo  clo  clo  clo  clo  clo  =
absorb                    d12m      =    =    =    =    =    =    =    =    .
unmerge                   d12m      .    .    .    .    .    .    .    .    =
let_go                    d12m      =    =    =    =    =    =    =    =    =
split                     d12m      =    =    =    =    =    =    =    =    =
link                      d12mpko   =    =    =    =    =    =    =    =    =
unlink                    d12mpko   =    =    =    =    =    =    =    =    =
tag                       d12mpko   =    =    =    =    =    =    =    =    =
untag                     d12mpko   =    =    =    =    =    =    =    =    =
follow                    cd12mpko  =    =    =    =    =    =    =    =    =
unfollow                  cd12mpko  =    =    =    =    =    =    =    =    =
"""
# Not a move of a case that is there: `opening.py`.
MAY_OPEN = "cd12m"
# What is still done to a case that was merged into another.
OF_MERGED = {"note", "void_breach", "reinstate_breach", "link", "unlink", "tag", "untag", "unfollow", "unmerge"}
# What the machine does not try by itself, and where it is tried. The first four are no functions: the sweep does two,
# which the machine lets come by, and two are what merging and taking it back do to the other case, which it foretells.
ELSEWHERE = {
    "remind_customer": "tests/cases/jobs/test_auto_close.py",
    "hold_closing": "tests/cases/jobs/test_auto_close.py",
    "absorb": "tests/cases/lifecycle/test_merging.py",
    "let_go": "tests/cases/lifecycle/test_merging.py",
    "report_root_cause": "tests/cases/lifecycle/test_root_causes.py",
}
# Verbs of what is no case, and what only reads.
OF_NO_CASE = {
    *("begin_report", "write_report", "submit_report", "return_report", "review_report", "publish_report"),
    *("correct_report", "has_written"),
    *("open_incident", "correct_incident", "publish_update", "resolve_incident"),
    *("merge_tags", "split_off", "coming_release"),
    "say_where_it_goes_on",  # `reply` or `reopen` of the other case
}


@dataclass(frozen=True, slots=True)
class Row:
    """One verb: the roles that may, and from which status it leads where."""

    verb: str
    who: frozenset[str]
    leads: dict[str, str]


def _rows() -> Iterator[Row]:
    head, *lines = TABLE.strip().splitlines()
    columns = [SHORT[word] for word in head.split()[2:]]
    for line in lines:
        verb, who, *cells = line.split()
        assert len(cells) == len(columns), line
        leads = {
            status: status if cell == "=" else SHORT[cell]
            for status, cell in zip(columns, cells, strict=True)
            if cell != "."
        }
        yield Row(verb, roles(who), leads)


def roles(letters: str) -> frozenset[str]:
    """Return the roles that these letters stand for."""
    return frozenset(LETTERS[letter] for letter in letters if letter != "-")


ROWS = {row.verb: row for row in _rows()}
