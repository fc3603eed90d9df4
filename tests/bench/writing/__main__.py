"""Teaches a language model to answer from passages, out of the corpus of shops, and tries it.

    python -m tests.bench.writing rows var/reply.jsonl
    python -m models train reply --data var/reply.jsonl --out var/reply --longest 1024
    python -m tests.bench.writing try --trained var/reply

It is here because it needs the app's prompts and the models: neither may import both.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from models.encoder.adapter import IncompatibleAdapter
from models.hub.errors import BaseModelError
from tests.bench.answers import corpus
from tests.bench.processes import ROOT
from tests.bench.writing import rows

TRANSCRIPT = ROOT / "var" / "bench-writing.md"


def main() -> None:
    options = _options()
    try:
        _write_rows(options) if options.verb == "rows" else _try(options)
    except (OSError, ValueError, BaseModelError, IncompatibleAdapter) as error:
        sys.exit(f"bench-writing: {error}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench.writing", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    write = verbs.add_parser("rows", help="rows for `train reply`, of the shops to train on")
    write.add_argument("file", type=Path)
    write.add_argument("--count", type=int, default=800, help="at most (default: 800)")
    write.add_argument("--seed", type=int, default=7)
    ask = verbs.add_parser("try", help="what a model writes for shops that it didn't learn from")
    ask.add_argument("--trained", type=Path, help="what `train reply --out` wrote; else the base")
    ask.add_argument("--base", default="qwen2.5-coder-0.5b-instruct")
    ask.add_argument("--answerable", type=int, default=60)
    ask.add_argument("--near", type=int, default=40)
    ask.add_argument("--split", choices=["tune", "test"], default="tune")
    ask.add_argument("--seed", type=int, default=7)
    ask.add_argument("--threads", type=int, default=2)
    ask.add_argument("--transcript", type=Path, default=TRANSCRIPT)
    return parser.parse_args()


def _write_rows(options: argparse.Namespace) -> None:
    table = rows.build_rows(corpus.load("train"), options.count, options.seed)
    lines = [json.dumps(asdict(row), ensure_ascii=False) for row in table]
    options.file.parent.mkdir(parents=True, exist_ok=True)
    options.file.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines)} rows in {options.file}")


def _try(options: argparse.Namespace) -> None:
    from models.generator import bundle
    from models.hub import sources
    from models.hub.fetch import Places, fetch_model
    from tests.bench.writing import trial

    exercises = trial.choose_exercises(
        corpus.load(options.split), options.answerable, options.near, options.seed
    )
    folder = fetch_model(sources.find_model(options.base), Places())
    with tempfile.TemporaryDirectory() as scratch:
        if options.trained:
            folder = bundle.merge_into_base(options.trained, folder, Path(scratch) / "merged")
        answers = trial.answer_all(folder, exercises, options.seed, options.threads, _note)
    options.transcript.parent.mkdir(parents=True, exist_ok=True)
    options.transcript.write_text(trial.write_transcript(answers), "utf-8")
    print(json.dumps(trial.count_grades(answers), indent=1))
    print(f"Written to {options.transcript}.")


def _note(done: int) -> None:
    print(f"{done} answers", file=sys.stderr)


if __name__ == "__main__":
    main()
