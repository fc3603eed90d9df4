"""Checks an article's HTML against all structure rules."""

from app.publishing.article_html.structure import appearance, layout, markup
from app.publishing.article_html.trees import parse_fragment
from app.publishing.article_html.values import Finding

RULES = (*layout.RULES, *markup.RULES, *appearance.RULES)
MAX_FINDINGS = 50  # an editor reads no more


def check_structure(content: str) -> list[Finding]:
    """Findings in the order of the rules, at most MAX_FINDINGS."""
    root = parse_fragment(content)
    findings = [finding for rule in RULES for finding in rule(root)]
    return findings[:MAX_FINDINGS]
