"""The workshop's command line: `python -m models fetch | train | evaluate | card | agreement`."""

import json
import sys
import time
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)

Sets = Annotated[
    Path, typer.Option("--data", help="holds cic/, smp2017/, sentiment/", file_okay=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="one object, for programs")]


class Task(StrEnum):
    """What can be evaluated."""

    INTENT = "intent"
    SENTIMENT = "sentiment"


@app.command()
def fetch() -> None:
    """Fetch, check and convert the base weights; where they lie goes to stdout."""
    from models.base.fetch import ensure

    print(ensure())


@app.command()
def train(
    data: Sets, day: Annotated[str, typer.Option("--date", help="for the manifests")] = ""
) -> None:
    """Train the adapter and both heads, and write them with their cards."""
    from models import adapter as adapters
    from models import cards
    from models.adapter import Adapter
    from models.base.fetch import ensure
    from models.base.sources import E5_SMALL
    from models.encoder import Encoder
    from models.intent import train as intent
    from models.sentiment import train as sentiment

    began, base = time.perf_counter(), ensure()
    day = day or date.today().isoformat()
    understood = intent.train(data, base, day)
    encoder = Encoder(base, adapter=Adapter.load(intent.FOLDER / adapters.FILE, E5_SMALL))
    for manifest in (understood, sentiment.train(data, encoder, day)):
        print(json.dumps({manifest.version: manifest.metrics}, indent=1), flush=True)
    cards.write(data)
    print(f"{time.perf_counter() - began:.0f} s")


@app.command()
def evaluate(
    task: Task,
    data: Annotated[
        Path, typer.Option("--data", help="JSON Lines with text and label", exists=True)
    ],
    as_json: AsJson = False,
) -> None:
    """Judge a file of labelled texts. A label is a class's title or id; __oos__ is none of them."""
    from models import evaluate as files
    from models import metrics

    try:
        guesses, version = files.guesses(task.value, data)
        found = {**metrics.figures(guesses), "model": version}
    except (files.Unlabelled, ValueError) as error:
        sys.exit(f"evaluate: {data}: {error}")
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    print(metrics.by_class(guesses))
    for name, value in found.items():
        print(f"{name:20} {round(value, 4) if isinstance(value, float) else value}")
    print("accuracy, 95 %       {:.4f} to {:.4f} (bootstrap)".format(*metrics.interval(guesses)))


@app.command()
def card(data: Sets) -> None:
    """Write both cards anew, with their numbers as the heads are now."""
    from models import cards

    cards.write(data)


@app.command()
def agreement(data: Sets, n: int = 2000) -> None:
    """Compare the packed encoder with transformers' BertModel on CIC's texts."""
    from models.agreement import compare

    print(json.dumps(compare(data, n, print), indent=1))


if __name__ == "__main__":
    app()
