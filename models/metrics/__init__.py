"""What a model is worth on labelled data. Figures as the field defines them; no model in sight.

`classes`, `pairs`, `clicks`, `retrieval` and `generation` are a task each, with `figures` and
`intervals`. The names below are those of `classes`.
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
