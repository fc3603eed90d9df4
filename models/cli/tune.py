"""`tune TASK`: which settings train best, found by trying, on one machine or on several."""

import contextlib
import json
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.cli.choices import Task
from models.cli.faults import note, told
from models.cli.options import AsJson

if TYPE_CHECKING:
    from optuna import Study

    from models.tuning.search import Outcome

STORAGE = "sqlite:///var/training/studies.db"
BASE, VALIDATE, SEED = "multilingual-e5-small", 10, 7  # as in train
PATIENCE = 2  # epochs, as in train
SHOWN = 5  # best trials


def tune(  # noqa: PLR0913 - a command's options
    task: Task,
    data: Annotated[list[Path], typer.Option("--data", help=".jsonl, .csv, .tsv or .xlsx")],
    trials: Annotated[int, typer.Option(min=1, help="of the study, earlier ones included")] = 20,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="after which no other trial begins")
    ] = None,
    study: Annotated[str, typer.Option(help="its name; else one made of task and data")] = "",
    storage: Annotated[
        str, typer.Option(help="a database; one of a server for several machines")
    ] = STORAGE,
    methods: Annotated[
        str, typer.Option(help="of head, full, lora, adalora, ia3; commas between them")
    ] = "lora,full",
    base: Annotated[str, typer.Option(help="an encoder of fetch --list")] = BASE,
    validate: Annotated[int, typer.Option(min=1, max=50, help="percent of the rows")] = VALIDATE,
    plot: Annotated[Path | None, typer.Option(help="a .png of the study")] = None,
    seed: Annotated[int, typer.Option()] = SEED,
    text_column: Annotated[str, typer.Option(help="what the files call text")] = "",
    label_column: Annotated[str, typer.Option(help="what they call label")] = "",
    as_json: AsJson = False,
) -> None:
    """Search for the settings that train best; a study that was begun goes on.

    Machines that name the same database and the same study share its trials.
    """
    columns = {"text": text_column, "label": label_column}
    named = {ours: theirs for ours, theirs in columns.items() if theirs}
    with _told(), contextlib.redirect_stdout(sys.stderr):  # Trainer prints its losses
        from models.training.classification import Options
        from models.training.finetune import Config
        from models.tuning import search as tuning
        from models.tuning import studies

        _prepare(plot)
        space = tuning.Space(methods=tuning.methods(methods))
        fixed = Options(
            tuning=Config(patience=PATIENCE, seed=seed), validate=validate, message_path=True
        )
        rows = tuning.read(task.value, data, named, _weights(base), note)
        about = rows.about(fixed, space)
        name = study or f"{task.value}-{about[:8]}"
        with studies.opened(storage) as database:
            begun = studies.begun(name, database, about, seed)
            objective = tuning.Objective(task.value, rows.learn, fixed, space)
            tuning.search(begun, objective, trials, minutes and 60 * minutes, note)
            found = tuning.outcome(begun)
            if plot and found.best:
                _draw(begun, plot)
    given: dict[str, object] = {"base": base, "validate": validate, "seed": seed}
    given |= {f"{ours}-column": theirs for ours, theirs in named.items()}
    best = _best(found, task, data, given)
    typer.echo(_object(name, found, best) if as_json else _page(name, found, best))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Of a study's faults, too."""
    from models.tuning.studies import StudyFault

    with told("tune"):
        try:
            yield
        except StudyFault as error:
            note(f"tune: {error}")
            raise typer.Exit(2) from error


def _prepare(plot: Path | None) -> None:
    """What would be found out after hours is said at once."""
    import optuna

    from models.data.files import BadData

    optuna.logging.set_verbosity(optuna.logging.ERROR)  # a trial that fails is a warning, and long
    if plot and plot.suffix.lower() != ".png":
        raise BadData(f"--plot: {plot} is no .png, and no other format is drawn; rename it")


def _weights(base: str) -> Path:
    from models.hub import sources
    from models.hub.fetch import Places, fetch

    return fetch(sources.find(base), Places())


def _draw(begun: "Study", plot: Path) -> None:
    from models.tuning import study_plot

    note(f"plot: {study_plot.draw(begun, plot)}")


def _best(
    found: "Outcome", task: Task, data: Sequence[Path], given: dict[str, object]
) -> dict[str, object] | None:
    """The best trial, and the command that trains so again."""
    from models.tuning.search import settings

    if not found.best:
        return None
    params = settings(found.best[0].params)
    words = ["python", "-m", "models", "train", task.value]
    words += [word for file in data for word in ("--data", str(file))]
    words += [
        word for name, value in (given | params).items() for word in (f"--{name}", f"{value}")
    ]
    return {"value": found.best[0].value, "params": params, "command": shlex.join(words)}


def _object(name: str, found: "Outcome", best: dict[str, object] | None) -> str:
    counts = {"trials": found.trials, "pruned": found.pruned, "failed": found.failed}
    return json.dumps({"study": name, **counts, "best": best}, ensure_ascii=False)


def _page(name: str, found: "Outcome", best: dict[str, object] | None) -> str:
    from models.evaluation import tables
    from models.tuning.search import table

    ended = f"{found.trials} trials, {found.pruned} pruned, {found.failed} failed or interrupted"
    if best is None:
        return f"{name}: {ended}; none is complete"
    page = tables.terminal(table(found.best[:SHOWN]))
    return f"{page}\n{name}: {ended}; the best one is\n{best['command']}"
