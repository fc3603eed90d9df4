"""Rows of tables in words."""

import pytest

from app.knowledge.table_rows import speak_row


@pytest.mark.parametrize(
    ("row", "spoken"),
    [
        ("课程：壶铃入门；人数：6 人；单节：120 元", "壶铃入门：人数 6 人，单节 120 元。"),
        ("项目：宾客桌花；基础款：128 元；说明：按桌算", "宾客桌花：基础款 128 元，说明 按桌算。"),
        ("时间：9:00；场馆：一号厅。", "9:00：场馆 一号厅。"),
    ],
)
def test_a_row_is_said_by_its_first_cell(row: str, spoken: str) -> None:
    assert speak_row(row) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "退款：七天内可以退。",
        "周一闭馆；周二照常开。",
        "课程：壶铃；人数：6 人\n课程：拳击；人数：8 人",
        "营业时间：9:00 到 21:00；节假日不变",
        "",
    ],
)
def test_what_is_no_row_stays(text: str) -> None:
    assert speak_row(text) == text
