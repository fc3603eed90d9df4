"""Bodies of the import of a product sheet as briefs."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from app.api.schemas.imports import ImportRemarkResponse
from app.kit.field_faults import Language, choose_language
from app.marketing.content.brief import Brief


class ImportedBriefResponse(BaseModel):
    """A row that is a brief; `id` is "" after a dry run. `facts` counts them."""

    at: str
    id: str
    product: str
    facts: int


class FaultyRowResponse(BaseModel):
    """A row that is no brief: where, of which product, and what is wrong, in Chinese where
    Accept-Language asks for it.
    """

    at: str
    product: str
    what: str


class ImportBriefsResponse(BaseModel):
    """What a product sheet became: all briefs, the first 20 in full, and up to 500 of the `faulty`
    rows and of the remarks on what was left out, these in Chinese where Accept-Language asks for
    it.
    """

    briefs: list[ImportedBriefResponse]
    previews: list[Brief]
    faulty: int
    faults: list[FaultyRowResponse]
    remarks: list[ImportRemarkResponse]


def describe_brief_import(report: Mapping[str, Any], language: Language) -> ImportBriefsResponse:
    """The response of a worker's report, told in a language."""
    texts = {
        name: [
            each | {"what": choose_language(each["what"], each["chinese"], language)}
            for each in report[name]
        ]
        for name in ("faults", "remarks")
    }
    return ImportBriefsResponse.model_validate({**report, **texts})
