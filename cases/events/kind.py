"""What is said of a kind of event: one row of the tables beside this file."""

from dataclasses import dataclass

from django.utils.functional import Promise

from sla.matrices import Metric


@dataclass(frozen=True, slots=True)
class EventKind:
    """One row of the table.

    `sentence` names `%(actor)s` and keys of `Event.data`. `answers` says that a human of ours said something public;
    `restores` that service was declared restored (True) or not so after all (False); `dates` that this commitment was
    promised for the date in `due_at`, or no longer is; `excuses` that a breach binds nobody (True) or does again
    (False); `reports` that the root-cause report was given; `heard` that one of ours talked with the customer, where it
    came by phone or chat. `cancels`: nothing is promised any more, for another case goes on with it. `of_clocks`:
    the clocks themselves made it, and learn nothing from it. `with_words` is the sentence where a message with the
    customer's words goes with it, and is shown beside them. `notice` is the mail that the customer gets, where somebody
    else than they did it.
    """

    code: str
    sentence: str | Promise
    icon: str
    for_customer: bool = True
    answers: bool = False
    restores: bool | None = None
    notice: str = ""
    dates: Metric | None = None
    excuses: bool | None = None
    reports: bool = False
    of_clocks: bool = False
    heard: bool = False
    with_words: str | Promise = ""
    cancels: bool = False

    def __str__(self) -> str:
        return self.code
