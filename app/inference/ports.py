"""What the service asks of models. Always in the plural: batches are where the speed is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from app.errors import Refusal

if TYPE_CHECKING:
    import numpy as np

Sentiment = Literal["positive", "neutral", "negative"]
Action = Literal["reply", "knowledge", "generate", "handoff"]
Role = Literal["system", "user", "assistant"]
# The weightiest first: a message that fits several is answered as the first.
CareKind = Literal[
    "suicide", "self_harm", "violence", "child_distress", "food_poisoning", "adverse_reaction"
]


@dataclass(frozen=True, slots=True)
class Intent:
    """One class of the taxonomy."""

    id: str
    title: str
    group: str
    action: Action
    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What the care head says of one text: the likeliest kind, and how likely it is any.

    From `threshold` up it is taken for one.
    """

    kind: CareKind
    score: float
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What one pass says of one text. Confidence and score are calibrated, 0 to 1."""

    intent: Intent  # of the taxonomy of the model that made it
    confidence: float
    in_scope: bool
    sentiment: Sentiment
    sentiment_score: float
    model: str  # the version that made it; another may answer by the time it is read
    # (D,) fp32: the inner product with what the same model made of another text is how alike the
    # two are, 1 for the same.
    vector: "np.ndarray" = field(compare=False, repr=False)
    suspicion: Suspicion | None = None  # None where the model has no care head


class ClassificationFailed(Exception):
    """The model failed on this one text."""


class Classifier(Protocol):
    """Recognises intent and mood."""

    @property
    def version(self) -> str:
        """Names the heads that answer now."""
        ...

    @property
    def intents(self) -> Mapping[str, Intent]:
        """The taxonomy of the heads that answer now, by id."""
        ...

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        """One judgement a text, in order, all by one model; a text it fails on fails alone."""
        ...

    async def refresh(self) -> None:
        """Look whether another model was promoted, and answer with it once it is loaded.

        Meanwhile, and where it can't be loaded, the old one answers.
        """
        ...


@dataclass(frozen=True, slots=True)
class TextVector:
    """A text as the search compares it."""

    model: str  # the version that made it
    # (D,) fp32 of length 1: the inner product of two says how near their meanings are.
    vector: "np.ndarray" = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may answer a question: an entry's ways to ask and its answer, or a document's chunk
    under its title. Of a chunk the search compares each sentence or row by itself.
    """

    headings: tuple[str, ...]
    text: str
    is_chunk: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """P(the candidate answers the question), 0 to 1, and the part of its text that does."""

    probability: float
    passage: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question and what may answer it."""

    question: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A heading of a candidate and the text under it: an entry's answer, a part of a chunk."""

    candidate: int  # its place among the candidates
    heading: str
    passage: str


@dataclass(frozen=True, slots=True)
class Bands:
    """What a probability means: from `sure` on a candidate is said as it stands, from `possible`
    on it is offered as a choice; below it is not spoken of.
    """

    sure: float
    possible: float

    @property
    def likely(self) -> float:
        """From here on a candidate that has no rival is shown with its answer, as a question."""
        return (self.sure + self.possible) / 2

    @property
    def doubtful(self) -> float:
        """Below, a candidate is offered only if it has to do with what the question names."""
        return self.possible + (self.sure - self.possible) / 3


class SearchModel(Protocol):
    """Finds what may answer a question by vectors, and verifies whether it does."""

    @property
    def version(self) -> str:
        """Names the model that makes vectors now."""
        ...

    @property
    def bands(self) -> Bands:
        """Chosen with the model, on shops that it was not trained on."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[TextVector | ClassificationFailed]:
        """One vector a text, in order; a text that the model fails on fails alone."""
        ...

    async def prepare(self, candidates: Sequence[Candidate]) -> None:
        """Read candidates ahead, so that no question has to wait for it."""
        ...

    async def verify(self, comparisons: Sequence[Comparison]) -> list[list[Verification]]:
        """For each question one verification a candidate, in order."""
        ...

    async def excerpts(self, comparisons: Sequence[Comparison]) -> list[list[Excerpt]]:
        """For each question what a reranker may compare it with: first one excerpt of each
        candidate, then further ones, each time the likeliest first.
        """
        ...


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much a reranker is asked."""

    at_once: int  # questions
    documents: int  # of a question


class Reranker(Protocol):
    """Says how likely each of some documents answers a question, reading both together."""

    @property
    def name(self) -> str:
        """As logs and metrics call it."""
        ...

    @property
    def capacity(self) -> Capacity:
        """What it answers in time."""
        ...

    async def score(self, question: str, documents: Sequence[str]) -> list[float]:
        """A probability for each document, in order; whoever asks keeps the time.

        Raises EndpointFault.
        """
        ...

    async def close(self) -> None:
        """Let go of connections or memory."""
        ...


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One turn of what a language model is shown."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is to be written, how long at most, and until when."""

    messages: tuple[PromptMessage, ...]
    most_tokens: int  # of the answer
    deadline: float  # of time.monotonic(), seconds


@dataclass(frozen=True, slots=True)
class GeneratedAnswer:
    """An answer, as far as it got."""

    text: str
    finished: bool  # False: cut by the deadline, by most_tokens, or because the writer broke off
    model: str  # the version that wrote it


class Unavailable(Refusal):
    """Nobody can write now; the message says why."""

    status = 503


class TimedOut(Refusal):
    """Not a word was written before the deadline."""

    status = 504


class Writer(Protocol):
    """A language model that writes answers.

    One prompt a call, since answers end at different moments and none should wait for its
    neighbours: whoever can batch does so among the calls in flight.
    """

    @property
    def version(self) -> str:
        """Names what writes now."""
        ...

    def count(self, text: str) -> int:
        """Tokens of a text, about."""
        ...

    def tokens_within(self, seconds: float, prompt_tokens: int) -> int:
        """How long an answer may be planned, at the measured speed; 0: there is no time."""
        ...

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        """Back at the deadline at the latest. Raises Unavailable or TimedOut."""
        ...

    async def close(self) -> None:
        """Let go of connections or memory."""
        ...
