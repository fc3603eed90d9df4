"""A question is no greeting that the model is only half sure of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Account
from app.dialogue.context import Context
from app.dialogue.prepare import prepare_message
from app.dialogue.understand import understand_messages
from app.inference.fakes import FakeClassifier
from app.inference.ports import Classification, ClassificationFailed
from app.knowledge.entries.repository import EntryStore
from app.knowledge.service import Knowledge
from tests.dialogue import factories

SHOP = Account(name="default", appid="wx1", token="token")


@dataclass
class HalfSure(FakeClassifier):
    """Takes what has 好 in it for a greeting, with this confidence."""

    confidence: float = 0.5

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        classifications = await super().classify(texts)
        return [
            replace(j, confidence=self.confidence)
            for j in classifications
            if isinstance(j, Classification)
        ]


@pytest.mark.parametrize(
    ("text", "confidence", "is_greeting"),
    [
        ("您好", 0.5, True),
        ("您好呀", 0.95, True),
        ("好的好的", 0.5, True),
        ("这个面霜好用吗多少钱", 0.5, False),
        ("这个面霜好用吗多少钱", 0.95, False),
        ("张医生今天在好吗", 0.95, False),
        ("老板好", 0.95, True),
        ("你好在吗", 0.5, True),
        ("妈妈下周过生日想订一束康乃馨要好看一点的麻烦报一下价", 0.5, False),
    ],
)
async def test_only_what_asks_nothing_is_a_greeting_by_half(
    engine: AsyncEngine, text: str, confidence: float, is_greeting: bool
) -> None:
    classifier = HalfSure(confidence=confidence)
    message = factories.make_message(text)

    [context] = await understand_messages(
        classifier,
        Knowledge(store=EntryStore(engine), search=classifier),
        [prepare_message(Context(message=message, account=SHOP))],
    )

    assert context.classification is not None
    assert context.classification.intent.id == "greet"
    assert context.classification.in_scope is is_greeting
