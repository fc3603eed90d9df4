"""A week of traffic, compressed: `python -m tests.bench.conversation`. Exit code 1 when a message
was lost or answered twice. The table on stdout, or JSON; both in var/bench-conversation.json.
"""

import argparse
import asyncio
import json
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.bench import texts
from tests.bench.conversation import faq, figures, search
from tests.bench.conversation.week import Options, play
from tests.bench.processes import ROOT, Died

OUT = ROOT / "var" / "bench-conversation.json"
FAULTS_TOLD = 12


def main() -> None:
    arguments = _parse_arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as on Ctrl-C
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # of the platform's stand-in
    try:
        results = _measure(arguments)
    except (OSError, ValueError, KeyError, Died) as error:
        sys.exit(f"bench-conversation: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(json.dumps(results, ensure_ascii=False) if arguments.json else _tables(results))
    sys.exit(figures.failed(results["week"]) if "week" in results else 0)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench.conversation", description=__doc__)
    add = parser.add_argument
    add("--texts", type=Path, help="JSON Lines with `text`, or one text a line")
    add("--seconds", type=float, default=150.0, help="of the seven days together (default: 150)")
    add("--followers", type=int, default=200, help="of both accounts (default: 200)")
    add("--seed", type=int, default=1, help="of script, kills and faults (default: 1)")
    add("--calm", action="store_true", help="nothing goes wrong")
    add("--deaf", type=float, default=0.0, help="share of the API's yeses that get lost")
    add("--llm", default="0.1:30", help="seconds of a generated answer (default: 0.1:30)")
    add("--env", action="append", default=[], metavar="NAME=VALUE", help="a setting of the app")
    add("--faq", type=Path, help="only this: recall of a knowledge base, see faq.py")
    add("--search", type=int, metavar="N", help="only this: search among N texts")
    add("--json", action="store_true", help="JSON instead of the table")
    return parser.parse_args()


def _measure(arguments: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {}
    if arguments.faq:
        results["faq"] = asyncio.run(faq.measure(arguments.faq, _environment(arguments.env)))
    if arguments.search:
        results["search"] = search.measure(arguments.search)
    if not results:
        results["week"] = _week(arguments)
    return results


def _week(arguments: argparse.Namespace) -> dict[str, Any]:
    options = Options(
        texts.load(arguments.texts),
        arguments.seconds,
        arguments.followers,
        arguments.seed,
        calm=arguments.calm,
        deaf=arguments.deaf,
        llm=arguments.llm,
        environment=_environment(arguments.env),
    )
    columns = (TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None)

        def show_progress(what: str, done: int, of: int) -> None:
            progress.update(task, description=what, completed=min(done, of), total=of or None)

        return figures.report(asyncio.run(play(options, show_progress)))


def _environment(env_pairs: Sequence[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in env_pairs]
    if wrong := [name for name, sign, _ in pairs if not sign]:
        raise ValueError(f"--env {wrong[0]}: say NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _tables(results: dict[str, Any]) -> str:
    parts = []
    if "week" in results:
        parts.append(figures.markdown(results["week"]))
        parts += [
            json.dumps(f, ensure_ascii=False) for f in results["week"]["faults"][:FAULTS_TOLD]
        ]
        parts.append(f"logged: {json.dumps(results['week']['logged'], ensure_ascii=False)}")
    parts += [faq.markdown(results["faq"])] if "faq" in results else []
    parts += [search.markdown(results["search"])] if "search" in results else []
    return "\n".join([*parts, "", f"Written to var/{OUT.name}."])


if __name__ == "__main__":
    main()
