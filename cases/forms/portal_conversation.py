"""What customers send about a case of theirs, one form a verb. Opening a case: `opening.py`."""

from django.utils.translation import gettext_lazy as _

from cases.forms.base import MessageForm, text


class ReplyForm(MessageForm):
    """Say something in an open case."""

    body = text(_("Your message"))


class RejectSolutionForm(MessageForm):
    """Say that the solution does not solve it, and why."""

    reason = text(_("What is still wrong?"), rows=3)


class ReopenForm(MessageForm):
    """Open a closed case again, and say why."""

    reason = text(_("Why do you open this case again?"), rows=4)
