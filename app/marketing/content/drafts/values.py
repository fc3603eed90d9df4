"""A copy draft: a generated text with what made it, edited and approved by people. No I/O."""

from dataclasses import dataclass
from typing import Any, Literal

from app.errors import Refusal
from app.marketing.content.brief import Channel
from app.publishing.values import VersionApproval

DraftState = Literal["draft", "approved", "rejected"]
POST_CHANNELS: frozenset[Channel] = frozenset({"article", "broadcast"})
MOST_VERSIONS = 100


class UnknownDraft(Refusal):
    """The account has no draft of this id."""

    status = 404
    name = "unknown_draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftVersion:
    """One version of a draft's text; version 1 is the generated text."""

    editor: str
    at: float  # seconds since 1970
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyDraft:
    """A draft. `post` names the post that it is edited and approved as; "": it is no post.

    origin: what made the text (job, variant, model, prompt, tokens, seconds, language). review: of
    the generated text, as JSON. Times are seconds since 1970.
    """

    id: str
    account: str
    author: str
    channel: Channel
    post: str
    brief: str
    brief_version: int
    origin: dict[str, Any]
    review: dict[str, Any]
    versions: tuple[DraftVersion, ...]
    state: DraftState
    approval: VersionApproval | None
    reason: str
    created: float
    changed: float

    @property
    def version(self) -> int:
        """The number of the latest version, from 1."""
        return len(self.versions)

    @property
    def text(self) -> str:
        """The latest version's text."""
        return self.versions[-1].text

    @property
    def editors(self) -> frozenset[str]:
        """Who wrote any of it: nobody of them approves it."""
        return frozenset(version.editor for version in self.versions)
