"""Who asks if prices go up complains of none that have."""

import pytest

from app.dialogue.understanding.complaints import grievance
from app.inference.ports import Intent
from tests.dialogue import factories

RISE = Intent("complain_price_rise", "涨价", "情绪", "reply", ("理解您的心情。",))


@pytest.mark.parametrize(
    ("text", "complains"),
    [
        ("春节的时候会涨价吗", False),
        ("周末去的话价格会不会涨", False),
        ("明年学费还涨不涨", False),
        ("节假日要涨多少", False),
        ("情人节那天花涨价不", False),
        ("昨天看还是99，怎么又涨价了", True),
        ("比上次贵了二十，会不会涨得太快", True),
        ("刚买完就涨了", True),
    ],
)
def test_a_question_on_prices_to_come_is_no_complaint(text: str, complains: bool) -> None:
    classification = factories.make_classification(RISE, 0.95, sentiment_score=0.6)

    assert grievance.is_complaint(text, classification) is complains
