"""The database: the only home of SQLAlchemy. Open it with :func:`open_store`."""

from catalog.store.announcements import AnnouncementTopic
from catalog.store.audit import AuditFilter, AuditState, AuditStore
from catalog.store.backup import back_up, restore
from catalog.store.board_sessions import BoardSessionStore, SignedIn, Start
from catalog.store.certificate_events import event_values, identify, read_event
from catalog.store.corrections import CorrectionStore
from catalog.store.database import has_jobs, sqlite_file
from catalog.store.digests import Gathered, Pace
from catalog.store.dossiers import DossierStore
from catalog.store.editing import PRODUCER, PRODUCT, Edit, EditingStore
from catalog.store.erasures import Erasure, ErasureStore
from catalog.store.erasures import read_list as read_erasures
from catalog.store.erasures import write_list as write_erasures
from catalog.store.field_history import FieldHistoryStore, InquiryCount, LoggedChange
from catalog.store.follows import FollowStore
from catalog.store.group_rows import Merged, producer_id
from catalog.store.import_preview import Outcome, Preview, PreviewLine, line_with_problems
from catalog.store.inbox import InboxRow, Received, StoredAnswer
from catalog.store.inbox_store import InboxStore, Taken
from catalog.store.inquiries import InquiryStep, InquiryStore
from catalog.store.inquiry_desk import InquiryDeskStore, InquiryFilter, InquiryLine, WaitingCount
from catalog.store.inspections import InspectionStore
from catalog.store.jobs import JobKind, JobLater, JobQueue
from catalog.store.join_duplicates import JOINABLE, UNITABLE, JoinChoice, Joined, unite
from catalog.store.keyring import is_sealed
from catalog.store.list_store import LEASE, ListState, ListStore, Mend, StoredList
from catalog.store.look_ups import DayLook, LookUpStore
from catalog.store.members import MemberStore, Refusal
from catalog.store.memory import Exchange, MemoryStore
from catalog.store.moves import MoveStore
from catalog.store.naming import NamingStore, given_by
from catalog.store.officer_chats import OfficerChatStore
from catalog.store.officers import OfficerStore
from catalog.store.outbox import DeliveryResult, NewReply, ReplyRow
from catalog.store.outbox_store import OutboxStore
from catalog.store.passkeys import PASSKEY, PasskeyStore
from catalog.store.people import Look, PeopleStore
from catalog.store.processes import CountedLock, Lock, ProcessKind, Server
from catalog.store.proposals import ProposalStore
from catalog.store.queues import Backlog, Unanswered
from catalog.store.ratings import RatingPage, RatingStore
from catalog.store.recall_audience import Audience, RecallProgress
from catalog.store.recalls import RecallStore
from catalog.store.recognitions import RecognitionStore
from catalog.store.resealing import Sealed
from catalog.store.revisions import CatalogueMark
from catalog.store.rounds import RoundOutcome, RoundStore, TakesPartAlready
from catalog.store.row_changes import FieldChange
from catalog.store.serving_lock import Watch, only_server, who_serves
from catalog.store.store import Store, open_store
from catalog.store.targets import TargetStore
from catalog.store.transfer import Compared, move
from catalog.store.undo_import import StayingChange, Stays, Undone
from catalog.store.undo_join import DAYS as JOIN_DAYS
from catalog.store.undo_join import CannotUndoJoin, KeptJoin
from catalog.store.unmet import UnmetQuery, UnmetStore
from catalog.store.worklists import LateInquiries, WorklistStore

__all__ = [
    "JOINABLE",
    "JOIN_DAYS",
    "LEASE",
    "PASSKEY",
    "PRODUCER",
    "PRODUCT",
    "UNITABLE",
    "AnnouncementTopic",
    "Audience",
    "AuditFilter",
    "AuditState",
    "AuditStore",
    "Backlog",
    "BoardSessionStore",
    "CannotUndoJoin",
    "CatalogueMark",
    "Compared",
    "CorrectionStore",
    "CountedLock",
    "DayLook",
    "DeliveryResult",
    "DossierStore",
    "Edit",
    "EditingStore",
    "Erasure",
    "ErasureStore",
    "Exchange",
    "FieldChange",
    "FieldHistoryStore",
    "FollowStore",
    "Gathered",
    "InboxRow",
    "InboxStore",
    "InquiryCount",
    "InquiryDeskStore",
    "InquiryFilter",
    "InquiryLine",
    "InquiryStep",
    "InquiryStore",
    "InspectionStore",
    "JobKind",
    "JobLater",
    "JobQueue",
    "JoinChoice",
    "Joined",
    "KeptJoin",
    "LateInquiries",
    "ListState",
    "ListStore",
    "Lock",
    "LoggedChange",
    "Look",
    "LookUpStore",
    "MemberStore",
    "MemoryStore",
    "Mend",
    "Merged",
    "MoveStore",
    "NamingStore",
    "NewReply",
    "OfficerChatStore",
    "OfficerStore",
    "OutboxStore",
    "Outcome",
    "Pace",
    "PasskeyStore",
    "PeopleStore",
    "Preview",
    "PreviewLine",
    "ProcessKind",
    "ProposalStore",
    "RatingPage",
    "RatingStore",
    "RecallProgress",
    "RecallStore",
    "Received",
    "RecognitionStore",
    "Refusal",
    "ReplyRow",
    "RoundOutcome",
    "RoundStore",
    "Sealed",
    "Server",
    "SignedIn",
    "Start",
    "StayingChange",
    "Stays",
    "Store",
    "StoredAnswer",
    "StoredList",
    "Taken",
    "TakesPartAlready",
    "TargetStore",
    "Unanswered",
    "Undone",
    "UnmetQuery",
    "UnmetStore",
    "WaitingCount",
    "Watch",
    "WorklistStore",
    "back_up",
    "event_values",
    "given_by",
    "has_jobs",
    "identify",
    "is_sealed",
    "line_with_problems",
    "move",
    "only_server",
    "open_store",
    "producer_id",
    "read_erasures",
    "read_event",
    "restore",
    "sqlite_file",
    "unite",
    "who_serves",
    "write_erasures",
]
