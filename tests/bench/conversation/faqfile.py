"""Makes the file of `--faq` from CIC and SMP2017: `python -m tests.bench.conversation.faqfile`.

A third of CIC's labels is wrong. A plain model over runs of characters that has not seen a text
judges its label: where both agree the text is clean. Of each label the five surest of these are
taught, those of the other part are asked, and SMP2017's (but its small talk) are foreign.

The shipped model has learnt from all of these texts, so its figures flatter it: for honest ones
serve a model that has not (`--env MODELS_DIR=...`), or bring questions of your own.
"""

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline

TAUGHT = 5  # a label
ANSWERABLE, FOREIGN = 900, 500


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.bench.conversation.faqfile")
    parser.add_argument("data", type=Path, help="the folder that holds cic/ and smp2017/")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    try:
        rows = list(_rows(arguments.data, random.Random(1)))
        arguments.out.write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8"
        )
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"faqfile: {error}")
    print(f"{len(rows)} rows in {arguments.out}")


def _rows(data: Path, author: random.Random) -> Iterator[dict[str, Any]]:
    by_label: dict[str, list[str]] = defaultdict(list)
    for text, label in _clean(_read(data / "cic" / "train.jsonl")):
        by_label[label].append(text)
    for label, texts in sorted(by_label.items()):
        for text in texts[:TAUGHT]:
            yield {"question": text, "entry": _title(label), "teach": True}
    dev_texts = _clean(_read(data / "cic" / "dev.jsonl"))
    class_texts = [(text, label) for text, label in dev_texts if label in by_label]
    for text, label in author.sample(class_texts, min(ANSWERABLE, len(class_texts))):
        yield {"question": text, "entry": _title(label)}
    foreign = [t for t, label in _read(data / "smp2017" / "dev.jsonl") if label != "chat"]
    for text in author.sample(foreign, min(FOREIGN, len(foreign))):
        yield {"question": text, "entry": None}


def _title(label: str) -> str:
    return label.removeprefix("买家")


def _read(file: Path) -> list[tuple[str, str]]:
    rows = map(json.loads, file.read_text("utf-8").splitlines())
    return list(dict.fromkeys((str(row["text"]), str(row["label"])) for row in rows))


def _clean(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those whose label a model that learnt from the other four fifths gives them too, the surest
    first.
    """
    texts, labels = zip(*rows, strict=True)
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
        SGDClassifier(loss="log_loss", alpha=1e-5, random_state=1),
    )
    folds = KFold(5, shuffle=True, random_state=1)
    likely = cross_val_predict(model, texts, labels, cv=folds, method="predict_proba")
    named = np.unique(labels)
    order = np.argsort(-likely.max(1), kind="stable")
    return [rows[at] for at in order if named[likely[at].argmax()] == rows[at][1]]


if __name__ == "__main__":
    main()
