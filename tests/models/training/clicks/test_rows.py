"""Rows of click training: counts, rates and pairs; what can't be is named with its line."""

from pathlib import Path

import pytest

from models.data.files import BadData
from models.training.clicks.rows import ClickRow, of_account, read_click_rows


def write(folder: Path, text: str) -> Path:
    file = folder / "rows.csv"
    file.write_text(text, "utf-8")
    return file


def test_counts_are_read_with_their_features(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "text,campaign,impressions,clicks,channel,hour\n春茶上新,c1,100,5,article,20\n通知,c1,100,1,,\n",
    )

    rows = read_click_rows([file])

    assert rows[0] == ClickRow(
        text="春茶上新", test="c1", impressions=100, clicks=5, source="rows.csv",
        features={"channel": "article", "hour": "20"},
    )  # fmt: skip
    assert (rows[1].features, rows[1].rate) == ({}, 0.01)


def test_rates_stand_for_a_thousand_impressions(tmp_path: Path) -> None:
    rows = read_click_rows([write(tmp_path, "text,rate\n春茶,0.02\n通知,1%\n")])

    assert [(row.impressions, row.clicks, row.form) for row in rows] == [
        (1000, 20, "rates"),
        (1000, 10, "rates"),
    ]


def test_a_pair_is_a_test_of_two_texts(tmp_path: Path) -> None:
    rows = read_click_rows([write(tmp_path, "sentence1,sentence2,label\n春茶,通知,1\n")])

    assert [(row.text, row.test, row.rate) for row in rows] == [
        ("春茶", "rows.csv:2", 1),
        ("通知", "rows.csv:2", 0),
    ]


def test_rows_of_an_account_have_tests_of_their_own(tmp_path: Path) -> None:
    text = "text,test_id,impressions,clicks\n春茶,1,9,3\n通知,,9,1\n"

    rows = of_account(read_click_rows([write(tmp_path, text)]), "default")

    assert [(row.account, row.test) for row in rows] == [("default", "default:1"), ("default", "")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("text,impressions,clicks\n甲,10,11\n乙,10,1\n", "line 2: 11 clicks of 10 impressions"),
        ("text,impressions,clicks\n甲,10,1\n乙,0,0\n", "line 3: 0 clicks of 0 impressions"),
        ("text,impressions,clicks\n甲,10,-1\n", "line 2: a count is negative"),
        ("text,impressions,clicks\n甲,x,1\n", "line 2: impressions and clicks are whole numbers"),
        ("text,impressions,clicks\n,10,1\n", "line 2: no text"),
        ("text,impressions,clicks\n甲,10,1\n乙,20,2\n", "all rows have the same click rate"),
        ("text,rate\n甲,130%\n", "line 2: a rate of 130% can't be"),
        ("text,rate\n甲,-0.1\n", "line 2: a rate of -10% can't be"),
        ("text,rate\n甲,nan\n", "line 2: a rate of nan% can't be"),
        ("text,rate\n甲,high\n", "line 2: 'high' is no rate"),
        ("text,impressions\n甲,10\n", "no column clicks"),
        ("text\n甲\n", "no column impressions"),
        ("impressions,clicks\n10,1\n", "no column headline or text"),
        ("sentence1,sentence2,label\n甲,乙,2\n", "line 2: label '2' is neither 1"),
        ("sentence1,sentence2\n甲,乙\n", "no column label"),
        ("", "is empty"),
    ],
)
def test_what_nothing_can_be_learnt_from_is_one_sentence(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(BadData, match=complaint):
        read_click_rows([write(tmp_path, text)])
