"""Measure the marketing loop: `python -m tests.bench.marketing`.

The table on stdout, and in var/bench-marketing.json a list of figures for each part.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench.marketing.figures import Figure, render_table
from tests.bench.marketing.parts import PARTS, load_part
from tests.bench.processes import ROOT
from tests.bench.table import machine

OUT = ROOT / "var" / "bench-marketing.json"
DATA = ROOT.parent / "shared" / "data"


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.bench.marketing", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help=f"the data sets (default: {DATA})")
    parser.add_argument(
        "--only", action="append", choices=sorted(PARTS), help="one part; may be repeated"
    )
    arguments = parser.parse_args()
    try:
        figures = _measure_parts(arguments.only or list(PARTS), arguments.data)
    except OSError as error:
        sys.exit(f"bench-marketing: {error}. README.md says where each set is found.")
    except KeyboardInterrupt:
        sys.exit(130)
    print(f"\n{machine()}, {time.strftime('%Y-%m-%d')}\n\n{render_table(figures)}")


def _measure_parts(names: Sequence[str], data: Path) -> list[Figure]:
    figures: list[Figure] = []
    document = json.loads(OUT.read_text("utf-8")) if OUT.exists() else {}
    OUT.parent.mkdir(exist_ok=True)
    for name in names:
        print(f"{name} ...", end="", file=sys.stderr, flush=True)
        began = time.monotonic()
        part = load_part(name).measure(data)
        print(f" {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        document[name] = {
            "machine": machine(),
            "date": time.strftime("%Y-%m-%d"),
            "figures": [asdict(figure) for figure in part],
        }
        OUT.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
        figures += part
    return figures


if __name__ == "__main__":
    main()
