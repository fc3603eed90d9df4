"""Studies: what is tried, what is pruned, what is kept; over a real database of SQLite."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import optuna
import pytest
import typer
from optuna import Study
from optuna.pruners import ThresholdPruner
from optuna.trial import TrialState
from PIL import Image
from typer.testing import CliRunner, Result

from models.cli.tune import tune as verb
from models.data.files import BadData
from models.encoder.embedding import ignore_progress
from models.training.encoder_tasks import ENCODER_TASKS
from models.training.finetune import FinetuneConfig
from models.training.names import EncoderTaskName, Method
from models.training.options import ClassificationOptions, EpochCallback
from models.tuning import outcome, search, space, studies, study_plot
from models.tuning.material import TuningData
from models.tuning.search import TuningObjective
from models.tuning.space import Space
from models.tuning.studies import StudyFault
from tests.models.tiny import tiny

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
]

TAILS = "什么时候发货能便宜点吗天地人"
INTENTS = [{"text": f"{start}{a}{b}", "label": label}
           for start, label in (("甲乙", "发货"), ("丙丁", "议价"))
           for a in TAILS[:5] for b in TAILS[5:8]]  # fmt: skip
HEADLINES = [
    {"test_id": f"t{number}", "headline": f"{word}{tail}", "impressions": 1000, "clicks": clicked}
    for number, tail in enumerate(TAILS)
    for word, clicked in (("甲乙", 60), ("丙丁", 20))
]
FIXED = ClassificationOptions(tuning=FinetuneConfig(patience=2), validate=30)
QUICK = Space(methods=("lora",), ranks=(4,), epochs=(2, 2))
SQLITE = "sqlite:///{}/deep/studies.db"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    yield
    optuna.logging.set_verbosity(optuna.logging.INFO)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with studies.open_database(SQLITE.format(tmp_path)) as database:
        yield studies.open_study("一", database, "tests", 7)


class Learning:
    """Stands for a training: its epochs have the scores given, or fewer; then it raises."""

    def __init__(self, *scores: float, failure: BaseException | None = None) -> None:
        self.scores, self.failure = scores, failure
        self.options: list[ClassificationOptions] = []

    def __call__(self, options: ClassificationOptions, watch: EpochCallback) -> None:
        self.options.append(options)
        for score in self.scores:
            watch(score)
        if self.failure:
            raise self.failure


def objective(
    learn: search.LearnTrial, task: str = "intent", within: Space | None = None
) -> TuningObjective:
    return TuningObjective(task, learn, FIXED, within or Space())


def write_rows(file: Path, rows: list[Any]) -> Path:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return file


def read_tuning_data(task: EncoderTaskName, file: Path, base: Path) -> TuningData:
    encoder_task = ENCODER_TASKS[task]
    return TuningData(encoder_task, encoder_task.read([file], {}, ignore_progress), base)


def execute(folder: Path, statement: str) -> None:
    """As another process would, into the fixture's database."""
    with contextlib.closing(sqlite3.connect(folder / "deep" / "studies.db")) as database:
        database.execute(statement)
        database.commit()


def params(study: Study) -> list[dict[str, Any]]:
    return [trial.params for trial in study.trials]


def test_the_first_trial_is_what_train_does_by_itself(study: Study) -> None:
    learn = Learning(0.5, 0.75, 0.625)

    search.run_search(study, objective(learn), 1)

    usual = replace(FIXED.tuning, method="lora", rank=32, epochs=6, rate=8e-4, dropout=0.0)
    assert learn.options == [replace(FIXED, tuning=usual, smoothing=0.1)]
    assert study.best_value == 0.75


def test_a_study_goes_on_as_if_it_had_not_been_left(tmp_path: Path, study: Study) -> None:
    search.run_search(study, objective(Learning(0.5)), 4)
    learn, url = Learning(0.5), SQLITE.format(tmp_path / "other")

    for trials in (2, 4, 4):
        with studies.open_database(url) as database:
            search.run_search(
                studies.open_study("一", database, "tests", 7), objective(learn), trials
            )

    with studies.open_database(url) as database:
        assert params(studies.open_study("一", database, "tests", 7)) == params(study)
    assert len(learn.options) == 4
    assert len({repr(each) for each in params(study)}) == 4


