"""The JSON that a language model is asked for, by channel, and the text that it makes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.marketing.content.brief import LENGTHS, Channel

MENU_LENGTH = LENGTHS["menu"][1]  # characters
WELCOME_LENGTH = 2 * LENGTHS["welcome"][0]
CopyLine = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


class CopyAnswer(BaseModel):
    """One text."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=1, max_length=2_000)]

    def join_text(self) -> str:
        """The text as readers see it."""
        return self.text


class MenuAnswer(CopyAnswer):
    """A menu button's name. A grammar holds it to the platform's limit; others' are reviewed."""

    text: Annotated[
        str, Field(min_length=1, max_length=2_000, json_schema_extra={"maxLength": MENU_LENGTH})
    ]


class WelcomeAnswer(CopyAnswer):
    """A welcome, which a grammar ends before a small model wanders off."""

    text: Annotated[
        str, Field(min_length=1, max_length=2_000, json_schema_extra={"maxLength": WELCOME_LENGTH})
    ]


class TopicAnswer(BaseModel):
    """A question to followers, with options to choose from."""

    model_config = ConfigDict(extra="forbid")
    question: Annotated[str, Field(min_length=4, max_length=120)]
    options: Annotated[list[CopyLine], Field(min_length=2, max_length=4)]

    def join_text(self) -> str:
        """The question, and the options as lines A. to D., each once."""
        options = dict.fromkeys(self.options)
        lines = (f"{letter}. {option}" for letter, option in zip("ABCD", options, strict=False))
        return "\n".join([self.question.strip(), *lines])


_MODELS: dict[Channel, type[CopyAnswer] | type[TopicAnswer]] = {
    "topic": TopicAnswer, "menu": MenuAnswer, "welcome": WelcomeAnswer,
}  # fmt: skip


def choose_answer_model(channel: Channel) -> type[CopyAnswer] | type[TopicAnswer]:
    """The model of a channel's answers."""
    return _MODELS.get(channel, CopyAnswer)


class OutlineSection(BaseModel):
    """A section to write; `facts` are the numbers of the facts that it is about, from 1 on."""

    model_config = ConfigDict(extra="forbid")
    heading: CopyLine
    facts: Annotated[list[Annotated[int, Field(ge=1, le=60)]], Field(max_length=60)]


class OutlineAnswer(BaseModel):
    """What an article is to be: titles to choose from, a digest, sections in order."""

    model_config = ConfigDict(extra="forbid")
    titles: Annotated[list[CopyLine], Field(min_length=2, max_length=3)]
    digest: Annotated[str, Field(min_length=1, max_length=120)]
    sections: Annotated[list[OutlineSection], Field(min_length=2, max_length=5)]


class SectionAnswer(BaseModel):
    """A section of an article, without its heading."""

    model_config = ConfigDict(extra="forbid")
    paragraphs: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=600)]], Field(min_length=1, max_length=4)
    ]

    def join_text(self) -> str:
        """The paragraphs in Markdown."""
        return "\n\n".join(paragraph.strip() for paragraph in self.paragraphs)
