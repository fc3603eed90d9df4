"""python -m models fetch | train | evaluate | card | agreement."""

import argparse
import json
import time
from datetime import date
from pathlib import Path

from models.base.fetch import ensure


def main() -> None:
    """Training needs the `train` and `torch` extras; fetch needs `torch` alone."""
    arguments = _parser().parse_args()
    if arguments.verb == "fetch":
        print(ensure())
    elif arguments.verb == "train":
        _train(arguments.data, arguments.date)
    elif arguments.verb == "evaluate":
        _evaluate(arguments.data, as_json=arguments.json)
    elif arguments.verb == "card":
        _card(arguments.data)
    else:
        _agreement(arguments.data, arguments.n)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("fetch", help="fetch and convert the base weights")
    train = verbs.add_parser("train", help="train both heads and write them with their cards")
    train.add_argument("--date", default=date.today().isoformat())
    evaluate = verbs.add_parser("evaluate", help="print every number of the cards")
    evaluate.add_argument("--json", action="store_true")
    card = verbs.add_parser("card", help="write both cards anew, as evaluate finds the heads")
    agreement = verbs.add_parser("agreement", help="compare with transformers' BertModel")
    agreement.add_argument("--n", type=int, default=2000)
    for verb in (train, evaluate, card, agreement):
        verb.add_argument(
            "--data", type=Path, required=True, help="holds cic/, smp2017/, sentiment/"
        )
    return parser


def _train(data: Path, day: str) -> None:
    from models import cards
    from models.encoder import Encoder
    from models.intent import train as intent
    from models.sentiment import train as sentiment

    began = time.perf_counter()
    encoder = Encoder(ensure())
    for manifest in (intent.train(data, encoder, day), sentiment.train(data, encoder, day)):
        print(json.dumps({manifest.version: manifest.metrics}, indent=1), flush=True)
    cards.write(data)
    print(f"{time.perf_counter() - began:.0f} s")


def _evaluate(data: Path, *, as_json: bool) -> None:
    from models.intent.evaluate import evaluate

    numbers = evaluate(data)
    if as_json:
        print(json.dumps(numbers, ensure_ascii=False, indent=1))
        return
    for name, value in numbers.items():
        print(f"{name:60} {value}")


def _card(data: Path) -> None:
    from models import cards

    cards.write(data)


def _agreement(data: Path, n: int) -> None:
    from models.agreement import compare

    print(json.dumps(compare(data, n, print), indent=1))


if __name__ == "__main__":
    main()
