"""What an ad is about: what its title and its description should say between them. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief
from app.marketing.content.wording.audiences import is_asked_for, leads_selling
from app.marketing.content.wording.offers import list_offers
from app.marketing.content.wording.products import list_short_forms

LEAST_LETTERS = 4  # of a clause that two texts repeat
_CLAUSE_END = re.compile("[，,；;。（(、]")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdSubject:
    """Names of the product, one of which an ad has, and values of facts as letters alone: the
    clauses of all, and those of offers and of what the audience asks for and others don't.
    """

    names: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    own_values: tuple[str, ...] = ()

    @classmethod
    def of(cls, brief: Brief) -> "AdSubject":
        """The subject of a brief's ads for its audience, in its language."""
        own_facts = [f for f in brief.facts if is_asked_for(f, brief) and not leads_selling(f)]
        return cls(
            names=list_short_forms(brief.product, brief.language),
            values=tuple(letters for fact in brief.facts for letters in _list_clauses(fact.value)),
            offers=tuple(fold_to_letters(fact.value) for fact in list_offers(brief)),
            own_values=tuple(fold_to_letters(fact.value) for fact in own_facts),
        )

    def is_named(self, text: str) -> bool:
        """Whether a text has a name of the product, if there is one."""
        return not self.names or any(name.lower() in text.lower() for name in self.names)

    def states_twice(self, title: str, description: str) -> bool:
        """Whether a title and its description state the same fact."""
        return any(_state([value], title) and _state([value], description) for value in self.values)

    def count_gaps(self, title: str, description: str) -> int:
        """How many of these an ad lacks: a title that says more than the name, an offer, and a fact
        for its audience.
        """
        names, text = map(fold_to_letters, self.names), f"{title} {description}"
        lacks = [bool(each) and not _state(each, text) for each in (self.offers, self.own_values)]
        return sum([fold_to_letters(title) in names, *lacks])


NO_SUBJECT = AdSubject()  # of texts of which nothing is known


def _list_clauses(value: str) -> list[str]:
    """The letters of a value and of its clauses that tell: 11 枝 199 元 of a list of prices."""
    parts = [fold_to_letters(part) for part in _CLAUSE_END.split(value)]
    return [fold_to_letters(value), *(part for part in parts if len(part) >= LEAST_LETTERS)]


def _state(values: Sequence[str], text: str) -> bool:
    letters = fold_to_letters(text)
    return any(value and value in letters for value in values)
