"""Compiles rules with RE2: time linear in the text for every pattern, also an operator's."""

import functools
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ahocorasick

from app.errors import Refusal
from app.kit.patterns import LinearPattern, compile_linear, make_options
from app.safety.advertising.required_words import list_requirements
from app.safety.advertising.rule_schema import (
    AccountRules,
    AdvertisingRule,
    load_lists,
    load_shipped_rules,
)
from app.safety.advertising.values import Industry

_LIST = re.compile(r"<([a-z_]+)>")
_OPTIONS = make_options(64 << 20)  # bytes that RE2 may use for a pattern


class UnreadableRule(Refusal):
    """A rule that can't be compiled (a pattern that RE2 doesn't know, an unknown list or id), or
    that its own examples contradict.
    """

    status = 422
    name = "unreadable_rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A rule and its patterns."""

    rule: AdvertisingRule
    patterns: tuple[LinearPattern, ...]
    lawful: tuple[LinearPattern, ...]
    trade_lawful: Mapping[Industry, tuple[LinearPattern, ...]]
    lawful_beside: tuple[tuple[LinearPattern, LinearPattern], ...]
    unless: LinearPattern | None
    context: LinearPattern | None
    reword: tuple[tuple[LinearPattern, str], ...]


@dataclass(frozen=True, slots=True)
class PatternIndex:
    """Finds by required words which patterns may match a text; one pass.

    automaton: words to pairs of an alternative's number and the bit of a set of its words.
    alternatives: by number, the bits of all sets and the number of the pattern.
    """

    automaton: ahocorasick.Automaton
    alternatives: tuple[tuple[int, int], ...]
    patterns: tuple[tuple[int, LinearPattern], ...]  # by number, each with the index of its rule
    always_tried: frozenset[int]  # numbers of patterns that require no words

    def select(self, folded: str) -> list[tuple[int, LinearPattern]]:
        """The patterns that may match, in their order, each with the index of its rule."""
        seen_bits: dict[int, int] = {}
        # Without a word, as where each pattern matches anything, there is nothing to look for.
        for _, owners in self.automaton.iter(folded) if len(self.automaton) else ():
            for alternative, bit in owners:
                seen_bits[alternative] = seen_bits.get(alternative, 0) | bit
        numbers = set(self.always_tried)
        for alternative, bits in seen_bits.items():
            all_bits, number = self.alternatives[alternative]
            if bits == all_bits:
                numbers.add(number)
        return [self.patterns[number] for number in sorted(numbers)]


@dataclass(frozen=True, slots=True)
class AdvertisingRulebook:
    """All rules of an account. Safe to use from several threads."""

    rules: tuple[CompiledRule, ...]
    index: PatternIndex

    def select(
        self, folded: str, industry: Industry
    ) -> Iterator[tuple[CompiledRule, list[LinearPattern]]]:
        """The rules for an industry, each with its patterns that may match a folded text."""
        for index, selected in itertools.groupby(self.index.select(folded), lambda each: each[0]):
            if self.rules[index].rule.applies_to(industry):
                yield self.rules[index], [pattern for _, pattern in selected]


def parse_rulebook(content: object) -> AdvertisingRulebook:
    """Compile the shipped rules with an account's; `content` is its document, None without one.

    Raises UnreadableRule. Kept by content: an account's rules are compiled once.
    """
    return _parse_json(json.dumps(content or {}, sort_keys=True))


@functools.lru_cache(maxsize=64)
def _parse_json(content: str) -> AdvertisingRulebook:
    return build_rulebook(AccountRules.model_validate_json(content))


@functools.cache
def build_shipped_rulebook() -> AdvertisingRulebook:
    """The shipped rules alone."""
    return build_rulebook(AccountRules())


def build_rulebook(account_rules: AccountRules) -> AdvertisingRulebook:
    """Compile the shipped rules with an account's changes. Raises UnreadableRule."""
    shipped = load_shipped_rules()
    rules = (*shipped, *account_rules.rules)
    _refuse_unknown_ids(rules, account_rules)
    disabled_ids = {disabled.rule for disabled in account_rules.disabled}
    extra_lawful: dict[str, list[str]] = {}
    for use in account_rules.lawful:
        extra_lawful.setdefault(use.rule, []).append(use.pattern)
    compiled = [
        _compile_rule(rule, extra_lawful.get(rule.id, ()))
        for rule in rules
        if rule.id not in disabled_ids
    ]
    return AdvertisingRulebook(tuple(compiled), _build_index(compiled))


