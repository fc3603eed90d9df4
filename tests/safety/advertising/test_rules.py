"""Each shipped rule finds its example, passes its counter-example, and suggests what passes."""

import pytest

from app.safety.advertising.checking import check
from app.safety.advertising.rule_schema import (
    AccountRules,
    AdvertisingRule,
    DisabledRule,
    LawfulUse,
    load_lists,
    load_shipped_rules,
)
from app.safety.advertising.rulebook import (
    UnreadableRule,
    build_rulebook,
    build_shipped_rulebook,
)
from app.safety.advertising.values import Industry

RULES = {rule.id: rule for rule in load_shipped_rules()}


def get_industry(rule: AdvertisingRule) -> Industry:
    return rule.industries[0] if rule.industries else "general"


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_finds_its_example_and_passes_its_counter_example(rule_id: str) -> None:
    rule, rulebook = RULES[rule_id], build_shipped_rulebook()

    findings = check(rule.example, get_industry(rule), rulebook)
    passes = check(rule.counter_example, get_industry(rule), rulebook)

    assert rule_id in {finding.rule for finding in findings}
    assert passes == ()


@pytest.mark.parametrize("rule_id", RULES)
def test_suggestions_pass_by_themselves_and_in_their_place(rule_id: str) -> None:
    rule, rulebook = RULES[rule_id], build_shipped_rulebook()
    industry = get_industry(rule)

    text = rule.example
    for finding in reversed(check(text, industry, rulebook)):
        assert finding.suggestion
        assert check(finding.suggestion, industry, rulebook) == ()
        text = text[: finding.start] + finding.suggestion + text[finding.end :]

    assert check(text, industry, rulebook) == ()


def test_every_list_and_group_is_used() -> None:
    patterns = [
        text
        for rule in RULES.values()
        for text in (*rule.patterns, *rule.lawful, rule.unless or "")
    ]
    patterns += [text for rule in RULES.values() for pair in rule.lawful_beside for text in pair]
    trades = [trade for rule in RULES.values() for trade in rule.trades.values()]
    patterns += [near for trade in trades for near, _ in trade.neutral_beside]
    patterns += [text for group in load_lists().groups.values() for text in group]

    unused_lists = [n for n in load_lists().lists if not any(f"<{n}>" in text for text in patterns)]
    named_groups = {name for rule in RULES.values() for name in rule.lawful_groups}

    assert unused_lists == []
    assert set(load_lists().groups) == named_groups


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"lawful": [LawfulUse(rule="no.such", pattern="茶", reason="r", author="李")]},
            "there is no rule 'no.such': GET the rules for their ids",
        ),
        (
            {"rules": [RULES["absolute.first"]]},
            "two rules have the id 'absolute.first': give yours another one",
        ),
        (
            {
                "rules": [
                    RULES["absolute.first"].model_copy(update={"id": "own", "patterns": ["("]})
                ]
            },
            "'(' is no pattern that RE2 knows: missing ): (",
        ),
        (
            {
                "rules": [
                    RULES["absolute.first"].model_copy(update={"id": "own", "patterns": ["<no>"]})
                ]
            },
            "'<no>' names <no>, which is no list",
        ),
    ],
)
def test_a_rule_that_cannot_be_compiled_is_refused(
    changes: dict[str, list[object]], sentence: str
) -> None:
    account_rules = AccountRules().model_copy(update=changes)

    with pytest.raises(UnreadableRule) as refusal:
        build_rulebook(account_rules)

    assert str(refusal.value) == sentence


def test_an_account_may_be_stricter_and_laxer() -> None:
    own_rule = AdvertisingRule(
        id="own.rival",
        title="竞品名称",
        law="公司规定",
        patterns=["某某茶"],
        neutral="我们的茶",
        example="某某茶",
        counter_example="茶",
    )
    account_rules = AccountRules(
        rules=[own_rule],
        lawful=[
            LawfulUse(
                rule="absolute.grade", pattern="顶级茶馆", reason="已注册商标", author="法务李敏"
            )
        ],
        disabled=[DisabledRule(rule="platform.clickbait", reason="内部刊物", author="法务李敏")],
    )

    text = "震惊！顶级茶馆比某某茶用心，顶级原料"
    findings = check(text, "general", build_rulebook(account_rules))

    assert [(finding.rule, finding.text) for finding in findings] == [
        ("own.rival", "某某茶"),
        ("absolute.grade", "顶级"),
    ]
