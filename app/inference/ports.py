"""Ports to the models: protocols and values. Methods take whole batches, which is faster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from app.errors import Refusal

if TYPE_CHECKING:
    import numpy as np

Sentiment = Literal["positive", "neutral", "negative"]
Action = Literal["reply", "knowledge", "generate", "handoff"]
Role = Literal["system", "user", "assistant"]
# Ordered by severity: a message of several kinds is answered as the first of them.
CareKind = Literal[
    "suicide", "self_harm", "drowning", "collapse", "choking", "electric_shock", "fire",
    "traffic_accident", "missing_person", "gas_leak", "pet_harm", "poisoning", "accident",
    "violence", "child_distress", "tooth_injury", "burn", "animal_bite", "injury",
    "food_poisoning", "adverse_reaction", "bereavement", "illness",
]  # fmt: skip

# Score of a negative sentiment; angry messages have .85 and more, plain questions up to .97.
SURELY_NEGATIVE = 0.8


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
    """The care head's result for one text: the likeliest kind, and P(any kind), 0 to 1.

    A score of `threshold` or more counts as that kind.
    """

    kind: CareKind
    score: float
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """One text's result of one encoder pass. Confidence and scores are calibrated, 0 to 1."""

    intent: Intent  # from the taxonomy of `model`
    confidence: float
    in_scope: bool
    sentiment: Sentiment
    sentiment_score: float
    model: str  # the version that classified; another may have been promoted since
    # (D,) fp32: the inner product of two vectors of one model is their similarity, 1 for equal
    # texts.
    vector: "np.ndarray" = field(compare=False, repr=False)
    suspicion: Suspicion | None = None  # None where the model has no care head

    @property
    def is_surely_negative(self) -> bool:
        """Whether the sentiment is negative with a score from SURELY_NEGATIVE on."""
        return self.sentiment == "negative" and self.sentiment_score >= SURELY_NEGATIVE


class ClassificationFailed(Exception):
    """The model failed on this text; returned in the result's place, not raised."""


# P(label) of one comment. A label is a mood and what the comment is: angry.irony, calm.suggestion.
CommentScores = Mapping[str, float]


class Classifier(Protocol):
    """Recognises intent and sentiment of messages, and what comments are."""

    @property
    def version(self) -> str:
        """The version of the heads in use."""
        ...

    @property
    def intents(self) -> Mapping[str, Intent]:
        """The taxonomy of the heads in use, by intent id."""
        ...

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        """One result per text, in order, all by one model; a failure affects its text only."""
        ...

    async def classify_comments(self, texts: Sequence[str]) -> list[CommentScores]:
        """The scores of a few comments, in order; {} where the model can't tell."""
        ...

    async def refresh(self) -> None:
        """Load a newly promoted model, if there is one, and switch to it.

        While loading, and where loading fails, the old model stays in use.
        """
        ...


@dataclass(frozen=True, slots=True)
class TextVector:
    """A text's vector in the search."""

    model: str  # the version that made it
    # (D,) fp32 of norm 1: the inner product of two is the similarity of their meanings.
    vector: "np.ndarray" = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may answer a question: an entry (headings: question and variants; text: answer) or a
    chunk under its title. The search compares a chunk sentence by sentence, or row by row.
    """

    headings: tuple[str, ...]
    text: str
    is_chunk: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """P(the candidate answers the question), 0 to 1, and the passage of its text that does."""

    probability: float
    passage: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question and its candidates."""

    question: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A heading of a candidate with text: an entry's answer, or a part of a chunk."""

    candidate: int  # index in Comparison.candidates
    heading: str
    passage: str


@dataclass(frozen=True, slots=True)
class Bands:
    """Thresholds of probability: a candidate of `sure` or more is the answer, one of `possible`
    or more is offered as a choice, one below is left out.
    """

    sure: float
    possible: float

    @property
    def likely(self) -> float:
        """The probability from which a sole candidate is shown with its answer, as a question."""
        return (self.sure + self.possible) / 2

    @property
    def doubtful(self) -> float:
        """The probability below which a candidate is offered only if it is about what the
        question names.
        """
        return self.possible + (self.sure - self.possible) / 3


