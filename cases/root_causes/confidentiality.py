"""What a root-cause report must not name, because several accounts read the same words: other accounts, any case."""

import re

from django.db.models import F, TextField, Value
from django.db.models.functions import StrIndex

from cases.models import RootCauseVersion
from cases.models.root_cause import WORDS
from contacts.models import Account

_CASE = re.compile(r"\bCC-?\d{3,}\b", re.IGNORECASE)


def named_in(version: RootCauseVersion) -> list[str]:
    """Return the names of accounts and the numbers of cases that the words of `version` hold. One query.

    The account of a report about one case may be named in it. A name counts as a whole word, written as it is known.
    """
    text = "\n".join(getattr(version, name) for name in WORDS)
    report = version.report
    accounts = Account.objects.alias(place=StrIndex(Value(text, TextField()), F("name"))).filter(place__gt=0)
    others = accounts.exclude(pk=report.case.account_id) if report.case else accounts
    names = others.order_by("name").values_list("name", flat=True)
    whole = [name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    return whole + sorted(set(_CASE.findall(text)))
