"""Makes a digest of answers: groups by what they name, each with words, a share and quotes.

The quotes are followers' own words, so that nothing is invented; the person who approves the draft
writes the sentences between them.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from app.kit.shares import format_share
from app.marketing.effects.topics import MASK, Topic
from app.marketing.social.grouping import group_answers
from app.marketing.social.moods import is_complaint, is_praise
from app.marketing.social.values import (
    LEAST_ANSWERS,
    AnswerDigest,
    AnswerGroup,
    FollowerAnswer,
    TooFewAnswers,
)

MOST_GROUPS = 10
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
    topics = group_answers(question, [answer.text for answer in answers], centered, MOST_GROUPS)
    return AnswerDigest(
        question=question,
        answers=len(answers),
        groups=tuple(_describe_group(topic, answers, centered) for topic in topics),
        left_out=left_out,
    )


def _describe_group(
    topic: Topic, answers: Sequence[FollowerAnswer], vectors: npt.NDArray[np.floating]
) -> AnswerGroup:
    places = list(topic.places)
    center = vectors[places].mean(axis=0)
    closeness = vectors[places] @ center
    ordered = [answers[places[at]] for at in np.argsort(-closeness, kind="stable")]
    complaints = [answer for answer in ordered if is_complaint(answer)]
    others = [answer for answer in ordered if not is_complaint(answer)]
    typical = "" if topic.name else _choose_quotes(max(others, complaints, key=len))[0]
    return AnswerGroup(
        name=topic.name or f"像“{typical}”这样的",
        words=topic.words,
        answers=len(places),
        share=len(places) / len(answers),
        mood=float(np.mean([answer.mood for answer in ordered])),
        praises=sum(is_praise(answer) for answer in others),
        complaints=len(complaints),
        quotes=_choose_quotes(others, typical),
        complaint_quotes=_choose_quotes(complaints, typical),
    )


def _choose_quotes(answers: Sequence[FollowerAnswer], typical: str = "") -> tuple[str, ...]:
    """The first that fit; not the one that is told already, where there are others."""
    fitting = [answer for answer in answers if _is_quotable(answer.text)] or answers
    fresh = [answer for answer in fitting if answer.text != typical] or fitting
    return tuple(answer.text for answer in fresh[:MOST_QUOTES])


def _is_quotable(text: str) -> bool:
    """Whether it has the length of a quote, and nothing of it was masked."""
    return _QUOTED[0] <= len(text) <= _QUOTED[1] and not MASK.search(text)


def write_markdown(digest: AnswerDigest) -> str:
    """The digest as an article's text: a draft that a person finishes."""
    parts = [f"我们问了大家：**{digest.question}** 收到 {digest.answers} 条回答，谢谢每一位。"]
    for group in digest.groups:
        blocks = [
            f"## {_flatten(group.name)}（{group.answers} 条，{format_share(group.share)}）",
            *_tell_moods(group),
        ]
        parts.append("\n\n".join(blocks))
    parts.append("您怎么看？欢迎继续留言。")
    return "\n\n".join(parts) + "\n"


def _tell_moods(group: AnswerGroup) -> Iterator[str]:
    """What those say who don't complain, then the complaints; each with quotes."""
    content = group.answers - group.complaints
    if content:
        verb = "说得很开心" if group.praises == content else "这样说"
        yield f"有 {content} 位朋友{verb}："
        yield _quote(group.quotes)
    if group.complaints:
        also = "另有" if content else "有"
        yield f"{also} {group.complaints} 位朋友说到了不满意的地方，我们记下了："
        yield _quote(group.complaint_quotes)


def _quote(quotes: Sequence[str]) -> str:
    return "\n".join(f"> {_flatten(quote)}" for quote in quotes)


def _flatten(quote: str) -> str:
    """One line, so that a quote stays a quote; signs of Markdown are shown as they are."""
    line = " ".join(quote.split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|!" else sign for sign in line)
