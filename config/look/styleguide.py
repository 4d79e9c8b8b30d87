"""What the styleguide shows: one of each state, made of plain objects, no database."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator

from cases.models import Attachment
from cases.reports.chart_shapes import Bar, Column, Part, bars, columns
from cases.statuses import STATUSES
from contacts.models import User
from sla.clocks import State
from sla.matrices import Severity


class Several(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class SampleForm(forms.Form):
    """Every kind of field that the pages use."""

    subject = forms.CharField(label="Subject", help_text="One line that a colleague would understand.")
    severity = forms.ChoiceField(label="Severity", choices=Severity.choices, widget=forms.RadioSelect, initial=3)
    product = forms.ChoiceField(label="Product", choices=[("", "Choose"), ("1", "Daptiv"), ("2", "Clarizen")])
    words = forms.CharField(label="Description", widget=forms.Textarea(attrs={"rows": 4}))
    agree = forms.BooleanField(label="Tell my colleagues of this account")
    uploads = forms.FileField(label="Files", required=False, widget=Several(attrs={"multiple": True}))

    choice_help = {
        "severity": {
            Severity.CRITICAL: "Production is down, or data are being lost and there is no way round it.",
            Severity.MAJOR: "The service is up, but an essential function is disturbed.",
            Severity.MODERATE: "Work goes on, with a workaround or with minor functions slowed down.",
            Severity.MINOR: "A question, or something small with a way round it.",
        }
    }


def _commitments(at: datetime) -> list[SimpleNamespace]:
    def row(label: str, state: str, due: float | None, used: float, **more: Any) -> SimpleNamespace:
        due_at = None if due is None else at + timedelta(minutes=due)
        warn_at = None if due is None else at + timedelta(minutes=due - 30)
        base = {"label": label, "state": state, "due_at": due_at, "warn_at": warn_at, "breach_at": due_at}
        return SimpleNamespace(**base, stopped_at=None, budget=120, consumed=used, **more)

    met = row("First answer", State.MET, -40, 12)
    met.stopped_at = at - timedelta(minutes=70)
    missed = row("Service restored", State.MISSED, -60, 150)
    missed.stopped_at = at - timedelta(minutes=30)
    pieces = [
        SimpleNamespace(kind=kind, share=share) for kind, share in (("consumed", 30), ("paused", 25), ("consumed", 15))
    ]
    return [
        row("First answer", State.RUNNING, 95, 25),
        row("Status update", State.RUNNING, 8.5, 112),
        row("Service restored", State.RUNNING, -34, 154),
        row("Solution", State.PAUSED, None, 50),
        row("Solution", State.RUNNING, 3130, 45, segments=pieces),
        met,
        missed,
        row("Root-cause report", State.CANCELLED, None, 0),
        row("Solution", State.CONVERTED, 400, 60),
        row("Service restored", State.VOID, 60, 60),
        row("Service restored", State.VOID, -60, 150, breached_at=at - timedelta(minutes=60), voided_at=at),
        row("Solution", State.PAUSED, None, 150, breached_at=at - timedelta(minutes=60)),
    ]


def _files() -> SimpleNamespace:
    names = (
        ("error.png", 182_400, "image/png"),
        ("log.txt", 812, "text/plain"),
        ("export.pdf", 3_400_000, "application/pdf"),
    )
    return SimpleNamespace(all=[Attachment(name=name, size=size, content_type=kind) for name, size, kind in names])


def _said(pk: int, author: User, at: datetime, body: str, **more: Any) -> SimpleNamespace:
    base = {"channel": "web", "purpose": "reply", "from_customer": False, "attachments": SimpleNamespace(all=[])}
    return SimpleNamespace(pk=pk, author=author, at=at, body=body, **(base | more))


def _timeline(at: datetime) -> dict[str, Any]:
    claire = User(name="Claire Fontaine", email="claire@aurora.example")
    jonas = User(name="Jonas Weber", email="jonas@customer-care.example", role="consultant_1")
    asked = "Since this morning the portfolio page stays white for all of my team.\n\nOpen Portfolio, choose 2026."
    answer = "Thank you, Claire. I see it too and have asked the platform team. Which browser do you use?"
    note = "Same trace as last week: cache node 4."
    opening = {"from_customer": True, "purpose": "opening", "attachments": _files()}
    by_mail = {
        "purpose": "question",
        "get_purpose_display": "Question",
        "channel": "mail",
        "get_channel_display": "E-mail",
    }
    return {
        "customer": claire,
        "consultant": jonas,
        "question": _said(1, claire, at - timedelta(hours=26), asked, **opening),
        "answer": _said(2, jonas, at - timedelta(minutes=50), answer, **by_mail),
        "note": _said(3, jonas, at - timedelta(minutes=20), note),
    }


def _charts() -> dict[str, Any]:
    shares = [0.97, 0.94, None, 0.99, 0.71, 1.0, 0.96, 0.98]
    kinds = [("met", "Met"), ("missed", "Missed"), ("void", "Void"), ("excluded", "Excluded (cases)")]
    rows = [("Daptiv", "96.3%", (1204, 46, 12, 80)), ("Clarizen", "71.4%", (10, 4, 0, 1))]
    times = [[Part("waiting", 120, "120 h waiting")], [Part("paused", 70, "70 h paused")]]
    return {
        "column_chart": columns(
            "Commitments kept",
            [
                Column(str(place), share, "" if share is None else f"{share:.0%}", f"Week {place}: {share or '–'}")
                for place, share in enumerate(shares, start=1)
            ],
        ),
        "bar_chart": bars(
            "What became of the commitments",
            [*kinds, ("waiting", "Waiting"), ("paused", "Paused")],
            [
                *(
                    Bar(
                        label,
                        figure,
                        [[Part(kind, n, f"{n} {kind}") for (kind, _words), n in zip(kinds, counts, strict=True)]],
                    )
                    for label, figure, counts in rows
                ),
                Bar("Hours", "120 h / 70 h", times),
            ],
        ),
    }


def samples(at: datetime) -> dict[str, Any]:
    """Return the context of the styleguide as of `at` (aware)."""
    form = SampleForm({"severity": "9", "subject": ""})
    rows = [
        {"number": f"CC-{1042 + index:06d}", "severity": severity, "status": status, "commitment": commitment}
        for index, (severity, status, commitment) in enumerate(
            zip([1, 1, 2, 3, 3, 4, 2], STATUSES.values(), _commitments(at), strict=False)
        )
    ]
    return {
        "at": at,
        "severities": list(Severity),
        "statuses": list(STATUSES.values()),
        "commitments": _commitments(at),
        "rows": rows,
        "form": SampleForm(),
        "wrong_form": form,
        "page": Paginator(range(1, 640), 25).page(7),
        "timeline": _timeline(at),
        "day_before": at - timedelta(hours=26),
        "menu": [
            {"label": "Take", "url": "#", "icon": "user-check"},
            {"label": "Assign", "url": "#", "icon": "user-share"},
            {"label": "Close", "url": "#", "icon": "archive", "danger": True},
        ],
        "tabs": [
            {"label": "Mine", "url": "#mine", "count": 4, "current": True},
            {"label": "My company's", "url": "#company", "count": 17, "current": False},
        ],
        "alerts": ["info", "success", "warning", "danger"],
        **_charts(),
    }
