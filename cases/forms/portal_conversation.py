"""What customers send about a case of theirs, one form a verb. Opening a case: `opening.py`."""

from django.utils.translation import gettext_lazy as _

from cases.forms.base import WordsForm, text


class ReplyForm(WordsForm):
    """Say something in an open case."""

    body = text(_("Your message"))


class RejectSolutionForm(WordsForm):
    """Say that the solution does not solve it, and why."""

    text_name = "reason"
    reason = text(_("What is still wrong?"), rows=3)


class ReopenForm(WordsForm):
    """Open a closed case again, and say why."""

    text_name = "reason"
    reason = text(_("Why do you open this case again?"), rows=4)
