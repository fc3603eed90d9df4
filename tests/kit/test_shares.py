import pytest

from app.kit.shares import format_share


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (0.0001, "不到 1%"),
        (0.0099, "不到 1%"),
        (0.01, "1%"),
        (0.256, "26%"),
        (1, "100%"),
    ],
)
def test_a_small_share_does_not_read_as_none(share: float, text: str) -> None:
    assert format_share(share) == text
