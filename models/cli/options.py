"""Options that several verbs have."""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="one object, for programs")]
Folder = Annotated[Path, typer.Option("--registry", help="where trained models lie")]
REGISTRY = Path("var/models")
PRECISION = "of the training: fp32, or bf16 by autocast; auto measures the first steps"
