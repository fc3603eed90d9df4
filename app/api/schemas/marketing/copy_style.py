"""Bodies of the endpoints for style notes, and the figure of edits."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.marketing.briefs import Author
from app.api.schemas.replies import Revision
from app.marketing.content.brief import refuse_injection
from app.marketing.content.style.values import MOST_NOTES, StyleGuide, StyleVersion

NoteLine = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True),
    AfterValidator(refuse_injection),
]


class StyleNoteRequest(BaseModel):
    """A note; `key` is that of the note that it keeps or rewords, "" makes a new one."""

    model_config = ConfigDict(extra="forbid")
    key: Annotated[str, StringConstraints(max_length=64)] = ""
    text: NoteLine


class WriteStyleRequest(BaseModel):
    """The notes that replace those of `revision` (0: none yet).

    A learnt note that is left out isn't learnt again; one that is reworded stays as it is written.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"author": "小林", "revision": 0, "notes": [{"text": "不用感叹号"}]}]
        },
    )
    account: str = "default"
    author: Author
    revision: Revision
    notes: Annotated[list[StyleNoteRequest], Field(max_length=MOST_NOTES)]


class StyleNoteResponse(BaseModel):
    """A note, learnt from edits by rules, by the language model, or written by a person."""

    key: str
    text: str
    origin: Literal["learnt", "model", "written"]


class StyleVersionResponse(BaseModel):
    """A version of the notes; the author 自动学习 is the service."""

    author: str
    at: float
    notes: list[StyleNoteResponse]


class StyleResponse(BaseModel):
    """The notes that are given to the writer of copy, and their versions, the latest last."""

    account: str
    revision: int
    notes: list[StyleNoteResponse]
    versions: list[StyleVersionResponse]


class WeeklyEditsResponse(BaseModel):
    """Texts approved in a week of ISO 8601, and how far they are from the generated ones.

    Distances are edits of characters by the longer text's length, 0 (equal) to 1; `unedited` counts
    the texts that were approved as they were.
    """

    week: str
    texts: int
    unedited: int
    mean_distance: float
    median_distance: float


class StyleEditsResponse(BaseModel):
    """The weeks that have approved texts, by time, in the account's zone."""

    weeks: list[WeeklyEditsResponse]


def describe_style(account: str, guide: StyleGuide, revision: int) -> StyleResponse:
    """The response of a guide."""
    versions = [_describe_version(version) for version in guide.versions]
    notes = versions[-1].notes if versions else []
    return StyleResponse(account=account, revision=revision, notes=notes, versions=versions)


def _describe_version(version: StyleVersion) -> StyleVersionResponse:
    notes = [
        StyleNoteResponse(key=note.key, text=note.text, origin=note.origin)
        for note in version.notes
    ]
    return StyleVersionResponse(author=version.author, at=version.at, notes=notes)
