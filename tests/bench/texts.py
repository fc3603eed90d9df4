"""What the followers of the benchmark write."""

import json
from pathlib import Path

from models.intent import taxonomy

MOST = 2_000


def load(file: Path | None) -> list[str]:
    """`file` has one text a line, plain or as JSON with `text`; without it, the taxonomy's own.

    Raises ValueError when there is nothing to read, KeyError when a JSON line has no `text`.
    """
    lines = file.read_text("utf-8").splitlines() if file else _examples()
    sample_texts = [text for line in lines if (text := _text(line))][:MOST]
    if not sample_texts:
        raise ValueError(f"{file} holds no text")
    return sample_texts


def _examples() -> list[str]:
    # One of each intent, then the next of each: neighbours differ, as on a busy account.
    intents = taxonomy.load_taxonomy().intents
    longest = max(len(intent.examples) for intent in intents)
    return [i.examples[n] for n in range(longest) for i in intents if n < len(i.examples)]


def _text(line: str) -> str:
    line = line.strip()
    return str(json.loads(line)["text"]).strip() if line.startswith("{") else line
