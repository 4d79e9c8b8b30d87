"""The work: cases, what was said, what happened, what was promised, what leaves the house."""

from cases.models.attachment import Attachment
from cases.models.breach import Breach
from cases.models.case import Case, Channel, SlaState
from cases.models.case_type import CaseType, Exclusion
from cases.models.closing_rule import ClosingRule
from cases.models.commitment import Commitment
from cases.models.event import Event
from cases.models.export_record import ExportRecord
from cases.models.message import Message, Note
from cases.models.outbox_mail import OutboxMail
from cases.models.promise_tally import PromiseTally, TallyMark
from cases.models.release_words import ReleaseWords
from cases.models.severity_request import ReviewRule, SeverityRequest

__all__ = [
    "Attachment",
    "Breach",
    "Case",
    "CaseType",
    "Channel",
    "ClosingRule",
    "Commitment",
    "Event",
    "Exclusion",
    "ExportRecord",
    "Message",
    "Note",
    "OutboxMail",
    "PromiseTally",
    "ReleaseWords",
    "ReviewRule",
    "SeverityRequest",
    "SlaState",
    "TallyMark",
]
