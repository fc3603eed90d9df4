"""Options of several verbs, and the default folder of the registry."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values

AsJson = Annotated[bool, typer.Option("--json", help="one object, for programs")]
Folder = Annotated[Path, typer.Option("--registry", help="where trained models lie")]
PRECISION = "of the training: fp32, or bf16 by autocast; auto measures the first steps"


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
