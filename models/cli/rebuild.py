"""`rebuild`: trains the shipped models from raw data. `make models` runs it."""

import json
import shutil
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.cli.faults import report_faults
from models.cli.options import RUNS, Day, TrainingDtype
from models.cli.output import print_note
from models.encoder.precision import Preference

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.encoder.heads import HeadManifest
    from models.search.bundle import SearchBundle, SearchManifest

    ModelManifest = HeadManifest | SearchManifest
    TrainModels = Callable[[Path, Path, str, Preference], Sequence[ModelManifest]]

MESSAGE = "message"  # adapter, intents and sentiment, then care and comments
SEARCH = "search"  # search, on the corpus of shops
SEARCH_FURTHER = "search-further"  # the same, continuing from the shipped weights
INTENT_HEAD = "intent-head"  # for a changed taxonomy: only the head, in minutes
CARE = "care"  # only the care head, over the shipped adapter
COMMENT = "comment"  # only the comment head, over the shipped adapter
AFTER_INTERRUPTION = "what was learnt by the last checkpoint is kept: call again to go on"


def rebuild(
    data: Annotated[
        Path, typer.Option("--data", help="the folder of data sets", exists=True, file_okay=False)
    ],
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="message, intent-head, care, comment, search, search-further, ctr, ctr-english "
            "or a benchmark; else all"
        ),
    ] = None,
    day: Day = "",
    dtype: TrainingDtype = "auto",
) -> None:
    """Train the shipped models again and write them with their cards; goes on where it stopped."""
    from models.hub.fetch import ensure_base
    from models.recipes.benchmarks import RECIPES

    names = only or [MESSAGE, SEARCH, *RECIPES]
    for name in names:
        if name not in (*SHIPPED_RECIPES, *RECIPES):
            known_names = ", ".join([*SHIPPED_RECIPES, *RECIPES])
            raise typer.BadParameter(f"{name!r} is none of {known_names}", param_hint="--only")
    with report_faults("rebuild", AFTER_INTERRUPTION):
        base = ensure_base()
        for name in names:
            began = time.perf_counter()
            train_models = SHIPPED_RECIPES.get(name) or partial(_train_recipe, name)
            manifests = train_models(data, base, day, dtype)
            for manifest in manifests:
                print(json.dumps({manifest.version: manifest.metrics}, indent=1), flush=True)
            print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)


def _train_message_models(
    data: Path, base: Path, day: str, dtype: Preference
) -> list["HeadManifest"]:
    from models.recipes.shipped import cards, intent_head, joint

    manifests = joint.train_joint(data, base, day, RUNS, joint.JointConfig.in_dtype(dtype))
    manifests.append(intent_head.train_intent_head(data, base, day))
    manifests += _train_care_head(data, base, day, dtype)  # the old head is for another adapter
    manifests += _train_comment_head(data, base, day, dtype)
    cards.write_cards(data)
    return manifests


def _train_intent_head(data: Path, base: Path, day: str, _: Preference) -> list["HeadManifest"]:
    from models.recipes.shipped import cards, intent_head

    manifest = intent_head.train_intent_head(data, base, day)
    cards.write_cards(data, ["intent"])
    return [manifest]


def _train_care_head(data: Path, base: Path, day: str, _: Preference) -> list["HeadManifest"]:
    from models.recipes.shipped import care

    return care.train_shipped_care_head(data, base, day)


def _train_comment_head(_: Path, base: Path, day: str, __: Preference) -> list["HeadManifest"]:
    from models.recipes.shipped import comments

    return comments.train_shipped_comment_head(base, day)


def _train_search_anew(_: Path, base: Path, day: str, dtype: Preference) -> list["SearchManifest"]:
    return _train_search(base, day, dtype)


def _train_search_further(
    _: Path, base: Path, day: str, dtype: Preference
) -> list["SearchManifest"]:
    from models.search.bundle import SearchBundle

    return _train_search(base, day, dtype, SearchBundle.load())


def _train_search(
    base: Path, day: str, dtype: Preference, previous: "SearchBundle | None" = None
) -> list["SearchManifest"]:
    from models.search import card, train
    from models.search.bundle import FOLDER

    config = train.SearchConfig(dtype="fp32" if dtype == "fp32" else "bf16")
    if previous:
        config = replace(config, epochs=train.FURTHER_EPOCHS)
    manifest = train.train_search(base, FOLDER, day, config, print_note, previous)
    card.write_card(FOLDER, manifest, config)
    return [manifest]


def _train_recipe(
    name: str, data: Path, base: Path, day: str, dtype: Preference
) -> list["HeadManifest"]:
    from models.encoder.adapter import FILE as ADAPTER
    from models.hub.fetch import ensure_base
    from models.recipes.benchmarks import RECIPES
    from models.training.encoder_tasks import ENCODER_TASKS
    from models.training.options import TrainingRun

    recipe, task = RECIPES[name], ENCODER_TASKS[RECIPES[name].task]
    beside = ensure_base(recipe.beside) if recipe.beside else None
    run = TrainingRun(base=base, beside=beside, checkpoint_dir=RUNS / name, progress=print_note)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / name
        files = [data / file for file in recipe.files]
        if recipe.fix_labels:
            files = [recipe.fix_labels(file, Path(scratch)) for file in files]
        tuning = replace(recipe.options.tuning, dtype=dtype)
        options = replace(recipe.options, tuning=tuning)
        manifest = task.train(task.read(files, {}, print_note), options, run, out, day)
        shutil.copytree(out, recipe.folder, dirs_exist_ok=True)
        if not (out / ADAPTER).exists():  # an earlier model's
            (recipe.folder / ADAPTER).unlink(missing_ok=True)
    shutil.rmtree(RUNS / name, ignore_errors=True)
    return [manifest]


SHIPPED_RECIPES: dict[str, "TrainModels"] = {
    MESSAGE: _train_message_models,
    INTENT_HEAD: _train_intent_head,
    CARE: _train_care_head,
    COMMENT: _train_comment_head,
    SEARCH: _train_search_anew,
    SEARCH_FURTHER: _train_search_further,
}
