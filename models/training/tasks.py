"""From files of rows to a finished model in a folder, whatever the task."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from models.encoder.embedding import Say, quiet
from models.encoder.heads import Manifest
from models.training import classification, ctr
from models.training.classification import Facts, Options


def build(  # noqa: PLR0913 - all of it differs from call to call
    task: str,
    sources: Sequence[Path],
    options: Options,
    base: Path,
    folder: Path,
    date: str,
    *,
    keep: Path | None = None,
    columns: Mapping[str, str] | None = None,
    say: Say = quiet,
) -> Manifest:
    """Train and write a bundle into `folder`; `say` hears what is doubtful about the data.

    `keep` holds checkpoints: an interrupted run goes on from there. `columns` maps our names of
    columns to the files'. Raises BadData for data that nothing can be learnt from.
    """
    if task == ctr.NAME:
        headlines = ctr.read(sources)
        found = ctr.train(headlines, options.tuning, base, options.validate, keep)
        sizes = {ctr.NAME: len(headlines)}
        about = Facts(task, ["score"], sizes, options.tuning, date)
    else:
        rows = classification.read(task, sources, columns or {})
        for name in classification.lonely(rows):
            say(f"class {name!r} has a single row: it is learnt from, and nothing checks it")
        found = classification.train(task, rows, options, base, keep)
        about = Facts(task, rows.names, rows.sizes, options.tuning, date)
    return classification.write(about, found, base, folder)
