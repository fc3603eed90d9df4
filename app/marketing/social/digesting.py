"""Makes a digest of answers: groups by what they name, each with words, a share and quotes.

The quotes are followers' own words, so that nothing is invented; the person who approves the draft
writes the sentences between them.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.marketing.effects.topics import MASK, Topic
from app.marketing.social.answering import is_telling
from app.marketing.social.grouping import group_answers
from app.marketing.social.values import (
    LEAST_ANSWERS,
    ORDERS,
    QUESTIONS,
    AnswerDigest,
    AnswerGroup,
    FollowerAnswer,
    TooFewAnswers,
)

MOST_GROUPS = 16
MOST_QUOTES = 2
MOST_COMPLAINT_QUOTES = 5
_QUOTED_WHOLE = 3  # answers of a group that are all quoted, short ones too
_QUOTED = (6, 60)  # characters of a quote, where there is one of that length


def make_digest(
    question: str,
    answers: Sequence[FollowerAnswer],
    vectors: npt.NDArray[np.floating],
    left_out: dict[str, int],
    item_names: Sequence[str] = (),
) -> AnswerDigest:
    """The digest of answers by their vectors (answers, D). Raises TooFewAnswers.

    item_names: titles and tags of the account's items, which show what is a name.
    """
    if len(answers) < LEAST_ANSWERS:
        raise TooFewAnswers(
            f"可用的回答只有 {len(answers)} 条，至少要 {LEAST_ANSWERS} 条才整理成合集"
        )
    centered = vectors - vectors.mean(axis=0)
    centered /= np.maximum(np.linalg.norm(centered, axis=1, keepdims=True), 1e-9)
    topics = group_answers(question, answers, centered, MOST_GROUPS, item_names)
    return AnswerDigest(
        question=question,
        answers=len(answers),
        groups=tuple(_describe_group(question, topic, answers, centered) for topic in topics),
        left_out=left_out,
    )


def _describe_group(
    question: str,
    topic: Topic,
    answers: Sequence[FollowerAnswer],
    vectors: npt.NDArray[np.floating],
) -> AnswerGroup:
    places = list(topic.places)
    center = vectors[places].mean(axis=0)
    closeness = vectors[places] @ center
    ordered = [answers[places[at]] for at in np.argsort(-closeness, kind="stable")]
    complaints = [answer for answer in ordered if answer.feeling == "complaint"]
    others = [answer for answer in ordered if answer.feeling != "complaint"]
    if topic.name not in {QUESTIONS, ORDERS}:
        quoted = [answer for answer in others if is_telling(question, answer.text)]
    else:
        quoted = others
    typical = "" if topic.name else _choose_quotes(max(others, complaints, key=len), 1)[0]
    most = _QUOTED_WHOLE if len(others) <= _QUOTED_WHOLE else MOST_QUOTES
    is_single = len(places) == 1  # quoted, it would show who said what
    return AnswerGroup(
        name=topic.name or f"像“{typical}”这样的",
        words=topic.words,
        answers=len(places),
        share=len(places) / len(answers),
        mood=float(np.mean([answer.mood for answer in ordered])),
        praises=sum(answer.feeling == "praise" for answer in ordered),
        complaints=len(complaints),
        quotes=() if is_single else _choose_quotes(quoted, most, typical),
        complaint_quotes=()
        if is_single
        else _choose_quotes(complaints, MOST_COMPLAINT_QUOTES, typical),
    )


def _choose_quotes(
    answers: Sequence[FollowerAnswer], most: int, typical: str = ""
) -> tuple[str, ...]:
    """The first that fit; not the one that is told already, where there are others."""
    shortest = 0 if len(answers) <= _QUOTED_WHOLE <= most else _QUOTED[0]
    fitting = [answer for answer in answers if _is_quotable(answer.text, shortest)] or answers
    fresh = [answer for answer in fitting if answer.text != typical] or fitting
    return tuple(answer.text for answer in fresh[:most])


def _is_quotable(text: str, shortest: int) -> bool:
    """Whether it has the length of a quote, and nothing of it was masked."""
    return shortest <= len(text) <= _QUOTED[1] and not MASK.search(text)
