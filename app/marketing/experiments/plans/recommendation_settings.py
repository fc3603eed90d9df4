"""How a variant of an experiment on recommendations recommends."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

# usual: by all that is known of the follower, with the weights that the account's own behaviour has
# taught; shipped: with the weights before any learning; text: by the closeness of texts alone;
# popular: by editors' picks, popularity and freshness alone, the same for all.
Ranking = Literal["usual", "shipped", "text", "popular"]


class RecommendationSettings(BaseModel):
    """What differs from the usual; what is left out stays as it is.

    exploration: the share of places for little-shown items. diversity: what a cosine of 1 with an
    item chosen before costs, in units of the ranker's score.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    ranking: Ranking = "usual"
    exploration: Annotated[float, Field(ge=0, le=1)] | None = None
    diversity: Annotated[float, Field(ge=0, le=100)] | None = None
