"""What is open in a text is refused, each point once; a reason that signs for it says something."""

import pytest

from app.publishing.approval_policy import OpenFindings, OpenPoint, is_reason, refuse_open_points


@pytest.mark.parametrize(
    ("reason", "is_enough"),
    [
        ("有检测报告", True),
        ("legal ok", True),
        ("嗯", False),
        ("嗯嗯嗯嗯", False),
        ("……！！", False),
        ("已核对", False),
        ("", False),
    ],
)
def test_a_reason_has_four_letters_at_least(reason: str, is_enough: bool) -> None:
    assert is_reason(reason) == is_enough


def test_a_point_of_title_and_body_is_told_once() -> None:
    points = [OpenPoint("保过", "“保过”：保证通过考试"), OpenPoint("第一", "“第一”：绝对化用语")]

    with pytest.raises(OpenFindings) as refusal:
        refuse_open_points([*points, points[0]])

    assert str(refusal.value).startswith(
        "内容还有待处理的问题：“保过”：保证通过考试；“第一”：绝对化用语。请修改后再审核"
    )
