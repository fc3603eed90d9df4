"""How many marketing messages a follower may get in a month. No I/O.

Mass sends, template messages and marketing customer-service messages count together; answers of
the service do not. A mass send can't leave followers out, so a small share of them may be over.
"""

from pydantic import BaseModel, ConfigDict, Field

NAME = "frequency_cap"  # name of the account document with the cap


class FrequencyRules(BaseModel):
    """The cap of an account, as the operator writes it; every field has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    monthly: int = Field(4, ge=1, le=1_000)  # what the platform allows of mass messages
    tolerance: float = Field(0.1, ge=0, le=1)  # share of an audience that may be over the cap

    def allows(self, count: int) -> bool:
        """Whether a follower who got `count` messages this month may get one more."""
        return count < self.monthly

    def find_fault(self, capped: int, total: int) -> str:
        """Why a mass send isn't made of whose `total` followers `capped` got their share; or ""."""
        if not capped or capped <= total * self.tolerance:
            return ""
        return (
            f"{total} 位粉丝中有 {capped} 位本月已收到 {self.monthly} 条营销消息，"
            f"超过允许的比例 {self.tolerance:.0%}：请换一个标签，改到下个月，"
            "或者调整频次上限（/api/v1/frequency-cap）。"
        )
