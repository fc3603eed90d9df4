import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_api_process_loads_no_model_library() -> None:
    heavy = [
        "bm25s", "ctranslate2", "duckdb", "faiss", "numpy", "rjieba", "safetensors", "scipy",
        "sklearn", "tokenizers", "torch", "transformers",
    ]  # fmt: skip
    code = f"import sys, app.main; print([m for m in {heavy} if m in sys.modules])"

    process = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (process.stdout, process.stderr, process.returncode) == ("[]\n", "", 0)
