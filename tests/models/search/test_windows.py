"""What of a chunk is compared with a question by itself."""

import pytest

from models.search.windows import split_windows


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("", [""]),
        ("可以退货。", ["可以退货。"]),
        ("可以退货。运费自理。", ["可以退货。运费自理。"]),
        ("甲" * 40 + "。" + "乙" * 40 + "。", ["甲" * 40 + "。", "乙" * 40 + "。"]),
        ("套餐：双人；价格：168 元\n套餐：四人；价格：328 元",
         ["套餐：双人；价格：168 元", "套餐：四人；价格：328 元"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
        ("价格 3.50 元。", ["价格 3.50 元。"]),
        ("他说：“好。”然后走了。", ["他说：“好。”然后走了。"]),
    ],
)  # fmt: skip
def test_lines_and_rows_stand_alone_and_short_sentences_stay_together(
    text: str, windows: list[str]
) -> None:
    assert split_windows(text) == windows
