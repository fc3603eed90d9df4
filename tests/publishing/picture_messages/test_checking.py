"""What is wrong with a picture message is named before anything is called."""

from dataclasses import replace

import pytest

from app.publishing.article_html.values import Finding
from app.publishing.picture_messages.checking import check_picture_message
from app.publishing.picture_messages.cover_crops import choose_crops
from app.publishing.values import PictureMessage
from app.wechat.client.request_values.articles import CoverCrop

MESSAGE = PictureMessage(title="春茶上新", text="龙井到店", pictures=("https://a.example/1.png",))


def list_rules(**changed: object) -> list[tuple[str, str]]:
    checked = check_picture_message(replace(MESSAGE, **changed))  # type: ignore[arg-type]
    return [(finding.rule, finding.severity) for finding in checked.findings]


def test_a_picture_message_within_the_limits_has_no_findings() -> None:
    checked = check_picture_message(MESSAGE)

    assert (checked.title, checked.content, checked.findings) == ("春茶上新", "龙井到店", ())
    assert checked.image_sources == MESSAGE.pictures


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({"title": " "}, [("title", "error")]),
        ({"title": "茶" * 33}, [("title", "error")]),
        ({"title": "茶" * 21}, [("title", "warning")]),
        ({"text": ""}, [("content", "error")]),
        ({"text": "茶" * 20_000}, [("content", "error")]),
        ({"text": "茶" * 1_001}, [("content", "warning")]),
        ({"text": "<b>茶</b>"}, [("content", "warning")]),
        ({"pictures": ("https://a.example/1.png",) * 21}, [("pictures", "error")]),
        ({"cover_crops": (("1_1", CoverCrop(0.5, 0, 0.5, 1)),)}, [("cover_crops", "error")]),
        ({"product_id": "12a"}, [("product", "error")]),
        ({"product_id": "１２"}, [("product", "error")]),
    ],
)
def test_each_fault_is_named(changed: dict[str, object], rules: list[tuple[str, str]]) -> None:
    assert list_rules(**changed) == rules


def test_a_generated_text_carries_the_ai_label() -> None:
    checked = check_picture_message(replace(MESSAGE, ai_generated=True))

    assert checked.content == "龙井到店（内容由AI生成）"


def test_a_crop_of_the_author_is_taken_and_others_are_cut_out_of_the_middle() -> None:
    crop = CoverCrop(0.0, 0.1, 0.5, 0.6)

    crops = choose_crops(replace(MESSAGE, cover_crops=(("1_1", crop),)), 200, 100)

    assert crops == (
        ("1_1", crop),
        ("16_9", CoverCrop(0.055556, 0.0, 0.944445, 1.0)),
        ("2.35_1", CoverCrop(0.0, 0.074468, 1.0, 0.925532)),
    )


def test_a_long_title_says_by_how_much() -> None:
    [finding] = check_picture_message(replace(MESSAGE, title="茶" * 33)).findings

    assert finding == Finding("title", "茶" * 20, "标题有 33 个字，最多 32 个，请缩短。")
