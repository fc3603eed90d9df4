"""A brief: what is to be written, from which facts, for whom, and what must and must not be said.

Facts are the only source of claims: each has a name, a value and where it comes from. A brief that
contradicts itself is refused with a sentence that names the place.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from app.kit.field_faults import BilingualError
from app.kit.text import fold_to_letters
from app.safety.advertising.values import Industry
from app.safety.injection import detect_injection

Channel = Literal[
    "article", "title", "digest", "moments", "broadcast", "ad", "poster", "menu", "welcome",
    "topic", "comment_reply",
]  # fmt: skip
Language = Literal["zh", "en", "ja", "ko"]
# Characters of a text of each channel: the usual ones, and the platform's limits where it has one
# (title 32, digest 128, customer-service text 2,048 bytes, menu button 8).
LENGTHS: dict[Channel, tuple[int, int]] = {
    "article": (800, 20_000), "title": (24, 32), "digest": (54, 120), "moments": (100, 600),
    "broadcast": (120, 600), "ad": (40, 300), "poster": (14, 40), "menu": (4, 8),
    "welcome": (80, 600), "topic": (60, 300), "comment_reply": (50, 300),
}  # fmt: skip
MOST_FACTS = 60
MOST_CHARACTERS = 12_000  # of all facts together: what a prompt of a language model still holds

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def refuse_injection(text: str) -> str:
    """The text. Raises ValueError for one that gives orders to a language model."""
    if _CONTROL.search(text):
        raise BilingualError("has a control character: remove it", "含有控制字符：请删除")
    if kind := detect_injection(text):
        raise BilingualError(
            f"reads like an instruction to the language model ({kind}): say it as a fact, or leave"
            " it out",
            "读起来像是对大模型下命令：请写成事实，或删去",
        )
    return text


ShortLine = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True),
    AfterValidator(refuse_injection),
]
LongLine = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1_000, strip_whitespace=True),
    AfterValidator(refuse_injection),
]
OptionalLine = Annotated[
    str,
    StringConstraints(max_length=500, strip_whitespace=True),
    AfterValidator(refuse_injection),
]


class BriefFact(BaseModel):
    """A fact that a text may state, such as 价格: 39 元, and where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: ShortLine
    value: LongLine
    source: ShortLine


class BriefFields(BaseModel):
    """What a brief has beside its facts. Raises ValueError where it contradicts itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    product: ShortLine
    audience: OptionalLine = ""
    segment: Annotated[str, StringConstraints(max_length=64)] = ""  # the id of one of followers
    tone: OptionalLine = ""
    channel: Channel = "moments"
    language: Language = "zh"
    length: Annotated[int, Field(ge=4, le=20_000)] | None = None  # characters; None: the usual
    industry: Industry = "general"
    must: Annotated[tuple[ShortLine, ...], Field(max_length=20)] = ()
    must_not: Annotated[tuple[ShortLine, ...], Field(max_length=50)] = ()
    voice: Annotated[tuple[LongLine, ...], Field(max_length=10)] = ()  # texts in the brand's voice

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._check_words()
        _, longest = LENGTHS[self.channel]
        if self.length is not None and self.length > longest:
            raise BilingualError(
                f"length is {self.length}; a text for {self.channel} has at most {longest}"
                " characters",
                f"length 是 {self.length}，{self.channel} 的文案最多 {longest} 个字",
            )
        return self

    @property
    def characters(self) -> int:
        """How long the text should be, in characters."""
        usual, _ = LENGTHS[self.channel]
        return self.length or usual

    def _check_words(self) -> None:
        banned = {fold_to_letters(word): word for word in self.must_not}
        for letters, banned_word in banned.items():
            if letters and letters in fold_to_letters(self.product):
                raise BilingualError(
                    f"must_not forbids {banned_word!r}, which the product's name"
                    f" {self.product!r} has: take it out of must_not",
                    f"must_not 禁用“{banned_word}”，而商品名“{self.product}”里就有：请从"
                    " must_not 里去掉",
                )
        for word in self.must:
            for letters, banned_word in banned.items():
                if letters and letters in fold_to_letters(word):
                    raise BilingualError(
                        f"must asks for {word!r}, and must_not forbids {banned_word!r}: decide for"
                        " one",
                        f"must 要求“{word}”，must_not 又禁用“{banned_word}”：请只留一个",
                    )


class Brief(BriefFields):
    """What is to be written. Raises ValueError where it contradicts itself."""

    facts: Annotated[tuple[BriefFact, ...], Field(max_length=MOST_FACTS)]

    @model_validator(mode="after")
    def _check_facts(self) -> Self:
        check_facts(self.facts)
        return self


def check_facts(facts: Sequence[BriefFact]) -> None:
    """Raises ValueError for no facts, for too many characters, and for a fact with two values."""
    if not facts:
        raise BilingualError(
            "facts is empty: a text states only what the brief does, so give at least one fact"
            " with its source",
            "facts 是空的：文案只写简报里的事实，请至少写一条事实和它的来源",
        )
    size = sum(len(fact.name) + len(fact.value) for fact in facts)
    if size > MOST_CHARACTERS:
        raise BilingualError(
            f"the facts have {size:,} characters; {MOST_CHARACTERS:,} at most fit a prompt:"
            " choose those that the text needs",
            f"事实共 {size:,} 个字，最多 {MOST_CHARACTERS:,} 个：请只留文案用得到的",
        )
    values: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        values[fold_to_letters(fact.name)].add(fold_to_letters(fact.value))
        if len(values[fold_to_letters(fact.name)]) > 1:
            raise BilingualError(
                f"the fact {fact.name!r} has two values: keep the right one, or give them"
                " different names",
                f"事实“{fact.name}”有两个不同的值：请留下对的那个，或换不同的名字",
            )
