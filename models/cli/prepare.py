"""`prepare`: makes clean, split training data of files of texts."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from models.cli.options import AsJson


class RowKindName(StrEnum):
    """The kinds of rows in the files."""

    TEXT = "text"
    PAIRS = "pairs"
    QA = "qa"
    CTR = "ctr"


def prepare(  # noqa: PLR0913 - a command's options
    sources: Annotated[
        list[Path], typer.Argument(metavar="FILE", help=".jsonl, .json, .csv, .tsv or .xlsx")
    ],
    out: Annotated[Path, typer.Option("--out", help="the folder to write")],
    kind: Annotated[
        RowKindName, typer.Option("--kind", help="what a row holds")
    ] = RowKindName.TEXT,
    text_column: Annotated[str, typer.Option(help="what the files call text")] = "",
    label_column: Annotated[str, typer.Option(help="what they call label")] = "",
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
    from models.data.files import BadData
    from models.data.prepare import folder, run
    from models.data.prepare.page import render_page
    from models.data.split import Shares

    names = {"text": text_column, "label": label_column}
    try:
        options = run.PrepareOptions(
            kind=kinds.KINDS[kind].renamed({ours: name for ours, name in names.items() if name}),
            shares=Shares.parse(parts),
            seed=seed,
            mask=not no_mask,
            simplify=not keep_traditional,
            stopwords=stopwords,
            overwrite=overwrite,
        )
        report = run.prepare_files(sources, out, options)
    except (BadData, folder.Unwritable) as error:
        typer.echo(f"prepare: {error}", err=True)
        raise typer.Exit(2) from None
    print(json.dumps(report, ensure_ascii=False) if as_json else render_page(report))
