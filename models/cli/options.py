"""Options that several verbs have, and the default folders."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values

from models.encoder.precision import Preference

RUNS = Path("var/training")  # checkpoints of trainings


def check_date(value: str) -> str:
    """The date unchanged, or today's for "". Raises BadParameter for no ISO 8601 date."""
    try:
        return date.fromisoformat(value or date.today().isoformat()).isoformat()
    except ValueError:
        raise typer.BadParameter(f"{value!r} is no date; write it as 2026-11-24") from None


def check_rate(value: float | None) -> float | None:
    """The learning rate unchanged. Raises BadParameter for one that isn't above 0."""
    if value is not None and not value > 0:
        raise typer.BadParameter(f"{value} is no learning rate; it is above 0, as 0.0008")
    return value


AsJson = Annotated[bool, typer.Option("--json", help="one object, for programs")]
Folder = Annotated[Path, typer.Option("--registry", help="where trained models lie")]
TextColumn = Annotated[str, typer.Option(help="what the files call text")]
LabelColumn = Annotated[str, typer.Option(help="what they call label")]
Day = Annotated[
    str, typer.Option("--date", callback=check_date, help="for the manifest, as 2026-11-24")
]
Seed = Annotated[int, typer.Option()]
Rank = Annotated[int, typer.Option(min=1, max=256)]
Accumulate = Annotated[int, typer.Option(min=1, help="batches a step")]
Rate = Annotated[
    float | None,
    typer.Option(callback=check_rate, help="of learning; when not given, the method's own"),
]
Validate = Annotated[int, typer.Option(min=1, max=50, help="percent of the rows")]
TrainingDtype = Annotated[
    Preference,
    typer.Option(help="of the training: fp32, or bf16 by autocast; auto measures the first steps"),
]


def name_columns(*, text: str, label: str = "") -> dict[str, str]:
    """Our column names -> the files' names of them, of those that were given."""
    return {ours: theirs for ours, theirs in (("text", text), ("label", label)) if theirs}


def registry_folder(environment: Mapping[str, str], env_file: Path = Path(".env")) -> Path:
    """The folder where a worker started here looks for promoted models: MODELS_DIR, else `models`
    in DATA_DIR (default var), from the environment, else from `env_file`.
    """
    settings = {
        name.upper(): value
        for source in (dotenv_values(env_file), environment)
        for name, value in source.items()
        if value
    }
    return Path(settings.get("MODELS_DIR") or Path(settings.get("DATA_DIR", "var")) / "models")


# models/ must not import app.settings.
REGISTRY = registry_folder(os.environ)  # noqa: TID251
