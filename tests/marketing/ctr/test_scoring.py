"""How far a predicted click rate can be trusted, as a note says."""

import pytest

from app.inference.click_ports import ClickTraining, TrainingSource
from app.marketing.ctr.scoring import describe_trust

ENGLISH = ClickTraining(
    model="ctr-1", date="2026-12-01", figures={},
    sources=(TrainingSource(name="public", account="", rows=100, languages={"en": 100}),),
)  # fmt: skip
NO_OWN = "训练数据没有一条来自本账号，其他行业的标题只能作粗略参考"
END = "。点击率为预测值，不是实测值。"


@pytest.mark.parametrize(
    ("language", "share", "note"),
    [
        ("en", 1.0, ""),
        ("zh", 0.0, "；训练数据没有一条是中文，用其他语言学到的规律未必适用"),
        ("", 0.0, "；这条里没有文字，看不出语言"),
    ],
)
def test_a_note_says_what_the_training_lacks(language: str, share: float, note: str) -> None:
    assert describe_trust(ENGLISH, "default", language) == {
        "language": language, "language_share": share, "note": f"{NO_OWN}{note}{END}",
    }  # fmt: skip
