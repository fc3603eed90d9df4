"""Facts of a brief that the law check refuses: the brief is stored with remarks, and templates
leave them out. No I/O.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.marketing.content.brief import Brief, BriefFact
from app.safety.advertising.checking import check
from app.safety.advertising.rulebook import AdvertisingRulebook
from app.safety.advertising.values import AdvertisingFinding


@dataclass(frozen=True, slots=True)
class UnlawfulFact:
    """A fact, and the first place of it that a rule forbids."""

    fact: BriefFact
    finding: AdvertisingFinding

    def describe(self) -> str:
        """A sentence in English."""
        return (
            f"the fact {self.fact.name!r}: the law check refuses {self.finding.text!r}"
            f" ({self.finding.title}), and each text that states it: reword it or leave it out"
        )

    def explain(self) -> str:
        """The same in Chinese."""
        return (
            f"事实“{self.fact.name}”里的“{self.finding.text}”通不过广告法检查（{self.finding.title}），"
            "写进文案也通不过：请改写这条事实，或删去"
        )


def list_unlawful_facts(brief: Brief, rulebook: AdvertisingRulebook) -> Iterator[UnlawfulFact]:
    """The facts that the law check refuses, each with its name as a text would state it."""
    for fact in brief.facts:
        findings = check(f"{fact.name}：{fact.value}", brief.industry, rulebook)
        if findings:
            yield UnlawfulFact(fact, findings[0])


def leave_unlawful_out(brief: Brief, rulebook: AdvertisingRulebook) -> Brief:
    """The brief without facts that the law check refuses; the whole one where no other is left."""
    refused = [each.fact for each in list_unlawful_facts(brief, rulebook)]
    facts = tuple(fact for fact in brief.facts if fact not in refused)
    return brief.model_copy(update={"facts": facts}) if facts else brief
