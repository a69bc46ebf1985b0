"""The JSON of a site's rules, both ways: draft, versions, what differs, what a shadow said."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from moderation.models import RuleSetVersion
from moderation.rule_sets.difference import Change
from moderation.rule_sets.drafts import Draft
from moderation.rule_sets.presets import Preset
from moderation.rule_sets.shadow import Compared, Found
from moderation.rule_sets.versions import LONGEST_NOTE
from moderation.rules.base import Verdict
from moderation.rules.rule_set import RuleSet
from moderation.wire import AnyMoment, Line, WholeNumber
from moderation.wire_answers import Answer, Bilingual, Moment, OurId, moment_out
from moderation.wire_rule_sets import rule_set_schema

_GREATEST = 2_147_483_647
_SHOWN: dict[str, Any] = {"version": 1, "rules": {"no-insults": {"mode": "live", "options": {"suspect_at": 0.5}}}}
_AS_WRITTEN = "rules by slug with their options, as `PUT /v1/rules/draft` takes them"

RuleSetIn = Annotated[dict[str, Any], WithJsonSchema(rule_set_schema())]
Note = Annotated[Line, Field(max_length=LONGEST_NOTE, description="why, for those who read the versions later")]
Edit = Annotated[int, Field(ge=0, le=_GREATEST, description="the edit of the draft that you have seen")]
Number = Annotated[int, Field(description="a version's number", examples=[4])]


class _In(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class DraftIn(_In):
    """A draft as ``PUT /v1/rules/draft`` takes it."""

    edit: Edit
    rule_set: RuleSetIn


class ShadowIn(_In):
    """The draft, to run in shadow."""

    edit: Edit
    note: Note


class PromoteIn(_In):
    """What is said when the shadow goes live."""

    note: Note
    confirmed: bool = Field(False, description="go live although no replay speaks for it, or too much against it")


class PublishIn(PromoteIn):
    """The draft, to go live."""

    edit: Edit
    until: AnyMoment | None = Field(
        None, description="when its time is over: then what was live before is live again; null: for good"
    )


class RollBackIn(_In):
    """What is said when an older version comes back."""

    note: Note


class BudgetIn(_In):
    """How much a new version may hold unconfirmed."""

    share: float = Field(ge=0, le=1, description="share of a replay's approved comments that may be held anew, 0 to 1")


class EditQuery(BaseModel):
    """Which draft is meant."""

    edit: WholeNumber = Field(ge=0, le=_GREATEST, description="the edit of the draft that you have seen")


class VersionsQuery(BaseModel):
    """Which versions are asked for."""

    before: WholeNumber | None = Field(None, ge=1, le=_GREATEST, description="only versions with a lower number")
    limit: WholeNumber = Field(50, ge=1, le=200, description="how many at most")


class DifferenceQuery(BaseModel):
    """Which rules are compared."""

    before: WholeNumber | None = Field(None, ge=1, le=_GREATEST, description="a version; left out: the live one")
    after: WholeNumber | None = Field(None, ge=1, le=_GREATEST, description="a version; left out: the draft")


class DraftTold(Answer):
    """The draft of a site's next rules, or the live ones to begin from."""

    edit: int = Field(description="send it along with every change: a newer one refuses yours", examples=[7])
    base: Number = Field(description="the live version that it began from")
    updated_at: Moment | None = Field(description="when it was saved last; null: nothing is drafted")
    digest: str = Field(description="SHA-256 of the content: equal rules have equal digests", examples=["9f2c…"])
    rule_set: dict[str, Any] = Field(description=_AS_WRITTEN, examples=[_SHOWN])


class ChangeTold(Answer):
    """A field that differs."""

    pointer: str = Field(description="its place in the rule set", examples=["/rules/no-insults/options/suspect_at"])
    rule: str | None = Field(description="the rule's slug; null for the whole", examples=["no-insults"])
    section: str | None = Field(description="the section for which it is said; null: everywhere", examples=[None])
    label: Bilingual = Field(description="what it is")
    before: Any = Field(description="null where a section said nothing", examples=[0.6])
    after: Any = Field(examples=[0.5])


class DifferenceTold(Answer):
    """What differs, field by field."""

    changes: list[ChangeTold]


class VersionTold(Answer):
    """A version of the rules. Nothing of it ever changes but its state."""

    number: Number
    state: str = Field(
        description="live, shadow, or retired: its time, or its run in shadow, is over", examples=["live"]
    )
    holds: bool = Field(description="whether comments are judged by it now", examples=[True])
    author: str | None = Field(
        description="who made it: a person's name, or that of a key; null: a command or the service", examples=["نوید"]
    )
    note: str | None = Field(description="why", examples=["quieter on swear words at nobody"])
    base: int | None = Field(description="the version that was live when it was made", examples=[3])
    created_at: Moment
    until: Moment | None = Field(description="when its time is over; null: never", examples=[None])
    digest: str = Field(examples=["9f2c…"])


