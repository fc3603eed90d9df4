"""An account's style notes, and the edits that they are learnt from. No I/O."""

from dataclasses import dataclass, field, replace
from typing import Literal

NoteOrigin = Literal["learnt", "model", "written"]
MOST_NOTES = 30  # of an account
MOST_PROMPTED = 20  # that a prompt holds
MOST_HISTORY = 20  # versions that are kept
LEARNER = "自动学习"  # the author of versions that no person wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleNote:
    """A line on how the account's texts are written.

    `key` says what it is about, such as `length` or `replace:亲→您`: one note a key. origin: learnt
    from edits by rules, by the language model, or written by a person.
    """

    key: str
    text: str
    origin: NoteOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleVersion:
    """A version of the notes, and who made it."""

    author: str
    at: float  # seconds since 1970
    notes: tuple[StyleNote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleGuide:
    """The versions of an account's notes, the latest last.

    dismissed: keys of notes that a person removed, which aren't learnt again. since: only texts
    approved later are learnt from.
    """

    versions: tuple[StyleVersion, ...] = ()
    dismissed: frozenset[str] = field(default_factory=frozenset)
    since: float = 0.0

    @property
    def notes(self) -> tuple[StyleNote, ...]:
        """The latest notes."""
        return self.versions[-1].notes if self.versions else ()

    @property
    def lines(self) -> tuple[str, ...]:
        """What a prompt holds of them: those of people first."""
        ordered = sorted(self.notes, key=lambda note: note.origin != "written")
        return tuple(note.text for note in ordered[:MOST_PROMPTED])

    def with_version(self, version: StyleVersion) -> "StyleGuide":
        """The guide with one more version; the oldest of many is dropped."""
        return replace(self, versions=(*self.versions, version)[-MOST_HISTORY:])


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEdit:
    """A generated text and what was approved of it."""

    generated: str
    approved: str
