import subprocess
import sys
from pathlib import Path

import pytest

from models.intent import taxonomy
from models.intent.taxonomy import BadTaxonomy, IntentDefinition, IntentGroup, Taxonomy

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
    result = taxonomy.parse_taxonomy(GOOD)

    haggle = IntentDefinition(
        id="haggle",
        title="议价",
        group="price",
        replies=("您好。",),
        examples=("能便宜点吗",),
        description="用户想便宜些。",
        source="cic",
        action="reply",
    )
    assert result == Taxonomy((IntentGroup("price", "价格"),), (haggle,))
    assert result.by_id["haggle"] is result.intents[0]


OWN = """
extends = "shipped"

[[intents]]
id = "tea_party"
title = "茶会"
group = "promotion"
replies = ["茶会在周六。"]
"""


def test_own_intents_stand_behind_the_shipped_ones() -> None:
    result = taxonomy.parse_taxonomy(OWN)

    shipped = taxonomy.load_taxonomy()
    tea = IntentDefinition(
        id="tea_party", title="茶会", group="promotion", replies=("茶会在周六。",)
    )
    assert result == Taxonomy(shipped.groups, (*shipped.intents, tea))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('group = "price"', 'group = "pirce"', "there is no group 'pirce' (of price)"),
        ('source = "cic"', 'source = "web"', "source: Input should be 'cic' or 'account'"),
        ('action = "reply"', 'action = "sing"', "action: Input should be 'reply', 'knowledge', "),
        ('title = "议价"', 'titel = "议价"', "title: Field required; intent haggle: titel: "),
        ('title = "议价"', "", "title: Field required"),
        ('title = "议价"', 'title = " "', "its title is empty"),
        ('title = "议价"', "title = 3", "title: Input should be a valid string"),
        ('replies = ["您好。"]', "replies = []", "it needs at least one reply"),
        ('replies = ["您好。"]', 'replies = [" "]', "it needs at least one reply"),
        ('replies = ["您好。"]', 'replies = "您好。"', "replies: Input should be a valid tuple"),
    ],
)
def test_says_what_is_wrong_with_an_intent(old: str, new: str, complaint: str) -> None:
    with pytest.raises(BadTaxonomy) as refused:
        taxonomy.parse_taxonomy(GOOD.replace(old, new))

    assert str(refused.value).startswith(f"intent haggle: {complaint}")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "a taxonomy needs at least one intent"),
        ("[[intents", "not TOML: "),
        ("intents = 3", "intents: Input should be a valid tuple"),
        ("intents = [3]", "intent 1: Input should be a dictionary"),
        ("[[groups]]\ntitle = '价格'", "group 1: id: Field required"),
        ("extends = 'ours'", "extends: Input should be 'shipped'"),
        (OWN.replace("tea_party", "haggle"), "intent id given twice: haggle"),
        (OWN.replace("茶会", "转人工客服"), "intent title given twice: 转人工客服"),
    ],
)
def test_says_what_is_wrong_with_a_file(text: str, complaint: str) -> None:
    with pytest.raises(BadTaxonomy) as refused:
        taxonomy.parse_taxonomy(text)

    assert str(refused.value).startswith(complaint)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "can't be read: No such file or directory"),
        ("你好".encode("gb18030"), "isn't UTF-8: save it as UTF-8"),
        (b"[", ": not TOML: "),
    ],
)
def test_names_the_file(tmp_path: Path, content: bytes | None, complaint: str) -> None:
    file = tmp_path / "taxonomy.toml"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(BadTaxonomy) as refused:
        taxonomy.load_taxonomy(file)

    assert str(refused.value).startswith(f"{file}{'' if complaint[0] == ':' else ' '}{complaint}")


def test_ours_is_whole() -> None:
    result = taxonomy.load_taxonomy()

    sources = [intent.source for intent in result.intents]
    assert (sources.count("cic"), sources.count("account")) == (118, 32)
    assert {"out_of_scope", "chitchat"} <= result.by_id.keys()


def test_needs_no_torch() -> None:
    script = "import sys, models.intent.taxonomy; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
