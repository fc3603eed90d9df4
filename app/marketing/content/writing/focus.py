"""Which facts each variant of a brief is written from.

Variants that state the same facts in another order read alike. So each of several variants gets
half of the facts, and the halves differ as long as they can.
"""

from app.marketing.content.brief import Brief, Channel

FEWEST = 2  # facts of a variant, where the brief has as many
# What has to say everything, or to answer what was asked, gets all facts in another order.
_WHOLE: frozenset[Channel] = frozenset({"article", "digest", "menu", "comment_reply"})


def focus_brief(brief: Brief, at: int, count: int) -> Brief:
    """The brief of variant `at` of `count`: with facts of its own, or all in another order."""
    starts = list_starts(len(brief.facts))
    start = starts[at % len(starts)]
    facts = brief.facts[start:] + brief.facts[:start]
    if count > 1 and brief.channel not in _WHOLE:
        facts = facts[: count_facts(len(facts))]
    return brief.model_copy(update={"facts": facts})


def count_facts(total: int) -> int:
    """How many of `total` facts a variant gets: half of them, rounded up."""
    return min(total, max(FEWEST, -(-total // 2)))


def list_starts(total: int) -> list[int]:
    """Where the facts of one variant after another begin: after those of the one before."""
    size, starts, start = count_facts(total), list[int](), 0
    for _ in range(total):
        while start in starts:
            start = (start + 1) % total
        starts.append(start)
        start = (start + size) % total
    return starts
