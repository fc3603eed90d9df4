"""Vectors of texts that belong together."""

from collections.abc import Sequence

import numpy as np

from app.inference.ports import Classifier, Judgement, Unreadable

Vectors = tuple[np.ndarray, str]  # (texts, D), and the model they are by


async def embed(classifier: Classifier, texts: Sequence[Sequence[str]]) -> list[Vectors]:
    """For each list of texts its vectors; no rows where the model fails on one of them."""
    judged = iter(await classifier.classify([text for some in texts for text in some]))
    return [_vectors([next(judged) for _ in some]) for some in texts]


def _vectors(judged: Sequence[Judgement | Unreadable]) -> Vectors:
    read = [each for each in judged if isinstance(each, Judgement)]
    if len(read) < len(judged):
        return np.zeros((0, 0), np.float32), ""
    return np.stack([each.vector for each in read]), read[0].model
