"""The work: cases, what was said, what happened, what was promised, what leaves the house."""

from cases.models.attachment import Attachment
from cases.models.case import Case, Channel
from cases.models.case_type import CaseType, Exclusion
from cases.models.commitment import Commitment
from cases.models.event import Event
from cases.models.message import Message, Note
from cases.models.outbox_mail import OutboxMail

__all__ = [
    "Attachment",
    "Case",
    "CaseType",
    "Channel",
    "Commitment",
    "Event",
    "Exclusion",
    "Message",
    "Note",
    "OutboxMail",
]
