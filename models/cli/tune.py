"""`tune TASK`: searches for the best training settings, on one machine or several."""

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.cli.faults import report_faults
from models.cli.options import AsJson, LabelColumn, Seed, TextColumn, Validate, name_columns
from models.cli.output import keep_stdout_for_results, print_note
from models.hub.sources import E5_SMALL
from models.training.names import EncoderTaskName

if TYPE_CHECKING:
    from models.tuning.job import TuningReport
    from models.tuning.outcome import StudyOutcome

STORAGE = "sqlite:///var/training/studies.db"
PATIENCE = 2  # epochs, as in train
BEST_TRIALS_SHOWN = 5

Data = Annotated[list[Path], typer.Option("--data", help=".jsonl, .csv, .tsv or .xlsx")]
Trials = Annotated[int, typer.Option(min=1, help="of the study, earlier ones included")]
Minutes = Annotated[float | None, typer.Option(min=0.01, help="after which no other trial begins")]
StudyName = Annotated[str, typer.Option(help="its name; else one made of task and data")]
Storage = Annotated[str, typer.Option(help="a database; one of a server for several machines")]
MethodNames = Annotated[
    str, typer.Option(help="of head, full, lora, adalora, ia3; commas between them")
]
AFTER_INTERRUPTION = "trials that are done are kept: call again to go on"


def tune(  # noqa: PLR0913 - a command's options
    task: EncoderTaskName,
    data: Data,
    trials: Trials = 20,
    minutes: Minutes = None,
    study: StudyName = "",
    storage: Storage = STORAGE,
    methods: MethodNames = "lora,full",
    base: Annotated[str, typer.Option(help="an encoder of fetch --list")] = E5_SMALL.name,
    validate: Validate = 10,
    plot: Annotated[Path | None, typer.Option(help="a .png of the study")] = None,
    seed: Seed = 7,
    text_column: TextColumn = "",
    label_column: LabelColumn = "",
    as_json: AsJson = False,
) -> None:
    """Search for the settings that train best; a study that was begun goes on.

    Machines that name the same database and the same study share its trials.
    """
    columns = name_columns(text=text_column, label=label_column)
    with report_faults("tune", AFTER_INTERRUPTION), keep_stdout_for_results():
        from models.tuning import job as jobs

        job = jobs.TuningJob(
            task=task, data=data, columns=columns, base=base, methods=methods, validate=validate,
            patience=PATIENCE, seed=seed, trials=trials, seconds=minutes and 60 * minutes,
            study=study, storage=storage, plot=plot,
        )  # fmt: skip
        report = jobs.run_tuning_job(job, print_note)
    fixed = {"base": base, "validate": validate, "seed": seed}
    fixed |= {f"{ours}-column": theirs for ours, theirs in columns.items()}
    best = _describe_best(report.outcome, task, data, fixed)
    typer.echo(_to_json(report, best) if as_json else _to_page(report, best))


def _describe_best(
    outcome: "StudyOutcome",
    task: EncoderTaskName,
    data: Sequence[Path],
    fixed_options: Mapping[str, object],
) -> dict[str, object] | None:
    """The best trial's score and settings, and the command that trains with them; else None."""
    from models.tuning.space import trial_settings

    if not outcome.best:
        return None
    params = trial_settings(outcome.best[0].params)
    words = ["python", "-m", "models", "train", task]
    words += [word for file in data for word in ("--data", str(file))]
    words += [
        word
        for name, value in {**fixed_options, **params}.items()
        for word in (f"--{name}", f"{value}")
    ]
    return {"value": outcome.best[0].value, "params": params, "command": shlex.join(words)}


def _to_json(report: "TuningReport", best: dict[str, object] | None) -> str:
    outcome = report.outcome
    counts = {
        "trials": outcome.trials,
        "pruned": outcome.pruned_count,
        "failed": outcome.failed_count,
    }
    return json.dumps({"study": report.study, **counts, "best": best}, ensure_ascii=False)


def _to_page(report: "TuningReport", best: dict[str, object] | None) -> str:
    from models.evaluation import tables
    from models.tuning.outcome import trials_table

    outcome = report.outcome
    ended = (
        f"{outcome.trials} trials, {outcome.pruned_count} pruned, "
        f"{outcome.failed_count} failed or interrupted"
    )
    if best is None:
        return f"{report.study}: {ended}; none is complete"
    page = tables.render_terminal(trials_table(outcome.best[:BEST_TRIALS_SHOWN]))
    return f"{page}\n{report.study}: {ended}; the best one is\n{best['command']}"
