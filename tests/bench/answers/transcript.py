"""What was written, said and graded, for people to read and grade: Markdown."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from tests.bench.answers.grading import Graded
from tests.bench.answers.values import Base, Exchange, Played

HEAD = """# Transcript

Read each last reply and write your grade behind `yours:`. What the shop knows stands in
models/shops. 2: it fits. 1: vague but acceptable. 0: wrong, irrelevant or annoying.
"""
OURS = "# With the shop's knowledge base"
BARE = "# Without a knowledge base"
_YOURS = re.compile(r"yours: *([012])\s*$", re.MULTILINE)


def render_transcript(
    graded: Sequence[Graded], bases: Mapping[str, Base], bare: Sequence[Played], *, blind: bool
) -> str:
    """One section for the accounts with their base, one for those without.

    `blind`: without the grades by rules, which would sway who grades by hand.
    """
    ours = [
        _block(each.played, bases[each.played.case.shop], "" if blind else each.grade)
        for each in graded
    ]
    others = [_block(played, None, "") for played in bare]
    parts = [HEAD]
    parts += [f"{OURS}\n", *ours] if ours else []
    parts += [f"{BARE}\n", *others] if others else []
    return "\n".join(parts)


def count(text: str) -> dict[str, Counter[int]]:
    """What was written behind `yours:`, by the transcript's sections."""
    ours, _, bare = text.partition(BARE)
    return {
        "with the shop's base": Counter(map(int, _YOURS.findall(ours))),
        "without any base": Counter(map(int, _YOURS.findall(bare))),
    }


def _block(played: Played, base: Base | None, grade: str) -> str:
    case = played.case
    lines = [f"## {case.shop} {case.id} · {case.kind} · {case.style}", ""]
    for exchange in played.exchanges:
        lines += [*_quoted("follower", exchange.message), *_quoted("reply", exchange.reply)]
        lines += [f"- {_recorded(exchange, base)}", ""]
    if expected := _expected(played):
        lines.append(f"- expected: {expected}")
    if played.noted:
        lines.append(f"- noted: {' / '.join(' '.join(each.split()) for each in played.noted)}")
    lines += [f"- grade: {grade} · yours: " if grade else "- yours: ", ""]
    return "\n".join(lines)


def _quoted(who: str, text: str) -> list[str]:
    return [f"**{who}**", "", *(f"> {line}" for line in text.splitlines() or ["(silence)"]), ""]


def _recorded(exchange: Exchange, base: Base | None) -> str:
    record = exchange.record
    parts = [f"source: {record.source}"]
    if record.citations:
        parts.append(f"cited: {', '.join(_cited(id_, base) for id_ in record.citations)}")
    if record.intent:
        parts.append(f"intent: {record.intent} {record.confidence or 0:.2f}")
    return " · ".join(parts)


def _cited(id_: str, base: Base | None) -> str:
    if base is None:
        return id_
    if id_ in base.chunks:
        return f"{base.chunks[id_].document} ({base.chunks[id_].title})"
    return f"{id_} ({base.names[id_][0]})" if id_ in base.names else id_


def _expected(played: Played) -> str:
    case = played.case
    parts = [" · ".join(filter(None, (gold.place, " ".join(gold.facts)))) for gold in case.gold]
    parts += [f"intent: {', '.join(sorted(case.intents))}"] if case.intents else []
    parts += [f"value: {case.value}"] if case.value else []
    parts += [f"not in the base: {case.why}"] if case.kind == "near" else []
    return " | ".join(parts)
