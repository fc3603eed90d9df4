"""Computes figures of models from labels and predictions, as commonly defined, without any model.

The modules `classes`, `pairs`, `clicks`, `retrieval` and `generation` are for a task each and have
`figures` and `intervals`. The functions exported here are those of `classes`.
"""

from models.metrics.classes import by_class, figures, interval, intervals
from models.metrics.errors import Unmeasurable
from models.metrics.guesses import OUT_OF_SCOPE_LABEL, Prediction

__all__ = [
    "OUT_OF_SCOPE_LABEL",
    "Prediction",
    "Unmeasurable",
    "by_class",
    "figures",
    "interval",
    "intervals",
]
