import subprocess
import sys

import pytest

from models.intent import taxonomy
from models.intent.taxonomy import Group, Intent, Taxonomy

GOOD = """
[[groups]]
id = "price"
title = "价格"

[[intents]]
id = "haggle"
title = "议价"
description = "用户想便宜些。"
group = "price"
source = "cic"
action = "reply"
examples = ["能便宜点吗"]
replies = ["您好。"]
"""


def test_reads_groups_and_intents() -> None:
    found = taxonomy.parse(GOOD)

    haggle = Intent(
        "haggle", "议价", "用户想便宜些。", "price", "cic", "reply", ("能便宜点吗",), ("您好。",)
    )
    assert found == Taxonomy((Group("price", "价格"),), (haggle,))
    assert found.by_id["haggle"] is found.intents[0]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('group = "price"', 'group = "pirce"', "no group 'pirce'"),
        ('source = "cic"', 'source = "web"', "source 'web'"),
        ('action = "reply"', 'action = "sing"', "unknown action 'sing'"),
        ('title = "议价"', 'titel = "议价"', "intent haggle: .*titel"),
        ('title = "价格"', 'colour = "red"', "group price: .*colour"),
    ],
)
def test_says_what_is_wrong(old: str, new: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        taxonomy.parse(GOOD.replace(old, new))


def test_refuses_an_id_given_twice() -> None:
    intent = GOOD[GOOD.index("[[intents]]") :]

    with pytest.raises(ValueError, match="intent id given twice: haggle"):
        taxonomy.parse(GOOD + intent)


def test_refuses_an_empty_file() -> None:
    with pytest.raises(ValueError, match="at least one intent"):
        taxonomy.parse("")


def test_ours_is_whole() -> None:
    found = taxonomy.load()

    sources = [intent.source for intent in found.intents]
    assert (sources.count("cic"), sources.count("account")) == (118, 11)
    assert {"out_of_scope", "chitchat"} <= found.by_id.keys()


def test_needs_no_torch() -> None:
    script = "import sys, models.intent.taxonomy; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
