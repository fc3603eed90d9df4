"""Trains a model of any task from files of rows and writes it as a bundle."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from models.encoder.embedding import ReportProgress, ignore_progress
from models.encoder.heads import HeadManifest
from models.training import classification, ctr
from models.training.classification import BundleFacts, ClassificationOptions


def build_model(  # noqa: PLR0913 - all of it differs from call to call
    task: str,
    sources: Sequence[Path],
    options: ClassificationOptions,
    base: Path,
    folder: Path,
    date: str,
    *,
    checkpoint_dir: Path | None = None,
    columns: Mapping[str, str] | None = None,
    progress: ReportProgress = ignore_progress,
) -> HeadManifest:
    """Train and write a bundle into `folder`; `progress` is told of classes with a single row.

    `checkpoint_dir` holds checkpoints, from which an interrupted run continues. `columns` maps our
    column names to the files'. Raises BadData for files without enough usable rows.
    """
    if task == ctr.NAME:
        headlines = ctr.read_headlines(sources)
        result = ctr.train_ctr(headlines, options.tuning, base, options.validate, checkpoint_dir)
        sizes = {ctr.NAME: len(headlines)}
        about = BundleFacts(task, ["score"], sizes, options.tuning, date)
    else:
        rows = classification.read_labelled_rows(task, sources, columns or {})
        for name in classification.singleton_classes(rows):
            progress(f"class {name!r} has a single row: it is learnt from, and nothing checks it")
        result = classification.train_classifier(task, rows, options, base, checkpoint_dir)
        about = BundleFacts(task, rows.names, rows.sizes, options.tuning, date)
    return classification.write_bundle(about, result, base, folder)
