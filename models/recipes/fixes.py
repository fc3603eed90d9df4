"""What is wrong with a public data set beyond what confident learning can see."""

import json
from pathlib import Path


def fix_triclue(source: Path, folder: Path) -> Path:
    """A copy in `folder` with the labels that were flipped set right.

    Of TRICLUE's labels 15 % are the text "1" where all others are numbers. They stand on pairs
    that don't mean the same (three of 36 read by eye do), and a judge that learnt from the rest
    calls one in 25 of them the same: zeros, flipped by whoever made the data hard.
    """
    rows = [json.loads(line) for line in source.read_text("utf-8").split("\n") if line]
    fixed_rows = [row | {"label": 0} if row["label"] == "1" else row for row in rows]
    file = folder / source.name
    file.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in fixed_rows), "utf-8"
    )
    return file
