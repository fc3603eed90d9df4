"""Plays the corpus of shops through the webhook and grades the replies: the table on stdout, or
JSON; both in var/bench-answers.json, and a transcript to read in var/bench-answers.md.

Each message comes from a follower of its own. Beside its own account each shop has one without a
knowledge base, which gets the same messages.
"""

import argparse
import asyncio
import json
import logging
import random
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.bench.answers import corpus, figures, transcript
from tests.bench.answers.corpus import KINDS
from tests.bench.answers.figures import Results
from tests.bench.answers.run import Options, play
from tests.bench.processes import ROOT, Died
from tests.bench.table import machine

OUT = ROOT / "var" / "bench-answers.json"
TRANSCRIPT = ROOT / "var" / "bench-answers.md"


def main() -> None:
    arguments = _parse_arguments()
    if arguments.count:
        grades = transcript.count(arguments.count.read_text("utf-8"))
        print(figures.markdown(figures.by_hand(grades)))
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as on Ctrl-C
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # of the stand-ins
    try:
        options = _options(arguments)
        earlier = _cases(arguments.compare) if arguments.compare else []
        results = _played(options)
    except (OSError, ValueError, KeyError, Died) as error:
        sys.exit(f"bench-answers: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    _tell(arguments, options, results, earlier)


def _tell(
    arguments: argparse.Namespace,
    options: Options,
    results: Results,
    earlier: Sequence[Mapping[str, Any]],  # the cases of another run, to tell what changed
) -> None:
    tables, cases = figures.report(results), figures.cases(results.graded)
    care = figures.care_faults(results.care)
    document = _head(options) | {
        "tables": figures.tables_object(tables),
        "care": care,
        "cases": cases,
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    arguments.transcript.write_text(_transcript(results, arguments), "utf-8")
    if arguments.json:
        print(json.dumps(document, ensure_ascii=False))
        return
    print(f"{document['machine']}, {document['date']}: {', '.join(document['shops'])}\n")
    print(figures.markdown(tables))
    print("\n".join(["", *care, *figures.changes(earlier, cases)]))
    print(f"Written to {OUT} and {arguments.transcript}.")


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench.answers", description=__doc__)
    add = parser.add_argument
    add("--split", choices=["train", "tune", "test"], default="test", help="(default: test)")
    add("--shop", action="append", default=[], help="this shop instead; may be repeated")
    add("--kind", action="append", default=[], choices=KINDS, help="only this kind; repeatable")
    add("--model", action="store_true",
        help="also: the open questions, with a language model's stand-in")  # fmt: skip
    add("--no-bare", action="store_true", help="without the accounts that know nothing")
    add("--env", action="append", default=[], metavar="NAME=VALUE", help="a setting of the app")
    add("--json", action="store_true", help="JSON instead of the table")
    add("--transcript", type=Path, default=TRANSCRIPT, help=f"(default: {TRANSCRIPT.name})")
    add("--sample", type=int, metavar="N", help="N replies of each part in the transcript")
    add("--blind", action="store_true", help="no grades in the transcript, for grading by hand")
    add("--count", type=Path, metavar="FILE", help="only count the grades written into this one")
    add("--compare", type=Path, metavar="FILE", help="an earlier JSON: tell which grades changed")
    add("--seed", type=int, default=1, help="of the sample (default: 1)")
    return parser.parse_args()


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        shops=corpus.load(arguments.split, arguments.shop),
        kinds=frozenset(arguments.kind or KINDS),
        care=() if arguments.kind else corpus.load_care(),
        environment=_environment(arguments.env),
        with_model=arguments.model,
        with_bare=not arguments.no_bare,
    )


def _cases(file: Path) -> list[dict[str, Any]]:
    """The cases of an earlier run. Raises ValueError where the file is none."""
    try:
        return list(json.loads(file.read_text("utf-8"))["cases"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{file} is no JSON of an earlier run: {error!r}") from None


def _environment(env_pairs: Sequence[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in env_pairs]
    if wrong := [name for name, sign, _ in pairs if not sign]:
        raise ValueError(f"--env {wrong[0]}: say NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _played(options: Options) -> Results:
    columns = (TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("starting", total=None)

        def show_progress(what: str, done: int, of: int) -> None:
            progress.update(task, description=what, completed=done, total=of or None)

        return asyncio.run(play(options, show_progress))


def _head(options: Options) -> dict[str, Any]:
    shops = [shop.id for shop in options.shops]
    return {"machine": machine(), "date": time.strftime("%Y-%m-%d"), "shops": shops}


def _transcript(results: Results, arguments: argparse.Namespace) -> str:
    graded, bare = results.graded, results.bare
    if arguments.sample is not None:
        dice = random.Random(arguments.seed)
        graded = dice.sample(graded, min(arguments.sample, len(graded)))
        bare = dice.sample(bare, min(arguments.sample, len(bare)))
    return transcript.render_transcript(graded, results.bases, bare, blind=arguments.blind)


if __name__ == "__main__":
    main()
