"""What a process does not load: it would start later and take more memory."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_import(module: str, packages: list[str]) -> subprocess.CompletedProcess[str]:
    """Import a module in a process that prints which of the packages that loads."""
    code = f"import sys, {module}; print([m for m in {packages} if m in sys.modules])"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_api_process_loads_no_model_library() -> None:
    heavy = [
        "bm25s", "ctranslate2", "duckdb", "faiss", "numpy", "rjieba", "safetensors", "scipy",
        "sklearn", "tokenizers", "torch", "transformers",
    ]  # fmt: skip

    process = run_import("app.main", heavy)

    assert (process.stdout, process.stderr, process.returncode) == ("[]\n", "", 0)


def test_a_worker_loads_no_library_of_training_before_it_trains() -> None:
    training = ["accelerate", "optuna", "peft", "sklearn", "transformers.trainer_utils"]

    process = run_import("app.worker.opening", training)

    assert (process.stdout, process.stderr, process.returncode) == ("[]\n", "", 0)
