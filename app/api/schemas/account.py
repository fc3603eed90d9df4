"""Response of the endpoint for an account."""

from typing import Literal

from pydantic import BaseModel, Field

from app.account_rights.values import AccountRight


class AccountResponse(BaseModel):
    """What an account may do on the platform, and since when that is known."""

    account: str
    kind: Literal["subscription", "service"] | None = Field(
        description="subscription (公众号), service (服务号); null: not told yet"
    )
    is_verified: bool | None = Field(description="微信认证; null: not told yet")
    rights: dict[AccountRight, bool] = Field(
        description="whether a group of interfaces may be used"
    )
    refused: list[AccountRight] = Field(description="groups that 48001 refused within a day")
    source: Literal["platform", "reads", "settings"] = Field(
        description="getaccountbasicinfo, one read of each group, or the settings alone"
    )
    asked_at: float | None = Field(description="when the platform told it, seconds since 1970")