def test_no_trial_begins_when_the_time_is_over(study: Study) -> None:
    search.run_search(study, objective(Learning(0.5)), 4, seconds=0)

    assert outcome.summarise_study(study).trials == 0


def test_what_does_worse_than_half_by_the_second_epoch_is_pruned(study: Study) -> None:
    messages: list[str] = []
    search.run_search(study, objective(Learning(0.5, 0.75, 0.875)), 5)

    search.run_search(study, objective(Learning(0.25, 0.5, 0.9)), 6, progress=messages.append)

    results = outcome.summarise_study(study)
    assert (results.trials, results.pruned_count, results.failed_count) == (6, 1, 0)
    assert messages == ["trial 5: pruned after 2 epochs"]
    assert [trial.value for trial in results.best] == [0.875] * 5


def test_a_trial_that_diverges_fails_and_the_study_goes_on(study: Study) -> None:
    messages: list[str] = []
    search.run_search(
        study, objective(Learning(failure=RuntimeError("not finite"))), 1, progress=messages.append
    )

    search.run_search(study, objective(Learning(0.5)), 1, progress=messages.append)

    assert messages == ["trial 0: failed (not finite)", "trial 1: 0.5000"]
    results = outcome.summarise_study(study)
    assert (results.trials, results.pruned_count, results.failed_count) == (2, 0, 1)


def test_a_study_whose_trials_all_failed_is_told(study: Study) -> None:
    search.run_search(study, objective(Learning(failure=RuntimeError("not finite"))), 2)

    with pytest.raises(StudyFault, match=r"no trial came through, .* failed with: not finite"):
        outcome.summarise_study(study)


def test_an_interruption_keeps_what_is_done(study: Study) -> None:
    messages: list[str] = []
    search.run_search(study, objective(Learning(0.5)), 1)

    search.run_search(
        study, objective(Learning(0.9, failure=KeyboardInterrupt())), 3, progress=messages.append
    )

    assert messages == ["interrupted: what is done is kept, and the same call goes on"]
    results = outcome.summarise_study(study)
    assert (results.trials, results.failed_count) == (2, 1)
    assert [trial.value for trial in results.best] == [0.5]


def test_a_trial_of_a_machine_that_died_is_repeated(tmp_path: Path, study: Study) -> None:
    with pytest.raises(SystemExit):
        search.run_search(study, objective(Learning(0.9, failure=SystemExit())), 1)
    execute(tmp_path, "UPDATE trial_heartbeats SET heartbeat = datetime('now', '-1 hour')")

    search.run_search(study, objective(Learning(0.5)), 1)

    assert [t.state for t in study.trials] == [TrialState.FAIL, TrialState.COMPLETE]
    assert study.trials[0].params == study.trials[1].params


def test_what_has_nothing_to_choose_is_trained_once(study: Study) -> None:
    learn = Learning(0.5)

    search.run_search(study, objective(learn, within=Space(methods=("head",))), 3)

    assert params(study) == [{"method": "head"}] * 3
    assert (len(learn.options), study.best_value) == (1, 0.5)


def test_nothing_held_out_is_refused(study: Study) -> None:
    with pytest.raises(BadData, match=r"30 % of the rows leave none to judge by"):
        search.run_search(study, objective(Learning()), 1)


@pytest.mark.parametrize(
    ("task", "method", "names"),
    [
        ("intent", "lora", "consistency dropout epochs method rank rate smoothing"),
        ("intent", "full", "consistency dropout epochs method rate smoothing"),
        ("pairs", "ia3", "consistency dropout epochs method rate smoothing"),
        ("ctr", "adalora", "dropout epochs method rank rate"),
        ("ctr", "head", "dropout epochs method"),
    ],
)
def test_a_method_is_asked_for_what_it_has(task: str, method: Method, names: str) -> None:
    trial = optuna.create_study().ask()

    space.propose_settings(trial, task, Space(methods=(method,), dropout=(0.1, 0.1)))

    assert " ".join(sorted(space.trial_settings(trial.params))) == names


