"""The tables, in the order in which a comment meets them."""

from moderation.models.answered_request import AnsweredRequest
from moderation.models.article import Article, ArticleChange, Commenting
from moderation.models.audit import AuditEntry
from moderation.models.comment import Comment, Revision, Status
from moderation.models.day_figure import CountedDay, DayFigure
from moderation.models.decision import Decision, DecisionOutcome
from moderation.models.delivery import Delivery, DeliveryState, Event, Feed
from moderation.models.endpoint import DECISIONS, Endpoint, EventType, SwitchedOff
from moderation.models.erasure import Erasure
from moderation.models.escalation import Escalation
from moderation.models.fingerprint import Fingerprint, FingerprintKey
from moderation.models.learned_model import LearnedModel, LearnedState
from moderation.models.lease import Lease, SavedFilter
from moderation.models.person import Membership, Person, Role, Theme
from moderation.models.rate_alarm import RateAlarm
from moderation.models.replay import Replay, ReplayState
from moderation.models.rule_set import RuleSetDraft, RuleSetState, RuleSetVersion, ShadowScreening
from moderation.models.screening import FindingRow, Screening
from moderation.models.searchable import Searchable
from moderation.models.sign_in import (
    FactorFor,
    Invitation,
    InvitedPlace,
    PasswordLink,
    RecoveryCode,
    SecondFactor,
    SignIn,
    Tries,
)
from moderation.models.site import BACKEND_SCOPES, ApiKey, PersonalDataFor, Scope, Site
from moderation.models.staged_words import StagedWords
from moderation.models.standing import AuthorStanding
from moderation.models.waiting import Tally, TallyChange, Waiting, WaitingRule, author_key
from moderation.models.word_list import WordList

__all__ = [
    "BACKEND_SCOPES",
    "DECISIONS",
    "AnsweredRequest",
    "ApiKey",
    "Article",
    "ArticleChange",
    "AuditEntry",
    "AuthorStanding",
    "Comment",
    "Commenting",
    "CountedDay",
    "DayFigure",
    "Decision",
    "DecisionOutcome",
    "Delivery",
    "DeliveryState",
    "Endpoint",
    "Erasure",
    "Escalation",
    "Event",
    "EventType",
    "FactorFor",
    "Feed",
    "FindingRow",
    "Fingerprint",
    "FingerprintKey",
    "Invitation",
    "InvitedPlace",
    "LearnedModel",
    "LearnedState",
    "Lease",
    "Membership",
    "PasswordLink",
    "Person",
    "PersonalDataFor",
    "RateAlarm",
    "RecoveryCode",
    "Replay",
    "ReplayState",
    "Revision",
    "Role",
    "RuleSetDraft",
    "RuleSetState",
    "RuleSetVersion",
    "SavedFilter",
    "Scope",
    "Screening",
    "Searchable",
    "SecondFactor",
    "ShadowScreening",
    "SignIn",
    "Site",
    "StagedWords",
    "Status",
    "SwitchedOff",
    "Tally",
    "TallyChange",
    "Theme",
    "Tries",
    "Waiting",
    "WaitingRule",
    "WordList",
    "author_key",
]
