"""Claims in generated drafts that no fact of the brief supports and that are not flagged.

They are counted by another way than the product's: by attribute values of all of AdvertiseGen (what
is said of clothes), by words of praise, and by figures, wherever they stand in a text.
"""

import functools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.inference.ports import Writer
from app.marketing.content.brief import Brief
from app.marketing.content.copywriting import CopyTask, CopyVariant, CopyWriting
from app.safety.advertising.rulebook import build_shipped_rulebook
from tests.bench.marketing.copy_briefs import read_attributes, read_briefs, run_with_writer
from tests.bench.marketing.figures import Figure
from tests.bench.processes import ROOT

DRAFTS = 50
OUT = ROOT / "var" / "bench-copy-drafts.jsonl"  # the drafts, to be read by a person
PRAISE = Path(__file__).parent / "praise_words.txt"
_FIGURE = re.compile(
    r"\d+(?:\.\d+)?|[一二两三四五六七八九十百千万]+(?=[元折克斤件条双年天月小米厘毫])"
)


@dataclass(frozen=True, slots=True)
class UnflaggedClaim:
    """A word of a draft that its brief doesn't state and that the review doesn't flag."""

    text: str
    word: str


def measure(data: Path) -> list[Figure]:
    """One draft for each of DRAFTS briefs; the drafts are written to OUT."""
    briefs = read_briefs(data, DRAFTS)
    drafts = run_with_writer(functools.partial(write_drafts, briefs=briefs))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text("".join(_describe_draft(*pair) for pair in drafts), "utf-8")
    return count_claims(drafts, read_words(data))


def read_words(data: Path) -> set[str]:
    """Attribute values of all rows, and words of praise, of two characters or more."""
    rows = read_attributes(data)
    values = {value for row in rows for values in row.values() for value in values}
    return {word for word in values | {*PRAISE.read_text("utf-8").split()} if len(word) > 1}


async def write_drafts(writer: Writer, briefs: Sequence[Brief]) -> list[tuple[Brief, CopyVariant]]:
    """One draft a brief."""
    return [(brief, await _write_draft(writer, brief, at)) for at, brief in enumerate(briefs)]


def count_claims(drafts: Sequence[tuple[Brief, CopyVariant]], words: set[str]) -> list[Figure]:
    """Unsupported claims that are flagged, and that are not."""
    unflagged = [claim for pair in drafts for claim in list_unflagged(*pair, words)]
    flagged = sum(len(draft.review.unsupported) for _, draft in drafts)
    clean = sum(draft.review.is_clean for _, draft in drafts)
    return [
        Figure(
            what=f"copy, unsupported claims that are not flagged, in {len(drafts)} drafts",
            measured=f"{len(unflagged)}"
            + "".join(f"; {claim.word} in {claim.text}" for claim in unflagged[:5]),
            target="0",
            is_reached=not unflagged,
        ),
        Figure(what="copy, unsupported claims that are flagged in them", measured=str(flagged)),
        Figure(what="copy, drafts with nothing to mend", measured=f"{clean} of {len(drafts)}"),
    ]


def list_unflagged(brief: Brief, draft: CopyVariant, words: set[str]) -> Iterator[UnflaggedClaim]:
    """Words and figures of a draft that the brief doesn't state, outside flagged places."""
    stated = " ".join([brief.product, *(f"{fact.name} {fact.value}" for fact in brief.facts)])
    for start, end in _find_places(draft.text, words):
        word = draft.text[start:end]
        is_flagged = any(
            claim.start < end and start < claim.end for claim in draft.review.unsupported
        )
        if word not in stated and not is_flagged:
            yield UnflaggedClaim(draft.text, word)


def _find_places(text: str, words: set[str]) -> Iterator[tuple[int, int]]:
    for match in _FIGURE.finditer(text):
        yield match.span()
    for word in words:
        for match in re.finditer(re.escape(word), text):
            yield match.span()


async def _write_draft(writer: Writer, brief: Brief, at: int) -> CopyVariant:
    task = CopyTask(brief=brief, count=1, rulebook=build_shipped_rulebook(), seed=at)
    [variant] = await CopyWriting(writer=writer).write(task, _ignore_progress)
    return variant


async def _ignore_progress(_steps: int, _total: int) -> None:
    return None


def _describe_draft(brief: Brief, draft: CopyVariant) -> str:
    row = {
        "facts": {fact.name: fact.value for fact in brief.facts},
        "product": brief.product,
        "text": draft.text,
        "model": draft.model,
        "wrong": draft.review.describe(),
    }
    return json.dumps(row, ensure_ascii=False) + "\n"
