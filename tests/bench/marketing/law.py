"""How well the check finds what the Advertising Law forbids, and how fast it is.

A sentence counts as flagged if the check has a finding in it. Texts of the part `held` are never
shown: the rules are tuned on `tune` alone, and only its wrongly decided sentences are named.
Subtle sentences hint at what the law forbids, beside lawful ones about the same goods.
"""

import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from app.safety.advertising.checking import check
from app.safety.advertising.rulebook import build_shipped_rulebook
from app.safety.advertising.values import Industry
from tests.bench.marketing.figures import Figure

FOLDER = Path(__file__).parent / "advertising_law"
SENTENCES, SUBTLE = FOLDER / "sentences.jsonl", FOLDER / "subtle.jsonl"
RECALL, PRECISION = 0.95, 0.93  # at least, on the part that isn't tuned on
ARTICLE_LENGTH, ARTICLE_MS = 5_000, 20.0  # characters; at most, median
WARM_UP = 15  # articles that are checked first, not timed: RE2 builds its automata as it goes


class LabelledSentence(BaseModel):
    """A sentence of sentences.jsonl; `lawful` is what the check should decide."""

    id: str
    text: str
    industry: Industry
    lawful: bool
    part: Literal["tune", "held"]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Sentences with whether each was flagged."""

    sentences: Sequence[LabelledSentence]
    flags: Sequence[bool]

    @property
    def recall(self) -> float:
        """The share of unlawful sentences that are flagged."""
        flags = [flag for sentence, flag in self._pairs() if not sentence.lawful]
        return sum(flags) / len(flags)

    @property
    def precision(self) -> float:
        """The share of flagged sentences that are unlawful; 1 if none is flagged."""
        flagged = [sentence for sentence, flag in self._pairs() if flag]
        return statistics.fmean(not each.lawful for each in flagged) if flagged else 1.0

    @property
    def wrong_ids(self) -> list[str]:
        """Sentences that were flagged though lawful, or passed though not."""
        return [sentence.id for sentence, flag in self._pairs() if flag == sentence.lawful]

    def _pairs(self) -> Iterator[tuple[LabelledSentence, bool]]:
        return zip(self.sentences, self.flags, strict=True)


def measure(data: Path) -> list[Figure]:
    """Recall and precision of both parts, and the time of an article of AdvertiseGen's texts."""
    sentences = read_sentences()
    held_out, tune = (decide([s for s in sentences if s.part == part]) for part in ("held", "tune"))
    return [
        _compare("law, recall, held part", held_out.recall, RECALL),
        _compare("law, precision, held part", held_out.precision, PRECISION),
        Figure(what="law, recall, tuned part", measured=f"{tune.recall:.3f}"),
        Figure(what="law, precision, tuned part", measured=f"{tune.precision:.3f}"),
        Figure(what="law, wrong on the tuned part", measured=", ".join(tune.wrong_ids) or "none"),
        *_measure_subtle(),
        _measure_article(data),
    ]


def _measure_subtle() -> Iterator[Figure]:
    sentences = read_sentences(SUBTLE)
    for part, name in (("held", "held part"), ("tune", "tuned part")):
        decisions = decide([sentence for sentence in sentences if sentence.part == part])
        yield Figure(what=f"law, subtle, recall, {name}", measured=f"{decisions.recall:.3f}")
        yield Figure(what=f"law, subtle, precision, {name}", measured=f"{decisions.precision:.3f}")


def read_sentences(path: Path = SENTENCES) -> list[LabelledSentence]:
    """All sentences of a file."""
    lines = path.read_text("utf-8").splitlines()
    return [LabelledSentence.model_validate_json(line) for line in lines]


def decide(sentences: Sequence[LabelledSentence]) -> Decisions:
    """Check sentences with the shipped rules."""
    rulebook = build_shipped_rulebook()
    flags = [bool(check(each.text, each.industry, rulebook)) for each in sentences]
    return Decisions(sentences, flags)


def _compare(what: str, value: float, target: float) -> Figure:
    return Figure(
        what=what, measured=f"{value:.3f}", target=f"≥ {target}", is_reached=value >= target
    )


def _measure_article(data: Path) -> Figure:
    rulebook = build_shipped_rulebook()
    times_ms = []
    for article in _read_articles(data):
        began = time.process_time()
        check(article, "general", rulebook)
        times_ms.append((time.process_time() - began) * 1e3)
    times_ms = times_ms[WARM_UP:] or times_ms
    median = statistics.median(times_ms)
    return Figure(
        what="law, CPU time of an article of 5,000 characters, median (slowest)",
        measured=f"{median:.1f} ms ({max(times_ms):.1f} ms)",
        target=f"≤ {ARTICLE_MS:.0f} ms",
        is_reached=median <= ARTICLE_MS,
    )


def _read_articles(data: Path) -> list[str]:
    """Ad texts of AdvertiseGen, joined to articles of ARTICLE_LENGTH characters."""
    lines = (data / "advertisegen" / "dev.jsonl").read_text("utf-8").splitlines()
    text = "".join(json.loads(line)["summary"] for line in lines)
    starts = range(0, len(text) - ARTICLE_LENGTH, ARTICLE_LENGTH)
    return [text[start : start + ARTICLE_LENGTH] for start in starts]
