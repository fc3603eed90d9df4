"""`tune TASK`: searches for the best training settings, on one machine or several."""

import contextlib
import json
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.cli.choices import EncoderTask
from models.cli.faults import print_note, report_faults
from models.cli.options import AsJson

if TYPE_CHECKING:
    from optuna import Study

    from models.tuning.search import StudyOutcome

STORAGE = "sqlite:///var/training/studies.db"
BASE, VALIDATE, SEED = "multilingual-e5-small", 10, 7  # as in train
PATIENCE = 2  # epochs, as in train
BEST_TRIALS_SHOWN = 5  # best trials


def tune(  # noqa: PLR0913 - a command's options
    task: EncoderTask,
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
    renamed_columns = {ours: theirs for ours, theirs in columns.items() if theirs}
    with (
        _report_study_faults(),
        contextlib.redirect_stdout(sys.stderr),
    ):  # Trainer prints its losses
        from models.training.classification import ClassificationOptions
        from models.training.finetune import FinetuneConfig
        from models.tuning import search as tuning
        from models.tuning import studies

        _check_plot(plot)
        space = tuning.Space(methods=tuning.parse_methods(methods))
        fixed = ClassificationOptions(
            tuning=FinetuneConfig(patience=PATIENCE, seed=seed),
            validate=validate,
            message_path=True,
        )
        rows = tuning.read_tuning_data(
            task.value, data, renamed_columns, _fetch_base(base), print_note
        )
        about = rows.about(fixed, space)
        name = study or f"{task.value}-{about[:8]}"
        with studies.open_database(storage) as database:
            optuna_study = studies.open_study(name, database, about, seed)
            objective = tuning.TuningObjective(task.value, rows.learn, fixed, space)
            tuning.run_search(optuna_study, objective, trials, minutes and 60 * minutes, print_note)
            study_outcome = tuning.study_outcome(optuna_study)
            if plot and study_outcome.best:
                _draw_plot(optuna_study, plot)
    fixed_options: dict[str, object] = {"base": base, "validate": validate, "seed": seed}
    fixed_options |= {f"{ours}-column": theirs for ours, theirs in renamed_columns.items()}
    best = _describe_best(study_outcome, task, data, fixed_options)
    typer.echo(
        _to_json(name, study_outcome, best) if as_json else _to_page(name, study_outcome, best)
    )


@contextlib.contextmanager
def _report_study_faults() -> Iterator[None]:
    """Like `report_faults`, and for StudyFault too."""
    from models.tuning.studies import StudyFault

    with report_faults("tune"):
        try:
            yield
        except StudyFault as error:
            print_note(f"tune: {error}")
            raise typer.Exit(2) from error


def _check_plot(plot: Path | None) -> None:
    """Silence Optuna's warnings. Raises BadData for a plot that isn't .png, before the search."""
    import optuna

    from models.data.files import BadData

    optuna.logging.set_verbosity(optuna.logging.ERROR)  # a trial that fails is a warning, and long
    if plot and plot.suffix.lower() != ".png":
        raise BadData(f"--plot: {plot} is no .png, and no other format is drawn; rename it")


def _fetch_base(base: str) -> Path:
    from models.hub import sources
    from models.hub.fetch import Places, fetch_model

    return fetch_model(sources.find_model(base), Places())


def _draw_plot(study: "Study", plot: Path) -> None:
    from models.tuning import study_plot

    print_note(f"plot: {study_plot.draw_study(study, plot)}")


def _describe_best(
    outcome: "StudyOutcome",
    task: EncoderTask,
    data: Sequence[Path],
    fixed_options: dict[str, object],
) -> dict[str, object] | None:
    """The best trial's score and settings, and the command that trains with them; else None."""
    from models.tuning.search import trial_settings

    if not outcome.best:
        return None
    params = trial_settings(outcome.best[0].params)
    words = ["python", "-m", "models", "train", task.value]
    words += [word for file in data for word in ("--data", str(file))]
    words += [
        word
        for name, value in (fixed_options | params).items()
        for word in (f"--{name}", f"{value}")
    ]
    return {"value": outcome.best[0].value, "params": params, "command": shlex.join(words)}


def _to_json(name: str, outcome: "StudyOutcome", best: dict[str, object] | None) -> str:
    counts = {
        "trials": outcome.trials,
        "pruned": outcome.pruned_count,
        "failed": outcome.failed_count,
    }
    return json.dumps({"study": name, **counts, "best": best}, ensure_ascii=False)


def _to_page(name: str, outcome: "StudyOutcome", best: dict[str, object] | None) -> str:
    from models.evaluation import tables
    from models.tuning.search import trials_table

    ended = (
        f"{outcome.trials} trials, {outcome.pruned_count} pruned, "
        f"{outcome.failed_count} failed or interrupted"
    )
    if best is None:
        return f"{name}: {ended}; none is complete"
    page = tables.render_terminal(trials_table(outcome.best[:BEST_TRIALS_SHOWN]))
    return f"{page}\n{name}: {ended}; the best one is\n{best['command']}"
