"""What was said and what happened in a case, in order, for one reader. Customers never get anything of a note."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.utils import timezone

from cases.events import KINDS, sentence
from cases.models import Case, Event, Message, Note
from cases.models.case import number
from contacts.models import User

MOST_SHOWN = 200  # events on one page of a case; a longer one is read page by page
FOR_CUSTOMER = [kind.code for kind in KINDS.values() if kind.for_customer]
TEMPLATES = {
    "message": "components/timeline_message.html",
    "note": "components/timeline_note.html",
    "event": "components/timeline_event.html",
    "house": "components/timeline_house.html",
}


@dataclass(frozen=True, slots=True)
class AutomaticMessage:
    """What no person said: the house told the customer that a release is out."""

    body: str
    at: datetime


Said = Message | Note | AutomaticMessage | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a message, a note, or an event told in `words`. `day` is set on the first line of a day.

    `origin` is the number of the merged case that it stands in, "" for the case itself.
    """

    kind: str
    at: datetime
    event: Event
    said: Said
    icon: str
    words: str
    day: datetime | None
    origin: str = ""

    @property
    def template(self) -> str:
        """The part that shows it; takes `entry` (said), `icon`, `words`, `at`."""
        return TEMPLATES[self.kind]


@dataclass(frozen=True, slots=True)
class Shown:
    """What one page shows of a timeline: its `entries`, and the event up to which the page before it shows, if any."""

    entries: list[Entry]
    earlier: int | None


def shown(case: Case, viewer: User, *, upto: int | None = None) -> Shown:
    """Return the last entries of `case` for `viewer`, or the last up to the event `upto`: those of MOST_SHOWN events.

    Three queries at most, however many there are.
    """
    events = _events(case, viewer)
    found = list((events.filter(id__lte=upto) if upto else events).order_by("-id")[: MOST_SHOWN + 1])[::-1]
    earlier = found.pop(0).pk if len(found) > MOST_SHOWN else None
    return Shown(_entries(case, viewer, found), earlier)


def build(case: Case, viewer: User) -> list[Entry]:
    """Return the whole timeline of `case` for `viewer`, oldest first, days by the viewer's zone. Three queries at most.

    An event with words is shown as its words, and as the change too where they asked for one; one that only our own
    people may read as words (a note that went with a change) is shown to customers as the change alone.
    What was said and done in cases merged into this one is among it, where `viewer` may see them.
    """
    return _entries(case, viewer, _events(case, viewer))


def _entries(case: Case, viewer: User, events: Iterable[Event]) -> list[Entry]:
    entries: list[Entry] = []
    last_day: date | None = None
    for event in events:
        for kind, said in _lines(event, viewer):
            local = timezone.localtime(event.at)
            day = local if local.date() != last_day else None
            last_day = local.date()
            row = KINDS[event.kind]
            words = sentence(event) if kind == "event" else ""
            origin = "" if event.case_id == case.pk else number(event.case_id)
            entries.append(Entry(kind, event.at, event, said, row.icon, words, day, origin))
    return entries


def event_id(written: str) -> int | None:
    """Return the id of an event as it stands in an address; None where it is no number of a row."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else None


def latest(case: Case, viewer: User) -> int:
    """Return the id of the last event that `viewer` may see; a page older than it has something to fetch. One query."""
    return _visible(case, viewer).order_by("-id").values_list("id", flat=True).first() or 0


def _visible(case: Case, viewer: User) -> QuerySet[Event]:
    told = Case.objects.visible_to(viewer).filter(Q(pk=case.pk) | Q(merged_into=case)).order_by("pk")
    events = Event.objects.filter(
        Func(
            F("case"),
            ArraySubquery(told.values("pk")),
            template="%(expressions)s)",
            arg_joiner=" = ANY (",
            output_field=BooleanField(),
        )
    )
    return events if viewer.works_here else events.filter(kind__in=FOR_CUSTOMER)


def _events(case: Case, viewer: User) -> QuerySet[Event]:
    events = _visible(case, viewer).select_related("actor", "message__author").order_by("id")
    if viewer.works_here:
        return events.select_related("note__author").prefetch_related("message__attachments", "note__attachments")
    return events.prefetch_related("message__attachments")


def _lines(event: Event, viewer: User) -> list[tuple[str, Said]]:
    if words := event.data.get("words"):
        return [("house", AutomaticMessage(words, event.at)), ("event", None)]
    if event.message is not None:
        said: list[tuple[str, Said]] = [("message", event.message)]
        return [*said, ("event", None)] if KINDS[event.kind].with_words else said
    if event.note_id is None or not viewer.works_here:
        return [("event", None)]
    note: list[tuple[str, Said]] = [("note", event.note)]
    return note if event.kind == "noted" else [("event", None), *note]


def since(case: Case, seen: int, viewer: User) -> int:
    """Return how many entries that the customer sees too were added by others after the event `seen`. One query."""
    return Event.objects.filter(case=case, id__gt=seen, kind__in=FOR_CUSTOMER).exclude(actor=viewer).count()
