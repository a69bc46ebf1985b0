"""The JSON of a site's settings and of its audit, both ways."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from moderation.actors import Channel
from moderation.audit_trail import Entry, Wanted
from moderation.automation import Measures
from moderation.models import PersonalDataFor, Site
from moderation.site_settings import DAYS, LONGEST_KEPT, LONGEST_NAME, LONGEST_UNDO, told
from moderation.wire import AnyMoment, Line, Text, WholeNumber, whole
from moderation.wire_answers import Answer, OurId, moment_out
from moderation.wire_answers import Moment as TellMoment

_LONGEST_PAGE = 500
_UNDO = "seconds in which a decision can be taken back before it leaves the house; null: the service's own setting"
_TWO = "two people must agree on a comment that accuses somebody"
_PERSONAL = (
    "whom the pages show the personal data in texts when they ask for it: everybody; seniors (senior moderators, rule editors and "
    "admins); admins. Nobody else is ever sent it. The API, the feed and webhooks are the site's own and have whole texts"
)
_REJECTED = "days after which the texts of rejected comments are erased, counted from the decision; null: never"
_WITHDRAWN = (
    "days after which the texts of comments that were taken back are erased, counted from their coming; null: never"
)
_DELIVERIES = "days that deliveries are kept; null: the service's own setting"
_ADDRESSES = "days after which network addresses are forgotten: of people who acted, and readers' hashes; null: never"

_MAY_BE_NULL = ("undo_seconds", *DAYS)

Days = Annotated[int, Field(ge=1, le=LONGEST_KEPT), BeforeValidator(whole)]


class SiteIn(BaseModel):
    """What is to be changed of a site's settings; what is left out stays."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    name: Line | None = Field(None, max_length=LONGEST_NAME, description="as people see it; null: as it is")
    undo_seconds: Annotated[int, Field(ge=0, le=LONGEST_UNDO), BeforeValidator(whole)] | None = Field(
        None, description=_UNDO
    )
    slander_needs_two: bool | None = Field(None, description=f"{_TWO}; null: as it is")
    personal_data_for: Annotated[PersonalDataFor, Field(strict=False)] | None = Field(
        None, description=f"{_PERSONAL}; null: as it is"
    )
    keep_rejected_days: Days | None = Field(None, description=_REJECTED)
    keep_withdrawn_days: Days | None = Field(None, description=_WITHDRAWN)
    keep_deliveries_days: Days | None = Field(None, description=_DELIVERIES)
    keep_addresses_days: Days | None = Field(None, description=_ADDRESSES)

    @property
    def changes(self) -> dict[str, Any]:
        """The settings that were sent."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in sent.items() if value is not None or name in _MAY_BE_NULL}


class SiteState(Answer):
    """A site's settings."""

    slug: str = Field(description="what stands for the site in addresses and commands", examples=["mehr"])
    name: str = Field(description="as people see it", examples=["روزنامهٔ نمونه"])
    undo_seconds: int | None = Field(description=_UNDO, examples=[None])
    slander_needs_two: bool = Field(description=_TWO, examples=[True])
    personal_data_for: PersonalDataFor = Field(description=_PERSONAL, examples=["seniors"])
    keep_rejected_days: int | None = Field(description=_REJECTED, examples=[365])
    keep_withdrawn_days: int | None = Field(description=_WITHDRAWN, examples=[30])
    keep_deliveries_days: int | None = Field(description=_DELIVERIES, examples=[None])
    keep_addresses_days: int | None = Field(description=_ADDRESSES, examples=[90])


class Agreement(Answer):
    """Of the last decisions of people: how many a switch would have taken by itself, and with how many of these they agreed."""

    switch: str = Field(description="approves_clean, approves_trusted, or rejects_at", examples=["rejects_at"])
    rule: str | None = Field(description="the slug of the rule that would reject", examples=["no-spam"])
    score: float | None = Field(description="the score from which it would", examples=[0.9])
    would: int = Field(examples=[120])
    agreed: int = Field(examples=[118])


class Agreements(Answer):
    """How often people agreed with what the rules would have decided without them."""

    decisions: int = Field(
        description="the last decisions of people, taken one by one, that were looked at", examples=[2000]
    )
    agreements: list[Agreement]


class AuditAsked(BaseModel):
    """Which entries of the audit, and where to go on. Filters narrow one another."""

    action: Text | None = Field(
        None, max_length=60, description="an action, such as key.given, or a kind of thing: key"
    )
    subject: Text | None = Field(None, max_length=200, description="the id or name of the thing")
    person: uuid.UUID | None = Field(None, description="our id of the person who did it")
    channel: Channel | None = Field(None, description="from where")
    since: AnyMoment | None = Field(None, description="from a moment on")
    until: AnyMoment | None = Field(None, description="before a moment")
    q: Text | None = Field(None, min_length=1, max_length=200, description="words in subject, before or after")
    before: uuid.UUID | None = Field(None, description="the cursor: `next` of the page before")
    limit: WholeNumber = Field(50, ge=1, le=_LONGEST_PAGE, description="how many at most")

    @property
    def wanted(self) -> Wanted:
        """The filters."""
        asked = self.model_dump(include={"action", "subject", "person", "channel", "since", "until"})
        return Wanted(**asked, said=self.q)


class AuditEntryOut(Answer):
    """One change, or one decision."""

    id: OurId
    at: TellMoment = Field(description="when")
    action: str = Field(description="a kind of thing, and what was done to it", examples=["key.given"])
    channel: Channel = Field(description="from where", examples=["pages"])
    person_id: uuid.UUID | None = Field(description="our id of the person who did it")
    person: str | None = Field(description="the person's name", examples=["نوید"])
    key_id: uuid.UUID | None = Field(description="the API key with which it was done", examples=[None])
    key: str | None = Field(description="the key's name", examples=[None])
    address: str | None = Field(description="the network address that it came from", examples=["192.0.2.7"])
    subject: str | None = Field(description="the thing's id or name", examples=["01a2036d-9a01-7c55-8d2e-0d7f7a0c9b11"])
    before: dict[str, Any] | None = Field(description="what mattered of it before", examples=[None])
    after: dict[str, Any] | None = Field(description="and after", examples=[{"name": "web server"}])


class AuditPage(Answer):
    """Entries, the newest first."""

    entries: list[AuditEntryOut]
    next: uuid.UUID | None = Field(
        description="ask for what came before with it; null on the last page",
        examples=["01a2036d-8267-7efb-bd79-6c9011e6767b"],
    )


def site_out(site: Site) -> SiteState:
    """A site's settings, as ``GET /v1/site`` tells them."""
    return SiteState(slug=site.slug, **told(site))


def agreements_out(measures: Measures) -> Agreements:
    """What was measured, as ``GET /v1/site/agreement`` tells it."""
    rejects = [("rejects_at", slug, score, found) for (slug, score), found in measures.rejects.items()]
    switches = [
        ("approves_clean", None, None, measures.clean),
        ("approves_trusted", None, None, measures.trusted),
        *rejects,
    ]
    told = [
        Agreement(switch=name, rule=slug, score=score, would=found.would, agreed=found.agreed)
        for name, slug, score, found in switches
    ]
    return Agreements(decisions=measures.decisions, agreements=told)


def entry_out(entry: Entry) -> AuditEntryOut:
    """An entry, as ``GET /v1/audit`` tells it."""
    values = {name: value for name, value in entry._asdict().items() if name not in ("site_id", "at")}
    return AuditEntryOut(at=moment_out(entry.at), **values)