def test_consistency_is_not_asked_for_without_dropout() -> None:
    trial = optuna.create_study().ask()

    space.propose_settings(trial, "intent", Space(dropout=(0.0, 0.0)))

    assert "consistency" not in trial.params


def test_a_rate_is_a_multiple_of_the_methods_own() -> None:
    settings = space.trial_settings({"method": "full", "rate_factor": 2.345, "epochs": 3})

    assert settings == {"method": "full", "rate": 0.00035, "epochs": 3}


def test_the_best_trials_stand_in_a_table(study: Study) -> None:
    search.run_search(study, objective(Learning(0.5), within=Space(methods=("head",))), 1)
    usual = {"method": "lora", "rank": 32, "rate_factor": 1.0, "epochs": 6, "dropout": 0.0}
    study.enqueue_trial(usual | {"smoothing": 0.1})
    other = optuna.create_study(direction="maximize")
    other.enqueue_trial(usual | {"smoothing": 0.1})
    search.run_search(other, objective(Learning(0.75)), 1)

    table = outcome.trials_table([*other.trials, *study.trials[:1]])

    assert [column.title for column in table.columns] == [
        "trial", "score", "method", "rank", "rate", "epochs", "dropout", "smoothing",
    ]  # fmt: skip
    assert table.rows == (
        ("0", "0.7500", "lora", "32", "0.0008", "6", "0", "0.1"),
        ("0", "0.5000", "head", "-", "-", "-", "-", "-"),
    )


def test_methods_are_named_with_commas() -> None:
    assert space.parse_methods("lora, full") == ("full", "lora")
    with pytest.raises(BadData, match="--methods: 'qlora' is none of head, full, lora"):
        space.parse_methods("lora,qlora")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("studies.db", "is no address of a database"),
        ("nosql://host/name", "is no address of a database"),
        ("sqlite+aiosqlite:///studies.db", "asynchronous driver .*: write sqlite:"),
        ("postgresql+psycopg2://me:secret@host/name", r"me:\*\*\*@host/name needs a driver: pip "
         "install 'psycopg2-binary'"),
        ("sqlite:///{}", r"can't be opened \(unable to open database file\)"),
        ("sqlite:///{}/text.txt", r"can't be opened \(file is not a database\)"),
        ("sqlite:///{}/text.txt/studies.db", r"can't be opened \(.*(exists|Not a directory)"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path, url: str, message: str) -> None:
    (tmp_path / "text.txt").write_text("no database, but more than a hundred bytes " * 5, "utf-8")

    with pytest.raises(StudyFault, match=message), studies.open_database(url.format(tmp_path)):
        pass


def test_a_database_that_fails_meanwhile_is_told(tmp_path: Path) -> None:
    def lose_a_table() -> None:
        with studies.open_database(SQLITE.format(tmp_path)) as database:
            study = studies.open_study("一", database, "tests", 7)
            execute(tmp_path, "DROP TABLE trial_values")
            search.run_search(study, objective(Learning(0.5)), 1)

    with pytest.raises(StudyFault, match=r"failed \(no such table: .*the same --study to go on"):
        lose_a_table()


def test_trials_of_something_else_are_not_mixed_in(tmp_path: Path, study: Study) -> None:
    search.run_search(study, objective(Learning(0.5)), 1)

    with (
        studies.open_database(SQLITE.format(tmp_path)) as database,
        pytest.raises(StudyFault, match="study '一' was begun with other data"),
    ):
        studies.open_study("一", database, "other tests", 7)


def test_a_study_is_about_rows_options_and_space(tmp_path: Path) -> None:
    base, file = tiny(tmp_path / "tiny"), write_rows(tmp_path / "rows.jsonl", INTENTS)
    again = write_rows(tmp_path / "same.jsonl", INTENTS)
    less = write_rows(tmp_path / "fewer.jsonl", INTENTS[1:])
    rows, same, fewer = (read_tuning_data("intent", each, base) for each in (file, again, less))

    about = rows.about(FIXED, QUICK)

    assert same.about(FIXED, QUICK) == about
    others = {
        fewer.about(FIXED, QUICK),
        rows.about(replace(FIXED, validate=20), QUICK),
        rows.about(FIXED, Space()),
    }
    assert len(others | {about}) == 4


