"""The body of every response that is no success."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class FieldFaultResponse(BaseModel):
    """What is wrong with one field of a request."""

    type: str
    loc: list[str | int]  # where: body, query or path, then names and indexes
    msg: str  # path, what is allowed, what was received; Chinese where Accept-Language asks for it


class ErrorResponse(BaseModel):
    """A refusal: `code` for programs, listed in docs/errors.md, and `detail` for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"detail": "no account is named 'coffee'", "code": "unknown_account"}]
        }
    )
    detail: str | list[FieldFaultResponse] = Field(
        description="What was wrong and what to do; a list where the code is invalid_request"
    )
    code: str = Field(description="The refusal's name in snake case; it stays between versions")


# For APIRouter: FastAPI describes each operation's other responses so, 422 among them.
ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {"model": ErrorResponse, "description": "A refusal"}
}
