"""Whether an open question reached the connected model, and what its prompt held."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.answers.corpus import Shop
from tests.bench.answers.figures import Reached
from tests.bench.answers.matching import squeeze
from tests.bench.answers.values import Base, Played

Body = Mapping[str, Any]


def reached(played: Played, shop: Shop, base: Base, requests: Sequence[Body]) -> Reached:
    """What the first prompt held whose last message has the follower's words."""
    message = squeeze(played.last.message)
    prompts = [_texts(body) for body in requests]
    mine = [prompt for prompt in prompts if message in prompt[-1]]
    if not mine:
        return Reached(model=False)
    whole = "".join(mine[0])
    source_texts = [*base.answers.values(), *(chunk.text for chunk in base.chunks.values())]
    return Reached(
        model=True,
        persona=squeeze(shop.brand) in whole and all(squeeze(line) in whole for line in shop.about),
        passages=any(squeeze(text) in whole for text in source_texts),
    )


def _texts(body: Body) -> list[str]:
    return [squeeze(str(message["content"])) for message in body["messages"]]
