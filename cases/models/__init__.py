"""The work: cases, what was said, what happened, what was promised, what leaves the house."""

from cases.models.attachment import Attachment
from cases.models.breach import Breach
from cases.models.case import Case, Channel, SlaState
from cases.models.case_link import CaseLink
from cases.models.case_type import CaseType, Exclusion
from cases.models.closing_rule import ClosingRule
from cases.models.commitment import Commitment
from cases.models.event import Event
from cases.models.follower import Follower
from cases.models.message import Message, Note
from cases.models.outbox_mail import OutboxMail
from cases.models.promise_tally import PromiseTally, TallyMark
from cases.models.severity_request import ReviewRule, SeverityRequest
from cases.models.similarity_rule import SimilarityRule
from cases.models.tag import CaseTag, Tag

__all__ = [
    "Attachment",
    "Breach",
    "Case",
    "CaseLink",
    "CaseTag",
    "CaseType",
    "Channel",
    "ClosingRule",
    "Commitment",
    "Event",
    "Exclusion",
    "Follower",
    "Message",
    "Note",
    "OutboxMail",
    "PromiseTally",
    "ReviewRule",
    "SeverityRequest",
    "SimilarityRule",
    "SlaState",
    "Tag",
    "TallyMark",
]