@pytest.mark.parametrize(("task", "rows"), [("intent", INTENTS), ("ctr", HEADLINES)])
def test_trials_train_real_models(
    tmp_path: Path, study: Study, task: EncoderTaskName, rows: list[Any]
) -> None:
    file, base = write_rows(tmp_path / "rows.jsonl", rows), tiny(tmp_path / "tiny")
    rows_to_tune_on = read_tuning_data(task, file, base)

    search.run_search(study, TuningObjective(task, rows_to_tune_on.learn, FIXED, QUICK), 2)

    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE] * 2
    assert [list(trial.intermediate_values) for trial in study.trials] == [[0, 1]] * 2
    assert study.best_value == max(study.best_trial.intermediate_values.values())


@pytest.mark.parametrize(("task", "rows"), [("intent", INTENTS), ("ctr", HEADLINES)])
def test_pruning_ends_a_real_training(
    tmp_path: Path, task: EncoderTaskName, rows: list[Any]
) -> None:
    file, base = write_rows(tmp_path / "rows.jsonl", rows), tiny(tmp_path / "tiny")
    rows_to_tune_on = read_tuning_data(task, file, base)
    study = optuna.create_study(pruner=ThresholdPruner(lower=2, n_warmup_steps=1))

    search.run_search(
        study, TuningObjective(task, rows_to_tune_on.learn, FIXED, replace(QUICK, epochs=(4, 4))), 1
    )

    assert [trial.state for trial in study.trials] == [TrialState.PRUNED]
    assert list(study.trials[0].intermediate_values) == [0, 1]


@pytest.mark.parametrize(("scores", "width"), [([0.5], 840), ([0.5, 0.75], 1680)])
def test_a_picture_shows_history_and_importances(
    tmp_path: Path, study: Study, scores: list[float], width: int
) -> None:
    for number, score in enumerate(scores, 1):
        search.run_search(study, objective(Learning(score)), number)

    file = study_plot.draw_study(study, tmp_path / "new" / "study.png")

    with Image.open(file) as picture:
        assert (picture.format, picture.size) == ("PNG", (width, 600))
        assert len(set(picture.convert("RGB").getcolors(1 << 20) or ())) > 10


def run(*words: str) -> Result:
    app = typer.Typer()
    app.command()(verb)
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


@pytest.mark.weights
def test_the_command_tries_and_says_how_to_train(tmp_path: Path) -> None:
    data = write_rows(tmp_path / "有 空格.jsonl", INTENTS)
    study_options = ["--study", "一", "--storage", SQLITE.format(tmp_path)]
    words = ["intent", "--data", str(data), "--methods", "head", "--validate", "20", *study_options,
             "--plot", str(tmp_path / "一.png")]  # fmt: skip

    figures = json.loads(run(*words, "--trials", "1", "--json").stdout)
    page = run(*words, "--trials", "2", "--text-column", "text").stdout

    command = (
        f"python -m models train intent --data '{data}' --base multilingual-e5-small "
        "--validate 20 --seed 7 {}--method head"
    )
    assert figures == {
        "study": "一", "trials": 1, "pruned": 0, "failed": 0,
        "best": {
            "value": figures["best"]["value"], "params": {"method": "head"},
            "command": command.format(""),
        },
    }  # fmt: skip
    assert 0.5 <= figures["best"]["value"] <= 1
    assert page.endswith(
        "一: 2 trials, 0 pruned, 0 failed or interrupted; the best one is\n"
        f"{command.format('--text-column text ')}\n"
    )
    assert (tmp_path / "一.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--plot", "study.html"], "--plot: study.html is no .png"),
        (["--methods", "none"], "--methods: 'none' is none of"),
        (["--data", "no.jsonl"], "no.jsonl doesn't exist"),
        (["--storage", "studies.db"], "--storage is no address of a database"),
        (["--label-column", "意图"], "has no column 意图"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, words: list[str], message: str) -> None:
    data = write_rows(tmp_path / "rows.jsonl", INTENTS)

    done = run("intent", "--data", str(data), *words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("tune: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
