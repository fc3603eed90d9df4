"""Options that several verbs have, and the default folders."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values

from models.encoder.precision import Preference

RUNS = Path("var/training")  # checkpoints of trainings

AsJson = Annotated[bool, typer.Option("--json", help="one object, for programs")]
Folder = Annotated[Path, typer.Option("--registry", help="where trained models lie")]
TextColumn = Annotated[str, typer.Option(help="what the files call text")]
LabelColumn = Annotated[str, typer.Option(help="what they call label")]
Day = Annotated[str, typer.Option("--date", help="for the manifest")]
Seed = Annotated[int, typer.Option()]
Rank = Annotated[int, typer.Option(min=1, max=256)]
Accumulate = Annotated[int, typer.Option(min=1, help="batches a step")]
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
