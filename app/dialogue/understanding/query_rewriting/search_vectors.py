"""Blends the vectors of a follow-up and of the question before it, for the search."""

import math
from collections.abc import Sequence

import numpy as np

from app.dialogue.understanding.intent_groups import CONVERSATION_INTENTS, OFF_TOPIC_INTENTS
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.inference.ports import Classification


def blend_vectors(
    question: RewrittenQuestion, classification: Classification, vectors: Sequence[np.ndarray]
) -> np.ndarray:
    """(D,): the vector to search with, of one vector for each of `question.texts`."""
    *before, question_vector = vectors
    if not before or _is_unrelated(question, classification):
        return question_vector
    return _weighted_mean(question_vector, before[0], question.weight)


def _is_unrelated(question: RewrittenQuestion, classification: Classification) -> bool:
    """Whether the intent shows that the message isn't about the previous question."""
    if classification.intent.id in OFF_TOPIC_INTENTS:
        return not question.is_followup
    return classification.in_scope and classification.intent.id in CONVERSATION_INTENTS


def _weighted_mean(question_vector: np.ndarray, before: np.ndarray, weight: float) -> np.ndarray:
    """The weighted mean, scaled to the vectors' mean length, for which probabilities are fitted."""
    both = question_vector + weight * before
    length = (_vector_length(question_vector) + weight * _vector_length(before)) / (1 + weight)
    return np.asarray(both * (length / _vector_length(both)), np.float32)


def _vector_length(vector: np.ndarray) -> float:
    return math.sqrt(vector @ vector)
