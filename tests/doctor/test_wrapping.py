"""Lines of Chinese and English text in a table of a given width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from app.doctor.wrapping import wrap_text

RIGHTS = "没有权限：发布、群发（仅服务号）、/cgi-bin/message/custom/send 500,000 次。"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("a\n\nb", 10, ["a", "", "b"]),
        ("Set WECHAT_PROXY to a proxy", 16, ["Set WECHAT_PROXY", "to a proxy"]),
        ("没有权限：发布、群发", 12, ["没有权限：发", "布、群发"]),
        ("没有权限：发布、群发", 14, ["没有权限：发", "布、群发"]),
        ("群发（仅服务号）", 8, ["群发（仅", "服务号）"]),
        ("群发（仅服务号）", 6, ["群发", "（仅服", "务号）"]),
        ("/cgi-bin/draft/add", 8, ["/cgi-bin", "/draft/a", "dd"]),
    ],
)  # fmt: skip
def test_a_line_ends_at_a_word_or_after_a_chinese_character(
    text: str, width: int, lines: list[str]
) -> None:
    assert wrap_text(text, width) == lines


@given(st.text(st.sampled_from("发布，。（）「」AB/ \n")), st.integers(4, 30))
def test_nothing_is_lost_and_no_line_is_too_long(text: str, width: int) -> None:
    lines = wrap_text(text, width)

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert [line for line in lines if cell_len(line) > width] == []


def test_no_line_begins_with_a_closing_mark() -> None:
    lines = [line for width in range(8, 60) for line in wrap_text(RIGHTS, width)]

    assert [line for line in lines if line[0] in "，。、：）"] == []
