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
    from models.dtypes import Preference
    from models.heads import Manifest

RUNS = Path("var/training")
MESSAGE = "message"  # intents and sentiment, over one adapter


def rebuild(
    data: Annotated[Path, typer.Option("--data", help="the folder of data sets", file_okay=False)],
    only: Annotated[
        list[str] | None, typer.Option(help="message, ctr or a benchmark; else all")
    ] = None,
    day: Annotated[str, typer.Option("--date", help="for the manifests")] = "",
    dtype: Annotated[Precision, typer.Option(help=PRECISION)] = Precision.AUTO,
) -> None:
    """Train the shipped models again and write them with their cards; goes on where it stopped."""
    from models.base.fetch import ensure
    from models.benchmarks import RECIPES

    day = day or date.today().isoformat()
    names = only or [MESSAGE, *RECIPES]
    for name in names:
        if name not in {MESSAGE, *RECIPES}:
            raise typer.BadParameter(f"{name!r} is none of {', '.join([MESSAGE, *RECIPES])}")
    with told("rebuild"):
        base = ensure()
        for name in names:
            began = time.perf_counter()
            make = _message if name == MESSAGE else partial(_recipe, name)
            made = make(data, base, day, dtype.value)
            for manifest in made:
                print(json.dumps({manifest.version: manifest.metrics}, indent=1), flush=True)
            print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)


def _message(data: Path, base: Path, day: str, dtype: "Preference") -> list["Manifest"]:
    from models.shipping import cards, joint

    made = joint.train(data, base, day, RUNS, joint.Config.in_dtype(dtype))
    cards.write(data)
    return made


def _recipe(name: str, data: Path, base: Path, day: str, dtype: "Preference") -> list["Manifest"]:
    from models.benchmarks import RECIPES
    from models.build import build

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
