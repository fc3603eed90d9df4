"""Our sentences as an operator words them, for REST."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.messages.phrases import FaultCode, Phrase, Phrasebook

Text = Annotated[str, StringConstraints(max_length=4_000)]
Texts = Annotated[list[Text], Field(max_length=50)]
Value = Annotated[str, StringConstraints(max_length=500)]
EXAMPLE: dict[str, Any] = {
    "account": "default",
    "texts": ["抱歉，这句话我没看懂，换个说法我再试试；想找同事请回复「人工」。"],
}


class PhraseResponse(BaseModel):
    """A sentence of ours. `default` is what is shipped; `own` what is said instead, or null.

    Each is a list of variants, one of which is said. `slots` may stand in braces in a text,
    `needed` ones have to.
    """

    id: str
    title: str
    default: list[str]
    own: list[str] | None
    slots: list[str]
    needed: list[str]


class PhraseListResponse(BaseModel):
    account: str
    phrases: list[PhraseResponse]


class PhraseTextsRequest(BaseModel):
    """The variants that are said from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    account: str = "default"
    texts: Texts


class PhrasePreviewRequest(BaseModel):
    """`texts` is a draft, null what is said now; `values` fills slots, the others get samples."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "dialogue.ask_back"} | EXAMPLE]}
    )
    account: str = "default"
    id: Annotated[str, StringConstraints(max_length=200)]
    texts: Texts | None = None
    values: Annotated[dict[str, Value], Field(max_length=20)] = {}


class TextWarningResponse(BaseModel):
    """forbidden_word: it is in the account's lists of moderation. link_promised: the text speaks
    of a link, and has none that can be tapped. With the other codes PUT refuses the text.
    """

    code: FaultCode | Literal["forbidden_word", "link_promised"]
    message: str


class TextPreviewResponse(BaseModel):
    """A variant as a follower would read it; `bytes` of the 2,048 of one message."""

    text: str
    bytes: int
    warnings: list[TextWarningResponse]


class PhrasePreviewResponse(BaseModel):
    id: str
    texts: list[TextPreviewResponse]


def phrase_response(phrase: Phrase, own: Phrasebook) -> PhraseResponse:
    """As it stands for one account."""
    mine = own.own.get(phrase.id)
    return PhraseResponse(
        id=phrase.id,
        title=phrase.title,
        default=list(phrase.variants),
        own=list(mine) if mine else None,
        slots=list(phrase.slots),
        needed=list(phrase.needed),
    )
