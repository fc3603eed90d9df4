"""What an ad is about: what its title and its description should say between them. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief, BriefFact
from app.marketing.content.wording.audiences import is_asked_for, leads_selling
from app.marketing.content.wording.offers import list_offers
from app.marketing.content.wording.products import list_short_forms

LEAST_LETTERS = 4  # of a clause that two texts repeat
_CHILDREN = re.compile("家长|孩子|儿童|少儿|宝宝|[0-9] ?岁|child|kids?\\b|保護者|子ども|어린이")
_PARENTS = re.compile(
    "家长|孩子|宝|妈|爸|亲子|带娃|儿童|学生|famil|parent|kid|保護者|親子|학부모|가족"
)
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
    others_values: tuple[str, ...] = ()

    @classmethod
    def of(cls, brief: Brief) -> "AdSubject":
        """The subject of a brief's ads for its audience, in its language."""
        own_facts = [f for f in brief.facts if is_asked_for(f, brief) and not leads_selling(f)]
        return cls(
            names=list_short_forms(brief.product, brief.language),
            values=tuple(letters for fact in brief.facts for letters in _list_clauses(fact.value)),
            offers=tuple(fold_to_letters(fact.value) for fact in list_offers(brief)),
            own_values=tuple(fold_to_letters(fact.value) for fact in own_facts),
            others_values=tuple(
                fold_to_letters(fact.value)
                for fact in brief.facts
                if brief.audience and _speaks_of_children(fact, brief)
            ),
        )

    def is_named(self, text: str) -> bool:
        """Whether a text has a name of the product, if there is one."""
        return not self.names or any(name.lower() in text.lower() for name in self.names)

    def states_twice(self, title: str, description: str) -> bool:
        """Whether a title and its description state the same fact."""
        return any(_state([value], title) and _state([value], description) for value in self.values)

    def count_gaps(self, title: str, description: str) -> int:
        """How much is missing or too much: a title of the name alone or with a label (人数：6 人),
        no offer, nothing for the audience, and what is for others.
        """
        names, text = map(fold_to_letters, self.names), f"{title} {description}"
        lacks = [bool(each) and not _state(each, text) for each in (self.offers, self.own_values)]
        is_poor = fold_to_letters(title) in names or "：" in title
        return sum([is_poor, *lacks, _state(self.others_values, text)])


NO_SUBJECT = AdSubject()  # of texts of which nothing is known


def _speaks_of_children(fact: BriefFact, brief: Brief) -> bool:
    """Whether a fact is for parents, whom the audience doesn't have: 12 至 16 岁须家长陪同."""
    text = f"{fact.name} {fact.value}"
    return bool(_CHILDREN.search(text)) and not _PARENTS.search(brief.audience)


def _list_clauses(value: str) -> list[str]:
    """The letters of a value and of its clauses that tell: 11 枝 199 元 of a list of prices."""
    parts = [fold_to_letters(part) for part in _CLAUSE_END.split(value)]
    return [fold_to_letters(value), *(part for part in parts if len(part) >= LEAST_LETTERS)]


def _state(values: Sequence[str], text: str) -> bool:
    letters = fold_to_letters(text)
    return any(value and value in letters for value in values)
