"""Answers of followers, and the digest that is made of them."""

from dataclasses import dataclass

from app.errors import Refusal
from app.marketing.feelings.moods import Feeling

KIND = "digest"  # of the marketing job
MOST_ANSWERS = 2_000
LONGEST_ANSWER = 1_000  # characters; a longer one is cut
# Groups of answers that name nothing shared.
COMPLAINTS, QUESTIONS, ORDERS = "不满意的地方", "大家问到的", "想下单的"
LEAST_ANSWERS = 5  # fewer are read, not clustered


class TooFewAnswers(Refusal):
    """So few usable answers that a digest would expose who said what."""

    status = 422
    name = "too_few_answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestOrder:
    """Which answers are told again: `texts`, or the comments on an article of a post, from 1."""

    question: str
    texts: list[str]
    post: str = ""
    article: int = 1


@dataclass(frozen=True, slots=True)
class FollowerAnswer:
    """One answer as it may be shown; mood: -1 to 1."""

    text: str
    mood: float = 0.0
    feeling: Feeling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGroup:
    """Answers that name or say the same, and how many. name: the words, a typical answer where
    they have no thing in common, or 其他.

    mood: the mean of the answers, -1 to 1. praises, complaints: how many answers are one; quotes
    are no complaints, those are in complaint_quotes. A group of one has no quotes.
    """

    name: str
    words: tuple[str, ...]
    answers: int
    share: float
    mood: float
    praises: int
    complaints: int
    quotes: tuple[str, ...]
    complaint_quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDigest:
    """The groups, the largest first, the rest last. left_out: reason -> answers not used."""

    question: str
    answers: int
    groups: tuple[AnswerGroup, ...]
    left_out: dict[str, int]
