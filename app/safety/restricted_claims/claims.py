"""Finds claims that a generated answer may not make unless the operator's texts make them.

`advertising_claims` and `service_claims` have the patterns and their laws. No I/O.

A claim that is denied (没有减肥功效), conditional (如果想减肥) or part of a question doesn't count.
The same words in a passage make it the operator's own statement. Claims of being human, and of the
prompt, are never allowed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from app.safety.restricted_claims.advertising_claims import ADVERTISING_RULES
from app.safety.restricted_claims.claim_rules import ClaimRule, Kind
from app.safety.restricted_claims.service_claims import SERVICE_RULES
from app.safety.words.normalise import fold_for_patterns

RULES = (*ADVERTISING_RULES, *SERVICE_RULES)


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, quoted from the text."""

    kind: Kind
    text: str


# 我没法帮您取消: says what the bot can't do.
_UNABLE = regex.compile(
    r"(?:没法|无法|没有?办法|不能|不可以|没有权限|帮不了|不会|\bcan't|\bcannot)[^，。！？；]{0,6}$"
)
_CLAUSE = regex.compile(r"[，。！？；、\n,!?;]+|\.(?=\s|$)|：")
# Denials before a claim: 没有减肥功效, 不能治病, 并非药品; not 不但 and 不仅.
_DENIED = regex.compile(
    r"(?:(?<!无)不(?!但|仅|只|光|止|要钱)|(?<!有)没(?!事|关系|问题)|无(?!论)|未|勿|别(?!家|人|的)"
    r"|并非|难以|避免|防止"
    r"|\b(?:not|no|never|cannot|don't|doesn't|can't|isn't|aren't|without)\b)[^，。！？；]{0,9}$"
)
# Conditions, wishes, fears and questions before a claim: then it doesn't count.
_ASIDE_BEFORE = regex.compile(
    r"(?:如果|若是?|要是|假如|万一|想要?|打算|担心|怀疑|关于|至于|是否|能否|会不会|能不能|是不是"
    r"|辨别|识别|区分"
    r"|遇到|谨防|小心|当心|警惕|有没有|正在|如何|怎么|请问|查询?|咨询|if"
    r"|whether)[^，。！？；]{0,8}$"
)
_ASIDE_AFTER = regex.compile(
    r"^[^，。！？；]{0,6}(?:期间|人群|的话|时候|与否|请(?:咨询|遵医嘱|联系)|要?(?:遵医嘱|咨询医生"
    r"|看医生|就医)"
    r"|(?:和|等)?(?:具体)?(?:规则|政策|进度|流程|方面|问题|事宜|详情|说明|活动)"
    r"|之一|[^，。]{0,4}(?:没法|无法|不能|不敢|没办法)(?:保证|确定|承诺|判断)|没有(?:依据|根据"
    r"|查到)|(?:还是)?不太?(?:清楚|确定)|无法|需要?(?:人工|同事|核实))"
)
_ASKING = regex.compile(r"[？?]|[吗呢么](?=[，。！；,!;]|$)")


def find_claims(text: str, sources: str = "") -> list[Claim]:
    """The text's claims that `sources` don't make, in the order of RULES.

    `sources` is text by the operator, whose claims may be repeated.
    """
    folded_text, folded_sources = fold_for_patterns(text), fold_for_patterns(sources)
    return [claim for rule in RULES for claim in _find_broken(rule, folded_text, folded_sources)]


def _find_broken(rule: ClaimRule, text: str, sources: str) -> Iterator[Claim]:
    """The claims of the text that break the rule."""
    for match in rule.pattern.finditer(text):
        if rule.deniable and _is_set_aside(text, match.start(), match.end()):
            continue
        if rule.kind == "deed" and _UNABLE.search(text[: match.start()]):
            continue
        if rule.quotable and _stands_in(match, sources):
            continue
        yield Claim(rule.kind, match.group().strip())


def _stands_in(match: regex.Match[str], sources: str) -> bool:
    """Whether `sources` contain the claim's core at least once without denying it."""
    core = match.groupdict().get("core") or match.group().strip()
    at = sources.find(core)
    while at >= 0:
        start = max((m.end() for m in _CLAUSE.finditer(sources, 0, at)), default=0)
        if not _DENIED.search(sources[start:at]):
            return True
        at = sources.find(core, at + 1)
    return False


def _is_set_aside(text: str, start: int, end: int) -> bool:
    """Whether the claim text[start:end] is denied, conditional or part of a question."""
    opening = max((m.end() for m in _CLAUSE.finditer(text, 0, start)), default=0)
    before, after = text[opening:start], text[end : end + 24]
    if _DENIED.search(before) or _ASIDE_BEFORE.search(before) or _ASIDE_AFTER.match(after):
        return True
    clause = after[: closing.end()] if (closing := _CLAUSE.search(after)) else after
    return bool(_ASKING.search(clause))
