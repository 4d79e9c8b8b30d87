"""The work: cases, what was said, what happened, what was promised, what leaves the house."""

# ruff: noqa: F401  (what is imported here is offered)
from cases.models.attachment import Attachment
from cases.models.breach import Breach
from cases.models.case import Case, Channel, SlaState
from cases.models.case_link import CaseLink
from cases.models.case_type import CaseType, Exclusion
from cases.models.closing_rule import ClosingRule
from cases.models.commitment import Commitment
from cases.models.consulting_referral import ConsultingReferral
from cases.models.dispatch_rule import DispatchRule
from cases.models.event import Event
from cases.models.export_job import ExportJob
from cases.models.export_record import ExportRecord
from cases.models.follower import Follower
from cases.models.heartbeat import Heartbeat
from cases.models.incident import (
    Incident,
    IncidentCase,
    IncidentDelivery,
    IncidentEvent,
    IncidentProduct,
    IncidentUpdate,
)
from cases.models.matrix_of_type import CaseTypeMatrix
from cases.models.message import Message, Note
from cases.models.outbox_mail import OutboxMail
from cases.models.promise_tally import PromiseTally, TallyCursor
from cases.models.release_notice import ReleaseNotice
from cases.models.root_cause import RootCauseDelivery, RootCauseEvent, RootCauseReport, RootCauseVersion
from cases.models.severity_request import ReviewRule, SeverityRequest
from cases.models.similarity_rule import SimilarityRule
from cases.models.status_page import StatusMail, StatusSubscriber
from cases.models.tag import CaseTag, Tag
from cases.models.time_entry import AssistanceKind, TimeEntry
