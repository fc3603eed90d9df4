"""`prepare`: makes clean, split training data of files of texts."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from models.cli.faults import report_faults
from models.cli.options import AsJson, LabelColumn, TextColumn, name_columns

RowKindName = Literal["text", "pairs", "qa", "ctr"]


def prepare(  # noqa: PLR0913 - a command's options
    sources: Annotated[
        list[Path], typer.Argument(metavar="FILE", help=".jsonl, .json, .csv, .tsv or .xlsx")
    ],
    out: Annotated[Path, typer.Option("--out", help="the folder to write")],
    kind: Annotated[RowKindName, typer.Option("--kind", help="what a row holds")] = "text",
    text_column: TextColumn = "",
    label_column: LabelColumn = "",
    parts: Annotated[str, typer.Option("--split", help="train/dev/test, percent")] = "80/10/10",
    seed: Annotated[int, typer.Option(help="of the split")] = 7,
    stopwords: Annotated[Path | None, typer.Option(help="one a line, for statistics")] = None,
    keep_traditional: Annotated[bool, typer.Option("--keep-traditional")] = False,
    no_mask: Annotated[bool, typer.Option("--no-mask", help="keep numbers and addresses")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="replace an earlier --out")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Clean files of texts, split them into train, dev and test, and report on them."""
    from models.data import kinds
    from models.data.prepare import run
    from models.data.prepare.page import render_page
    from models.data.split import Shares

    with report_faults("prepare"):
        options = run.PrepareOptions(
            kind=kinds.KINDS[kind].renamed(name_columns(text=text_column, label=label_column)),
            shares=Shares.parse(parts), seed=seed, mask=not no_mask, simplify=not keep_traditional,
            stopwords=stopwords, overwrite=overwrite,
        )  # fmt: skip
        report = run.prepare_files(sources, out, options)
    print(json.dumps(report, ensure_ascii=False) if as_json else render_page(report))
