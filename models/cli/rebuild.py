"""`rebuild`: the models that are shipped, from raw data. `make models` runs it."""

import json
import shutil
import tempfile
import time
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.cli.choices import Precision
from models.cli.faults import note, told
from models.cli.options import PRECISION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.encoder.dtypes import Preference
    from models.encoder.heads import Manifest
    from models.search.bundle import SearchBundle, SearchManifest

    Made = Manifest | SearchManifest
    Make = Callable[[Path, Path, str, Preference], Sequence[Made]]

RUNS = Path("var/training")
MESSAGE = "message"  # intents and sentiment, over one adapter
SEARCH = "search"  # on the corpus of shops
SEARCH_FURTHER = "search-further"  # the same, from the shipped weights on
INTENT_HEAD = "intent-head"  # for a changed taxonomy: over the adapter as it is, in minutes
CARE = "care"  # over the same adapter: trained again after it


def rebuild(
    data: Annotated[Path, typer.Option("--data", help="the folder of data sets", file_okay=False)],
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="message, intent-head, care, search, search-further, ctr or a benchmark; else all"
        ),
    ] = None,
    day: Annotated[str, typer.Option("--date", help="for the manifests")] = "",
    dtype: Annotated[Precision, typer.Option(help=PRECISION)] = Precision.AUTO,
) -> None:
    """Train the shipped models again and write them with their cards; goes on where it stopped."""
    from models.hub.fetch import ensure
    from models.recipes.benchmarks import RECIPES

    day = day or date.today().isoformat()
    known = [*OWN, *RECIPES]
    names = only or [MESSAGE, SEARCH, *RECIPES]
    for name in names:
        if name not in known:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}")
    with told("rebuild"):
        base = ensure()
        for name in names:
            began = time.perf_counter()
            make = OWN.get(name) or partial(_recipe, name)
            made = make(data, base, day, dtype.value)
            for manifest in made:
                print(json.dumps({manifest.version: manifest.metrics}, indent=1), flush=True)
            print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)


def _message(data: Path, base: Path, day: str, dtype: "Preference") -> list["Manifest"]:
    from models.recipes.shipped import cards, intent_head, joint

    made = joint.train(data, base, day, RUNS, joint.Config.in_dtype(dtype))
    made.append(intent_head.train(data, base, day))
    made += _care(data, base, day, dtype)  # the old one sits over another adapter
    cards.write(data)
    return made


def _intent_head(data: Path, base: Path, day: str, _: "Preference") -> list["Manifest"]:
    from models.recipes.shipped import cards, intent_head

    made = intent_head.train(data, base, day)
    cards.write(data, ["intent"])
    return [made]


def _care(data: Path, base: Path, day: str, _: "Preference") -> list["Manifest"]:
    from models.recipes.shipped import care

    return care.train(data, base, day)


def _search(_: Path, base: Path, day: str, dtype: "Preference") -> list["SearchManifest"]:
    return _train_search(base, day, dtype)


def _search_further(_: Path, base: Path, day: str, dtype: "Preference") -> list["SearchManifest"]:
    from models.search.bundle import SearchBundle

    return _train_search(base, day, dtype, SearchBundle.load())


def _train_search(
    base: Path, day: str, dtype: "Preference", previous: "SearchBundle | None" = None
) -> list["SearchManifest"]:
    from models.search import card, train
    from models.search.bundle import FOLDER

    config = train.Config(dtype="fp32" if dtype == "fp32" else "bf16")
    if previous:
        config = replace(config, epochs=train.FURTHER_EPOCHS)
    manifest = train.train(base, FOLDER, day, config, note, previous)
    card.write(FOLDER, manifest, config)
    return [manifest]


def _recipe(name: str, data: Path, base: Path, day: str, dtype: "Preference") -> list["Manifest"]:
    from models.recipes.benchmarks import RECIPES
    from models.training.tasks import build

    recipe, keep = RECIPES[name], RUNS / name
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / name
        files = [data / file for file in recipe.files]
        if recipe.mend:
            files = [recipe.mend(file, Path(scratch)) for file in files]
        tuning = replace(recipe.options.tuning, dtype=dtype)
        options = replace(recipe.options, tuning=tuning)
        made = build(recipe.task, files, options, base, out, day, keep=keep, say=note)
        shutil.copytree(out, recipe.folder, dirs_exist_ok=True)
    shutil.rmtree(keep, ignore_errors=True)
    return [made]


OWN: dict[str, "Make"] = {
    MESSAGE: _message, INTENT_HEAD: _intent_head, CARE: _care, SEARCH: _search,
    SEARCH_FURTHER: _search_further,
}  # fmt: skip
