"""Digests of seven questions with 60 varied answers each: how many are left in 其他.

The answers were written for this. How near the answers of a group are was chosen on five of
them.
"""

import asyncio
from pathlib import Path

import numpy as np

from app.inference.local.encoder import LocalClassifier
from app.inference.ports import Classification
from app.marketing.social.digesting import make_digest
from app.marketing.social.naming import OTHERS
from app.marketing.social.values import AnswerDigest
from app.marketing.social.worker import describe_answers
from tests.bench.marketing.figures import Figure
from tests.bench.processes import ROOT

FILES = {"tuned on": "digest_answers.txt", "not tuned on": "digest_answers_untuned.txt"}
MOST_OTHERS = 1 / 3


def measure(data: Path) -> list[Figure]:
    """The share of answers in 其他, by question."""
    classifier = LocalClassifier("cpu", 1, 800, ROOT / "var" / "models")
    try:
        return [
            _describe(digest, use)
            for use, name in FILES.items()
            for digest in asyncio.run(make_digests(classifier, Path(__file__).parent / name))
        ]
    finally:
        classifier.close()


def read_answers(file: Path) -> dict[str, list[str]]:
    """The answers by question."""
    answers: dict[str, list[str]] = {}
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("# "):
            answers[line.removeprefix("# ")] = []
        elif line:
            answers[list(answers)[-1]].append(line)
    return answers


async def make_digests(classifier: LocalClassifier, file: Path) -> list[AnswerDigest]:
    """A digest for each question of a file."""
    digests = []
    for question, texts in read_answers(file).items():
        rows = await classifier.classify(texts)
        classified = [row for row in rows if isinstance(row, Classification)]
        vectors = np.array([row.vector for row in classified])
        digests.append(make_digest(question, describe_answers(texts, classified), vectors, {}))
    return digests


def _describe(digest: AnswerDigest, use: str) -> Figure:
    share = sum(group.share for group in digest.groups if group.name == OTHERS)
    return Figure(
        what=f"{digest.question} ({use}) {len(digest.groups)} groups, share of 其他",
        measured=f"{share:.2f}",
        target=f"≤ {MOST_OTHERS:.2f}",
        is_reached=share <= MOST_OTHERS,
    )
