"""Makes a digest of answers: groups by meaning, each with words, a share and quotes.

The quotes are followers' own words, so that nothing is invented; the person who approves the draft
writes the sentences between them.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.marketing.effects.topics import MASK, Topic, cluster_topics
from app.marketing.social.values import (
    LEAST_ANSWERS,
    AnswerDigest,
    AnswerGroup,
    FollowerAnswer,
    TooFewAnswers,
)

MOST_GROUPS = 5
MOST_QUOTES = 2
_QUOTED = (6, 60)  # characters of a quote, where there is one of that length


def make_digest(
    question: str,
    answers: Sequence[FollowerAnswer],
    vectors: npt.NDArray[np.floating],
    left_out: dict[str, int],
) -> AnswerDigest:
    """The digest of answers by their vectors (answers, D). Raises TooFewAnswers."""
    if len(answers) < LEAST_ANSWERS:
        raise TooFewAnswers(
            f"可用的回答只有 {len(answers)} 条，至少要 {LEAST_ANSWERS} 条才整理成合集"
        )
    centered = vectors - vectors.mean(axis=0)
    centered /= np.maximum(np.linalg.norm(centered, axis=1, keepdims=True), 1e-9)
    topics = cluster_topics([answer.text for answer in answers], centered)
    return AnswerDigest(
        question=question,
        answers=len(answers),
        groups=tuple(
            _describe_group(topic, answers, centered) for topic in topics.topics[:MOST_GROUPS]
        ),
        left_out=left_out,
    )


def _describe_group(
    topic: Topic, answers: Sequence[FollowerAnswer], vectors: npt.NDArray[np.floating]
) -> AnswerGroup:
    places = list(topic.places)
    center = vectors[places].mean(axis=0)
    closeness = vectors[places] @ center
    ordered = [places[at] for at in np.argsort(-closeness, kind="stable")]
    fitting = [at for at in ordered if _is_quotable(answers[at].text)]
    return AnswerGroup(
        words=topic.words,
        answers=len(places),
        share=len(places) / len(answers),
        mood=float(np.mean([answers[at].mood for at in places])),
        quotes=tuple(answers[at].text for at in (fitting or ordered)[:MOST_QUOTES]),
    )


def _is_quotable(text: str) -> bool:
    """Whether it has the length of a quote, and nothing of it was masked."""
    return _QUOTED[0] <= len(text) <= _QUOTED[1] and not MASK.search(text)


def write_markdown(digest: AnswerDigest) -> str:
    """The digest as an article's text: a draft that a person finishes."""
    parts = [f"我们问了大家：**{digest.question}** 收到 {digest.answers} 条回答，谢谢每一位。"]
    for group in digest.groups:
        name = "、".join(group.words) or "其他"
        quotes = "\n".join(f"> {_flatten(quote)}" for quote in group.quotes)
        parts.append(f"## {name}（{group.share:.0%}）\n\n{_introduce(group)}\n\n{quotes}")
    parts.append("您怎么看？欢迎继续留言。")
    return "\n\n".join(parts) + "\n"


def _introduce(group: AnswerGroup) -> str:
    if group.mood <= -0.3:
        return f"有 {group.answers} 位朋友说到了不满意的地方，我们记下了："
    if group.mood >= 0.5:
        return f"有 {group.answers} 位朋友说得很开心："
    return f"有 {group.answers} 位朋友这样说："


def _flatten(quote: str) -> str:
    """One line, so that a quote stays a quote; signs of Markdown are shown as they are."""
    line = " ".join(quote.split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|!" else sign for sign in line)
