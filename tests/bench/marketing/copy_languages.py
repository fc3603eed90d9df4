"""Whether the check of translations tells right ones from wrong ones.

Twelve texts, each with a right and a wrong translation into three languages; wrong ones speak of
the same goods and mostly have the same numbers. The threshold was chosen on every second text.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.inference.local.search import LocalSearchModel
from app.inference.ports import ClassificationFailed, SearchModel
from app.marketing.content.brief import Language
from app.marketing.content.writing.translation_check import (
    LEAST_SIMILARITY,
    TranslationCheck,
    list_differences,
)
from tests.bench.marketing.figures import Figure

PAIRS = Path(__file__).parent / "translations.jsonl"
LANGUAGES: tuple[Language, ...] = ("en", "ja", "ko")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledTranslation:
    """A translation and whether it is right. `text`: the number of its source."""

    number: int
    source: str
    translation: str
    language: Language
    is_right: bool


def measure(data: Path) -> list[Figure]:
    """Decisions on the texts that the threshold wasn't chosen on, and on the others."""
    return asyncio.run(measure_search(LocalSearchModel("cpu", "fp32")))


async def measure_search(search: SearchModel) -> list[Figure]:
    """The same with another encoder."""
    pairs = read_pairs()
    checks = [await _check(search, pair) for pair in pairs]
    other, tuned = (
        [(p, c) for p, c in zip(pairs, checks, strict=True) if p.number % 2 == rest]
        for rest in (1, 0)
    )
    return [
        _describe("texts not tuned on", other),
        _describe("texts tuned on", tuned),
    ]


def read_pairs() -> list[LabelledTranslation]:
    """All 72 translations."""
    rows = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    return [
        LabelledTranslation(
            number=number, source=row["source"], language=language, is_right=is_right,
            translation=(row if is_right else row["wrong"])[language],
        )
        for number, row in enumerate(rows)
        for language in LANGUAGES
        for is_right in (True, False)
    ]  # fmt: skip


async def _check(search: SearchModel, pair: LabelledTranslation) -> TranslationCheck:
    source, target = await search.embed([pair.source, pair.translation])
    if isinstance(source, ClassificationFailed) or isinstance(target, ClassificationFailed):
        raise TypeError("the encoder failed")
    return TranslationCheck(
        similarity=float(source.vector @ target.vector),
        differences=list_differences(pair.source, pair.translation, pair.language),
    )


def _describe(what: str, checks: Sequence[tuple[LabelledTranslation, TranslationCheck]]) -> Figure:
    right = [check for pair, check in checks if pair.is_right]
    wrong = [check for pair, check in checks if not pair.is_right]
    by_meaning = sum(check.similarity < LEAST_SIMILARITY for check in wrong)
    return Figure(
        what=f"copy, check of translations, {what}, cosine of {LEAST_SIMILARITY} or more",
        baseline=f"cosine alone flags {by_meaning} of {len(wrong)} wrong ones",
        measured=f"{sum(c.is_kept for c in right)} of {len(right)} right ones pass,"
        f" {sum(not c.is_kept for c in wrong)} of {len(wrong)} wrong ones are flagged",
    )
