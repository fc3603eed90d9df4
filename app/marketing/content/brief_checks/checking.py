"""Refuses a brief that states nothing, contradicts itself, or asks for what the law forbids.

A stored brief of an earlier release may have such facts; it is still read. No I/O.
"""

from collections.abc import Sequence

from app.kit.field_faults import BilingualError
from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief, BriefFact
from app.marketing.content.brief_checks.fact_names import find_topic, is_placeholder
from app.safety.advertising.checking import check
from app.safety.advertising.rulebook import AdvertisingRulebook


def refuse_unusable(brief: Brief, rulebook: AdvertisingRulebook) -> None:
    """Raises BilingualError for the first thing that keeps a brief from being stored."""
    _refuse_placeholders(brief.facts)
    _refuse_contradictions(brief.facts)
    _refuse_unlawful(brief, rulebook)


def _refuse_placeholders(facts: Sequence[BriefFact]) -> None:
    for fact in facts:
        if is_placeholder(fact.value):
            raise BilingualError(
                f"the fact {fact.name!r} is {fact.value!r}, which states nothing: write its value,"
                " leave it out, or say in a sentence that there is none (不含香精)",
                f"事实“{fact.name}”的值是“{fact.value}”，等于没有写：请写明、删去，"
                "或写成一句话（如“不含香精”）",
            )


def _refuse_contradictions(facts: Sequence[BriefFact]) -> None:
    """Refuses 价格 168 beside 售价 198; 168 元 beside 50 克 168 元 says the same, more fully."""
    by_topic: dict[str, BriefFact] = {}
    for fact in facts:
        topic = find_topic(fact.name)
        if not topic:
            continue
        other = by_topic.setdefault(topic, fact)
        letters, other_letters = fold_to_letters(fact.value), fold_to_letters(other.value)
        if letters not in other_letters and other_letters not in letters:
            raise BilingualError(
                f"the facts {other.name!r} and {fact.name!r} mean the same and have different"
                " values: keep the right one, or give them names that tell the difference (团购价)",
                f"事实“{other.name}”和“{fact.name}”说的是一回事，值却不同：请留下对的那个，"
                "或把名字改得分得清（如“团购价”）",
            )


def _refuse_unlawful(brief: Brief, rulebook: AdvertisingRulebook) -> None:
    for word in brief.must:
        for finding in check(word, brief.industry, rulebook)[:1]:
            raise BilingualError(
                f"must asks for {word!r}, which the law check refuses ({finding.title}): take it"
                " out of must, or word it otherwise",
                f"must 要求“{word}”，而它通不过广告法检查（{finding.title}）：请去掉或换个说法",
            )
