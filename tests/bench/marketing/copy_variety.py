"""How much variants of one brief differ, against sampling alone.

Sampling alone: one prompt, the same temperature, another seed each. Similarity is that of
`app.marketing.content.variety`: common pairs of neighbouring characters.
"""

import functools
import statistics
from collections.abc import Sequence
from pathlib import Path

from app.inference.ports import Writer
from app.marketing.content.brief import Brief
from app.marketing.content.copy_prompts import render_prompt
from app.marketing.content.copywriting import CopyTask, CopyWriting, measure_variety
from app.marketing.content.variety import measure_mean_similarity
from app.marketing.content.writing.asking import ask_for_copy
from app.marketing.content.writing.copy_answers import CopyAnswer
from app.safety.advertising.rulebook import build_shipped_rulebook
from tests.bench.marketing.copy_briefs import read_briefs, run_with_writer
from tests.bench.marketing.figures import Figure

BRIEFS, VARIANTS = 4, 4
LOWER = 0.30  # than sampling alone, at least


def measure(data: Path) -> list[Figure]:
    """Mean similarity over BRIEFS briefs of VARIANTS texts each."""
    briefs = read_briefs(data, BRIEFS)
    return run_with_writer(functools.partial(measure_writer, briefs=briefs, count=VARIANTS))


async def measure_writer(writer: Writer, briefs: Sequence[Brief], count: int) -> list[Figure]:
    """The similarity of our variants and of sampled ones, `count` a brief."""
    ours = [await _measure_ours(writer, brief, count) for brief in briefs]
    sampled = [await _measure_sampled(writer, brief, count) for brief in briefs]
    our_mean, sampled_mean = statistics.fmean(ours), statistics.fmean(sampled)
    lower = 1 - our_mean / sampled_mean if sampled_mean else 0.0
    return [
        Figure(
            what=f"copy, mean similarity of {count} variants, {len(briefs)} briefs",
            baseline=f"{sampled_mean:.3f} sampling alone",
            measured=f"{our_mean:.3f} ({lower:.0%} lower)",
            target=f"{LOWER:.0%} lower",
            is_reached=lower >= LOWER,
        )
    ]


async def _measure_ours(writer: Writer, brief: Brief, count: int) -> float:
    task = CopyTask(brief=brief, count=count, rulebook=build_shipped_rulebook())
    return measure_variety(await CopyWriting(writer=writer).write(task, _ignore_progress))


async def _measure_sampled(writer: Writer, brief: Brief, count: int) -> float:
    messages = render_prompt(brief, "fact")
    texts = [
        (await ask_for_copy(writer, messages, CopyAnswer, 3 * brief.characters, seed)).value.text
        for seed in range(count)
    ]
    return measure_mean_similarity(texts)


async def _ignore_progress(_steps: int, _total: int) -> None:
    return None
