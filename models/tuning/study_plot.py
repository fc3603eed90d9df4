"""Draws a study's results as one PNG: Optuna's history and parameter importances."""

import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import MaxNLocator
from optuna import Study
from optuna.exceptions import ExperimentalWarning
from optuna.trial import TrialState
from optuna.visualization import matplotlib as pictures

SIZE = (7.0, 5.0)  # inches, of one of the two
DPI = 120
SCORE = "validation score"


def draw_study(study: Study, file: Path) -> Path:
    """Write one PNG: complete trials' scores in order and, if they differ, the importance of each
    setting. Returns its path.
    """
    mpl.use("agg")
    with plt.style.context("default"), warnings.catch_warnings():  # Optuna sets a style for good
        warnings.simplefilter("ignore", ExperimentalWarning)
        warnings.simplefilter("ignore", UserWarning)  # of few trials: the picture shows how few
        pictures_drawn = [_draw_history(study)]
        if _scores_differ(study):
            pictures_drawn.append(
                _render_pixels(pictures.plot_param_importances(study, target_name=SCORE))
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        plt.imsave(file, np.hstack(pictures_drawn))
    return file


def _draw_history(study: Study) -> np.ndarray[Any, np.dtype[np.uint8]]:
    axes = pictures.plot_optimization_history(study, target_name=SCORE)
    axes.legend(loc="lower right")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return _render_pixels(axes)


def _scores_differ(study: Study) -> bool:
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return len({trial.value for trial in complete}) > 1


def _render_pixels(axes: Axes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The axes' figure as an image (height, width, 4); the figure is closed."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.set(size_inches=SIZE, dpi=DPI, layout_engine="constrained")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    plt.close(figure)
    return np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
