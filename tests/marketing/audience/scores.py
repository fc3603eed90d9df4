"""How well probabilities tell two labels apart, and how well they are calibrated."""

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score


def measure_area(scores: npt.NDArray[np.float64], labels: npt.NDArray[np.bool_]) -> float:
    """The area under the curve: 0.5 is chance."""
    return float(roc_auc_score(labels, scores))


def measure_calibration_error(
    probabilities: npt.NDArray[np.float64], labels: npt.NDArray[np.bool_], bins: int = 10
) -> float:
    """The expected calibration error over bins of equal size."""
    edges = np.quantile(probabilities, np.linspace(0, 1, bins + 1)[1:-1])
    places = np.digitize(probabilities, edges)
    return float(
        sum(
            abs(probabilities[places == at].mean() - labels[places == at].mean())
            * (places == at).mean()
            for at in range(bins)
            if (places == at).any()
        )
    )
