"""What was said and heard, and what the service wrote down of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.bench.answers.corpus import Case


@dataclass(frozen=True)
class Record:
    """A turn as the service recorded it."""

    source: str
    citations: tuple[str, ...] = ()  # entries, chunks, rules
    intent: str | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class Exchange:
    """One message of a follower and all that they read in answer to it."""

    message: str
    reply: str
    record: Record


@dataclass(frozen=True)
class Chunk:
    """A part of a document, as the service keeps and cites it."""

    document: str  # file name
    title: str
    text: str


@dataclass(frozen=True)
class Played:
    """A case and how it went."""

    case: Case
    exchanges: tuple[Exchange, ...]
    noted: tuple[str, ...] = ()  # what session and hand-over hold: slots, the summary for agents
    in_scope: bool | None = None  # of basic and manners
    hit_ids: tuple[str, ...] = ()  # what the search endpoint gives for the first turn, best first

    @property
    def last(self) -> Exchange:
        return self.exchanges[-1]


@dataclass(frozen=True)
class Base:
    """What an account knows: texts by the ids that replies cite."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of an entry: its questions
    answers: Mapping[str, str] = field(default_factory=dict)
    chunks: Mapping[str, Chunk] = field(default_factory=dict)