def isolate_rule(rulebook: AdvertisingRulebook, rule_id: str) -> AdvertisingRulebook:
    """The rulebook with one of its rules alone; without any where it has no such rule."""
    compiled = [each for each in rulebook.rules if each.rule.id == rule_id]
    return AdvertisingRulebook(tuple(compiled), _build_index(compiled))


def _refuse_unknown_ids(rules: Sequence[AdvertisingRule], account_rules: AccountRules) -> None:
    ids = [rule.id for rule in rules]
    for rule_id in ids:
        if ids.count(rule_id) > 1:
            raise UnreadableRule(
                f"two rules have the id {rule_id!r}: give yours another one",
                chinese=f"有两条规则的编号都是 {rule_id!r}：请给自己的规则换一个",
            )
    changed_ids = [use.rule for use in account_rules.lawful]
    changed_ids += [disabled.rule for disabled in account_rules.disabled]
    for rule_id in changed_ids:
        if rule_id not in ids:
            raise UnreadableRule(
                f"there is no rule {rule_id!r}: GET the rules for their ids",
                chinese=f"没有规则 {rule_id!r}：请先查询规则，用里面的编号",
            )


def _compile_rule(rule: AdvertisingRule, extra_lawful: Iterable[str]) -> CompiledRule:
    groups = load_lists().groups
    unknown_groups = [name for name in rule.lawful_groups if name not in groups]
    if unknown_groups:
        raise UnreadableRule(
            f"rule {rule.id!r} names {unknown_groups[0]!r}, which is no group",
            chinese=f"规则 {rule.id!r} 用到的 {unknown_groups[0]!r} 不是已有的分组",
        )
    lawful = [*rule.lawful, *(text for name in rule.lawful_groups for text in groups[name])]
    return CompiledRule(
        rule=rule,
        patterns=tuple(map(compile_pattern, rule.patterns)),
        lawful=tuple(map(compile_pattern, [*lawful, *extra_lawful])),
        trade_lawful={
            industry: tuple(map(compile_pattern, trade.lawful))
            for industry, trade in rule.trades.items()
        },
        lawful_beside=tuple(
            (compile_pattern(use), compile_pattern(near)) for use, near in rule.lawful_beside
        ),
        unless=compile_pattern(rule.unless) if rule.unless else None,
        context=compile_pattern(rule.context) if rule.context else None,
        reword=tuple((compile_pattern(pattern), wording) for pattern, wording in rule.reword),
    )


@functools.lru_cache(maxsize=4_096)
def compile_pattern(text: str) -> LinearPattern:
    """Compile a pattern over folded text. Raises UnreadableRule."""
    try:
        return compile_linear(_expand_lists(text), _OPTIONS)
    except ValueError as error:
        raise UnreadableRule(
            str(error), chinese=f"正则表达式“{text}”读不了（{error}）：请按 RE2 的写法改"
        ) from None


def _expand_lists(text: str) -> str:
    """Replace each <name> by its list; lists may name lists."""
    lists = load_lists().lists

    def expand(match: re.Match[str]) -> str:
        if match[1] not in lists:
            raise UnreadableRule(
                f"{text!r} names <{match[1]}>, which is no list",
                chinese=f"“{text}”用到的 <{match[1]}> 不是已有的词表",
            )
        return _LIST.sub(expand, lists[match[1]])

    return _LIST.sub(expand, text)


def _build_index(compiled: Sequence[CompiledRule]) -> PatternIndex:
    owned = [
        (index, text, pattern)
        for index, each in enumerate(compiled)
        for text, pattern in zip(each.rule.patterns, each.patterns, strict=True)
    ]
    alternatives: list[tuple[int, int]] = []
    owners: dict[str, list[tuple[int, int]]] = {}
    always_tried = set[int]()
    for number, (_, text, _) in enumerate(owned):
        for word_sets in list_requirements(_expand_lists(text)):
            if not word_sets:
                always_tried.add(number)
            for at, word in ((at, word) for at, words in enumerate(word_sets) for word in words):
                owners.setdefault(word, []).append((len(alternatives), 1 << at))
            alternatives.append(((1 << len(word_sets)) - 1, number))
    patterns = tuple((index, pattern) for index, _, pattern in owned)
    return PatternIndex(
        _build_automaton(owners), tuple(alternatives), patterns, frozenset(always_tried)
    )


def _build_automaton(owners: Mapping[str, list[tuple[int, int]]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word, pairs in owners.items():
        automaton.add_word(word, tuple(pairs))
    automaton.make_automaton()
    return automaton
