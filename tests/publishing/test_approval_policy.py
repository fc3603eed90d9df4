"""A reason that signs for what is open in a text says something."""

import pytest

from app.publishing.approval_policy import is_reason


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
