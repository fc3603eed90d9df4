"""Measure this machine: `python -m tests.bench`. The table on stdout, figures in var/bench.json."""

import argparse
import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.settings import Settings
from tests.bench import knowledge, load, offline, processes, table, texts
from tests.bench.offline import Yardstick
from tests.bench.table import Round

ROUNDS = 3  # the model alone, then the service: a pace that changes changes both
OUT = Path(__file__).parents[2] / "var" / "bench.json"


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("--texts", type=Path, help="JSON Lines with `text`, or one text a line")
    parser.add_argument("--offline-only", action="store_true", help="the model alone")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each run (default: 8)")
    parser.add_argument(
        "--entries", type=int, default=0, help="that the account knows (default: 0)"
    )
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as on Ctrl-C
    try:
        _measure(
            texts.load(arguments.texts),
            arguments.seconds,
            arguments.entries,
            offline_only=arguments.offline_only,
        )
    except (OSError, ValueError, KeyError, processes.Died) as error:
        sys.exit(f"bench: {error}")
    except subprocess.CalledProcessError:
        sys.exit("bench: the model alone did not run, see above")
    except KeyboardInterrupt:
        sys.exit(130)


def _measure(
    sample_texts: Sequence[str], seconds: float, entries: int, *, offline_only: bool
) -> None:
    print(f"{len(sample_texts)} texts on {table.machine()}", flush=True)
    # Of the environment alone, as the service gets it; the operator's .env stays out.
    yardstick = offline.measure(sample_texts, Settings(_env_file=None).encoder_dtype)
    if offline_only:
        print(json.dumps(table.offline(yardstick) | {"dtypes": table.dtypes(yardstick)}))
        return
    figures = asyncio.run(_serve(yardstick, sample_texts, seconds, entries))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(f"\n{table.markdown(figures)}\n\nWritten to var/{OUT.name}.")


async def _serve(
    yardstick: Yardstick, sample_texts: Sequence[str], seconds: float, entries: int
) -> dict[str, Any]:
    async with processes.running() as service:
        print(f"service  ready: {dict(service.start_s)} s", flush=True)
        if entries:
            await knowledge.teach(service, entries)
            print(f"service  knows {entries} entries", flush=True)
        rounds = []
        for _ in range(ROUNDS):
            model = await asyncio.to_thread(offline.again, sample_texts, yardstick.best)
            rounds.append(Round(model, await load.measure(service, sample_texts, seconds)))
        return table.report(yardstick, rounds, service) | {"entries": entries}


if __name__ == "__main__":
    main()