class SearchModel(Protocol):
    """Embeds texts for the search, and verifies whether candidates answer a question."""

    @property
    def version(self) -> str:
        """The version of the model that makes vectors."""
        ...

    @property
    def bands(self) -> Bands:
        """The model's thresholds, chosen on shops that it was not trained on."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[TextVector | ClassificationFailed]:
        """One vector per text, in order; a failure affects its text only."""
        ...

    async def prepare(self, candidates: Sequence[Candidate]) -> None:
        """Compute what `verify` needs of the candidates ahead of time."""
        ...

    async def verify(self, comparisons: Sequence[Comparison]) -> list[list[Verification]]:
        """For each question one verification per candidate, both in order."""
        ...

    async def excerpts(self, comparisons: Sequence[Comparison]) -> list[list[Excerpt]]:
        """For each question the excerpts for a reranker: first the best one of each candidate,
        then further ones, both groups with the likeliest first.
        """
        ...


@dataclass(frozen=True, slots=True)
class Capacity:
    """The load that a reranker takes."""

    at_once: int  # concurrent questions
    documents: int  # per question


class Reranker(Protocol):
    """A cross-encoder: scores how likely a document answers a question, reading both together."""

    @property
    def name(self) -> str:
        """The name in logs and metrics."""
        ...

    @property
    def capacity(self) -> Capacity:
        """The load that is answered in time."""
        ...

    async def score(self, question: str, documents: Sequence[str]) -> list[float]:
        """A probability for each document, in order. Has no time limit: the caller sets one.

        Raises EndpointFault.
        """
        ...

    async def close(self) -> None:
        """Release connections or memory."""
        ...


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One message of a prompt."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A request to a language model: messages, limit of length, deadline, and how to write.

    One with a schema, a temperature or a seed isn't for a follower who waits: a writer on this
    machine writes it alone, and pauses it while others wait.
    """

    messages: tuple[PromptMessage, ...]
    most_tokens: int  # of the answer
    deadline: float  # of time.monotonic(), seconds
    schema: Mapping[str, Any] | None = None  # of JSON that the answer is to be; None: plain text
    temperature: float | None = None  # None: the writer's own, which is low
    seed: int | None = None  # equal seeds give equal answers where the writer can

    @property
    def is_steered(self) -> bool:
        """Whether it asks for more than the likeliest plain text."""
        return self.schema is not None or self.temperature is not None or self.seed is not None


@dataclass(frozen=True, slots=True)
class GeneratedAnswer:
    """A model's answer, possibly cut."""

    text: str
    finished: bool  # False: cut by the deadline, by most_tokens, or because the writer broke off
    model: str  # the version that wrote it


class Unavailable(Refusal):
    """No writer is available now; the message says why."""

    status = 503
    name = "writer_unavailable"

    def __init__(self, why: str) -> None:
        super().__init__(why, chinese=f"大模型现在写不了（{why}）：请检查模型服务，或稍后再试")


class TimedOut(Refusal):
    """Nothing was written before the deadline."""

    status = 504
    name = "writer_timed_out"

    def __init__(self, why: str) -> None:
        super().__init__(
            why, chinese=f"大模型没有按时写完（{why}）：请稍后再试，或换一个更快的模型"
        )


class Writer(Protocol):
    """A language model that writes answers.

    One prompt per call, since answers end at different moments and none should wait for others:
    implementations batch the calls in flight.
    """

    @property
    def version(self) -> str:
        """The version of the model in use."""
        ...

    def count(self, text: str) -> int:
        """The number of tokens of a text, exact or estimated."""
        ...

    def tokens_within(self, seconds: float, prompt_tokens: int) -> int:
        """Tokens of answer that fit into `seconds` at the measured speed; 0: none."""
        ...

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        """Write an answer; returns at the deadline at the latest. Raises Unavailable, TimedOut."""
        ...

    async def close(self) -> None:
        """Release connections or memory."""
        ...