class WholeVersion(VersionTold):
    """A version with its rules, and what differs from its base."""

    rule_set: dict[str, Any] = Field(description=_AS_WRITTEN, examples=[_SHOWN])
    changes: list[ChangeTold]


class VersionList(Answer):
    """A site's versions, newest first."""

    versions: list[VersionTold]
    next: int | None = Field(description="`before` of the next page; null: these were the last", examples=[None])


class PresetTold(Answer):
    """A position, and the draft put into it."""

    slug: str = Field(examples=["strict"])
    title: Bilingual
    rule_set: dict[str, Any] = Field(description=_AS_WRITTEN, examples=[_SHOWN])
    changes: list[ChangeTold] = Field(description="what would differ from the draft")


class PresetList(Answer):
    """The positions."""

    presets: list[PresetTold]


class BudgetTold(Answer):
    """How much a new version may hold unconfirmed."""

    share: float = Field(description="of a replay's approved comments, 0 to 1", examples=[0.02])


class FoundTold(Answer):
    """Comments that differ, and what people decided of them meanwhile."""

    comments: int = Field(examples=[3])
    approved: int = Field(examples=[1])
    rejected: int = Field(examples=[2])
    samples: list[OurId] = Field(description="the newest ones, to read")


class RuleCompared(Answer):
    """How often a rule objected."""

    rule: str = Field(examples=["no-insults"])
    both: int = Field(description="live and in shadow", examples=[40])
    only_live: FoundTold
    only_shadow: FoundTold


class VerdictCompared(FoundTold):
    """Comments whose verdict differs."""

    live: Verdict = Field(examples=["clean"])
    shadow: Verdict = Field(examples=["suspect"])


class ShadowEnded(Answer):
    """What ran in shadow."""

    version: VersionTold | None = Field(description="null: nothing did")


class ShadowCompared(Answer):
    """What runs in shadow beside what counts."""

    version: VersionTold
    total: int = Field(description="comments that it has seen", examples=[1200])
    compared: int = Field(description="the newest of them, which are compared here", examples=[1200])
    rules: list[RuleCompared]
    verdicts: list[VerdictCompared]


def draft_out(draft: Draft) -> DraftTold:
    """A draft, as ``GET /v1/rules/draft`` tells it."""
    return DraftTold(
        edit=draft.edit,
        base=draft.base,
        updated_at=moment_out(draft.updated_at) if draft.updated_at else None,
        digest=draft.rules.digest,
        rule_set=draft.rules.to_dict(),
    )


def changes_out(changes: Sequence[Change]) -> list[ChangeTold]:
    """What differs, in words."""
    return [
        ChangeTold(
            pointer=one.pointer,
            rule=one.rule,
            section=one.section,
            label=Bilingual(fa=one.label, en=one.label_en),
            before=one.before,
            after=one.after,
        )
        for one in changes
    ]


def version_out(version: RuleSetVersion, live: int) -> VersionTold:
    """A version, without its rules; ``live`` is the number of the one that holds."""
    return VersionTold(
        number=version.number,
        state=version.state,
        holds=version.number == live,
        author=version.person.name if version.person else version.key.name if version.key else None,
        note=version.note,
        base=version.base,
        created_at=moment_out(version.created_at),
        until=moment_out(version.until) if version.until else None,
        digest=version.digest,
    )


def whole_out(version: RuleSetVersion, live: int, changes: Sequence[Change]) -> WholeVersion:
    """A version with its rules."""
    told = dict(version_out(version, live))
    return WholeVersion(**told, rule_set=version.content, changes=changes_out(changes))


def preset_out(preset: Preset, moved: RuleSet, changes: Sequence[Change]) -> PresetTold:
    """A position with what it makes of a rule set."""
    title = Bilingual(fa=preset.title, en=preset.title_en)
    return PresetTold(slug=preset.slug, title=title, rule_set=moved.to_dict(), changes=changes_out(changes))


def compared_out(compared: Compared, live: int) -> ShadowCompared:
    """What a shadow said, beside what counted."""
    return ShadowCompared(
        version=version_out(compared.version, live),
        total=compared.total,
        compared=compared.compared,
        rules=[
            RuleCompared(
                rule=one.rule, both=one.both, only_live=_found(one.only_live), only_shadow=_found(one.only_shadow)
            )
            for one in compared.rules
        ],
        verdicts=[
            VerdictCompared(live=live_verdict, shadow=verdict, **dict(_found(found)))
            for (live_verdict, verdict), found in sorted(compared.verdicts.items())
        ],
    )


def _found(found: Found) -> FoundTold:
    return FoundTold(
        comments=found.comments,
        approved=found.approved,
        rejected=found.rejected,
        samples=list[uuid.UUID](found.samples),
    )
