import pytest

from app.dialogue import language
from app.dialogue.language import Language


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("你们几点开门", "simplified"), ("你們幾點開門", "traditional"), ("运費怎么算",
        "simplified"),
        ("How much is it?", "english"), ("hello", "english"), ("do you ship to 新疆 by SF",
        "english"),
        ("iPhone壳有吗", "simplified"), ("いくらですか", "english"), ("XL", "simplified"), ("199",
        "simplified"),
        ("😀", "simplified"), ("", "simplified"), ("ok", "simplified"), ("请问 vip 有什么权益",
        "simplified"),
    ],
)  # fmt: skip
def test_a_message_names_the_language_of_its_answer(text: str, named: Language) -> None:
    assert language.detect_language(text) == named


def test_what_names_none_is_answered_as_before() -> None:
    assert language.detect_language("XL", ["你好", "How much is it?"]) == "english"
    assert language.detect_language("199", ["請問運費", "ok"]) == "traditional"


@pytest.mark.parametrize(
    ("text", "spoken", "fits"),
    [
        ("运费8元", "simplified", True), ("運費8元", "simplified", True), ("运费8元",
        "traditional", True),
        ("It is 8 yuan.", "simplified", False), ("It is 8 yuan.", "english", True),
        ("运费8元", "english", False), ("Reply 人工 to ask our team.", "english", True), ("8",
        "english", False),
        ("", "simplified", False),
    ],
)  # fmt: skip
def test_a_reply_in_another_language_does_not_fit(text: str, spoken: Language, fits: bool) -> None:
    assert language.is_in_language(text, spoken) is fits


@pytest.mark.parametrize(
    ("text", "spoken", "expected"),
    [
        ("订单满99元包邮", "traditional", "訂單滿99元包郵"), ("訂單滿99元包郵", "simplified",
        "订单满99元包邮"),
        ("后天发货", "simplified", "后天发货"), ("Free shipping", "english", "Free shipping"),
    ],
)  # fmt: skip
def test_a_reply_is_told_in_the_followers_script(
    text: str, spoken: Language, expected: str
) -> None:
    assert language.in_script(text, spoken) == expected
