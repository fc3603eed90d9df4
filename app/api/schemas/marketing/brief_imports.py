"""Bodies of the import of a product sheet as briefs."""

from pydantic import BaseModel

from app.api.schemas.imports import ImportRemarkResponse
from app.marketing.content.brief import Brief


class ImportedBriefResponse(BaseModel):
    """A row that is a brief; `id` is "" after a dry run. `facts` counts them."""

    at: str
    id: str
    product: str
    facts: int


class FaultyRowResponse(BaseModel):
    """A row that is no brief: where, of which product, and what is wrong."""

    at: str
    product: str
    what: str


class ImportBriefsResponse(BaseModel):
    """What a product sheet became: all briefs, the first 20 in full, and up to 500 of the `faulty`
    rows and of the remarks on what was left out.
    """

    briefs: list[ImportedBriefResponse]
    previews: list[Brief]
    faulty: int
    faults: list[FaultyRowResponse]
    remarks: list[ImportRemarkResponse]
