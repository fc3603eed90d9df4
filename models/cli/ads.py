"""`sample-ads` invents ads whose true rates are known; `rank` ranks texts by predicted rate."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from models.cli.faults import report_faults
from models.cli.options import REGISTRY, AsJson, Folder, Seed


def sample_ads(
    out: Annotated[Path, typer.Option("--out", help="the folder to write train.csv and test.csv")],
    rows: Annotated[int, typer.Option(min=100, max=50_000, help="of train.csv")] = 10_000,
    seed: Seed = 7,
) -> None:
    """Invent ads with clicks and their true rates, to try out `train ctr`."""
    from models.data.sample_ads import write_sample_ads

    with report_faults("sample-ads"):
        for file in write_sample_ads(out, rows, seed):
            print(file)


def rank(
    data: Annotated[Path, typer.Option("--data", help="a table with text, maybe true_rate")],
    model: Annotated[str, typer.Option(help="a name that list shows, latest, or a folder")] = "",
    top: Annotated[int, typer.Option(min=1, help="texts to show")] = 10,
    registry: Folder = REGISTRY,
    as_json: AsJson = False,
) -> None:
    """Rank texts by their predicted click rates; where true rates are there, compare with them."""
    from models.encoder.click_model import ClickModel
    from models.evaluation import click_ranking
    from models.evaluation.evaluate import find_model_folder

    with report_faults("rank"):
        click_model = ClickModel.load(find_model_folder("ctr", model, registry))
        texts = click_ranking.rank_file(data, click_model)
        figures = click_ranking.compare_with_truth(texts)
    if as_json:
        first_texts = [asdict(text) for text in texts[:top]]
        print(json.dumps({"figures": figures, "texts": first_texts}, ensure_ascii=False))
        return
    for text in texts[:top]:
        true = "" if text.true_rate is None else f"  true {text.true_rate:.2%}"
        print(f"{text.rate:7.2%} ({text.low:.2%} to {text.high:.2%}){true}  {text.text}")
    for name, value in figures.items():
        print(f"{name:36} {value:.4f}")
