"""Bodies of the endpoints for phrases."""

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
    """A phrase. `default` are the shipped variants; `own` those that replace them, or null.

    One of the variants is used each time. A text may contain `slots` in braces, and must contain
    the `needed` ones.
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
    """The variants to use from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    account: str = "default"
    texts: Texts


class PhrasePreviewRequest(BaseModel):
    """`texts` is a draft, null for the current ones; `values` fills slots, others get samples."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "dialogue.ask_back"} | EXAMPLE]}
    )
    account: str = "default"
    id: Annotated[str, StringConstraints(max_length=200)]
    texts: Texts | None = None
    values: Annotated[dict[str, Value], Field(max_length=20)] = {}


class TextWarningResponse(BaseModel):
    """A warning. forbidden_word: a word of the account's word lists. link_promised: the text
    mentions a link but has none to tap. With any other code PUT refuses the text.
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
    """Build the response for a phrase of one account."""
    mine = own.own.get(phrase.id)
    return PhraseResponse(
        id=phrase.id,
        title=phrase.title,
        default=list(phrase.variants),
        own=list(mine) if mine else None,
        slots=list(phrase.slots),
        needed=list(phrase.needed),
    )
