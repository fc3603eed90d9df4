"""The shipped comment head with the signs, on comments that it wasn't trained on."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.inference.local.encoder import LocalClassifier
from app.marketing.content.writing.comment_reading import read_comment
from app.marketing.content.writing.comments import CommentToAnswer
from models.data.corpus import LabelledText, read_labelled_texts
from models.training.comment_head import EXAMPLES, LABELS, SET_APART

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
async def classifier(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalClassifier]:
    nothing_promoted = tmp_path_factory.mktemp("models")
    local = await asyncio.to_thread(LocalClassifier, "cpu", 1, 400, nothing_promoted)
    yield local
    local.close()


async def recognise_moods(classifier: LocalClassifier, rows: list[LabelledText]) -> list[str]:
    scores = await classifier.classify_comments([row.text for row in rows])
    comments = [CommentToAnswer(text=row.text) for row in rows]
    return [
        read_comment(comment, likely).mood for comment, likely in zip(comments, scores, strict=True)
    ]


async def test_three_of_four_moods_of_unseen_comments_are_told(
    classifier: LocalClassifier,
) -> None:
    rows = read_labelled_texts(SET_APART)

    moods = await recognise_moods(classifier, rows)

    right = [row.label.startswith(f"{mood}.") for row, mood in zip(rows, moods, strict=True)]
    hurt = [row.label.startswith(("angry.", "sad.", "grieving.")) for row in rows]
    cheered = [
        row.text
        for row, mood, is_hurt in zip(rows, moods, hurt, strict=True)
        if is_hurt and mood == "joyful"
    ]
    assert sum(right) >= 0.75 * len(rows)
    assert len(cheered) <= 0.1 * sum(hurt), cheered


async def test_no_comment_is_answered_by_no_scores(classifier: LocalClassifier) -> None:
    assert await classifier.classify_comments([]) == []


def test_the_comments_set_apart_are_none_of_the_examples() -> None:
    examples, apart = read_labelled_texts(EXAMPLES), read_labelled_texts(SET_APART)

    assert {row.text for row in examples} & {row.text for row in apart} == set()
    assert {row.label for row in (*examples, *apart)} == set(LABELS)
