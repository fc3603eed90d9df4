"""Each command imports only what it needs; `-X importtime` lists what a process imports."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODELS = {"torch", "transformers", "numpy", "scipy", "sklearn", "faiss", "ctranslate2"}
SERVER = {"fastapi", "uvicorn", "wechatpy"}
STORES = {"sqlalchemy", "asyncpg", "alembic", "redis"}
UNNEEDED = {
    "": MODELS | SERVER | STORES | {"pydantic", "httpx", "asyncio"},
    "doctor": MODELS | SERVER,
    "simulator": MODELS | STORES | {"wechatpy"},
    "migrate": MODELS | SERVER | {"httpx", "rich"},
    "import": MODELS | SERVER | STORES,
    "api": MODELS,
    "worker": {"torch", "transformers"},  # imported after the settings are checked
}


def list_imported_packages(*arguments: str) -> set[str]:
    """The packages and modules that `python -m app ARGUMENTS` imports, by their first name."""
    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "app", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(re.findall(r"^import time:.*\| +(\w+)", process.stderr, re.MULTILINE))


@pytest.mark.parametrize("command", UNNEEDED, ids=lambda command: command or "help")
def test_a_command_imports_nothing_that_it_does_not_need(command: str) -> None:
    imported = list_imported_packages(*([command] if command else []), "--help")

    assert "argparse" in imported
    assert imported & UNNEEDED[command] == set()


def test_an_unknown_command_is_refused_with_the_names_of_all() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "app", "doktor"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert process.returncode == 2
    assert "'doktor'" in process.stderr
    assert "doctor" in process.stderr.replace("doktor", "")
