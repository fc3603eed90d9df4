"""Holds an account's own rules to their examples, as tests hold the shipped ones. No I/O."""

from typing import get_args

from app.safety.advertising.checking import check
from app.safety.advertising.rule_schema import AccountRules, AdvertisingRule
from app.safety.advertising.rulebook import (
    AdvertisingRulebook,
    UnreadableRule,
    build_rulebook,
    isolate_rule,
)
from app.safety.advertising.values import Industry


def check_account_rules(account_rules: AccountRules) -> None:
    """Raises UnreadableRule for rules that can't be compiled or that their examples contradict."""
    rulebook = build_rulebook(account_rules)
    disabled_ids = {disabled.rule for disabled in account_rules.disabled}
    for rule in account_rules.rules:
        if rule.id not in disabled_ids:
            _check_examples(rule, rulebook)


def _check_examples(rule: AdvertisingRule, rulebook: AdvertisingRulebook) -> None:
    industry = next((each for each in get_args(Industry) if rule.applies_to(each)), None)
    if industry is None:
        raise UnreadableRule(
            f"the rule {rule.id!r} applies to no industry: change except_industries",
            chinese=f"规则 {rule.id!r} 对哪个行业都不适用：请改 except_industries",
        )
    alone = isolate_rule(rulebook, rule.id)
    if not check(rule.example, industry, alone):
        raise UnreadableRule(
            f"the rule {rule.id!r} doesn't find its example {rule.example!r}: change one of them",
            chinese=f"规则 {rule.id!r} 没有查出自己的例句“{rule.example}”：请改例句或规则",
        )
    for finding in check(rule.counter_example, industry, alone)[:1]:
        raise UnreadableRule(
            f"the rule {rule.id!r} finds {finding.text!r} in its counter_example, which should"
            " pass: change one of them",
            chinese=f"规则 {rule.id!r} 在应当通过的反例里查出了“{finding.text}”：请改反例或规则",
        )
    for finding in check(rule.neutral, industry, rulebook)[:1]:
        raise UnreadableRule(
            f"the rule {rule.id!r} suggests {rule.neutral!r}, which doesn't pass ({finding.title}):"
            " suggest another wording",
            chinese=f"规则 {rule.id!r} 建议的说法“{rule.neutral}”自己也通不过（{finding.title}）："
            "请换一个说法",
        )
